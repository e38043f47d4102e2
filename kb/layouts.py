"""Rows laid out as text: plain columns, Markdown, JSON lines, CSV, and in colour on a terminal."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from kb.iris import BASE

if TYPE_CHECKING:
    from kb.results import Rows
    from kb.store.results import Value

__all__ = ["csv_lines", "json_lines", "markdown_lines", "plain_lines", "print_rich", "shorten", "to_json"]

#: Columns of a terminal below which a column of text is not made narrower.
_NARROWEST = 10
_GAP = "  "


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


def to_json(value: object) -> object:
    """Make a value that :mod:`json` can write; hours stay numbers."""
    return float(value) if isinstance(value, Decimal) else value


def plain_lines(rows: Rows, width: int | None = None) -> Iterator[str]:
    """Lay rows out in columns, numbers to the right.

    With a ``width`` the widest columns of text are made so narrow that a line fits into it, and their cells go on
    below; what has no room even so is wider.
    """
    cells = [rows.heads, *([shorten(value) for value in row] for row in rows)]
    widths = [max(_width(row[i]) for row in cells) for i in range(len(rows.columns))]
    right = [rows.is_number(i) for i in range(len(rows.columns))]
    if width is not None:
        widths = _narrowed(widths, right, width)
    for row in cells:
        folded = [_folded(cell, size) for cell, size in zip(row, widths, strict=True)]
        for line in range(max(map(len, folded), default=0)):
            parts = [lines[line] if line < len(lines) else "" for lines in folded]
            padded = [
                " " * (size - _width(part)) + part if to_right else part + " " * (size - _width(part))
                for part, size, to_right in zip(parts, widths, right, strict=True)
            ]
            yield _GAP.join(padded).rstrip()


def _narrowed(widths: Sequence[int], fixed: Sequence[bool], width: int) -> list[int]:
    """Take from the widest columns of text what a line has too much."""
    made = list(widths)
    texts = [i for i, number in enumerate(fixed) if not number]
    over = sum(made) + len(_GAP) * (len(made) - 1) - width
    while over > 0 and texts:
        widest = max(texts, key=lambda i: made[i])
        if made[widest] <= _NARROWEST:
            break
        made[widest] -= 1
        over -= 1
    return made


def _folded(text: str, size: int) -> list[str]:
    if _width(text) <= size:
        return [text]
    from textwrap import wrap

    return wrap(text, size, break_on_hyphens=False) or [""]


def _width(text: str) -> int:
    """Columns that a text takes on a terminal."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def markdown_lines(rows: Rows) -> Iterator[str]:
    """Lay rows out as a table of Markdown."""
    rulers = ["---:" if rows.is_number(i) else "---" for i in range(len(rows.columns))]
    yield "| " + " | ".join(rows.heads) + " |"
    yield "| " + " | ".join(rulers) + " |"
    for row in rows:
        cells = (shorten(value).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;") for value in row)
        yield "| " + " | ".join(cells) + " |"


def json_lines(names: Sequence[str], rows: Iterable[tuple[Value, ...]]) -> Iterator[str]:
    """Write each row as an object of JSON."""
    for row in rows:
        record = {name: to_json(value) for name, value in zip(names, row, strict=True)}
        yield json.dumps(record, ensure_ascii=False)


def csv_lines(columns: Sequence[str], rows: Iterable[Iterable[Value]]) -> Iterator[str]:
    r"""Write rows as CSV; lines end in CRLF, as RFC 4180 and the W3C formats have it, and are given with their ends.

    >>> list(csv_lines(("a", "b"), [("x,y", None), (True, 1)]))
    ['a,b\r\n', '"x,y",\r\n', 'true,1\r\n']
    """
    import csv
    import io

    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    for row in (columns, *rows):
        writer.writerow([_csv_cell(value) for value in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def _csv_cell(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def print_rich(rows: Rows, pages: Mapping[str, Mapping[Value, str]]) -> None:
    """Print rows on a terminal; ``pages`` (column → value → address) are what cells link to."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False)
    for index, title in enumerate(rows.heads):
        table.add_column(title, justify="right" if rows.is_number(index) else "left", overflow="fold")
    for row in rows:
        # Text, not str: square brackets in a label are no mark-up.
        cells = [Text(shorten(value)) for value in row]
        for name, value, cell in zip(rows.columns, row, cells, strict=True):
            if address := pages.get(name, {}).get(value):
                cell.stylize(f"link {address}")
        table.add_row(*cells)
    Console().print(table)
