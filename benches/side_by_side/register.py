"""The register under measurement: an installation filled with invented people, and requests ready to be sent to it."""

import json
import random
import threading
import uuid
from datetime import date

from harness.client import Client
from harness.people import Staff
from harness.reports import stay
from harness.server import Installation

CONNECTIONS = 16


def at_once(count, work, say):
    """Runs `work(connection, number)` for each number over all connections; the first error is raised."""
    numbers, lock, errors, done = iter(range(count)), threading.Lock(), [], [0]

    def go(connection):
        while not errors:
            with lock:
                number = next(numbers, None)
                if number is None:
                    return
                done[0] += 1
                if done[0] % max(1, count // 10) == 0:
                    say(f"{done[0]:>8,} of {count:,}")
            try:
                work(connection, number)
            except Exception as error:
                errors.append(error)

    workers = [threading.Thread(target=go, args=(each,)) for each in range(CONNECTIONS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if errors:
        raise errors[0]


class Register:
    """An installation whose jobs do not run by themselves, so that nothing but what is measured takes time."""

    def __init__(self, program, folder, database=None, key_store=None):
        self.installation = Installation(program, folder, database, key_store)
        settings = self.installation.settings
        settings.write_text(settings.read_text().replace('in_server = "yes"', 'in_server = "no"\nsweep = "* * * * * *"'))
        self.installation.start()
        self.staff, self.people, self.dice = Staff(self.installation), [], random.Random(1)

    @property
    def port(self):
        return self.installation.port

    def fill(self, registrants, reports, say):
        """Enrols people, and has each report `reports` stays."""
        clients = [self.staff.client() for _ in range(CONNECTIONS)]
        people = [None] * registrants

        def enrol(connection, number):
            people[number] = self.staff.enrol(clients[connection], number)

        say(f"enrolling {registrants:,} people")
        at_once(registrants, enrol, say)
        self.people = people
        officers = [Client(self.port, self.staff.officer) for _ in range(CONNECTIONS)]

        def report(connection, number):
            person = people[number % registrants]
            path, body = self.stay(person, number)
            officers[connection].post(path, body, key=str(uuid.uuid4())).expect(201)

        if reports:
            say(f"{registrants * reports:,} reports")
            at_once(registrants * reports, report, say)

    def stay(self, person, number):
        """A report of a stay: where to, and what."""
        path, body = stay(person, number, date.today())
        body["onBehalf"] = {"channel": "desk", "place": "Bureau Proefstad, balie 2"}
        return f"/registrations/{person.registration}/{path}", body

    def token(self):
        """A fresh access token of the officer."""
        return self.staff.officer.renew(self.staff.officer.token)

    def writes(self):
        """Reports without end, each about another person under a key of its own, as bytes."""
        token, number = self.token(), self.dice.randrange(10**9)
        while True:
            number += 1
            path, body = self.stay(self.dice.choice(self.people), number)
            yield request("POST", f"/v1{path}", json.dumps(body).encode(), [
                f"Authorization: Bearer {token}", f"Idempotency-Key: {uuid.UUID(int=self.dice.getrandbits(128))}",
                "Content-Type: application/json", "Accept: application/json"])


def request(method, path, body=b"", headers=()):
    """The bytes of one request."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body
