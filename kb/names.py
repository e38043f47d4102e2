"""What a person types → the thing that it names: ``7487``, ``"HD 2811"``, ``hd2811``, ``miri``, ``MIRI MRS``.

Each file of ``ontology/lookups`` is a query that lists the names of one type of thing; the names are compared without
case, spaces and punctuation.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from kb.errors import UsageError

if TYPE_CHECKING:
    from kb.store import Store

__all__ = ["Thing", "find", "fold", "nearest", "resolve"]

BASE = "https://w3id.org/jwst-kb/"

#: In which order the types are tried when the user does not say which is meant.
ORDER = ("program", "instrument", "template", "object", "person", "activity")

Thing = tuple[str, str]
"""Type and IRI of something in the store."""

_PROGRAM = re.compile(r"(?:(?:jwst|program(?:me)?|pid|id|go|gto|dd|ddt|cal)?[\s#:-]*)*0*(\d{1,5})", re.IGNORECASE)
#: Length of what a planet's or a component's name has more than its system's: " b", " Ab", ".01".
_LETTERS = 3
_CYCLE = re.compile(r"(?:cycle\s*)?(\d{1,2})", re.IGNORECASE)


def resolve(store: Store, kind: str, text: str, tell: Callable[[str], object] = warnings.warn) -> str:
    """Return the SPARQL term for a value of a parameter.

    Parameters
    ----------
    store
        Where names are looked up.
    kind
        ``integer``, ``cycle``, ``text``, ``position``, ``angle``, ``epoch`` or a file of ``ontology/lookups``.
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
    if kind in ("text", "position"):
        import pyoxigraph

        return str(pyoxigraph.Literal(text))
    if kind in ("integer", "cycle"):
        number = _CYCLE.fullmatch(text) if kind == "cycle" else re.fullmatch(r"(-?\d{1,18})", text)
        if not number:
            raise UsageError(f"{text!r} is no {kind}: give a number")
        return str(int(number[1]))
    found = _candidates(store, kind, text)
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
    kinds = _kinds()
    if text.startswith(BASE) or text.split("/")[0] in kinds:
        iri = text if text.startswith(BASE) else BASE + text
        kind = iri.removeprefix(BASE).split("/")[0]
        if kind in kinds and _exists(store, iri):
            return kind, iri
    for kind in kinds:
        found = _candidates(store, kind, text)
        if found:
            return kind, _only(store, kind, text, found)
    if system := _system(store, text, tell):
        return "object", system[0]
    known = (name for kind in kinds if kind != "program" for _, name in _listing(store, kind))
    raise UsageError(f"nothing is called {text!r}; {nearest(text, known)}")


def fold(name: str) -> str:
    """Drop what people write in different ways: case, spaces, punctuation; keep the sign of a position.

    >>> fold("HD-2811") == fold("hd 2811"), fold("BD+60 1753") == fold("BD-60 1753")
    (True, False)
    """
    return re.sub(r"[^\w+]|_", "", name.casefold())


def nearest(text: str, names: Iterable[str], *, count: int = 3) -> str:
    """Say which names are nearest to a text, or what exists where nothing is near.

    >>> nearest("tempaltes", ["templates", "object"])
    'did you mean templates?'
    """
    from rapidfuzz import fuzz, process

    known = sorted(set(names))
    if not known:
        return "there is none at all: build first"
    found = process.extract(text, known, scorer=fuzz.WRatio, processor=fold, limit=count, score_cutoff=60)
    # Only what is about as near as the nearest: better one good name than three.
    close = [name for name, score, _ in found if score >= found[0][1] - 10]
    return "did you mean " + " or ".join(close) + "?" if close else "nothing is near; for example: " + known[0]


def _candidates(store: Store, kind: str, text: str) -> list[str]:
    """IRIs of one type that the text names, the surest way first."""
    if kind == "program":
        number = _PROGRAM.fullmatch(text)
        iri = f"{BASE}program/{int(number[1])}" if number else ""
        return [iri] if number and _exists(store, iri) else []
    if text.startswith(BASE):
        return [text] if _exists(store, text) else []
    listing = _listing(store, kind)
    exact = sorted({iri for iri, name in listing if name == text})
    if exact:
        return exact
    wanted = fold(text)
    folded = sorted({iri for iri, name in listing if fold(name) == wanted})
    if folded or kind != "object":
        return folded
    return _by_identity(store, text)


def _by_identity(store: Store, text: str) -> list[str]:
    """The sky object that the rules for target names lead to."""
    from kb.identity import same_object_name
    from kb.iris import object_iri

    name = same_object_name(text)
    iri = object_iri(name) if name else ""
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
    listing = _listing(store, kind)
    if found:
        labels = sorted({name for iri, name in listing if iri in found})
        raise UsageError(f"{text!r} names several: {', '.join(labels[:8])}")
    raise UsageError(f"no {kind} {text!r}; {nearest(text, (name for _, name in listing))}")


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


def _kinds() -> list[str]:
    return [kind for kind in ORDER if (_folder() / f"{kind}.rq").is_file()]


def _folder() -> Path:
    from kb.vocabulary import ontology_dir

    return ontology_dir() / "lookups"
