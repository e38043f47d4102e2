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

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import IO, TYPE_CHECKING, Any

from kb.errors import UsageError
from kb.iris import BASE

if TYPE_CHECKING:
    from kb.store.results import QueryResult, Value

__all__ = ["FORMATS", "ROW_FORMATS", "TRIPLE_FORMATS", "Rows", "shorten", "write_result", "write_rows"]

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
        return cls(result.variables or ("answer",), list(result))

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

    def is_number(self, index: int) -> bool:
        """Whether a column holds numbers and nothing else."""
        return _is_number(self, index)

    def to_table(self) -> str:
        """Lay the rows out as plain text in columns, numbers to the right, IRIs shortened."""
        return "\n".join(_plain_lines(self))

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
        head = "".join(cell("th", index, title) for index, title in enumerate(_titles(self)))
        body = "".join(
            "<tr>" + "".join(cell("td", index, shorten(value)) for index, value in enumerate(row)) + "</tr>\n"
            for row in self.rows[:REPR_ROWS]
        )
        more = len(self) - REPR_ROWS
        rest = f"<p>… and {more} more rows</p>" if more > 0 else ""
        return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>{rest}"


def shorten(value: Value) -> str:
    """Write a value for reading: IRIs of the knowledge base relative to it, other known ones with their prefix.

    >>> from kb.store.results import Iri
    >>> shorten(Iri("https://w3id.org/jwst-kb/program/7487")), shorten(None), shorten(True)
    ('program/7487', '', 'true')
    >>> shorten(Iri("http://www.w3.org/2004/02/skos/core#Concept"))
    'skos:Concept'
    """
    from kb.store.results import Iri

    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Iri):
        from kb.iris import PREFIXES

        # The longest namespace wins: ontology# lies under the base.
        for prefix, namespace in sorted(PREFIXES.items(), key=lambda pair: -len(pair[1])):
            if value.startswith(namespace):
                return value[len(namespace) :] if namespace == BASE else f"{prefix}:{value[len(namespace) :]}"
        return value.removeprefix(BASE)
    if isinstance(value, Decimal):
        return format(value, "f")
    return " ".join(str(value).split())


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
        names = result.variables or ("answer",)
        _write_lines(_json_lines(names, result), stream)
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
        _write_rich(rows, pages or {})
        return
    lines: dict[str | None, Callable[[Rows], Iterable[str]]] = {
        None: _plain_lines,
        "table": _plain_lines,
        "markdown": _markdown_lines,
        "jsonl": lambda rows: _json_lines(rows.columns, rows),
        "csv": _csv_lines,
    }
    _write_lines(lines[form](rows), stream)


def to_json(value: object) -> object:
    """Make a value that :mod:`json` can write; hours stay numbers."""
    return float(value) if isinstance(value, Decimal) else value


def _write_lines(lines: Iterable[str], stream: IO[bytes]) -> None:
    for line in lines:
        stream.write(line.encode() + b"\n")


def _json_lines(names: Sequence[str], rows: Iterable[tuple[Value, ...]]) -> Iterator[str]:
    for row in rows:
        record = {name: to_json(value) for name, value in zip(names, row, strict=True)}
        yield json.dumps(record, ensure_ascii=False)


def _csv_lines(rows: Rows) -> Iterator[str]:
    import csv
    import io

    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(rows.columns)
    writer.writerows([["" if value is None else value for value in row] for row in rows])
    yield from buffer.getvalue().splitlines()


def _titles(rows: Rows) -> tuple[str, ...]:
    return rows.titles or rows.columns


def _is_number(rows: Rows, index: int) -> bool:
    values = [row[index] for row in rows if row[index] is not None]
    return bool(values) and all(isinstance(v, int | float | Decimal) and not isinstance(v, bool) for v in values)


def _plain_lines(rows: Rows) -> Iterator[str]:
    cells = [_titles(rows), *([shorten(value) for value in row] for row in rows)]
    widths = [max(_width(row[i]) for row in cells) for i in range(len(rows.columns))]
    right = [_is_number(rows, i) for i in range(len(rows.columns))]
    for row in cells:
        padded = [
            " " * (width - _width(cell)) + cell if to_right else cell + " " * (width - _width(cell))
            for cell, width, to_right in zip(row, widths, right, strict=True)
        ]
        yield "  ".join(padded).rstrip()


def _width(text: str) -> int:
    """Columns that a text takes on a terminal."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def _markdown_lines(rows: Rows) -> Iterator[str]:
    rulers = ["---:" if _is_number(rows, i) else "---" for i in range(len(rows.columns))]
    yield "| " + " | ".join(_titles(rows)) + " |"
    yield "| " + " | ".join(rulers) + " |"
    for row in rows:
        cells = (shorten(value).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;") for value in row)
        yield "| " + " | ".join(cells) + " |"


def _write_rich(rows: Rows, pages: Mapping[str, Mapping[Value, str]]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False)
    for index, title in enumerate(_titles(rows)):
        table.add_column(title, justify="right" if _is_number(rows, index) else "left", overflow="fold")
    for row in rows:
        # Text, not str: square brackets in a label are no mark-up.
        cells = [Text(shorten(value)) for value in row]
        for name, value, cell in zip(rows.columns, row, cells, strict=True):
            if address := pages.get(name, {}).get(value):
                cell.stylize(f"link {address}")
        table.add_row(*cells)
    Console().print(table)
