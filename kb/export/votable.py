"""Tables as VOTable, with UCDs, units and meanings of the columns."""

from __future__ import annotations

import io
from typing import IO, TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from kb.errors import StoreError
from kb.export.extras import need
from kb.export.view import xml_text

if TYPE_CHECKING:
    from kb.export.source import Source
    from kb.export.table import Table
    from kb.store.results import Value

__all__ = ["write_votable"]

#: Type of numpy, which tells the type that the document declares, and a value of it.
_SAMPLES: dict[str, tuple[str, Any]] = {
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

    table = load(source.table)
    rows = source.rows()
    head, tail = _document(table)
    stream.write(head)
    kinds = [column.type for column in table.columns]
    for row in rows:
        cells = "".join(map(_cell, row, kinds))
        stream.write(f"     <TR>\n{cells}     </TR>\n".encode())
    stream.write(tail)


def _document(table: Table) -> tuple[bytes, bytes]:
    """Let astropy write a table of one row; return what stands before and after it.

    The rows themselves astropy would hold in memory and write at a twentieth of the speed.
    """
    tables = need("astropy.table", "astro", "vot")
    votable = need("astropy.io.votable", "astro", "vot")
    made = tables.Table(masked=True)
    for column in table.columns:
        dtype, sample = _SAMPLES[column.type]
        made[column.name] = tables.MaskedColumn(
            [sample],
            dtype=dtype,
            unit=column.unit,
            description=column.meaning,
            meta={"ucd": column.ucd} | ({"utype": column.utype} if column.utype else {}),
        )
    document = votable.from_table(made, table_id=table.name)
    found = document.get_first_table()
    found.name, found.description = table.title, table.description
    written = io.BytesIO()
    document.to_xml(written, tabledata_format="tabledata")
    head, begun, rest = written.getvalue().partition(b"     <TR>\n")
    _, ended, tail = rest.partition(b"     </TR>\n")
    if not begun or not ended:
        raise StoreError("this version of astropy writes VOTables in a way that is not known here: use another one")
    return head, tail


def _cell(value: Value, kind: str) -> str:
    if value is None or value == "":
        return "      <TD/>\n"
    if kind == "text":
        return f"      <TD>{escape(xml_text(value))}</TD>\n"
    number = float(value) if kind == "decimal" else int(value)
    return f"      <TD>{str(number).removesuffix('.0')}</TD>\n"
