"""JSON of proposed observations → rows: an array of objects, or one object a line.

>>> [row[:2] for row in rows('[{"target": "Vega", "filters": ["F770W", "F1000W"]}, {"ra": 1.5, "dec": -2}]', "x.json")]
[(1, {'target': 'Vega', 'filters': 'F770W F1000W'}), (2, {'ra': '1.5', 'dec': '-2'})]

What ``kb read`` prints is known as well: each target of each observation is a row, and the observations of one program
after the other are counted on.  A program without observations is a row without values.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from kb.duplicates.rows import field_of
from kb.errors import SourceError

__all__ = ["Row", "is_json", "rows"]

#: What a record of ``kb read`` has and an observation has not.
_OBSERVATIONS = "observations"


class Row(NamedTuple):
    """An observation: its number, counted through the text, its values as texts, and of which program it is.

    ``texts`` is ``None`` for a program without observations; ``document`` is where its record came from.
    """

    number: int
    texts: dict[str, str] | None
    program: int | None = None
    document: str = ""


def rows(text: str, name: str) -> Iterator[Row]:
    """Yield each observation, once for each of its targets.

    Raises
    ------
    SourceError
        It is no JSON, or something else than objects.

    """
    number = 0
    for found in _values(text, name):
        record = isinstance(found, dict) and isinstance(found.get(_OBSERVATIONS), list)
        program = _number(found) if record else None
        document = str(found.get("document") or "") if record else ""
        if record and not found[_OBSERVATIONS] and (program or document):
            yield Row(number, None, program, document)
        for row in found[_OBSERVATIONS] if record else [found]:
            number += 1
            if not isinstance(row, dict):
                raise SourceError(
                    f'{name}: entry {number}: give an object for each observation, as {{"target": "HD 2811"}}'
                )
            for one in _read(row) if record else [row]:
                yield Row(number, _flat(one), program)


def is_json(text: str) -> bool:
    """Tell whether a text is JSON from its beginning to its end."""
    try:
        return all(True for _ in _values(text, ""))
    except SourceError:
        return False


def _values(text: str, name: str) -> Iterator[Any]:
    decoder, at, end = json.JSONDecoder(), 0, len(text)
    while True:
        while at < end and text[at].isspace():
            at += 1
        if at == end:
            return
        try:
            found, at = decoder.raw_decode(text, at)
        except json.JSONDecodeError as error:
            raise SourceError(f"{name}: line {error.lineno}: no JSON ({error.msg.lower()})") from None
        except (RecursionError, ValueError):  # nested too deep; a number of thousands of digits
            raise SourceError(f"{name}: no table of proposed observations") from None
        yield from found if isinstance(found, list) else [found]


def _number(record: dict[str, Any]) -> int | None:
    program = record.get("program")
    number = program.get("id") if isinstance(program, dict) else None
    return number if isinstance(number, int) else None


def _read(observation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Take an observation of a line of ``kb read`` by the names of its contract, once for each of its targets."""
    targets = observation.get("targets")
    setup = {key: observation.get(key) for key in ("instrument", "template", "elements")}
    # Without a target it stays, as a row of a table stays whose name is empty.
    for target in [one for one in targets if isinstance(one, dict)] if isinstance(targets, list) and targets else [{}]:
        yield {"target": target.get("name"), "position": target.get("position")} | setup


def _flat(row: dict[str, Any]) -> dict[str, str]:
    """Texts of an object's values; a list is its members, an object within it adds what the outer one does not say.

    >>> _flat({"name": "Vega", "instrument": {"name": "MIRI", "filter": "F770W"}, "pi": {"name": "A. Person"}})
    {'name': 'Vega', 'instrument': 'MIRI', 'filter': 'F770W'}
    """
    texts: dict[str, str] = {}
    within: list[tuple[str, str]] = []
    for key, value in row.items():
        if not isinstance(value, dict):
            texts[key] = _text(value)
            continue
        inner = {name: _text(one) for name, one in value.items()}
        if field_of(key) and "name" in inner:  # the name of an instrument is no target
            texts[key] = inner.pop("name")
        within += inner.items()
    said = {field_of(key) for key, text in texts.items() if text} - {"", "element"}
    for key, text in within:
        if not texts.get(key) and field_of(key) not in said:
            texts[key] = text
    return texts


def _text(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(map(_text, value))
    return "" if value is None else str(value)
