"""A sender that keeps to its timetable: who must wait for the server is late, and the wait counts."""

import random
import threading
import time
import uuid
from typing import NamedTuple

from harness.client import Client, NoAnswer
from harness.reports import draw
from stream import send

REPORTS = 0.2


class Served(NamedTuple):
    """One request: the seconds since it should have been sent, the status of its answer, and whether it said when to come back."""

    seconds: float
    status: int
    retry_after: bool


class Remembering:
    """A client whose last answer can be asked for."""

    def __init__(self, client):
        self.client, self.answer = client, None

    def post(self, path, body, key):
        self.answer = self.client.post(path, body, key=key)
        return self.answer


class OpenLoop:
    """`rate` requests a second for so many seconds, of which a fifth are reports."""

    def __init__(self, port, people, journal, seed, rate, seconds, senders, first=0):
        self.port, self.people, self.journal, self.rate = port, people, journal, rate
        self.count, self.senders, self.first, self.seed = round(rate * seconds), senders, first, seed
        self.lock, self.next, self.served = threading.Lock(), 0, []
        self.began = 0.0

    def run(self):
        """To its end; answers everything that was seen."""
        for officer in {person.officer for person in self.people}:
            officer.renew(officer.token)
        self.began = time.monotonic()
        senders = [threading.Thread(target=self._send, args=(each,)) for each in range(self.senders)]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
        return self.served

    def _send(self, each):
        dice, client = random.Random(f"{self.seed} {self.first} {each}"), None
        while True:
            with self.lock:
                if self.next >= self.count:
                    break
                number, self.next = self.next, self.next + 1
                person, path, body = draw(dice, self.people, self.first + number)
            client = client or Client(self.port, person.officer)
            due = self.began + number / self.rate
            time.sleep(max(0, due - time.monotonic()))
            answer = self._one(client, dice, person, path, body)
            self.served.append(Served(time.monotonic() - due, answer.status if answer else 0,
                                      bool(answer and answer.headers.get("Retry-After"))))
        if client:
            client.close()

    def _one(self, client, dice, person, path, body):
        if dice.random() < REPORTS:
            key, kept = str(uuid.UUID(int=dice.getrandbits(128))), Remembering(client)
            self.journal.intend(key, path, body)
            send(kept, self.journal, key, path, body)
            return kept.answer
        try:
            return client.get(f"/registrations/{person.registration}/notifications?limit=5")
        except NoAnswer:
            return None
