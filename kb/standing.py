"""Which documents a store shall hold and what each shall say, once all claims are settled: new ones and those kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
    from kb.store.embedded import Writer

__all__ = ["outcomes", "settle", "silence"]


def outcomes(entries: Mapping[str, Entry], before: Mapping[str, Outcome]) -> dict[str, Outcome]:
    """Settle who describes which program; ``before`` is what became of the documents that are not given."""
    given = (entry.claim for path, entry in entries.items() if path not in before)
    return claims.settle(given, ((entries[path].claim, outcome) for path, outcome in before.items()))


def settle(
    entries: dict[str, Entry],
    before: Mapping[str, Outcome],
    gone: Iterable[str],
    made: dict[str, Statements],
    aliases: Aliases | None,
    reader: str,
) -> None:
    """Read again what speaks for other programs than it did, and drop the documents that ceded all of theirs."""
    from kb.sources import read

    readings: dict[str, list[Reading]] = {}  # each is read once, so this ends even where files change meanwhile
    while True:
        settled = outcomes(entries, before)
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
    for path in entries.keys() & gone:
        entries[path] = replace(entries[path], outcome=settled[path])


def silence(entries: dict[str, Entry], gone: Mapping[str, Entry], made: dict[str, Statements], writer: Writer) -> None:
    """Take the programs that documents ceded which cannot be read again out of what the store has of them."""
    for path in entries.keys() & gone.keys():
        was, ceded = gone[path], entries[path].outcome.ceded
        entries[path] = was
        present = writer.present() if ceded else None
        if present is not None:
            with present:
                ((_, text),) = present.ntriples([was.graph])
            made[path] = without(text, was, ceded)
            outcome = replace(was.outcome, ceded=tuple(sorted({*was.outcome.ceded, *ceded})))
            entries[path] = replace(was, outcome=outcome, findings=made[path].findings, quads=made[path].quads)
