"""Dates and times as the observatory's reports write them → ISO 8601, universal time.

>>> moment("Jun 21, 2022 02:41:18"), moment("2026-08-17T08:10:36Z"), moment("yesterday")
('2022-06-21T02:41:18Z', '2026-08-17T08:10:36Z', None)
>>> moment("2026.229:04:17:38"), moment("2026.367:00:00:00")
('2026-08-17T04:17:38Z', None)
>>> window("May 1, 2025 - Jun 30, 2025 (2025.330 - 2025.391)"), seconds("01/00:39:27")
(('2025-05-01', '2025-06-30'), 88767)
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

__all__ = ["moment", "seconds", "window"]

# Not those of the calendar module, which speaks the language of the machine.
_NAMES = ["january", "february", "march", "april", "may", "june"]
_NAMES += ["july", "august", "september", "october", "november", "december"]
_MONTHS = {word: n for n, name in enumerate(_NAMES, 1) for word in (name, name[:3])} | {"sept": 9}
_DAY = r"(?:([A-Za-z]{3,9})\.? (\d{1,2}), ?(\d{4})|(\d{4})-(\d\d)-(\d\d))"
_MOMENT = re.compile(rf"{_DAY}(?:[ T](\d\d?):(\d\d)(?::(\d\d)(?:\.\d+)?)?)? ?(?:Z|UTC?|GMT|\+00:?00)?")
_WINDOW = re.compile(rf"{_DAY} ?(?:-|to) ?{_DAY}(?: ?\(.*\))?")
# The day of the year, as operations write it: 2026.229:04:17:38, 2026-229/04:17:38.
_DAY_OF_YEAR = re.compile(r"(\d{4})[.-](\d{3})[:/T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?Z?", re.ASCII)
_DURATION = re.compile(r"(?:(\d{1,4})/)?(\d{1,4}):(\d\d):(\d\d)")


def moment(text: str) -> str | None:
    """Return a point in time, ``None`` for what is none; a date without a time of day stays a date."""
    if found := _DAY_OF_YEAR.fullmatch(text.strip()):
        year, day_of_year, hour, minute, second = (int(part or 0) for part in found.groups())
        try:
            start = datetime(year, 1, 1, hour, minute, second)
            made = start + timedelta(days=day_of_year - 1)
        except (ValueError, OverflowError):
            return None
        return f"{made.isoformat()}Z" if made.year == year else None
    found = _MOMENT.fullmatch(text.strip())
    day = _day(*found.groups()[:6]) if found else None
    if found is None or day is None:
        return None
    if found[7] is None:
        return day.isoformat()
    try:
        made = datetime(day.year, day.month, day.day, int(found[7]), int(found[8]), int(found[9] or 0))
    except ValueError:
        return None
    return f"{made.isoformat()}Z"


def window(text: str) -> tuple[str, str] | None:
    """Return the first and the last day of a span, ``None`` for what is none."""
    found = _WINDOW.fullmatch(text.strip())
    if found is None:
        return None
    first, last = _day(*found.groups()[:6]), _day(*found.groups()[6:])
    return (first.isoformat(), last.isoformat()) if first and last and first <= last else None


def seconds(text: str) -> int | None:
    """Return a duration, days/hours:minutes:seconds, in seconds."""
    found = _DURATION.fullmatch(text.strip())
    if found is None:
        return None
    days, hours, minutes, rest = (int(part or 0) for part in found.groups())
    return 86_400 * days + 3_600 * hours + 60 * minutes + rest if minutes < 60 and rest < 60 else None


def _day(
    name: str | None, day: str | None, year: str | None, iso_year: str | None, month: str | None, iso_day: str | None
) -> date | None:
    try:
        if iso_year and month and iso_day:
            return date(int(iso_year), int(month), int(iso_day))
        return date(int(year or 0), _MONTHS.get((name or "").casefold(), 0), int(day or 0))
    except ValueError:
        return None
