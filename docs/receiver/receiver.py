#!/usr/bin/env python3
"""A receiver of events, to start from: checks every signature, keeps each event once, answers when it is kept.

    receiver.py --port 8010 --secrets secrets.txt --store events.db

`secrets.txt` holds the secret of the subscription, one on a line; while it is renewed, both. It is read at each call, so
that a new secret counts at once. Python's standard library is enough.
"""

import argparse
import base64
import binascii
import hashlib
import hmac
import json
import sqlite3
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# A call that was signed longer ago, or in the future, may be an old one that somebody plays back.
TOLERANCE_SECONDS = 300
# Events are small: whatever is larger is not one.
LARGEST_BODY = 64 * 1024


def signed(secrets, headers, body, now):
    """Whether the call was signed with one of the secrets, and of late."""
    event, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not event or not timestamp.isdecimal() or abs(now - int(timestamp)) > TOLERANCE_SECONDS:
        return False
    content = f"{event}.{timestamp}.".encode() + body
    given = headers.get("webhook-signature", "").split()
    for secret in secrets:
        try:
            key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
        except binascii.Error:
            continue
        wanted = "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
        # In the same time whether it fits or not, so that nobody finds a signature byte by byte.
        if any([hmac.compare_digest(wanted.encode(), signature.encode()) for signature in given]):
            return True
    return False


class Store:
    """The events, each once however often it is sent."""

    def __init__(self, path):
        self.path = path
        with self.open() as database:
            database.execute(
                "CREATE TABLE IF NOT EXISTS events (id TEXT PRIMARY KEY, sequence INTEGER, type TEXT, event TEXT)"
            )

    def open(self):
        return sqlite3.connect(self.path, timeout=5)

    def keep(self, event):
        """Keeps the event; says whether it is new."""
        with self.open() as database:
            kept = database.execute(
                "INSERT OR IGNORE INTO events VALUES (?, ?, ?, ?)",
                (event["id"], int(event["sequence"]), event["type"], json.dumps(event)),
            )
            return kept.rowcount == 1


class Receiver(BaseHTTPRequestHandler):
    """Answers 204 to what it has, new or not; 401 to what is not signed; 400 to what is no event."""

    def do_POST(self):
        length = int(self.headers.get("content-length") or 0)
        if length > LARGEST_BODY:
            return self.answer(413)
        body = self.rfile.read(length)
        with open(self.server.secrets, encoding="ascii") as file:
            secrets = file.read().split()
        if not signed(secrets, self.headers, body, time.time()):
            return self.answer(401)
        try:
            event = json.loads(body)
            if event["id"] != self.headers["webhook-id"]:
                return self.answer(400)
            if event["type"].endswith(".ping"):
                return self.answer(204)
            new = self.server.store.keep(event)
        except (ValueError, KeyError, TypeError):
            return self.answer(400)
        # Here your own work begins: read `dataref` with an account of your own. Do it behind the answer, not before it.
        print("new" if new else "known", event["id"], event["type"], flush=True)
        return self.answer(204)

    def answer(self, status):
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    arguments.add_argument("--port", type=int, default=8010)
    arguments.add_argument("--secrets", required=True)
    arguments.add_argument("--store", required=True)
    given = arguments.parse_args()
    server = ThreadingHTTPServer(("127.0.0.1", given.port), Receiver)
    server.secrets, server.store = given.secrets, Store(given.store)
    print("listening on", server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
