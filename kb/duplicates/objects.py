"""JSON of proposed observations → rows: an array of objects, or one object a line.

>>> list(rows('[{"target": "Vega", "filters": ["F770W", "F1000W"]}, {"ra": 1.5, "dec": -2}]', "x.json"))
[(1, {'target': 'Vega', 'filters': 'F770W F1000W'}), (2, {'ra': '1.5', 'dec': '-2'})]

What ``kb read`` prints is known as well: each target of each observation is a row, and the observations of one program
after the other are counted on.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from kb.duplicates.rows import field_of
from kb.errors import SourceError

__all__ = ["is_json", "rows"]

#: What a record of ``kb read`` has and an observation has not.
_OBSERVATIONS = "observations"


def rows(text: str, name: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the number of each observation, counted through the text, and its values as texts.

    Raises
    ------
    SourceError
        It is no JSON, or something else than objects.

    """
    number = 0
    for found in _values(text, name):
        program = isinstance(found, dict) and isinstance(found.get(_OBSERVATIONS), list)
        for row in found[_OBSERVATIONS] if program else [found]:
            number += 1
            if not isinstance(row, dict):
                raise SourceError(
                    f'{name}: entry {number}: give an object for each observation, as {{"target": "HD 2811"}}'
                )
            for one in _read(row) if program else [row]:
                yield number, _flat(one)


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
