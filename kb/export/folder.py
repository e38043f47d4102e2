"""Several files at once in a folder: all tables, dumps of RDF with a description, views.

All are written into a folder beside and moved when the last one is whole.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from kb.errors import UsageError
from kb.export import FOLDER_FORMATS, FORMATS, told, writer

if TYPE_CHECKING:
    from kb.export.source import Source

__all__ = ["write_folder"]

#: Name of the files that hold everything, without suffix.
NAME = "knowledge-base"
DESCRIPTION = "dataset.ttl"


def write_folder(source: Source, folder: Path, forms: Iterable[str], tables: Sequence[str] = ()) -> list[Path]:
    """Write formats into a folder, made where it is not there; other files in it stay as they are.

    Parameters
    ----------
    source
        What to write.
    folder
        Where to.
    forms
        Names of formats; ``all`` is every one.
    tables
        Names of the tables that formats of tables write; all where none is named.

    Returns
    -------
    list of pathlib.Path
        The files.

    Raises
    ------
    UsageError
        No format, or one that does not exist or whose package is not installed.
    StoreError
        The folder cannot be written; nothing in it has changed.

    """
    known = FORMATS | FOLDER_FORMATS
    wanted = list(dict.fromkeys(name for form in forms for name in (known if form == "all" else [form])))
    if not wanted:
        raise UsageError(f"{folder}: name formats by -f: all or some of {' '.join(known)}")
    if source.graph is not None and source.graph not in source.store.graphs():
        raise UsageError(f"{source.graph}: the store has no such graph")
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder}: this is a file; name a folder")
    beside = folder.absolute().with_name(f".{folder.absolute().name}.{os.getpid()}.new")
    with told(folder):
        try:
            beside.mkdir()
            with TemporaryDirectory(dir=beside) as cache:
                source = replace(source, cache=Path(cache))
                for form in wanted:
                    _write(source, beside, form, tables)
                _describe(source, beside)
            names = sorted(path.name for path in beside.iterdir())
            if folder.exists():
                for name in names:
                    (beside / name).replace(folder / name)
            else:
                beside.replace(folder)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    return [folder / name for name in names]


def _write(source: Source, folder: Path, form: str, tables: Sequence[str]) -> None:
    from kb.export.table import names

    put = writer(form)
    kind = (FORMATS | FOLDER_FORMATS)[form].kind
    if kind == "folder":
        put(source, folder)
        return
    for name in (tables or names()) if kind == "table" else [NAME]:
        with (folder / f"{name}.{form}").open("wb") as stream:
            put(replace(source, table=name) if kind == "table" else source, stream)


def _describe(source: Source, folder: Path) -> None:
    sizes = {path.name: path.stat().st_size for path in folder.glob(f"{NAME}.*")}
    dumps = {name: sizes[name] for name in sorted(sizes) if FORMATS[name.rpartition(".")[2]].kind == "rdf"}
    if dumps and source.graph is None:
        from kb.export.describe import write_description

        with (folder / DESCRIPTION).open("wb") as stream:
            write_description(source, stream, dumps)
