"""What proposers add to a name: sky words, copies, modes, filters, purposes.  Tell them from the name.

>>> unwrap("HD2811-WBKG"), unwrap("HD2811-BKG").effects
(Wording(core='HD2811', effects=(('source', 'WBKG'),)), (('background', 'BKG'),))
>>> unwrap("12PBACKGROUND").core
'12P'
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from kb.identity.letters import latin
from kb.identity.rules import rules, squeeze

__all__ = ["Wording", "unwrap"]
#: Characters of a name; APT allows 31.  What is longer names nothing, and would keep the patterns busy.
LONGEST = 400


class Wording(NamedTuple):
    """The bare name and what was around it, as (effect, word) pairs; ``core`` is empty if nothing else was there."""

    core: str
    effects: tuple[tuple[str, str], ...] = ()

    def says(self, *effects: str) -> str | None:
        """Return the word that has one of these effects, ``None`` if none has."""
        for effect, word in self.effects:
            if effect in effects:
                return word
        return None


_TOKEN = re.compile(r"[^ _\-/]+")
_FILTER = re.compile(r"(?:F\d{3,4}[WMNCXR]?\d?|G\d{3}[MH]|MASK[A-Z0-9]+|CLEAR|R\d{4}|\d{2}UM)$", re.IGNORECASE)
_STAMP = re.compile(r"(?:20\d\d(?:[01]\d[0-3]\d)?|\d{6}|\d{0,2}[A-Z]{3}(?:20)?\d\d)$", re.IGNORECASE)
_PREFIXED = re.compile(r"(PSF(?:STAR)?|BKGD?|BACKGROUND)(?=[A-Z]{2,}\d|\d{3})(.{4,})$", re.IGNORECASE)
_NUMBER = re.compile(r"(?:\d{1,2}[A-Z]?|[A-Z])$", re.IGNORECASE)
_NUMBERED = re.compile(r"\d[\d.]{0,4}(?:[A-Z]|ARCSEC\w*)?$")
_NAMING = re.compile(r"[A-Za-z]")
_ALPHANUMERIC = re.compile(r"[A-Za-z0-9]")
# Words of several words, written together before the name is taken apart.
_SPLIT_WORDS = re.compile(r"with|no|needs|off|ofs|\.|[`\"“”\\]", re.IGNORECASE)
_JOINED = tuple(
    (re.compile(pattern, re.IGNORECASE), joined)
    for pattern, joined in (
        (r"[`\"“”\\]", ""),
        (r"\bwith[ _-]*no[ _-]*(?=b(?:ac)?k)|\bno[ _-]+(?=bkg|background|sky\b)|\b(?:needs|no)[ _-]*(?=offset)", "NO"),
        (r"\bwith[ _-]+(?=b(?:ac)?k)", "W"),
        (r"\boff[ _-]+(?=position|source|galaxy|target|field)", "OFF"),
        (r"(?<=[A-Za-z]{3})(off?sets?)(?=star|[ _-]|$)", r" \1 "),
        (r"\.(?=[A-Za-z]{2})", " "),
    )
)


@lru_cache(maxsize=8192)
def _effect(token: str) -> str | None:
    """Return what a word says; its trailing number (``BKG2``, ``V2.80``) is not part of it."""
    words, numbered = rules().words, rules().flagged["numbered"]
    upper = token.upper().strip(".()")
    if upper in words and upper not in numbered:
        return words[upper]
    bare = _NUMBERED.sub("", upper)
    # A version is the letter with a number of at most three digits: V alone and V4046 are variable stars.
    if bare in numbered and len(upper) > 4 and upper.isalnum():
        return None
    if bare != upper and bare in words:
        return words[bare]
    return "mode" if _FILTER.match(upper) else None


@lru_cache(maxsize=1)
def _glued() -> tuple[str, ...]:
    """Words that are written together with a name, longest first."""
    return tuple(sorted(rules().flagged["glued"], key=lambda word: (-len(word), word)))


@lru_cache(maxsize=65536)
def unwrap(name: str) -> Wording:
    """Take the words of proposers off a name.

    Words are looked up whole, so that ``WBKG`` (with background: the source itself) never reads as ``BKG``.
    """
    if len(name) > LONGEST:
        return Wording("")
    text = latin(name)
    if _SPLIT_WORDS.search(text):
        for pattern, joined in _JOINED:
            text = pattern.sub(joined, text)
    spans = [match.span() for match in _TOKEN.finditer(text)]
    words = [text[start:end] for start, end in spans]
    says = [_says(words, index) for index in range(len(words))]
    effects: list[tuple[str, str]] = []
    first, last = 0, len(words)
    end = next((i for i, effect in enumerate(says) if effect and _ends(words[i], effect)), None)
    if end and None in says[:end]:
        # What follows a sky word tells one sky position from another, not what it is the sky of; so do visits.
        effects += [(effect, word) for effect, word in zip(says[end:], words[end:], strict=True) if effect]
        last = end
    while last > first:
        effect, before = says[last - 1], says[last - 2] if last - first > 1 else None
        if effect is None and before and _counts(words[last - 1], before):
            effects.append((before, f"{words[last - 2]}-{words[last - 1]}"))
            last -= 2
        elif effect is None or effect == "part":
            break
        else:
            effects.append((effect, words[last - 1]))
            last -= 1
    while last > first and (effect := says[first]) and effect != "part":
        if effect not in rules().flagged["leads"] and not _names_something(text[spans[first][1] : spans[last - 1][1]]):
            break
        effects.append((effect, words[first]))
        first += 1
    core = text[spans[first][0] : spans[last - 1][1]] if last > first else ""
    if first == 0 and core and text[: spans[0][0]].endswith("-"):
        core = f"-{core}"
    wording = _unglued(core, tuple(effects))
    if wording.effects and squeeze(name.rstrip("0123456789 _.#-")) in rules().placeholders:
        return Wording(name)  # BG-STAR: a kind of thing as a whole
    return wording


def _unglued(core: str, effects: tuple[tuple[str, str], ...]) -> Wording:
    """Take off words that are written together with the name: PSFSTARULASJ1342, 12PBACKGROUND."""
    if glued := _PREFIXED.match(core):
        inner, word = unwrap(glued[2]), glued[1]
    elif word := _ending(core):
        inner = unwrap(core[: core.upper().rindex(word)])
    else:
        return Wording(core, effects)
    return Wording(inner.core, (*effects, (_effect(word) or "mode", word), *inner.effects))


def _ending(core: str) -> str | None:
    """Return the word, with or without a figure after it, that the name ends in and that leaves a name before it."""
    upper = core.upper()
    if upper[-1:].isdigit():
        upper = upper[:-1]
    if not upper.endswith(_glued()):
        return None
    word = next(word for word in _glued() if upper.endswith(word))
    name = upper[: -len(word)]
    return word if len(name) >= 2 and name[-1].isalnum() and name not in rules().words else None


def _ends(word: str, effect: str) -> bool:
    flagged = rules().flagged
    return effect in flagged["apart"] or word.upper().rstrip("0123456789") in flagged["last"]


def _is_dark(word: str) -> bool:
    return rules().topics["dark"].fullmatch(word.rstrip("0123456789")) is not None


def _says(words: list[str], index: int) -> str | None:
    """Return what the word says at its place.

    BG Cha, FS Tau: a word of two letters before a constellation is a variable star.  DARK before a name is its sky,
    within one, and before CLOUD, it is a dark cloud.
    """
    word = words[index]
    effect = _effect(word)
    if effect is None or index + 1 == len(words):
        return None if effect and index and word.upper() == "DARK" else effect
    if len(word) <= 2 and words[index + 1].upper() in rules().constellations:
        return None
    return None if word.upper() == "DARK" and (index or _is_dark(words[index + 1])) else effect


def _counts(token: str, before: str) -> bool:
    """``BKG-2``, ``Copy-3``, ``EPOCH-B``: a number that belongs to the word before it; a part keeps its number."""
    if before in rules().flagged["counts"] and _NUMBER.match(token):
        return True
    return before == "catalog" and _STAMP.match(token) is not None


def _names_something(text: str) -> bool:
    """Tell whether enough is left when a mode is taken off the front: MIRI-1 and NIRCAM-PT-1 are names as a whole."""
    return len(_ALPHANUMERIC.findall(text)) >= 4 and _NAMING.search(text) is not None
