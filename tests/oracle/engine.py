"""An independent second law engine: the golden questions answered from the texts alone.

It shares no code and no author with the program's own engine; `compare.py` plays the two against each
other. The texts are `irish-model.md` (its section 6 above all), `dutch-context.md` sections 8 and 9, and
`FORMAT.md` of the golden cases; docstrings name the section they follow. Where those leave a choice the
list in `README.md` says what was chosen.

Usage: engine.py FILE... prints `{id: answer}` for the cases in the files.
"""

import json
import sys

from duties import Listing, visitors_residence
from facts import Facts, Refused
from registration import SubjectTime
from rules import DutchRules, IrishRules
from time_limits import answer_term
from yearly import YearlyChain


def lapse_on_quash(duty, subject):
    """A duty open on the day of the quash, not yet overdue on the lenient reading, lapses (6.9)."""
    freed = subject.freed_on(duty.trigger)
    if freed and duty.met_on is None and (duty.overdue_after is None or duty.overdue_after >= freed):
        duty.lapsed = True


def status(duty, as_of):
    """The first status of FORMAT's table that applies."""
    if duty.met_on:
        in_time = duty.overdue_after is None or duty.met_on <= duty.overdue_after
        return "met" if in_time else "met_late"
    if duty.lapsed:
        return "lapsed"
    if any(spell.holds(as_of) for spell in duty.held_by):
        return "suspended"
    if as_of < duty.opens:
        return "upcoming"
    if not duty.computable:
        return "not_computable"
    if duty.overdue_after and as_of > duty.overdue_after:
        return "overdue"
    return "open"


def written(duty, as_of):
    """A duty in the words of FORMAT."""
    return {
        "kind": duty.kind,
        "trigger": duty.trigger.isoformat(),
        "due": duty.due and duty.due.isoformat(),
        "overdueAfter": duty.overdue_after and duty.overdue_after.isoformat(),
        "status": status(duty, as_of),
    }


def assess(given):
    """The answer to a golden case with `check: "assess"`."""
    facts = Facts(given)
    facts.refuse_if_impossible()
    rules = IrishRules(facts.custody) if facts.irish else DutchRules(facts.custody)
    residence = visitors_residence(facts, rules)
    if facts.residence:
        residence = (facts.residence[0], facts.residence[0])
    subject = SubjectTime(facts, residence)
    duties = Listing(facts, rules, subject).all() + YearlyChain(facts, rules, subject).all()
    for duty in duties:
        lapse_on_quash(duty, subject)
    return {
        "subject": subject.answer(),
        "duties": [written(duty, facts.as_of) for duty in duties],
        "dischargeFrom": subject.discharge_from(facts),
    }


def answer(case):
    """The answer to one golden case."""
    if case.get("check") == "term":
        return answer_term(case["given"])
    try:
        return assess(case["given"])
    except Refused as refusal:
        return {"error": str(refusal)}


def main(paths):
    answers = {}
    for path in paths:
        with open(path, encoding="utf-8") as file:
            answers.update({case["id"]: answer(case) for case in json.load(file)})
    json.dump(answers, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main(sys.argv[1:])
