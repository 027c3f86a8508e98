"""One installation of the program in a folder of its own, and its server as a process to start, kill and stop."""

import os
import signal
import socket
import subprocess
import time
from pathlib import Path

SETTINGS = """\
mode = "test"
[server]
port = {port}
public_url = "http://127.0.0.1:{port}"
[server.limits]
requests_per_minute = 0
sign_ins_per_minute = 0
[database]
url = "{database}"
[keys]
folder = "{folder}/keys"
key_store = "{key_store}"
[audit]
checkpoints = "{folder}/checkpoints"
[mail]
folder = "{folder}/mail"
[jobs]
in_server = "yes"
[log]
level = "warn"
"""


class Broken(Exception):
    """The program did not do what the test needs before it can test anything."""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Installation:
    """Settings, keys and an empty register; `server` is the running process or None."""

    def __init__(self, program, folder, database=None, key_store=None):
        self.prepare(program, folder, database, key_store)
        self.run("keys", "init")
        self.run("migrate")

    def prepare(self, program, folder, database=None, key_store=None):
        """The settings, and nothing else yet."""
        self.program = str(Path(program).resolve())
        self.folder = Path(folder)
        self.port = free_port()
        self.database = database or f"sqlite://{folder}/register.db"
        self.key_store = key_store or f"sqlite://{folder}/key-store.db"
        self.settings = self.folder / "settings.toml"
        self.log = self.folder / "server.log"
        self.server = None
        self.settings.write_text(
            SETTINGS.format(port=self.port, folder=folder, database=self.database, key_store=self.key_store)
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def command(self, *arguments, stdin=None):
        """Runs one command of the program to its end, whatever that is."""
        return subprocess.run(
            [self.program, "--config", str(self.settings), *arguments],
            input=stdin, capture_output=True, text=True, check=False,
        )

    def run(self, *arguments, stdin=None):
        """Runs one command that must succeed; answers what it printed."""
        done = self.command(*arguments, stdin=stdin)
        if done.returncode:
            raise Broken(f"`zedenregister {' '.join(arguments)}` ended with {done.returncode}:\n{done.stderr[-2000:]}")
        return done.stdout

    def start(self, within=60):
        """Starts the server; answers the seconds until it was ready."""
        began = time.monotonic()
        with self.log.open("ab") as log:
            # A session of its own: a Ctrl-C meant for the test does not end the server in a way the test did not choose.
            self.server = subprocess.Popen(
                [self.program, "--config", str(self.settings), "serve"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )
        while not self.is_ready():
            if self.server.poll() is not None:
                raise Broken(f"the server ended with {self.server.returncode}:\n{self.last_words()}")
            if time.monotonic() - began > within:
                raise Broken(f"the server was not ready within {within} s:\n{self.last_words()}")
            time.sleep(0.02)
        return time.monotonic() - began

    def is_ready(self):
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=2) as stream:
                stream.sendall(b"GET /health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                return stream.recv(64).startswith(b"HTTP/1.1 200")
        except OSError:
            return False

    def kill(self):
        """Ends the server without a word, as a crash would."""
        os.kill(self.server.pid, signal.SIGKILL)
        self.server.wait()

    def stop(self):
        """Ends the server in an orderly way."""
        if self.server is None or self.server.poll() is not None:
            return
        self.server.send_signal(signal.SIGTERM)
        try:
            self.server.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.kill()
            raise Broken("the server did not end within 30 s of being told to") from None

    def last_words(self):
        return self.log.read_text(errors="replace")[-2000:] if self.log.exists() else ""
