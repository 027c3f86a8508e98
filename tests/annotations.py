"""Which test shows what of a standard: read from the comments above tests, and held against the requirements of that standard.

A test says what it shows in a comment directly above it: the name of the standard, a colon, the ids (`// ASVS 5.0: 6.3.1, 6.5.1`;
`#` in Python, shell and YAML). A requirement with no other word in its file is claimed to be shown: it fails when its last
annotation is gone. For the commands `tests/security` and `tests/design-rules`.
"""

import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TREES = ("src", "tests", "scheduler")
SKIPPED = {"node_modules", "target", "snapshots", "golden", "annotations.py", "security", "design-rules"}
# What may stand in the place of tests, and `missing`, which stands beside them.
WORDS = {"document": "written", "untested": "built, not shown", "not_done": "not done",
         "organisation": "of the organisation", "not_applicable": "not applicable"}
STATES = ["shown", "shown in part", *WORDS.values()]
# What each state says of a requirement.
MEANING = {"shown": "tests show it", "shown in part": "tests show it but for what stands there",
           "written": "it asks for a document, and the document is there", "built, not shown": "it is there, and no test shows it",
           "not done": "it is not there", "of the organisation": "a duty of whoever runs an installation",
           "not applicable": "there is nothing of the kind here"}
# Scripts that `tests/run` starts only with `--long`, and those that people start.
LONG = {"tests/deb/run", "tests/clients/run"}
BY_HAND = {"tests/memory", "tests/pages"}

DECLARED = {
    "rust": re.compile(r"^\s*(?:async )?fn (?P<name>\w+)\((?P<arguments>.*)"),
    "python": re.compile(r"^def (?P<name>\w+)\("),
    "script": re.compile(r"^(?:export )?(?:async )?function (?P<name>\w+)\("),
    "shell": re.compile(r"^\s*check \"(?P<name>[^\"]+)\""),
    "rules": re.compile(r"^  (?P<name>[a-z][a-z-]+):$"),
}
# What may stand between an annotation and its test.
BETWEEN = re.compile(r"^\s*(?:#\[.*|//.*|#.*)$")


@dataclass(frozen=True)
class Standard:
    """A standard whose requirements are held here."""
    # As the annotations name it.
    name: str
    # Its requirements, and the table made from them.
    data: str
    table: str
    # What an id looks like.
    id: str
    # How many requirements there are, by level; one level where it knows none.
    held: dict

    @property
    def note(self):
        """An annotation."""
        return re.compile(rf"^\s*(?://|#) {re.escape(self.name)}: (?P<ids>\S.*)$")


@dataclass(frozen=True, order=True)
class Test:
    """One test: the file it stands in, and its name there."""
    path: str
    name: str

    def link(self):
        """As the table shows it."""
        return f"[`{self.path}::{self.name}`](../{self.path})" + (
            " (in the long run)" if self.path in LONG else " (by hand)" if self.path in BY_HAND else "")


def kind_of(path, text):
    """The language of a file, or none that has tests."""
    known = {".rs": "rust", ".py": "python", ".mjs": "script", ".yaml": "rules"}.get(path.suffix)
    if known or path.suffix:
        return known
    first = text.split("\n", 1)[0]
    return "python" if "python" in first else "shell" if "bash" in first else None


def tests_of(kind, lines):
    """Every test of a file with the number of its line, counted from nought. One that is ignored is none."""
    attributes = []
    for number, line in enumerate(lines):
        found = DECLARED[kind].match(line)
        if found and kind != "rust":
            yield number, found["name"]
        elif found and not any(a.startswith("#[ignore") for a in attributes):
            both = found["arguments"].startswith("db: TestDb")
            if both or any(re.match(r"#\[(?:\w+::)*test\b", a) for a in attributes):
                yield number, found["name"]
        attributes = [*attributes, line.strip()] if BETWEEN.match(line) else []


class Tree:
    """What is read: every test and annotation, the requirements, the documents."""

    def __init__(self, root, standard):
        self.root, self.standard, self.faults = root, standard, []
        self.tests, self.shown = set(), {}
        for path in sorted(p for tree in TREES for p in (root / tree).rglob("*") if p.is_file()):
            if not SKIPPED & set(path.relative_to(root).parts):
                self.read(path)
        self.requirements = tomllib.loads(self.text(standard.data))

    def text(self, name):
        """The text of a file; none when it is not there."""
        path = self.root / name
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def read(self, path):
        """Takes in the tests of one file and what they say they show."""
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            return
        kind, name = kind_of(path, text), path.relative_to(self.root).as_posix()
        if kind is None:
            return
        lines = text.split("\n")
        at, note_of = dict(tests_of(kind, lines)), self.standard.note
        self.tests |= {Test(name, test) for test in at.values()}
        for number, note in ((n, note_of.match(line)) for n, line in enumerate(lines)):
            if note is None:
                continue
            after = number + 1
            while after < len(lines) and after not in at and BETWEEN.match(lines[after]):
                after += 1
            if after not in at:
                self.faults.append(f"{name}:{number + 1}: no test stands below this annotation")
                continue
            for identifier in re.split(r",\s*", note["ids"].strip()):
                self.shown.setdefault(identifier, set()).add(Test(name, at[after]))

    def state(self, identifier):
        """How it stands with one requirement, and what is said of it."""
        said = self.requirements[identifier]
        for word, state in WORDS.items():
            if word in said:
                return state, f"`{said[word]}`" if word == "document" else said[word]
        return ("shown in part", said["missing"]) if "missing" in said else ("shown", "")


def wrong_requirements(tree):
    """What is wrong between the requirements and the tests."""
    data = tree.standard.data
    yield from tree.faults
    for identifier in sorted(tree.shown.keys() - tree.requirements.keys()):
        where = ", ".join(f"{test.path}::{test.name}" for test in sorted(tree.shown[identifier]))
        yield f"{where}: {identifier} is no requirement of {data}"
    for identifier, said in tree.requirements.items():
        words = [word for word in (*WORDS, "missing") if word in said]
        if not re.fullmatch(tree.standard.id, identifier) or said.get("level", 1) not in tree.standard.held or not said.get("says"):
            yield f"{identifier}: a requirement has an id, a level and a sentence"
        if len(words) > 1 or said.keys() - {"level", "says", *words}:
            yield f"{identifier}: says more than one thing: {', '.join(sorted(said))}"
        elif not words[:1] or words == ["missing"]:
            if identifier not in tree.shown:
                yield f"{identifier}: claimed to be shown, and no test is annotated with it"
        elif identifier in tree.shown:
            yield f"{identifier}: a test shows it, and {data} says `{words[0]}`"
        if "document" in said and not (tree.root / said["document"]).exists():
            yield f"{identifier}: {said['document']} is not there"
    held = Counter(said.get("level", 1) for said in tree.requirements.values())
    if dict(held) != tree.standard.held:
        yield f"{data} holds {dict(sorted(held.items()))} requirements by level, and not {tree.standard.held}"


def row(tree, identifier, *between):
    """The row of a requirement in a table."""
    said, (state, words) = tree.requirements[identifier], tree.state(identifier)
    tests = "<br>".join(test.link() for test in sorted(tree.shown.get(identifier, ())))
    return "| " + " | ".join((identifier, *between, said["says"], state, words, tests)) + " |"


def blank(standard, root, path, identifier):
    """Takes one id out of the annotations of a file."""
    file, lines = root / path, []
    for line in (root / path).read_text(encoding="utf-8").split("\n"):
        if note := standard.note.match(line):
            left = [i for i in re.split(r",\s*", note["ids"].strip()) if i != identifier]
            if not left:
                continue
            line = line[:note.start("ids")] + ", ".join(left)
        lines.append(line)
    file.write_text("\n".join(lines), encoding="utf-8")
