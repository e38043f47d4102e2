"""Many rows at once as plain texts: several times faster than one by one, where nothing but the texts is wanted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kb.store import Store

__all__ = ["columns", "properties"]


def columns(store: Store, query: str, *names: str) -> list[list[str]]:
    """Return columns of the answer to a query; each of them must be bound in all rows.

    The engine writes the answer as a whole, and lets other threads go on meanwhile.
    """
    answer = BytesIO()
    store.query(query).write(answer, "json")
    bindings = json.loads(answer.getvalue())["results"]["bindings"]
    return [[row[name]["value"] for row in bindings] for name in names]


def properties(store: Store, names: Sequence[str]) -> list[dict[str, list[str]]]:
    """Return subject → values of properties.

    One pattern in one graph at a time: engines answer that several times faster than a query that joins.
    """
    from concurrent.futures import ThreadPoolExecutor

    def asked(name: str) -> dict[str, list[str]]:
        query = f"SELECT ?subject ?value WHERE {{ GRAPH ?graph {{ ?subject {name} ?value }} }}"
        values: dict[str, list[str]] = {}
        for subject, value in zip(*columns(store, query, "subject", "value"), strict=True):
            values.setdefault(subject, []).append(value)
        return values

    with ThreadPoolExecutor(2) as threads:
        return list(threads.map(asked, names))
