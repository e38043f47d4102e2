"""What a store holds, in a form to compare; and what must hold of any."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from kb.iris import BASE, DERIVED_GRAPH, SHARED_GRAPH, VOCABULARY_GRAPH
from kb.store import open_store


def content(store: Path) -> bytes:
    """Return all graphs and their statements, sorted."""
    with open_store(store) as opened:
        return b"".join(
            sorted(line for name, text in opened.ntriples() for line in [name.encode() + b"\n", *text.splitlines(True)])
        )


def titles(store: Path) -> dict[int, str]:
    """Return the titles of the programs by number."""
    with open_store(store) as opened:
        rows = opened.query("SELECT ?n ?t { ?p jkb:programNumber ?n ; dcterms:title ?t } ORDER BY ?n")
        return {int(str(number)): str(title) for number, title in rows}


def snapshots(store: Path) -> list[str]:
    """Return the names in the folder of snapshots."""
    return sorted(path.name for path in (store / "snapshots").iterdir())


def assert_whole_graph_is_sound(store: Path) -> None:
    """No statement in two graphs, no blank node, a type and one label for every node, a graph for every document."""
    with open_store(store) as opened:
        texts = opened.ntriples()
        counts = Counter(line for _, text in texts for line in text.splitlines())
        assert [line for line, count in counts.items() if count > 1] == [], "a triple in two graphs"
        assert [line for line in counts if line.startswith(b"_:") or b"> _:" in line] == [], "a blank node"
        nodes = "SELECT DISTINCT ?node { { ?node ?p ?o } UNION { ?s ?p ?node FILTER (isIRI(?node)) } %s }"
        ours = f"FILTER (STRSTARTS(STR(?node), '{BASE}'))"
        for lacking in ("?node a ?type", "?node rdfs:label ?label"):
            bare = list(opened.query(nodes % f"{ours} FILTER NOT EXISTS {{ {lacking} }}"))
            assert [node for (node,) in bare if "/graph/" not in str(node)] == [], lacking
        twice = opened.query(
            "SELECT ?node { ?node rdfs:label ?label } GROUP BY ?node HAVING (COUNT(DISTINCT ?label) > 1)"
        )
        assert list(twice) == [], "two labels"
        fixed = {SHARED_GRAPH, VOCABULARY_GRAPH, DERIVED_GRAPH}
        documents = set(opened.graphs()) - fixed
        described = {str(g) for (g,) in opened.query("SELECT ?g { GRAPH ?g { ?g a jkb:DocumentGraph } }")}
        assert documents == described
