"""A TCP proxy between the register and its database, on loopback, that can cut, fall silent and be slow."""

import contextlib
import socket
import threading
import time

PASS, CUT, SILENT = "pass", "cut", "silent"
PIECE = 1 << 16


class Proxy:
    """Forwards to that port. `mode` counts from now on, also for connections that are open."""

    def __init__(self, target):
        self.target, self.mode, self.delay_s = target, PASS, 0.0
        self.lock, self.open, self.closing = threading.Lock(), set(), False
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self):
        """Every connection ends, and new ones end at once."""
        self.mode = CUT
        self._end_all()

    def fall_silent(self):
        """Connections stay open and nothing comes through, as when a cable is pulled."""
        self.mode = SILENT

    def heal(self):
        """New connections pass. Those that were silent are dead, as after a reboot of what stood between."""
        silent, self.mode, self.delay_s = self.mode == SILENT, PASS, 0.0
        if silent:
            self._end_all()

    def close(self):
        self.closing = True
        self.listener.close()
        self._end_all()

    def _end_all(self):
        with self.lock:
            for each in self.open:
                with contextlib.suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)

    def _accept(self):
        while not self.closing:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            if self.mode == CUT:
                client.close()
                continue
            threading.Thread(target=self._join, args=(client,), daemon=True).start()

    def _join(self, client):
        with contextlib.suppress(OSError), client, socket.create_connection(("127.0.0.1", self.target)) as server:
            with self.lock:
                self.open |= {client, server}
            back = threading.Thread(target=self._forward, args=(server, client), daemon=True)
            back.start()
            self._forward(client, server)
            back.join()
            with self.lock:
                self.open -= {client, server}

    def _forward(self, source, sink):
        with contextlib.suppress(OSError):
            while piece := source.recv(PIECE):
                while self.mode == SILENT:
                    time.sleep(0.02)
                if self.delay_s:
                    time.sleep(self.delay_s)
                sink.sendall(piece)
        for each in (source, sink):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
