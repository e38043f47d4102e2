"""ontology/ as data: well-formed, closed, documented, and used."""

from __future__ import annotations

import ast
import json
import re
from collections import Counter, defaultdict
from functools import lru_cache
from pathlib import Path

import pytest
import rdflib
from rdflib import OWL, RDF, RDFS, SKOS, BNode, URIRef
from rdflib.term import Node

from kb.iris import BASE, ONTOLOGY
from kb.vocabulary import load, ontology_dir

ROOT = Path(__file__).parent.parent
TURTLE = sorted([ontology_dir() / "jwst-kb.ttl", *(ontology_dir() / "vocabulary").glob("*.ttl")])
PROPERTY_KINDS = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
DATATYPES = {rdflib.XSD[name] for name in ("anyURI", "boolean", "dateTime", "decimal", "integer", "string")}


@lru_cache(maxsize=1)
def ontology() -> rdflib.Graph:
    return rdflib.Graph().parse(ontology_dir() / "jwst-kb.ttl")


@lru_cache(maxsize=1)
def vocabulary() -> rdflib.Graph:
    graph = rdflib.Graph()
    for path in TURTLE:
        if path.name != "jwst-kb.ttl":
            graph.parse(path)
    return graph


def own(kind: URIRef) -> set[URIRef]:
    """Return our own terms of a kind."""
    return {s for s in ontology().subjects(RDF.type, kind) if isinstance(s, URIRef) and str(s).startswith(ONTOLOGY)}


CLASSES = own(OWL.Class)
PROPERTIES = own(OWL.ObjectProperty) | own(OWL.DatatypeProperty)


def name(term: URIRef) -> str:
    return term.removeprefix(ONTOLOGY)


@pytest.mark.parametrize("path", TURTLE, ids=lambda path: path.name)
def test_turtle_is_read_alike_by_two_parsers_and_has_no_blank_node(path: Path) -> None:
    import pyoxigraph

    with path.open("rb") as file:
        triples = {str(triple) for triple in pyoxigraph.parse(file, format=pyoxigraph.RdfFormat.TURTLE)}
    graph = rdflib.Graph().parse(path)
    assert len(triples) == len(graph) > 0
    assert not [term for triple in graph for term in triple if isinstance(term, BNode)]


def test_the_ontology_says_what_it_is() -> None:
    graph, iri = ontology(), URIRef(f"{BASE}ontology")
    assert (iri, RDF.type, OWL.Ontology) in graph
    version = str(graph.value(iri, OWL.versionInfo))
    assert str(graph.value(iri, OWL.versionIRI)) == f"{iri}/{version}"
    assert "creativecommons.org/licenses/by/4.0" in str(graph.value(iri, rdflib.DCTERMS.license))
    assert not list(graph.objects(None, OWL.imports))


@pytest.mark.parametrize("term", sorted(CLASSES | PROPERTIES), ids=name)
def test_a_term_is_documented(term: URIRef) -> None:
    for predicate in (RDFS.label, SKOS.definition, SKOS.example, RDFS.isDefinedBy):
        values = list(ontology().objects(term, predicate))
        assert len(values) == 1, predicate
        assert str(values[0])


@pytest.mark.parametrize("term", sorted(PROPERTIES), ids=name)
def test_a_property_has_one_kind_one_domain_and_one_range(term: URIRef) -> None:
    graph = ontology()
    assert len([kind for kind in PROPERTY_KINDS if (term, RDF.type, kind) in graph]) == 1
    (domain,), (range_,) = graph.objects(term, RDFS.domain), graph.objects(term, RDFS.range)
    assert (domain, RDF.type, OWL.Class) in graph
    if (term, RDF.type, OWL.DatatypeProperty) in graph:
        assert range_ in DATATYPES
    else:
        assert (range_, RDF.type, OWL.Class) in graph


def test_every_quantity_has_a_unit() -> None:
    graph, has_unit = ontology(), URIRef("http://qudt.org/schema/qudt/hasUnit")
    counts = {URIRef(f"{ONTOLOGY}{n}") for n in ("accessMonths", "rowsObservations", "rowsHeadings", "rowsRejected")}
    hours = set(graph.subjects(RDFS.range, rdflib.XSD.decimal))
    assert len(hours) >= 3
    for quantity in counts | hours:
        (unit,) = graph.objects(quantity, has_unit)
        assert (unit, RDF.type, URIRef("http://qudt.org/schema/qudt/Unit")) in graph


def test_terms_of_other_vocabularies_are_declared_with_label_and_origin() -> None:
    graph = ontology()
    used = {
        term
        for g in (graph, vocabulary())
        for s, p, o in g
        for term in ((p, o) if p == RDF.type else (p,))
        if isinstance(term, URIRef) and s != URIRef(f"{BASE}ontology")
    }
    used |= {
        o
        for p in (RDFS.domain, RDFS.range, RDFS.subClassOf, RDFS.subPropertyOf, SKOS.closeMatch, SKOS.relatedMatch)
        for o in graph.objects(None, p)
        if isinstance(o, URIRef)
    }
    built_in = tuple(str(namespace) for namespace in (RDF, RDFS, OWL, rdflib.XSD))
    foreign = {term for term in used if not str(term).startswith((ONTOLOGY, *built_in))}
    for term in sorted(foreign):
        assert graph.value(term, RDF.type), term
        assert len(list(graph.objects(term, RDFS.label))) == 1, term
        assert graph.value(term, RDFS.isDefinedBy), term


def test_every_node_has_a_type_and_a_label() -> None:
    """Nodes of others too, so that a picture or a table never shows a bare address."""
    graph = ontology() + vocabulary()
    built_in = (*(str(namespace) for namespace in (RDF, RDFS, OWL, rdflib.XSD)), f"{BASE}ontology/")
    nodes = {str(node) for s, p, o in graph for node in (s, p, o) if isinstance(node, URIRef)}
    for node in sorted(node for node in nodes if not node.startswith(built_in)):
        assert graph.value(URIRef(node), RDF.type), node
        assert len(list(graph.objects(URIRef(node), RDFS.label))) == 1, node


def texts(*patterns: str) -> str:
    return "\n".join(
        path.read_text(encoding="utf-8")
        for pattern in patterns
        for path in sorted(ROOT.glob(pattern))
        if path.is_file()
    )


def test_every_term_that_is_used_is_defined() -> None:
    text = texts("kb/**/*.py", "ontology/**/*.rq", "ontology/**/*.ttl", "ontology/*.json")
    used = set(re.findall(r"(?<![\w/])jkb:(\w+)", text))
    assert used - set(load().terms) == set()


def test_every_term_that_is_defined_is_used() -> None:
    """By code, a query or a vocabulary; a class also as superclass, domain or range."""
    code = set(re.findall(r"""["'](\w+)["']""", texts("kb/**/*.py")))
    queries = set(re.findall(r"jkb:(\w+)", texts("ontology/**/*.rq", "ontology/vocabulary/*.ttl", "kb/**/*.py")))
    graph = ontology()
    structure = {
        name(term)
        for predicate in (RDFS.subClassOf, RDFS.domain, RDFS.range)
        for term in graph.objects(None, predicate)
        if isinstance(term, URIRef)
    }
    assert {name(term) for term in CLASSES | PROPERTIES} - code - queries - structure == set()
    assert {name(term) for term in PROPERTIES} - code - queries == set()


CONCEPTS = {s for s in vocabulary().subjects(RDF.type, SKOS.Concept) if isinstance(s, URIRef) and s.startswith(BASE)}


def test_every_individual_has_one_of_each() -> None:
    graph = vocabulary()
    individuals = {s for s in graph.subjects(SKOS.inScheme) if isinstance(s, URIRef)}
    assert individuals == CONCEPTS
    for concept in sorted(CONCEPTS):
        for predicate in (RDFS.label, SKOS.prefLabel, SKOS.notation, SKOS.definition, SKOS.inScheme):
            assert len(list(graph.objects(concept, predicate))) == 1, (concept, predicate)
        assert graph.value(concept, RDFS.label) == graph.value(concept, SKOS.prefLabel)
        assert all(label.language is None for label in graph.objects(concept, RDFS.label))  # type: ignore[attr-defined]
        scheme = graph.value(concept, SKOS.inScheme)
        assert (scheme, RDF.type, SKOS.ConceptScheme) in graph, concept
        assert concept.startswith(f"{BASE}{str(scheme).removeprefix(f'{BASE}scheme/').split('-')[0]}"), concept


def test_a_concept_that_is_an_example_is_in_the_vocabulary() -> None:
    # Pairs of elements also come from documents.
    kinds = {concept.removeprefix(BASE).split("/")[0] for concept in CONCEPTS} - {"element-pair"}
    examples = [str(example) for example in ontology().objects(None, SKOS.example)]
    named = {example for example in examples if re.fullmatch(rf"(?:{'|'.join(sorted(kinds))})/[\w.-]+", example)}
    assert len(named) >= 10
    assert {f"{BASE}{example}" for example in named} - set(map(str, CONCEPTS)) == set()


def test_individuals_have_a_class_of_ours_and_keep_to_domains_and_ranges() -> None:
    classes, graph = ontology(), vocabulary()

    def kinds(node: Node) -> set[Node]:
        found: set[Node] = set(graph.objects(node, RDF.type))
        return found | {upper for kind in found for upper in classes.transitive_objects(kind, RDFS.subClassOf) if upper}

    observatory = URIRef(f"{BASE}instrument/jwst")
    for concept in CONCEPTS - {observatory}:
        assert any(str(kind).startswith(ONTOLOGY) for kind in kinds(concept)), concept
    for subject, predicate, value in graph:
        if str(predicate).startswith(ONTOLOGY):
            assert classes.value(predicate, RDFS.domain) in kinds(subject), (subject, predicate)
            range_ = classes.value(predicate, RDFS.range)
            if str(range_).startswith(ONTOLOGY):
                assert range_ in kinds(value), (subject, predicate, value)


def test_a_notation_stands_once_in_its_scheme() -> None:
    graph = vocabulary()
    counts = Counter((graph.value(c, SKOS.inScheme), str(graph.value(c, SKOS.notation))) for c in CONCEPTS)
    assert [key for key, count in counts.items() if count > 1] == []


def test_an_alternative_label_names_one_concept_of_its_scheme() -> None:
    graph = vocabulary()
    named = defaultdict(set)
    for concept in CONCEPTS:
        for predicate in (SKOS.prefLabel, SKOS.altLabel):
            for label in graph.objects(concept, predicate):
                named[graph.value(concept, SKOS.inScheme), " ".join(str(label).split()).casefold()].add(concept)
    assert [key for key, concepts in named.items() if len(concepts) > 1] == []


def test_every_severity_is_one_of_three() -> None:
    assert {kind.severity for kind in load().findings.values()} == {"info", "warning", "error"}


def test_every_kind_of_finding_can_be_found() -> None:
    """A code that no reader writes is a promise that nobody keeps."""
    code = set(re.findall(r'"([a-z0-9]+(?:-[a-z0-9]+)*)"', texts("kb/**/*.py")))
    assert set(load().findings) - code == set()


def test_every_finding_that_is_written_is_a_known_kind() -> None:
    """The vocabulary raises on an unknown code, but only when a document has the damage."""
    written = set()
    for path in sorted(ROOT.glob("kb/**/*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and ast.unparse(call.func).split(".")[-1] in {
                "add",
                "add_once",
                "remark",
                "_unread",
                "Finding",
            }:
                arguments = (node for argument in call.args for node in ast.walk(argument))
                written |= {
                    node.value for node in arguments if isinstance(node, ast.Constant) and isinstance(node.value, str)
                }
    written = {text for text in written if re.fullmatch(r"[a-z]+(-[a-z]+)+", text)}
    assert len(written) > 20
    assert written - set(load().findings) == set()


@lru_cache(maxsize=1)
def context() -> dict[str, object]:
    loaded: dict[str, dict[str, object]] = json.loads((ontology_dir() / "context.jsonld").read_text(encoding="utf-8"))
    return loaded["@context"]


@pytest.mark.parametrize("term", sorted(CLASSES | PROPERTIES), ids=name)
def test_the_json_ld_context_has_every_term_with_its_type(term: URIRef) -> None:
    entry = context()[name(term)]
    described: dict[str, object] = entry if isinstance(entry, dict) else {"@id": entry}
    assert described["@id"] == f"jkb:{name(term)}"
    range_ = ontology().value(term, RDFS.range)
    if (term, RDF.type, OWL.ObjectProperty) in ontology():
        assert described["@type"] == "@id"
    elif range_ not in (None, rdflib.XSD.string):
        assert described["@type"] == f"xsd:{str(range_).removeprefix(str(rdflib.XSD))}"
    else:
        assert "@type" not in described


def test_the_context_names_nothing_that_does_not_exist() -> None:
    ours = {entry["@id"] if isinstance(entry, dict) else entry for entry in context().values()}
    assert {str(iri)[4:] for iri in ours if str(iri).startswith("jkb:")} == set(load().terms)


def test_plain_json_becomes_rdf_with_the_context() -> None:
    document = {
        "@context": context(),
        "id": f"{BASE}program/7487",
        "type": "Program",
        "programNumber": 7487,
        "primeHours": "24.9",
        "hasObservation": [{"id": f"{BASE}program/7487/row/1", "usesTemplate": f"{BASE}template/miri-imaging"}],
    }
    graph = rdflib.Graph().parse(data=json.dumps(document), format="json-ld")
    jkb = rdflib.Namespace(ONTOLOGY)
    program, row = URIRef(f"{BASE}program/7487"), URIRef(f"{BASE}program/7487/row/1")
    assert set(graph) == {
        (program, RDF.type, jkb.Program),
        (program, jkb.programNumber, rdflib.Literal(7487)),
        (program, jkb.primeHours, rdflib.Literal("24.9", datatype=rdflib.XSD.decimal)),
        (program, jkb.hasObservation, row),
        (row, jkb.usesTemplate, URIRef(f"{BASE}template/miri-imaging")),
    }
