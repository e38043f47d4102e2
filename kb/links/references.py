"""Find the JWST programs that a program's text refers to.

A number counts when the words around it say *JWST program*; alone it is a year, a star, a wavelength or an exposure
time.  So every number of four digits is looked at with the words before it (``GTO program 1248``), after it (``the
2110 program``) and the list it stands in (``programs 1503 (cycle 1) and 4472 (cycle 2)``), and then what forbids it
is asked: a unit, another observatory, a year in brackets.  The words are data: ``ontology/links/cues.csv``.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from kb.links.rules import alternatives, rows
from kb.records import Reference

__all__ = ["find_references"]

# No decimal, no ALMA or ESO identifier (2018.1.01234.S, 1104.C-0123), no part of a longer number.
_NUMBER = re.compile(r"[1-9][0-9][0-9][0-9][0-9]?(?![0-9A-Za-z]|\.[0-9]|\.[A-Z][.\-(])")
_SENTENCE_END = re.compile(r"(?<=[\w)\]”\"'])[.!?]\s+(?=[A-Z\d“\"(])|\n\s*\n|\n\s*(?=[-*•#|]|\d+[.)]\s)")
_FOUR_DIGITS = range(1000, 10_000)
_FIVE_DIGITS = range(10_000, 20_000)
_YEARS = range(1850, 2041)
_RECENT_YEARS = range(2000, 2041)
_BEFORE, _SENTENCE = 90, 260
_WEAKEST = "mentions"


@dataclass(frozen=True, slots=True)
class _Patterns:
    """``*_before`` end at the number, ``*_after`` start behind it."""

    direct_before: re.Pattern[str]
    glued_before: re.Pattern[str]
    hash_before: re.Pattern[str]
    not_hash: re.Pattern[str]
    id_before: re.Pattern[str]
    not_id: re.Pattern[str]
    bracket_before: re.Pattern[str]
    loose_bracket_before: re.Pattern[str]
    investigator_before: re.Pattern[str]
    investigator_after: re.Pattern[str]
    noun: re.Pattern[str]
    noun_after: re.Pattern[str]
    foreign_after: re.Pattern[str]
    unit_after: re.Pattern[str]
    counted_after: re.Pattern[str]
    separator: re.Pattern[str]
    foreign: re.Pattern[str]
    ours: re.Pattern[str]
    kinds: tuple[tuple[str, re.Pattern[str]], ...]


@lru_cache(maxsize=1)
def _patterns() -> _Patterns:
    direct, filler, noun, survey = (alternatives(role) for role in ("direct", "filler", "noun", "survey"))
    data_noun, foreign, ours = (alternatives(role) for role in ("data-noun", "foreign", "ours"))
    compiled = re.compile
    return _Patterns(
        direct_before=compiled(
            rf"(?<![A-Za-z\d])(?:JWST[ -])?{direct}(?:[\s-]+{filler}){{0,2}}[\s:#=(\[*\\“\"'‘–—-]*(?:#s?\s*)?$"
        ),
        glued_before=compiled(rf"(?<![A-Za-z\d]){alternatives('glued')}$"),
        hash_before=compiled(r"(?:^|[\s(\[/,;*&+])\\?#\s*$"),
        not_hash=compiled(rf"\b{alternatives('not-hash')}\s*[(\[]?\s*\\?#\s*$"),
        id_before=compiled(r"\bIDs?\s*[:=#]?\s*$"),
        not_id=compiled(alternatives("not-id")),
        bracket_before=compiled(rf"\b(?:{noun}\b[^.;()]{{0,60}}|{survey}\b[^.;()\d]{{0,30}})[(\[]\s*#?$"),
        loose_bracket_before=compiled(rf"\b{data_noun}\b[^.;()]{{0,25}}[(\[]\s*#?$"),
        investigator_before=compiled(r"\bPIs?\b:?,?\s+[A-Z][\w.'’-]+(?:\s[A-Z][\w.'’-]+){0,2}\s*[,;:/]\s*$"),
        investigator_after=compiled(r"\s*[;,:]?\s*[(\[]?\s*(?:[Cc]o-)?P\.?I\.?s?\b"),
        noun=compiled(noun),
        noun_after=compiled(
            rf"\s+(?:(?:JWST|GO|GTO|ERS|DDT?|Cycle[ -]?\d)[\s-]+){{0,2}}{noun}\b(?!\s+(?:hours|stars|targets))"
        ),
        foreign_after=compiled(
            rf"\s*(?:\(|(?:for|with|on|using|by|of)\s+(?:the\s+)?){foreign}|\s*,\s*{foreign}[^.,;()\d]{{0,15}}\)"
        ),
        unit_after=compiled(rf"[\s~+-]*{alternatives('unit')}"),
        counted_after=compiled(rf"[\s~+]*{alternatives('counted')}"),
        separator=compiled(alternatives("separator")),
        foreign=compiled(foreign),
        ours=compiled(rf"{ours}|\b{survey}\b"),
        kinds=tuple((row["kind"], compiled(row["pattern"])) for row in rows("kinds.csv")),
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
        One reference per program: of the strongest kind that its mentions give, on the first line of that kind.

    Examples
    --------
    >>> text = "We continue GTO program 1248. HD 1835 is 1500 K. Archival data of PIDs 2734 and 3001 are used."
    >>> [(found.program, found.kind, found.line) for found in find_references(9000, "", [(20, text)])]
    [(1248, 'follow-up', 20), (2734, 'uses-data', 20), (3001, 'uses-data', 20)]

    """
    strength = {kind: rank for rank, kind in enumerate([kind for kind, _ in _patterns().kinds] + [_WEAKEST])}
    best: dict[int, Reference] = {}
    for first_line, text in ((1, title), *sections):
        for found in _references_of(text, first_line):
            held = best.get(found.program)
            better = held is None or (strength[found.kind], found.line) < (strength[held.kind], held.line)
            if found.program != program_id and better:
                best[found.program] = found
    return tuple(best[number] for number in sorted(best))


def _references_of(text: str, first_line: int) -> Iterator[Reference]:
    ends = [match.start() for match in re.finditer("\n", text)]
    numbers = [match for match in _NUMBER.finditer(text) if _is_whole(text, match)]
    for group in _lists(text, numbers):
        cue = _cue(text, group)
        if cue is None or _is_foreign(text, group, cue):
            continue
        for match in group:
            if not _is_quantity(text, match, cue):
                yield Reference(
                    program=int(match[0]),
                    kind=_kind(text, match),
                    line=first_line + bisect_left(ends, match.start()),
                    quote=" ".join(text[max(cue, match.start() - _SENTENCE) : match.end()].split()),
                )


def _is_whole(text: str, match: re.Match[str]) -> bool:
    """Whether the digits are a number of a program's size and not the tail of another number."""
    start, number = match.start(), int(match[0])
    if number not in _FOUR_DIGITS and number not in _FIVE_DIGITS:
        return False
    tail = text[max(0, start - 3) : start]
    return tail == "jw0" or not (tail[-1:].isdigit() or (tail[-1:] == "." and tail[-2:-1].isdigit()))


def _lists(text: str, numbers: Sequence[re.Match[str]]) -> Iterator[list[re.Match[str]]]:
    """Group numbers that only list separators part; a number glued to a word starts a group of its own."""
    group: list[re.Match[str]] = []
    for match in numbers:
        gap = text[group[-1].end() : match.start()] if group else ""
        if group and (len(gap) > _BEFORE or not _patterns().separator.fullmatch(gap)):
            yield group
            group = []
        group.append(match)
    if group:
        yield group


def _cue(text: str, group: Sequence[re.Match[str]]) -> int | None:
    """Where the words start that make the numbers of a list count, or ``None`` where nothing does."""
    patterns, first, last = _patterns(), group[0], group[-1]
    before = text[max(0, first.start() - _BEFORE) : first.start()]
    offset = first.start() - len(before)
    number = int(first[0])
    is_year = number in _YEARS
    if before and (before[-1].isalnum() or before[-1] == "_"):
        found = patterns.glued_before.search(before)
        return offset + found.start() if found else None
    if found := patterns.direct_before.search(before):
        bracketed = found[0].rstrip()[-1] in "([" and "#" not in found[0]
        years = all(int(match[0]) in _RECENT_YEARS for match in group)
        spanned = len(group) == 2 and text[first.end() : last.start()].strip() in ("-", "–", "to")
        return None if years and (bracketed or spanned) else offset + found.start()
    if (found := patterns.hash_before.search(before)) and not patterns.not_hash.search(before):
        return offset + found.start()
    if is_year:
        return None
    if (found := patterns.id_before.search(before)) and not patterns.not_id.search(before):
        return offset + found.start() if patterns.ours.search(before) or patterns.noun.search(before) else None
    closed = re.match(r"\s*(?:[),;\]:]|PI\b)", text[last.end() : last.end() + 6])
    if closed and (found := patterns.bracket_before.search(before)):
        return offset + found.start()
    if closed and (found := patterns.loose_bracket_before.search(before)) and patterns.ours.search(before):
        return offset + found.start()
    if found := patterns.investigator_before.search(before):
        return offset + found.start()
    apart = re.search(r"(?:[(\[,;/]|\b(?:in|of|from|by|with|and|the|our|their))\s*$", before)
    if apart and (patterns.investigator_after.match(text, first.end()) or patterns.noun_after.match(text, last.end())):
        return first.start()
    return None


def _is_quantity(text: str, match: re.Match[str], cue: int) -> bool:
    """Whether a unit follows, or, after mere prose ("our program: 1500 stars"), things that are counted."""
    if _patterns().unit_after.match(text, match.end()):
        return True
    is_prose = re.search(
        r"(?<![A-Za-z])[a-z]{3,}\s*[:(–—]\s*$", text[max(cue, match.start() - _BEFORE) : match.start()]
    )
    return bool(is_prose and _patterns().counted_after.match(text, match.end()))


def _is_foreign(text: str, group: Sequence[re.Match[str]], cue: int) -> bool:
    """Whether the program is another observatory's: the nearest one named before, or right behind, is not ours."""
    patterns = _patterns()
    before = text[max(0, cue - 2 * _BEFORE) : group[0].start()]
    sentence = _SENTENCE_END.split(before)[-1]
    foreign, ours = (_last_end(pattern, sentence) for pattern in (patterns.foreign, patterns.ours))
    if any(int(match[0]) in _FIVE_DIGITS for match in group):
        return not re.search(r"(?:JWST|Webb|Cycle[ -]?[5-9])\b[^.;,]{0,40}$", sentence) or foreign > ours
    if ours < 0 and patterns.foreign_after.match(text, group[-1].end()):
        return True
    return foreign > ours and ("," not in sentence[foreign:] or len(sentence) - foreign < _BEFORE // 2)


def _last_end(pattern: re.Pattern[str], text: str) -> int:
    return max((match.end() for match in pattern.finditer(text)), default=-1)


def _kind(text: str, match: re.Match[str]) -> str:
    before = _SENTENCE_END.split(text[max(0, match.start() - _SENTENCE) : match.start()])[-1]
    after = _SENTENCE_END.split(text[match.start() : match.end() + _SENTENCE])[0]
    sentence = (before + after).lower()
    return next((kind for kind, pattern in _patterns().kinds if pattern.search(sentence)), _WEAKEST)
