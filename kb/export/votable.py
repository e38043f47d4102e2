"""Tables as VOTable, with UCDs, units and meanings of the columns."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

from kb.export.extras import need
from kb.export.view import xml_text

if TYPE_CHECKING:
    from kb.export.source import Source

__all__ = ["write_votable"]

#: What stands for a missing value; masked in the file.
_FILL: dict[str, tuple[str, Any]] = {
    "integer": ("int64", 0),
    "decimal": ("float64", 0.0),
    "boolean": ("bool", False),
    "text": ("object", ""),
}


def write_votable(source: Source, stream: IO[bytes]) -> None:
    """Write a table as VOTable.

    Characters that XML cannot carry become U+FFFD.

    Raises
    ------
    UsageError
        astropy is not installed.

    """
    from kb.export.table import load

    tables = need("astropy.table", "astro", "vot")
    votable = need("astropy.io.votable", "astro", "vot")
    table = load(source.table)
    rows = source.rows()
    made = tables.Table(masked=True)
    for place, column in enumerate(table.columns):
        dtype, fill = _FILL[column.type]
        values: list[Any] = [row[place] for row in rows]
        filled = [fill if value is None else xml_text(value) if column.type == "text" else value for value in values]
        if column.type == "decimal":
            filled = [float(value) for value in filled]
        made[column.name] = tables.MaskedColumn(
            filled,
            dtype=dtype,
            mask=[value is None and column.type != "text" for value in values],
            unit=column.unit,
            description=column.meaning,
            meta={"ucd": column.ucd} | ({"utype": column.utype} if column.utype else {}),
        )
    document = votable.from_table(made, table_id=table.name)
    found = document.get_first_table()
    found.name, found.description = table.title, table.description
    document.to_xml(stream, tabledata_format="tabledata")
