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
from typing import IO, TYPE_CHECKING, Any

from kb.errors import UsageError, VocabularyError

if TYPE_CHECKING:
    from kb.export.source import Source
    from kb.store import Store
    from kb.store.results import Value

__all__ = ["TYPES", "Column", "Table", "load", "names", "write_csv"]

#: What a column can hold.
TYPES = ("integer", "decimal", "boolean", "text")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its type is one of :data:`TYPES`, ``separator`` stands between the values of a cell with several.

    ``unit`` is one of VOUnits, ``ucd`` says by the words of UCD1+ what is measured or named, ``utype`` which part of a
    data model of the Virtual Observatory it is.
    """

    name: str
    type: str
    meaning: str
    ucd: str
    unit: str | None = None
    separator: str | None = None
    utype: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table and the query that fills it; its rows are sorted by the columns that ``order`` names."""

    name: str
    title: str
    description: str
    columns: tuple[Column, ...]
    order: tuple[str, ...]
    sparql: str

    def rows(self, store: Store) -> list[tuple[Value, ...]]:
        """Return the rows, sorted by the columns of :attr:`order` and then all; an empty text is missing."""
        places = [place for name in self.order for place, column in enumerate(self.columns) if column.name == name]

        def key(row: tuple[Value, ...]) -> Any:
            return [(row[place] is not None, row[place]) for place in places], [str(cell) for cell in row]

        return sorted(self._rows(store), key=key)  # several times faster here than in the engine

    def _rows(self, store: Store) -> Iterator[tuple[Value, ...]]:
        joined = [(place, column.separator) for place, column in enumerate(self.columns) if column.separator]
        booleans = [place for place, column in enumerate(self.columns) if column.type == "boolean"]
        for row in store.query(self.sparql):
            cells = [None if value == "" else value for value in row]
            for place in booleans:  # for Virtuoso they are 0 and 1
                cells[place] = None if cells[place] is None else bool(cells[place])
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
        return Table(name, header["title"], header["description"], columns, tuple(header["order"]), sparql)
    except (KeyError, TypeError) as error:
        raise VocabularyError(f"{path}: the header lacks or misspells {error}") from error


def write_csv(source: Source, stream: IO[bytes]) -> None:
    """Write a table as CSV, with the names of the columns above."""
    table = load(source.table)
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([column.name for column in table.columns])
    for row in source.rows():
        cells = [str(cell).lower() if isinstance(cell, bool) else cell for cell in row]
        writer.writerow(["" if cell is None else cell for cell in cells])
    text.detach()
