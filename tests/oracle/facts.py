"""The facts document of FORMAT.md, read into plain values, and the refusals it can meet."""

from dataclasses import dataclass
from datetime import date, timedelta

COMMENCED_2001 = date(2001, 9, 27)
COMMENCED_2023 = date(2023, 11, 13)
DUTCH_FROM = date(2023, 1, 1)
LONGEST_COURT_PERIOD = 5


class Refused(Exception):
    """The facts are refused with this code (FORMAT, `error`)."""


def day_of(holder, name):
    """The date under that name, or None."""
    text = holder.get(name)
    return date.fromisoformat(text) if text else None


@dataclass
class Absence:
    start: date
    end: date | None
    intended: bool
    planned_return: date | None
    name: str | None = None


@dataclass
class Stay:
    place: str
    start: date
    end: date | None

    def days(self):
        """The days stayed, both ends included. Who is still there stays on: a dozen days say it all,
        because the longest qualifying period has seven."""
        end = self.end or self.start + timedelta(days=12)
        return [self.start + timedelta(days=n) for n in range((end - self.start).days + 1)]

    def nights(self):
        """The nights stayed, each named by the day on which it ends (irish-model 6.4)."""
        return self.days()[1:]


@dataclass
class Notification:
    on: date
    kind: str
    planned_return: date | None
    place: str | None
    trip: str | None = None


class Facts:
    """Everything under `given` of an `assess` case."""

    def __init__(self, given):
        self.regime = given["regime"]
        self.irish = self.regime == "ie"
        self.as_of = day_of(given, "asOf")
        self.pilot_from = None if self.irish else day_of(given, "pilotFrom")
        self.birth_date = day_of(given.get("person") or {}, "birthDate")
        self.convictions = given.get("convictions") or []
        self.subject_since = None if self.convictions else day_of(given, "subjectSince")
        self.custody = [
            (spell["kind"], day_of(spell, "from"), day_of(spell, "until")) for spell in given.get("custody") or []
        ]
        events = given.get("events") or []

        def days(kind):
            return sorted(day_of(e, "on") for e in events if e["type"] == kind)

        self.names, self.homes = days("name_used"), days("home_changed")
        self.orders, self.residence = days("order_notified"), days("became_resident")
        # A moment is a day and a place in the list: what happens on one day happens in the listed order.
        self.acceptances = sorted((day_of(e, "on"), n) for n, e in enumerate(events) if e["type"] == "home_accepted")
        self.notices = sorted(
            ((day_of(e, "on"), n), e.get("intervalDays") or 3)
            for n, e in enumerate(events)
            if e["type"] == "no_home_notice"
        )
        self.stays = [
            Stay(e["place"], day_of(e, "from"), day_of(e, "until")) for e in events if e["type"] == "stay"
        ]
        self.absences = sorted(
            (
                Absence(
                    day_of(e, "from"),
                    day_of(e, "until"),
                    bool(e.get("intended")),
                    day_of(e, "plannedReturn"),
                    e.get("id"),
                )
                for e in events
                if e["type"] == "absence"
            ),
            key=lambda absence: absence.start,
        )
        # sorted() keeps the listed order of one day here too.
        self.notifications = sorted(
            (
                Notification(day_of(e, "on"), e["kind"], day_of(e, "plannedReturn"), e.get("place"), e.get("trip"))
                for e in events
                if e["type"] == "notification"
            ),
            key=lambda notification: notification.on,
        )

    def refuse_if_impossible(self):
        """Raise the refusals of FORMAT (`error` and the last settled detail)."""
        spans = [(start, end) for _, start, end in self.custody]
        spans += [(stay.start, stay.end) for stay in self.stays]
        spans += [(absence.start, end) for absence in self.absences for end in (absence.end, absence.planned_return)]
        for conviction in self.convictions:
            convicted = day_of(conviction, "convictedOn")
            spans += [(convicted, day_of(conviction, name)) for name in ("sentencedOn", "quashedOn")]
            spans += [(convicted, day_of(varied, "on")) for varied in conviction.get("varied") or []]
            if offence := day_of(conviction, "offenceOn"):
                spans.append((offence, convicted))
        if any(end is not None and end < start for start, end in spans):
            raise Refused("dates_out_of_order")
        if any((c.get("courtPeriodYears") or 0) > LONGEST_COURT_PERIOD for c in self.convictions):
            raise Refused("court_period_too_long")
        if self.orders and not self.irish:
            raise Refused("regime_without_orders")
