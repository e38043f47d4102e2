"""Targets in cells: number and name, brackets out of place, several in one cell, words for none."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from kb.sources.cells import clean, is_blank

_NO_TARGET = re.compile(
    r"^[(\[]?\s*(?:(?:none|nan)(?: none)*|none specified|unspecified|no(?: science)? targets?|nothing"
    r"|not (?:specified|applicable|available|given)|tb[dac]|to be (?:determined|decided))"
    r"\s*[)\]]?\s*(?:\([^()]*\))?[.,;]?$",
    re.I,
)
_PARALLEL = re.compile(
    r"^[(\[]?\s*(?:(?:pure|coordinated)[ -]+)?parallel\s*[)\]]?(?:\s+(?:to|with)\b.*)?[.,;]?$|^none\s*\(parallel\)$",
    re.I,
)
_PLAIN = re.compile(r"^\((\d{1,5})\) ?(?!_)([^\s,;/&+()[\]{}\"“”*†‡§¶~^|\\]+)$")
_TARGET = re.compile(r"^[(\[{]\s*#?(\d{1,5})\s*[)\]}]\s*(\S.*)$")
_DASHED = re.compile(r"^(\d{1,5})\s+[-–—]\s+(\S.*)$")
_TARGET_DAMAGED = (
    re.compile(
        r"^#?(\d{1,5})\s*(?:[)\]}]|[.:](?=\D|\s))\s*(\S.*?)\s*[(\[{]?$"
    ),  # the opening bracket lost, or moved to the end
    re.compile(r"^[(\[{]\s*(\d{1,5})\s+(\S.*)$"),  # the closing bracket lost
    re.compile(r"^(\S.*?)\s*[(\[{]\s*(\d{1,5})\s*[)\]}]$"),  # name and number swapped
    re.compile(r"^#(\d{1,5})\s+(\S.*)$"),  # another mark for a number
    re.compile(r"^[</]\s*(\d{1,5})\s*[>/]\s*(\S.*)$"),
    _DASHED,
    re.compile(r"^(\d{1,5})\s+(\S[^()]*)\)$"),
    re.compile(r"^(?:science\s+)?target\s*#?(\d{1,5})\s*[:.)–—-]?\s+(\S.*)$", re.I),
)
_LEAD = re.compile(r"^(?:(?:science\s+)?targets?\s*:?|[*•·–—-])\s*(?=[(\[{]\s*#?\d{1,5}\s*[)\]}])", re.I)
#: Behind a name: marks of footnotes, signs that part it from the next.
_MARKS = " *†‡§¶~^|\\,;."
#: Centres of galaxies are called so.
_STARRED = re.compile(r"(?:sgr[ _-]?a|m ?\d+)\*$", re.I)
_FOOTNOTE = re.compile(r"\s?(?:\[\d{1,2}\]|\^\d{1,2}\^?)$")
_LAST_MARK = frozenset(_MARKS + "]")
_ANY_MARK = frozenset(_MARKS + "[]0123456789")
_RAISED = r"(?i)<sup>\s*\d{1,2}\s*</sup>\s*$"
_MISREAD = re.compile(
    r"^[(\[{]\s*(?!I+\s*[)\]}])([\dlIO|]{1,4})\s*[)\]}]\s*(\S.*)$"
)  # letters that look like digits, but for I Zw 18
_DIGITS = str.maketrans("lI|O", "1110")
_INTEGER = re.compile(r"[0-9]{1,5}")
_LEADING, _LEADS = re.compile(r"^[-–—.:,]\s+"), frozenset("-–—.:,")
_WRAPPED = re.compile(r"(?<=\w)([-+_]) (?=\w)")
_UNEVEN = re.compile(r"^\(\(\d{1,5}\)[^()]*\)$")
_NAMELESS = re.compile(r"^[(\[{]\s*\d{1,5}\s*[)\]}]$")
_SEVERAL = re.compile(r"(?:\s*(?:[,;/&+|•·]|\band\b)|\s[-–—])?\s*(?=[(\[{]\s*\d{1,5}\s*[)\]}]\s*\S)|\s*[,;]\s+")
_PARTING = frozenset("([{,;")
_LISTS = re.compile(r"^[(\[{]\s*(\d{1,5}(?:\s*[,;&]\s*\d{1,5})+)\s*[)\]}]\s*(\S.*)$")
#: Full-width signs and the many hyphens, which are one in names.
_PLAIN_SIGNS = str.maketrans("（）［］｛｝：，‐‑‒–−", "()[]{}:,-----")


class TargetCell(NamedTuple):
    """Targets of one cell as (number, name) pairs; what was odd about it, in a word, or ``""``.

    ``odd`` is ``bracket``, ``mark`` (signs behind the name), ``split``, ``repeated``, ``swapped``, ``unnumbered``,
    ``nameless``, ``label`` or ``guess``: what stands before the name may be its number or a part of it.
    """

    targets: tuple[tuple[int | None, str], ...] = ()
    parallel: bool = False
    odd: str = ""


def is_target(text: str) -> bool:
    """True when a cell reads like a target: numbered, or one of the words for none."""
    text = clean(text)
    return bool(_NO_TARGET.match(text) or _PARALLEL.match(text) or _TARGET.match(text))


@lru_cache(maxsize=16384)
def read_targets(text: str) -> TargetCell:
    """Take a target cell apart.

    >>> read_targets("(4) HD2811").targets
    ((4, 'HD2811'),)
    >>> read_targets("7) BD+60-1753 (")
    TargetCell(targets=((7, 'BD+60-1753'),), parallel=False, odd='bracket')
    >>> read_targets("(1) 1998-BC1, (4) 1999-XZ93").targets
    ((1, '1998-BC1'), (4, '1999-XZ93'))
    >>> read_targets("PARALLEL").parallel
    True
    """
    text = clean(re.sub(_RAISED, "*", text) if "<" in text else text).translate(_PLAIN_SIGNS)
    # Most cells are a number in brackets and one word.
    if (plain := _PLAIN.match(text)) and not (
        text[-1] == "." or is_blank(plain[2]) or _NO_TARGET.match(plain[2]) or _PARALLEL.match(plain[2])
    ):
        return TargetCell(((int(plain[1]), plain[2]),))
    while text.startswith("((") and text.count("(") > 1:
        text = text[1:-1].strip() if text.endswith("))") or _UNEVEN.match(text) else text[1:]
    if is_blank(text) or _NO_TARGET.match(text):
        return TargetCell()
    if _PARALLEL.match(text):
        return TargetCell(parallel=True)
    if lists := _LISTS.match(text):
        numbers, names = re.findall(r"\d+", lists[1]), re.split(r"\s*[,;&]\s*", lists[2])
        if len(numbers) == len(names):
            return TargetCell(tuple((int(n), name) for n, name in zip(numbers, names, strict=True)), odd="bracket")
    found: list[tuple[int | None, str]] = []
    odd, parallel = "", False
    if text[0] not in "([{" and (lead := _LEAD.match(text)):
        text, odd = text[lead.end() :], "bracket"
    several = not _PARTING.isdisjoint(text[1:])
    for part in filter(None, _SEVERAL.split(text)) if several else (text,):
        number, name, how = _one_target(part)
        if _PARALLEL.match(name):
            parallel = True
        elif _NAMELESS.match(part) or (number is not None and not any(map(str.isalnum, name))):
            odd = "nameless"
        elif not (_NO_TARGET.match(name) or is_blank(name)):
            odd = odd or ("repeated" if (number, name) in found else how)
            if (number, name) not in found:
                found.append((number, name))
    if len(found) == 2 and (pair := _number_and_name(found)):
        found, odd = [pair], "guess"
    return TargetCell(tuple(found), parallel=parallel and not found, odd=odd)


def _number_and_name(found: list[tuple[int | None, str]]) -> tuple[int, str] | None:
    """Number and name that a comma parted: ``4, HD2811`` is one target."""
    (one, text), (other, name) = found
    if one is None and _INTEGER.fullmatch(name) and not text[0].isdigit():
        (one, text), (other, name) = (other, name), (one, text)
    if one is other is None and _INTEGER.fullmatch(text) and not _INTEGER.fullmatch(name):
        return int(text), name
    return None


def _one_target(part: str) -> tuple[int | None, str, str]:
    """Number and name of one target, and what was odd about it."""
    if match := _TARGET.match(part):
        name = match[2].strip()
        tidied = _tidy(name)
        how = "" if name == tidied else "bracket"
        return int(match[1]), tidied, "mark" if how and not set(name.removeprefix(tidied)) - _ANY_MARK else how
    for at, pattern in enumerate(_TARGET_DAMAGED):
        if match := pattern.match(part):
            if at == 2:
                return int(match[2]), match[1].strip(), "swapped"
            how = "guess" if pattern is _DASHED else "bracket"
            return int(match[1]), _tidy(match[2].rstrip(")]} ") if at == 1 else match[2].strip()), how
    if (match := _MISREAD.match(part)) and (number := int(match[1].translate(_DIGITS))):
        return number, _tidy(match[2].strip()), "guess"
    return None, _tidy(part), "unnumbered"


def _tidy(name: str) -> str:
    """A target's name without signs that are no part of it: a dash after the number, a lone bracket, quotes, marks."""
    if name.startswith(("*", "_")) and name[-1] == name[0]:
        name = clean(name) or name
    if name[-1:] in _LAST_MARK or "^" in name:
        bare = name if _STARRED.search(name) else _FOOTNOTE.sub("", name).rstrip(_MARKS)
        name = bare if any(map(str.isalnum, bare)) else name
    if name.startswith((")", "]", "}", "_")):
        name = name[1:].lstrip() or name
    elif name[:1] == "(" and (inside := re.fullmatch(r"\(([^()]+)\)", name)):
        name = inside[1].strip() or name
    if name.endswith(")") and name.count(")") > name.count("("):
        name = name[:-1].rstrip()
    name = clean(_LEADING.sub("", name) if name[:1] in _LEADS else name)
    return _WRAPPED.sub(r"\1", name) if " " in name else name
