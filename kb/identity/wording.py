"""What proposers add to a name: sky words, copies, modes, filters, purposes.  Tell them from the name.

>>> unwrap("HD2811-WBKG"), unwrap("HD2811-BKG").effects
(Wording(core='HD2811', effects=(('source', 'WBKG'),)), (('background', 'BKG'),))
>>> unwrap("12PBACKGROUND").core
'12P'
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from kb.identity.rules import rules

__all__ = ["Wording", "unwrap"]


@dataclass(frozen=True, slots=True)
class Wording:
    """The bare name and what was around it, as (effect, word) pairs; ``core`` is empty if nothing else was there."""

    core: str
    effects: tuple[tuple[str, str], ...] = ()

    def says(self, *effects: str) -> str | None:
        """Return the word that has one of these effects, ``None`` if none has."""
        return next((word for effect, word in self.effects if effect in effects), None)


_TOKEN = re.compile(r"[^ _\-/]+")
_FILTER = re.compile(r"(?:F\d{3,4}[WMNCXR]?\d?|G\d{3}[MH]|MASK[A-Z0-9]+|CLEAR|R\d{4}|\d{2}UM)$", re.IGNORECASE)
_STAMP = re.compile(r"(?:20\d\d(?:[01]\d[0-3]\d)?|\d{6}|\d{0,2}[A-Z]{3}(?:20)?\d\d)$", re.IGNORECASE)
_PREFIXED = re.compile(r"(PSF(?:STAR)?|BKGD?|BACKGROUND)(?=[A-Z]{2,}\d|\d{3})(.{4,})$", re.IGNORECASE)
_DIGITS = re.compile(r"(?:\d{1,2}|\d{1,2}[A-Z]?|[A-Z])$", re.IGNORECASE)
# A version is the letter with a number: a lone V is a variable star.
_NEEDS_NUMBER = frozenset({"V", "EP", "GO", "P"})
# Before a name only these are words; MIRI-1 or NEW-1 would lose their only name.
_LEADING = frozenset({"background", "offset", "source", "reference", "link", "catalog"})


def _effect(token: str) -> str | None:
    """Return what a word says; its trailing number (``BKG2``, ``V2.80``) is not part of it."""
    words = rules().words
    upper = token.upper().strip(".()")
    if upper in words and upper not in _NEEDS_NUMBER:
        return words[upper]
    bare = re.sub(r"\d[\d.]{0,4}(?:[A-Z]|ARCSEC\w*)?$", "", upper)
    if bare in _NEEDS_NUMBER and len(upper) > 4 and upper.isalnum():
        return None
    if bare != upper and bare and bare in words:
        return words[bare]
    return "mode" if _FILTER.match(upper) else None


@lru_cache(maxsize=1)
def _glued() -> re.Pattern[str]:
    words = sorted((w for w, effect in rules().words.items() if _may_be_glued(w, effect)), key=len, reverse=True)
    return re.compile(rf"(?=.{{4,}})(.*[A-Za-z0-9])({'|'.join(map(re.escape, words))})(\d?)$", re.IGNORECASE)


def _may_be_glued(word: str, effect: str) -> bool:
    return (
        len(word) >= 3 and effect in ("background", "source") or word in ("MIRI", "NIRCAM", "NIRSPEC", "MAIN", "OFFSET")
    )


@lru_cache(maxsize=65536)
def unwrap(name: str) -> Wording:
    """Take the words of proposers off a name.

    The longest words are tested first, so that ``WBKG`` (with background: the source itself) never reads as ``BKG``.
    """
    text = re.sub(r"[`\"“”]", "", name).replace("\\_", "_")
    text = re.sub(
        r"\bwith[ _-]*no[ _-]*(?=b(?:ac)?k)|\bno[ _-]+(?=bkg|background|sky\b)", "NO", text, flags=re.IGNORECASE
    )
    text = re.sub(r"\bwith[ _-]+(?=b(?:ac)?k)", "W", text, flags=re.IGNORECASE)
    text = re.sub(r"\boff[ _-]+(?=position|source|galaxy|target|field)", "OFF", text, flags=re.IGNORECASE)
    text = re.sub(r"\b(?:needs|no)[ _-]*(?=offset)", "NO", text, flags=re.IGNORECASE)
    text = re.sub(r"(?<=[A-Za-z]{3})(off?sets?)(?=star|[ _-]|$)", r" \1 ", text, flags=re.IGNORECASE)
    text = re.sub(r"\.(?=[A-Za-z]{2})", " ", text)
    spans = [(m.start(), m.end()) for m in _TOKEN.finditer(text)]
    effects: list[tuple[str, str]] = []
    first, last = 0, len(spans)

    def word(index: int) -> str:
        return text[spans[index][0] : spans[index][1]]

    def effect_at(index: int) -> str | None:
        # BG Cha, FS Tau, SW UMa: a word of two letters before a constellation is a variable star.
        if len(word(index)) <= 2 and index + 1 < len(spans) and word(index + 1).upper() in rules().constellations:
            return None
        return _effect(word(index))

    sky = next(
        (i for i in range(last) if effect_at(i) in ("background", "offset", "reference") and _follows(word(i), i)), None
    )
    if sky is not None and sky > 0 and any(effect_at(i) is None for i in range(sky)):
        # What follows a sky word tells one sky position from another, not what it is the sky of.
        tail = [w for w in map(word, range(sky, last))]
        effects += [(effect, w) for w in tail if (effect := _effect(w))]
        last = sky
    while last > first:
        effect = effect_at(last - 1)
        if effect is None and last - first > 1 and _trailing(word(last - 1), _effect(word(last - 2))):
            effects.append((_effect(word(last - 2)) or "same", f"{word(last - 2)}-{word(last - 1)}"))
            last -= 2
            continue
        if effect is None or effect == "part":
            break
        effects.append((effect, word(last - 1)))
        last -= 1
    while last > first:
        effect = effect_at(first)
        if effect is None or effect == "part":
            break
        if effect not in _LEADING and not _names_something(text[spans[first][1] : spans[last - 1][1]]):
            break
        effects.append((effect, word(first)))
        first += 1
    core = text[spans[first][0] : spans[last - 1][1]] if last > first else ""
    if first == 0 and core and text[: spans[0][0]].endswith("-"):
        core = f"-{core}"
    if glued := _PREFIXED.match(core):
        inner = unwrap(glued[2])
        effect = "reference" if glued[1].upper().startswith("PSF") else "background"
        return Wording(inner.core, (*effects, (effect, glued[1]), *inner.effects))
    if (glued := _glued().match(core)) and _leaves_a_name(glued[1]):
        effect = _effect(glued[2]) or "mode"
        inner = unwrap(glued[1])
        return Wording(inner.core, (*effects, (effect, glued[2]), *inner.effects))
    return Wording(core, tuple(effects))


def _follows(token: str, index: int) -> bool:
    """DARK before a name is its sky; within one it is a dark cloud."""
    return index == 0 or token.upper() != "DARK"


def _trailing(token: str, before: str | None) -> bool:
    """``BKG-2``, ``Copy-3``, ``EPOCH-B``: a number that belongs to the word before it; a part keeps its number."""
    if before == "catalog" and _STAMP.match(token):
        return True
    return before in ("background", "offset", "nth", "catalog", "reference") and bool(_DIGITS.match(token))



def _names_something(text: str) -> bool:
    """Tell whether enough is left when a mode is taken off the front: MIRI-1 and NIRCAM-PT-1 are names as a whole."""
    return len(re.sub(r"[^A-Za-z0-9]", "", text)) >= 4 and re.search(r"[A-Za-z]", text) is not None


def _leaves_a_name(text: str) -> bool:
    return len(text) >= 2 and text.upper() not in rules().words
