"""JSON of proposed observations → rows: an array of objects, or one object a line.

>>> list(rows('[{"target": "Vega", "filters": ["F770W", "F1000W"]}, {"ra": 1.5, "dec": -2}]', "x.json"))
[(1, {'target': 'Vega', 'filters': 'F770W F1000W'}), (2, {'ra': '1.5', 'dec': '-2'})]

What ``kb read`` prints is known as well: each target of each observation is a row.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from kb.errors import SourceError

__all__ = ["rows"]

#: What a record of ``kb read`` has and an observation has not.
_OBSERVATIONS = "observations"


def rows(text: str, name: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the number of each object and its values as texts.

    Raises
    ------
    SourceError
        It is no JSON, or something else than objects.

    """
    for number, found in enumerate(_values(text, name), 1):
        if not isinstance(found, dict):
            raise SourceError(
                f'{name}: entry {number}: give an object for each observation, as {{"target": "HD 2811"}}'
            )
        if isinstance(found.get(_OBSERVATIONS), list):
            yield from _read(found[_OBSERVATIONS])
        else:
            yield number, _flat(found)


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


def _read(observations: list[Any]) -> Iterator[tuple[int, dict[str, str]]]:
    """Take the observations of a line of ``kb read``, by the names of its contract."""
    for order, row in enumerate(_objects(observations), 1):
        for target in _objects(row.get("targets")):
            shown = {"target": target.get("name"), "position": target.get("position")}
            yield order, _flat(shown | {key: row.get(key) for key in ("instrument", "template", "elements")})


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    return (one for one in (value if isinstance(value, list) else ()) if isinstance(one, dict))


def _flat(row: dict[str, Any]) -> dict[str, str]:
    """Texts of an object's values; a list is its members, an object within it adds its own names."""
    texts: dict[str, str] = {}
    for key, value in row.items():
        if isinstance(value, dict):
            texts |= {inner: _text(one) for inner, one in value.items()}
        else:
            texts[key] = _text(value)
    return texts


def _text(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(map(_text, value))
    return "" if value is None else str(value)
