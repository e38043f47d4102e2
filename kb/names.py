"""What a person types → the thing that it names: ``7487``, ``"HD 2811"``, ``hd2811``, ``miri``, ``MIRI MRS``.

Names are compared as they are, then without case, accents, spaces and punctuation, and at last word by word: a surname
is enough, and so are the words that tell an activity from the others (:mod:`kb.named`).
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING

from kb.errors import UsageError
from kb.iris import BASE, observation_iri
from kb.named import BY_WORDS, PROGRAM, alike, by_words, exists, labels_of, names_of, sure, system_of
from kb.nearest import choose, first, fold, nearest, there_are

if TYPE_CHECKING:
    from kb.store import Store

__all__ = ["Thing", "find", "resolve"]

#: In which order the types are tried when the user does not say which is meant.
ORDER = ("program", "instrument", "template", "object", "person", "activity", "element")
#: The type of what has an IRI and none of these; what of it has names that are looked up.
OTHER = "thing"
_OTHERS = ("document", "concept")
#: Beginnings of addresses whose things have the card of another type.
_SAME_CARD = {"draft": "program", "element-pair": "element"}
# An observation, or a visit of it, as the observatory writes it; and the end of its address.
_OBSERVATION = re.compile(r"(\d{1,6}):(\d{1,4})(?::\d{1,4})?")
_PART = re.compile(r"\w+/(?:observation/\d+(?:/parallel)?|row/\d+)")

Thing = tuple[str, str]
"""Type and IRI of something in the store."""

_CYCLE = re.compile(r"(?:cycle|cy|c)?[\s-]*0*(\d{1,2})", re.IGNORECASE)

#: Types with so few members that a message names them all.
_CLOSED = ("category", "instrument", "reference-kind")


def resolve(store: Store, kind: str, text: str, tell: Callable[[str], object] = warnings.warn) -> str:
    """Return the SPARQL term for a value of a parameter.

    Parameters
    ----------
    store
        Where names are looked up.
    kind
        ``integer``, ``day``, ``cycle``, ``text``, ``position``, ``angle``, ``epoch`` or a file of ``ontology/lookups``.
    text
        As typed.
    tell
        Called with a sentence when the term stands for something else, as a star for its planet.

    Raises
    ------
    UsageError
        It names nothing, or several things; the message gives the nearest, or all of them.

    """
    text = text.strip()
    if kind in ("angle", "epoch"):
        from kb.sky.typed import read_angle, read_epoch

        return f"{(read_angle if kind == 'angle' else read_epoch)(text)!r}"
    if kind == "day":
        from kb.sources.moments import moment

        if (day := moment(text)) is None:
            raise UsageError(f"{text!r} is no day: write it as 2026-08-17")
        return f'"{day}"'
    if kind in ("text", "position"):
        import pyoxigraph

        return str(pyoxigraph.Literal(text))
    if kind == "integer":
        if not re.fullmatch(r"-?\d{1,18}", text):
            raise UsageError(f"{text!r} is no integer: give a number")
        return str(int(text))
    if kind == "cycle":
        number = _CYCLE.fullmatch(text)
        known = [name for _, name in names_of(store, kind)]
        return choose("cycle", str(int(number[1])) if number else text, known)
    found = _candidates(store, kind, text) or by_words(store, kind, text)
    if not found and kind == "object":
        found = system_of(store, text, tell)
    return f"<{_only(store, kind, text, found)}>"


def find(store: Store, text: str, tell: Callable[[str], object] = warnings.warn) -> Thing:
    """Return type and IRI of whatever the text names; a number is a program, else the types are tried in order.

    ``tell`` is called with a sentence when that is the system of what was named, for want of itself.

    Raises
    ------
    UsageError
        Nothing has that name; the message gives the nearest ones.

    """
    text = text.strip()
    if not fold(text):
        raise UsageError(
            f"nothing is called {text!r}; give for example 7487, 'HD 2811', miri, 'MIRI Imaging' or a person's name"
        )
    part = _OBSERVATION.fullmatch(text)
    iri = text if text.startswith(BASE) else BASE + text
    if part:
        iri = observation_iri(int(part[1]), 0, int(part[2]))
    if ("/" in text or part) and exists(store, iri):
        kind, _, rest = iri.removeprefix(BASE).partition("/")
        if _PART.fullmatch(rest):
            return "observation", iri
        kind = _SAME_CARD.get(kind, kind)
        return (kind if kind in ORDER and "/" not in rest else OTHER), iri
    if part and exists(store, f"{BASE}program/{int(part[1])}"):
        raise UsageError(f"no observation {text!r}: program {int(part[1])} numbers none so; kb show {int(part[1])}")
    for look in (sure, alike):  # to look through all names of objects takes long; a person's comes after them
        for kind in ORDER:
            if found := look(store, kind, text):
                return kind, _only(store, kind, text, found)
    if system := system_of(store, text, tell):
        return "object", system[0]
    if PROGRAM.fullmatch(text):
        numbers = (name for _, name in names_of(store, "program"))
        raise UsageError(f"nothing is called {text!r}; {nearest(text, numbers)}")
    some, words = next(((kind, found) for kind in BY_WORDS if (found := by_words(store, kind, text))), (OTHER, []))
    for kind in _OTHERS:
        if len(words) != 1 and (found := sure(store, kind, text)):
            iri = _only(store, kind, text, found)
            if words:
                tell(f"{text!r} is also a word of {first(labels_of(store, words), between='; ')}")
            return OTHER, iri
    if words:
        return some, _only(store, some, text, words)
    same = {name: iri for kind in ORDER if kind != "program" for iri, name in names_of(store, kind)}
    raise UsageError(f"nothing is called {text!r}; {nearest(text, same, same=same)}")


def _candidates(store: Store, kind: str, text: str) -> list[str]:
    """IRIs of one type that the text names, the surest way first."""
    return sure(store, kind, text) or alike(store, kind, text)


def _only(store: Store, kind: str, text: str, found: list[str]) -> str:
    if len(found) == 1:
        return found[0]
    if found:
        labels = labels_of(store, found)
        if len(labels) < len(found):  # things of several types, or documents in several folders
            labels = [f"{labels_of(store, [iri])[0]} ({iri.removeprefix(BASE)})" for iri in found]
        raise UsageError(f"{text!r} names several: {first(labels, between='; ')}")
    what = kind.replace("-", " ")
    listing = names_of(store, kind)
    if kind == "program" and listing:
        number = PROGRAM.fullmatch(text)
        if not number:
            raise UsageError(f"no program {text!r}; give its number, for example {listing[0][1]}")
        close = sorted((int(name) for _, name in listing), key=lambda other: (abs(other - int(number[1])), other))
        raise UsageError(f"no program {text!r}; the nearest are {' and '.join(map(str, close[:2]))}")
    if kind in _CLOSED:
        raise UsageError(f"no {what} {text!r}; {there_are(labels_of(store, {iri for iri, _ in listing}))}")
    same = {name: iri for iri, name in listing}
    raise UsageError(f"no {what} {text!r}; {nearest(text, same, same=same)}")
