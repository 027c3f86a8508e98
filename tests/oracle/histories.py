"""Seeded random histories in the golden format, for playing two engines against each other.

`history(seed, number, topic)` gives one case; the same arguments always give the same case. A case is drawn
around one *focus* day (a commencement, a leap day, a holiday, an edge of the table, or just a day), and then
sharpened: the oracle is asked which duties there are, and notifications, custody, quashes, returns and the
day of the assessment are put on, just before or just after the days that matter to them.
"""

import random
from datetime import date, timedelta

from engine import answer

IE, NL, TERM = TOPICS = ("ie", "nl-pilot", "term")

DUTCH_FOCUS = [
    date.fromisoformat(day)
    for day in (
        "2022-12-31 2023-01-01 2023-04-07 2023-04-27 2023-05-18 2024-02-29 2024-03-29 2024-05-09 2024-12-25 2025-04-18 "
        "2025-04-26 2025-05-29 2025-12-26 2026-01-02 2026-04-03 2026-04-27 2026-05-05 2026-05-14 2027-05-05 2027-12-25 "
        "2028-02-29 2028-04-14 2028-12-22 2028-12-29 2029-01-01"
    ).split()
]
IRISH_FOCUS = [
    date.fromisoformat(day)
    for day in (
        "2001-09-27 2001-09-27 2008-02-29 2022-11-13 2023-11-06 2023-11-13 2023-11-13 2023-11-13 2023-11-13 2024-02-29 "
        "2024-02-28 2024-05-31 2024-11-13 2024-12-31 2025-03-01 2028-02-29"
    ).split()
]
CUSTODY_KINDS = ("remand", "prison", "detention_school", "temporary_release")
NOTIFIED_KINDS = ("initial", "name", "home", "stay", "travel", "return", "unplanned_absence", "periodic", "no_home")
PLACES = ("P", "Q")


class Drawing:
    """The dice, and the days they are thrown around."""

    def __init__(self, seed, number, topic):
        self.dice = random.Random(f"{seed}/{number}/{topic}")
        self.irish = topic == IE
        focus = self.dice.choice(IRISH_FOCUS if self.irish else DUTCH_FOCUS)
        if self.chance(0.35):
            first = date(2021, 6, 1) if self.irish else date(2023, 1, 1)
            focus = first + timedelta(days=self.dice.randrange(2400))
        self.focus = focus

    def chance(self, probability):
        return self.dice.random() < probability

    def number(self, low, high):
        return self.dice.randint(low, high)

    def one_of(self, *options):
        return self.dice.choice(options)

    def near(self, day, spread=6):
        return day + timedelta(days=self.number(-spread, spread))

    def some_day(self):
        """Mostly close to the focus, sometimes up to two years on."""
        reach = self.dice.choices([(-8, 12), (-40, 60), (-200, 400), (-500, 900)], [6, 3, 3, 1])[0]
        return self.focus + timedelta(days=self.number(*reach))

    def length(self):
        """The length of a stay, an absence or a spell of custody in days; mostly around the thresholds."""
        return self.number(*self.dice.choices([(0, 4), (5, 9), (10, 40), (60, 500)], [8, 4, 3, 1])[0])


# Drawing the parts of a case


def text(day):
    return day.isoformat() if day else None


def term_length(draw):
    """Months and days around the bands of six and twenty-four months."""
    months = draw.one_of(0, 1, 3, 5, 6, 8, 12, 15, 18, 23, 24, 25, 30, 60)
    days = draw.one_of(0, 0, 0, 0, 1, 2, 29, 30, 31)
    if months == 0:
        days = draw.one_of(1, 10, 180, 183, 184, 185, 365, 730, 731, 732)
    return {name: n for name, n in (("months", months), ("days", days)) if n}


def sentence(draw, previous):
    kind = draw.dice.choices(["imprisonment", "community", "fine", "life"], [12, 1, 1, 1])[0]
    drawn = {"kind": kind}
    if kind == "imprisonment":
        drawn |= term_length(draw)
        if draw.chance(0.4):
            drawn["suspended"] = suspended_part(draw, drawn)
            if draw.chance(0.3):
                drawn["revivedOn"] = text(draw.some_day())
        runs = draw.one_of("concurrent", "consecutive", "overlapping", None) if previous else None
        if runs:
            drawn["runs"] = runs
        if runs == "overlapping":
            shorter = min(drawn.get("months", 0), previous.get("months", 0))
            drawn["overlap"] = {"months": draw.number(1, shorter)} if shorter else {"days": 1}
            if draw.chance(0.3):
                drawn["overlap"]["days"] = draw.number(1, 20)
    return drawn


def suspended_part(draw, whole):
    """All of the term, or some whole months or days of it."""
    months, days = whole.get("months", 0), whole.get("days", 0)
    if draw.chance(0.4):
        return {name: n for name, n in (("months", months), ("days", days)) if n}
    if months:
        return {"months": draw.number(1, months)}
    return {"days": draw.number(1, days)}


def sentences(draw):
    drawn = []
    for _ in range(draw.dice.choices([1, 2, 3], [6, 3, 1])[0]):
        drawn.append(sentence(draw, drawn[-1] if drawn else None))
    return drawn


def conviction(draw, number):
    convicted = draw.focus if draw.chance(0.08) else draw.some_day()
    if draw.chance(0.4):
        convicted -= timedelta(days=draw.one_of(30, 365, 1826, 2557, 3652, 700, 3287))
    drawn = {"id": f"C{number}", "convictedOn": text(convicted)}
    if draw.chance(0.3):
        drawn["place"] = draw.one_of("home", "abroad", "abroad")
    if draw.chance(0.93):
        drawn["sentences"] = sentences(draw)
    if draw.chance(0.2):
        sentenced = convicted + timedelta(days=draw.one_of(0, 1, 5, 30, 90))
        drawn["sentencedOn"] = text(max(convicted, draw.near(draw.focus, 1)) if draw.chance(0.3) else sentenced)
    if draw.chance(0.25):
        drawn["offenceOn"] = text(convicted - timedelta(days=draw.one_of(0, 1, 100, 700, 4000)))
    if draw.chance(0.08):
        drawn["courtPeriodYears"] = draw.number(1, 5)
    if draw.chance(0.06):
        drawn["registrable"] = False
    if "sentences" in drawn and draw.chance(0.12):
        days = sorted(convicted + timedelta(days=draw.number(0, 400)) for _ in range(draw.one_of(1, 1, 2)))
        drawn["varied"] = [{"on": text(on), "sentences": sentences(draw)} for on in days]
    if draw.chance(0.1):
        drawn["quashedOn"] = text(convicted + timedelta(days=draw.one_of(0, 1, 3, 5, 30, 370, 400)))
    return drawn


def birth_date(draw, convictions):
    """Around the eighteenth birthday on the day of the offence, the conviction or the sentence."""
    anchor = draw.focus
    if convictions:
        chosen = draw.dice.choice(convictions)
        anchor = date.fromisoformat(chosen.get(draw.one_of("offenceOn", "sentencedOn"), chosen["convictedOn"]))
    years_ago = anchor.replace(year=anchor.year - draw.one_of(17, 18, 18, 18, 19, 40), day=min(anchor.day, 28))
    return draw.near(years_ago, 3)


def custody(draw):
    """Up to four spells, often touching."""
    drawn, start = [], draw.some_day()
    for _ in range(draw.dice.choices([1, 2, 3, 4], [6, 3, 2, 1])[0]):
        end = start + timedelta(days=draw.length())
        drawn.append({"kind": draw.dice.choice(CUSTODY_KINDS), "from": text(start), "until": text(end)})
        start = end + timedelta(days=draw.one_of(0, 0, 1, 2, 3, 5, 20))
    if draw.chance(0.12):
        drawn[-1]["until"] = None
    return drawn


def event(draw):
    """One event, or the two or three that belong together."""
    weights = {
        "name_used": 2,
        "home_changed": 4,
        "stay": 4,
        "absence": 6,
        "became_resident": 1,
        "no_home_notice": 1,
        "order_notified": 1 if draw.irish else 0,
        "notification": 6,
    }
    kind = draw.dice.choices(list(weights), list(weights.values()))[0]
    on = draw.some_day()
    end = on + timedelta(days=draw.length())
    if kind == "stay":
        return stays(draw, on, end)
    if kind == "absence":
        return absence(draw, on, end)
    if kind == "no_home_notice":
        drawn = [{"type": kind, "on": text(on), "intervalDays": draw.number(1, 9)}]
        if draw.chance(0.2):
            del drawn[0]["intervalDays"]
        if draw.chance(0.5):
            drawn.append({"type": "home_accepted", "on": text(on + timedelta(days=draw.number(1, 30)))})
        return drawn
    if kind == "notification":
        return [notification(draw, draw.dice.choice(NOTIFIED_KINDS), on)]
    drawn = [{"type": kind, "on": text(on)}]
    if draw.chance(0.4) and kind in ("name_used", "home_changed"):
        drawn.append(notification(draw, kind.split("_")[0], on + timedelta(days=draw.number(0, 9))))
    return drawn


def stays(draw, start, end):
    """A stay, and sometimes another at the same place where the twelve months of the first days end."""
    drawn = {"type": "stay", "place": draw.dice.choice(PLACES), "from": text(start), "until": text(end)}
    if draw.chance(0.15):
        drawn["until"] = None
    elif draw.chance(0.3):
        drawn["until"] = text(start + timedelta(days=draw.number(0, 3)))
        again = start + timedelta(days=draw.number(360, 368))
        later = {**drawn, "from": text(again), "until": text(again + timedelta(days=draw.number(0, 6)))}
        return [drawn, later]
    return [drawn]


def absence(draw, start, end):
    intended = draw.chance(0.6)
    until = None if draw.chance(0.15) else text(end)
    drawn = {"type": "absence", "from": text(start), "until": until, "intended": intended}
    events = [drawn]
    planned = max(start, draw.near(end, 2)) if draw.chance(0.6) else end
    if intended and draw.chance(0.85):
        drawn["plannedReturn"] = text(planned)
    if draw.chance(0.6 if intended else 0.15):
        told = notification(draw, "travel", start - timedelta(days=draw.one_of(-1, 0, 0, 1, 2, 10)))
        told["plannedReturn"] = text(max(start, draw.one_of(planned, planned, end, draw.near(end, 2))))
        if draw.chance(0.2):
            drawn["id"], told["on"] = f"trip-{start}", text(draw.near(start, 20))
            told["trip"] = draw.one_of(drawn["id"], drawn["id"], "withdrawn")
        events.insert(0, told)
    return events


def notification(draw, kind, on):
    drawn = {"type": "notification", "on": text(on), "kind": kind}
    if kind == "stay" and draw.chance(0.8):
        drawn["place"] = draw.dice.choice(PLACES)
    if kind == "travel" and draw.chance(0.8):
        drawn["plannedReturn"] = text(on + timedelta(days=draw.number(0, 12)))
    return drawn


def yearly_notifications(draw):
    """A chain of notifications about a year apart, around the anniversaries and the seven days after them."""
    drawn, on = [], draw.some_day()
    for _ in range(draw.number(1, 5)):
        kind = draw.one_of("periodic", "periodic", "home", "initial", "travel", "name")
        drawn.append(notification(draw, kind, on))
        on += timedelta(days=draw.one_of(0, 1, 200, 363, 364, 365, 366, 367, 371, 372, 373, 380, 750))
    return drawn


def facts(draw, topic):
    given = {"regime": topic, "asOf": text(draw.near(draw.some_day(), 20))}
    if draw.chance(0.5):
        given["subjectSince"] = text(draw.focus - timedelta(days=draw.one_of(0, 1, 3, 100, 1000)))
    else:
        given["convictions"] = [conviction(draw, n + 1) for n in range(draw.dice.choices([1, 2, 3], [6, 3, 1])[0])]
    if draw.chance(0.25):
        given["person"] = {"birthDate": text(birth_date(draw, given.get("convictions")))}
    if topic == NL and draw.chance(0.3):
        days = [date.fromisoformat(c["convictedOn"]) for c in given.get("convictions", [])]
        begins = draw.near(draw.dice.choice(days), 1) if days and draw.chance(0.1) else draw.some_day()
        given["pilotFrom"] = text(begins)
    if draw.chance(0.5):
        given["custody"] = custody(draw)
    events = [drawn for _ in range(draw.number(0, 5)) for drawn in event(draw)]
    if draw.chance(0.4):
        events += yearly_notifications(draw)
    if abroad := [c for c in given.get("convictions", []) if c.get("place") == "abroad"]:
        events += coming_to_the_state(draw, date.fromisoformat(abroad[0]["convictedOn"]))
    if events:
        given["events"] = events
    return given


def coming_to_the_state(draw, convicted):
    """Residence, before or after a foreign conviction, and an absence in which the conviction may have fallen."""
    drawn = []
    if draw.chance(0.6):
        on = draw.one_of(draw.some_day(), draw.near(convicted, 1), convicted - timedelta(days=200))
        drawn.append({"type": "became_resident", "on": text(on)})
    elif draw.chance(0.6):
        for start in (draw.some_day(), draw.near(convicted, 5), draw.near(draw.focus, 5)):
            end = start + timedelta(days=draw.number(0, 7))
            drawn.append({"type": "stay", "place": draw.dice.choice(PLACES), "from": text(start), "until": text(end)})
    if draw.chance(0.3):
        start = convicted - timedelta(days=draw.one_of(0, 1, 10))
        end = convicted + timedelta(days=draw.one_of(0, 0, 1, 20, 400))
        drawn += absence(draw, start, end)
    return drawn


# Sharpening a case


def telling_days(duty):
    """The days on which a duty turns."""
    return [date.fromisoformat(duty[name]) for name in ("trigger", "due", "overdueAfter") if duty[name]]


def sharpen(draw, given):
    """Put something on or beside a day that matters to one of the duties."""
    duties = answer({"given": given}).get("duties")
    if not duties:
        return
    duty = draw.dice.choice(duties)
    day = draw.near(draw.dice.choice(telling_days(duty)), 1)
    events = given.setdefault("events", [])
    ways = {"notify": 6, "custody": 4, "asOf": 3, "quash": 1, "return": 2, "series": 1, "again": 1}
    what = draw.dice.choices(list(ways), list(ways.values()))[0]
    if what == "notify":
        events.insert(draw.number(0, len(events)), notification(draw, duty["kind"], day))
    elif what == "custody":
        length = timedelta(days=draw.length())
        start, end = (day, day + length) if draw.chance(0.6) else (day - length, day)
        spell = {"kind": draw.dice.choice(CUSTODY_KINDS), "from": text(start), "until": text(end)}
        if draw.chance(0.1):
            spell["until"] = None
        given.setdefault("custody", []).append(spell)
    elif what == "asOf":
        given["asOf"] = text(day)
    elif what == "quash":
        for drawn in given.get("convictions", []):
            if drawn["convictedOn"] <= text(day) and draw.chance(0.7):
                drawn["quashedOn"] = text(day)
    elif what == "return":
        for drawn in events:
            if drawn["type"] == "absence" and drawn["from"] <= text(day) and draw.chance(0.7):
                drawn["until"] = text(day)
    elif what == "series":
        notice = {"type": "no_home_notice", "on": text(day), "intervalDays": draw.number(1, 5)}
        events.append(draw.one_of(notice, {"type": "home_accepted", "on": text(day)}))
    else:
        events.append({"type": draw.one_of("home_changed", "name_used"), "on": text(day)})


def spoil(draw, given):
    """One flaw for which the facts must be refused."""
    day = date.fromisoformat(given["asOf"])
    before, events = text(day - timedelta(days=draw.number(1, 30))), given.setdefault("events", [])
    convicted = {"id": "X", "convictedOn": text(day), "sentences": [{"kind": "fine"}]}
    flaw = draw.number(0, 8)
    if flaw == 0:
        given.setdefault("custody", []).append({"kind": "remand", "from": text(day), "until": before})
    elif flaw == 1:
        events.append({"type": "stay", "place": "P", "from": text(day), "until": before})
    elif flaw in (2, 3):
        absent = {"type": "absence", "from": text(day), "until": None, "intended": flaw == 2}
        events.append(absent | {draw.one_of("until", "plannedReturn"): before})
    elif flaw == 8 and not draw.irish:
        events.append({"type": "order_notified", "on": text(day)})
    else:
        extra = {
            4: {"sentencedOn": before},
            5: {"quashedOn": before},
            6: {"varied": [{"on": before, "sentences": [{"kind": "fine"}]}]},
            7: {"courtPeriodYears": draw.number(6, 9)},
            8: {"offenceOn": text(day + timedelta(days=1))},
        }[flaw]
        if draw.chance(0.2):
            extra["registrable"] = False
        given.setdefault("convictions", []).append(convicted | extra)


def term_facts(draw):
    """One time limit (`check: "term"`)."""
    unit = draw.dice.choices(["days", "weeks", "months", "years", "hours"], [8, 2, 3, 2, 2])[0]
    number = {
        "days": draw.one_of(1, 2, 3, 4, 7, 7, 10, 30, 89, 90, 91),
        "weeks": draw.one_of(1, 2, 6, 11, 12, 13),
        "months": draw.one_of(1, 1, 2, 3, 4, 12),
        "years": draw.one_of(1, 4, 5, 7, 10),
        "hours": draw.one_of(1, 24, 48, 72, 100),
    }[unit]
    event = text(draw.near(draw.focus, 12))
    if draw.chance(0.2):
        event = draw.one_of("2024-01-31", "2024-03-31", "2024-02-29", "2025-08-31", "2025-12-31", "2026-05-30")
    if unit == "hours":
        offset = draw.one_of("+01:00", "+02:00", "+00:00", "-05:00")
        event = draw.one_of(event, "2026-03-28", "2026-03-29", "2025-10-25", "2025-10-26")
        event += f"T{draw.number(0, 23):02}:{draw.one_of(0, 30):02}:00{offset}"
    return {
        "event": event,
        "length": {"unit": unit, "n": number},
        "firstDayCounts": draw.chance(0.4),
        "extension": draw.one_of("atw", "atw", "none"),
        "countedBack": draw.chance(0.2),
        "source": draw.one_of("act", "act", "act", "other"),
    }


def history(seed, number, topic):
    """One case of the golden format, without `expect`."""
    draw = Drawing(seed, number, topic)
    identity = f"{topic}-{seed}-{number}"
    if topic == TERM:
        return {"id": identity, "check": "term", "given": term_facts(draw)}
    given = facts(draw, topic)
    for _ in range(draw.dice.choices([0, 1, 2, 4], [1, 3, 4, 3])[0]):
        sharpen(draw, given)
    if draw.chance(0.03):
        spoil(draw, given)
    return {"id": identity, "check": "assess", "given": given}
