"""Rows as the tables of other libraries, with the types, units and meanings of the columns.

Numbers come as numbers (hours as floats), a missing value as the library's own missing value, an IRI as text.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kb.errors import UsageError

if TYPE_CHECKING:
    from kb.results import Rows

__all__ = ["to_astropy", "to_pandas", "to_polars"]

#: Type of a column → what stands under the mask of a missing value.
_FILL: dict[type, Any] = {bool: False, int: 0, float: 0.0, str: ""}


def to_pandas(rows: Rows) -> Any:
    """Return a :class:`pandas.DataFrame` of types that can be missing; units and meanings are in ``attrs``.

    Raises
    ------
    UsageError
        pandas is not installed; the message says how to.

    """
    pandas = _need("pandas", "pandas")
    kinds = {bool: "boolean", int: "Int64", float: "Float64", str: "string"}
    frame = pandas.DataFrame(
        {name: pandas.array(values, dtype=kinds[kind]) for name, kind, values in _columns(rows)},
        columns=list(rows.columns),
    )
    frame.attrs.update(units=dict(rows.units), meanings=dict(rows.meanings))
    return frame


def to_polars(rows: Rows) -> Any:
    """Return a :class:`polars.DataFrame`.

    Raises
    ------
    UsageError
        polars is not installed; the message says how to.

    """
    polars = _need("polars", "polars")
    kinds = {bool: polars.Boolean, int: polars.Int64, float: polars.Float64, str: polars.String}
    return polars.DataFrame([polars.Series(name, values, kinds[kind]) for name, kind, values in _columns(rows)])


def to_astropy(rows: Rows) -> Any:
    """Return an :class:`astropy.table.Table`, missing values masked, with units and descriptions.

    Raises
    ------
    UsageError
        astropy is not installed; the message says how to.

    """
    table = _need("astropy.table", "astro")
    made = table.Table()
    for name, kind, values in _columns(rows):
        missing = [value is None for value in values]
        filled = [_FILL[kind] if value is None else value for value in values]
        column = table.MaskedColumn(filled, mask=missing) if any(missing) else table.Column(filled)
        if not filled:
            column = table.Column([], dtype=kind)
        column.unit, column.description = rows.units.get(name), rows.meanings.get(name)
        made[name] = column
    return made


def _columns(rows: Rows) -> list[tuple[str, type, list[Any]]]:
    """Columns with the one type that all their values have; text where they have several or none."""
    found = []
    for name in rows.columns:
        values = [float(value) if isinstance(value, Decimal) else value for value in rows.column(name)]
        kinds = {_kind(value) for value in values if value is not None}
        if kinds == {int, float}:
            kinds = {float}
        kind = kinds.pop() if len(kinds) == 1 else str
        found.append((name, kind, [None if value is None else kind(value) for value in values]))
    return found


def _kind(value: object) -> type:
    return next((kind for kind in (bool, int, float) if isinstance(value, kind)), str)


def _need(module: str, extra: str) -> Any:
    from importlib import import_module

    try:
        return import_module(module)
    except ImportError:
        name = module.partition(".")[0]
        raise UsageError(f"{name} is not installed: pip install 'jwst-kb[{extra}]'") from None
