"""What a person types → the thing that it names: ``7487``, ``"HD 2811"``, ``hd2811``, ``miri``, ``MIRI MRS``.

Each file of ``ontology/lookups`` is a query that lists the names of one type of thing; objects and people, of which
there are thousands, are found by those of ``named`` and ``folded``.  Names are compared as they are, then without case,
spaces and punctuation, and at last word by word: a surname is enough, and so are the words that tell an activity from
the others.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from kb.errors import UsageError
from kb.iris import BASE, observation_iri
from kb.nearest import choose, first, fold, nearest, there_are, words_of

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

_PROGRAM = re.compile(r"[\s#:-]*(?:(?:jwst|program(?:me)?|pid|id|go|gto|ddt?|cal)[\s#:-]*)*0*(\d{1,5})", re.IGNORECASE)
#: A program file without a number is called by its key: the first digits of its SHA-256.
_DRAFT = re.compile(rf"(?:{re.escape(BASE)})?(?:draft[/\s]+)?([0-9a-f]{{12}})", re.IGNORECASE)
#: Length of what a planet's or a component's name has more than its system's: " b", " Ab", ".01".
_LETTERS = 3
_CYCLE = re.compile(r"(?:cycle|cy|c)?[\s-]*0*(\d{1,2})", re.IGNORECASE)

#: Types with thousands of members, of which no list is made in order to find one.
_MANY = ("object", "person")
#: Types of which a few of the words are enough, where they tell one from the others.
_BY_WORDS = ("template", "person", "activity")
#: Letters that a word must have to stand for its longer forms ("dark" for "darks").
_STEM = 4
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
        known = [name for _, name in _listing(store, kind)]
        return choose("cycle", str(int(number[1])) if number else text, known)
    found = _candidates(store, kind, text) or _by_words(store, kind, text)
    if not found and kind == "object":
        found = _system(store, text, tell)
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
    if ("/" in text or part) and _exists(store, iri):
        kind, _, rest = iri.removeprefix(BASE).partition("/")
        if _PART.fullmatch(rest):
            return "observation", iri
        kind = _SAME_CARD.get(kind, kind)
        return (kind if kind in ORDER and "/" not in rest else OTHER), iri
    if part and _exists(store, f"{BASE}program/{int(part[1])}"):
        raise UsageError(f"no observation {text!r}: program {int(part[1])} numbers none so; kb show {int(part[1])}")
    for look in (_sure, _alike):  # to look through all names of objects takes long; a person's comes after them
        for kind in ORDER:
            if found := look(store, kind, text):
                return kind, _only(store, kind, text, found)
    if system := _system(store, text, tell):
        return "object", system[0]
    if _PROGRAM.fullmatch(text):
        numbers = (name for _, name in _listing(store, "program"))
        raise UsageError(f"nothing is called {text!r}; {nearest(text, numbers)}")
    some, words = next(((kind, found) for kind in _BY_WORDS if (found := _by_words(store, kind, text))), (OTHER, []))
    for kind in _OTHERS:
        if len(words) != 1 and (found := _sure(store, kind, text)):
            iri = _only(store, kind, text, found)
            if words:
                tell(f"{text!r} is also a word of {first(_labels(store, words), between='; ')}")
            return OTHER, iri
    if words:
        return some, _only(store, some, text, words)
    same = {name: iri for kind in ORDER if kind != "program" for iri, name in _listing(store, kind)}
    raise UsageError(f"nothing is called {text!r}; {nearest(text, same, same=same)}")


def _candidates(store: Store, kind: str, text: str) -> list[str]:
    """IRIs of one type that the text names, the surest way first."""
    return _sure(store, kind, text) or _alike(store, kind, text)


def _sure(store: Store, kind: str, text: str) -> list[str]:
    """What an index finds; of types with few members those of that name, whatever its case and punctuation."""
    if kind == "program":
        number = _PROGRAM.fullmatch(text)
        draft = _DRAFT.fullmatch(text)
        iri = f"{BASE}program/{int(number[1])}" if number else f"{BASE}draft/{draft[1].lower()}" if draft else ""
        return [iri] if iri and _exists(store, iri) else []
    if text.startswith(BASE):
        return [text] if _exists(store, text) else []
    if kind == "document":  # a path leads to the file of that name
        return _by_name(store, kind, text.rpartition("/")[2])
    if kind in _MANY:
        return _by_name(store, kind, text) or _by_address(store, kind, text)
    listing = _listing(store, kind)
    exact = sorted({iri for iri, name in listing if name == text})
    return exact or _folded(listing, text)


def _alike(store: Store, kind: str, text: str) -> list[str]:
    """Of types with many members, those whose name differs in case, spaces and punctuation alone."""
    wanted = fold(text)
    if kind not in _MANY or not wanted:
        return []
    letters = "".join(letter for letter in wanted if letter.isascii())
    return _folded(_filled(store, "folded", kind, letters), text)


def _folded(listing: Iterable[tuple[str, ...]], text: str) -> list[str]:
    wanted = fold(text)
    return sorted({iri for iri, name in listing if fold(name) == wanted})


def _by_name(store: Store, kind: str, text: str) -> list[str]:
    """Things of exactly that name."""
    return sorted({iri for (iri,) in _filled(store, "named", kind, text)})


def _filled(store: Store, way: str, kind: str, text: str) -> list[tuple[str, ...]]:
    """What a query of ``named`` or ``folded`` finds for a text."""
    import pyoxigraph

    from kb.lookups import look_up

    slot = "name" if way == "named" else way
    found = look_up(store, f"{way}/{kind}", slot, str(pyoxigraph.Literal(text)))
    return [tuple(map(str, row)) for row in found]


def _by_words(store: Store, kind: str, text: str) -> list[str]:
    """Things whose name has all words of the text, in any order; an initial stands for a name of a person."""
    wanted = words_of(text)
    if kind not in _BY_WORDS or not any(len(word) > 1 for word in wanted):
        return []
    same = _same_initial if kind == "person" else _same_stem
    found: dict[str, int] = {}
    for iri, name in _listing(store, kind):
        words = words_of(name)
        if all(any(same(word, other) for other in words) for word in wanted):
            found[iri] = min(len(words), found.get(iri, len(words)))
    # A name of just these words is meant before one that has more.
    whole = [iri for iri, size in found.items() if size == len(wanted)]
    return sorted(whole if len(whole) == 1 else found)


def _same_initial(word: str, other: str) -> bool:
    return word == other or (len(word) == 1 and other.startswith(word))


def _same_stem(word: str, other: str) -> bool:
    """Whether two words differ in no more than an ending: "darks", "Dark"."""
    short, long = sorted((word, other), key=len)
    return word == other or (len(short) >= _STEM and len(long) - len(short) == 1 and long.startswith(short))


def _by_address(store: Store, kind: str, text: str) -> list[str]:
    """The sky object that the rules for target names lead to, the person whose name differs in case alone."""
    from kb.identity import same_object_name
    from kb.iris import object_iri, person_iri

    name = same_object_name(text) if kind == "object" else text
    iri = "" if not name else object_iri(name) if kind == "object" else person_iri(name)
    return [iri] if iri and _exists(store, iri) else []


def _system(store: Store, text: str, tell: Callable[[str], object]) -> list[str]:
    """The host of a planet, the planet of a moon, the system of a component, that the store does not have itself."""
    from kb.identity import same_object_name
    from kb.identity.naming import name_object
    from kb.iris import object_iri

    name = same_object_name(text)
    found = name_object(name) if name else None
    if name is None or found is None or found.system is None:
        return []
    if name.startswith(found.system) and len(name) > len(found.system) + _LETTERS:
        return []  # any words after a known name make "part of" it
    iri = object_iri(found.system)
    if not _exists(store, iri):
        return []
    tell(f"{name} is not in the store; this is about its system {found.system}")
    return [iri]


def _only(store: Store, kind: str, text: str, found: list[str]) -> str:
    if len(found) == 1:
        return found[0]
    if found:
        labels = _labels(store, found)
        if len(labels) < len(found):  # things of several types, or documents in several folders
            labels = [f"{_labels(store, [iri])[0]} ({iri.removeprefix(BASE)})" for iri in found]
        raise UsageError(f"{text!r} names several: {first(labels, between='; ')}")
    what = kind.replace("-", " ")
    listing = _listing(store, kind)
    if kind == "program" and listing:
        number = _PROGRAM.fullmatch(text)
        if not number:
            raise UsageError(f"no program {text!r}; give its number, for example {listing[0][1]}")
        close = sorted((int(name) for _, name in listing), key=lambda other: (abs(other - int(number[1])), other))
        raise UsageError(f"no program {text!r}; the nearest are {' and '.join(map(str, close[:2]))}")
    if kind in _CLOSED:
        raise UsageError(f"no {what} {text!r}; {there_are(_labels(store, {iri for iri, _ in listing}))}")
    same = {name: iri for iri, name in listing}
    raise UsageError(f"no {what} {text!r}; {nearest(text, same, same=same)}")


def _labels(store: Store, iris: Iterable[str]) -> list[str]:
    values = " ".join(f"<{iri}>" for iri in iris)
    sparql = f"SELECT ?label WHERE {{ VALUES ?iri {{ {values} }} ?iri rdfs:label ?label }}"
    return sorted({str(label) for (label,) in store.query(sparql)})


def _listing(store: Store, kind: str) -> list[tuple[str, str]]:
    path = _folder() / f"{kind}.rq"
    return [(str(iri), str(name)) for iri, name in store.query(path.read_text(encoding="utf-8"))]


def _exists(store: Store, iri: str) -> bool:
    import pyoxigraph

    try:
        node = pyoxigraph.NamedNode(iri)
    except ValueError:  # what the user typed is no IRI
        return False
    return bool(store.query(f"ASK {{ {node} ?property ?value }}"))


def _folder() -> Path:
    from kb.vocabulary import ontology_dir

    return ontology_dir() / "lookups"
