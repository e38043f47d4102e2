"""Answers of a query as plain Python values, and in the W3C result formats."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import IO, TYPE_CHECKING, Any, Literal, TypeAlias

from kb.errors import StoreError, UsageError
from kb.iris import PREFIXES

if TYPE_CHECKING:
    import pyoxigraph

__all__ = ["Iri", "Quad", "QueryResult", "Value", "plain"]


class Iri(str):
    """An IRI among plain values, to tell it from a literal that reads the same."""

    __slots__ = ()


Value: TypeAlias = Iri | str | int | Decimal | float | bool | None
Quad: TypeAlias = tuple[Iri, Iri, Value, Iri]

_XSD = "http://www.w3.org/2001/XMLSchema#"
_INTEGERS = ("integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger")
_FROM_LITERAL: dict[str, Callable[[str], Value]] = {
    **{_XSD + name: int for name in _INTEGERS},
    _XSD + "decimal": Decimal,
    _XSD + "double": float,
    _XSD + "float": float,
    _XSD + "boolean": lambda text: text in ("true", "1"),
}


def plain(term: Any) -> Value:
    """Turn a pyoxigraph term into a plain value; ``None`` (unbound) stays ``None``.

    >>> import pyoxigraph
    >>> plain(pyoxigraph.Literal("24.9", datatype=pyoxigraph.NamedNode(_XSD + "decimal")))
    Decimal('24.9')
    """
    if term is None:
        return None
    datatype = getattr(term, "datatype", None)
    if datatype is None:
        return Iri(getattr(term, "value", None) or str(term))
    convert = _FROM_LITERAL.get(datatype.value)
    try:
        return convert(term.value) if convert else str(term.value)
    except (ValueError, ArithmeticError):  # an ill-typed literal is kept as its text
        return str(term.value)


class QueryResult:
    """The answer to one query; rows are streamed, so it can be iterated or written once.

    Attributes
    ----------
    kind
        ``select`` (rows), ``ask`` (one truth value) or ``construct`` (triples).
    variables
        Column names; ``("subject", "predicate", "object")`` for triples, empty for ``ask``.

    """

    #: Formats that :meth:`write` knows for rows and truth values, and for triples.
    TABLE_FORMATS = ("csv", "json", "tsv", "xml")
    GRAPH_FORMATS = ("jsonld", "nt", "rdf", "ttl")

    def __init__(
        self, answer: pyoxigraph.QuerySolutions | pyoxigraph.QueryBoolean | Iterable[pyoxigraph.Triple]
    ) -> None:
        import pyoxigraph

        self._answer: Any = answer
        self.kind: Literal["select", "ask", "construct"] = "select"
        self.variables: tuple[str, ...] = ()
        if isinstance(answer, pyoxigraph.QuerySolutions):
            self.variables = tuple(variable.value for variable in answer.variables)
        elif isinstance(answer, pyoxigraph.QueryBoolean):
            self.kind = "ask"
        else:
            self.kind = "construct"
            self.variables = ("subject", "predicate", "object")

    @classmethod
    def empty(cls, variables: Iterable[str]) -> QueryResult:
        """Return an answer of these columns and no rows.

        >>> QueryResult.empty(["program"]).variables, list(QueryResult.empty(["program"]))
        (('program',), [])
        """
        import json

        import pyoxigraph

        text = json.dumps({"head": {"vars": list(variables)}, "results": {"bindings": []}})
        return cls(pyoxigraph.parse_query_results(text, format=pyoxigraph.QueryResultsFormat.JSON))

    def __bool__(self) -> bool:
        """Answer of an ASK; for rows and triples an error, since telling would use up the first one."""
        if self.kind != "ask":
            raise TypeError("only the answer of an ASK query is true or false; iterate over this one")
        return bool(self._answer)

    def __iter__(self) -> Iterator[tuple[Value, ...]]:
        """Rows in the order of :attr:`variables`; an ASK has one row of one truth value."""
        if self.kind == "ask":
            yield (bool(self._answer),)
        elif self.kind == "select":
            with _whole():
                for row in self._answer:
                    yield tuple(plain(term) for term in row)
        else:
            for triple in self._answer:
                yield plain(triple.subject), plain(triple.predicate), plain(triple.object)

    def terms(self) -> Iterator[tuple[Any, ...]]:
        """Rows of a SELECT as terms of ``pyoxigraph``, for what must keep their types."""
        with _whole():
            for row in self._answer:
                yield tuple(row)

    def dicts(self) -> Iterator[dict[str, Value]]:
        """Rows as dictionaries by column name."""
        for row in self:
            yield dict(zip(self.variables, row, strict=True))

    def write(self, stream: IO[bytes], form: str) -> None:
        """Write the answer: ``csv tsv json xml`` for rows and truth values, ``ttl nt jsonld rdf`` for triples.

        Triples are sorted, so the same graph gives the same bytes.

        Raises
        ------
        UsageError
            The format does not suit the kind of answer.

        """
        known = self.GRAPH_FORMATS if self.kind == "construct" else self.TABLE_FORMATS
        if form not in known:
            kind, choice = self.kind.upper(), " ".join(known)
            raise UsageError(f"a {kind} query cannot be written as {form}; choose one of {choice}")
        import pyoxigraph

        if self.kind == "construct":
            rdf = pyoxigraph.RdfFormat.from_extension(form)
            triples = sorted(self._answer, key=str)
            pyoxigraph.serialize(triples, stream, rdf, prefixes=None if form == "nt" else dict(PREFIXES))
        else:
            with _whole():
                self._answer.serialize(stream, pyoxigraph.QueryResultsFormat.from_extension(form))


@contextmanager
def _whole() -> Iterator[None]:
    """Say what it means that rows which come from elsewhere end in the middle."""
    try:
        yield
    except SyntaxError as error:
        raise StoreError(f"the server's answer is cut off or damaged ({' '.join(str(error).split())})") from error
