"""The yearly duty: irish-model 4.6 and 6.6, dutch-context 9 (`periodic`), FORMAT (settled details).

The notifications are walked through in order. At any moment there is at most one running term of twelve
months, beside which stand the duties that have arisen and wait for a `periodic` notification.
"""

from dataclasses import dataclass

from duties import Duty, duty
from facts import COMMENCED_2023
from time_limits import ONE_DAY

FIRST, SECOND, RECURRING = "(b)", "(c)", "by policy"


@dataclass
class Term:
    """A pending duty with its link in the chain (6.6, *Links*)."""

    duty: Duty
    link: str


class YearlyChain:
    def __init__(self, facts, rules, subject):
        self.facts, self.rules, self.subject = facts, rules, subject
        self.listed, self.waiting, self.running = [], [], None

    def all(self):
        if self.facts.irish:
            self.lay_one_off()
        for note in self.facts.notifications:
            if note.kind == "no_home" or note.on < self.rules.yearly_from:
                continue
            link = self.periodic(note.on) if note.kind == "periodic" else self.other(note.on)
            self.running = self.start(note.on, link)
        if self.running:
            self.listed.append(self.running.duty)
        return self.listed

    def lay_one_off(self):
        """(a): everybody subject both before and on 13 November 2023, that is on the eve and on the day."""
        if self.subject.covers(COMMENCED_2023 - ONE_DAY) and self.subject.covers(COMMENCED_2023):
            one_off = duty("periodic", COMMENCED_2023, self.rules.one_off_dates())
            self.listed.append(one_off)
            self.waiting.append(Term(one_off, FIRST))

    def start(self, anchor, link):
        """A new term from this anchor; no duty when its months (strict) end after the registration."""
        strict_end, _ = self.rules.months_end(anchor)
        if not self.subject.covers(anchor) or strict_end > self.subject.run_ends(anchor):
            return None
        dates = self.rules.yearly_dates(anchor)
        found = duty("periodic", anchor, dates, opens=strict_end + ONE_DAY)
        if link == RECURRING and self.facts.irish:
            found.overdue_after = None
        return Term(found, link)

    def other(self, on):
        """A (1)-(4) notification: within the months the pending duty disappears; one that has arisen stays,
        on the anniversary for the strict reading only."""
        if self.running:
            strict_end, lenient_end = self.rules.months_end(self.running.duty.trigger)
            if on > strict_end:
                if on <= lenient_end:
                    self.running.duty.overdue_after = None
                self.listed.append(self.running.duty)
                self.waiting.append(self.running)
        return FIRST

    def periodic(self, on):
        """Meets everything pending, early, in time or late, and tells which link follows."""
        pending = self.waiting + ([self.running] if self.running else [])
        if self.running:
            self.listed.append(self.running.duty)
        met = []
        for term in pending:
            freed = self.subject.freed_on(term.duty.trigger)
            if freed is None or on <= freed:
                term.duty.met_on = on
                met.append(term)
        self.waiting = [term for term in pending if term not in met]
        if not met:
            return FIRST
        return SECOND if any(term.link == FIRST for term in met) else RECURRING
