"""Readings become statements: the right ones, each once, in one graph, with terms of the ontology only."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path

import pyoxigraph
import pytest

from kb.errors import VocabularyError
from kb.iris import BASE, ONTOLOGY, PREFIXES
from kb.records import Document, Finding, Observation, Person, Program, Reading, Reference, RowAccount, Target
from kb.sources import bundled, find, read
from kb.triples import to_nquads

DOCUMENT = Document("42.md", "program-page", "ab" * 32, "42")
PROGRAM = BASE + "program/42"


def row(
    order: int, number: int | None = None, *, label: str = "a", parallel: bool = False, **more: object
) -> Observation:
    fields: dict[str, object] = {
        "label": label,
        "label_raw": label,
        "folder": None,
        "template": "MIRI Imaging",
        "template_raw": "MIRI Imaging",
        "instrument": "MIRI",
        "line": 10 + order,
    }
    return Observation(order, number, parallel=parallel, **{**fields, **more})  # type: ignore[arg-type]


def reading(*rows: Observation, program: Program | None = None, findings: tuple[Finding, ...] = ()) -> Reading:
    return Reading(DOCUMENT, program or Program(42, "A title"), RowAccount(len(rows), 2, 1, 0), rows, findings)


def quads(*readings: Reading) -> list[tuple[str, str, str, str]]:
    """Statements with shortened names, as the parser of another program sees them."""
    text = to_nquads(readings)
    found = []
    for quad in pyoxigraph.parse(text.encode(), pyoxigraph.RdfFormat.N_QUADS):
        value = quad.object.value
        found.append(
            (short(quad.subject.value), short(quad.predicate.value), short(value), short(quad.graph_name.value))
        )
    assert len(found) == text.count("\n") == len(set(found))
    return found


def short(iri: str) -> str:
    for prefix, namespace in sorted(PREFIXES.items(), key=lambda pair: -len(pair[1])):
        if iri.startswith(namespace):
            return iri.removeprefix(namespace) if prefix == "jkb" else f"{prefix}:{iri.removeprefix(namespace)}"
    return iri.removeprefix(BASE)


def values(found: list[tuple[str, str, str, str]], subject: str, predicate: str) -> list[str]:
    return [o for s, p, o, _ in found if (s, p) == (subject, predicate)]


def test_everything_stands_in_the_graph_of_the_document() -> None:
    found = quads(reading(row(1)))
    assert {graph for *_, graph in found} == {"graph/program-page/42"}
    assert values(found, "graph/program-page/42", "prov:wasDerivedFrom") == ["document/program-page/42"]
    assert values(found, "document/program-page/42", "describes") == ["program/42"]
    assert values(found, "program/42", "dcterms:source") == ["document/program-page/42"]


def test_row_account_of_several_readings_is_their_sum() -> None:
    found = quads(reading(row(1)), Reading(DOCUMENT, Program(43, "B"), RowAccount(0, 3, 0, 1)))
    node = "document/program-page/42"
    names = ("rowsObservations", "rowsHeadings", "rowsContinuations", "rowsRejected")
    assert [values(found, node, name) for name in names] == [["1"], ["5"], ["1"], ["1"]]


def test_a_number_names_an_observation_only_where_it_is_unique() -> None:
    found = quads(reading(row(1, 7), row(2, 8), row(3, 8), row(4), row(5, 7, parallel=True)))
    assert values(found, "program/42", "hasObservation") == [
        "program/42/observation/7",
        "program/42/row/2",
        "program/42/row/3",
        "program/42/row/4",
        "program/42/observation/7/parallel",
    ]
    assert values(found, "program/42/row/2", "observationNumber") == ["8"]
    assert values(found, "program/42/observation/7/parallel", "isParallel") == ["true"]
    assert values(found, "program/42/row/4", "isParallel") == []


def test_labels() -> None:
    repaired = row(1, label="slitless", label_raw="slit less")
    blank = row(2, label="")
    found = quads(reading(repaired, blank, row(3, label="", template=None, template_raw="")))
    assert values(found, "program/42/row/1", "labelAsWritten") == ["slit less"]
    assert values(found, "program/42/row/2", "rdfs:label") == ["Program 42, row 2: MIRI Imaging"]
    assert values(found, "program/42/row/2", "observationLabel") == []
    assert values(found, "program/42/row/3", "rdfs:label") == ["Program 42, row 3"]


def test_templates_known_and_unknown() -> None:
    misspelt = row(1, template_raw="MIRI imagin")
    unknown = row(2, template="MIRI Tea Making", template_raw="MIRI Tea Making", known_template=False)
    found = quads(reading(misspelt, unknown, row(3, template=None, template_raw="?")))
    assert values(found, "program/42/row/1", "usesTemplate") == ["template/miri-imaging"]
    assert values(found, "program/42/row/1", "templateAsWritten") == ["MIRI imagin"]
    assert values(found, "program/42/row/2", "usesTemplate") == ["template/unknown-miri-tea-making"]
    assert values(found, "program/42/row/2", "templateName") == ["MIRI Tea Making"]
    assert values(found, "program/42/row/3", "usesTemplate") == []
    assert values(found, "program/42/row/3", "templateAsWritten") == ["?"]


def test_one_number_with_two_names_makes_two_targets() -> None:
    first, spelled, other = Target(4, "HD2811", 1), Target(4, "HD 2811", 2), Target(4, "NGC-1", 3)
    unnumbered = Target(None, "NGC 1", 4)
    found = quads(reading(row(1, targets=(first,)), row(2, targets=(spelled, other)), row(3, targets=(unnumbered,))))
    assert values(found, "program/42", "definesTarget") == [
        "program/42/target/4",
        "program/42/target/4-ngc-1",
        "program/42/target/name-ngc-1",
    ]
    assert values(found, "program/42/target/4", "targetName") == ["HD2811", "HD 2811"]
    assert values(found, "program/42/target/4", "rdfs:label") == ["HD2811"]
    assert values(found, "program/42/row/2", "hasTarget") == ["program/42/target/4", "program/42/target/4-ngc-1"]


def test_a_target_has_the_roles_of_all_its_rows_and_the_first_object_told() -> None:
    silent = Target(1, "X", 1, role="background")
    telling = Target(1, "X", 2, object="WASP-76 b", system="WASP-76", method="catalogue", rule="planet")
    later = Target(1, "X", 3, object="WASP-77")
    found = quads(reading(row(1, targets=(silent,)), row(2, targets=(telling,)), row(3, targets=(later,))))
    node = "program/42/target/1"
    assert values(found, node, "role") == ["role/background", "role/science"]
    assert values(found, node, "designates") == ["object/wasp-76-b"]
    assert values(found, node, "inSystem") == ["object/wasp-76"]
    assert values(found, node, "objectName") == ["WASP-76 b"]


def test_the_program() -> None:
    program = Program(
        42,
        "A title",
        category="GO",
        cycle=2,
        prime_hours=Decimal("24.90"),
        parallel_hours=Decimal("0.0"),
        access_months=12,
        kinds=("Treasury", "Unheard Of"),
        people=(Person("Ann Lee", "PI"), Person("Ann Lee", "Co-PI")),
        references=(Reference(7, "mentions", 3, "program 7"),),
        activity="Flux",
    )
    found = quads(reading(program=program))
    assert values(found, "program/42", "rdfs:label") == ["42 A title"]
    assert values(found, "program/42", "category") == ["category/go"]
    assert values(found, "program/42", "cycleInferred") == ["false"]
    assert values(found, "program/42", "primeHours") == ["24.9"]
    assert values(found, "program/42", "parallelHours") == ["0"]
    assert values(found, "program/42", "specialKind") == ["kind/treasury"]
    assert values(found, "program/42", "specialKindName") == ["Unheard Of"]
    assert values(found, "program/42", "refersTo") == ["program/7"]
    assert values(found, "program/42/reference/7", "referenceKind") == ["reference-kind/mentions"]
    assert values(found, "program/42/person/2", "participant") == ["person/ann-lee"]
    assert values(found, "program/42", "schema:url")[0].endswith("?id=42")
    assert '"24.9"^^<http://www.w3.org/2001/XMLSchema#decimal>' in to_nquads([reading(program=program)])


def test_a_category_that_the_vocabulary_does_not_have_is_a_literal() -> None:
    found = quads(reading(program=Program(42, "T", category="Lottery")))
    assert values(found, "program/42", "category") == []
    assert values(found, "program/42", "categoryName") == ["Lottery"]


def test_what_the_document_does_not_say_is_not_stated() -> None:
    found = quads(reading(program=Program(42, "")))
    stated = {p for s, p, _, _ in found if s == "program/42"}
    assert stated == {"rdf:type", "rdfs:label", "dcterms:source", "programNumber", "line", "schema:url", "rdfs:seeAlso"}


def test_a_planned_reference_program_has_estimated_hours_and_no_page() -> None:
    document = Document("t.txt", "sodrm", "00", "t")
    program = Program(96000, "Dark", category="SODRM", prime_hours=Decimal(372), instruments=("NIRCam",))
    found = quads(Reading(document, program))
    assert "PlannedReferenceProgram" in values(found, "program/96000", "rdf:type")
    assert values(found, "program/96000", "estimatedHours") == ["372"]
    assert values(found, "program/96000", "usesInstrument") == ["instrument/nircam"]
    assert values(found, "program/96000", "schema:url") == []


def test_findings_are_numbered_through_the_document_and_say_what_they_are_about() -> None:
    about_row = Finding("label-repaired", "info", 12, "mended", "slit less", "slitless", order=2, property="label")
    about_program = Finding("cycle-inferred", "info", 4, "inferred")
    found = quads(reading(row(1), row(2, 5), findings=(about_row, about_program)))
    node = "document/program-page/42/finding/"
    assert values(found, node + "1", "about") == ["program/42/observation/5"]
    assert values(found, node + "1", "rawText") == ["slit less"]
    assert values(found, node + "2", "about") == ["program/42"]
    unread = Reading(DOCUMENT, None, findings=(Finding("empty-document", "error", None, "nothing"),))
    assert values(quads(unread), node + "1", "about") == ["document/program-page/42"]


@pytest.mark.parametrize(
    "text", ['a "b" \\ c', "two\nlines\r\n", "tab\tand é ☃ 𝛼", "bell\x07 null\x00 lone\ud800 end\ufffe"]
)
def test_any_text_survives_as_far_as_xml_can_hold_it(text: str) -> None:
    found = quads(reading(program=Program(42, "T", abstract=text)))
    expected = "".join("\ufffd" if c in "\x07\x00\ud800\ufffe" else c for c in text)
    assert values(found, "program/42", "dcterms:abstract") == [expected]


def test_a_term_that_the_ontology_does_not_define_raises() -> None:
    with pytest.raises(VocabularyError):
        to_nquads([reading(row(1, targets=(Target(1, "X", 1, role="bystander"),)))])


def assert_well_made(text: str) -> None:
    """Every node has one type or more and one label, and is reached from the document or its programs."""
    subjects: dict[str, Counter[str]] = {}
    links: dict[str, set[str]] = {}
    roots = set()
    for quad in pyoxigraph.parse(text.encode(), pyoxigraph.RdfFormat.N_QUADS):
        assert isinstance(quad.subject, pyoxigraph.NamedNode)
        assert not isinstance(quad.object, pyoxigraph.BlankNode)
        subject, predicate = quad.subject.value, quad.predicate.value
        subjects.setdefault(subject, Counter())[predicate] += 1
        if isinstance(quad.object, pyoxigraph.NamedNode):
            links.setdefault(subject, set()).add(quad.object.value)
        if predicate == PREFIXES["rdf"] + "type" and str(quad.object.value) in (
            ONTOLOGY + "Document",
            ONTOLOGY + "Program",
        ):
            roots.add(subject)
    for subject, predicates in subjects.items():
        assert predicates[PREFIXES["rdf"] + "type"] >= 1, subject
        assert predicates[PREFIXES["rdfs"] + "label"] == 1, subject
    reached, ahead = set(roots), list(roots)
    while ahead:
        new = links.get(ahead.pop(), set()) - reached
        reached |= new
        ahead.extend(new)
    assert subjects.keys() <= reached, sorted(subjects.keys() - reached)[:5]


def test_bundled_documents_are_well_made() -> None:
    for path in find([bundled()]):
        assert_well_made(to_nquads(read(path)))


def test_documents_of_the_corpus_are_well_made(corpus: Path) -> None:
    for path in find([corpus / "sodrm", *sorted((corpus / "program-pages").glob("*.md"))[::10]]):
        assert_well_made(to_nquads(read(path)))
