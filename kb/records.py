"""The records: what a reader takes from a document, before any RDF.

All are named tuples: frozen, hashable, equal by value, and made in a quarter of the time that a frozen dataclass takes.
Sequences are tuples; ``None`` means *the document does not say*, never a stand-in value.

>>> Target(number=4, name="HD2811", line=21).number
4
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from kb.visits import VisitReport

__all__ = [
    "Document",
    "Exposure",
    "Finding",
    "Observation",
    "ObservationLink",
    "OpticalElement",
    "Person",
    "Plan",
    "Position",
    "Program",
    "Reading",
    "Reference",
    "Requirement",
    "Row",
    "RowAccount",
    "Target",
    "Visit",
]


class Document(NamedTuple):
    """A file that was read.

    Parameters
    ----------
    name
        File name without its folder, ``7487.md``.
    format
        ``program-page``, ``sodrm``, ``apt`` … (one reader each, see :mod:`kb.sources`).
    sha256
        Hexadecimal digest of the bytes.
    key
        What the document is called in IRIs, unique among the documents of one format: the program number for a
        program page (``7487``), the slug of the file name for everything else.
    schema
        Version of the format, as the document says it.
    title, created, package, week
        Of a report on visits: its title, when it was made (ISO 8601), the plan that it belongs to, and the day on which
        the week of a schedule begins.

    """

    name: str
    format: str
    sha256: str
    key: str
    schema: str | None = None
    title: str | None = None
    created: str | None = None
    package: str | None = None
    week: str | None = None


class Person(NamedTuple):
    """An investigator as the document names them.

    ``role`` is ``PI``, ``Co-PI``, ``Co-I`` or ``investigator`` (not said).  ``institution`` is the only other thing
    that is ever taken of a person.
    """

    name: str
    role: str
    institution: str | None = None


class Reference(NamedTuple):
    """A program that another program's text speaks of.

    ``kind`` is a concept of ``ontology/vocabulary/reference-kinds.ttl``: ``mentions``, ``uses-data``, ``follow-up``,
    ``companion`` or ``coordinated``.  ``line`` counts from 1; ``quote`` is the sentence that speaks of it.
    """

    program: int
    kind: str
    line: int
    quote: str


class Position(NamedTuple):
    """Where a target is on the sky.

    Parameters
    ----------
    ra, dec
        Right ascension and declination, decimal degrees ICRS, at ``epoch``; rounded to 1e-9 degrees (4 µas).
    epoch
        Julian year at which ``ra`` and ``dec`` hold; ``None`` where the document gives none.
    pm_ra, pm_dec
        Proper motion, mas/yr; ``pm_ra`` is along the circle of declination (μα cos δ).
    parallax
        Annual parallax, mas.
    uncertainty
        Radius within which the position is known, arcsec, where the document says it.
    raw
        The coordinates as written.

    """

    ra: float
    dec: float
    epoch: float | None = None
    pm_ra: float | None = None
    pm_dec: float | None = None
    parallax: float | None = None
    uncertainty: float | None = None
    raw: str | None = None


class Target(NamedTuple):
    """One target of one row.

    ``name`` is as written (white space collapsed, mark-up removed).  ``object`` is the name of the sky object that it
    designates, equal for two targets exactly when they are the same object; ``None`` where the name means nothing
    outside its program.  ``system`` names the object that ``object`` is part of (a planet's host system).  ``role``,
    ``method`` and ``rule`` are set by :mod:`kb.identity` and say how the decision was reached.

    ``kind`` is ``fixed``, ``solar-system``, ``msa-catalogue``, ``group`` or ``generic`` where the document tells,
    ``archive_name`` the target's name at the archive, ``extended`` whether it is larger than a point, ``category`` and
    ``keywords`` what the proposal calls it.  Of a moving target, ``description`` is what is said of it and of the
    levels by which its place is found, and ``body`` the body of the solar system that the deepest of them names.
    """

    number: int | None
    name: str
    line: int
    object: str | None = None
    role: str = "science"
    method: str | None = None
    rule: str | None = None
    system: str | None = None
    kind: str | None = None
    position: Position | None = None
    archive_name: str | None = None
    extended: bool | None = None
    category: str | None = None
    keywords: tuple[str, ...] = ()
    description: str | None = None
    body: str | None = None


class OpticalElement(NamedTuple):
    """What one exposure has in its beam: an element, or a pair of elements in two wheels.

    ``name`` is a filter, grating or sub-band as the observatory writes it (``F444W``, ``G235H``, ``SHORT(A)``);
    ``second`` what stands in the other wheel: the pupil of NIRCam and NIRISS (``F405N``, ``GRISMR``), the filter of
    NIRSpec (``F170LP``), the mask of MIRI.  ``channel`` is ``short`` or ``long`` where NIRCam observes with both,
    ``short`` where MIRI's short-wavelength detector is read in another way than the long one.

    >>> OpticalElement("F444W", "F405N", "long").pair
    'F405N+F444W'
    """

    name: str
    second: str | None = None
    channel: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its single elements, that of the other wheel first."""
        return (self.name,) if self.second is None else (self.second, self.name)

    @property
    def pair(self) -> str:
        """The names in one text, as the observatory writes a pair."""
        return "+".join(self.names)


class Exposure(NamedTuple):
    """One line of an observation's exposures: what is in the beam, and how long the detectors integrate.

    ``order`` counts from 1 in the observation.  ``role`` is ``science`` or ``direct-image`` (an undispersed picture
    that goes with spectra).  ``groups`` and ``integrations`` are numbers per exposure, ``exposures`` how many are
    taken at each place; no document gives seconds per exposure.  ``subarray`` is the part of the detector that is
    read, where the document says it of each exposure.
    """

    order: int
    line: int
    elements: tuple[OpticalElement, ...] = ()
    readout: str | None = None
    groups: int | None = None
    integrations: int | None = None
    exposures: int | None = None
    role: str = "science"
    subarray: str | None = None


class Requirement(NamedTuple):
    """A special requirement of an observation: its ``name`` (``NoParallel``) and ``value`` as written."""

    name: str
    value: str | None
    line: int


class ObservationLink(NamedTuple):
    """A requirement that ties observations of a program together.

    ``kind`` is ``after``, ``group-within``, ``orient-from``, ``same-orient``, ``psf-reference``, or the document's own
    word for a kind that is not known.  ``numbers`` are observation numbers: of ``after`` and ``orient-from`` the one
    that is bound stands first, then the one that it is bound to.
    """

    kind: str
    numbers: tuple[int, ...]
    line: int
    value: str | None = None


class Visit(NamedTuple):
    """A part of an observation that is scheduled as one; ``status`` is as written (``FLIGHT_READY``)."""

    number: int
    line: int
    status: str | None = None


class Observation(NamedTuple):
    """One planned observation: one row of a table, or one bullet of a list.

    ``order`` counts from 1 in the document; ``number`` is the observation number where the document gives it.
    ``template`` is the vocabulary's preferred label, or the text as written for a template that the vocabulary does
    not know, or ``None`` where none can be told; ``known_template`` says which.  ``instrument`` is ``MIRI``,
    ``NIRCam``, ``NIRISS``, ``NIRSpec``, ``FGS`` or ``None``.  ``elements`` are the spectral elements that the label
    names, or, where the document lists ``exposures``, those that the science exposures use.

    ``acquisition`` is the target that the telescope finds its way by, where that is another one.  ``duration`` is the
    science time of the observation, seconds.  ``mosaic`` is rows and columns of tiles, ``tiles`` how many of them are
    observed, ``overlap`` how far rows and columns of tiles lie over one another (percent of a tile), ``skew`` by how
    much rows and columns lean (degrees).  ``parallel_set`` names the pair of modes of a coordinated parallel.
    ``dithers`` are the settings of dithers, nods and steps as written.
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
    exposures: tuple[Exposure, ...] = ()
    acquisition: Target | None = None
    requirements: tuple[Requirement, ...] = ()
    duration: Decimal | None = None
    subarray: str | None = None
    mosaic: tuple[int, int] | None = None
    tiles: int | None = None
    overlap: tuple[Decimal, Decimal] | None = None
    skew: tuple[Decimal, Decimal] | None = None
    visits: tuple[Visit, ...] = ()
    parallel_set: str | None = None
    dithers: str | None = None


class Finding(NamedTuple):
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


class RowAccount(NamedTuple):
    """Where every row of a document's tables went; ``total`` is their sum.

    ``visits`` are the lines of a schedule and the visits of a status report.
    """

    observations: int = 0
    headings: int = 0
    continuations: int = 0
    rejected: int = 0
    visits: int = 0

    @property
    def total(self) -> int:
        """Number of rows, headers and rulers not counted."""
        return self.observations + self.headings + self.continuations + self.rejected + self.visits


class Program(NamedTuple):
    """A program as its document describes it.

    ``category`` is ``GO``, ``GTO``, ``DD``, ``calibration``, ``AR``, ``survey`` or ``SODRM`` (a planned reference
    program of the Science Operations Design Reference Mission).  Hours are hours as written; access is in months.
    ``instruments`` is filled only where the document names them apart from its rows (SODRM).

    ``id`` is ``None`` for a draft, which has no number yet; ``draft`` is then what it goes by, the first digits of its
    file's SHA-256.  ``cycle`` 0 is commissioning.  ``phase`` (``Draft``, ``Submitted``, ``Approved``), ``size``,
    ``science_categories``, ``keywords`` and ``charged_hours`` are as written.  ``unused`` are targets that are
    listed and that no observation points at.
    """

    id: int | None
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
    draft: str | None = None
    phase: str | None = None
    size: str | None = None
    science_categories: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    charged_hours: Decimal | None = None
    unused: tuple[Target, ...] = ()
    links: tuple[ObservationLink, ...] = ()

    @property
    def key(self) -> int | str:
        """Number of the program, or what a draft goes by: the part of an address that is its own."""
        return self.id if self.id is not None else self.draft or ""


class Row(NamedTuple):
    """An observation of a first document, as far as it takes to find it again in a second one.

    ``number`` is ``None`` also where it stands twice in the first document, since then it names neither.  ``objects``
    says for each target what the telescope points at: the system of a planet, else the object, else the bare name.
    """

    order: int
    number: int | None
    parallel: bool
    label: str
    template: str | None
    targets: tuple[str, ...]
    objects: tuple[str, ...]


class Plan(NamedTuple):
    """What a first document says of a program, as far as a second one must know it to say nothing twice.

    ``values`` are fields of the program that it fills, each with the text that a second document's value is compared
    with (``""``: not compared); ``targets`` its targets by number and name.
    """

    program: int | str
    values: tuple[tuple[str, str], ...]
    kinds: tuple[str, ...]
    instruments: tuple[str, ...]
    references: tuple[int, ...]
    targets: tuple[tuple[int | None, str], ...]
    rows: tuple[Row, ...]


class Reading(NamedTuple):
    """What reading one document says about one program: the unit that travels from readers to everything else.

    ``program`` is ``None`` for a document that could not be read, whose findings say why, and for one that reports on
    visits (``reports``), of whichever programs.

    ``first`` is what another document says of the program that speaks first; the reading then holds what this one adds,
    and ``twins`` pairs its observations, by their order, with those that are the same there (:mod:`kb.beside`).
    """

    document: Document
    program: Program | None
    rows: RowAccount = RowAccount()
    observations: tuple[Observation, ...] = ()
    findings: tuple[Finding, ...] = ()
    first: Plan | None = None
    twins: tuple[tuple[int, Row], ...] = ()
    reports: tuple[VisitReport, ...] = ()
