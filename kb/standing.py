"""Which documents a store shall hold and what each shall say, once all claims are settled: new ones and those kept."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kb import claims
from kb.claims import Outcome
from kb.manifest import Entry
from kb.reading import Statements, state
from kb.without import without

if TYPE_CHECKING:
    from kb.aliases import Aliases
    from kb.records import Reading
    from kb.store.writer import Writer

__all__ = ["outcomes", "settle"]


def outcomes(entries: Mapping[str, Entry], kept: Mapping[str, Entry], gone: Container[str]) -> dict[str, Outcome]:
    """Settle who describes which program.

    Parameters
    ----------
    entries
        All documents, given and kept.
    kept
        Those that are not given, as the last build left them.
    gone
        Paths of those kept whose file is not there.

    """
    given = (entry.claim for path, entry in entries.items() if path not in kept)
    return claims.settle(given, ((entries[path].claim, entry.outcome) for path, entry in kept.items()), gone)


def settle(
    entries: dict[str, Entry],
    kept: Mapping[str, Entry],
    gone: Container[str],
    made: dict[str, Statements],
    writer: Writer,
    aliases: Aliases | None,
    reader: str,
) -> None:
    """Make every document say what its claim leaves it, and drop those that it leaves nothing.

    ``entries`` and ``made``, all documents and the new statements by path, are brought to that.
    """
    from kb.sources import read

    readings: dict[str, list[Reading]] = {}  # each is read once, so this ends even where files change meanwhile
    while True:
        settled = outcomes(entries, kept, gone)
        unsettled = [p for p, outcome in settled.items() if outcome != entries[p].outcome and p not in gone]
        if not unsettled:
            break
        for path in unsettled:
            if path not in readings:
                readings[path] = read(Path(path), aliases)
            made[path] = state(path, claims.apply(path, readings[path], settled[path]))
            # What was read may be another text than the one before: nothing of that one is kept.
            claim = claims.claim_of(path, readings[path])
            entries[path] = replace(Entry.of(made[path], reader), claim=claim, outcome=settled[path])
    for path in entries.keys() - settled.keys():
        del entries[path]
    for path, entry in entries.items():
        if path in gone and (ceded := set(settled[path].ceded) - set(entry.outcome.ceded)):
            made[path] = without(writer.stated(entry.graph), entry, ceded)
            entries[path] = replace(Entry.of(made[path], entry.reader), claim=entry.claim, outcome=settled[path])
