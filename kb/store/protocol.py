"""Answers of the SPARQL 1.1 Protocol as terms: all of their rows or triples, or an error.

Rows come as SPARQL JSON, which has an end of its own: what is cut off does not parse.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from kb.errors import StoreError
from kb.iris import PREFIXES

if TYPE_CHECKING:
    import pyoxigraph

    from kb.store.answer import Answer

__all__ = ["ROWS", "TRIPLES", "canonical", "solutions", "triples"]

#: Media types that are asked for.
ROWS, TRIPLES = "application/sparql-results+json", "application/n-triples"
_TRUTH = {"0": "false", "1": "true"}


def solutions(answer: Answer, address: str) -> Any:
    """Return the rows of an answer in SPARQL JSON, or the truth value of an ASK, as pyoxigraph reads it.

    Raises
    ------
    StoreError
        It is something else, leaves rows out, or is cut off where reading begins.

    """
    import pyoxigraph

    _mind_limits(answer, address)
    if answer.content_type not in (ROWS, "application/json"):
        answer.close()
        raise StoreError(
            f"{address}: answered with {answer.content_type or 'something'}, not with SPARQL results;"
            " the address of a query service ends in /query (Oxigraph) or /sparql (Virtuoso, others)"
        )
    try:
        return pyoxigraph.parse_query_results(answer.stream, format=pyoxigraph.QueryResultsFormat.JSON)
    except SyntaxError as error:
        raise StoreError(f"{address}: the answer is not SPARQL JSON, or is cut off ({error})") from error


def triples(answer: Answer, address: str) -> Iterator[pyoxigraph.Triple]:
    """Stream the triples of an answer in N-Triples.

    Raises
    ------
    StoreError
        It is something else, leaves rows out, or breaks off; or its end could not be told from a broken connection.

    """
    import pyoxigraph

    _mind_limits(answer, address)
    if not answer.is_framed:
        answer.close()
        raise StoreError(f"{address}: the server does not say where its answer ends; ask with SELECT")
    try:
        for quad in pyoxigraph.parse(answer.stream, pyoxigraph.RdfFormat.N_TRIPLES, lenient=True):
            yield pyoxigraph.Triple(quad.subject, quad.predicate, canonical(quad.object))
    except SyntaxError as error:
        raise StoreError(f"{address}: the answer is not N-Triples, or is cut off ({error})") from error


def _mind_limits(answer: Answer, address: str) -> None:
    """Refuse what Virtuoso calls an answer though it has left rows out."""
    limit = answer.headers.get("X-SPARQL-MaxRows")
    if limit is not None or "X-SQL-State" in answer.headers:
        answer.close()
        why = f"more than {limit} rows" if limit else "out of time"
        raise StoreError(
            f"{address}: the server leaves rows out ({why}); raise ResultSetMaxRows and"
            " MaxQueryExecutionTime in the section [SPARQL] of its virtuoso.ini"
        )


def canonical(term: Any) -> Any:
    """Write a truth value as we do; Virtuoso has 1 for true."""
    if (word := _TRUTH.get(getattr(term, "value", ""))) and getattr(term, "datatype", None) is not None:
        import pyoxigraph

        boolean = pyoxigraph.NamedNode(PREFIXES["xsd"] + "boolean")
        return pyoxigraph.Literal(word, datatype=boolean) if term.datatype == boolean else term
    return term
