"""The peers: what does a part of the same work on the same machine, measured in the same run."""

import os
import re
import subprocess
import sys
import time
import urllib.request
import venv
from pathlib import Path

from harness.database import postgres_tool
from harness.server import free_port

HERE = Path(__file__).resolve().parent
# As many connections as the open-loop sender has.
CLIENTS = 64
# pgbench does best with fewer: the better of these counts.
PGBENCH_CLIENTS = (16, 64)
# Two cores, shared by the sender, the server and the database.
GUNICORN = ["--workers", "2", "--threads", "8", "--worker-class", "gthread", "--keep-alive", "60", "--log-level", "error"]


def environment(folder):
    """A Python environment with what the peers and the plots need, made once."""
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "-r", HERE / "requirements.txt"], check=True)
    return folder / "bin"


def until_it_answers(url, process, seconds=60):
    """Waits for a peer to be ready."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.1)
    raise SystemExit(f"a peer did not start: {process.args}")


class Process:
    """A peer with a port of its own, for as long as the block lasts."""

    def __init__(self, arguments, port, environment=None):
        self.port = port
        self.process = subprocess.Popen(
            [str(each) for each in arguments], env={**os.environ, **(environment or {})}, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=sys.stderr, start_new_session=True)

    def __enter__(self):
        until_it_answers(f"http://127.0.0.1:{self.port}/", self.process)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=30)


def constant(target):
    """Rocket with one constant answer."""
    subprocess.run(["cargo", "build", "--release", "-q", "--manifest-path", HERE / "constant" / "Cargo.toml",
                    "--target-dir", target], check=True)
    port = free_port()
    return Process([target / "release" / "constant"], port,
                   {"ROCKET_PORT": str(port), "ROCKET_LOG_LEVEL": "off", "ROCKET_ADDRESS": "127.0.0.1"})


def django(binaries, database, writes):
    """The bare reads and writes by Django REST Framework."""
    port = free_port()
    return Process([binaries / "gunicorn", "--bind", f"127.0.0.1:{port}", "--chdir", HERE, *GUNICORN, "service:application"], port,
                   {"PEER_DATABASE": database, "PEER_WRITES": "\n".join(writes)})


def pgbench(url, script, folder, seconds):
    """Transactions a second of a script, one by one on each connection; the better of two numbers of connections."""
    file = folder / "unit.sql"
    file.write_text(script)
    return max((_pgbench(url, file, clients, seconds) for clients in PGBENCH_CLIENTS), key=lambda found: found["per_second"])


def _pgbench(url, file, clients, seconds):
    done = subprocess.run(
        [postgres_tool("pgbench"), "-n", "-M", "prepared", "-c", str(clients), "-j", "2", "-T", str(seconds), "-f", str(file), url],
        capture_output=True, text=True, check=False, env={**os.environ, "PGOPTIONS": "-c search_path=peer,public"})
    rate = re.search(r"^tps = ([\d.]+)", done.stdout, re.MULTILINE)
    if done.returncode or not rate:
        raise SystemExit(f"pgbench: {done.stderr[-2000:]}")
    return {"per_second": round(float(rate[1]), 1), "connections": clients,
            "mean_ms": float(re.search(r"latency average = ([\d.]+)", done.stdout)[1])}


def wrk(port, paths, folder, seconds, headers=()):
    """Requests a second of a closed loop over 64 connections, each path in its turn."""
    script = folder / "paths.lua"
    listed = ",\n".join(f'"{each}"' for each in paths)
    given = "\n".join(f'wrk.headers["{name}"] = "{value}"' for name, value in headers)
    script.write_text(f"{given}\nlocal paths = {{{listed}}}\nlocal at = 0\n"
                      "request = function()\n  at = at % #paths + 1\n  return wrk.format('GET', paths[at])\nend\n")
    done = subprocess.run(["wrk", "-t", "1", "-c", str(CLIENTS), "-d", f"{seconds}s", "--latency", "-s", str(script),
                           f"http://127.0.0.1:{port}"], capture_output=True, text=True, check=False)
    script.unlink()
    rate = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    if done.returncode or not rate or "Non-2xx" in done.stdout:
        raise SystemExit(f"wrk: {done.stdout[-2000:]}{done.stderr[-1000:]}")
    times = {name: value for name, value in re.findall(r"^\s+(50|99)%\s+([\d.]+\w+)", done.stdout, re.MULTILINE)}
    return {"per_second": round(float(rate[1]), 1), "p50": times["50"], "p99": times["99"]}
