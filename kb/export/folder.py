"""Several files at once in a folder: all tables, dumps of RDF with a description, views.

All are written into a folder beside and moved when the last one is whole.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import TYPE_CHECKING

from kb.errors import UsageError
from kb.export import FOLDER_FORMATS, FORMATS, told, writer

if TYPE_CHECKING:
    from kb.export.source import Source

__all__ = ["write_folder"]

#: Name of the files that hold everything, without suffix.
NAME = "knowledge-base"
DESCRIPTION = "dataset.ttl"


def write_folder(
    source: Source, folder: Path, forms: Iterable[str], tables: Sequence[str] = (), published: str | None = None
) -> list[Path]:
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
    published
        Address of the folder from which the files can be downloaded, for their description.

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
                statements, views = _jobs(wanted, tables)
                failed = Event()  # so that neither thread goes on for long after the other, or a Ctrl-C

                def write(files: Sequence[tuple[str, str]]) -> None:
                    try:
                        for form, table in files:
                            if not failed.is_set():
                                _write(source, beside, form, table)
                    except BaseException:
                        failed.set()
                        raise

                with ThreadPoolExecutor(1) as threads:  # engines let Python go on while they look for an answer
                    aside = threads.submit(write, views)
                    write(statements)
                    aside.result()
                _describe(source, beside, published)
            names = sorted(path.name for path in beside.iterdir())
            if folder.exists():
                for name in names:
                    (beside / name).replace(folder / name)
            else:
                beside.replace(folder)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    return [folder / name for name in names]


def _jobs(forms: Sequence[str], tables: Sequence[str]) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Part formats into those of statements and those of answers, with the table that each is of.

    All of a table stand together, since they share its rows.
    """
    from kb.export.table import names

    tabular = [form for form in forms if form in FORMATS and FORMATS[form].kind == "table"]
    views = [form for form in forms if form in FORMATS and FORMATS[form].kind == "view"]
    statements = [(form, "") for form in forms if form not in {*tabular, *views}]
    answers = [(form, table) for table in tables or names() for form in tabular] + [(form, "") for form in views]
    return statements, answers


def _write(source: Source, folder: Path, form: str, table: str) -> None:
    put = writer(form)
    if form in FOLDER_FORMATS:
        put(source, folder)
        return
    with (folder / f"{table or NAME}.{form}").open("wb") as stream:
        put(replace(source, table=table) if table else source, stream)


def _describe(source: Source, folder: Path, published: str | None) -> None:
    sizes = {path.name: path.stat().st_size for path in folder.glob(f"{NAME}.*")}
    dumps = {name: sizes[name] for name in sorted(sizes) if FORMATS[name.rpartition(".")[2]].kind == "rdf"}
    if dumps and source.graph is None:
        from kb.export.describe import write_description

        with (folder / DESCRIPTION).open("wb") as stream:
            write_description(source, stream, dumps, published)
