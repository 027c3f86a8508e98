"""The database from below, past the program: for integrity checks, and to plant what the program would never do."""

import contextlib
import glob
import os
import secrets
import shutil
import sqlite3
import subprocess
import urllib.parse


def postgres_tool(name):
    """The newest tool of that name of the PostgreSQL that is installed, or None."""
    found = sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"), key=lambda path: int(path.split("/")[4]))
    return found[-1] if found else shutil.which(name)


class Sqlite:
    """A file."""

    name = "SQLite"

    def __init__(self, folder):
        self.file = f"{folder}/register.db"
        self.url, self.key_store = f"sqlite://{self.file}", f"sqlite://{folder}/key-store.db"
        self.folder = folder

    def rows(self, statement):
        """The rows of a query, as tuples of text."""
        with contextlib.closing(sqlite3.connect(self.file)) as connection:
            return [tuple(map(str, row)) for row in connection.execute(statement)]

    def change(self, *statements):
        """Statements in one transaction; constraints are not asked. Answers how many rows the last one changed."""
        with contextlib.closing(sqlite3.connect(self.file)) as connection, connection:
            return [connection.execute(statement).rowcount for statement in statements][-1]

    def faults(self):
        """What the database itself finds wrong with its files and references."""
        faults = []
        for file in (self.file, f"{self.folder}/key-store.db"):
            with contextlib.closing(sqlite3.connect(file)) as connection:
                faults += [row[0] for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
                faults += [f"foreign key: {row}" for row in connection.execute("PRAGMA foreign_key_check")]
        return faults

    def close(self):
        pass


class Postgresql:
    """A database of its own on a cluster."""

    name = "PostgreSQL"

    def __init__(self, cluster):
        self.psql = postgres_tool("psql")
        if self.psql is None:
            raise SystemExit("psql is not installed (apt-get install postgresql-client)")
        self.cluster = cluster
        base = cluster.rsplit("/", 1)[0]
        name = f"zeden_kill_{secrets.token_hex(6)}"
        self.names = [name, f"{name}_keys"]
        for each in self.names:
            self._psql(cluster, f"CREATE DATABASE {each}")
        self.url, self.key_store = f"{base}/{self.names[0]}", f"{base}/{self.names[1]}"

    def _psql(self, url, *statements):
        arguments = [argument for statement in statements for argument in ("-c", statement)]
        done = subprocess.run(
            [self.psql, "-X", "-q", "-A", "-t", "-F", "\x1f", "-v", "ON_ERROR_STOP=1", "-d", url, *arguments],
            capture_output=True, text=True, check=False, env={**os.environ, "PGOPTIONS": "-c client_min_messages=error"},
        )
        if done.returncode:
            raise RuntimeError(f"psql: {done.stderr.strip()}")
        return done.stdout

    def rows(self, statement):
        return [tuple(line.split("\x1f")) for line in self._psql(self.url, statement).splitlines()]

    def change(self, *statements):
        last = f"WITH changed AS ({statements[-1]} RETURNING 1) SELECT count(*) FROM changed"
        loose = "SET session_replication_role = replica"
        return int(self._psql(self.url, loose, *statements[:-1], last).strip().splitlines()[-1])

    def faults(self):
        tool = postgres_tool("pg_amcheck")
        if tool is None:
            return ["pg_amcheck is not installed (apt-get install postgresql)"]
        faults = []
        at = urllib.parse.urlsplit(self.cluster)
        who = [f"--host={at.hostname}", f"--port={at.port or 5432}", f"--username={at.username}"]
        for name in self.names:
            done = subprocess.run(
                [tool, *who, "--install-missing", "--heapallindexed", name], capture_output=True, text=True, check=False
            )
            if done.returncode:
                faults.append((done.stdout + done.stderr).strip()[-500:])
        return faults

    def close(self):
        for name in self.names:
            self._psql(self.cluster, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
