"""Answers as a person or a pipe wants them: tables, JSON lines, Markdown, and the W3C result formats.

>>> rows = Rows(("program", "hours"), [("7487", Decimal("24.9")), ("801", None)])
>>> print(rows.to_table())
program  hours
7487      24.9
801
>>> list(rows.dicts())[0]
{'program': '7487', 'hours': Decimal('24.9')}
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import IO, TYPE_CHECKING, Any

from kb.errors import UsageError
from kb.layouts import csv_lines, json_lines, markdown_lines, plain_lines, print_rich, shorten, to_json

if TYPE_CHECKING:
    from kb.store.results import QueryResult, Value

__all__ = ["FORMATS", "ROW_FORMATS", "TRIPLE_FORMATS", "Rows", "shorten", "to_json", "write_result", "write_rows"]

#: Rows that a notebook or a prompt shows.
REPR_ROWS = 40

#: Formats of rows and truth values; ``csv tsv json xml`` are the W3C ones and exact.
ROW_FORMATS = ("table", "csv", "tsv", "json", "xml", "jsonl", "markdown")
#: Formats of the triples of a CONSTRUCT, and what the engine calls them.
TRIPLE_FORMATS = {"turtle": "ttl", "nt": "nt", "jsonld": "jsonld", "rdf": "rdf"}
FORMATS = (*ROW_FORMATS, *TRIPLE_FORMATS)


@dataclass(frozen=True, repr=False)
class Rows:
    """Rows of plain values under named columns, as many times as you like.

    ``titles`` are what people read above the columns, where these differ from the names; ``units`` and ``meanings``
    belong to the columns that have them, as those of saved questions.
    """

    columns: tuple[str, ...]
    rows: Sequence[tuple[Value, ...]]
    titles: tuple[str, ...] = field(default=())
    units: Mapping[str, str] = field(default_factory=dict)
    meanings: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, result: QueryResult) -> Rows:
        """Take all rows of an answer."""
        return cls(_columns(result), list(result))

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[tuple[Value, ...]]:
        return iter(self.rows)

    def __getitem__(self, index: int) -> tuple[Value, ...]:
        return self.rows[index]

    def dicts(self) -> Iterator[dict[str, Value]]:
        """Rows as dictionaries by column name."""
        for row in self.rows:
            yield dict(zip(self.columns, row, strict=True))

    def column(self, name: str) -> list[Value]:
        """Return the values of one column."""
        index = self.columns.index(name)
        return [row[index] for row in self.rows]

    @property
    def heads(self) -> tuple[str, ...]:
        """What stands above the columns."""
        return self.titles or self.columns

    def is_number(self, index: int) -> bool:
        """Whether a column holds numbers and nothing else."""
        values = [row[index] for row in self.rows if row[index] is not None]
        return bool(values) and all(isinstance(v, int | float | Decimal) and not isinstance(v, bool) for v in values)

    def to_table(self, width: int | None = None) -> str:
        """Lay the rows out as plain text in columns, numbers to the right, IRIs shortened, texts folded to a width."""
        return "\n".join(plain_lines(self, width))

    def to_pandas(self) -> Any:
        """Return a :class:`pandas.DataFrame`; see :func:`kb.frames.to_pandas`.

        Raises
        ------
        UsageError
            pandas is not installed; the message says how to.

        """
        from kb.frames import to_pandas

        return to_pandas(self)

    def to_polars(self) -> Any:
        """Return a :class:`polars.DataFrame`; see :func:`kb.frames.to_polars`.

        Raises
        ------
        UsageError
            polars is not installed; the message says how to.

        """
        from kb.frames import to_polars

        return to_polars(self)

    def to_astropy(self) -> Any:
        """Return an :class:`astropy.table.Table` with units and descriptions; see :func:`kb.frames.to_astropy`.

        Raises
        ------
        UsageError
            astropy is not installed; the message says how to.

        """
        from kb.frames import to_astropy

        return to_astropy(self)

    def __repr__(self) -> str:
        """Show the rows at a prompt: the first ones, as a table."""
        more = len(self) - REPR_ROWS
        rest = f"\n… and {more} more rows" if more > 0 else ""
        return Rows(self.columns, self.rows[:REPR_ROWS], self.titles).to_table() + rest

    def _repr_html_(self) -> str:
        """Show the rows in a notebook: the first ones, every text escaped."""
        from html import escape

        def cell(tag: str, index: int, text: str) -> str:
            side = "right" if numbers[index] else "left"
            return f'<{tag} style="text-align: {side}">{escape(text)}</{tag}>'

        numbers = [self.is_number(index) for index in range(len(self.columns))]
        head = "".join(cell("th", index, title) for index, title in enumerate(self.heads))
        body = "".join(
            "<tr>" + "".join(cell("td", index, shorten(value)) for index, value in enumerate(row)) + "</tr>\n"
            for row in self.rows[:REPR_ROWS]
        )
        more = len(self) - REPR_ROWS
        rest = f"<p>… and {more} more rows</p>" if more > 0 else ""
        return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>{rest}"


def write_result(result: QueryResult, form: str | None, stream: IO[bytes], *, terminal: bool = False) -> None:
    """Write the answer of a query.

    Parameters
    ----------
    result
        The answer; it is used up.
    form
        One of :data:`FORMATS`; ``None`` is a table, and Turtle for the triples of a CONSTRUCT.
    stream
        Where the bytes go.
    terminal
        Whether a person watches, so that a table may use colour and the window's width.

    Raises
    ------
    UsageError
        The format does not suit the answer.

    """
    triples = result.kind == "construct"
    suitable = tuple(TRIPLE_FORMATS) if triples else ROW_FORMATS
    if form is not None and form not in suitable:
        raise UsageError(f"{form} does not suit the answer of {result.kind.upper()}; choose among {' '.join(suitable)}")
    if triples:
        result.write(stream, TRIPLE_FORMATS[form or "turtle"])
    elif form in ("csv", "tsv", "json", "xml"):
        result.write(stream, form)
    elif form == "jsonl":
        _write((line + "\n" for line in json_lines(_columns(result), result)), stream)
    else:
        write_rows(Rows.of(result), form, stream, terminal=terminal)


def write_rows(
    rows: Rows,
    form: str | None,
    stream: IO[bytes],
    *,
    terminal: bool = False,
    pages: Mapping[str, Mapping[Value, str]] | None = None,
) -> None:
    """Write rows as ``table`` (also ``None``), ``markdown``, ``jsonl`` or ``csv``.

    ``pages`` (column → value → address) are what the cells of a table link to, on terminals that show links.
    """
    if form in (None, "table") and terminal:
        print_rich(rows, pages or {})
        return
    if form == "csv":
        _write(csv_lines(rows.columns, rows), stream)
        return
    lines: dict[str | None, Callable[[Rows], Iterable[str]]] = {
        None: plain_lines,
        "table": plain_lines,
        "markdown": markdown_lines,
        "jsonl": lambda rows: json_lines(rows.columns, rows),
    }
    _write((line + "\n" for line in lines[form](rows)), stream)


def _columns(result: QueryResult) -> tuple[str, ...]:
    """Names of the columns: a truth value has one, and a SELECT over no variables none."""
    return ("answer",) if result.kind == "ask" else result.variables


def _write(lines: Iterable[str], stream: IO[bytes]) -> None:
    for line in lines:
        stream.write(line.encode())
