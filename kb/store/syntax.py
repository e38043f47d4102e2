"""What Oxigraph's parser says of a query, as one line that a person can act on."""

from __future__ import annotations

import re

__all__ = ["explain"]

_PLACE = re.compile(r"error at (\d+):(\d+): (?:expected )?(?:one of )?(.*)", re.DOTALL)
_UPDATE = re.compile(
    r"(?:\s|#.*\n|PREFIX\s+\S+\s+<[^>]*>|BASE\s+<[^>]*>)*"
    r"(?:INSERT|DELETE|LOAD|CLEAR|DROP|CREATE|COPY|MOVE|ADD)\b",
    re.IGNORECASE,
)


def explain(message: str, sparql: str) -> str:
    """Say where a query goes wrong and why.

    Parameters
    ----------
    message
        Text of the parser's error: a place, and everything that the parser would have taken there.
    sparql
        The query.

    >>> explain("error at 1:31: expected BY", "SELECT * { ?s ?p ?o } ORDER ?s")
    "the query goes wrong at line 1, column 29: unexpected '?'"
    """
    if _UPDATE.match(sparql):
        return "line 1, column 1: this is an update, and stores are only changed by `kb build`; write a query"
    place = _PLACE.match(message)
    if place is None:
        return f"the query does not parse: {' '.join(message.split())}"
    line, column, expected = int(place[1]), int(place[2]), " ".join(place[3].split())
    text = (sparql.splitlines() or [""])[line - 1 : line] or [""]
    before = text[0][: column - 1]
    undeclared = re.search(r"([A-Za-z][\w.-]*|)(?=:[^\s:]*$)", before)
    if "Prefix not found" in expected and undeclared:
        name = f"{undeclared[0]}:"
        return _at(line, undeclared.start() + 1, f"the prefix {name} is not declared; add PREFIX {name} <…>")
    said = re.search(r"(?:The |IRI |No |[A-Z][a-z]+ )[a-zA-Z ]{8,}", expected)
    if said:
        return _at(line, column, said[0].strip())
    if re.fullmatch(r"[A-Z_0-9]+", expected):
        # The place of a keyword that is missing is counted from where the keyword would end.
        column = max(1, column - len(expected))
    found = re.match(r"\w+|\S", text[0][column - 1 :].lstrip())
    return _at(line, column, f"unexpected {found[0]!r}" if found else "it makes no sense here or just before")


def _at(line: int, column: int, reason: str) -> str:
    return f"the query goes wrong at line {line}, column {column}: {reason}"
