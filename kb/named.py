"""Things of one type by their names: exactly so, then alike but for case and punctuation, at last by some of the words.

Each file of ``ontology/lookups`` is a query that lists the names of one type of thing; objects and people, of which
there are thousands, are found by those of ``named`` and ``folded``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from kb.iris import BASE
from kb.nearest import fold, words_of

if TYPE_CHECKING:
    from kb.store import Store

__all__ = ["BY_WORDS", "PROGRAM", "alike", "by_words", "exists", "labels_of", "names_of", "sure", "system_of"]

#: How people write the number of a program.
PROGRAM = re.compile(r"[\s#:-]*(?:(?:jwst|program(?:me)?|pid|id|go|gto|ddt?|cal)[\s#:-]*)*0*(\d{1,5})", re.IGNORECASE)
#: A program file without a number is called by its key: the first digits of its SHA-256.
_DRAFT = re.compile(rf"(?:{re.escape(BASE)})?(?:draft[/\s]+)?([0-9a-f]{{12}})", re.IGNORECASE)
#: Length of what a planet's or a component's name has more than its system's: " b", " Ab", ".01".
_LETTERS = 3
#: Types with thousands of members, of which no list is made in order to find one.
_MANY = ("object", "person")
#: Letters that a word must have to stand for its longer forms ("dark" for "darks").
_STEM = 4
#: Types of which a few of the words are enough, where they tell one from the others.
BY_WORDS = ("template", "person", "activity")


def sure(store: Store, kind: str, text: str) -> list[str]:
    """Return what an index finds; of types with few members those of that name, whatever its case and punctuation."""
    if kind == "program":
        number = PROGRAM.fullmatch(text)
        draft = _DRAFT.fullmatch(text)
        iri = f"{BASE}program/{int(number[1])}" if number else f"{BASE}draft/{draft[1].lower()}" if draft else ""
        return [iri] if iri and exists(store, iri) else []
    if text.startswith(BASE):
        return [text] if exists(store, text) else []
    if kind == "document":  # a path leads to the file of that name
        return _by_name(store, kind, text.rpartition("/")[2])
    if kind in _MANY:
        return _by_name(store, kind, text) or _by_address(store, kind, text)
    listing = names_of(store, kind)
    exact = sorted({iri for iri, name in listing if name == text})
    return exact or _folded(listing, text)


def alike(store: Store, kind: str, text: str) -> list[str]:
    """Return, of types with many members, those whose name differs in case, spaces and punctuation alone."""
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


def by_words(store: Store, kind: str, text: str) -> list[str]:
    """Return what has all words of the text in its name, in any order; an initial stands for a name of a person."""
    wanted = words_of(text)
    if kind not in BY_WORDS or not any(len(word) > 1 for word in wanted):
        return []
    same = _same_initial if kind == "person" else _same_stem
    found: dict[str, int] = {}
    for iri, name in names_of(store, kind):
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
    return [iri] if iri and exists(store, iri) else []


def system_of(store: Store, text: str, tell: Callable[[str], object]) -> list[str]:
    """Return the host of a planet, the planet of a moon, the system of a component, which the store has not itself."""
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
    if not exists(store, iri):
        return []
    tell(f"{name} is not in the store; this is about its system {found.system}")
    return [iri]


def labels_of(store: Store, iris: Iterable[str]) -> list[str]:
    """Return what things are called, sorted."""
    values = " ".join(f"<{iri}>" for iri in iris)
    sparql = f"SELECT ?label WHERE {{ VALUES ?iri {{ {values} }} ?iri rdfs:label ?label }}"
    return sorted({str(label) for (label,) in store.query(sparql)})


def names_of(store: Store, kind: str) -> list[tuple[str, str]]:
    """Return all things of a type with all of their names."""
    from kb.vocabulary import ontology_dir

    path = ontology_dir() / "lookups" / f"{kind}.rq"
    return [(str(iri), str(name)) for iri, name in store.query(path.read_text(encoding="utf-8"))]


def exists(store: Store, iri: str) -> bool:
    """Whether the store says anything of an address."""
    import pyoxigraph

    try:
        node = pyoxigraph.NamedNode(iri)
    except ValueError:  # what the user typed is no IRI
        return False
    return bool(store.query(f"ASK {{ {node} ?property ?value }}"))
