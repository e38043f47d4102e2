"""What changed between two stores, snapshots or dumps: in domain words, and as statements.

>>> from kb.diff.sides import Dump
>>> old, new = Dump.parse("a.nt", b'<a:b> <a:c> "d" .', "nt"), Dump.parse("b.nt", b'<a:b> <a:c> "e" .', "nt")
>>> made = diff(old, new)
>>> [(change.thing, change.change, change.fields[0].new) for change in made.changes]
[('term', 'changed', 'e')]
>>> diff(old, old).graphs
[]
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kb.diff.changes import Change, FieldChange, change_rows
from kb.diff.quads import Comparison, GraphChange, compare
from kb.diff.sides import Side, merged, open_side
from kb.errors import UsageError
from kb.iris import BASE, SHARED_GRAPH, VOCABULARY_GRAPH, program_iri
from kb.results import Rows

__all__ = ["Change", "Difference", "FieldChange", "GraphChange", "Side", "diff", "open_side"]

_LABEL = re.compile(rb'^<([^>]+)> <http://www\.w3\.org/2000/01/rdf-schema#label> ("(?:[^"\\]|\\.)*")', re.MULTILINE)
_OWNED = ("program/", "document/")


@dataclass(frozen=True, slots=True, repr=False)
class Difference:
    """What changed.

    Attributes
    ----------
    changes
        In domain words, program by program; documents and then terms of the vocabulary last.
    graphs
        The statements that differ; empty exactly where the two sides are equal.
    unnamed
        Whether one side is a dump of triples, so that the graphs of the other were not looked at.

    """

    changes: list[Change]
    graphs: list[GraphChange]
    unnamed: bool

    def rows(self) -> Rows:
        """Return the changes in words, one field a row."""
        return change_rows(self.changes)

    def __repr__(self) -> str:
        return repr(self.rows()) if self.changes else "no difference"

    def _repr_html_(self) -> str:
        """Show the changes in a notebook."""
        return self.rows()._repr_html_() if self.changes else "<p>No difference.</p>"


def diff(old: Side, new: Side, program: int | None = None) -> Difference:
    """Compare two sets of graphs.

    Parameters
    ----------
    old, new
        Stores, or what :func:`open_side` opened.
    program
        Number of the only program to look at, with its documents.

    Raises
    ------
    UsageError
        The program is on neither side.

    """
    sides = [old.graphs(), new.graphs()]
    unnamed = [""] in sides and any(graph for graphs in sides for graph in graphs)
    if unnamed:
        old, new = merged(old), merged(new)
    found = compare(old, new, None if program is None else program_iri(program))
    if program is not None and not found.found:
        raise UsageError(f"program {program} is described on neither side")
    changes = list(_changes(found, old, new)) if found.graphs else []
    return Difference(changes or list(_counts(found.graphs)), found.graphs, unnamed)


def _changes(found: Comparison, old: Side, new: Side) -> Iterator[Change]:
    from kb.diff.facts import nodes
    from kb.diff.words import Words
    from kb.vocabulary import load

    # A dump of one document has no names of concepts; ours are better than none.
    words = Words({concept.iri: concept.label for concept in load().concepts} | _labels(old) | _labels(new))
    for iri in sorted(found.old.keys() | found.new.keys(), key=_place):
        kind = iri.removeprefix(BASE).partition("/")[0]
        say = {"program": words.program, "document": words.document}.get(kind, words.term)
        yield from say(iri, nodes(found.old.get(iri, [])), nodes(found.new.get(iri, [])))


def _counts(graphs: list[GraphChange]) -> Iterator[Change]:
    """Say which graphs differ where no domain word does, such as the lines that things stand on."""
    for graph in graphs:
        fields = [FieldChange("statements", str(len(graph.removed)), None)] if graph.removed else []
        fields += [FieldChange("statements", None, str(len(graph.added)))] if graph.added else []
        yield Change(None, "graph", graph.graph.removeprefix(BASE), "changed", tuple(fields))


def _labels(side: Side) -> dict[str, str]:
    """Names of the concepts by IRI."""
    import pyoxigraph

    found = {}
    graphs = [graph for graph in side.graphs() if graph in ("", VOCABULARY_GRAPH, SHARED_GRAPH)]
    for _, text in side.ntriples(graphs):
        for iri, literal in _LABEL.findall(text):
            name = iri.decode()
            if name.startswith(BASE) and not name.removeprefix(BASE).startswith(_OWNED):
                triple = next(iter(pyoxigraph.parse(b"<a:a> <a:a> " + literal + b" .", pyoxigraph.RdfFormat.N_TRIPLES)))
                found[name] = str(getattr(triple.object, "value", ""))
    return found


def _place(iri: str) -> tuple[int, int, str]:
    """Programs by number, then documents, then the rest."""
    kind, _, rest = iri.removeprefix(BASE).partition("/")
    if kind == "program":
        return 0, int(rest), iri
    return (1 if kind == "document" else 2), 0, iri
