"""Words that a line wrap split in two, put together where the document or the vocabulary proves it.

``Coro nagraphy`` is *coronagraphy* because the vocabulary has that word; ``slit less`` is *slitless* because another
label of the same page writes it so.  Without such a proof the words stay as they are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from kb.sources.cells import squeeze

_WORD = re.compile(r"[^\W_]+")
_GAP = re.compile(r"(?<![^\W_]|['’])([^\W_]+) ([^\W_]+)")
#: Shorter pieces may stand together by chance.
_SHORTEST_NAME = 7
_HYPHENATED = r"(?<![^\W_])([^\W\d_]{2,})- ([^\W_][^\W\d_]+)(?![^\W_])"
_PROVISIONAL = re.compile(r"\b((?:19|20)\d\d ?[A-Z]{1,2}) (\d{1,3})\b")


@dataclass(frozen=True, slots=True)
class Words:
    """Words of the field, lower case.

    ``known`` prove a repair unless both pieces are words themselves; ``compound`` prove it even then (*slit less*);
    ``alone`` are words that pieces are easily mistaken for.
    """

    known: frozenset[str]
    compound: frozenset[str]
    alone: frozenset[str]


@lru_cache(maxsize=1)
def domain_words() -> Words:
    """Words of the vocabulary's labels and of ``ontology/words.csv``."""
    from kb.ontology_tables import records
    from kb.vocabulary import load, ontology_dir

    vocabulary = load()
    kinds: dict[str, set[str]] = {"word": set(), "compound": set(), "alone": set()}
    for template in vocabulary.templates.values():
        kinds["word"].update(w.lower() for w in _WORD.findall(template.label))
    for names in vocabulary.elements.values():
        kinds["word"].update(n.lower() for n in names if n.isalnum())
    kinds["word"].update(name.lower() for name in vocabulary.instruments)
    for row in records(ontology_dir() / "words.csv"):
        kinds[row["kind"]].add(row["word"].lower())
    known = kinds["word"] | kinds["compound"] | {w for w in kinds["alone"] if len(w) > 2}
    return Words(frozenset(known), frozenset(kinds["compound"]), frozenset(kinds["alone"]))


def words_of(texts: Iterable[str]) -> dict[str, int]:
    """Count the words of some texts, lower case.

    >>> words_of(["MIRI LRS slitless", "MIRI"])["miri"]
    2
    """
    return Counter(_WORD.findall("\n".join(texts).lower()))


def mend(label: str, own_words: dict[str, int], prose: str, names: Sequence[str] = ()) -> str:
    """Put wrapped words of a label together where that is proven; otherwise give the label back as it is.

    Parameters
    ----------
    label
        One label, white space collapsed.
    own_words
        Words of the page's labels with their counts (see :func:`words_of`).
    prose
        The page's running text, lower case.
    names
        Names of the row's targets.

    """
    squeezed = [squeeze(name) for name in names]
    label = label.replace("_ ", "_")
    if "- " in label:
        label = re.sub(_HYPHENATED, lambda m: _unhyphenated(m, own_words, prose, squeezed), label)
    # A provisional designation has no blank between its letters and its number.
    label = _PROVISIONAL.sub(lambda m: m[1] + m[2] if any(squeeze(m[0]) in name for name in squeezed) else m[0], label)
    position = 0
    while match := _GAP.search(label, position):
        first, second = match[1].lower(), match[2].lower()
        if (
            _proven(first, second, own_words, prose)
            or _in_name(first, second, squeezed)
            or _is_name(match[1] + match[2], match[2], names)
        ):
            label = label[: match.end(1)] + label[match.start(2) :]
            position = match.start()
        else:
            position = match.start(2)
    return label


def _unhyphenated(match: re.Match[str], own_words: dict[str, int], prose: str, names: Sequence[str]) -> str:
    """Put together what a hyphen parted at the end of a line, with it where the words are written so."""
    first, second = match[1], match[2]
    joined, hyphened = (first + second).lower(), f"{first}-{second}".lower()
    if _stands_in(hyphened, prose):
        return f"{first}-{second}"
    if second.islower() and (
        joined in domain_words().known
        or own_words.get(joined)
        or _stands_in(joined, prose)
        or any(joined in name for name in names)
    ):
        return first + second
    return match[0]


def suspect(label: str, own_words: dict[str, int], prose: str) -> str | None:
    """Two neighbouring pieces that look like a word split by a line wrap, though nothing proves it; else ``None``.

    Labels were wrapped at about twenty characters, in the middle of words: neither piece is then a word, and the
    second goes on in small letters.
    """
    words = domain_words()
    for match in _GAP.finditer(label):
        if not (15 <= match.end(1) <= 24 and match[1].isalpha() and match[2].isalpha() and match[2].islower()):
            continue
        pieces = match[1].lower(), match[2].lower()
        if not any(
            piece in words.known or piece in words.alone or own_words.get(piece, 0) > 1 or _stands_in(piece, prose)
            for piece in pieces
        ):
            return match[0]
    return None


def _stands_in(word: str, prose: str) -> bool:
    at = prose.find(word)
    while at >= 0:
        if not (prose[at - 1 : at].isalnum() or prose[at + len(word) : at + len(word) + 1].isalnum()):
            return True
        at = prose.find(word, at + 1)
    return False


def _proven(first: str, second: str, own_words: dict[str, int], prose: str) -> bool:
    """True when the joined word is known and one of the two pieces is no word of its own."""
    joined = first + second
    words = domain_words()
    # "Sub 64", "MASK 1140", "TRAPPIST-1 b": people write so; a single letter before its number was split.
    if first.isdigit() or (
        second.isdigit() and not first[-1].isdigit() and not (len(first) == 1 and joined in words.known)
    ):
        return False
    if joined in words.compound:
        return True
    if joined in words.known:
        return not all(piece in words.alone or piece in words.known for piece in (first, second))
    if joined.isdigit() or not (own_words.get(joined) or _stands_in(joined, prose)):
        return False

    def free(piece: str) -> bool:
        if piece in words.alone or (piece in words.known and len(piece) > 1) or own_words.get(piece, 0) > 2:
            return True
        return _stands_in(piece, prose)

    if not joined.isalpha():
        return (
            len(joined) >= 4 and not free(first) and first.isalpha() and len(first) <= 3 and first not in _DESIGNATIONS
        )
    return not (free(first) and free(second))


_DESIGNATIONS = frozenset(
    {"hd", "hr", "gj", "ngc", "ic", "wd", "sn", "toi", "hip", "bd", "ms", "gs", "gn", "obs", "ep", "ext"}
)


def _in_name(first: str, second: str, names: Sequence[str]) -> bool:
    """True when a target's name holds the joined piece of a designation (``K Y18`` of ``2013KY18``)."""
    return (
        len(first) == 1
        and first.isalpha()
        and second[0] != second[-1]
        and not second.isalpha()
        and not second.isdigit()
        and any(first + second in name for name in names)
    )


def _is_name(joined: str, second: str, names: Sequence[str]) -> bool:
    """True when a target is called what two pieces make, letter by letter (``Lippe rta``)."""
    return len(joined) >= _SHORTEST_NAME and joined.isalpha() and second.islower() and any(joined in n for n in names)
