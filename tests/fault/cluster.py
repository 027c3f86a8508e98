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
        return cls(folder).make()

    def make(self):
        """Fills the folder, and starts."""
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
                    "-c max_connections=200 -c shared_buffers=64MB -c dynamic_shared_memory_type=mmap")
        self._forget_the_dead()
        try:
            tool("pg_ctl", "-D", self.data, "-l", self.log, "-w", "-t", "60", "-o", settings, "start")
        except RuntimeError as error:
            raise RuntimeError(f"{error}\n{self.log.read_text(errors='replace')[-600:]}") from error
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

    def freeze(self):
        """Nothing of it goes on; answers the processes. The server stands still first, so that it starts no other."""
        os.kill(self.processes()[0], signal.SIGSTOP)
        processes = self.processes()
        for process in processes:
            send_signal(process, signal.SIGSTOP)
        return processes

    def kill(self):
        """As a machine that falls over: nothing of it is left."""
        processes = self.freeze()
        for process in processes:
            send_signal(process, signal.SIGKILL)
        until = time.monotonic() + 10
        while any(map(is_alive, processes)) and time.monotonic() < until:
            time.sleep(0.01)
        self._forget_the_dead()

    def _forget_the_dead(self):
        """After a crash of the machine no process has that number; here one that nobody has buried yet still would."""
        number = self.data / "postmaster.pid"
        if number.exists() and not is_alive(int(number.read_text().split()[0])):
            number.unlink()

    def promote(self):
        """Makes the standby the primary; answers when it takes writes."""
        tool("pg_ctl", "-D", self.data, "-w", "-t", "30", "promote")

    def stop(self):
        if (self.data / "postmaster.pid").exists():
            tool("pg_ctl", "-D", self.data, "-m", "immediate", "stop", check=False)


def send_signal(process, which):
    try:
        os.kill(process, which)
    except ProcessLookupError:
        pass


def is_alive(process):
    """Whether it can still do anything: one that nobody has buried yet cannot."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
