"""Who is subject and for how long: irish-model 2 and 6.9, dutch-context 9 (`registration period`)."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from custody import KINDS_PRISON, spells_of
from facts import COMMENCED_2001, COMMENCED_2023, day_of
from time_limits import ONE_DAY, months_after, months_beginning_with, years_beginning_with

FOREVER = date.max
INDEFINITE = None
ORDER_YEARS = 5
# Old text, under 18 at sentencing (irish-model 2.2): indefinite is not reduced.
REDUCED_YEARS = {10: 5, 7: 3, 5: 2, INDEFINITE: INDEFINITE}


@dataclass
class Registration:
    """One conviction (or order) that makes the person subject, with the days on which its `initial` arises.

    An initial trigger is a pair: the day on the strict reading, and on the lenient one (None: not at all).
    """

    start: date
    last_day: date
    provisional: bool = False
    quashed_on: date | None = None
    initials: list = field(default_factory=list)
    is_order: bool = False
    life: bool = False


def unsuspended(sentence):
    """Months and days of the term that count (irish-model 2.2): a revived part counts as never suspended."""
    if sentence["kind"] != "imprisonment":
        return 0, 0
    suspended = {} if sentence.get("revivedOn") else sentence.get("suspended") or {}
    return tuple((sentence.get(unit) or 0) - (suspended.get(unit) or 0) for unit in ("months", "days"))


def groups_of(sentences):
    """The sentences of one conviction in groups (6.9): a consecutive or overlapping one joins the one before
    it, a concurrent one starts its own. A group is its total in months and days, or "life"."""
    groups = []
    for sentence in sentences:
        if sentence.get("runs", "concurrent") == "concurrent" or not groups:
            groups.append([])
        groups[-1].append(sentence)
    for group in groups:
        if any(sentence["kind"] == "life" for sentence in group):
            yield "life"
            continue
        parts = [unsuspended(sentence) for sentence in group]
        overlaps = [s.get("overlap") or {} for s in group[1:] if s.get("runs") == "overlapping"]
        months = sum(m for m, _ in parts) - sum(o.get("months") or 0 for o in overlaps)
        days = sum(d for _, d in parts) - sum(o.get("days") or 0 for o in overlaps)
        yield months, days


def years_for_group(group, relevant_date):
    """The band of s.8(3) for one group: years, or INDEFINITE. Terms are laid on the calendar from the
    relevant date (FORMAT, settled details)."""
    if group == "life":
        return INDEFINITE
    months, days = group
    ends = months_beginning_with(relevant_date, months) + timedelta(days=days)
    if ends < relevant_date:
        return 5  # nothing unsuspended
    if ends > months_beginning_with(relevant_date, 24):
        return INDEFINITE
    return 10 if ends > months_beginning_with(relevant_date, 6) else 7


def years_for_sentences(sentences, relevant_date):
    """The best band of all groups governs; indefinite beats all (6.9)."""
    bands = [years_for_group(group, relevant_date) for group in groups_of(sentences)]
    return INDEFINITE if INDEFINITE in bands else max(bands)


def under_18(birth_date, day):
    """Younger than 18 on that day; somebody whose age is not known is taken for an adult."""
    return birth_date is not None and day <= years_beginning_with(birth_date, 18)


def sentences_in_force(conviction):
    """The sentences as last varied (s.8(8))."""
    varied = sorted(conviction.get("varied") or [], key=lambda v: v["on"])
    return varied[-1]["sentences"] if varied else conviction.get("sentences") or []


def sentenced_on(conviction):
    """The day of sentence, None while there is none (FORMAT, `sentencedOn`)."""
    if not sentences_in_force(conviction):
        return None
    return day_of(conviction, "sentencedOn") or day_of(conviction, "convictedOn")


def natural_last_day(conviction, facts):
    """The last day by 6.9 without a quash, and whether it is provisional."""
    convicted, sentenced = day_of(conviction, "convictedOn"), sentenced_on(conviction)
    if sentenced is None or sentenced > facts.as_of:
        return FOREVER, True
    old_text = facts.irish and sentenced < COMMENCED_2023
    court_years = conviction.get("courtPeriodYears")
    years = years_for_sentences(sentences_in_force(conviction), convicted)
    if old_text and under_18(facts.birth_date, sentenced):
        years = REDUCED_YEARS[years]
    elif court_years:
        years = court_years
    elif not old_text and under_18(facts.birth_date, day_of(conviction, "offenceOn") or convicted):
        return FOREVER, True
    return FOREVER if years is INDEFINITE else years_beginning_with(convicted, years), False


def caught_by_commencement(conviction, facts):
    """s.7(2) for a conviction before 27 September 2001: awaiting sentence, in prison or on temporary release
    on that day (6.9)."""
    sentenced = sentenced_on(conviction)
    awaiting = sentenced is None or sentenced >= COMMENCED_2001
    return awaiting or any(spell.touches(COMMENCED_2001) for spell in spells_of(facts.custody, KINDS_PRISON))


def first_return(away, absences):
    """The first day on which no absence goes on; FOREVER while there is none."""
    back = min(a.end or FOREVER for a in away)
    while longer := [a.end or FOREVER for a in absences if a.start < back < (a.end or FOREVER)]:
        back = min(longer)
    return back


def foreign_initials(convicted, residence, start, facts):
    """The initial triggers of a foreign conviction (irish-model 4.8, 6.8, FORMAT settled details)."""
    strict, lenient = residence
    if strict < convicted:
        away = [a for a in facts.absences if a.start <= convicted and (a.end is None or convicted <= a.end)]
        back = first_return(away, facts.absences) if away else None
        if back == FOREVER:
            return []  # the first return lies ahead
        if away:
            strict = lenient = max(back, start)
        else:
            strict = lenient = max(convicted, COMMENCED_2023) if facts.irish else start
    else:
        strict, lenient = max(strict, start), lenient and max(lenient, start)
    if facts.irish and strict < COMMENCED_2023:
        return [(strict, lenient), (COMMENCED_2023, lenient and max(lenient, COMMENCED_2023))]
    return [(strict, lenient)]


def registration_of(conviction, facts, residence):
    """The registration that follows from one conviction that counts, or None."""
    convicted, quashed_on = day_of(conviction, "convictedOn"), day_of(conviction, "quashedOn")
    abroad = conviction.get("place") == "abroad"
    if abroad and residence is None:
        return None
    start = max(convicted, residence[0]) if abroad else convicted
    if facts.irish and convicted < COMMENCED_2001:
        if not caught_by_commencement(conviction, facts):
            return None
        start = max(start, COMMENCED_2001)
    if facts.pilot_from and convicted < facts.pilot_from:
        start = max(start, facts.pilot_from)
    last_day, provisional = natural_last_day(conviction, facts)
    if quashed_on:
        last_day, provisional = min(last_day, quashed_on), False
    if last_day < start:
        return None
    initials = foreign_initials(convicted, residence, start, facts) if abroad else [(start, start)]
    initials = [pair for pair in initials if start <= pair[0] <= last_day]  # 6.8, last sentence
    life = any(s["kind"] == "life" for s in sentences_in_force(conviction)) and not quashed_on
    return Registration(start, last_day, provisional, quashed_on, initials, life=life)


class SubjectTime:
    """The days on which the person is subject, made of registrations that may overlap or leave gaps."""

    def __init__(self, facts, residence):
        counting = [c for c in facts.convictions if c.get("registrable", True)]
        found = [registration_of(conviction, facts, residence) for conviction in counting]
        self.registrations = [registration for registration in found if registration]
        for on in facts.orders:
            last_day, start = years_beginning_with(on, ORDER_YEARS), max(on, COMMENCED_2001)
            if start <= last_day:
                self.registrations.append(Registration(start, last_day, initials=[(start, start)], is_order=True))
        if facts.subject_since:
            start = max(facts.subject_since, facts.pilot_from or facts.subject_since)
            self.registrations.append(Registration(start, FOREVER))

    def covers(self, day, besides=None):
        """Whether the person is subject on that day (through another registration than `besides`)."""
        return any(r.start <= day <= r.last_day for r in self.registrations if r is not besides)

    def run_ends(self, day):
        """The last day of the unbroken subject time around `day`."""
        last = day
        while True:
            longer = [r.last_day for r in self.registrations if r.start <= last + ONE_DAY and r.last_day > last]
            if not longer:
                return last
            last = max(longer)
            if last == FOREVER:
                return last

    def freed_on(self, trigger):
        """The day of the quash that ends a duty with this trigger, or None: the first quash in the unbroken
        subject time around it after which no other registration keeps the person subject (6.9, *Quashed*)."""
        quashes = [
            r.quashed_on
            for r in self.registrations
            if r.quashed_on
            and r.quashed_on >= trigger
            and self.run_ends(r.start) == self.run_ends(trigger)
            and not self.covers(r.quashed_on + ONE_DAY, r)
        ]
        return min(quashes, default=None)

    def answer(self):
        """`subject` in the words of FORMAT: outer dates, indefinite beats all."""
        if not self.registrations:
            return {"never": True}
        last_day = max(r.last_day for r in self.registrations)
        answer = {"from": min(r.start for r in self.registrations).isoformat()}
        if any(r.provisional for r in self.registrations):
            return {**answer, "provisional": True}
        return {**answer, "lastDay": None if last_day == FOREVER else last_day.isoformat()}

    def discharge_from(self, facts):
        """The first day of an application for discharge (2.3, 6.9 last rule, FORMAT settled details)."""
        answer = self.answer()
        finite = answer.get("never") or answer.get("provisional") or answer["lastDay"] is not None
        prison = spells_of(facts.custody, KINDS_PRISON)
        if not facts.irish or finite or not prison or any(r.life for r in self.registrations):
            return None
        if any(spell.end is None for spell in prison):
            return None
        return months_after(max(spell.end for spell in prison), 120).isoformat()
