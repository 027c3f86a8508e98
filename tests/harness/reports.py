"""Reports about invented people: each is unlike every other by a mark in an address, so that it can be counted."""

from datetime import date, timedelta

MARK = "ligplaats"


def identity(person):
    return {"birthDate": person.birth_date, "names": [person.name], "homeAddress": address(1)}


def address(number):
    return {"type": "dutch", "street": "Proeflaan", "houseNumber": number, "postcode": "9999 XZ", "city": "Proefstad"}


def marked(number):
    """A place that no other report names."""
    return {"type": "location", "description": f"{MARK} {number:06d} aan de Proefkade", "municipality": "Proefstad"}


def confirmation(person, number, _):
    return "confirmations", {
        "identity": identity(person), "name": person.name, "otherNames": [], "address": marked(number)
    }


def home(person, number, today):
    return "addresses", {"identity": identity(person), "address": marked(number), "movedOn": str(today)}


def stay(person, number, today):
    return "stays", {
        "identity": identity(person), "address": marked(number),
        "from": str(today), "until": str(today + timedelta(days=1 + number % 5)),
    }


def journey(person, number, today):
    """A journey of three days that overlaps with none of the person's others."""
    departure = today + timedelta(days=2 + 5 * person.next_journey())
    back = departure + timedelta(days=3)
    place = {"type": "foreign", "country": "BE", "lines": [f"{MARK} {number:06d}", "2000 Voorbeelddorp"]}
    return "travel-plans", {
        "identity": identity(person), "departureOn": str(departure), "returnOn": str(back),
        "stops": [{"address": place, "from": str(departure), "until": str(back)}],
    }


def backwards(person, number, today):
    """A stay that ends before it begins: the register must refuse it."""
    path, body = stay(person, number, today)
    return path, {**body, "until": str(today - timedelta(days=1))}


def draw(dice, people, number, today=None):
    """The `number`-th report: whose, where to, and what; now and then one that must be refused."""
    today = today or date.today()
    person = dice.choice(people)
    kinds = [confirmation, stay, home, journey, backwards]
    kind = dice.choices(kinds, weights=[40, 30, 20, 6, 4])[0]
    if kind is journey and person.journeys >= 60:
        kind = stay
    path, body = kind(person, number, today)
    if person.officer_reports:
        body["onBehalf"] = {"channel": "desk", "place": "Bureau Proefstad, balie 2"}
    return person, f"/registrations/{person.registration}/{path}", body


def mark_of(content):
    """The mark of a report, wherever it stands in it."""
    if isinstance(content, str):
        return content[len(MARK) + 1:len(MARK) + 7] if content.startswith(f"{MARK} ") else None
    inner = content.values() if isinstance(content, dict) else content if isinstance(content, list) else ()
    return next((mark for mark in map(mark_of, inner) if mark), None)
