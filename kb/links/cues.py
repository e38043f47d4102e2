"""Which numbers of a text are programs: the words around them, as ``ontology/links/cues.csv`` lists them.

Every number of four digits is looked at with the words before it (``GTO program 1248``), after it (``the 2110
program``) and the list it stands in (``programs 1503 (cycle 1) and 4472 (cycle 2)``), and then what forbids it is
asked: a unit, another observatory, a year in brackets.

Words are looked for once in the whole text, and each number then asks where the nearest ones stand: a search before
each number would look at every letter dozens of times.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from kb.links.rules import alternatives

__all__ = ["Prose", "program_numbers"]

# No decimal, no ALMA or ESO identifier (2018.1.01234.S, 1104.C-0123), no part of a longer number.
_NUMBER = re.compile(r"[1-9][0-9][0-9][0-9][0-9]?(?![0-9A-Za-z]|\.[0-9]|\.[A-Z][.\-(])")
_FOUR_DIGITS = range(1000, 10_000)
_FIVE_DIGITS = range(10_000, 20_000)
_YEARS = range(1850, 2041)
_RECENT_YEARS = range(2000, 2041)
#: Characters before a number in which its cue stands; before a number glued to a word.
_BEFORE, _GLUED = 90, 12


@dataclass(frozen=True, slots=True)
class _Patterns:
    """``*_before`` end at the number, ``*_after`` start behind it, ``direct_start`` is where a direct cue may start."""

    sentence_end: re.Pattern[str]
    direct_start: re.Pattern[str]
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


@lru_cache(maxsize=1)
def _patterns() -> _Patterns:
    direct, filler, noun, survey = (alternatives(role) for role in ("direct", "filler", "noun", "survey"))
    data_noun, foreign, ours = (alternatives(role) for role in ("data-noun", "foreign", "ours"))
    compiled = re.compile
    return _Patterns(
        sentence_end=compiled(
            rf"(?=[.!?]\s)(?<=[\w)\]”\"']){alternatives('no-end')}[.!?]\s+(?=[A-Z\d“\"(])|\n\s*\n|\n\s*(?=(?:[-*•|]|#+|\d{{1,3}}[.)])\s)"
        ),
        direct_start=compiled(rf"(?<![A-Za-z\d])(?=(?:JWST[ -])?{direct})"),
        direct_before=compiled(
            rf"(?:JWST[ -])?{direct}(?:[\s-]+{filler}){{0,2}}[\s:#=(\[*\\“\"'‘–—-]*(?:#s?\s*)?(?=[1-9])"
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
    )


class Prose:
    """A text, and where in it the words stand that matter; each kind of word is looked for once."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def sentence_ends(self) -> list[tuple[int, int]]:
        """For each end of a sentence where it starts, and where the next sentence starts."""
        return [match.span() for match in _patterns().sentence_end.finditer(self.text)]

    @cached_property
    def _next_starts(self) -> list[int]:
        return [start for _, start in self.sentence_ends]

    @cached_property
    def _cue_starts(self) -> list[int]:
        starts: list[int] = []
        end = 0
        for number in _NUMBER.finditer(self.text):
            first = max(end, number.start() - _BEFORE)
            end = max(first, number.start())
            starts += [match.start() for match in _patterns().direct_start.finditer(self.text, first, end)]
        return starts

    @cached_property
    def _foreign(self) -> list[int]:
        return [match.end() for match in _patterns().foreign.finditer(self.text)]

    @cached_property
    def _ours(self) -> list[int]:
        return [match.end() for match in _patterns().ours.finditer(self.text)]

    def sentence(self, position: int) -> tuple[int, int]:
        """Start and end of the sentence around a position."""
        index = bisect_right(self._next_starts, position)
        start = self.sentence_ends[index - 1][1] if index else 0
        return start, self.sentence_ends[index][0] if index < len(self.sentence_ends) else len(self.text)

    def direct_cue(self, number: int) -> re.Match[str] | None:
        """Words such as ``GTO program`` that end at the number that starts there, the longest ones."""
        starts = self._cue_starts
        for index in range(bisect_left(starts, number - _BEFORE), bisect_left(starts, number)):
            found = _patterns().direct_before.match(self.text, starts[index])
            if found and found.end() == number:
                return found
        return None

    def last_foreign(self, start: int, end: int) -> int:
        """Where another observatory's name ends, the last before ``end``; -1 where none does behind ``start``."""
        return _last(self._foreign, start, end)

    def last_ours(self, start: int, end: int) -> int:
        """Where words for our own observatory end, the last before ``end``; -1 where none do behind ``start``."""
        return _last(self._ours, start, end)


def _last(ends: Sequence[int], start: int, end: int) -> int:
    index = bisect_right(ends, end) - 1
    return ends[index] if index >= 0 and ends[index] > start else -1


def program_numbers(prose: Prose) -> Iterator[re.Match[str]]:
    """Yield the numbers of a text that are programs of JWST, in their order."""
    text = prose.text
    numbers = [match for match in _NUMBER.finditer(text) if _is_whole(text, match)]
    for group in _lists(text, numbers):
        cue = _cue(prose, group)
        if cue is not None and not _is_foreign(prose, group, cue):
            yield from (match for match in group if not _is_quantity(text, match, cue))


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


def _cue(prose: Prose, group: Sequence[re.Match[str]]) -> int | None:
    """Where the words start that make the numbers of a list count, or ``None`` where nothing does."""
    patterns, text, first, last = _patterns(), prose.text, group[0], group[-1]
    offset = max(0, first.start() - _BEFORE)
    before = text[offset : first.start()]
    if before and (before[-1].isalnum() or before[-1] == "_"):
        found = patterns.glued_before.search(before[-_GLUED:])
        return first.start() - min(_GLUED, len(before)) + found.start() if found else None
    if found := prose.direct_cue(first.start()):
        bracketed = found[0].rstrip()[-1] in "([" and "#" not in found[0]
        years = all(int(match[0]) in _RECENT_YEARS for match in group)
        spanned = len(group) == 2 and text[first.end() : last.start()].strip() in ("-", "–", "to")
        return None if years and (bracketed or spanned) else found.start()
    ending = before.rstrip()[-1:]
    if ending == "#" and (found := patterns.hash_before.search(before)) and not patterns.not_hash.search(before):
        return offset + found.start()
    if int(first[0]) in _YEARS:
        return None
    found = patterns.id_before.search(before) if "ID" in before else None
    if found and not patterns.not_id.search(before):
        ours = prose.last_ours(offset, first.start()) >= 0 or patterns.noun.search(before)
        return offset + found.start() if ours else None
    if ending and ending in "([#" and re.match(r"\s*(?:[),;\]:]|PI\b)", text[last.end() : last.end() + 6]):
        if found := patterns.bracket_before.search(before):
            return offset + found.start()
        loose = patterns.loose_bracket_before.search(before)
        if loose and prose.last_ours(offset, first.start()) >= 0:
            return offset + loose.start()
    if "PI" in before and (found := patterns.investigator_before.search(before)):
        return offset + found.start()
    apart = re.search(r"(?:[(\[,;/]|\b(?:in|of|from|by|with|and|the|our|their))\s*$", before[-_GLUED:])
    if apart and (patterns.investigator_after.match(text, first.end()) or patterns.noun_after.match(text, last.end())):
        return first.start()
    return None


def _is_quantity(text: str, match: re.Match[str], cue: int) -> bool:
    """Whether a unit follows, or, after mere prose ("our program: 1500 stars"), things that are counted."""
    patterns = _patterns()
    if patterns.unit_after.match(text, match.end()):
        return True
    if not patterns.counted_after.match(text, match.end()):
        return False
    before = text[max(cue, match.start() - _BEFORE) : match.start()]
    return bool(re.search(r"(?<![A-Za-z])[a-z]{3,}\s*[:(–—]\s*$", before))


def _is_foreign(prose: Prose, group: Sequence[re.Match[str]], cue: int) -> bool:
    """Whether the program is another observatory's: the nearest one named before, or right behind, is not ours."""
    end = group[0].start()
    start = max(cue - 2 * _BEFORE, prose.sentence(end)[0])
    foreign = prose.last_foreign(start, end)
    nearest = foreign >= 0 and foreign > prose.last_ours(start, end)
    if any(int(match[0]) in _FIVE_DIGITS for match in group):
        before = prose.text[max(start, end - _BEFORE) : end]
        return not re.search(r"(?:JWST|Webb|Cycle[ -]?[5-9])\b[^.;,]{0,40}$", before) or nearest
    if _patterns().foreign_after.match(prose.text, group[-1].end()) and prose.last_ours(start, end) < 0:
        return True
    return nearest and ("," not in prose.text[foreign:end] or end - foreign < _BEFORE // 2)
