"""Readings → N-Quads: what one document says, in the named graph of that document.  Pure: no store, no files.

Every IRI comes from :mod:`kb.iris`, every term from ``ontology/``: a term that the ontology does not define raises.

>>> from kb.records import Document, Program, Reading
>>> text = to_nquads([Reading(Document("7487.md", "program-page", "00", "7487"), Program(7487, "Absolute Flux"))])
>>> [line for line in text.splitlines() if "title" in line][0][:72]
'<https://w3id.org/jwst-kb/program/7487> <http://purl.org/dc/terms/title>'
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Sequence
from functools import lru_cache

from kb import iris, vocabulary
from kb.nquads import Quads, Uri
from kb.records import Document, Finding, Observation, Plan, Program, Reading
from kb.triples_targets import Targets

__all__ = ["quads_of", "to_nquads"]

PAGE = "https://www.stsci.edu/jwst/science-execution/program-information?id="


def to_nquads(readings: Sequence[Reading]) -> str:
    """Write all readings of one document as N-Quads, one statement a line, each once; see :func:`quads_of`."""
    return quads_of(readings).text()


def quads_of(readings: Sequence[Reading]) -> Quads:
    """State what all readings of one document say.

    Parameters
    ----------
    readings
        What the document says, one reading a program; all have the same document.

    Raises
    ------
    VocabularyError
        A record names a term that ``ontology/`` does not define.

    """
    document = readings[0].document
    quads = _Quads(document)
    quads.document(readings)
    finding_order = 0
    for reading in readings:
        program = reading.program
        nodes: dict[int, str] = {}
        about = quads.node
        if program is not None:
            about = f"<{iris.program_iri(program.key)}>"
            used = (observation.instrument for observation in reading.observations)
            instruments = dict.fromkeys([*program.instruments, *(name for name in used if name)])
            first = reading.first
            quads.program(about, program, instruments, planned=document.format == "sodrm", first=first)
            targets = Targets(quads, about, program.key, first.targets if first else ())
            twins = {order: row.order for order, row in reading.twins}
            taken = {row.number for row in first.rows} if first else set()
            nodes = quads.observations(about, program.key, reading.observations, targets, twins, taken)
            for order, row in reading.twins:
                twin = iris.observation_iri(program.key, row.order, row.number, parallel=row.parallel)
                quads.link(nodes[order], "matches", f"<{twin}>")
            if document.format == "apt":
                from kb.triples_apt import state_plan

                state_plan(quads, about, reading, nodes, targets.node)
        if reading.reports:
            from kb.triples_visits import state_reports

            state_reports(quads, quads.node, reading)
        for finding in reading.findings:
            finding_order += 1
            quads.finding(finding_order, finding, nodes.get(finding.order or 0, about))
    return quads


class _Quads(Quads):
    """The statements of one document, in the order of the document."""

    def __init__(self, document: Document) -> None:
        super().__init__(iris.graph_iri(document.format, document.key))
        self.of = document
        self.node = f"<{iris.document_iri(document.format, document.key)}>"
        self._concept = vocabulary.load().concept

    def document(self, readings: Sequence[Reading]) -> None:
        node, document = self.node, self.of
        self.type(self.graph, "DocumentGraph")
        self.put(self.graph, "rdfs:label", f"What {document.name} says")
        self.link(self.graph, "prov:wasDerivedFrom", node)
        self.type(node, "Document")
        self.link(node, "dcterms:hasFormat", self.graph)
        self.put(node, "rdfs:label", document.name)
        self.put(node, "fileName", document.name)
        self.put(node, "format", document.format)
        self.put(node, "sha256", document.sha256)
        self.put(node, "schemaVersion", document.schema)
        self.put(node, "rowsObservations", sum(reading.rows.observations for reading in readings))
        self.put(node, "rowsHeadings", sum(reading.rows.headings for reading in readings))
        self.put(node, "rowsContinuations", sum(reading.rows.continuations for reading in readings))
        self.put(node, "rowsRejected", sum(reading.rows.rejected for reading in readings))
        self.put(node, "rowsVisits", sum(reading.rows.visits for reading in readings) or None)

    def program(
        self, node: str, program: Program, instruments: Iterable[str], *, planned: bool, first: Plan | None = None
    ) -> None:
        self.link(node, "dcterms:source", self.node)
        self.link(self.node, "describes", node)
        if first is not None:
            from kb.beside import rest

            self._said(node, rest(program, first), [name for name in instruments if name not in first.instruments])
            return
        self.type(node, "Program", *(["PlannedReferenceProgram"] if planned else []))
        name = f"Program {program.id}" if program.draft is None else f"Draft {program.draft}"
        self.put(node, "rdfs:label", f"{program.id or name} {program.title}" if program.title else name)
        self.put(node, "programNumber", program.id)
        self.put(node, "line", program.line)
        if not planned and program.id is not None:
            self.put(node, "schema:url", Uri(f"{PAGE}{program.id}"))
            for pattern in vocabulary.load().pages:
                self.link(node, "rdfs:seeAlso", f"<{pattern.replace('{number}', str(program.id))}>")
        self._said(node, program, instruments, hours="estimatedHours" if planned else "primeHours")

    def _said(self, node: str, program: Program, instruments: Iterable[str], hours: str = "primeHours") -> None:
        """State what a second document of a program adds, and a first one says."""
        self.put(node, "dcterms:title", program.title or None)
        self.concept(node, "category", "category", program.category, unknown="categoryName")
        self.put(node, "cycle", program.cycle)
        self.put(node, "cycleInferred", program.cycle_inferred if program.cycle is not None else None)
        self.put(node, hours, program.prime_hours)
        self.put(node, "parallelHours", program.parallel_hours)
        self.put(node, "accessMonths", program.access_months)
        for kind in program.kinds:
            self.concept(node, "specialKind", "kind", kind, unknown="specialKindName")
        for mode in program.modes:
            self.put(node, "requestedMode", mode)
        for instrument in instruments:
            self.concept(node, "usesInstrument", "instrument", instrument)
        self.put(node, "dcterms:abstract", program.abstract)
        self.put(node, "observingDescription", program.description)
        if program.activity is not None:
            self.link(node, "hasActivity", f"<{_activity(program.activity)}>")
            self.put(node, "activityName", program.activity)
        self._people(node, program)
        self._references(node, program)

    def concept(self, node: str, term: str, scheme: str, name: str | None, unknown: str | None = None) -> None:
        """Link to a concept of the vocabulary; a name that it does not have becomes a literal, of ``unknown``."""
        found = vocabulary.load().find(scheme, name) if name else None
        if found:
            self.link(node, term, f"<{found.iri}>")
        elif name and unknown:
            self.put(node, unknown, name)

    def _people(self, node: str, program: Program) -> None:
        for order, person in enumerate(program.people, 1):
            part = f"<{iris.participation_iri(program.key, order)}>"
            self.link(node, "hasParticipation", part)
            self.type(part, "Participation")
            self.put(part, "rdfs:label", f"{person.name} ({person.role})")
            self.put(part, "personName", person.name)
            self.put(part, "participantRole", person.role)
            self.put(part, "order", order)
            self.link(part, "participant", f"<{iris.person_iri(person.name)}>")

    def _references(self, node: str, program: Program) -> None:
        for reference in program.references:
            referred = f"<{iris.program_iri(reference.program)}>"
            made = f"<{iris.reference_iri(program.key, reference.program)}>"
            self.link(node, "refersTo", referred)
            self.link(node, "hasReference", made)
            self.type(made, "ProgramReference")
            self.put(made, "rdfs:label", f"Program {program.id} on program {reference.program}")
            self.link(made, "referredProgram", referred)
            self.link(made, "referenceKind", f"<{self._concept('reference-kind', reference.kind)}>")
            self.put(made, "line", reference.line)
            self.put(made, "quote", reference.quote)

    def observations(
        self,
        program_node: str,
        program: int | str,
        observations: Sequence[Observation],
        targets: Targets,
        twins: Container[int] = (),
        taken: Container[int | None] = (),
    ) -> dict[int, str]:
        """State the rows and their targets; return the node of each row by its order.

        Those of ``twins`` are observations of another document, where they count; ``taken`` are numbers of those.
        """
        numbers = Counter((row.number, row.parallel) for row in observations)
        nodes: dict[int, str] = {}
        for row in observations:
            # A number that stands on two rows names neither.
            number = row.number if numbers[row.number, row.parallel] == 1 and row.number not in taken else None
            node = f"<{iris.observation_iri(program, row.order, number, parallel=row.parallel)}>"
            nodes[row.order] = node
            self.link(program_node, "listsObservation" if row.order in twins else "hasObservation", node)
            self._observation(node, program, row)
            for target in row.targets:
                self.link(node, "hasTarget", targets.node(target))
        return nodes

    def _observation(self, node: str, program: int | str, row: Observation) -> None:
        self.type(node, "Observation")
        place = f"{'Program' if isinstance(program, int) else 'Draft'} {program}, row {row.order}"
        self.put(node, "rdfs:label", row.label or (f"{place}: {row.template}" if row.template else place))
        self.put(node, "observationLabel", row.label or None)
        self.put(node, "labelAsWritten", row.label_raw if row.label_raw != row.label else None)
        self.put(node, "order", row.order)
        self.put(node, "observationNumber", row.number)
        self.put(node, "folder", row.folder)
        self.put(node, "line", row.line)
        self.put(node, "isParallel", True if row.parallel else None)
        self.put(node, "templateAsWritten", row.template_raw if row.template_raw not in ("", row.template) else None)
        template = vocabulary.load().templates.get(row.template or "")
        if template is not None:
            self.link(node, "usesTemplate", f"<{template.iri}>")
        elif row.template is not None:
            self.link(node, "usesTemplate", f"<{iris.unknown_template_iri(row.template)}>")
            self.put(node, "templateName", row.template)
        for element in row.elements:
            self.put(node, "elementName", element)
            if row.instrument is not None and not row.exposures:  # else they are used, not only named
                self.concept(node, "namesElement", f"element-{row.instrument.lower()}", element)

    def finding(self, order: int, finding: Finding, about: str) -> None:
        node = f"<{iris.finding_iri(self.of.format, self.of.key, order)}>"
        self.link(self.node, "hasFinding", node)
        self.type(node, "Finding", "dqv:QualityAnnotation")
        self.put(node, "rdfs:label", finding.message)
        self.link(node, "findingKind", f"<{self._concept('finding-kind', finding.code)}>")
        self.put(node, "severity", finding.severity)
        self.put(node, "line", finding.line)
        self.link(node, "about", about)
        self.put(node, "aboutProperty", finding.property)
        self.put(node, "rawText", finding.raw)
        self.put(node, "repairedText", finding.repaired)


@lru_cache(maxsize=1 << 12)
def _activity(name: str) -> str:
    known = vocabulary.load()
    found = known.find("activity", name) if any(c.scheme == "activity" for c in known.concepts) else None
    return found.iri if found else iris.activity_iri(name)
