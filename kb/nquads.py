"""Statements of one graph as lines of N-Quads, each once, in the order in which they were made.

>>> quads = Quads("https://example.org/graph")
>>> quads.put("<https://example.org/it>", "order", 4)
>>> quads.text().split()[2:]
['"4"^^<http://www.w3.org/2001/XMLSchema#integer>', '<https://example.org/graph>', '.']
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from kb import iris, vocabulary

__all__ = ["Moment", "Quads", "Uri"]

_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r"}
_INTEGER = f"^^<{iris.PREFIXES['xsd']}integer>"
# Characters that XML cannot hold, so that no export could: they become the replacement character.
_UNSAFE = re.compile('["\\\\\n\r\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]')


class Uri(str):
    """An address that is stated as a literal, ``xsd:anyURI``."""

    __slots__ = ()


class Moment(str):
    """A point in time, ISO 8601 with its zone: stated as ``xsd:dateTime``."""

    __slots__ = ()


class _Terms(dict[str, str]):
    """Predicates and classes in angle brackets, looked up in the ontology at first use."""

    def __missing__(self, name: str) -> str:
        prefix, colon, local = name.partition(":")
        known = iris.PREFIXES[prefix] + local if colon else vocabulary.load().term(name)
        self[name] = f"<{known}>"
        return self[name]


@lru_cache(maxsize=1)
def _terms() -> _Terms:
    return _Terms()


class Quads:
    """A graph in the making.

    Subjects and nodes are IRIs in angle brackets; terms are names of the ontology, or of a well-known vocabulary with
    its prefix.  A name that the ontology does not define raises :class:`kb.errors.VocabularyError`.
    """

    def __init__(self, graph: str) -> None:
        self.graph = f"<{graph}>"
        self._terms = _terms()
        self._statements: dict[str, None] = {}  # an ordered set

    def __len__(self) -> int:
        return len(self._statements)

    def text(self) -> str:
        """All statements as N-Quads, one a line."""
        end = f" {self.graph} .\n"
        return end.join([*self._statements, ""])

    def link(self, subject: str, term: str, node: str) -> None:
        """State a link between two nodes, both in angle brackets."""
        self._statements[f"{subject} {self._terms[term]} {node}"] = None

    def type(self, subject: str, *terms: str) -> None:
        """State the classes of a node."""
        for term in terms:
            self.link(subject, "rdf:type", self._terms[term])

    def put(self, subject: str, term: str, value: str | int | Decimal | None) -> None:
        """State a literal; ``None``, what the document does not say, states nothing."""
        if value is None:
            return
        # By far the most are plain text and small numbers: what is common is written on the spot.
        if value.__class__ is str and value.isprintable() and '"' not in value and "\\" not in value:
            self._statements[f'{subject} {self._terms[term]} "{value}"'] = None
        elif value.__class__ is int:
            self._statements[f'{subject} {self._terms[term]} "{value}"{_INTEGER}'] = None
        else:
            self._statements[f"{subject} {self._terms[term]} {_literal(value)}"] = None


def _literal(value: str | int | Decimal) -> str:
    if isinstance(value, Uri):
        return _typed(value, "anyURI")
    if isinstance(value, Moment):
        return _typed(value, "dateTime")
    if isinstance(value, str):
        return f'"{_UNSAFE.sub(_escape, value)}"'
    if isinstance(value, bool):
        return _typed("true" if value else "false", "boolean")
    if isinstance(value, int):
        return _typed(str(value), "integer")
    return _typed(_canonical(value), "decimal")


def _escape(found: re.Match[str]) -> str:
    return _ESCAPES.get(found[0], "\ufffd")


def _typed(text: str, datatype: str) -> str:
    return f'"{text}"^^<{iris.PREFIXES["xsd"]}{datatype}>'


def _canonical(value: Decimal) -> str:
    """Write a decimal in its one canonical form: ``24.9``, ``10``, ``0``."""
    text = format(value, "f")
    return (text.rstrip("0").rstrip(".") or "0") if "." in text else text
