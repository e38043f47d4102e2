"""The HTML reference of the ontology: every term of ours by pyLODE, with a diagram of the classes by Graphviz."""

from __future__ import annotations

import logging
import re
import shutil
import subprocess
import sys
from pathlib import Path

import rdflib
from rdflib import OWL, RDF, RDFS, URIRef

from kb.iris import BASE, ONTOLOGY
from kb.vocabulary import ontology_dir

#: Classes that the diagram leaves out, because nothing in the flow of a program leads through them.
OMITTED = {"Entry", "Setup", "Link", "DerivedLink", "Match", "PageOfPrograms", "DocumentGraph"}


def main(folder: Path) -> None:
    ontology = rdflib.Graph().parse(ontology_dir() / "jwst-kb.ttl")
    page = reference(own_terms(ontology))
    drawing = diagram(ontology)
    if drawing is None:
        print("no diagram: Graphviz is not installed (apt-get install graphviz)", file=sys.stderr)
    else:
        figure = f'<div class="section" id="diagram"><h2>Overview</h2>\n{drawing}</div>\n'
        page, placed = re.subn(r'(?=<div[^>]*id="classes")', lambda _: figure, page, count=1)
        if not placed:
            sys.exit("docs: this version of pyLODE has no section of classes; the diagram has no place")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "index.html").write_text(page, encoding="utf-8")
    print(f"{folder / 'index.html'}: {len(page) / 1000:.0f} kB", file=sys.stderr)


def own_terms(ontology: rdflib.Graph) -> rdflib.Graph:
    """Keep what is said of our terms, and the labels of those of others."""
    kept = rdflib.Graph()
    for prefix, namespace in ontology.namespaces():
        kept.bind(prefix, namespace)
    for subject, predicate, value in ontology:
        if str(subject).startswith(ONTOLOGY) or subject == URIRef(f"{BASE}ontology") or predicate == RDFS.label:
            kept.add((subject, predicate, value))
    return kept


def reference(graph: rdflib.Graph) -> str:
    """Make the page, without what changes from one version of pyLODE to the next."""
    from pylode import OntPub

    logging.disable()
    page = str(OntPub(ontology=graph, sort_subjects=True).make_html())
    page = re.sub(r'<a [^>]*id="version">[^<]*</a>', "", page)
    # Anchors are the names of the terms, so that the address of a term in a browser leads to it.
    entity = rf'class="property entity" id="([^"]*)">.*?<code>{re.escape(ONTOLOGY)}(\w+)</code>'
    anchors = dict(re.findall(entity, page, re.S))
    page = re.sub(r'(id="|href="#)([^"]*)"', lambda found: f'{found[1]}{anchors.get(found[2], found[2])}"', page)
    return re.sub(r"[ \t]+$", "", page, flags=re.M)


def diagram(ontology: rdflib.Graph) -> str | None:
    """Draw classes and the links between them; ``None`` without Graphviz."""
    if shutil.which("dot") is None:
        return None
    classes = {name(term) for term in ontology.subjects(RDF.type, OWL.Class) if str(term).startswith(ONTOLOGY)}
    shown = (classes - OMITTED) | {"Person"}
    links: dict[tuple[str, str], list[str]] = {}
    for term in sorted(ontology.subjects(RDF.type, OWL.ObjectProperty)):
        ends = name(ontology.value(term, RDFS.domain)), name(ontology.value(term, RDFS.range))
        # What several kinds of setup share is drawn at each.
        starts = ("Template", "SpectralElement") if ends[0] == "Setup" else ends[:1]
        for start in starts:
            if str(term).startswith(ONTOLOGY) and {start, ends[1]} <= shown:
                links.setdefault((start, ends[1]), []).append(str(ontology.value(term, RDFS.label)))
    above = [
        (name(term), name(upper))
        for term, upper in sorted(ontology.subject_objects(RDFS.subClassOf))
        if {name(term), name(upper)} <= shown
    ]
    used = {node for pair in [*links, *above] for node in pair}
    lines = [
        "digraph {",
        'rankdir=LR; bgcolor=transparent; nodesep=0.3; ranksep=1; node [shape=box, style="rounded,filled", '
        'fillcolor="#eef3fa", color="#4a6fa5", fontname=Helvetica, fontsize=12]; '
        'edge [color="#666666", fontname=Helvetica, fontsize=10];',
        *(f'{node} [label="{label(ontology, node)}"{link(node, classes)}];' for node in sorted(used)),
        *(
            f'{one} -> {other} [label="{chr(92).join(["", "n"]).join(names)}"];'
            for (one, other), names in links.items()
        ),
        *(f"{one} -> {other} [arrowhead=empty, style=dashed];" for one, other in above),
        "}",
    ]
    command = ["dot", "-Tsvg"]
    done = subprocess.run(command, input="\n".join(lines), capture_output=True, text=True, check=True)
    drawing = re.sub(r"<!--.*?-->\n?", "", done.stdout[done.stdout.index("<svg") :], flags=re.S)
    return re.sub(r'width="\d+pt" height="\d+pt"', 'width="100%" role="img" aria-label="Classes and links"', drawing)


def name(term: object) -> str:
    return re.split(r"[#/]", str(term))[-1]


def link(node: str, ours: set[str]) -> str:
    return f', URL="#{node}"' if node in ours else ""


def label(ontology: rdflib.Graph, node: str) -> str:
    term = URIRef(f"https://schema.org/{node}") if node == "Person" else URIRef(ONTOLOGY + node)
    return str(ontology.value(term, RDFS.label))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
