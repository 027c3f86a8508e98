"""Every duty the facts give rise to: irish-model 4 and 6.3-6.8, dutch-context 9, FORMAT (settled details)."""

from dataclasses import dataclass
from datetime import date, timedelta

from rules import NOT_HELD, SAME_DAY, Dates
from time_limits import ONE_DAY


@dataclass(eq=False)
class Duty:
    """One duty. `opens` is the first day on which it is no longer upcoming."""

    kind: str
    trigger: date
    due: date | None
    overdue_after: date | None
    opens: date
    held_by: frozenset = NOT_HELD
    computable: bool = True
    met_on: date | None = None
    lapsed: bool = False


def duty(kind, trigger, dates, opens=None):
    return Duty(kind, trigger, dates.due, dates.overdue_after, opens or trigger, dates.held_by, dates.computable)


class Listing:
    """Lists the duties of one person, kind by kind."""

    def __init__(self, facts, rules, subject):
        self.facts, self.rules, self.subject = facts, rules, subject

    def arises_on(self, trigger):
        """6.9: a duty exists only if its trigger lies within the time the person is subject."""
        return trigger >= self.rules.in_force_from and self.subject.covers(trigger)

    def all(self):
        return self.initial() + self.changes() + self.stays() + self.absences() + self.no_home()

    # Meeting a duty

    def notified_on(self, kind, trigger, place=None, last_day=None):
        """The first notification of the kind on or after the trigger, unless the duty fell away before it. A
        notification that names a place meets only the duty of that place."""
        ends = [day for day in (self.subject.freed_on(trigger), last_day) if day]
        for note in self.facts.notifications:
            elsewhere = place is not None and note.place is not None and note.place != place
            if note.kind == kind and note.on >= trigger and not elsewhere:
                return None if ends and note.on > min(ends) else note.on
        return None

    def met(self, duty, **limits):
        duty.met_on = self.notified_on(duty.kind, duty.trigger, **limits)
        return duty

    # Kinds of duty

    def initial(self):
        """One for every conviction that counts, one for those of one day, one for each order (6.9)."""
        pairs = set()
        for registration in self.subject.registrations:
            source = "order" if registration.is_order else "conviction"
            pairs |= {(source, *initial) for initial in registration.initials}
        return [
            self.met(duty("initial", trigger, self.rules.dates(trigger, lenient)))
            for _, trigger, lenient in sorted(pairs, key=str)
            if self.arises_on(trigger)
        ]

    def changes(self):
        """`name` and `home`: the day of use and the day of the change (4)."""
        days = [("name", on) for on in self.facts.names] + [("home", on) for on in self.facts.homes]
        return [self.met(duty(kind, on, self.rules.dates(on))) for kind, on in days if self.arises_on(on)]

    def stays(self):
        """6.4: one duty per place, none for a place notified before the stay was complete."""
        stays = [stay for stay in self.facts.stays if not makes_resident(stay, self.facts, self.rules, self.subject)]
        listed = []
        for place in sorted({stay.place for stay in stays}):
            completed = self.rules.completed_by([stay for stay in stays if stay.place == place])
            if completed is None or not self.arises_on(completed[0]):
                continue
            trigger, lenient = completed
            covered = any(
                note.kind == "stay" and note.place == place and note.on < trigger
                for note in self.facts.notifications
            )
            if not covered:
                listed.append(self.met(duty("stay", trigger, self.rules.dates(trigger, lenient)), place=place))
        return listed

    def absences(self):
        """6.5: `travel` or `unplanned_absence`, and `return`."""
        listed = []
        for absence in self.facts.absences:
            listed += [self.travel(absence) if absence.intended else self.unplanned(absence), self.homecoming(absence)]
        return [found for found in listed if found]

    def travel_notification(self, absence):
        """The last one on or before departure that belongs to this absence: the one that names it as its `trip`,
        or, naming none, one given after the previous departure (FORMAT, met by)."""
        earlier = [other.start for other in self.facts.absences if other.start < absence.start]

        def belongs(note):
            if note.trip is not None:
                return note.trip == absence.name
            return not earlier or note.on > max(earlier)

        found = [
            note
            for note in self.facts.notifications
            if note.kind == "travel" and note.on <= absence.start and belongs(note)
        ]
        return found[-1] if found else None

    def travel(self, absence):
        """Before leaving; never moved by custody."""
        leaving, planned = absence.start, absence.planned_return
        strict, lenient = self.rules.long_enough(leaving, planned, leaving) if planned else (True, True)
        if not strict or not self.arises_on(leaving):
            return None
        found = duty("travel", leaving, Dates(leaving, leaving if lenient else None))
        notified = self.travel_notification(absence)
        found.met_on = notified and notified.on
        return found

    def unplanned(self, absence):
        """Lapses on a return on or before the last day, the readings apart (6.5)."""
        trigger = self.rules.unplanned_trigger(absence.start)
        back = absence.end
        if trigger is None or not self.arises_on(trigger) or (back and back < trigger):
            return None
        dates = self.rules.unplanned_dates(trigger)
        found = duty("unplanned_absence", trigger, dates)
        due, overdue_after = found.due or dates.not_before, found.overdue_after or dates.not_before
        back_in_time = back is not None and (due is None or back <= due)
        back_in_lenient_time = back is not None and (overdue_after is None or back <= overdue_after)
        if back_in_lenient_time and not back_in_time:
            found.overdue_after = None
        self.met(found, last_day=back if back_in_lenient_time else None)
        found.lapsed = back_in_lenient_time
        return found

    def homecoming(self, absence):
        """`return`: on another date than notified, under the old text always (6.5)."""
        back = absence.end
        if back is None or not self.arises_on(back):
            return None
        strict, lenient = self.rules.long_enough(absence.start, back, back)
        notified = self.travel_notification(absence)
        as_notified = notified is not None and notified.planned_return == back
        if not strict or (as_notified and not self.rules.return_is_always_notified(back)):
            return None
        return self.met(duty("return", back, self.rules.dates(back, SAME_DAY if lenient else None)))

    def no_home(self):
        """6.7: D, D + i, D + 2i ... each a duty of that single day; days in custody are left out."""
        listed = []
        enders = self.facts.acceptances + [moment for moment, _ in self.facts.notices]
        for moment, interval in self.facts.notices:
            start = moment[0]
            if start < self.rules.no_home_from or not self.arises_on(start):
                continue
            ends = [on - ONE_DAY for on, place in enders if (on, place) > moment]
            last = min([self.subject.run_ends(start), *ends])
            day = start
            while day <= last:
                in_custody = [spell for spell in self.rules.all_spells if spell.holds(day)]
                if not in_custody:
                    found = duty("no_home", start, Dates(day, day), opens=day)
                    found.met_on = self.on_that_day(day)
                    listed.append(found)
                if not ends and day > self.facts.as_of:
                    break  # without a known end: through the first day after the assessment
                day += timedelta(days=interval)
        return listed

    def on_that_day(self, day):
        notified = any(note.kind == "no_home" and note.on == day for note in self.facts.notifications)
        return day if notified else None


def visitors_residence(facts, rules):
    """For somebody with only foreign convictions who never became resident: the days in the State, at
    whatever places, since the first of them complete a qualifying period (6.8). (strict, lenient) or None."""
    counting = [c for c in facts.convictions if c.get("registrable", True)]
    if facts.residence or not counting or any(c.get("place") != "abroad" for c in counting):
        return None
    first = min(date.fromisoformat(c["convictedOn"]) for c in counting)
    return rules.completed_by(stays_since(facts.stays, first))


def stays_since(stays, first):
    """The stays, cut off before `first`."""
    return [
        type(stay)(stay.place, max(stay.start, first), stay.end)
        for stay in stays
        if stay.end is None or stay.end >= first
    ]


def makes_resident(stay, facts, rules, subject):
    """The stay that makes a visitor resident raises only the `initial` duty (FORMAT, settled details)."""
    residence = visitors_residence(facts, rules)
    return residence is not None and residence[0] in stay.days()
