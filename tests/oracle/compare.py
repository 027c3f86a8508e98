"""Play the program's law engine against the oracle on random histories.

Usage: compare.py BINARY [--seed N] [--count N] [--topic ie|nl-pilot|term] [--show N]

Writes the histories to a temporary file, runs `BINARY golden --answers FILE`, and compares every answer
member by member. The first disagreements are shrunk to the smallest case that still disagrees and printed
with both answers. Closes with `N passed, N failed`; the exit code is 1 when one failed.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from copy import deepcopy
from datetime import date, datetime, timedelta

from engine import answer
from histories import IE, NL, TERM, history

DUTY_MEMBERS = ("kind", "trigger", "due", "overdueAfter", "status")
BATCH = 1000
# Members of an element that shrinking may leave out.
OPTIONAL = {
    "place", "sentencedOn", "offenceOn", "courtPeriodYears", "registrable", "varied", "quashedOn", "plannedReturn",
    "trip",
}  # fmt: skip


def ask(binary, cases):
    """The program's answers to these cases, by id."""
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(cases, file)
        file.flush()
        run = subprocess.run([binary, "golden", "--answers", file.name], capture_output=True, text=True, check=False)
    if run.returncode:
        raise SystemExit(f"{binary} golden --answers ended with {run.returncode}:\n{run.stderr[-2000:]}")
    answers = json.loads(run.stdout)
    return {case["id"]: answers.get(case["id"], {"error": "no answer"}) for case in cases}


def compared(found):
    """An answer as the members that are compared, whatever their order or extra members."""
    if "error" in found:
        return {"error": found["error"]}
    if "lastDay" in found:
        return {"lastDay": datetime.fromisoformat(found["lastDay"]).isoformat()}
    subject = {name: found["subject"].get(name) for name in ("from", "lastDay")}
    subject |= {name: bool(found["subject"].get(name)) for name in ("never", "provisional")}
    duties = Counter(tuple((name, duty.get(name)) for name in DUTY_MEMBERS) for duty in found["duties"])
    return {"subject": subject, "dischargeFrom": found.get("dischargeFrom"), "duties": duties}


def differences(expected, found):
    """What the oracle (`expected`) and the program (`found`) do not agree on, as lines."""
    expected, found = compared(expected), compared(found)
    lines = []
    for member in sorted((set(expected) | set(found)) - {"duties"}):
        if expected.get(member) != found.get(member):
            lines.append(f"{member}: oracle {expected.get(member)}, program {found.get(member)}")
    ours, theirs = expected.get("duties", Counter()), found.get("duties", Counter())
    for side, only in (("oracle", ours - theirs), ("program", theirs - ours)):
        lines += [f"only the {side}: {json.dumps(dict(duty))}" for duty in sorted(only.elements(), key=str)]
    return lines


def shape(lines):
    """The kind of disagreement, so that shrinking does not wander off to another one."""
    kinds = {json.loads(line.split(": ", 1)[1])["kind"] for line in lines if line.startswith("only the")}
    members = {line.split(":")[0] for line in lines if not line.startswith("only the")}
    return frozenset(kinds or members)


def simpler(given):
    """Every case that is one step simpler: without a member, without an element, with a shorter wait."""
    for name in [name for name in given if name not in ("regime", "asOf")]:
        yield {key: value for key, value in given.items() if key != name}
    for name in ("convictions", "custody", "events"):
        for index, element in enumerate(given.get(name, [])):
            yield {**given, name: given[name][:index] + given[name][index + 1 :]}
            for key in [key for key in element if key in OPTIONAL and not (key == "place" and element.get("type") == "stay")]:
                changed = deepcopy(given)
                del changed[name][index][key]
                yield changed
        for index, element in enumerate(given.get(name, [])):
            for key in [key for key in ("sentences", "varied") if len(element.get(key) or []) > 1]:
                for inner in range(len(element[key])):
                    changed = deepcopy(given)
                    del changed[name][index][key][inner]
                    yield changed
    if given.get("convictions") and "subjectSince" not in given:
        since = min(conviction["convictedOn"] for conviction in given["convictions"])
        yield {**{k: v for k, v in given.items() if k != "convictions"}, "subjectSince": since}
    for change in shorter_lengths(given):
        yield change


def shorter_lengths(given):
    """Days that end something moved closer to its beginning."""
    for name in ("custody", "events"):
        for index, element in enumerate(given.get(name, [])):
            if element.get("until"):
                start, end = date.fromisoformat(element["from"]), date.fromisoformat(element["until"])
                for length in {(end - start).days // 2, (end - start).days - 1}:
                    if 0 <= length < (end - start).days:
                        changed = deepcopy(given)
                        changed[name][index]["until"] = (start + timedelta(days=length)).isoformat()
                        yield changed


def shrunk(binary, case):
    """Greedily the smallest case with the same kind of disagreement."""
    wanted = shape(differences(answer(case), ask(binary, [case])[case["id"]]))
    while case["check"] == "assess":
        candidates = [{**case, "id": str(n), "given": given} for n, given in enumerate(simpler(case["given"]))]
        theirs = ask(binary, candidates)
        smaller = (c for c in candidates if shape(differences(answer(c), theirs[c["id"]])) == wanted)
        found = next(smaller, None)
        if found is None:
            break
        case = {**found, "id": case["id"]}
    return case


def show(binary, case):
    """Print a disagreement in its smallest form."""
    small = shrunk(binary, case)
    print(f"{case['id']}: {json.dumps(small['given'])}")
    for line in differences(answer(small), ask(binary, [small])[small["id"]]):
        print(f"    {line}")


def topic_of(number):
    """Of every ten cases one is a time limit; the others are shared by the two regimes."""
    return TERM if number % 10 == 9 else (IE, NL)[number % 2]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--topic", choices=(IE, NL, TERM))
    parser.add_argument("--show", type=int, default=5, help="how many disagreements to shrink and print")
    options = parser.parse_args()
    failed = 0
    for start in range(0, options.count, BATCH):
        numbers = range(start, min(start + BATCH, options.count))
        cases = [history(options.seed, number, options.topic or topic_of(number)) for number in numbers]
        theirs = ask(options.binary, cases)
        for case in cases:
            if differences(answer(case), theirs[case["id"]]):
                failed += 1
                if failed <= options.show:
                    show(options.binary, case)
    print(f"{options.count - failed} passed, {failed} failed")
    return 1 if failed or not options.count else 0


if __name__ == "__main__":
    sys.exit(main())
