"""The usual way to write to SQLite from a web server, as a peer: a pool of connections, each of which opens a transaction, writes
the rows of a report and commits, in WAL mode with synchronous=FULL and a time-out for locks. On a copy of the register's file,
without foreign keys (in favour of the peer)."""

import os
import sqlite3
import threading
import time

WAIT_S = 5
POOL = 8


class Row:
    """How a row like the newest of a table is written under an identity of its own."""

    def __init__(self, connection, table):
        self.table = table
        columns = connection.execute(f"PRAGMA table_info({table})").fetchall()
        self.names = [column[1] for column in columns]
        self.values = list(connection.execute(f"SELECT * FROM {table} ORDER BY rowid DESC LIMIT 1").fetchone())
        unique = set()
        for index in connection.execute(f"PRAGMA index_list({table})").fetchall():
            if index[2]:
                unique |= {each[2] for each in connection.execute(f"PRAGMA index_info({index[1]})").fetchall()}
        unique |= {column[1] for column in columns if column[5]}
        self.own = [at for at, name in enumerate(self.names) if name in unique]
        self.statement = f"INSERT INTO {table} VALUES ({', '.join('?' * len(self.names))})"

    def fresh(self, number):
        """The values of one more row."""
        values = list(self.values)
        for at in self.own:
            kept = values[at]
            if isinstance(kept, int):
                values[at] = 1_000_000_000 + number
            elif isinstance(kept, bytes):
                values[at] = os.urandom(len(kept))
            elif isinstance(kept, str) and len(kept) in (36, 64):
                values[at] = os.urandom(len(kept) // 2).hex()
        return values


def measure(file, tables, seconds):
    """Transactions in a second, their times in seconds, and how many gave up waiting for the lock."""
    numbers, lock, times, gave_up = iter(range(10**9)), threading.Lock(), [], [0]
    until = time.perf_counter() + seconds

    def work():
        connection = sqlite3.connect(file, timeout=WAIT_S, isolation_level=None)
        connection.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF;")
        rows = [Row(connection, table) for table in tables]
        while time.perf_counter() < until:
            with lock:
                number = next(numbers)
            begin = time.perf_counter()
            try:
                connection.execute("BEGIN IMMEDIATE")
                for row in rows:
                    connection.execute(row.statement, row.fresh(number))
                connection.execute("COMMIT")
                times.append(time.perf_counter() - begin)
            except sqlite3.OperationalError:
                gave_up[0] += 1
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(POOL)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    times.sort()
    return {"per_second": round(len(times) / seconds, 1), "gave_up": gave_up[0],
            "p50_ms": round(1000 * times[len(times) // 2], 2), "p99_ms": round(1000 * times[int(0.99 * len(times))], 2)}
