"""How long a text may be, and a list: what goes on for ever would keep the rules that read it busy for as long."""

from __future__ import annotations

from kb.sources.notes import Notes

__all__ = ["MOST", "PROSE", "WORDS", "limited"]

#: Characters of a name, label or title; the format allows 31 for a target's name.
WORDS = 400
#: Characters of an abstract or description; the longest known has 16,356.
PROSE = 60_000
#: Targets of a program, and its observations, which have numbers of three digits.
MOST = 5_000


def limited(text: str, most: int, line: int, prop: str, notes: Notes, order: int | None = None) -> str:
    """Return a text, cut where it is longer than any that means something, which is reported."""
    if len(text) <= most:
        return text
    made = text[:most].rstrip()
    message = f"{prop}: {len(text)} characters, of which {most} are read"
    notes.add("value-unreadable", line, message, text[:WORDS], None, order, prop)
    return made
