"""Requirements: special ones of one observation, and those that tie observations together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from kb.records import Observation, ObservationLink, Requirement
from kb.sources.apt.limits import WORDS
from kb.sources.apt.tree import Node
from kb.sources.notes import Notes

__all__ = ["read_links", "read_requirements", "reference_numbers"]

_NUMBER = re.compile(r"\(Obs (\d{1,3})\)\s*$|^(?:Obs(?:ervation)? )?(\d{1,3})$", re.ASCII)
_IN_LIST = re.compile(r"\(Obs (\d{1,3})\)|\bObservation (\d{1,3})\b")
# Elements and the words for them; of the two attributes the first names what is bound, the second what it is bound to.
_KINDS = {
    "AfterObservationLink": ("after", ("PrimaryObs", "AfterObs")),
    "OrientFromLink": ("orient-from", ("PrimaryObs", "OrientFromObs")),
    "GroupWithinLink": ("group-within", ()),
    "SameOrientLink": ("same-orient", ()),
}


def read_requirements(observation: Node) -> tuple[Requirement, ...]:
    """Read the special requirements of an observation, whatever they are called."""
    return tuple(
        Requirement(n.name, n.values() or None, n.line) for n in observation.all("SpecialRequirements") for n in n
    )


def read_links(root: Node, observations: Iterable[Observation], notes: Notes) -> tuple[ObservationLink, ...]:
    """Read the requirements between observations.

    Parameters
    ----------
    root
        The document.
    observations
        Those that it has; any other is reported.
    notes
        Findings are added to it.

    """
    known = _Known(observations)
    links = []
    for node in (
        n for place in ("", "DataRequests/") for group in root.all(f"{place}LinkingRequirements") for n in group
    ):
        kind, ends = _KINDS.get(node.name, (node.name, ()))
        texts = [_written(node, end) for end in ends] or [one.text() for one in node.every("Observation")]
        if node.name not in _KINDS:
            texts += [value for name in node.attributes if known.number(value := node.attribute(name), bare=False)]
        numbers = [known.number(text) for text in texts]
        value = node.values(leave=(*ends, "Observation"))
        for text, number in zip(texts, numbers, strict=True):
            if number is None:
                message = f"{node.name}: no such observation: {text[:WORDS]!r}"
                raw = node.values()[:WORDS] if ends else text[:WORDS]
                notes.add("value-unreadable", node.line, message, raw or None, prop="observation")
        if None not in numbers or not ends:  # one end alone would be taken for the other
            found = dict.fromkeys(number for number in numbers if number is not None)
            links.append(ObservationLink(kind, tuple(found), node.line, value or None))
        if not texts:
            notes.add("value-unreadable", node.line, f"{node.name} names no observation", value[:WORDS] or None)
    return tuple(links)


class _Known:
    """The observations that a requirement may name."""

    def __init__(self, observations: Iterable[Observation]) -> None:
        own = [(one.number, one.label) for one in observations if one.number is not None and not one.parallel]
        self._numbers = {number for number, _ in own}
        self._labels: dict[str, int | None] = {label: number for number, label in own}
        self._labels |= {label: None for label, times in Counter(label for _, label in own).items() if times > 1}

    def number(self, text: str, *, bare: bool = True) -> int | None:
        """Return the number that a text names, or that of the only observation with this label."""
        found = _NUMBER.search(text)
        number = int(found[1] or found[2]) if found is not None else None
        if number in self._numbers and (bare or not text.isdigit()):
            return number
        return self._labels.get(text) if bare and text and found is None else None


def _written(node: Node, name: str) -> str:
    return node.attribute(name) or node.text(name)


def reference_numbers(template: Node) -> tuple[int, ...]:
    """Return the numbers of the observations that a coronagraphic or interferometric one is compared with."""
    texts = (n.text() for name in ("PsfReferenceObservation", "PsfReferenceObservations") for n in template.all(name))
    numbers = (int(a or b) for text in texts for a, b in _IN_LIST.findall(text))
    return tuple(dict.fromkeys(numbers))
