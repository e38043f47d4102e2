"""What stands in one cell: mark-up removed, templates recognised, targets taken apart, numbers told from labels."""

from __future__ import annotations

import html
import re
from difflib import SequenceMatcher, get_close_matches
from functools import lru_cache
from typing import NamedTuple

from kb.vocabulary import load

_BREAK = re.compile(r"<br\s*/?>", re.I)
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+.!|~<>-])")
_LONGEST_TEMPLATE = 80
#: How alike a misspelt template is to the right one at least, and how much more than to any other (0 to 1).
_ALIKE, _APART = 0.88, 0.03
_LONGEST_SHORT_FORM = 6
_NO_LETTER = re.compile(r"[\W_]+")
_BLANK = re.compile(r"^(?:[-–—.]+|n/?a|\(?(?:empty|blank|no label|none given|not given|unlabell?ed)\)?|null)$", re.I)
_NO_TARGET = re.compile(
    r"^[(\[]?\s*(?:none|no targets?|nothing|tb[dac]|to be (?:determined|decided))\s*[)\]]?\s*(?:\([^()]*\))?[.,;]?$",
    re.I,
)
_PARALLEL = re.compile(
    r"^[(\[]?\s*(?:(?:pure|coordinated)[ -]+)?parallel\s*[)\]]?(?:\s+(?:to|with)\b.*)?[.,;]?$|^none\s*\(parallel\)$",
    re.I,
)
_PLAIN = re.compile(r"^\((\d{1,5})\) ?([^\s,;/&+()[\]{}]+)$")
_TARGET = re.compile(r"^[(\[{]\s*(\d{1,5})\s*[)\]}]\s*(\S.*)$")
_TARGET_DAMAGED = (
    re.compile(r"^#?(\d{1,5})\s*[)\]}.:]\s*(?=\D)(\S.*?)\s*[(\[{]?$"),  # the opening bracket lost, or moved to the end
    re.compile(r"^[(\[{]\s*(\d{1,5})\s+(\S.*)$"),  # the closing bracket lost
    re.compile(r"^(\S.*?)\s*[(\[{]\s*(\d{1,5})\s*[)\]}]$"),  # name and number swapped
    re.compile(r"^#(\d{1,5})\s+(\S.*)$"),  # another mark for a number
)
_UNEVEN = re.compile(r"^\(\(\d{1,5}\)[^()]*\)$")
_NAMELESS = re.compile(r"^[(\[{]\s*\d{1,5}\s*[)\]}]$")
_SEVERAL = re.compile(r"\s*(?:[,;/&+]|\band\b)?\s*(?=[(\[{]\s*\d{1,5}\s*[)\]}]\s*\S)|\s*[,;]\s+")
_LISTS = re.compile(r"^[(\[{]\s*(\d{1,5}(?:\s*[,;&]\s*\d{1,5})+)\s*[)\]}]\s*(\S.*)$")
_WIDE = str.maketrans("（）［］｛｝：，", "()[]{}:,")
_TAG = re.compile(r"</?(?:b|i|u|em|strong|code|tt|sub|sup|span|font|small|mark|p|a)(?:\s[^<>]*)?/?>", re.I)
_NUMBER = re.compile(r"^(?:obs(?:ervation)?\.?\s*)?#?(\d{1,3})$", re.I)
_RANGE = re.compile(r"^\d{1,3}\s*(?:[-–—]|to)\s*\d{1,3}$|^\d{1,3}(?:\s*(?:,|[-–—])\s*\d{1,3})+$", re.I)


@lru_cache(maxsize=32768)
def clean(text: str) -> str:
    r"""Remove mark-up and collapse white space; underscores inside words stay.

    >>> clean("`BD+60\\_1753`"), clean("**Epoch  1**"), clean("a_b _c_")
    ('BD+60_1753', 'Epoch 1', 'a_b _c_')
    """
    if "<" in text:
        text = _TAG.sub("", _BREAK.sub(" ", text))
    if "&" in text and ";" in text:
        text = html.unescape(text)
    if "`" in text:
        text = text.replace("`", "")
    if "**" in text or "__" in text:
        text = re.sub(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1", r"\2", text).replace("**", "")
    if "*" in text and (match := re.fullmatch(r"\s*\*(?!\s)([^*]+)(?<!\s)\*\s*", text)):
        text = match[1]
    if "\\" in text:
        text = _ESCAPE.sub(r"\1", text)
    return " ".join(text.split())


@lru_cache(maxsize=32768)
def squeeze(text: str) -> str:
    """Letters and digits only, lower case: two spellings of one thing are equal then.

    >>> squeeze("v6_00153+v6 00633")
    'v600153v600633'
    """
    return _NO_LETTER.sub("", text).lower()


@lru_cache(maxsize=32768)
def is_blank(text: str) -> bool:
    """True for nothing at all and for the words that stand for nothing (``N/A``, ``(empty)``, a dash)."""
    return not text or bool(_BLANK.match(text))


@lru_cache(maxsize=4096)
def template_of(text: str) -> str | None:
    """Preferred label of the template that a cell names exactly, case and white space apart; else ``None``."""
    found = load().template(clean(text))
    return found.label if found else None


@lru_cache(maxsize=1)
def _squeezed() -> dict[str, str]:
    return {squeeze(t.label): t.label for t in load().templates.values()}


@lru_cache(maxsize=1)
def _inside() -> re.Pattern[str]:
    labels = sorted((t.label for t in load().templates.values()), key=lambda label: (-len(label), label))
    words = (r"\s*".join(re.escape(w) for w in label.split()) for label in labels)
    return re.compile(r"(?<![^\W_])(?:" + "|".join(words) + r")(?![^\W_])", re.I)


class TemplateCell(NamedTuple):
    """What a template cell turned out to hold.

    ``label`` is the preferred label or ``None``; ``how`` one of ``exact``, ``spelling``, ``glued``, ``short form``;
    ``before`` and ``after`` are what stood around a glued template.
    """

    label: str | None = None
    how: str = "exact"
    before: str = ""
    after: str = ""


@lru_cache(maxsize=4096)
def read_template(text: str) -> TemplateCell:
    """Recognise a template in a cell: exactly, in other spelling, glued to other words, by a short form, misspelt.

    A misspelling counts only when the instrument is the same and one template alone is near enough.
    """
    text = clean(text)
    if is_blank(text):
        return TemplateCell(None)
    labels = load().templates
    if text in labels:
        return TemplateCell(text)
    squeezed = squeeze(text)
    if squeezed in _squeezed():
        return TemplateCell(_squeezed()[squeezed], "spelling")
    if match := _inside().search(text):
        name = _squeezed()[squeeze(match[0])]
        return TemplateCell(name, "glued", text[: match.start()].strip(" -,;:|"), text[match.end() :].strip(" -,;:|"))
    if near := _nearest(text) or _cut_short(squeezed):
        return TemplateCell(near, "spelling")
    words = text.replace("/", " ").split()[:_LONGEST_SHORT_FORM]
    for count in range(len(words), 1, -1):
        if short := load().template(" ".join(words[:count])):
            return TemplateCell(short.label, "short form")
    return TemplateCell(None)


def _cut_short(squeezed: str) -> str | None:
    """The one template that a text of at least three fifths of its length begins."""
    found = [
        label for name, label in _squeezed().items() if name.startswith(squeezed) and 5 * len(squeezed) >= 3 * len(name)
    ]
    return found[0] if len(found) == 1 else None


def _nearest(text: str) -> str | None:
    """The one template that a misspelt text must mean: same start of the instrument's name, a few letters off."""
    if len(text) > _LONGEST_TEMPLATE:
        return None
    lower = text.lower()
    labels = _by_start().get(lower[:3], {})
    found = get_close_matches(lower, labels, n=2, cutoff=_ALIKE)
    if not found or (len(found) > 1 and _likeness(lower, found[0]) - _likeness(lower, found[1]) < _APART):
        return None
    return labels[found[0]]


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, other, one).ratio()


@lru_cache(maxsize=1)
def _by_start() -> dict[str, dict[str, str]]:
    """Labels of templates, by how they begin, which is the instrument; then by label in lower case."""
    starts: dict[str, dict[str, str]] = {}
    for label in load().templates:
        starts.setdefault(label[:3].lower(), {})[label.lower()] = label
    return starts


def is_template(text: str) -> bool:
    """True when a cell is a template and nothing else, in whatever spelling."""
    found = read_template(text)
    return found.label is not None and found.how in ("exact", "spelling")


class TargetCell(NamedTuple):
    """Targets of one cell as (number, name) pairs; what was odd about it, in a word, or ``""``."""

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
    text = clean(text).translate(_WIDE)
    # Most cells are a number in brackets and one word.
    if (plain := _PLAIN.match(text)) and not (
        is_blank(plain[2]) or _NO_TARGET.match(plain[2]) or _PARALLEL.match(plain[2])
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
    for part in (p for p in _SEVERAL.split(text) if p):
        number, name, how = _one_target(part)
        if _PARALLEL.match(name):
            parallel = True
        elif _NAMELESS.match(part):
            odd = "nameless"
        elif not (_NO_TARGET.match(name) or is_blank(name)):
            found.append((number, name))
            odd = odd or how
    return TargetCell(tuple(found), parallel=parallel and not found, odd=odd)


def _one_target(part: str) -> tuple[int | None, str, str]:
    """Number and name of one target, and what was odd about it."""
    if match := _TARGET.match(part):
        return int(match[1]), match[2].strip(), ""
    for at, pattern in enumerate(_TARGET_DAMAGED):
        if match := pattern.match(part):
            if at == 2:
                return int(match[2]), match[1].strip(), "swapped"
            return int(match[1]), match[2].rstrip(")]} ") if at == 1 else match[2].strip(), "bracket"
    return None, part, "unnumbered"


@lru_cache(maxsize=4096)
def read_number(text: str) -> int | None:
    """Observation number of a cell that holds just one (APT numbers observations 1–999); else ``None``.

    >>> read_number("12"), read_number("#7"), read_number("007"), read_number("1-45")
    (12, 7, None, None)
    """
    match = _NUMBER.match(text)
    if not match or (match[1][0] == "0"):
        return None
    return int(match[1])


def is_range(text: str) -> bool:
    """True for a cell that stands for several observations: ``1-45``, ``1 - 365``, ``1-12, 14-25``."""
    return bool(_RANGE.match(text))
