"""The full-text index of a store: one SQLite FTS5 table, a row for each thing that can be found.

What is indexed stands in ``ontology/search``: each query fills the column of its file's name, and its header gives the
column's weight in the ranking.  The first search of a snapshot makes its index (half a second for a thousand programs)
and puts it into the snapshot's folder, in one step.  A snapshot never changes and goes as a whole, so the two are never
out of step; a store that cannot be written gets an index in memory, for each process anew.

Words are compared by their stem, without case and accents.  Where letters and digits meet stands a mark of no width,
so that ``AS 205``, ``AS-205`` and ``AS205`` are the same two words to the engine, and passages are still as written.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from kb.errors import VocabularyError
from kb.store.oxigraph import OxigraphStore
from kb.store.texts import columns

if TYPE_CHECKING:
    from kb.store import Store

__all__ = ["JOINT", "SEPARATOR", "open_index", "split"]

#: Version of what this file makes; with the queries it names the index, so that a newer release makes its own.
VERSION = 1
#: U+200B, which is no part of any word to the engine.
JOINT = "\u200b"
#: What stands between the several texts of a column; the queries join them with a tab, which no name holds, and which
#: every engine keeps (Virtuoso 7 writes "?" for a separator that is not ASCII).
SEPARATOR = " · "

_DIGITS = re.compile(r"[0-9]+")
_BETWEEN = "\0"


def open_index(store: Store) -> sqlite3.Connection:
    """Open the index of a store for reading; made first where it is not there."""
    queries = _queries()
    folder = store.snapshot if isinstance(store, OxigraphStore) else None
    if folder is None:  # a part of a store, or one elsewhere
        return _make(store, queries)
    path = folder / f"search-{_digest(queries)}.sqlite"
    if path.is_file():
        index = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        try:
            index.execute("SELECT 1 FROM search LIMIT 1").fetchone()
            return index
        except sqlite3.Error:  # cut short, or not ours: made anew
            index.close()
    made = _make(store, queries)
    _keep(made, path)
    return made


def split(text: str) -> str:
    """Put the mark where letters and digits meet.

    >>> split("AS205 and F1550C, 2 MASS").split(JOINT)
    ['AS', '205 and F', '1550', 'C, 2 MASS']
    """
    parts, last, size = [], 0, len(text)
    for found in _DIGITS.finditer(text):
        start, end = found.span()
        if start and text[start - 1].isalpha():
            parts.append(text[last:start])
            last = start
        if end < size and text[end].isalpha():
            parts.append(text[last:end])
            last = end
    return JOINT.join((*parts, text[last:])) if parts else text


def _queries() -> dict[str, str]:
    """Return the queries that say what is indexed, by the column that each fills."""
    from kb.vocabulary import ontology_dir

    return {path.stem: path.read_text(encoding="utf-8") for path in sorted((ontology_dir() / "search").glob("*.rq"))}


def _digest(queries: dict[str, str]) -> str:
    return hashlib.sha256(json.dumps([VERSION, queries]).encode()).hexdigest()[:12]


def _make(store: Store, queries: dict[str, str]) -> sqlite3.Connection:
    rows: dict[str, list[str]] = {}
    for column, query in enumerate(queries.values()):
        things, texts = columns(store, query, "thing", "text")
        whole = _BETWEEN.join(texts)
        if "GROUP_CONCAT" in query:
            whole = whole.replace("\t", SEPARATOR)
        for thing, text in zip(things, split(whole).split(_BETWEEN), strict=bool(things)):
            rows.setdefault(thing, [""] * len(queries))[column] = text
    index = sqlite3.connect(":memory:", isolation_level=None)
    index.execute(
        f"CREATE VIRTUAL TABLE search USING fts5(thing UNINDEXED, {', '.join(queries)},"
        " tokenize = 'porter unicode61 remove_diacritics 2')"
    )
    weights = ", ".join(["0", *(_weight(name, query) for name, query in queries.items())])
    index.execute("INSERT INTO search(search, rank) VALUES ('rank', ?)", (f"bm25({weights})",))
    index.execute("INSERT INTO search(search, rank) VALUES ('hashsize', ?)", (1 << 28,))  # sorted once, at the end
    slots = ", ".join("?" * (1 + len(queries)))
    index.execute("BEGIN")
    index.executemany(f"INSERT INTO search VALUES ({slots})", ((thing, *texts) for thing, texts in rows.items()))  # noqa: S608
    index.execute("COMMIT")
    return index


def _keep(index: sqlite3.Connection, path: Path) -> None:
    """Put an index beside the snapshot that it is about; without room or leave to write there, it is made again."""
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        try:
            with beside.open("wb") as file:
                file.write(index.serialize())
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError:
        return


def _weight(name: str, query: str) -> str:
    found = re.match(r"#\+ weight: (\d+(?:\.\d+)?)\n", query)
    if found is None:
        raise VocabularyError(f"ontology/search/{name}.rq: the first line must be '#+ weight: NUMBER'")
    return found[1]
