"""Tables of ``ontology/``: CSV with a header; a line that starts with ``#`` is a remark."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from kb.errors import VocabularyError

__all__ = ["records", "rows"]


def rows(path: Path) -> Iterator[list[str]]:
    """Yield the rows of a table without its header.

    Raises
    ------
    VocabularyError
        The table is missing or cannot be read.

    Examples
    --------
    >>> from kb.vocabulary import ontology_dir
    >>> next(rows(ontology_dir() / "duplicates" / "radii.csv"))
    ['nirspec-multiobject-spectroscopy', '180']

    """
    table = csv.reader(_lines(path))
    next(table, None)
    yield from table


def records(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a table by the names of its columns.

    Raises
    ------
    VocabularyError
        The table is missing or cannot be read.

    Examples
    --------
    >>> from kb.vocabulary import ontology_dir
    >>> next(records(ontology_dir() / "duplicates" / "radii.csv"))
    {'template': 'nirspec-multiobject-spectroscopy', 'arcsec': '180'}

    """
    yield from csv.DictReader(_lines(path))


def _lines(path: Path) -> list[str]:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise VocabularyError(f"{path}: cannot be read ({error.strerror}); reinstall, or restore ontology/") from error
    return [line for line in text.splitlines() if line and not line.startswith("#")]
