"""Run the oracle on golden files: golden_check.py [FILE...] prints mismatches and `N passed, N failed`.

Without arguments the golden files of the project are taken.
"""

import json
import sys
from datetime import datetime
from pathlib import Path

from engine import answer

PROJECT_FILES = sorted((Path(__file__).parent.parent / "golden").glob("*.json"))


def agrees(expected, found):
    """Every member that is listed must be there."""
    return all(name in found and found[name] == value for name, value in expected.items())


def same_instant(expected, found):
    return found is not None and datetime.fromisoformat(expected) == datetime.fromisoformat(found)


def mismatches(expect, found):
    """What `expect` asks and the answer does not give, in a few words each."""
    if "error" in expect or "error" in found:
        return [] if expect.get("error") == found.get("error") else [f"error: {found}"]
    wrong = []
    if "lastDay" in expect and not same_instant(expect["lastDay"], found.get("lastDay")):
        wrong.append(f"lastDay: {found.get('lastDay')}")
    if "subject" in expect and not agrees(expect["subject"], found["subject"]):
        wrong.append(f"subject: {found['subject']}")
    if "dischargeFrom" in expect and expect["dischargeFrom"] != found["dischargeFrom"]:
        wrong.append(f"dischargeFrom: {found['dischargeFrom']}")
    duties = found.get("duties", [])
    for wanted in expect.get("duties", []):
        if not any(agrees(wanted, duty) for duty in duties):
            wrong.append(f"no duty {wanted} among {[d for d in duties if d['kind'] == wanted['kind']]}")
    for kind in expect.get("noDuties", []):
        wrong += [f"unwanted {duty}" for duty in duties if duty["kind"] == kind]
    for kind in expect.get("complete", []):
        listed = [duty for duty in duties if duty["kind"] == kind]
        wanted = [duty for duty in expect["duties"] if duty["kind"] == kind]
        if len(listed) != len(wanted):
            wrong.append(f"{kind} has {len(listed)} duties: {listed}")
    return wrong


def main(paths):
    passed = failed = 0
    for path in paths:
        for case in json.loads(Path(path).read_text(encoding="utf-8")):
            wrong = mismatches(case["expect"], answer(case))
            passed, failed = passed + (not wrong), failed + bool(wrong)
            for line in wrong:
                print(f"{case['id']}: {line}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or PROJECT_FILES))
