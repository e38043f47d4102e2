"""What stands in one cell: mark-up removed, blanks and observation numbers told from everything else."""

from __future__ import annotations

import html
import re
from functools import lru_cache

_BREAK = re.compile(r"<br\s*/?>", re.I)
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+.!|~<>-])")
_NO_LETTER = re.compile(r"[\W_]+")
_BLANK = re.compile(r"^(?:[-–—.]+|n/?a|\(?(?:empty|blank|no label|none given|not given|unlabell?ed)\)?|null)$", re.I)
_TAG = re.compile(
    r"</?(?:b|i|u|em|strong|code|tt|sub|sup|span|font|small|mark|p|a|s|q|big|center|del|div|ins|kbd|label|li|nobr|ol|pre|samp|strike|ul|var)(?:\s[^<>]*)?/?>",
    re.I,
)
#: Marks of footnotes; a raised b may be a planet.
_FOOTNOTE = re.compile(r"\[\^[^\]]{1,8}\]|<(?i:sup)>\s*[a*†‡§]\s*</(?i:sup)>")
#: A cell that is in italics, or a formula, as a whole.
_WHOLE = re.compile(r"\s*(?:\*(?![\s*])([^*]+)(?<!\s)\*|_(?![\s_])([^_]+)(?<![\s_])_|\$([^$]+)\$)\s*")
_LINK = re.compile(r"\[([^\[\]]+)\]\((?:[a-z]+:|#|/)[^()]*\)")
_QUOTED = re.compile(r"[\"“„]([^\"“”„]+)[\"”“]")
_NUMBER = re.compile(r"^(?:obs(?:ervation)?\.?\s*)?#?(\d{1,3})[.):]?$", re.I)
_RANGE = re.compile(r"^\d{1,3}\s*(?:[-–—]|to)\s*\d{1,3}$|^\d{1,3}(?:\s*(?:,|[-–—])\s*\d{1,3})+$", re.I)


_WHOLE_ENDS = frozenset("*_$ \t")


@lru_cache(maxsize=32768)
def clean(text: str) -> str:
    r"""Remove mark-up and collapse white space; underscores inside words stay.

    >>> clean("`BD+60\\_1753`"), clean("**Epoch  1**"), clean("a_b _c_")
    ('BD+60_1753', 'Epoch 1', 'a_b _c_')
    """
    if "[^" in text or "<sup" in text or "<SUP" in text:
        text = _FOOTNOTE.sub("", text)
    if "](" in text:
        text = _LINK.sub(r"\1", text)
    if "<" in text:
        text = _TAG.sub("", _BREAK.sub(" ", text))
    if "&" in text and ";" in text:
        text = html.unescape(text)
    if "`" in text:
        text = text.replace("`", "")
    if "**" in text or "__" in text:
        text = re.sub(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1", r"\2", text).replace("**", "")
    if text[-1:] in _WHOLE_ENDS and (match := _WHOLE.fullmatch(text)):
        text = match[1] or match[2] or match[3]
    if "\\" in text:
        text = _ESCAPE.sub(r"\1", text)
    text = " ".join(text.split())
    if text[:1] in {'"', "“", "„"} and (match := _QUOTED.fullmatch(text)):
        text = match[1].strip()
    return text


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
def read_number(text: str) -> int | None:
    """Observation number of a cell that holds just one (APT numbers observations 1–999); else ``None``.

    >>> read_number("12."), read_number("#7"), read_number("007"), read_number("1-45")
    (12, 7, None, None)
    """
    match = _NUMBER.match(text)
    if not match or (match[1][0] == "0"):
        return None
    return int(match[1])


def is_range(text: str) -> bool:
    """True for a cell that stands for several observations: ``1-45``, ``1 - 365``, ``1-12, 14-25``."""
    return bool(_RANGE.match(text))
