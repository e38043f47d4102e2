"""Tables as Parquet, a batch of rows at a time; meanings and units stand in the metadata of the columns."""

from __future__ import annotations

from itertools import islice
from typing import IO, TYPE_CHECKING, Any

from kb.export.extras import need

if TYPE_CHECKING:
    from kb.export.source import Source
    from kb.export.table import Table

__all__ = ["write_parquet"]

#: Rows of a batch, which is a row group of the file.
BATCH = 50_000


def write_parquet(source: Source, stream: IO[bytes]) -> None:
    """Write a table as Parquet; hours become doubles.

    Raises
    ------
    UsageError
        pyarrow is not installed.

    """
    from kb.export.table import load

    arrow = need("pyarrow", "tables", "parquet")
    parquet = need("pyarrow.parquet", "tables", "parquet")
    table = load(source.table)
    schema = _schema(arrow, table)
    places = [place for place, column in enumerate(table.columns) if column.type == "decimal"]
    rows = iter(source.rows())
    with parquet.ParquetWriter(stream, schema, compression="zstd") as writer:
        first = True
        while (batch := list(islice(rows, BATCH))) or first:
            first = False
            cells: list[list[Any]] = [list(column) for column in zip(*batch, strict=True)] or [[] for _ in schema]
            for place in places:
                cells[place] = [None if value is None else float(value) for value in cells[place]]
            arrays = [arrow.array(values, kind) for values, kind in zip(cells, schema.types, strict=True)]
            writer.write_batch(arrow.record_batch(arrays, schema=schema))


def _schema(arrow: Any, table: Table) -> Any:
    types = {"integer": arrow.int64(), "decimal": arrow.float64(), "boolean": arrow.bool_(), "text": arrow.string()}
    fields = []
    for column in table.columns:
        notes = {"meaning": column.meaning, "ucd": column.ucd} | ({"unit": column.unit} if column.unit else {})
        fields.append(arrow.field(column.name, types[column.type], metadata=notes))
    return arrow.schema(fields, metadata={"title": table.title, "description": table.description})
