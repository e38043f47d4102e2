"""Minting of IRIs: names become slugs, slugs become addresses under :data:`BASE`.

Two names share a slug only where they differ in nothing but

- the case of letters (planet and component letters at the end of a sky object's name keep theirs),
- a space for a hyphen that is no sign, the length of white space, and the Unicode normal form.

>>> slug("HD 2811"), slug("BD+60 1753"), slug("MACS J0416.1-2403"), slug("WASP-76 b"), slug("HD 1326 B")
('hd-2811', 'bdp60-1753', 'macs-j0416.1m2403', 'wasp-76-b', 'hd-1326-B')
"""

from __future__ import annotations

import re
from functools import lru_cache
from unicodedata import normalize
from urllib.parse import quote

__all__ = [
    "BASE",
    "DERIVED_GRAPH",
    "MANIFEST_GRAPH",
    "ONTOLOGY",
    "PREFIXES",
    "SHARED_GRAPH",
    "VOCABULARY_GRAPH",
    "activity_iri",
    "concept_slug",
    "document_iri",
    "element_iri",
    "finding_iri",
    "graph_iri",
    "object_iri",
    "observation_iri",
    "pair_iri",
    "participation_iri",
    "person_iri",
    "program_iri",
    "reference_iri",
    "report_iri",
    "requirement_iri",
    "slug",
    "target_iri",
    "unknown_template_iri",
]

BASE = "https://w3id.org/jwst-kb/"
ONTOLOGY = BASE + "ontology#"
SHARED_GRAPH = BASE + "graph/shared"
VOCABULARY_GRAPH = BASE + "graph/vocabulary"
DERIVED_GRAPH = BASE + "graph/derived"
#: What `kb push` notes down about the graphs of a store behind an address; no store on disk has it.
MANIFEST_GRAPH = BASE + "graph/manifest"

#: Prefixes that queries need not declare and that every export uses.
PREFIXES = {
    "jkb": ONTOLOGY,
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcterms": "http://purl.org/dc/terms/",
    "prov": "http://www.w3.org/ns/prov#",
    "schema": "https://schema.org/",
    "sosa": "http://www.w3.org/ns/sosa/",
    "dqv": "http://www.w3.org/ns/dqv#",
}

# Where a sign stands: in a zone (BD+60) or between the digits of a position (J0416.1-2403).  A letter p or m that is
# written in such a place goes upper case, so that it never meets the sign that is spelled with it.
_SIGN = re.compile(
    r"^(?P<zone>bd|cd|cpd)(?P<sign>[-+pm])(?=\d)"
    r"|(?<=\d)[+p](?=\d)"
    r"|(?:(?<=\d{4})|(?<=\d{4}\.\d)|(?<=\d{4}\.\d\d))[-m](?=\d\d)"
)
# What all of these have in common, found in a fraction of the time.
_MAY_BE_SIGN = re.compile(r"[-+pm]\d")
# What quote leaves as it is, at a tenth of its cost.
_PLAIN = re.compile(r"[\w.~-]*", re.ASCII)
_SPELLED = {"+": "p", "-": "m", "p": "P", "m": "M"}
# The letters of planets and stellar components: one or two at the end of a name ("HD 1326B", "16 Cyg B b").
_LETTERS = re.compile(r"(?<=[\d -])[A-Za-z]{1,2}(?: [A-Za-z]{1,2})?$")


@lru_cache(maxsize=1 << 16)
def slug(name: str) -> str:
    """Slug of the name of something in the sky, or of a file; the module says what is folded.

    Raises
    ------
    ValueError
        The name is blank.

    >>> slug("J0224-4711"), slug("J0224M4711"), slug("Río 1")
    ('j0224m4711', 'j0224M4711', 'r%C3%ADo-1')
    """
    name = _tidy(name)
    letters = _LETTERS.search(name)
    cut = letters.start() if letters else len(name)
    head = name[:cut].lower()
    if _MAY_BE_SIGN.search(head):
        head = _SIGN.sub(_spell, head)
    return _encode(head + name[cut:])


@lru_cache(maxsize=1 << 14)
def concept_slug(name: str) -> str:
    """Slug of a name in which the case of no letter matters: a template, a spectral element, a person.

    Raises
    ------
    ValueError
        The name is blank.

    >>> concept_slug("F1550C"), concept_slug("MIRI External Flat")
    ('f1550c', 'miri-external-flat')
    """
    return _encode(_tidy(name).lower())


def _tidy(name: str) -> str:
    tidied = " ".join(normalize("NFC", name).split())
    if not tidied:
        raise ValueError("a blank name has no slug")
    return tidied


def _spell(found: re.Match[str]) -> str:
    zone = found["zone"] or ""
    return zone + _SPELLED[found["sign"] or found[0]]


def _encode(folded: str) -> str:
    joined = folded.replace(" ", "-")
    encoded = joined if _PLAIN.fullmatch(joined) else quote(joined, safe="")
    # "." and ".." would be steps in a path.
    return encoded.replace(".", "%2E") if not encoded.strip(".") else encoded


def program_iri(program: int | str) -> str:
    """Address of a program: by its number, or, for a draft, by the first digits of its file's SHA-256.

    >>> program_iri(7487), program_iri("0a1b2c3d4e5f").removeprefix(BASE)
    ('https://w3id.org/jwst-kb/program/7487', 'draft/0a1b2c3d4e5f')
    """
    return f"{BASE}{'program' if isinstance(program, int) else 'draft'}/{program}"


def observation_iri(program: int | str, order: int, number: int | None, *, parallel: bool = False) -> str:
    """Address of an observation: by its number where the document gives one (unique there), else by its row.

    >>> observation_iri(7487, 3, None), observation_iri(1194, 1, 3, parallel=True)
    ('https://w3id.org/jwst-kb/program/7487/row/3', 'https://w3id.org/jwst-kb/program/1194/observation/3/parallel')
    """
    if number is None:
        return f"{program_iri(program)}/row/{order}"
    return f"{program_iri(program)}/observation/{number}{'/parallel' if parallel else ''}"


def target_iri(program: int | str, number: int | None, name: str, *, shared_number: bool = False) -> str:
    """Address of a program's target; ``shared_number`` says that the number already belongs to another name.

    >>> target_iri(7487, 4, "HD2811").removeprefix(BASE), target_iri(7487, None, "HD 2811").removeprefix(BASE)
    ('program/7487/target/4', 'program/7487/target/name-hd-2811')
    """
    if number is None:
        return f"{program_iri(program)}/target/name-{slug(name)}"
    return f"{program_iri(program)}/target/{number}{'-' + slug(name) if shared_number else ''}"


def participation_iri(program: int | str, order: int) -> str:
    """Address of one person's part in a program; ``order`` counts from 1."""
    return f"{program_iri(program)}/person/{order}"


def reference_iri(program: int | str, referred: int) -> str:
    """Address of what a program's text says about another program."""
    return f"{program_iri(program)}/reference/{referred}"


def requirement_iri(program: int | str, order: int) -> str:
    """Address of a requirement that ties observations of a program together; ``order`` counts from 1."""
    return f"{program_iri(program)}/requirement/{order}"


def report_iri(form: str, key: str, order: int) -> str:
    """Address of what a document reports of one visit; ``order`` counts from 1 in the document."""
    return f"{document_iri(form, key)}/visit/{order}"


def object_iri(name: str) -> str:
    """Address of a sky object.

    >>> object_iri("BD+60 1753")
    'https://w3id.org/jwst-kb/object/bdp60-1753'
    """
    return f"{BASE}object/{slug(name)}"


def person_iri(name: str) -> str:
    """Address of a person; two people of one name are one, since the documents do not tell them apart."""
    return f"{BASE}person/{concept_slug(name)}"


def unknown_template_iri(name: str) -> str:
    """Address of a template that the vocabulary does not know, apart from those that it does."""
    return f"{BASE}template/unknown-{concept_slug(name)}"


def activity_iri(name: str) -> str:
    """Address of a calibration activity."""
    return f"{BASE}activity/{concept_slug(name)}"


def element_iri(instrument: str, element: str) -> str:
    """Address of a spectral element; several instruments have an F200W.

    >>> element_iri("MIRI", "F1550C")
    'https://w3id.org/jwst-kb/element/miri-f1550c'
    """
    return f"{BASE}element/{concept_slug(instrument)}-{concept_slug(element)}"


def pair_iri(instrument: str, pupil: str, element: str) -> str:
    """Address of two spectral elements in the beam together, that of the pupil or the disperser first.

    >>> pair_iri("NIRCam", "F405N", "F444W")
    'https://w3id.org/jwst-kb/element-pair/nircam-f405n-f444w'
    """
    return f"{BASE}element-pair/{concept_slug(instrument)}-{concept_slug(pupil)}-{concept_slug(element)}"


def document_iri(form: str, key: str) -> str:
    """Address of a document; ``key`` is the program number or the slug of the file name."""
    return f"{BASE}document/{form}/{key}"


def graph_iri(form: str, key: str) -> str:
    """Address of the named graph that holds what a document says."""
    return f"{BASE}graph/{form}/{key}"


def finding_iri(form: str, key: str, order: int) -> str:
    """Address of a finding; ``order`` counts from 1 in the document."""
    return f"{document_iri(form, key)}/finding/{order}"
