"""Templates in cells: told exactly, in another spelling, glued to other words, shortened, misspelt or misread."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher, get_close_matches
from functools import lru_cache
from typing import NamedTuple

from kb.sources.cells import clean, is_blank, squeeze
from kb.vocabulary import load

_LONGEST_TEMPLATE = 80
#: How alike a misspelt template is to the right one at least, and how much more than to any other (0 to 1).
_ALIKE, _APART = 0.88, 0.03
_LONGEST_SHORT_FORM = 6
#: Signs that reading from a picture takes for one another, each with the one that stands for all of them.
_LOOK_ALIKE = str.maketrans({"1": "i", "l": "i", "|": "i", "0": "o", "5": "s", "8": "b", "q": "g"})
_MARK = re.compile(r"\[\d{1,2}\]|\^\d|[*†‡§]+")
_LEAST_LETTERS = 3
_AROUND = " -–—,;:/|"


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
        after = text[match.end() :].strip(_AROUND)
        return TemplateCell(
            name, "glued", text[: match.start()].strip(_AROUND), "" if _says_no_more(after, name) else after
        )
    if short := load().template(text):
        return TemplateCell(short.label, "short form")
    if near := _misread().get(folded(squeezed)) or _nearest(text) or _cut_short(squeezed) or _abbreviated(text):
        return TemplateCell(near, "spelling")
    words = text.replace("/", " ").split()[:_LONGEST_SHORT_FORM]
    for count in range(len(words), 1, -1):
        if short := load().template(" ".join(words[:count])):
            return TemplateCell(short.label, "short form")
    return TemplateCell(None)


def _says_no_more(after: str, name: str) -> bool:
    """True for a mark of a footnote, and for a short form of the very template before it, in brackets."""
    if not after or _MARK.fullmatch(after):
        return True
    same = load().template(f"{name.split()[0]} {after.strip('()')}") if after[0] == "(" else None
    return same is not None and same.label == name


def folded(text: str) -> str:
    """Text in which letters and digits that look alike are one (lower case).

    >>> folded("nlrcarn irnaging") == folded("nircam imaging")
    True
    """
    return text.translate(_LOOK_ALIKE).replace("rn", "m")


@lru_cache(maxsize=1)
def _misread() -> dict[str, str]:
    """Labels of templates by what is left of them when signs that look alike are taken for one."""
    return {folded(squeezed): label for squeezed, label in _squeezed().items()}


def _cut_short(squeezed: str) -> str | None:
    """The one template that a text of at least three fifths of its length begins, and more than its instrument."""
    found = [
        label for name, label in _squeezed().items() if name.startswith(squeezed) and 5 * len(squeezed) >= 3 * len(name)
    ]
    return found[0] if len(found) == 1 and squeezed != squeeze(found[0].split()[0]) else None


def _abbreviated(text: str) -> str | None:
    """The one template whose words begin like the words of a text (``MIRI Med. Res. Spectroscopy``)."""
    words = re.findall(r"[a-z0-9]+", text.lower())
    if len(words) < 2 or not all(len(word) >= _LEAST_LETTERS for word in words):
        return None
    found = [
        label
        for label, parts in _parts()
        if len(parts) == len(words)
        and parts[0] == words[0]
        and all(part.startswith(word) for part, word in zip(parts, words, strict=True))
    ]
    return found[0] if len(found) == 1 else None


@lru_cache(maxsize=1)
def _parts() -> tuple[tuple[str, list[str]], ...]:
    return tuple((label, re.findall(r"[a-z0-9]+", label.lower())) for label in load().templates)


def _nearest(text: str) -> str | None:
    """The one template that a misspelt text must mean: same start of the instrument's name, a few letters off."""
    if len(text) > _LONGEST_TEMPLATE:
        return None
    plain = folded(text.lower())
    found = get_close_matches(plain, _by_start().get(plain[:3], {}), n=2, cutoff=_ALIKE)
    if not found:
        return None
    others = (label for labels in _by_start().values() for label in labels if label != found[0])
    best = _likeness(plain, found[0])
    if get_close_matches(plain, others, n=1, cutoff=best - _APART):
        return None
    return _by_start()[plain[:3]][found[0]]


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, other, one).ratio()


@lru_cache(maxsize=1)
def _by_start() -> dict[str, dict[str, str]]:
    """Labels of templates, by how they begin, which is the instrument; then by the label, folded."""
    starts: dict[str, dict[str, str]] = {}
    for label in load().templates:
        plain = folded(label.lower())
        starts.setdefault(plain[:3], {})[plain] = label
    return starts


def around_templates(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield what stands before each template of a line, the template, and what stands after it; the last first."""
    for match in reversed(list(_inside().finditer(text))):
        yield text[: match.start()], _squeezed()[squeeze(match[0])], text[match.end() :]


def is_template(text: str) -> bool:
    """True when a cell is a template and nothing else, in whatever spelling."""
    found = read_template(text)
    return found.label is not None and found.how in ("exact", "spelling")
