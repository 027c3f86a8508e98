"""A PostgreSQL cluster in a folder of its own, to start, copy, kill and promote. Works as root, where PostgreSQL runs as
the user `postgres`, and as a plain user."""

import os
import signal
import subprocess
import time
from pathlib import Path

from harness.database import postgres_tool
from harness.server import free_port


def tool(name, *arguments, check=True):
    """Runs one program of PostgreSQL to its end."""
    program = postgres_tool(name)
    if program is None:
        raise SystemExit(f"{name} is not installed (apt-get install postgresql)")
    user = ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--init-groups"] if os.getuid() == 0 else []
    done = subprocess.run(
        [*user, program, *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, check=False, cwd="/",
    )
    if check and done.returncode:
        raise RuntimeError(f"{name}: {done.stdout.strip()[-800:]}")
    return done.stdout


def folder_for_postgres(folder):
    """Makes it such that the user of PostgreSQL may write there."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    if os.getuid() == 0:
        subprocess.run(["chown", "postgres", str(folder)], check=True)


class Cluster:
    """One server. `data` is its folder."""

    def __init__(self, folder):
        self.data, self.log, self.port = Path(folder) / "data", Path(folder) / "postgres.log", free_port()
        folder_for_postgres(folder)

    @classmethod
    def new(cls, folder):
        self = cls(folder)
        tool("initdb", "-D", self.data, "-U", "zeden", "--auth=trust", "--encoding=UTF8", "--locale=C")
        return self.start()

    @classmethod
    def standby_of(cls, primary, folder, name):
        """A copy that follows, under a name by which the primary can wait for it."""
        self = cls(folder)
        follow = f"host=127.0.0.1 port={primary.port} user=zeden application_name={name}"
        tool("pg_basebackup", "-D", self.data, "-R", "--checkpoint=fast", "--wal-method=stream", "-d", follow)
        return self.start()

    def start(self):
        settings = (f"-c listen_addresses=127.0.0.1 -p {self.port} -c unix_socket_directories='' "
                    "-c max_connections=200 -c shared_buffers=64MB")
        tool("pg_ctl", "-D", self.data, "-l", self.log, "-w", "-t", "60", "-o", settings, "start")
        return self

    def sql(self, statement, database="postgres"):
        url = f"postgresql://zeden@127.0.0.1:{self.port}/{database}"
        done = subprocess.run(
            [postgres_tool("psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", statement],
            capture_output=True, text=True, check=False,
        )
        if done.returncode:
            raise RuntimeError(f"psql: {done.stderr.strip()}")
        return done.stdout.strip()

    def wait_for(self, name):
        """From now on a commit is answered when the standby has it on its disk, too."""
        self.sql(f"ALTER SYSTEM SET synchronous_standby_names = '{name}'")
        self.sql("SELECT pg_reload_conf()")
        until = time.monotonic() + 30
        while self.sql(f"SELECT sync_state FROM pg_stat_replication WHERE application_name = '{name}'") != "sync":
            if time.monotonic() > until:
                raise RuntimeError("the standby does not replicate synchronously")
            time.sleep(0.1)

    def processes(self):
        """The server and every process it started."""
        server = int((self.data / "postmaster.pid").read_text().split()[0])
        children = subprocess.run(["ps", "-o", "pid=", "--ppid", str(server)], capture_output=True, text=True, check=False)
        return [server, *map(int, children.stdout.split())]

    def kill(self):
        """As a machine that falls over: nothing of it is left."""
        for process in self.processes():
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                pass

    def promote(self):
        """Makes the standby the primary; answers when it takes writes."""
        tool("pg_ctl", "-D", self.data, "-w", "-t", "30", "promote")

    def stop(self):
        if (self.data / "postmaster.pid").exists():
            tool("pg_ctl", "-D", self.data, "-m", "immediate", "stop", check=False)
