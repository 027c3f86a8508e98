"""Counting days, months and years, and the Dutch Algemene termijnenwet.

Sources: irish-model 6.1 (Irish counting), dutch-context 8 (Algemene termijnenwet) and the `term`
check of the golden format. Everything here is written to be read beside those texts, not to be fast.
"""

from calendar import monthrange
from datetime import date, datetime, timedelta, timezone

ONE_DAY = timedelta(days=1)
SATURDAY = 5

# dutch-context 8.3: the equated days are a table, never a rule, and the table has edges.
TABLE_FIRST = date(2023, 1, 1)
TABLE_LAST = date(2028, 12, 31)
EQUATED = {
    date.fromisoformat(day)
    for day in (
        "2023-04-28 2023-05-19 2024-05-10 2024-12-27 2025-05-30 "
        "2026-01-02 2026-05-15 2027-05-07 2028-04-28 2028-05-26"
    ).split()
}


class OutsideTable(Exception):
    """The computation needs a day for which no table of equated days exists."""


def days_between(first, last):
    """Every day from `first` through `last`."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def day_in_month(year, month, day):
    """The day with that number, or None when the month has no such day. Months may run over the year."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, day) if day <= monthrange(year, month)[1] else None


def end_of_month(year, month):
    """The last day of a month; months may run over the year."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, monthrange(year, month)[1])


def months_after(event, months):
    """The last day of `months` months after `event` (6.1, *after*): the day with the same number, or
    the last day of a month that has none. A negative number counts back."""
    month = event.month + months
    return day_in_month(event.year, month, event.day) or end_of_month(event.year, month)


def months_beginning_with(first, months):
    """The last day of `months` months beginning with `first` (6.1): the day before the day with the
    same number, or the last day of a month that has none."""
    month = first.month + months
    same_number = day_in_month(first.year, month, first.day)
    return same_number - ONE_DAY if same_number else end_of_month(first.year, month)


def months_ending_with(last, months):
    """The first day of `months` months that end with `last`: the mirror image of the above."""
    month = last.month - months
    same_number = day_in_month(last.year, month, last.day)
    return (same_number or end_of_month(last.year, month)) + ONE_DAY


def years_beginning_with(first, years):
    """The last day of `years` years beginning with `first` (6.1)."""
    return months_beginning_with(first, 12 * years)


def easter(year):
    """Easter Sunday of the Gregorian computus (dutch-context 8.4)."""
    golden, century = year % 19, year // 100
    epact = (century - century // 4 - (8 * century + 13) // 25 + 19 * golden + 15) % 30
    epact -= (epact // 28) * (1 - (29 // (epact + 1)) * ((21 - golden) // 11))
    weekday = (year + year // 4 + epact + 2 - century + century // 4) % 7
    offset = epact - weekday
    month = 3 + (offset + 40) // 44
    return date(year, month, offset + 28 - 31 * (month // 4))


def holidays(year):
    """The holidays of art. 3 Algemene termijnenwet (dutch-context 8.1, 8.4), without equated days."""
    sunday = easter(year)
    kings_day = date(year, 4, 27)
    if kings_day.weekday() == 6:
        kings_day = date(year, 4, 26)
    moveable = [sunday + timedelta(days=n) for n in (-2, 1, 39, 50)]
    return {date(year, 1, 1), kings_day, date(year, 5, 5), date(year, 12, 25), date(year, 12, 26), *moveable}


def is_working_day(day):
    """No Saturday, Sunday, holiday or equated day; refused outside the table (dutch-context 8.3)."""
    if not TABLE_FIRST <= day <= TABLE_LAST:
        raise OutsideTable(day)
    return day.weekday() < SATURDAY and day not in holidays(day.year) and day not in EQUATED


def extended(first, last, at_least_three_days):
    """Arts. 2 and 1 Algemene termijnenwet on a term that runs from `first` through `last` (8.5)."""
    if at_least_three_days:
        while sum(is_working_day(day) for day in days_between(first, last)) < 2:
            last += ONE_DAY
    while not is_working_day(last):
        last += ONE_DAY
    return last


def extended_days_after(event, days):
    """The last day of `days` days after `event`, with the Algemene termijnenwet."""
    return extended(event + ONE_DAY, event + timedelta(days=days), days >= 3)


def amsterdam(instant):
    """The instant with the offset of Europe/Amsterdam: summer time from the last Sunday of March to
    the last Sunday of October, both at 01:00 UTC."""

    def change(month):
        last_day = date(instant.year, month, 31)
        sunday = last_day - timedelta(days=(last_day.weekday() + 1) % 7)
        return datetime(sunday.year, sunday.month, sunday.day, 1, tzinfo=timezone.utc)

    summer = change(3) <= instant < change(10)
    return instant.astimezone(timezone(timedelta(hours=2 if summer else 1)))


def raw_last_day(event, unit, number, first_day_counts, counted_back):
    """The last day (counted back: the first) of a term in days or longer, without extension."""
    if unit in ("days", "weeks"):
        length = timedelta(days=number * (7 if unit == "weeks" else 1))
        if first_day_counts:
            length -= ONE_DAY
        return event - length if counted_back else event + length
    months = number * (12 if unit == "years" else 1)
    if counted_back:
        return months_ending_with(event, months) if first_day_counts else months_after(event, -months)
    return months_beginning_with(event, months) if first_day_counts else months_after(event, months)


# Art. 4: the longest term of each unit that is still extended; years and hours never are.
LONGEST_EXTENDED = {"days": 90, "weeks": 12, "months": 3}


def answer_term(given):
    """The answer to a golden case with `check: "term"`: `{lastDay}` or `{error}`."""
    unit, number = given["length"]["unit"], given["length"]["n"]
    if unit == "hours":
        length = timedelta(hours=-number if given["countedBack"] else number)
        instant = datetime.fromisoformat(given["event"]).astimezone(timezone.utc) + length
        return {"lastDay": amsterdam(instant).isoformat()}
    event = date.fromisoformat(given["event"])
    last = raw_last_day(event, unit, number, given["firstDayCounts"], given["countedBack"])
    reached_by_the_act = (
        given["extension"] == "atw"
        and given["source"] == "act"
        and not given["countedBack"]
        and number <= LONGEST_EXTENDED.get(unit, 0)
    )
    if reached_by_the_act:
        first = event if given["firstDayCounts"] else event + ONE_DAY
        try:
            last = extended(first, last, unit != "days" or number >= 3)
        except OutsideTable:
            return {"error": "calendar_out_of_range"}
    return {"lastDay": last.isoformat()}
