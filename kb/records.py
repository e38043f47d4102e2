"""The records: what a reader takes from a document, before any RDF.

All are frozen and hashable; sequences are tuples; ``None`` means *the document does not say*, never a stand-in value.
Equality is by value, so reading the same document twice gives equal records.

>>> Target(number=4, name="HD2811", line=21).number
4
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

__all__ = [
    "Document",
    "Finding",
    "Observation",
    "Person",
    "Program",
    "Reading",
    "Reference",
    "RowAccount",
    "Target",
    "replace",
]


@dataclass(frozen=True, slots=True)
class Document:
    """A file that was read.

    Parameters
    ----------
    name
        File name without its folder, ``7487.md``.
    format
        ``program-page`` or ``sodrm`` (one reader each, see :mod:`kb.sources`).
    sha256
        Hexadecimal digest of the bytes.
    key
        What the document is called in IRIs, unique among the documents of one format: the program number for a
        program page (``7487``), the slug of the file name for everything else.

    """

    name: str
    format: str
    sha256: str
    key: str


@dataclass(frozen=True, slots=True)
class Person:
    """An investigator as the document names them; ``role`` is ``PI``, ``Co-PI`` or ``investigator`` (not said)."""

    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Reference:
    """A program that another program's text speaks of.

    ``kind`` is a concept of ``ontology/vocabulary/reference-kinds.ttl``: ``mentions``, ``uses-data``, ``follow-up``,
    ``companion`` or ``coordinated``.  ``line`` counts from 1; ``quote`` is the words that made it count.
    """

    program: int
    kind: str
    line: int
    quote: str


@dataclass(frozen=True, slots=True)
class Target:
    """One target of one row.

    ``name`` is as written (white space collapsed, mark-up removed).  ``object`` is the name of the sky object that it
    designates, equal for two targets exactly when they are the same object; ``None`` where the name means nothing
    outside its program.  ``system`` names the object that ``object`` is part of (a planet's host system).  ``role``,
    ``method`` and ``rule`` are set by :mod:`kb.identity` and say how the decision was reached.
    """

    number: int | None
    name: str
    line: int
    object: str | None = None
    role: str = "science"
    method: str | None = None
    rule: str | None = None
    system: str | None = None


@dataclass(frozen=True, slots=True)
class Observation:
    """One planned observation: one row of a table, or one bullet of a list.

    ``order`` counts from 1 in the document; ``number`` is the observation number where the document gives it.
    ``template`` is the vocabulary's preferred label, or the text as written for a template that the vocabulary does
    not know, or ``None`` where none can be told; ``known_template`` says which.  ``instrument`` is ``MIRI``,
    ``NIRCam``, ``NIRISS``, ``NIRSpec``, ``FGS`` or ``None``.  ``elements`` are the spectral elements that the label
    names.
    """

    order: int
    number: int | None
    label: str
    label_raw: str
    folder: str | None
    template: str | None
    template_raw: str
    instrument: str | None
    line: int
    elements: tuple[str, ...] = ()
    parallel: bool = False
    known_template: bool = True
    targets: tuple[Target, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that was noticed, repaired or refused while reading.

    ``code`` is a concept of ``ontology/vocabulary/findings.ttl``, which also gives its severity (``info``,
    ``warning``, ``error``) and meaning.  ``line`` is ``None`` when it is about the document as a whole; ``order`` is
    the observation that it is about, ``property`` which of its fields; ``raw`` is the text as found, ``repaired``
    what was made of it.
    """

    code: str
    severity: str
    line: int | None
    message: str
    raw: str | None = None
    repaired: str | None = None
    order: int | None = None
    property: str | None = None


@dataclass(frozen=True, slots=True)
class RowAccount:
    """Where every row of a document's tables went; ``total`` is their sum."""

    observations: int = 0
    headings: int = 0
    continuations: int = 0
    rejected: int = 0

    @property
    def total(self) -> int:
        """Number of rows, headers and rulers not counted."""
        return self.observations + self.headings + self.continuations + self.rejected


@dataclass(frozen=True, slots=True)
class Program:
    """A program as its document describes it.

    ``category`` is ``GO``, ``GTO``, ``DD``, ``calibration``, ``AR``, ``survey`` or ``SODRM`` (a planned reference
    program of the Science Operations Design Reference Mission).  Hours are hours as written; access is in months.
    ``instruments`` is filled only where the document names them apart from its rows (SODRM).
    """

    id: int
    title: str
    category: str | None = None
    cycle: int | None = None
    cycle_inferred: bool = False
    prime_hours: Decimal | None = None
    parallel_hours: Decimal | None = None
    access_months: int | None = None
    kinds: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    people: tuple[Person, ...] = ()
    references: tuple[Reference, ...] = ()
    activity: str | None = None
    abstract: str | None = None
    description: str | None = None
    instruments: tuple[str, ...] = ()
    line: int = 1


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading one document says about one program: the unit that travels from readers to everything else.

    ``program`` is ``None`` for a document that could not be read; its findings say why.
    """

    document: Document
    program: Program | None
    rows: RowAccount = RowAccount()
    observations: tuple[Observation, ...] = ()
    findings: tuple[Finding, ...] = ()
