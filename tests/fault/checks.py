"""What must be true after the storm. Every check answers a list of what is wrong, in words; none is right."""

import json
import tempfile
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from harness.client import Client
from harness.journal import FAIL, OK, UNKNOWN
from harness.reports import mark_of

from stream import send

PAGE = 100
READERS = 4
CREATED = ("notification.create", "notification.create_on_behalf")


def settle(installation, people, journal):
    """Sends everything without an outcome again, with the same key: the register must now say what became of it."""
    officers, left = by_registration(people), []
    for request in journal.read():
        if request["outcome"] == UNKNOWN:
            client = Client(installation.port, officers[registration_of(request)])
            if send(client, journal, request["key"], request["path"], request["report"]) == UNKNOWN:
                left.append(f"{request['key']} has no outcome, also when sent again")
    return left


def by_registration(people):
    return {person.registration: person.officer for person in people}


def registration_of(request):
    return request["path"].split("/")[2]


def repeated(installation, people, journal, dice, count):
    """Sends acknowledged reports again: each must get the very answer it got, and (see `kept`) have no second effect."""
    officers = by_registration(people)
    acknowledged = [request for request in journal.read() if request["outcome"] == OK]
    wrong = []
    for request in dice.sample(acknowledged, min(count, len(acknowledged))):
        client = Client(installation.port, officers[registration_of(request)])
        answer = client.post(request["path"], request["report"], key=request["key"])
        if (answer.status, answer.body) != (201, request["answer"]["body"]):
            wrong.append(f"{request['key']} got another answer when sent again: {answer.status}")
        other = client.post(request["path"], {**request["report"], "identity": {
            **request["report"]["identity"], "birthDate": "1980-01-01"}}, key=request["key"])
        if other.status != 409:
            wrong.append(f"{request['key']} was taken for another report: {other.status}")
    return wrong


class Register:
    """Everything the register shows of these people's notifications, read page by page through the API."""

    def __init__(self, installation, people):
        self.notifications, self.by_mark = {}, defaultdict(list)
        with ThreadPoolExecutor(READERS) as pool:
            for details in pool.map(lambda person: self._of(installation, person), people):
                for detail in details:
                    self.notifications[detail["id"]] = detail
                    self.by_mark[mark_of(detail["content"])].append(detail)

    def _of(self, installation, person):
        client, details = Client(installation.port, person.officer), []
        path = f"/registrations/{person.registration}/notifications"
        after = ""
        while after is not None:
            page = client.get(f"{path}?limit={PAGE}{after}").expect(200)
            for item in page["items"]:
                detail = client.get(f"{path}/{item['id']}").expect(200)
                detail["receipt"] = client.get(f"{path}/{item['id']}/receipt").expect(200)["receipt"]
                details.append(detail)
            after = f"&after={page['next']}" if page.get("next") else None
        client.close()
        return details


def kept(register, requests):
    """Acknowledged: there exactly once, as it was sent, with the id and receipt it was answered with. Refused: not there."""
    wrong, expected = [], set()
    for request in requests:
        mark = mark_of(request["report"])
        found = register.by_mark.get(mark, [])
        expected.add(mark)
        if request["outcome"] == OK:
            if len(found) != 1:
                wrong.append(f"report {mark} was acknowledged and is there {len(found)} times")
                continue
            answer = request["answer"]["body"]
            if (found[0]["id"], found[0]["receipt"]) != (answer["id"], answer["receipt"]):
                wrong.append(f"report {mark} has another id or receipt than was answered")
            if found[0]["content"] != request["report"]:
                wrong.append(f"report {mark} is kept with another content than was sent")
        elif found:
            wrong.append(f"report {mark} was not accepted ({request['outcome']}) and is there {len(found)} times")
    wrong += [f"report {mark} is there and nobody sent it" for mark in register.by_mark if mark not in expected]
    return wrong


def receipts(installation, requests, jwks):
    """Each receipt as it was answered verifies offline, over the content as it was sent."""
    with tempfile.TemporaryDirectory() as folder:
        keys = Path(folder) / "jwks.json"
        keys.write_text(json.dumps(jwks))

        def verify(request):
            content = Path(folder) / f"{request['key']}.json"
            content.write_text(json.dumps(request["report"]))
            done = installation.command(
                "receipt", "verify", "-", "--jwks", str(keys), "--content", str(content),
                stdin=request["answer"]["body"]["receipt"],
            )
            genuine = done.returncode == 0 and request["answer"]["body"]["id"] in done.stdout
            return None if genuine else f"the receipt of {request['key']}: {(done.stdout + done.stderr).strip()[:200]}"

        with ThreadPoolExecutor(4) as pool:
            acknowledged = [request for request in requests if request["outcome"] == OK]
            return [fault for fault in pool.map(verify, acknowledged) if fault]


def audit(installation, checkpoints):
    """The audit is as each of these checkpoints, kept outside since it was signed, says."""
    wrong = []
    for checkpoint in checkpoints:
        done = installation.command("audit", "verify", "--checkpoint", str(checkpoint))
        if done.returncode:
            wrong.append(f"{checkpoint.name}: {(done.stdout + done.stderr).strip()[:300]}")
    return wrong


def entries(database, register):
    """Each notification has its one audit entry of being made, and no entry tells of one that is not there."""
    made = Counter()
    for (entry,) in database.rows("SELECT entry FROM audit_leaves"):
        entry = json.loads(entry)
        # A repeated request reads the answer that was kept, and says so.
        if entry["action"] in CREATED and entry["outcome"] == "allowed" and "answer" not in entry.get("fields", []):
            made[entry["object"]["id"]] += 1
    wrong = [f"notification {each} has {made[each]} audit entries" for each in register.notifications if made[each] != 1]
    return wrong + [f"an audit entry tells of notification {each}, which is not there"
                    for each in made if each not in register.notifications]


def refused(requests):
    """The stream did send reports that must be refused, and nothing else was."""
    wrong = []
    for request in requests:
        report = request["report"]
        bad = "until" in report and report["until"] < report["from"]
        if bad != (request["outcome"] == FAIL):
            wrong.append(f"report {mark_of(report)} got {request['answer'] and request['answer']['status']}: "
                         f"{json.dumps(request['answer'])[:300]}")
    return wrong
