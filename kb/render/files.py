"""Pictures into files, each whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from kb.errors import UsageError

if TYPE_CHECKING:
    import networkx

__all__ = ["write", "write_page", "write_picture"]


def write_page(graph: networkx.MultiDiGraph[str], path: Path, *, title: str | None = None) -> None:
    """Write a graph as an interactive page; the same graph gives the same bytes.

    Parameters
    ----------
    graph
        As made by :func:`kb.graph.to_networkx`; :func:`kb.facts.describe` adds what cards show.
    path
        The file to write; it is replaced only when the page is whole.
    title
        What stands above the picture; by default the label of the focus.

    Raises
    ------
    UsageError
        The graph is empty or far too large, or the file cannot be written.

    """
    from kb.render.html import page

    write(page(graph, title=title).encode("utf-8", "replace"), path)


def write_picture(graph: networkx.MultiDiGraph[str], path: Path, *, title: str | None = None) -> None:
    """Write a graph as a page (``.html``) or as a drawing by Graphviz (``.svg``, ``.png``, ``.pdf``).

    Raises
    ------
    UsageError
        The suffix is another, the graph cannot be drawn so, or the file cannot be written.

    """
    suffix = path.suffix.lower().removeprefix(".")
    if suffix in ("html", "htm"):
        write_page(graph, path, title=title)
        return
    from kb.render.drawing import FORMATS, drawing

    if suffix not in FORMATS:
        raise UsageError(f"{path}: pictures end in .html {' '.join('.' + name for name in FORMATS)}")
    write(drawing(graph, suffix, title=title), path)


def write(content: bytes, path: Path) -> None:
    """Write a file that is replaced only when the new content is whole.

    Raises
    ------
    UsageError
        It cannot be written.

    """
    try:
        if path.exists() and not path.is_file():  # a device or a pipe: nothing to put in its place
            path.write_bytes(content)
            return
        path = path.resolve()  # a link stays one
        beside = path.with_name(f".{path.name}.{os.getpid()}.new")
        try:
            beside.write_bytes(content)
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror})") from error
