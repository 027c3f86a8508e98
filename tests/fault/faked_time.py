"""Servers under a clock that a file sets, by libfaketime: its package is fetched and unpacked into the bar's folder."""

import os
import subprocess

from bar import CannotRun
from harness.server import Installation


def library(bar):
    """The library that fakes the time; nothing is installed."""
    folder = bar.folder / "faketime"
    if not folder.exists():
        folder.mkdir()
        folder.chmod(0o777)
        done = subprocess.run(["apt-get", "download", "libfaketime"], cwd=folder, capture_output=True, text=True, check=False)
        packages = list(folder.glob("*.deb"))
        if done.returncode or not packages:
            raise CannotRun(f"libfaketime cannot be fetched: apt-get update, or a network ({done.stderr.strip()[-200:]})")
        subprocess.run(["dpkg", "-x", str(packages[0]), str(folder)], check=True)
    return next(folder.glob("usr/lib/*/faketime/libfaketimeMT.so.1"))


class Faked(Installation):
    """An installation whose server and commands see the time that `set` says."""

    def __init__(self, bar, folder, database):
        self.clock = folder / "clock"
        self.library = library(bar)
        self.set(0)
        with self.time():
            super().__init__(bar.program, folder, database.url, database.key_store)
        self.settings.write_text(self.settings.read_text().replace('in_server = "yes"\n', 'in_server = "yes"\n' + JOBS))

    def set(self, seconds):
        """So many seconds ahead of the real time, or behind it. The file is there whole at every moment."""
        self.ahead = seconds
        new = self.clock.with_suffix(".new")
        new.write_text(f"{seconds:+d}\n")
        os.replace(new, self.clock)

    def time(self):
        return Environment(LD_PRELOAD=str(self.library), FAKETIME_TIMESTAMP_FILE=str(self.clock),
                           FAKETIME_NO_CACHE="1", FAKETIME_DONT_FAKE_MONOTONIC="1")

    def start(self, within=60):
        with self.time():
            return super().start(within)

    def command(self, *arguments, stdin=None):
        with self.time():
            return super().command(*arguments, stdin=stdin)


# Each job often enough that a jump of the clock is noticed while somebody waits.
JOBS = "".join(f'{job} = "*/2 * * * * *"\n' for job in (
    "advance", "sweep", "reconcile", "terms", "reminders", "delivery", "events", "checkpoint"))


class Environment:
    """Variables for what is started inside `with`."""

    def __init__(self, **variables):
        self.variables, self.before = variables, {}

    def __enter__(self):
        self.before = {name: os.environ.get(name) for name in self.variables}
        os.environ.update(self.variables)

    def __exit__(self, *_):
        for name, value in self.before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
