"""A description of a dump for catalogues: DCAT and VoID.

What is the same for every dump stands in ``ontology/dataset.ttl``; here are the counts, for the whole and by class,
property and kind of graph, examples, vocabularies, where it comes from and the files.  It holds no time, so the same
content gives the same bytes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import IO, TYPE_CHECKING
from urllib.parse import quote

from kb.errors import UsageError
from kb.iris import BASE, PREFIXES

if TYPE_CHECKING:
    from kb.export.source import Source
    from kb.store import Store

__all__ = ["write_description"]

DATASET = BASE + "dataset"
VOID = "http://rdfs.org/ns/void#"
DCAT = "http://www.w3.org/ns/dcat#"
_PREFIXES = {**PREFIXES, "void": VOID, "dcat": DCAT, "formats": "http://www.w3.org/ns/formats/"}
#: Suffix → media type and the name that W3C gives the format.
_MEDIA = {
    "ttl": ("text/turtle", "Turtle"),
    "nt": ("application/n-triples", "N-Triples"),
    "nq": ("application/n-quads", "N-Quads"),
    "trig": ("application/trig", "TriG"),
    "jsonld": ("application/ld+json", "JSON-LD"),
    "rdf": ("application/rdf+xml", "RDF_XML"),
}
_ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`]+")
_COUNTS = """SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects)
    (COUNT(DISTINCT ?p) AS ?properties) WHERE { ?s ?p ?o }"""
_PROPERTIES = """SELECT ?p (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects)
    WHERE { ?s ?p ?o } GROUP BY ?p ORDER BY ?p"""
_CLASSES = """SELECT ?class (COUNT(DISTINCT ?s) AS ?entities) (MIN(STR(?s)) AS ?first)
    WHERE { ?s a ?class } GROUP BY ?class ORDER BY ?class"""
_GRAPHS = "SELECT ?g (COUNT(*) AS ?triples) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
_DOCUMENTS = (
    "SELECT ?format (COUNT(DISTINCT ?d) AS ?n) WHERE { ?d jkb:format ?format } GROUP BY ?format ORDER BY ?format"
)


def write_description(
    source: Source, stream: IO[bytes], files: Mapping[str, int], published: str | None = None
) -> None:
    """Write the description of a dump as Turtle.

    Parameters
    ----------
    source
        What was dumped.
    stream
        Where the Turtle goes.
    files
        Names of the dumps and their sizes in bytes.
    published
        Address of the folder from which the dumps can be downloaded.  Without it nothing is said of addresses: those
        relative to the description would do, if engines did not refuse a file that has such and no address itself.

    Raises
    ------
    UsageError
        The source is one graph only, or the address is none of the web.

    """
    import pyoxigraph

    from kb.vocabulary import ontology_dir

    if source.graph is not None:
        raise UsageError("the description is of the whole store or of a neighbourhood; leave out the graph")
    if published is not None and not _ADDRESS.fullmatch(published):
        raise UsageError(f"{published}: an address begins with http:// or https://, and has no spaces")
    head = (ontology_dir() / "dataset.ttl").read_bytes()
    lines = {f"{quad.triple} ." for quad in pyoxigraph.parse(head, pyoxigraph.RdfFormat.TURTLE)}
    lines.update(_counted(source.store))
    lines.update(_distributed(files, published))
    text = "\n".join(sorted(lines, key=lambda line: line.replace(PREFIXES["rdf"] + "type", "", 1))).encode()
    parsed = (quad.triple for quad in pyoxigraph.parse(text, pyoxigraph.RdfFormat.N_TRIPLES))
    pyoxigraph.serialize(parsed, stream, pyoxigraph.RdfFormat.TURTLE, prefixes=_PREFIXES)


def _counted(store: Store) -> Iterator[str]:
    triples, subjects, objects, properties = next(iter(store.query(_COUNTS)))
    classes = list(store.query(_CLASSES))
    yield from _numbers(
        DATASET, triples=triples, entities=subjects, distinctSubjects=subjects, distinctObjects=objects,
        properties=properties, classes=len(classes),
    )  # fmt: skip
    used = set()
    for class_, entities, first in classes:
        used.add(re.split(r"(?<=[/#])(?=[^/#]*$)", str(class_))[0])
        yield from _part("class", "class", str(class_), entities=entities)
        if class_ in _shown():
            yield _line(DATASET, VOID + "exampleResource", str(first))
    for property_, number, subjects, objects in store.query(_PROPERTIES):
        used.add(re.split(r"(?<=[/#])(?=[^/#]*$)", str(property_))[0])
        yield from _part(
            "property", "property", str(property_), triples=number, distinctSubjects=subjects, distinctObjects=objects
        )
    yield from (_line(DATASET, VOID + "vocabulary", namespace) for namespace in used)
    kinds: Counter[str] = Counter()
    for graph, number in store.query(_GRAPHS):
        kinds[str(graph).removeprefix(BASE + "graph/").split("/")[0]] += int(str(number))
    for kind, number in kinds.items():
        node = f"{DATASET}/graph/{kind}"
        yield _line(DATASET, VOID + "subset", node)
        yield from _node(node, VOID + "Dataset", f"Statements of {kind}")
        yield from _numbers(node, triples=number)
    yield from _provenance(store)


def _provenance(store: Store) -> Iterator[str]:
    from kb.version import __version__

    documents = ", ".join(f"{number} {form}" for form, number in store.query(_DOCUMENTS)) or "none"
    said = f"Read by jwst-kb {__version__} from documents ({documents}); the graph of a document holds what it states."
    node = DATASET + "/provenance"
    yield _line(DATASET, PREFIXES["dcterms"] + "provenance", node)
    yield from _node(node, PREFIXES["dcterms"] + "ProvenanceStatement", said)
    for (version,) in store.query(f"SELECT ?version WHERE {{ <{BASE}ontology> owl:versionIRI ?version }}"):
        yield _line(DATASET, PREFIXES["dcterms"] + "conformsTo", str(version))


def _distributed(files: Mapping[str, int], published: str | None) -> Iterator[str]:
    for name, size in files.items():
        media, form = _MEDIA[name.rpartition(".")[2]]
        node = f"{DATASET}/distribution/{name.rpartition('.')[2]}"
        yield _line(DATASET, DCAT + "distribution", node)
        yield _line(DATASET, VOID + "feature", _PREFIXES["formats"] + form)
        yield from _node(node, DCAT + "Distribution", name)
        yield _line(node, DCAT + "mediaType", "https://www.iana.org/assignments/media-types/" + media)
        yield _line(node, DCAT + "byteSize", size, "nonNegativeInteger")
        if published is not None:
            folder = published.rstrip("/") + "/"
            yield _line(node, DCAT + "accessURL", folder)
            yield _line(node, DCAT + "downloadURL", folder + quote(name))
            yield _line(DATASET, VOID + "dataDump", folder + quote(name))


def _part(kind: str, property_: str, term: str, **numbers: object) -> Iterator[str]:
    """One partition, named after its term."""
    name = next(
        (f"{prefix}-{term[len(space) :]}" for prefix, space in PREFIXES.items() if term.startswith(space)),
        re.sub(r"\W+", "-", term.partition("://")[2]),
    )
    node = f"{DATASET}/{kind}/{name}"
    yield _line(DATASET, f"{VOID}{kind}Partition", node)
    yield from _node(node, VOID + "Dataset", f"Statements of the {kind} {name.replace('-', ':', 1)}")
    yield _line(node, VOID + property_, term)
    yield from _numbers(node, **numbers)


def _shown() -> set[str]:
    """Classes of which an example is worth showing: those that pictures show."""
    from kb.graph import style
    from kb.iris import ONTOLOGY

    return {look.get("class", ONTOLOGY + name) for name, look in style()["nodes"].items()}


def _numbers(node: str, **numbers: object) -> Iterator[str]:
    return (_line(node, VOID + name, number, "integer") for name, number in numbers.items())


def _node(node: str, type_: str, label: str) -> Iterator[str]:
    yield _line(node, PREFIXES["rdf"] + "type", type_)
    yield _line(node, PREFIXES["rdfs"] + "label", label, "string")


def _line(subject: str, predicate: str, value: object, datatype: str | None = None) -> str:
    if datatype is None:
        return f"<{subject}> <{predicate}> <{value}> ."
    quoted = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'<{subject}> <{predicate}> "{quoted}"^^<{PREFIXES["xsd"]}{datatype}> .'
