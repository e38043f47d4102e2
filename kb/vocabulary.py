"""``ontology/`` loaded as a closed namespace: what it does not define does not exist, and asking for it raises.

The lists of templates, instruments, roles, spectral elements and kinds of findings stand in ``ontology/vocabulary``
and nowhere else; readers and triples take them from here.

>>> load().template("miri  IMAGING").iri
'https://w3id.org/jwst-kb/template/miri-imaging'
>>> load().term("hasObservation")
'https://w3id.org/jwst-kb/ontology#hasObservation'
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from kb.concepts import Concept, Element, FindingKind, Instrument, Template, Vocabulary, folded
from kb.errors import VocabularyError
from kb.iris import BASE, ONTOLOGY

__all__ = ["load", "ontology_dir", "ontology_version", "read_vocabulary"]

_SKOS = "http://www.w3.org/2004/02/skos/core#"
_RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_SCHEME = f"{BASE}scheme/"

# What lies in ontology/ and changes no reading: a change there must not make a build read every document again.
_NOT_READ = frozenset(
    {
        "README.md",
        "cards",
        "charts",
        "context.jsonld",
        "duplicates",
        "exports",
        "lookups",
        "questions",
        "rules",
        "search",
        "shapes.ttl",
        "shared",
        "style.json",
        "ties",
    }
)


def ontology_dir() -> Path:
    """Return the folder of the ontology: inside the package where it is installed, beside it in a checkout.

    Raises
    ------
    VocabularyError
        If neither is there.

    """
    package = Path(__file__).parent
    for folder in (package / "ontology", package.parent / "ontology"):
        if (folder / "jwst-kb.ttl").is_file():
            return folder
    raise VocabularyError(f"ontology/jwst-kb.ttl is neither in {package} nor beside it: install the package again")


@lru_cache(maxsize=1)
def ontology_version() -> str:
    """Return a hexadecimal digest of everything in ``ontology/`` that reading depends on: names and contents only."""
    return digest(ontology_dir())


def digest(folder: Path) -> str:
    """Return the digest of a folder's files that reading depends on; neither place nor time of the files counts."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*"), key=lambda path: path.relative_to(folder).as_posix()):
        parts = path.relative_to(folder).parts
        if parts[0] in _NOT_READ or any(part.startswith((".", "__")) for part in parts) or not path.is_file():
            continue
        total.update("/".join(parts).encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


@lru_cache(maxsize=1)
def load() -> Vocabulary:
    """Return the vocabulary of this installation, read once."""
    return read_vocabulary(ontology_dir())


def read_vocabulary(folder: Path) -> Vocabulary:
    """Read ``jwst-kb.ttl`` and ``vocabulary/*.ttl`` of a folder.

    Raises
    ------
    VocabularyError
        If a file is not Turtle, a concept lacks label, notation or scheme, or one name stands for two concepts of a
        scheme.

    """
    terms = {iri.removeprefix(ONTOLOGY): iri for iri in _read(folder / "jwst-kb.ttl") if iri.startswith(ONTOLOGY)}
    described: dict[str, _Description] = {}
    for path in sorted((folder / "vocabulary").glob("*.ttl")):
        for iri, description in _read(path).items():
            for predicate, values in description.items():
                described.setdefault(iri, {}).setdefault(predicate, []).extend(values)
    concepts = tuple(
        _concept(iri, description, described)
        for iri, description in described.items()
        if f"{_SKOS}inScheme" in description
    )
    schemes = (
        iri for iri, description in described.items() if f"{_SKOS}ConceptScheme" in description.get(_RDF_TYPE, ())
    )
    instruments = {concept.label: concept for concept in concepts if isinstance(concept, Instrument)}
    return Vocabulary(
        terms=MappingProxyType(terms),
        concepts=concepts,
        templates=MappingProxyType({c.label: c for c in concepts if isinstance(c, Template)}),
        instruments=MappingProxyType(instruments),
        elements=MappingProxyType(
            {
                label: frozenset(c.notation for c in concepts if c.scheme == f"element-{instrument.notation}")
                for label, instrument in instruments.items()
            }
        ),
        findings=MappingProxyType({c.notation: c for c in concepts if isinstance(c, FindingKind)}),
        modes=MappingProxyType({c.notation: c for c in concepts if c.scheme == "mode"}),
        roles=MappingProxyType({c.notation: c for c in concepts if c.scheme == "role"}),
        pages=tuple(sorted(found[0] for d in described.values() if (found := d.get(f"{ONTOLOGY}addressPattern")))),
        _names=MappingProxyType(_by_name(concepts, schemes)),
    )


_Description = dict[str, list[str]]
_MEMBERS = ("filterElement", "pupilElement")


def _read(path: Path) -> dict[str, _Description]:
    """Return subject → predicate → values of a Turtle file, in the order of the file."""
    import pyoxigraph

    subjects: dict[str, _Description] = {}
    try:
        for triple in pyoxigraph.parse(path=path, format=pyoxigraph.RdfFormat.TURTLE):
            subject, value = triple.subject, triple.object
            if isinstance(subject, pyoxigraph.NamedNode) and not isinstance(value, pyoxigraph.BlankNode):
                subjects.setdefault(subject.value, {}).setdefault(triple.predicate.value, []).append(value.value)
    except (SyntaxError, OSError) as error:
        raise VocabularyError(f"{path}: {error}") from error
    return subjects


def _concept(iri: str, description: _Description, described: Mapping[str, _Description]) -> Concept:
    """Return the concept of a description, as an object of the class that its type asks for."""

    def one(predicate: str) -> str:
        values = description.get(predicate, [])
        if len(values) != 1:
            raise VocabularyError(f"vocabulary: <{iri}> needs one {predicate}, has {len(values)}")
        return values[0]

    def linked(predicate: str, wanted: str) -> str:
        target = one(f"{ONTOLOGY}{predicate}")
        try:
            return described[target][f"{_SKOS}{wanted}"][0]
        except KeyError:
            raise VocabularyError(f"vocabulary: <{iri}> has the {predicate} <{target}>, which is not defined") from None

    def limits() -> tuple[float, float] | None:
        if f"{ONTOLOGY}shortestWavelength" not in description:
            return None
        return float(one(f"{ONTOLOGY}shortestWavelength")), float(one(f"{ONTOLOGY}longestWavelength"))

    scheme = one(f"{_SKOS}inScheme").removeprefix(_SCHEME)
    notation, label = one(f"{_SKOS}notation"), one(f"{_SKOS}prefLabel")
    definition = one(f"{_SKOS}definition")
    alt_labels = tuple(description.get(f"{_SKOS}altLabel", ()))
    broader = tuple(description.get(f"{_SKOS}broader", ()))
    named = (iri, scheme, notation, label, definition, alt_labels, broader)
    types = description.get(_RDF_TYPE, ())
    if f"{ONTOLOGY}Template" in types:
        instrument = linked("ofInstrument", "prefLabel") if f"{ONTOLOGY}ofInstrument" in description else None
        mode, purpose = linked("ofMode", "notation"), linked("purpose", "notation")
        return Template(*named, instrument, mode, purpose)
    if f"{ONTOLOGY}Instrument" in types:
        return Instrument(*named, limits())
    if f"{ONTOLOGY}SpectralElement" in types or f"{ONTOLOGY}ElementPair" in types:
        kind = "".join(description.get(f"{ONTOLOGY}elementKind", ()))
        members = [iri for role in _MEMBERS for iri in description.get(f"{ONTOLOGY}{role}", ())]
        return Element(*named, kind, limits(), tuple(members))
    if f"{ONTOLOGY}FindingKind" in types:
        severity = one(f"{ONTOLOGY}defaultSeverity")
        return FindingKind(*named, severity)
    return Concept(*named)


def _by_name(concepts: Iterable[Concept], schemes: Iterable[str]) -> dict[str, dict[str, Concept]]:
    """Return scheme → name without case → concept."""
    by_scheme: dict[str, dict[str, Concept]] = {scheme.removeprefix(_SCHEME): {} for scheme in schemes}
    for concept in concepts:
        if concept.scheme not in by_scheme:
            raise VocabularyError(
                f"vocabulary: <{concept.iri}> is in the scheme {concept.scheme!r}, which is not defined"
            )
        names = by_scheme[concept.scheme]
        for name in (concept.notation, concept.label, *concept.alt_labels):
            other = names.setdefault(folded(name), concept)
            if other is not concept:
                raise VocabularyError(f"vocabulary: {name!r} names both <{other.iri}> and <{concept.iri}>")
    return by_scheme
