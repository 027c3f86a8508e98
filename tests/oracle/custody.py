"""Custody: spells, and what they do to a running period (irish-model 3 and 6.3, dutch-context 9)."""

from dataclasses import dataclass
from datetime import date, timedelta

from time_limits import ONE_DAY, TABLE_LAST, OutsideTable, extended_days_after

STRICT, LENIENT = "strict", "lenient"

# irish-model 6.3: detention school stops the clock only under the new text.
KINDS_OLD_TEXT = {"remand", "prison", "temporary_release"}
KINDS_ALL = KINDS_OLD_TEXT | {"detention_school"}
KINDS_PRISON = {"prison", "temporary_release"}


@dataclass(frozen=True)
class Spell:
    """One spell of custody; `end` is the day of release, None while it is unknown."""

    start: date
    end: date | None

    def touches(self, day):
        """Some part of the day lies in custody: from the day of entry through the day of release."""
        return self.start <= day and (self.end is None or day <= self.end)

    def holds(self, day):
        """In custody on that day as the statuses see it: the day of release is excluded."""
        return self.start <= day and (self.end is None or day < self.end)


@dataclass(frozen=True)
class Limit:
    """Where a period ends (None: unknown) and the spells of custody that pushed the end away."""

    last_day: date | None
    held_by: frozenset
    computable: bool = True
    not_before: date | None = None  # outside the holiday table: no extension brings the end before this day


def spells_of(custody, kinds):
    """The spells of these kinds in order; spells that touch on one day are one spell (FORMAT, `custody[]`)."""
    found = sorted(
        (Spell(start, end) for kind, start, end in custody if kind in kinds),
        key=lambda spell: (spell.start, spell.end or date.max),
    )
    merged = []
    for spell in found:
        last = merged[-1] if merged else None
        if last and (last.end is None or spell.start <= last.end):
            end = None if last.end is None or spell.end is None else max(last.end, spell.end)
            merged[-1] = Spell(last.start, end)
        else:
            merged.append(spell)
    return merged


def takes_away(spell, day, first, reading):
    """Whether this spell keeps `day` from counting in a period that begins with `first` (irish-model 6.3)."""
    if reading == LENIENT:
        return spell.touches(day)
    entered_with_the_trigger = day == first == spell.start and spell.end != day
    return entered_with_the_trigger or (spell.holds(day) and day != spell.start)


def nth_counting_day(first, n, spells, reading):
    """The n-th day that counts, beginning with `first`, walking day by day (irish-model 6.3)."""
    held_by, counted, day = set(), 0, first
    while True:
        blocking = [spell for spell in spells if takes_away(spell, day, first, reading)]
        held_by.update(blocking)
        if any(spell.end is None for spell in blocking):
            return Limit(None, frozenset(held_by))
        counted += not blocking
        if counted == n:
            return Limit(day, frozenset(held_by))
        day += ONE_DAY


def dutch_term(event, days, spells):
    """`days` days after `event` with the Algemene termijnenwet; custody on or before the last day starts
    the full term again on the day of release (dutch-context 9, `custody`)."""
    held_by = set()
    while True:
        try:
            last, computable = extended_days_after(event, days), True
        except OutsideTable:
            last, computable = max(TABLE_LAST, event + timedelta(days=days)), False  # not earlier than this
        restarting = [s for s in spells if s.start <= last and (s.end is None or s.end > event)]
        if not restarting:
            return Limit(last if computable else None, frozenset(held_by), computable, None if computable else last)
        spell = min(restarting, key=lambda s: s.start)
        held_by.add(spell)
        if spell.end is None:
            return Limit(None, frozenset(held_by))
        event = spell.end
