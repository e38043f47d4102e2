"""The SODRM table: planned calibration programs of the Science Operations Design Reference Mission.

One line per program: number, hours, title, then a mark under one of four instruments.  In the table as it is published,
spaces and no-break spaces stand for the columns: each empty column is a space after its no-break space, so the text
before the X tells which it is.  Tables with pipes, tabs or commas are read by the titles of their columns, where they
have any.  A program may go on in the lines below it; page furniture around the table is not data.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from kb.links import activity_key
from kb.records import Document, Program, Reading, RowAccount
from kb.sources.apt.limits import WORDS, limited
from kb.sources.notes import Notes

INSTRUMENTS = ("NIRCam", "NIRSpec", "NIRISS", "MIRI")
_USUAL = ("number", "hours", "title", *INSTRUMENTS)
_HOURS = r"\d{1,3}(?:,\d{3})+(?:\.\d{1,9})?|\d{1,6}(?:\.\d{1,9})?"
_ROW = re.compile(rf"^\s*(\d{{5}})\s+({_HOURS})\s*(?:h(?:ou)?rs?\b|h\b)?\s+(\S.*)$")
_FIGURE = re.compile(rf"({_HOURS})\s*(?:h(?:ou)?rs?|h)?")
_NEARLY = re.compile(r"^\W*\d{5}\b")
_TOTAL = re.compile(r"^\W*(?:sub-?|grand )?totals?(?: hours| time)?[\s|:,*]+\d", re.I)
_RULER = re.compile(r"[\s|:+=-]*")
_NAMES = {name.casefold(): name for name in INSTRUMENTS}
#: Words in the titles of columns → what stands in them; of several the first counts.
_TITLES = (
    ("hours", re.compile(r"\b(?:time|hours?|duration)\b", re.I)),
    ("title", re.compile(r"\b(?:title|name|activity|description)\b", re.I)),
    ("instrument", re.compile(r"\binstruments?\b", re.I)),
    ("number", re.compile(r"\b(?:program|number|id|pid|no)\b", re.I)),
)
#: Units of time that a title may say → how many of them are an hour.
_UNITS = {"min": 60, "mins": 60, "minutes": 60, "s": 3600, "sec": 3600, "seconds": 3600}
_UNIT = re.compile(rf"\b({'|'.join(_UNITS)})\b", re.I)
_MARKS = frozenset({"x", "✓", "✔", "yes", "y", "•"})
_NO_MARKS = frozenset({"", "-", "–", "—", "no", "n", "0"})
_MOST_LINES = 3  # that a title takes


class _Row(NamedTuple):
    """A program: its line, the text of the row, and what stands in its cells."""

    line: int
    raw: str
    number: int
    hours: Decimal
    title: str
    instruments: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()  # marks that are none


def looks_like_sodrm(text: str) -> bool:
    """True for a text that is the table: it says so, and has a row."""
    return "SODRM" in text[:4000] and any(_NEARLY.match(line) for line in text[:20000].splitlines() if _is_row(line))


def read_sodrm(text: str, document: Document) -> list[Reading]:
    """Read the table into one reading per program; every line from the first row to the last is accounted for."""
    whole = Notes()
    rows, rejected = _Table(text, whole).rows()
    readings: list[Reading] = []
    seen: dict[int, int] = {}
    for row in rows:
        if row.number in seen:
            rejected += 1
            message = f"program {row.number} stands on line {seen[row.number]} already"
            whole.add("row-rejected", row.line, message, raw=row.raw)
            continue
        seen[row.number] = row.line
        notes = Notes()
        for mark in row.unknown:
            notes.add("value-unreadable", row.line, f"a mark that is none: {mark!r}", mark, prop="instrument")
        if not row.instruments:
            message = "no instrument is marked in this row"
            notes.add("value-unreadable", row.line, message, raw=row.raw, prop="instrument")
        title = limited(row.title, WORDS, row.line, "title", notes)
        activity = activity_key(title, "SODRM", row.instruments)
        program = Program(
            row.number,
            title,
            "SODRM",
            prime_hours=row.hours,
            instruments=row.instruments,
            activity=activity.key if activity else None,
            line=row.line,
        )
        readings.append(Reading(document, program, findings=notes.done()))
    if not readings:
        whole.add("empty-document", 1, "no program in this SODRM table")
        return [Reading(document, None, RowAccount(rejected=rejected), findings=whole.done())]
    first = readings[0]
    readings[0] = first._replace(rows=RowAccount(rejected=rejected), findings=(*whole.done(), *first.findings))
    return readings


class _Table:
    """The lines of the table, read one after the other."""

    def __init__(self, text: str, notes: Notes) -> None:
        self._lines = [(number, line.rstrip("\r")) for number, line in enumerate(text.split("\n"), 1)]
        self._notes = notes
        self._columns: Sequence[str] = _USUAL
        self._in_an_hour = 1
        # Where spaces were made one, nothing tells the columns apart any more.
        self._spaced = any("\u00a0" in line for _, line in self._lines) or "  X" in text

    def rows(self) -> tuple[list[_Row], int]:
        """Return the rows, and how many lines begin as rows and are none."""
        rows: list[_Row] = []
        rejected = 0
        last = max((place for place, (_, line) in enumerate(self._lines) if _is_row(line)), default=-1)
        place = 0
        while place < len(self._lines):
            number, line = self._lines[place]
            taken = 1
            if self._header(line):
                pass
            elif _is_row(line):
                row, taken = self._row(place)
                if row is None:
                    rejected += 1
                    self._notes.add(
                        "row-rejected", number, "a row without hours or title: mend it by hand", line.strip()
                    )
                else:
                    rows.append(row)
            elif rows and _TOTAL.match(line):
                self._check(sum((row.hours for row in rows), Decimal(0)), number, line)
            elif rows and place <= last and not _RULER.fullmatch(line):
                self._notes.add("note-in-table", number, "a line between programs that is none", line.strip())
            place += taken
        return rows, rejected

    def _header(self, line: str) -> bool:
        """Take the order of the columns from a line with their titles."""
        cells = _cells(line) or re.split(r"\s{2,}|\s(?=(?:NIRCam|NIRSpec|NIRISS|MIRI)\b)", line.strip())
        if _is_row(line) or len(cells) < 3:
            return False
        roles = [_role(cell) for cell in cells]
        if "hours" not in roles or not ({"instrument", *INSTRUMENTS} & {*roles}):
            return False
        if not re.search(r"[|\t]", line) and None in roles:
            return False  # a sentence
        self._columns = [role or "" for role in roles]
        unit = _UNIT.search(cells[roles.index("hours")])
        self._in_an_hour = _UNITS[unit[1].lower()] if unit else 1
        return True

    def _row(self, place: int) -> tuple[_Row | None, int]:
        """Return the row that begins on a line, and how many lines it takes."""
        number, text = self._lines[place]
        row = self._parsed(number, text)
        taken = 1
        for more, (_, following) in enumerate(self._lines[place + 1 : place + _MOST_LINES], 1):
            if not following.strip() or _is_row(following) or _TOTAL.match(following) or self._is_header(following):
                break
            complete = row is not None and row.instruments
            if complete and not self._goes_on(following):
                break
            text = _joined(text, following)
            longer = self._parsed(number, text)
            if longer is not None and longer.instruments:
                row, taken = longer, more + 1
        return row, taken

    def _goes_on(self, line: str) -> bool:
        """Tell the rest of a row that is whole already: nothing but a title in the cells."""
        said = {name for name, cell in zip(self._columns, _cells(line) or (), strict=False) if cell}
        return said == {"title"}

    def _is_header(self, line: str) -> bool:
        return sum(name in line.casefold() for name in _NAMES) > 1

    def _parsed(self, line: int, text: str) -> _Row | None:
        cells = _cells(text)
        if cells is not None and ("|" in text or "\t" in text or not _ROW.match(text)):
            # Without pipes around the lines, the first of them parts an empty cell from the next.
            return self._by_columns(line, text, cells) or self._by_columns(line, text, ["", *cells])
        match = _ROW.match(text)
        if match is None:
            return None
        title, tail = _parted(match[3])
        places = [(at - 1) // 2 for at, char in enumerate(tail) if char == "X"] if self._spaced else []
        order = [name for name in self._columns if name in INSTRUMENTS]
        marked = tuple(order[at] for at in places if 0 <= at < len(order))
        return _Row(line, text.strip(), int(match[1]), self._time(match[2]), " ".join(title.split()), marked)

    def _by_columns(self, line: int, text: str, cells: list[str]) -> _Row | None:
        said: dict[str, str] = {}
        for name, cell in zip(self._columns, cells, strict=False):
            said.setdefault(name, cell)
        hours = _FIGURE.fullmatch(said.get("hours", ""))
        if not re.fullmatch(r"\d{5}", said.get("number", ""), re.ASCII) or hours is None or not said.get("title"):
            return None
        named = [_NAMES.get(word.casefold()) for word in re.split(r"[\s,;/+&]+", said.get("instrument", ""))]
        marked = [name for name in INSTRUMENTS if said.get(name, "").casefold() in _MARKS]
        unknown = [said[n] for n in INSTRUMENTS if said.get(n, "").casefold() not in _MARKS | _NO_MARKS]
        instruments = tuple(dict.fromkeys(name for name in (*marked, *named) if name))
        return _Row(
            line, text.strip(), int(said["number"]), self._time(hours[1]), said["title"], instruments, (*unknown,)
        )

    def _time(self, text: str) -> Decimal:
        hours = Decimal(text.replace(",", ""))
        return hours if self._in_an_hour == 1 else round(hours / self._in_an_hour, 4).normalize()

    def _check(self, total: Decimal, line: int, text: str) -> None:
        """Compare the sum that a table gives with that of its rows."""
        said = _FIGURE.search(text)
        if said is not None and abs(self._time(said[1]) - total) > Decimal("0.05"):
            message = f"the table gives {said[1]} as the sum of {total} hours"
            self._notes.add("value-differs", line, message, text.strip(), prop="hours")


def _parted(text: str) -> tuple[str, str]:
    """Part a title from the marks behind it, each of them a word of its own."""
    end = len(text)
    while end and (text[end - 1].isspace() or re.fullmatch(r"\s?X\s?", text[max(0, end - 2) : end + 1])):
        end -= 1
    return text[:end], text[end:]


def _is_row(line: str) -> bool:
    """Tell a line that begins with the number of a program, or has it in a cell of its own."""
    return _NEARLY.match(line) is not None or any(
        re.fullmatch(r"\d{5}", cell, re.ASCII) is not None for cell in _cells(line) or ()
    )


def _cells(line: str) -> list[str] | None:
    """Return the cells of a line with pipes, tabs or commas, ``None`` for any other."""
    if "|" in line:
        cells = line.strip().removeprefix("|").removesuffix("|").split("|")
    elif "\t" in line:
        cells = line.split("\t")
    elif line.count(",") >= len(INSTRUMENTS):
        cells = next(csv.reader([line]))
    else:
        return None
    return [" ".join(cell.replace("**", "").replace("\\_", "_").split()) for cell in cells]


def _role(title: str) -> str | None:
    return _NAMES.get(title.casefold()) or next((role for role, words in _TITLES if words.search(title)), None)


def _joined(text: str, more: str) -> str:
    """Join two lines of one row: cell by cell, or one after the other."""
    cells, others = _cells(text), _cells(more)
    if cells is None or others is None or len(cells) != len(others):
        return f"{text.rstrip()} {more.lstrip(' ')}"
    return "|".join(" ".join(filter(None, pair)) for pair in zip(cells, others, strict=True))
