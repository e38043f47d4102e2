"""Many rows at once as plain texts: several times faster than one by one, where nothing but the texts is wanted."""

from __future__ import annotations

import json
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kb.store import Store

__all__ = ["columns"]


def columns(store: Store, query: str, *names: str) -> list[list[str]]:
    """Return columns of the answer to a query; each of them must be bound in all rows.

    The engine writes the answer as a whole, and lets other threads go on meanwhile.
    """
    answer = BytesIO()
    store.query(query).write(answer, "json")
    bindings = json.loads(answer.getvalue())["results"]["bindings"]
    return [[row[name]["value"] for row in bindings] for name in names]
