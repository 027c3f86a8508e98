"""What every bar of the fault run shares: its size, its score, a folder, and the end of everything that it started.

A bar is a program of its own. It plays its fault on each database, counts what must hold, and plants a defect that its
checks must notice. What it could not do here it says with what would mend that, and it ends with `CANNOT_RUN`.
"""

import argparse
import contextlib
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parent.parent), str(Path(__file__).resolve().parent)]

from cluster import Cluster
from harness.database import Postgresql, Sqlite
from harness.server import Installation

ROOT = Path(__file__).resolve().parent.parent.parent
CANNOT_RUN = 75
SHOWN = 5


class CannotRun(Exception):
    """This machine lacks something the bar needs; the text says what, and how to mend it."""


class Score:
    """Counts checks and prints them."""

    def __init__(self):
        self.passed = self.failed = 0

    def count(self, name, wrong):
        """One check: what is wrong, or nothing."""
        self.passed, self.failed = self.passed + (not wrong), self.failed + bool(wrong)
        print(f"  {'FAIL' if wrong else 'ok  '}  {name}" + (f": {len(wrong)} wrong" if wrong else ""), flush=True)
        for each in wrong[:SHOWN]:
            print(f"          {each}", flush=True)

    def noticed(self, name, wrong):
        """One control: a planted defect, which the check must have found."""
        self.count(f"control: {name} is noticed", [] if wrong else ["the check saw nothing"])


def say(text):
    print(f"  {text}", flush=True)


class Bar(Score):
    """One run of one bar. `sizes` names each of its sizes: `(short, long)`; the long one is what RELIABILITY's bar asks."""

    def __init__(self, given, sizes):
        super().__init__()
        self.program, self.seed, self.dice = given.program, given.seed, random.Random(given.seed)
        self.long, self.databases = given.long, [given.database] if given.database else ["sqlite", "postgresql"]
        self.postgres = given.postgres or os.environ.get("ZEDEN_TEST_POSTGRES")
        self.sizes = {}
        for name, (short, long) in sizes.items():
            self.sizes[name] = max(short, round(long * given.scale)) if given.long else short
            print(f"  size  {name}: {self.sizes[name]} of {long}", flush=True)
        self.end = contextlib.ExitStack()
        self.folder = Path(tempfile.mkdtemp(prefix="zeden-fault-"))
        # PostgreSQL does not start as root, and reaches its cluster as another user.
        self.folder.chmod(0o711)
        self.end.callback(shutil.rmtree, self.folder, ignore_errors=True)

    def figure(self, name, value):
        """Something measured, for the report."""
        print(f"  figure  {name}: {value}", flush=True)

    def place(self, name):
        """A new folder of that name."""
        folder = self.folder / name
        folder.mkdir()
        folder.chmod(0o711)
        return folder

    def cluster(self, folder):
        """A PostgreSQL that this bar may break."""
        cluster = Cluster(folder)
        self.end.callback(cluster.stop)
        return cluster.make()

    def installation(self, folder, database):
        """An installation of the program, and the database to look into; its server is not started."""
        made = Installation(self.program, folder, database.url, database.key_store)
        self.end.callback(killed, made)
        return made

    def on(self, name, folder):
        """A database of that kind in that folder, or on the shared cluster."""
        if name == "sqlite":
            return Sqlite(folder)
        database = Postgresql(self.shared_cluster())
        self.end.callback(database.close)
        return database

    def shared_cluster(self):
        """The cluster of the tests, for a bar that does PostgreSQL no harm."""
        if not self.postgres:
            self.postgres = url_of(self.cluster(self.place("cluster")))
        return self.postgres


def url_of(cluster):
    return f"postgresql://zeden@127.0.0.1:{cluster.port}/postgres"


def killed(installation):
    """No server is left running, however the bar ended."""
    if installation.server and installation.server.poll() is None:
        installation.kill()


def until(reached, within, every=0.05):
    """The seconds until `reached` answers something true; None when it did not `within` so many."""
    began = time.monotonic()
    while time.monotonic() - began < within:
        if reached():
            return time.monotonic() - began
        time.sleep(every)
    return None


def needs_root(what):
    if os.getuid():
        raise CannotRun(f"{what} needs root: run it with sudo, or in a container with --privileged")


def needs_program(name, package):
    found = shutil.which(name)
    if not found:
        raise CannotRun(f"{name} is not installed: apt-get install {package}")
    return found


def told_to_stop(*_):
    """An orderly end: mounts and processes are taken back on the way out, and being told twice does not interrupt that."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit(143)


def main(description, sizes, play):
    """Runs `play(bar, database)` for each database, to its end; the exit code of the program."""
    given = options(description)
    signal.signal(signal.SIGTERM, told_to_stop)
    print(f"{Path(sys.argv[0]).name}, seed {given.seed}", flush=True)
    bar = Bar(given, sizes)
    try:
        with bar.end:
            for database in bar.databases:
                try:
                    play(bar, database)
                except CannotRun as reason:
                    print(f"NOT RUN: {reason}", flush=True)
                    return CANNOT_RUN
                except Exception as error:
                    traceback.print_exc()
                    bar.count(f"{database}: the run came to its end", [f"{type(error).__name__}: {error}"])
    finally:
        print(f"{bar.passed} passed, {bar.failed} failed", flush=True)
    return 1 if bar.failed else 0


def options(description):
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", nargs="?", default=ROOT / "target/debug/zedenregister")
    parser.add_argument("--long", action="store_true", help="the sizes of the long run")
    parser.add_argument("--scale", type=float, default=1.0, help="this part of the long sizes")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], help="only on this one")
    parser.add_argument("--postgres", metavar="URL", help="a cluster, as `tests/postgres start DIR` prints it")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    return parser.parse_args()
