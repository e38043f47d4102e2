"""Tables: each file of ``ontology/exports`` is a query whose header says what its columns are.

>>> load("programs").columns[6].unit
'h'
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import IO, TYPE_CHECKING

from kb.errors import UsageError, VocabularyError

if TYPE_CHECKING:
    from kb.export.source import Source
    from kb.store import Store
    from kb.store.results import Value

__all__ = ["TYPES", "Column", "Table", "load", "names", "of_source", "write_csv"]

#: The table that is written where none is named.
DEFAULT = "observations"
#: What a column can hold.
TYPES = ("integer", "decimal", "boolean", "text")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its type is one of :data:`TYPES`, ``separator`` stands between the values of a cell with several.

    ``unit`` is one of VOUnits, ``ucd`` says by the words of UCD1+ what is measured or named.
    """

    name: str
    type: str
    meaning: str
    ucd: str
    unit: str | None = None
    separator: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table and the query that fills it."""

    name: str
    title: str
    description: str
    columns: tuple[Column, ...]
    sparql: str

    def rows(self, store: Store) -> Iterator[tuple[Value, ...]]:
        """Stream the rows, in an order that is always the same; an empty text is missing."""
        joined = [(place, column.separator) for place, column in enumerate(self.columns) if column.separator]
        for row in store.query(self.sparql):
            cells = [None if value == "" else value for value in row]
            for place, separator in joined:  # engines join them in any order
                if cells[place] is not None:
                    cells[place] = separator.join(sorted(str(cells[place]).split(separator)))
            yield tuple(cells)


def names() -> list[str]:
    """Return the names of the tables, sorted."""
    from kb.vocabulary import ontology_dir

    return sorted(path.stem for path in (ontology_dir() / "exports").glob("*.rq"))


@lru_cache(maxsize=16)
def load(name: str) -> Table:
    """Return a table.

    Raises
    ------
    UsageError
        There is none of that name.
    VocabularyError
        Its header is not as it should be.

    """
    from kb.questions import read_question_parts
    from kb.vocabulary import ontology_dir

    if name not in names():
        raise UsageError(f"no table {name!r}; choose one of {' '.join(names())}")
    path = ontology_dir() / "exports" / f"{name}.rq"
    header, sparql = read_question_parts(path)
    try:
        columns = tuple(Column(**column) for column in header["columns"])
        return Table(name, header["title"], header["description"], columns, sparql)
    except (KeyError, TypeError) as error:
        raise VocabularyError(f"{path}: the header lacks or misspells {error}") from error


def of_source(source: Source) -> Table:
    """Return the table that a source asks for.

    Raises
    ------
    UsageError
        There is none of that name, or only one graph is wanted: a row needs several.

    """
    if source.graph is not None:
        raise UsageError("tables are of the whole store or of a neighbourhood; leave out the graph")
    return load(source.table or DEFAULT)


def write_csv(source: Source, stream: IO[bytes]) -> None:
    """Write a table as CSV, with the names of the columns above."""
    table = of_source(source)
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([column.name for column in table.columns])
    for row in table.rows(source.store):
        cells = [str(cell).lower() if isinstance(cell, bool) else cell for cell in row]
        writer.writerow(["" if cell is None else cell for cell in cells])
    text.detach()
