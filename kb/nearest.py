"""Names that are nearly what was typed: for messages that help."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from kb.errors import UsageError

__all__ = ["choose", "first", "fold", "nearest", "there_are", "words_of"]

#: A catalogue's name: a word and a number.
_NUMBERED = re.compile(r"[^\W\d_]+[\s_+-]*\d.*")
_DIGITS = re.compile(r"\d+")
#: Letters that a name must have for one slip to lead to another: "mri" and MIRI, not "M1" and M2.
_SLIP = 3
#: Likeness, out of 100, of names that are near: "Vgea" and "Vega" have 75, "nosuch" and "Lellouch" 72.
_NEAR = 74


def choose(what: str, text: str, known: Iterable[str]) -> str:
    """Return the one of a few words that a text means.

    Raises
    ------
    UsageError
        None of them; the message names them all.

    >>> choose("kind", "Dark", ["flux", "dark"])
    'dark'
    >>> choose("cycle", "99", ["1", "2"])
    Traceback (most recent call last):
    kb.errors.UsageError: no cycle '99'; there are 1, 2
    """
    words = list(known)
    for word in words:
        if fold(word) == fold(text):
            return word
    raise UsageError(f"no {what} {text!r}; {there_are(words)}")


def fold(name: str) -> str:
    """Drop what people write in different ways: case, accents, spaces, punctuation; keep the sign of a position.

    >>> fold("Lützgendorf, Jørgen") == fold("lutzgendorf jorgen")
    True
    >>> fold("HD-2811") == fold("hd 2811"), fold("BD+60 1753") == fold("BD-60 1753")
    (True, False)
    """
    return re.sub(r"[^\w+]|_", "", _plain(name))


def words_of(name: str) -> list[str]:
    """Return the words of a name, without case and accents.

    >>> words_of("Jens-Kristian Jørgensen")
    ['jens', 'kristian', 'jorgensen']
    """
    return re.findall(r"\w+", _plain(name))


def _plain(name: str) -> str:
    if not name.isascii():
        from kb.identity.letters import latin

        name = latin(name)
    return name.casefold()


def nearest(text: str, names: Iterable[str], *, count: int = 3, same: Mapping[str, str] | None = None) -> str:
    """Say which names are nearest to a text, or what exists where nothing is near.

    ``same`` (name → thing) keeps names of one thing from being offered side by side.

    In a catalogue's name digits count exactly: HD 2812 is near HD 2811, a slip of one digit, and not near HD 42812.

    >>> nearest("tempaltes", ["templates", "object"])
    'did you mean templates?'
    >>> nearest("miry", ["Background-for-SR12C-MIR", "MIRI", "MIRI Anneal"])
    'did you mean MIRI?'
    >>> nearest("HD 2812", ["HD 2811", "HD-42581", "HD 50281"])
    'did you mean HD 2811?'
    """
    from rapidfuzz import fuzz, process
    from rapidfuzz.distance import OSA

    known = sorted(set(names))
    if not known:
        return "there is none at all: build first"
    if _NUMBERED.fullmatch(text.strip()):
        known = [name for name in known if _near_numbers(text, name)]
        if not known:
            return "nothing is near"
    elif len(fold(text)) >= _SLIP:
        one_off = process.extract(text, known, scorer=OSA.distance, processor=fold, limit=None, score_cutoff=1)
        if one_off:  # surer than any likeness of a part
            known = [name for name, _, _ in one_off]
    found = process.extract(text, known, scorer=fuzz.WRatio, processor=fold, limit=count * 4, score_cutoff=_NEAR)
    if not found:  # the letters say nothing; perhaps some of the words do
        found = process.extract(
            text, known, scorer=fuzz.token_set_ratio, processor=str.casefold, limit=count * 4, score_cutoff=60
        )
    # Only what is about as near as the nearest: better one good name than three.
    close: dict[str, str] = {}
    for name, score, _ in found:
        if score >= found[0][1] - 10:
            close.setdefault((same or {}).get(name, name), name)
    if close:
        return "did you mean " + " or ".join(list(close.values())[:count]) + "?"
    return "nothing is near; for example: " + known[0]


def _near_numbers(text: str, name: str) -> bool:
    """Whether two names of catalogues have the same numbers, or the same letters and numbers one slip apart."""
    from rapidfuzz.distance import OSA

    ours, theirs = _DIGITS.findall(text), _DIGITS.findall(name)
    if not theirs or len(theirs) < len(ours):
        return False
    letters, others = (fold(_DIGITS.split(one, maxsplit=1)[0]) for one in (text, name))
    theirs = theirs[: len(ours)]
    if ours == theirs:
        return True
    slips = OSA.distance("-".join(ours), "-".join(theirs), score_cutoff=1)
    return letters == others and slips <= 1


def first(words: Iterable[str], shown: int = 8, between: str = ", ") -> str:
    """Name the first of many things, and say how many more there are.

    >>> first("abcd", 2), first("ab", 2, "; ")
    ('a, b and 2 more', 'a; b')
    """
    known = list(words)
    more = f" and {len(known) - shown} more" if len(known) > shown else ""
    return between.join(known[:shown]) + more


def there_are(words: list[str]) -> str:
    """Name all of what there is.

    >>> there_are(["dark", "flux"])
    'there are dark, flux'
    """
    return f"there {'are' if len(words) > 1 else 'is'} {', '.join(words)}" if words else "there is none at all"
