"""Staff and invented people, made through the program as an administrator and a lead would make them."""

import threading
import time
import uuid
from datetime import date, timedelta

from .client import Client, totp
from .server import Broken

PASSWORD = "een lang wachtwoord voor proeven"
TOKENS = "/tokens"
ACTIVATIONS = "/activations"


class Account:
    """A machine client of one role; signs in anew when its token has ended."""

    def __init__(self, port, username, secret):
        self.port, self.username, self.secret = port, username, secret
        self.lock, self.token = threading.Lock(), None

    def renew(self, stale):
        """The token to use instead of `stale`; one thread signs in, the others wait for it."""
        with self.lock:
            if self.token == stale:
                answer = Client(self.port).post(TOKENS, {"username": self.username, "password": self.secret})
                self.token = answer.expect(200)["accessToken"]
            return self.token


class Person:
    """An invented registrant, as their officer knows them."""

    def __init__(self, registration, officer, birth_date, name, journeys=0):
        self.registration, self.officer = registration, officer
        self.birth_date, self.name, self.journeys = birth_date, name, journeys
        self.officer_reports = True

    def next_journey(self):
        self.journeys += 1
        return self.journeys - 1


class Staff:
    """A lead who enrols and an officer who supervises and records what people report."""

    def __init__(self, installation, administrator=None):
        self.installation = installation
        administrator = administrator or first_administrator(installation)
        self.team = installation.run("account", "create-team", "--name", "Noord", "--region", "Noord").strip()
        self.officer_id, self.officer = self._machine(administrator, "supervision_officer")
        _, self.lead = self._machine(administrator, "review_lead")

    def _machine(self, administrator, role):
        username = f"proef-{role}"
        made = administrator.post("/accounts", {
            "username": username, "displayName": username, "role": role, "kind": "machine",
            "organisation": "proef", "teamId": self.team,
        }, key=str(uuid.uuid4())).expect(201)
        return made["id"], Account(self.installation.port, username, made["secret"])

    def client(self):
        """For one thread."""
        return Client(self.installation.port, self.lead)

    def enrol(self, client, number, officer_id=None, convicted_days_ago=30):
        """Enrols and activates one person, on the caseload of that officer; answers them. A person convicted long ago
        has missed the first deadline already."""
        person = invented(number)
        body = {
            "person": person, "regime": "nl-pilot",
            "legalBasis": {"kind": "synthetic", "reference": "proefdossier"},
            "convictions": [{"convictedOn": str(date.today() - timedelta(days=convicted_days_ago)),
                             "sentences": [{"kind": "imprisonment", "months": 18}]}],
            "officerId": officer_id or self.officer_id, "offenceClass": "contact_minor", "arm": "register_only",
        }
        made = client.post("/registrations", body, key=str(uuid.uuid4()))
        file = f"/registrations/{made.expect(201)['id']}"
        client.put(f"{file}/activation", {}, version=made.etag).expect(200)
        return Person(made.body["id"], self.officer, person["birthDate"], person["name"])

    def kept(self, people):
        """Everything, as JSON."""
        accounts = {name: [getattr(self, name).username, getattr(self, name).secret] for name in ("officer", "lead")}
        return {"officerId": self.officer_id, **accounts,
                "people": [[each.registration, each.birth_date, each.name, each.journeys] for each in people]}

    @classmethod
    def restore(cls, installation, kept):
        """What `kept` answered, again."""
        self = cls.__new__(cls)
        self.installation, self.officer_id = installation, kept["officerId"]
        for name in ("officer", "lead"):
            setattr(self, name, Account(installation.port, *kept[name]))
        return self, [Person(one, self.officer, *rest) for one, *rest in kept["people"]]


def invented(number):
    """A person who does not exist."""
    return {
        "name": {"given": "Proef", "surname": f"Persoon{number}"},
        "birthDate": str(date(1960, 1, 1) + timedelta(days=number % 12_000)),
        "skn": str(7_000_000 + number),
        "contact": {"email": f"proef.{number}@post.example", "language": "nl"},
    }


def take_into_use(anybody, code):
    """Takes an account of staff into use with its activation code; answers the secret of its second factor."""
    request = {"activationCode": code, "password": PASSWORD}
    secret = anybody.post(ACTIVATIONS, request).expect(200)["secondFactorSecret"]
    anybody.post(ACTIVATIONS, {**request, "oneTimeCode": totp(secret)}).expect(200)
    return secret


def next_code(secret):
    """A one-time code just after another one was spent: it is accepted half a minute early."""
    return totp(secret, time.time() + 30)


def first_administrator(installation):
    """Makes the first administrator on the command line and signs in with password and second factor."""
    printed = installation.run("account", "create-admin", "--username", "proef-beheer")
    code = next((word for word in printed.split() if word.count("-") >= 3), None)
    if code is None:
        raise Broken(f"no activation code in: {printed}")
    anybody = Client(installation.port)
    secret = take_into_use(anybody, code)
    credentials = {"username": "proef-beheer", "password": PASSWORD, "oneTimeCode": next_code(secret)}
    return Client(installation.port, anybody.post(TOKENS, credentials).expect(200)["accessToken"])


def enrol_people(installation, count):
    """That many people under one officer."""
    staff = Staff(installation)
    client = staff.client()
    return [staff.enrol(client, number) for number in range(count)]
