"""The SODRM table: planned calibration programs of the Science Operations Design Reference Mission.

One line per program: number, hours, title, then an X under one of four instruments.  Spaces and no-break spaces stand
for the columns: each empty column is a space after its no-break space, so the text before the X tells which it is.
"""

from __future__ import annotations

import re
from decimal import Decimal

from kb.links import activity_key
from kb.records import Document, Program, Reading, RowAccount
from kb.sources.notes import Notes

INSTRUMENTS = ("NIRCam", "NIRSpec", "NIRISS", "MIRI")
_ROW = re.compile(r"^\s*(\d{5})\s+(\d{1,6}(?:\.\d{1,9})?)\s+(\S.*?)((?:[ \t\u00a0]|\bX\b)*)$")
_NEARLY = re.compile(r"^\s*\d{5}\b")


def looks_like_sodrm(text: str) -> bool:
    """True for a text that is the table: it says so, or most of its first lines are rows."""
    return "SODRM" in text[:4000] and any(_ROW.match(line) for line in text[:20000].splitlines())


def read_sodrm(text: str, document: Document) -> list[Reading]:
    """Read the table into one reading per program; page furniture around it is not data."""
    readings: list[Reading] = []
    whole = Notes()
    rejected = 0
    seen: dict[int, int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        match = _ROW.match(line.rstrip("\r"))
        if not match:
            if _NEARLY.match(line):
                rejected += 1
                whole.add("row-rejected", number, "a row without hours or title: mend it by hand", raw=line.strip())
            continue
        program, hours, title = int(match[1]), Decimal(match[2]), " ".join(match[3].split())
        if program in seen:
            rejected += 1
            whole.add(
                "row-rejected", number, f"program {program} stands on line {seen[program]} already", raw=line.strip()
            )
            continue
        seen[program] = number
        notes = Notes()
        instruments = _instruments(match[4])
        if not instruments:
            notes.add(
                "value-unreadable", number, "no instrument is marked in this row", raw=line.strip(), prop="instrument"
            )
        activity = activity_key(title, "SODRM", instruments)
        readings.append(
            Reading(
                document,
                Program(
                    program,
                    title,
                    "SODRM",
                    prime_hours=hours,
                    instruments=instruments,
                    activity=activity.key if activity else None,
                    line=number,
                ),
                findings=notes.done(),
            )
        )
    if rejected and readings:
        first = readings[0]
        readings[0] = first._replace(rows=RowAccount(rejected=rejected), findings=(*whole.done(), *first.findings))
    elif not readings:
        whole.add("empty-document", 1, "no program in this SODRM table")
        readings.append(Reading(document, None, RowAccount(rejected=rejected), findings=whole.done()))
    return readings


def _instruments(tail: str) -> tuple[str, ...]:
    """Instruments whose columns hold an X: a space parts title and first cell, each cell takes two characters."""
    places = [(at - 1) // 2 for at, char in enumerate(tail) if char == "X"]
    return tuple(INSTRUMENTS[place] for place in places if 0 <= place < len(INSTRUMENTS))
