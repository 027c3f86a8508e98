"""strace on processes that run: takes their system calls and answers them itself."""

import contextlib
import subprocess
from pathlib import Path

from bar import needs_program, until

SYNCS = "fsync,fdatasync"


class Injection:
    """`answer` (as in `error=EIO:when=3`) to these system calls of every thread of these processes, while `with` lasts."""

    def __init__(self, processes, calls, answer, log):
        self.processes, self.log = processes, Path(log)
        self.command = [
            needs_program("strace", "strace"), "-f", "-qq", "-o", str(log), "-e", f"trace={calls}", "-e", f"inject={calls}:{answer}",
            *(word for process in processes for word in ("-p", str(process)))]
        self.strace = None

    def __enter__(self):
        self.strace = subprocess.Popen(
            self.command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until(lambda: self.strace.poll() is not None or all(map(traced, self.processes)), 10, every=0.02)
        return self

    def __exit__(self, *_):
        self.strace.terminate()
        self.strace.wait()

    def injected(self):
        """How many calls were answered."""
        return self.log.read_text(errors="replace").count("(INJECTED)") if self.log.exists() else 0


def traced(process):
    """Whether every thread of it is; one that has ended needs nobody."""
    with contextlib.suppress(OSError):
        return all("TracerPid:\t0" not in status.read_text() for status in Path("/proc").glob(f"{process}/task/*/status"))
    return True
