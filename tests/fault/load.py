"""A steady load on one server: reports that are written down before they are sent, and looks at what is there."""

import random
import threading
import time
import uuid
from typing import NamedTuple

from harness.client import Client, NoAnswer
from harness.reports import draw
from stream import send

NOBODY_ANSWERED = 0
LOOKS = 0.2
AFTER_A_FAULT = 3


class Seen(NamedTuple):
    """One request: when it was sent, how long it took, what it was, and the status of its answer."""

    at: float
    seconds: float
    report: bool
    status: int


class Load:
    """`workers` clients, each with a pause between its requests, from `with` to its end; and again from the next `with`. No two
    reports about the same people bear the same mark: a second load begins at another number."""

    def __init__(self, port, people, journal, seed, workers=4, pause=0.12, first=0):
        self.port, self.people, self.journal, self.seed = port, people, journal, seed
        self.workers, self.pause = workers, pause
        self.lock, self.number, self.stopped, self.rounds = threading.Lock(), first, threading.Event(), 0
        self.seen, self.errors, self.threads = [], [], []

    def __enter__(self):
        for officer in {person.officer for person in self.people}:
            officer.renew(officer.token)
        self.stopped.clear()
        self.rounds += 1
        self.threads = [threading.Thread(target=self._guarded, args=(each,)) for each in range(self.workers)]
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        for thread in self.threads:
            thread.join()
        if self.errors:
            raise self.errors[0]

    def _guarded(self, each):
        clients = {}
        try:
            self._work(clients, random.Random(f"{self.seed} {self.number // 100_000} {self.rounds} {each}"))
        except Exception as error:  # told at the end
            self.errors.append(error)
        finally:
            for client in clients.values():
                client.close()

    def _work(self, clients, dice):
        while not self.stopped.is_set():
            with self.lock:
                self.number += 1
                person, path, body = draw(dice, self.people, self.number)
            client = clients.setdefault(person.officer, Client(self.port, person.officer))
            began = time.monotonic()
            report = dice.random() >= LOOKS
            if report:
                status = self._report(client, str(uuid.UUID(int=dice.getrandbits(128))), path, body)
            else:
                status = look(client, f"/registrations/{person.registration}/notifications?limit=2")
            self.seen.append(Seen(began, time.monotonic() - began, report, status))
            # Who was not served does not ask again at once.
            self.stopped.wait(self.pause * dice.uniform(0.5, 1.5) * (1 if 0 < status < 500 else AFTER_A_FAULT))

    def _report(self, client, key, path, body):
        self.journal.intend(key, path, body)
        watched = Watched(client)
        send(watched, self.journal, key, path, body)
        return watched.status

    def acknowledged_since(self, moment):
        """Reports that were sent after that moment and taken."""
        return [each for each in self.seen if each.report and each.status == 201 and each.at >= moment]


class Watched:
    """A client that remembers the status of its last answer."""

    def __init__(self, client):
        self.client, self.status = client, NOBODY_ANSWERED

    def post(self, path, body, key):
        answer = self.client.post(path, body, key=key)
        self.status = answer.status
        return answer


def look(client, path):
    try:
        return client.get(path).status
    except NoAnswer:
        return NOBODY_ANSWERED


def statuses(seen):
    """How often each status was answered, in words."""
    counted = {}
    for each in seen:
        counted[each.status] = counted.get(each.status, 0) + 1
    return ", ".join(f"{counted[status]} x {status or 'no answer'}" for status in sorted(counted))


def quantile(seconds, part):
    """That quantile, in seconds, by the nearest rank; nothing of nothing."""
    ranked = sorted(seconds)
    return ranked[min(len(ranked) - 1, int(len(ranked) * part))] if ranked else float("nan")
