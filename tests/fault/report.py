"""The report of a long run: what was done, how often, what was measured, and what did not hold."""

import os
import platform
import re
import subprocess
from datetime import datetime, timezone

# Bars that the integration tests hold, each by the tests that do.
ELSEWHERE = {
    "11, calendar": ("the law's dates against a second engine, over random histories", ["tests/oracle/compare.py"]),
    "15, webhooks": ("faults of receivers, signatures, rotation, addresses that must not be reached", [
        "tests/it/events/webhooks.rs::what_fails_is_tried_again_at_its_time_under_the_same_id",
        "tests/it/events/webhooks.rs::trying_ends_after_three_days_and_not_before",
        "tests/it/events/webhooks.rs::as_soon_as_the_receiver_is_there_again_everything_arrives",
        "tests/it/events/webhooks.rs::while_the_secret_changes_over_both_are_good",
        "tests/it/events/safety.rs"]),
    "16, mail": ("refusals, lost answers, silence, headers in texts", [
        "tests/it/jobs/smtp.rs::a_refusal_for_now_may_be_tried_again_and_a_final_one_may_not",
        "tests/it/jobs/smtp.rs::without_an_answer_after_the_text_nobody_knows",
        "tests/it/jobs/smtp.rs::a_text_that_would_end_itself_or_add_a_header_does_neither",
        "tests/it/jobs/relay.rs::a_lost_answer_is_unknown_and_is_repeated_as_the_same_message"]),
    "17, reconciliation": ("planted defects of every kind are found, and a register that is right has none", [
        "tests/it/jobs/check.rs::two_hundred_planted_defects_are_found_and_what_is_safe_is_mended",
        "tests/it/jobs/check.rs::a_register_that_is_right_has_no_defects"]),
}
SUMMARY = re.compile(r"(\d+) passed, (\d+) failed")


class Played:
    """One bar that was run, as it printed."""

    def __init__(self, name, bar, what, lines, seconds, not_run):
        self.name, self.bar, self.what, self.seconds, self.not_run = name, bar, what, seconds, not_run
        self.sizes = [line.split("size  ")[1] for line in lines if line.startswith("  size  ")]
        self.figures = [line.split("figure  ")[1] for line in lines if line.startswith("  figure  ")]
        self.controls = [line.split("control: ")[1] for line in lines if line.startswith("  ok    control: ")]
        self.faults, self.reason = [], ""
        for at, line in enumerate(lines):
            if line.startswith("  FAIL  "):
                detail = next((each.strip() for each in lines[at + 1:at + 2] if each.startswith("          ")), "")
                self.faults.append((line[8:], detail))
            if line.startswith("NOT RUN: "):
                self.reason = line[9:]
        # What the older bars say in a line of their own.
        self.said = [line.strip() for line in lines if re.match(r"  (\d+ acknowledged|acknowledged|back |\d+ ticks)", line)]
        counted = next((SUMMARY.fullmatch(line) for line in reversed(lines) if SUMMARY.fullmatch(line)), None)
        self.passed, self.failed = map(int, counted.groups()) if counted else (0, 1)

    def verdict(self):
        if self.not_run:
            return "NOT RUN"
        return "failed" if self.failed else "passed"


def written(given, played):
    """The whole report, in Markdown."""
    version = subprocess.run([given.program, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    lines = [
        "# Report of the fault run", "",
        f"Made by `tests/fault/run` in its long form on {datetime.now(timezone.utc):%Y-%m-%d %H:%M} UTC with {version}, at {given.scale:g} of the "
        f"long sizes or in the short ones, whichever is more, on {platform.system()} {platform.machine()} with {os.cpu_count()} cores that sender, server, database and "
        "whatever else ran there shared. Each bar below says how much of its full size it did.", "",
        "| bar | program in `tests/fault` | what | passed | failed | verdict | seconds |", "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    lines += [f"| {each.bar} | {each.name} | {each.what} | {each.passed} | {each.failed} | {each.verdict()} | {each.seconds:.0f} |"
              for each in played]
    lines += ["", "Held by other tests:", "", "| bar | what | by |", "| --- | --- | --- |"]
    lines += [f"| {bar} | {what} | {', '.join(f'`{test}`' for test in tests)} |" for bar, (what, tests) in ELSEWHERE.items()]
    for each in played:
        lines += section(each)
    return "\n".join(lines) + "\n"


def section(each):
    """What one bar did."""
    lines = ["", f"## {each.name}: {each.what}", ""]
    if each.not_run:
        return [*lines, f"Not run: {each.reason}"]
    lines += [f"- Size: {size}" for size in each.sizes]
    lines += [f"- {said}" for said in [*each.said, *each.figures]]
    lines += [f"- **Did not hold**: {name}" + (f"; the first: {detail}" if detail else "") for name, detail in each.faults]
    if each.controls:
        lines += [f"- Planted and noticed: {'; '.join(control.removesuffix(' is noticed') for control in each.controls)}"]
    return lines
