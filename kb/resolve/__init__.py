"""Names of targets → SIMBAD → alias file: the only part of the package that asks a service on the network.

Which names are asked is settled in :mod:`kb.resolve.wanted`, asking in :mod:`kb.resolve.simbad`, what was answered is
kept by :mod:`kb.resolve.cache`, and :mod:`kb.resolve.rows` makes aliases of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kb.resolve.cache import Answer, Cache, default_cache
from kb.resolve.rows import AliasRow, alias_rows, write_aliases
from kb.resolve.simbad import SIMBAD, Simbad
from kb.resolve.wanted import Wanted, wanted

__all__ = ["SIMBAD", "AliasRow", "Answer", "Resolved", "Wanted", "default_cache", "resolve", "wanted", "write_aliases"]


@dataclass(frozen=True)
class Resolved:
    """What SIMBAD knows.

    ``rows`` are for an alias file.  Of the names so many were ``asked`` now, ``remembered`` from earlier, ``known`` to
    SIMBAD and ``left`` for another run; ``unclear`` counts objects whose spellings SIMBAD tells apart.
    """

    rows: Sequence[AliasRow]
    asked: int
    remembered: int
    known: int
    left: int
    unclear: int


def resolve(
    objects: Sequence[Wanted],
    service: str = SIMBAD,
    cache: str | Path | None = None,
    batch: int = 200,
    timeout: float = 30,
    retries: int = 3,
    limit: int | None = None,
    refresh: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Resolved:
    """Look names up and find those that are one object.

    Parameters
    ----------
    objects
        Objects and how they are called, the most important ones first; see :func:`wanted`.
    service
        Address of a TAP service with SIMBAD's tables ``ident`` and ``basic``, without ``/sync``.
    cache
        File that remembers answers; by default one in the user's cache folder.
    batch
        Names in one question.
    timeout
        Seconds that one answer may take.
    retries
        How often a question is asked again where the network or the service failed.
    limit
        Ask for this many names at most; the others are left for another run.
    refresh
        Ask also for names that the cache remembers.
    progress
        Called with the number of names answered and their total.

    Raises
    ------
    ServiceError
        The service cannot be reached or does not answer as it should.  Batches answered before stay in the cache.
    SourceError
        The cache cannot be read.
    UsageError
        ``pyvo`` is not installed.

    """
    memory = Cache(Path(cache) if cache else default_cache(), service)
    names = list(dict.fromkeys(name for one in objects for name in one.names))
    missing = [name for name in names if refresh or name not in memory.answers]
    asking = missing[:limit]
    if asking:
        simbad = Simbad(service, timeout, retries)
        for start in range(0, len(asking), batch):
            memory.remember(simbad.ask(asking[start : start + batch]))
            if progress:
                progress(min(start + batch, len(asking)), len(asking))
    answers: Mapping[str, Answer] = {name: memory.answers[name] for name in names if name in memory.answers}
    rows, unclear = alias_rows(objects, answers)
    return Resolved(
        rows,
        asked=len(asking),
        remembered=len(answers) - len(asking),
        known=sum(answer.oid is not None for answer in answers.values()),
        left=len(names) - len(answers),
        unclear=unclear,
    )
