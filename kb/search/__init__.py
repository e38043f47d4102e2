"""Full text: words → programs, objects, people, templates and instruments that have them, the best first.

>>> from kb import KnowledgeBase
>>> with KnowledgeBase.build() as kb:
...     [(hit.kind, hit.name) for hit in kb.search("hd2811")]
[('object', 'HD 2811'), ('program', '7487 CAL-XCAL-401 Absolute Flux Calibration (A Dwarfs)')]
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.errors import StoreError, UsageError
from kb.iris import BASE
from kb.search.index import JOINT, open_index
from kb.search.words import readings

if TYPE_CHECKING:
    import sqlite3

    from kb.results import Rows
    from kb.store import Store

__all__ = ["KINDS", "Hit", "search", "to_rows"]

#: Types of things that can be found, as in their IRIs.
KINDS = ("program", "object", "person", "template", "instrument")

_PLACES = ("names", "people", "labels", "abstract", "description", "name")
_START, _END = "\x01", "\x02"
#: Words of a passage.
_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that has the words that were looked for.

    ``kind`` is one of :data:`KINDS`; ``place`` says where the words stand (``name``, ``names``, ``people``, ``labels``,
    ``abstract``, ``description``), ``passage`` what stands there, cut to the words around, and ``marks`` from which
    character of it to which the words are.  ``score`` has no unit: more is better, within one search.
    """

    kind: str
    iri: str
    name: str
    place: str
    passage: str
    marks: tuple[tuple[int, int], ...]
    score: float


def search(
    store: Store,
    words: str,
    kind: str | None = None,
    limit: int = 20,
    tell: Callable[[str], object] = warnings.warn,
) -> list[Hit]:
    """Look words up.

    Parameters
    ----------
    store
        Where to look.
    words
        What to look for: all of the words, by their stem; letters and digits that follow each other (``AS 205``), and
        what is in quotes, stand together; ``spectro*`` is any word that begins so.  An object is found by any name
        that the rules for target names know.
    kind
        One of :data:`KINDS`, to find only these.
    limit
        Number of hits at most.
    tell
        Called with a sentence where nothing has all of the words, and the hits have some.

    Raises
    ------
    UsageError
        No words, or an unknown kind.

    """
    if kind is not None and kind not in KINDS:
        raise UsageError(f"no kind {kind!r}: give one of {', '.join(KINDS)}")
    with closing(open_index(store)) as index:
        for query, remark in readings(words):
            if hits := _hits(index, query, kind, limit, store.location):
                if remark:
                    tell(remark)
                return hits
    return []


def to_rows(hits: list[Hit], form: str | None = None) -> Rows:
    """Lay hits out in the columns of a format; in Markdown the words that were looked for are bold."""
    from kb.results import Rows

    if form in ("csv", "jsonl"):
        columns = ("kind", "name", "place", "passage", "iri", "score")
        return Rows(columns, [(h.kind, h.name, h.place, h.passage, h.iri, round(h.score, 3)) for h in hits])
    passages = [_bold(hit) if form == "markdown" else hit.passage for hit in hits]
    rows = [(hit.kind, hit.name, hit.place, passage) for hit, passage in zip(hits, passages, strict=True)]
    return Rows(("kind", "name", "place", "passage"), rows)


def _bold(hit: Hit) -> str:
    text = hit.passage
    for start, end in reversed(hit.marks):
        text = f"{text[:start]}**{text[start:end]}**{text[end:]}"
    return text


def _hits(index: sqlite3.Connection, query: str, kind: str | None, limit: int, where: str) -> list[Hit]:
    import sqlite3

    columns = [row[1] for row in index.execute("PRAGMA table_info(search)")][1:]
    passages = ", ".join(
        f"snippet(search, {number}, '{_START}', '{_END}', '…', {_LENGTH})" for number in range(1, len(columns) + 1)
    )
    try:
        found = index.execute(
            f"SELECT thing, name, -rank, {passages} FROM search"  # noqa: S608 - columns are ours
            " WHERE search MATCH ? AND thing GLOB ? ORDER BY rank, thing LIMIT ?",
            (query, f"{BASE}{kind or '*'}/*", limit),
        ).fetchall()
    except sqlite3.DatabaseError as error:
        raise StoreError(
            f"{where}: its full-text index is damaged ({error}); delete the store and build again"
        ) from error
    return [_hit(row, columns) for row in found]


def _hit(row: tuple[str, str, float, *tuple[str, ...]], columns: list[str]) -> Hit:
    thing, name, score, *passages = row
    # What a thing is called is shown anyway, so a passage from elsewhere says more.
    order = sorted(zip(columns, passages, strict=True), key=lambda pair: _PLACES.index(pair[0]))
    place, text = next((pair for pair in order if _START in pair[1]), ("name", name))
    passage, marks = _marked(" ".join(text.replace(JOINT, "").split()))
    return Hit(thing.removeprefix(BASE).split("/")[0], thing, name.replace(JOINT, ""), place, passage, marks, score)


def _marked(text: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    r"""Take the marks out of a passage and say where they were; those that touch become one.

    >>> _marked("an \x01HD\x02 \x012811\x02 star, \x01HD\x02\x012811\x02")
    ('an HD 2811 star, HD2811', ((3, 5), (6, 10), (17, 23)))
    """
    passage, marks = "", list[tuple[int, int]]()
    for part in text.replace(_END + _START, "").split(_START):
        marked, end, rest = part.partition(_END)
        if end:
            marks.append((len(passage), len(passage) + len(marked)))
        passage += marked + rest
    return passage, tuple(marks)
