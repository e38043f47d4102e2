"""The table of observations and their targets, as CSV."""

from __future__ import annotations

import csv
import io
from typing import IO, TYPE_CHECKING

from kb.errors import UsageError

if TYPE_CHECKING:
    from kb.store import Store

__all__ = ["write_observations"]


def write_observations(store: Store, stream: IO[bytes], graph: str | None = None) -> None:
    """Write one row for each observation and target; the query is ``ontology/exports/observations.rq``.

    Raises
    ------
    UsageError
        A single graph was asked for.

    """
    from kb.vocabulary import ontology_dir

    if graph is not None:
        raise UsageError("the table of observations is of the whole store; leave out the graph")
    result = store.query((ontology_dir() / "exports" / "observations.rq").read_text(encoding="utf-8"))
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(result.variables)
    roles = result.variables.index("role")
    for row in result:
        cells = ["" if value is None else value for value in row]
        cells[roles] = " ".join(sorted(str(cells[roles]).split()))  # engines join them in any order
        writer.writerow(cells)
    text.detach()
