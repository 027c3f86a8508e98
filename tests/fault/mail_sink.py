"""A mail server on loopback that takes everything, slowly, and remembers which message came how often."""

import socketserver
import threading
import time
from collections import Counter


class MailSink:
    """Each message takes it `seconds`."""

    def __init__(self, seconds):
        self.seconds, self.messages = seconds, Counter()
        sink = self

        class Session(socketserver.StreamRequestHandler):
            def handle(self):
                self.wfile.write(b"220 sink\r\n")
                for line in self.rfile:
                    command = line.strip().upper()
                    if command == b"DATA":
                        self.wfile.write(b"354 go on\r\n")
                        self.take()
                        self.wfile.write(b"250 taken\r\n")
                    elif command == b"QUIT":
                        self.wfile.write(b"221 bye\r\n")
                        return
                    else:
                        self.wfile.write(b"250 ok\r\n")

            def take(self):
                for line in iter(self.rfile.readline, b".\r\n"):
                    if line.lower().startswith(b"message-id:"):
                        sink.messages[line.split(b":", 1)[1].strip().decode()] += 1
                time.sleep(sink.seconds)

        socketserver.ThreadingTCPServer.daemon_threads = True
        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
