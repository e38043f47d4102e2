"""Concepts of the vocabulary, and the vocabulary itself: a closed namespace, so asking for what it has not raises."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kb.errors import VocabularyError

__all__ = ["Concept", "Element", "FindingKind", "Instrument", "Template", "Vocabulary", "folded"]


@dataclass(frozen=True, slots=True)
class Concept:
    """An individual of a concept scheme; ``notation`` is unique in its ``scheme``, ``alt_labels`` name it too.

    ``broader`` are the IRIs of what it is a kind or a part of.
    """

    iri: str
    scheme: str
    notation: str
    label: str
    definition: str
    alt_labels: tuple[str, ...] = ()
    broader: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Template(Concept):
    """An observing template.

    ``instrument`` is an instrument's label, ``None`` for templates of the observatory itself; ``mode`` the notation
    of a mode; ``purpose`` ``science``, ``calibration`` or ``engineering``.
    """

    instrument: str | None = None
    mode: str = ""
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Instrument(Concept):
    """An instrument; ``label`` is ``MIRI``, ``NIRCam``, ``NIRISS``, ``NIRSpec`` or ``FGS``.

    ``wavelengths`` are in micrometres, and there only where the instrument has no elements that would say them.
    """

    wavelengths: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Element(Concept):
    """A spectral element or a pair of them.

    ``kind`` is ``filter``, ``grating`` …, empty for a pair; ``wavelengths`` the shortest and the longest in
    micrometres, ``None`` where the element has no limits of its own or they are not known; ``broader`` the elements
    that this one is a part of (1A of channel 1 and of SHORT); ``members`` the IRIs of those of a pair.
    """

    kind: str = ""
    wavelengths: tuple[float, float] | None = None
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FindingKind(Concept):
    """A kind of finding; ``notation`` is its code, ``severity`` ``info``, ``warning`` or ``error``."""

    severity: str = "warning"

    @property
    def code(self) -> str:
        """The code that readers use, ``template-unknown``."""
        return self.notation


@dataclass(frozen=True)
class Vocabulary:
    """Everything that the ontology defines; made by :func:`kb.vocabulary.load`, never changed.

    ``templates`` and ``instruments`` are keyed by label, ``elements`` gives the names of the spectral elements of each
    instrument, ``pages`` the addresses of pages elsewhere about a program, with ``{number}`` in its number's place; the
    others are keyed by notation.
    """

    terms: Mapping[str, str]
    concepts: tuple[Concept, ...]
    templates: Mapping[str, Template]
    instruments: Mapping[str, Instrument]
    elements: Mapping[str, frozenset[str]]
    findings: Mapping[str, FindingKind]
    modes: Mapping[str, Concept]
    roles: Mapping[str, Concept]
    pages: tuple[str, ...]
    _names: Mapping[str, Mapping[str, Concept]] = field(repr=False)

    def term(self, name: str) -> str:
        """Return the IRI of a class or property of ``jwst-kb.ttl``.

        Raises
        ------
        VocabularyError
            If the ontology does not define it.

        """
        try:
            return self.terms[name]
        except KeyError:
            raise VocabularyError(_miss("jwst-kb.ttl", "term", name, self.terms)) from None

    def find(self, scheme: str, text: str) -> Concept | None:
        """Return the concept of a scheme with this notation or label, whatever its case and white space, or ``None``.

        >>> from kb.vocabulary import load
        >>> load().find("kind", "non-disruptive TOO").notation
        'non-disruptive-too'
        """
        try:
            names = self._names[scheme]
        except KeyError:
            raise VocabularyError(_miss("vocabulary/*.ttl", "scheme", scheme, self._names)) from None
        return names.get(text) or names.get(folded(text))  # notations are folded already, and asked for most

    def concept(self, scheme: str, notation: str) -> str:
        """Return the IRI of a concept.

        >>> from kb.vocabulary import load
        >>> load().concept("kind", "treasury")
        'https://w3id.org/jwst-kb/kind/treasury'

        Raises
        ------
        VocabularyError
            If there is no such scheme, or no such concept in it.

        """
        found = self.find(scheme, notation)
        if found is None:
            raise VocabularyError(_miss("vocabulary/*.ttl", scheme, notation, self._names[scheme]))
        return found.iri

    def template(self, text: str) -> Template | None:
        """Return the template with this label or short form, whatever its case and white space, or ``None``.

        >>> from kb.vocabulary import load
        >>> load().template("MIRI MRS").label
        'MIRI Medium Resolution Spectroscopy'
        """
        found = self.find("template", text)
        return found if isinstance(found, Template) else None

    def element(self, instrument: str, name: str) -> str:
        """Return the IRI of a spectral element of an instrument, given the instrument's label.

        >>> from kb.vocabulary import load
        >>> load().element("MIRI", "F1550C")
        'https://w3id.org/jwst-kb/element/miri-f1550c'

        Raises
        ------
        VocabularyError
            If the instrument has no such element.

        """
        return self.concept(f"element-{instrument.lower()}", name)

    def finding(self, code: str) -> FindingKind:
        """Return the kind of finding with this code.

        >>> from kb.vocabulary import load
        >>> load().finding("template-unknown").severity
        'warning'

        Raises
        ------
        VocabularyError
            If ``findings.ttl`` has no such code.

        """
        try:
            return self.findings[code]
        except KeyError:
            raise VocabularyError(_miss("vocabulary/findings.ttl", "code", code, self.findings)) from None


def folded(text: str) -> str:
    """Return a name without case and superfluous white space."""
    return " ".join(text.split()).casefold()


def _miss(file: str, what: str, name: str, known: Iterable[str]) -> str:
    """Return the message for a name that does not exist, with the nearest one that does."""
    from difflib import get_close_matches

    by_fold = {folded(candidate): candidate for candidate in known}
    near = get_close_matches(folded(name), by_fold, n=1)
    hint = f"did you mean {by_fold[near[0]]!r}?" if near else "add it there first"
    return f"ontology/{file} has no {what} {name!r}: {hint}"
