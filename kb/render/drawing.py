"""Pictures for paper and slides: the places of the page, drawn by Graphviz as SVG, PNG or PDF."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

from kb.errors import UsageError
from kb.render.dot import dot

if TYPE_CHECKING:
    import networkx

__all__ = ["FORMATS", "drawing"]

FORMATS = ("svg", "png", "pdf")
#: More nodes than this are too many for one sheet.
MOST = 12_000
#: Dots per inch of a PNG.
DOTS = 200
SECONDS = 120


def drawing(graph: networkx.MultiDiGraph[str], form: str, *, title: str | None = None) -> bytes:
    """Return a graph as a drawing; the same graph gives the same drawing with the same Graphviz.

    Parameters
    ----------
    graph
        As made by :func:`kb.graph.to_networkx`.
    form
        One of :data:`FORMATS`.
    title
        What stands above it; by default the label of the focus.

    Raises
    ------
    UsageError
        There is nothing to draw or far too much, or Graphviz is not installed.

    """
    if not graph:
        raise UsageError("there is nothing to draw: the graph is empty")
    if len(graph) > MOST:
        raise UsageError(
            f"{len(graph):,} nodes are too many for one sheet (at most {MOST:,}): choose a --focus, or .html"
        )
    if shutil.which("neato") is None:
        raise UsageError("drawing svg, png and pdf needs Graphviz: apt-get install graphviz, or write .html")
    command = ["neato", "-n2", f"-T{form}", *([f"-Gdpi={DOTS}"] if form == "png" else [])]
    done = subprocess.run(
        command,
        input=dot(graph, title=title).encode("utf-8", "replace"),
        capture_output=True,
        timeout=SECONDS,
        check=False,
    )
    if done.returncode != 0 or not done.stdout:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise UsageError(f"Graphviz could not draw it: {said[-1] if said else 'it said nothing'}")
    return done.stdout
