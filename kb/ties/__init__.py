"""What joins programs, objects, people and activities, as a graph of networkx.

``ontology/ties`` says what a tie is, in words and in SPARQL, and how far it sets its two ends apart: a star that two
programs share tells more than one that twenty share.  Templates and instruments join nearly everything, so they are
left out unless nothing else joins.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from math import log
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.iris import BASE

if TYPE_CHECKING:
    import networkx

    from kb.store import Store

__all__ = ["TYPES", "Things", "Tie", "load", "type_of"]

#: Types of what ties join, as the addresses have them; the last two only where nothing else joins.
TYPES = ("program", "object", "person", "activity", "template", "instrument")
LAST = ("template", "instrument")

#: Names of a target that evidence quotes before it goes on in numbers.
_QUOTED = 4


@dataclass(frozen=True, slots=True)
class Tie:
    """One reason why two things are joined.

    Attributes
    ----------
    start, end
        IRIs; the tie reads from start to end, and ``back`` from end to start.
    link, back
        What joins them, in words.
    evidence
        The words of the document, or the rule.
    lines
        Where the document of the program at the start says so.
    cost
        How far the tie sets its ends apart; 1 is a reference.

    """

    start: str
    end: str
    link: str
    back: str
    evidence: str
    lines: tuple[int, ...]
    cost: float


@dataclass
class _Found:
    """What the rows of one pair of things say."""

    words: list[str] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    hows: list[str] = field(default_factory=list)


def load(store: Store, *, last: bool = False, graph: networkx.Graph[str] | None = None) -> networkx.Graph[str]:
    """Return the graph of ties.

    Parameters
    ----------
    store
        Where to look.
    last
        Whether to take in the templates and instruments too, which join nearly everything.
    graph
        A graph that was loaded without these; it is added to.

    Returns
    -------
    networkx.Graph
        Nodes are IRIs, in sorted order, those that were added last; each link has ``ties``, a list of :class:`Tie`
        with the closest first, the ``cost`` of that one, and ``weight``, its inverse.

    """
    import networkx

    found: dict[tuple[str, str], list[Tie]] = {}
    for kind in json.loads((_folder() / "ties.json").read_text(encoding="utf-8"))["ties"]:
        if (last or not kind.get("last")) and (graph is None or kind.get("last")):
            for tie in _ties(store, kind):
                ends = (tie.start, tie.end) if tie.start < tie.end else (tie.end, tie.start)
                found.setdefault(ends, []).append(tie)
    graph = networkx.Graph() if graph is None else graph
    graph.add_nodes_from(sorted({node for ends in found for node in ends}))
    for (one, other), ties in sorted(found.items()):
        ties.sort(key=lambda tie: tie.cost)
        graph.add_edge(one, other, ties=ties, cost=ties[0].cost, weight=1 / ties[0].cost)
    return graph


def _ties(store: Store, kind: dict[str, Any]) -> Iterator[Tie]:
    pairs: dict[tuple[str, str], _Found] = {}
    query = (_folder() / f"{kind['query']}.rq").read_text(encoding="utf-8")
    for start, end, words, how, line in store.query(query):
        if start == end:
            continue
        found = pairs.setdefault((str(start), str(end)), _Found())
        if words is not None:
            found.words.append(f"{words} ({how})" if how else str(words))
        if isinstance(line, int):
            found.lines.append(line)
        if how is not None:
            found.hows.append(str(how))
    sharing: dict[str, int] = {}
    for _, end in pairs:
        sharing[end] = sharing.get(end, 0) + 1
    for (start, end), found in pairs.items():
        costs = [kind.get("how", {}).get(how, kind["cost"]) for how in found.hows]
        cost = min(costs, default=kind["cost"]) * (1 + log(sharing[end]) if kind.get("shared") else 1)
        yield Tie(
            start, end, kind["link"], kind["back"], _quoted(found.words), tuple(sorted(set(found.lines))), float(cost)
        )


def _quoted(words: Iterable[str]) -> str:
    from kb.nearest import first

    return first(sorted(set(words)), _QUOTED)


def type_of(iri: str) -> str:
    """Return the type of a thing by its address; a draft is a program.

    >>> type_of("https://w3id.org/jwst-kb/object/hd-2811"), type_of("https://w3id.org/jwst-kb/draft/0a1b2c3d4e5f")
    ('object', 'program')
    """
    kind = iri.removeprefix(BASE).partition("/")[0]
    return "program" if kind == "draft" else kind


@dataclass(frozen=True)
class Things:
    """Labels of things, and the pages of those that are programs."""

    labels: dict[str, str]
    pages: dict[str, str]
    planned: frozenset[str]

    @classmethod
    def of(cls, store: Store, nodes: Iterable[str]) -> Things:
        """Look things up."""
        labels: dict[str, str] = {}
        pages: dict[str, str] = {}
        planned: set[str] = set()
        query = (_folder() / "things.rq").read_text(encoding="utf-8")
        from kb.lookups import fill_slot

        terms = " ".join(f"<{node}>" for node in sorted(set(nodes)))
        for node, label, page, plan in store.query(fill_slot(query, "thing", terms)) if terms else ():
            labels[str(node)] = min(str(label), labels.get(str(node), str(label)))
            if page is not None:
                pages[str(node)] = str(page)
            if plan:
                planned.add(str(node))
        return cls(labels, pages, frozenset(planned))

    def label(self, node: str) -> str:
        """Label of a thing; its address where it has none."""
        return self.labels.get(node, node.removeprefix(BASE))


def _folder() -> Path:
    from kb.vocabulary import ontology_dir

    return ontology_dir() / "ties"
