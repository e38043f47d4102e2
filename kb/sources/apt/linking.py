"""Requirements: special ones of one observation, and those that tie observations together."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kb.records import ObservationLink, Requirement
from kb.sources.apt.tree import Node
from kb.sources.notes import Notes

__all__ = ["read_links", "read_requirements", "reference_numbers"]

_NUMBER = re.compile(r"\(Obs (\d{1,3})\)\s*$|^Obs(?:ervation)? (\d{1,3})$")
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
        Requirement(n.name, _values(n) or None, n.line) for n in observation.all("SpecialRequirements") for n in n
    )


def read_links(root: Node, known: Iterable[int], notes: Notes) -> tuple[ObservationLink, ...]:
    """Read the requirements between observations.

    Parameters
    ----------
    root
        The document.
    known
        Numbers of its observations; any other number is reported.
    notes
        Findings are added to it.

    """
    numbers = set(known)
    links = []
    for group in root.all("LinkingRequirements"):
        for node in group:
            kind, ends = _KINDS.get(node.name, (node.name, ()))
            texts = [node.attribute(end) for end in ends] or [o.text() for o in node.all("Observation")]
            found = []
            for text in texts:
                number = _number(text)
                if number is None or number not in numbers:
                    notes.add(
                        "value-unreadable",
                        node.line,
                        f"{node.name}: no such observation: {text!r}",
                        text,
                        prop="observation",
                    )
                else:
                    found.append(number)
            if len(found) == len(texts) or not ends:
                value = _values(node, leave=(*ends, "Observation"))
                links.append(ObservationLink(kind, tuple(dict.fromkeys(found)), node.line, value or None))
    return tuple(links)


def reference_numbers(template: Node) -> tuple[int, ...]:
    """Return the numbers of the observations that a coronagraphic or interferometric one is compared with."""
    texts = (n.text() for name in ("PsfReferenceObservation", "PsfReferenceObservations") for n in template.all(name))
    numbers = (int(a or b) for text in texts for a, b in _IN_LIST.findall(text))
    return tuple(dict.fromkeys(numbers))


def _number(text: str) -> int | None:
    found = _NUMBER.search(text)
    return int(found[1] or found[2]) if found else None


def _values(node: Node, leave: tuple[str, ...] = ()) -> str:
    """Attributes, own text and children of a requirement in one text, as written."""
    parts = [f"{name}={value}" for name in node.attributes if name not in leave and (value := node.attribute(name))]
    if own := node.text():
        parts.append(own)
    for child in node:
        if child.name not in leave and (inside := _values(child)):
            parts.append(f"{child.name}={inside}")
    return " ".join(parts)
