"""Queries as texts: what Oxigraph's parser says of one, in a line that a person can act on; the order of columns."""

from __future__ import annotations

import re

from kb.errors import QueryError
from kb.iris import PREFIXES

__all__ = ["declared", "explain", "form_of", "spell_out"]

_PLACE = re.compile(r"error at (\d+):(\d+): (?:expected )?(?:one of )?(.*)", re.DOTALL)
_UPDATE = re.compile(
    r"(?:\s|#.*\n|PREFIX\s+\S+\s+<[^>]*>|BASE\s+<[^>]*>)*"
    r"(?:INSERT|DELETE|LOAD|CLEAR|DROP|CREATE|COPY|MOVE|ADD)\b",
    re.IGNORECASE,
)

#: Where no variable and no keyword can stand: IRIs, strings, comments.
_OPAQUE = re.compile(
    r"<[^<>\"{}|^`\\\s]*>"
    r"|\"\"\"(?:[^\\]|\\.)*?\"\"\"|\'\'\'(?:[^\\]|\\.)*?\'\'\'|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'"
    r"|#[^\n]*",
    re.DOTALL,
)
_STAR = re.compile(r"[^{]*?\bSELECT(?:\s+(?:DISTINCT|REDUCED))?\s*(\*)", re.IGNORECASE)
_VARIABLE = re.compile(r"[?$](\w+)")


def spell_out(sparql: str) -> str:
    """Write the variables of ``SELECT *`` in the order in which they first appear; the engine's is that of letters.

    A query that does not parse, and any other query, stays as it is.

    >>> spell_out("SELECT * { ?s ?p ?o FILTER(?gone) }")
    'SELECT ?s ?p ?o { ?s ?p ?o FILTER(?gone) }'
    >>> spell_out("SELECT*{ ?s ?p ?o }")
    'SELECT ?s ?p ?o{ ?s ?p ?o }'
    >>> spell_out("SELECT ?o { { SELECT * { ?s ?p ?o } } }")
    'SELECT ?o { { SELECT * { ?s ?p ?o } } }'
    """
    if "*" not in sparql:
        return sparql
    bare = _OPAQUE.sub(lambda match: " " * len(match[0]), sparql)
    star = _STAR.match(bare)
    if star is None or re.search(r"\bSERVICE\b", bare, re.IGNORECASE):  # trying it out would ask that service
        return sparql
    import pyoxigraph

    try:
        answer = pyoxigraph.Store().query(sparql, prefixes=PREFIXES)
    except (SyntaxError, ValueError, RuntimeError, OSError):
        return sparql  # who asks the store gets its error
    if not isinstance(answer, pyoxigraph.QuerySolutions):
        return sparql
    visible = {variable.value for variable in answer.variables}
    order = [name for name in dict.fromkeys(_VARIABLE.findall(bare, star.end())) if name in visible]
    if not visible or set(order) != visible:
        return sparql
    return f"{sparql[: star.start(1)].rstrip()} {' '.join(f'?{name}' for name in order)}{sparql[star.end() :]}"


def declared(sparql: str) -> str:
    """Declare the prefixes that a query uses without declaring them.

    >>> declared("ASK { ?s a jkb:Program }").startswith("PREFIX jkb: <https:")
    True
    """
    missing = (
        (name, iri)
        for name, iri in PREFIXES.items()
        if f"{name}:" in sparql and not re.search(rf"PREFIX\s+{name}:", sparql, re.IGNORECASE)
    )
    return "".join(f"PREFIX {name}: <{iri}> " for name, iri in missing) + sparql


def form_of(sparql: str) -> str:
    """Tell what a query asks for, by asking an empty store: ``select`` (also for ASK) or ``construct``.

    Raises
    ------
    QueryError
        It does not parse; the message says where.

    """
    import pyoxigraph

    try:
        answer = pyoxigraph.Store().query(sparql, prefixes=PREFIXES, use_default_graph_as_union=True)
    except SyntaxError as error:
        raise QueryError(explain(str(error), sparql)) from error
    except (ValueError, RuntimeError, OSError) as error:
        raise QueryError(f"the query cannot be answered: {' '.join(str(error).split())}") from error
    return "construct" if isinstance(answer, pyoxigraph.QueryTriples) else "select"


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
