"""What a client knows: what it meant to send, written down before it was sent, and what came back.

Only the journal says what the register owes: a request acknowledged in it must be there, one that was refused must not,
and one without an outcome may be either until it is sent again with the same key.
"""

import json
import os
import threading

OK, FAIL, UNKNOWN = "ok", "fail", "unknown"


class Journal:
    """A file of one JSON line for each intent and each outcome, on the disk before the client goes on."""

    def __init__(self, path):
        self.lock = threading.Lock()
        self.file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_DSYNC, 0o600)
        self.path = path

    def intend(self, key, path, report):
        self._write({"key": key, "intent": {"path": path, "report": report}})

    def outcome(self, key, outcome, answer=None):
        self._write({"key": key, "outcome": outcome, "answer": answer})

    def _write(self, entry):
        with self.lock:
            os.write(self.file, json.dumps(entry).encode() + b"\n")

    def read(self):
        """Every request in the order of its intent: `{key, path, report, outcome, answer}`."""
        requests = {}
        with open(self.path, encoding="utf-8") as lines:
            for line in lines:
                entry = json.loads(line)
                if "intent" in entry:
                    requests[entry["key"]] = {
                        "key": entry["key"], **entry["intent"], "outcome": UNKNOWN, "answer": None
                    }
                else:
                    requests[entry["key"]].update(outcome=entry["outcome"], answer=entry["answer"])
        return list(requests.values())
