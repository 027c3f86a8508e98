"""The two sets of rules side by side: what a duty's dates are, and what completes a stay or an absence.

`IrishRules` follows irish-model 6 (both texts; the trigger day picks the version), `DutchRules` follows
dutch-context 9. Both answer the same questions, so that `duties.py` can list the duties once.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from custody import KINDS_ALL, KINDS_OLD_TEXT, LENIENT, STRICT, Limit, dutch_term, nth_counting_day, spells_of
from facts import COMMENCED_2001, COMMENCED_2023, DUTCH_FROM
from time_limits import OutsideTable, extended_days_after, months_after, months_beginning_with

SAME_DAY = "same day"
NOT_HELD = frozenset()


@dataclass(frozen=True)
class Dates:
    """The last day on both readings and the custody that holds or moves it."""

    due: date | None
    overdue_after: date | None
    held_by: frozenset = NOT_HELD
    computable: bool = True
    not_before: date | None = None


def completion(days, n, opened_before):
    """The first of these days that lies with the n-1 before it inside twelve months beginning with the first
    of them (6.4); the window of a night opens on the evening before (`opened_before` = 1)."""
    days = sorted(set(days))
    for first, last in zip(days, days[n - 1 :]):
        if last <= months_beginning_with(first - timedelta(days=opened_before), 12):
            return last
    return None


def all_days(stays):
    return [day for stay in stays for day in stay.days()]


def all_nights(stays):
    return [night for stay in stays for night in stay.nights()]


class IrishRules:
    """irish-model 6: N = 7 under the old text, N = 3 under the new one."""

    in_force_from = COMMENCED_2001
    yearly_from = COMMENCED_2023
    no_home_from = COMMENCED_2023

    def __init__(self, custody):
        self.old_spells = spells_of(custody, KINDS_OLD_TEXT)
        self.all_spells = spells_of(custody, KINDS_ALL)

    def n_on(self, trigger):
        """6.2: the trigger day picks the version and its N."""
        return 7 if trigger < COMMENCED_2023 else 3

    def spells_on(self, trigger):
        """6.3: the spells that stop the clock under the text of the trigger day."""
        return self.old_spells if trigger < COMMENCED_2023 else self.all_spells

    def dates(self, trigger, lenient_from=SAME_DAY):
        """6.3: the N-th counting day on both readings; `lenient_from` None: that reading knows no duty."""
        n, spells = self.n_on(trigger), self.spells_on(trigger)
        strict = nth_counting_day(trigger, n, spells, STRICT)
        if lenient_from is None:
            return Dates(strict.last_day, None, strict.held_by)
        lenient = nth_counting_day(trigger if lenient_from is SAME_DAY else lenient_from, n, spells, LENIENT)
        return Dates(strict.last_day, lenient.last_day, strict.held_by | lenient.held_by)

    def completed_by(self, stays):
        """6.4: the strict day on which the qualifying period is complete, and the lenient one (or None). The
        strict day must lie in the time of the version (6.2); otherwise nothing is computed."""
        for n in (7, 3):
            strict = completion(all_days(stays), n, 0)
            if strict and self.n_on(strict) == n:
                return strict, completion(all_nights(stays), n, 1)
        return None

    def long_enough(self, start, end, on):
        """6.5: whether an absence counts on the strict reading, and on the lenient one."""
        nights, n = (end - start).days, self.n_on(on)
        return nights + 1 >= n, nights >= n

    def unplanned_trigger(self, start):
        """6.5: the N-th day abroad, the day of departure being day one; None where 6.2 leaves it unsettled."""
        for n in (7, 3):
            trigger = start + timedelta(days=n - 1)
            if self.n_on(trigger) == n:
                return trigger
        return None

    def unplanned_dates(self, trigger):
        """6.5: N days beginning with the trigger; lenient one day later, departure being day zero."""
        due = trigger + timedelta(days=self.n_on(trigger) - 1)
        return Dates(due, due + timedelta(days=1))

    def return_is_always_notified(self, on):
        """Old text: after every absence of seven days or more."""
        return on < COMMENCED_2023

    def months_end(self, anchor):
        """6.6: the end of the twelve months on the strict and on the lenient reading."""
        return months_beginning_with(anchor, 12), months_after(anchor, 12)

    def yearly_dates(self, anchor):
        strict_end, lenient_end = self.months_end(anchor)
        week = timedelta(days=7)
        return self.reopened(strict_end + week, lenient_end + week)

    def one_off_dates(self):
        """6.6 (a): not later than three days after 13 November 2023, the strict reading counts that day."""
        return self.reopened(COMMENCED_2023 + timedelta(days=2), COMMENCED_2023 + timedelta(days=3))

    def reopened(self, due, overdue_after):
        """6.6: a strict date in custody (from entry through release) becomes the third counting day
        beginning with the day of release."""
        spells = [spell for spell in self.all_spells if spell.touches(due)]
        if not spells:
            return Dates(due, overdue_after)
        held_by = frozenset(spells)
        if spells[0].end is None:
            return Dates(None, None, held_by)
        strict = nth_counting_day(spells[0].end, 3, self.all_spells, STRICT)
        lenient = nth_counting_day(spells[0].end, 3, self.all_spells, LENIENT)
        return Dates(strict.last_day, lenient.last_day, held_by | strict.held_by | lenient.held_by)


class DutchRules:
    """dutch-context 9: three days after the event, Algemene termijnenwet, nights; one reading only."""

    in_force_from = yearly_from = no_home_from = DUTCH_FROM
    days, nights = 3, 3

    def __init__(self, custody):
        self.all_spells = spells_of(custody, KINDS_ALL)

    def dates(self, trigger, lenient_from=SAME_DAY):
        return self.one_reading(dutch_term(trigger, self.days, self.all_spells))

    def one_reading(self, limit: Limit):
        return Dates(limit.last_day, limit.last_day, limit.held_by, limit.computable, limit.not_before)

    def completed_by(self, stays):
        night = completion(all_nights(stays), self.nights, 1)
        return night and (night, night)

    def long_enough(self, start, end, on):
        enough = (end - start).days >= self.nights
        return enough, enough

    def unplanned_trigger(self, start):
        return start + timedelta(days=self.nights)

    unplanned_dates = dates

    def return_is_always_notified(self, on):
        return False

    def months_end(self, anchor):
        end = months_after(anchor, 12)
        return end, end

    def yearly_dates(self, anchor):
        """Seven days after the twelve months; in custody on that date: three days after release."""
        try:
            due = extended_days_after(months_after(anchor, 12), 7)
        except OutsideTable:
            return Dates(None, None, computable=False)
        spells = [spell for spell in self.all_spells if spell.touches(due)]
        if not spells:
            return Dates(due, due)
        held_by = frozenset(spells)
        if spells[0].end is None:
            return Dates(None, None, held_by)
        again = self.one_reading(dutch_term(spells[0].end, self.days, self.all_spells))
        return Dates(again.due, again.overdue_after, held_by | again.held_by, again.computable)
