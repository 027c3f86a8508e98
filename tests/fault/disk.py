"""Disks to take the power from and to fill: a file system in an image file, and one in memory with a ballast."""

import os
import shutil
import subprocess
import time
from pathlib import Path

from bar import CannotRun, needs_root

CHUNK = bytes(1 << 20)


def run(*command):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()[-300:]}")


def unmounted(folder):
    """Takes the mount away; a file that is still open somewhere does not keep it in sight."""
    for _ in range(20):
        if not os.path.ismount(folder):
            return
        if subprocess.run(["umount", str(folder)], capture_output=True, check=False).returncode == 0:
            return
        time.sleep(0.1)
    run("umount", "-l", str(folder))


class LoopDisk:
    """An ext4 in an image file. The image holds what reached the disk; what no sync has pushed through is in the page
    cache above it, and a copy of the image is what a machine finds after its power was cut."""

    def __init__(self, bar, name, megabytes=400):
        needs_root("mounting a loop device")
        self.image, self.folder = bar.folder / f"{name}.img", bar.folder / f"{name}-disk"
        self.folder.mkdir()
        with open(self.image, "wb") as image:
            image.truncate(megabytes << 20)
        run("mkfs.ext4", "-q", "-F", str(self.image))
        bar.end.callback(unmounted, self.folder)
        try:
            self._mount()
        except RuntimeError as error:
            raise CannotRun(f"no loop device can be mounted here ({error}); a container needs --privileged") from error
        shutil.rmtree(self.folder / "lost+found")
        os.sync()

    def _mount(self):
        # A long interval: only who asks for a sync gets one.
        run("mount", "-o", "loop,commit=600", str(self.image), str(self.folder))
        self.folder.chmod(0o711)

    def photograph(self):
        """What is on the disk at this moment. Whoever writes there must stand still."""
        run("cp", "--sparse=always", str(self.image), f"{self.image}.cut")

    def come_back(self):
        """The machine starts again with the disk as it was photographed. Nobody may have a file of it open."""
        unmounted(self.folder)
        os.replace(f"{self.image}.cut", self.image)
        self._mount()


class SmallDisk:
    """A file system in memory, and a ballast that fills it to its last byte."""

    def __init__(self, bar, name, megabytes):
        needs_root("mounting a tmpfs")
        self.folder = Path(bar.folder / f"{name}-disk")
        self.folder.mkdir()
        bar.end.callback(unmounted, self.folder)
        try:
            run("mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0711", "tmpfs", str(self.folder))
        except RuntimeError as error:
            raise CannotRun(f"no tmpfs can be mounted here ({error}); a container needs --privileged") from error
        self.ballast = self.folder / "ballast"

    def fill(self):
        """Not a byte is left, also not what others give back while it is filled."""
        with open(self.ballast, "ab", buffering=0) as ballast:
            for chunk in (CHUNK, CHUNK[:4096]):
                try:
                    while True:
                        ballast.write(chunk)
                except OSError:
                    continue

    def free(self):
        self.ballast.unlink(missing_ok=True)
