"""Find the JWST programs that a program's text refers to, why, and in which words.

A number counts when the words around it say *JWST program*; alone it is a year, a star, a wavelength or an exposure
time (:mod:`kb.links.cues`).  The sentence that it stands in says why: ``ontology/links/kinds.csv``.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache

from kb.links.cues import Prose, program_numbers
from kb.links.rules import rows
from kb.records import Reference

__all__ = ["find_references"]

#: Characters of a sentence on either side of a number that say its kind: sentences of damaged texts have no end.
_AROUND = 260
#: Characters of a quote, at most.
_QUOTE = 360
#: What a line of a list or a heading begins with; ``#1538`` is none of these.
_MARKS = re.compile(r"\s*(?:(?:[-*•|]|#+|\d{1,3}[.)])\s+)*")
_WEAKEST = "mentions"


@lru_cache(maxsize=1)
def _kinds() -> tuple[tuple[str, re.Pattern[str], re.Pattern[str] | None], ...]:
    return tuple(
        (row["kind"], re.compile(row["pattern"]), re.compile(row["unless"]) if row["unless"] else None)
        for row in rows("kinds.csv")
    )


def find_references(program_id: int, title: str, sections: Sequence[tuple[int, str]]) -> tuple[Reference, ...]:
    """List the JWST programs that the text refers to, one reference per program, by number.

    Parameters
    ----------
    program_id
        The program whose text it is; it is never in the answer.
    title
        Its title, taken as line 1.
    sections
        For each section the number of its first line, counted from 1, and its text.

    Returns
    -------
    tuple
        One reference per program: of the strongest kind that its mentions give, on the first line of that kind, with
        the sentence that it stands in.

    Examples
    --------
    >>> text = "We continue GTO program 1248. HD 1835 is 1500 K. Archival data of PIDs 2734 and 3001 are used."
    >>> [(found.program, found.kind, found.line) for found in find_references(9000, "", [(20, text)])]
    [(1248, 'follow-up', 20), (2734, 'uses-data', 20), (3001, 'uses-data', 20)]
    >>> find_references(9000, "", [(20, text)])[1].quote
    'Archival data of PIDs 2734 and 3001 are used.'

    """
    strength = {kind: rank for rank, kind in enumerate(dict.fromkeys([*(kind for kind, _, _ in _kinds()), _WEAKEST]))}
    best: dict[int, tuple[int, int, Prose, int]] = {}
    for first_line, text in ((1, title), *sections):
        prose = Prose(text)
        numbers = list(program_numbers(prose))
        lines = [match.start() for match in re.finditer("\n", text)] if numbers else []
        kinds: dict[tuple[int, int], str] = {}
        for match in numbers:
            span = _around(prose, match.start())
            if span not in kinds:
                kinds[span] = _kind(text[slice(*span)])
            found = strength[kinds[span]], first_line + bisect_left(lines, match.start())
            program = int(match[0])
            if program != program_id and (program not in best or found < best[program][:2]):
                best[program] = (*found, prose, match.start())
    names = list(strength)
    return tuple(
        Reference(program, names[rank], line, _quote(prose, position))
        for program, (rank, line, prose, position) in sorted(best.items())
    )


def _around(prose: Prose, position: int) -> tuple[int, int]:
    """Start and end of the sentence around a position; of one without end a piece, the same one for its neighbours."""
    start, end = prose.sentence(position)
    piece = start + (position - start) // _AROUND * _AROUND
    return max(start, piece - _AROUND), min(end, piece + 2 * _AROUND)


def _kind(sentence: str) -> str:
    lowered = sentence.lower()
    for kind, pattern, unless in _kinds():
        found = pattern.search(lowered)
        if found and (unless is None or pattern.search(unless.sub(" – ", lowered))):
            return kind
    return _WEAKEST


def _quote(prose: Prose, position: int) -> str:
    """The sentence around a number; of a long one the words around it, with an ellipsis where it is cut."""
    start, end = prose.sentence(position)
    end += prose.text[end : end + 1] in tuple(".!?")
    if end - start <= _QUOTE:
        before, after = prose.text[start:position], prose.text[position:end]
    else:
        begin = max(start, position - _QUOTE // 2)
        stop = min(end, begin + _QUOTE)
        begin = max(start, stop - _QUOTE)
        before, after = prose.text[begin:position], prose.text[position:stop]
        if begin > start:
            before = "… " + before.partition(" ")[2]
        if stop < end:
            after = (after.rpartition(" ")[0] or after) + " …"
    quote = before + after
    marks = _MARKS.match(quote)
    return " ".join(quote[marks.end() if marks else 0 :].split())
