"""Several servers and several schedulers of one installation: each a process with settings of its own, all on one database
and one key folder."""

import re
import signal
import subprocess

from harness.server import Installation, free_port

# Jobs that usually run each few minutes run each second or two, so that a short run sees many ticks.
JOBS = """
[jobs]
in_server = "no"
advance = "*/2 * * * * *"
sweep = "* * * * * *"
reconcile = "*/3 * * * * *"
terms = "*/2 * * * * *"
reminders = "* * * * * *"
delivery = "* * * * * *"
events = "* * * * * *"
checkpoint = "*/5 * * * * *"
"""


class Server(Installation):
    """One of several servers of an installation that exists."""

    def __init__(self, first, number):
        self.program, self.folder, self.port = first.program, first.folder, free_port()
        self.settings, self.log = self.folder / f"server-{number}.toml", self.folder / f"server-{number}.log"
        self.server = None
        text = re.sub(r"(?ms)^\[jobs\]\n.*?(?=^\[)", "", first.settings.read_text())
        text = text.replace(f"port = {first.port}\n", f"port = {self.port}\n")
        self.settings.write_text(text + JOBS)


class Scheduler:
    """One scheduler process."""

    def __init__(self, server, number):
        self.log = server.folder / f"scheduler-{number}.log"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [server.program, "--config", str(server.settings), "scheduler"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


class Fleet:
    """`count` servers and as many schedulers."""

    def __init__(self, first, count):
        self.servers = [Server(first, number) for number in range(count)]
        self.schedulers = []

    def remind(self, days):
        """Reminds of the first report that many days before it is due."""
        for server in self.servers:
            server.settings.write_text(f"{server.settings.read_text()}\n[policy.reminders]\ninitial = {days}\n")

    def start(self):
        for server in self.servers:
            server.start()
        self.schedulers = [Scheduler(server, number) for number, server in enumerate(self.servers)]

    def stop_schedulers(self):
        for scheduler in self.schedulers:
            scheduler.stop()

    def stop(self):
        self.stop_schedulers()
        for server in self.servers:
            if server.server and server.server.poll() is None:
                server.stop()
