"""The exposures of an observation: what is in the beam, line by line, as the table of templates says where."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kb.records import Exposure, OpticalElement
from kb.sources.apt.tables import Line, Place, element_names, places
from kb.sources.apt.tree import Node

__all__ = ["guessed_exposures", "read_exposures", "science_elements"]

_NONE = frozenset({"", "NONE", "None"})
_NO_EXPOSURES = ("Acq", "Confirmation", "Verification")
# Where templates of all instruments write what is in the beam; of those for one element the first that fits.
_GUESSED = (
    Place("short", "ShortFilter", "ShortPupil"),
    Place("short", "ShortFilter", ""),
    Place("long", "LongFilter", "LongPupil"),
    Place("long", "LongFilter", ""),
    Place("short", "ShortPupilFilter", ""),
    Place("long", "LongPupilFilter", ""),
    Place(None, "FilterWheel", "PupilWheel"),
    Place(None, "Filter", "Grating"),
    Place(None, "Filter", "Mask"),
    Place(None, "Filter", "Pupil"),
    Place(None, "Filter", ""),
    Place(None, "Wavelength", ""),
)


def read_exposures(template: Node, instrument: str | None) -> tuple[Exposure, ...] | None:
    """Read the exposures of a template, ``None`` if the table does not know the template.

    Lines that are equal stay as many as they are.
    """
    lines = places().get(template.name)
    if lines is None:
        return None
    found: list[tuple[Node, Line]] = []
    for line in lines:
        found += [(node, line) for node in template.all(line.exposures) if _is_there(line, node, template)]
    where = {id(node): place for place, node in enumerate(_walk(template))}
    found.sort(key=lambda pair: where[id(pair[0])])  # as they stand: direct image and spectra of one line together
    exposures = (
        Exposure(
            0,
            node.line,
            tuple(element for place in line.beam for element in _elements(place, node, template, instrument)),
            _first(node, line.readout) or None,
            _integer(_first(node, line.groups)),
            _integer(_first(node, line.integrations)),
            _integer(node.text(line.count)) if line.count else None,
            line.role,
        )
        for node, line in found
    )
    return tuple(_numbered(exposures))


def guessed_exposures(template: Node, instrument: str | None) -> tuple[Exposure, ...]:
    """Read exposures where no table says how: wherever an element of that name stands, acquisitions left out."""
    made = []
    waiting = [template]
    while waiting:
        node = waiting.pop()
        if node.name.startswith(_NO_EXPOSURES):
            continue
        names = {child.name for child in node if child.text() not in _NONE}
        beam = [place for place in _GUESSED if place.element in names and place.second in (names | {""})]
        beam = [place for n, place in enumerate(beam) if place.element not in {p.element for p in beam[:n]}]
        if beam:
            elements = tuple(element for place in beam for element in _elements(place, node, template, instrument))
            groups, integrations, count = (_integer(node.text(n)) for n in ("Groups", "Integrations", "Exposures"))
            readout = node.text("ReadoutPattern") or None
            made.append(Exposure(0, node.line, elements, readout, groups, integrations, count))
        waiting.extend(reversed(list(node)))
    return tuple(_numbered(iter(made)))


def science_elements(exposures: Sequence[Exposure]) -> tuple[str, ...]:
    """Names of the single elements that the science exposures use, each once, in order."""
    names = (name for e in exposures if e.role == "science" for element in e.elements for name in element.names)
    return tuple(dict.fromkeys(names))


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for child in node:
        yield from _walk(child)


def _numbered(exposures: Iterator[Exposure]) -> Iterator[Exposure]:
    return (exposure._replace(order=order) for order, exposure in enumerate(exposures, 1))


def _is_there(line: Line, node: Node, template: Node) -> bool:
    if not line.needs:
        return True
    path, _, value = line.needs.partition("=")
    where = template if path.startswith("^") else node
    found = where.get(path.removeprefix("^"))
    return found is not None and value in ("", found.text())


def _elements(place: Place, node: Node, template: Node, instrument: str | None) -> Iterator[OpticalElement]:
    """Yield what is in the beam: one element or pair, or several where one word stands for several."""
    written = _value(place.element, node, template)
    beside = _value(place.second, node, template) if place.second else ""
    if "+" in written and written not in _NONE and not beside:
        beside, _, written = written.partition("+")
    if written in _NONE:
        written, beside = beside, ""
    if written in _NONE:
        return
    seconds = _names(beside, written, instrument) if beside not in _NONE else ("",)
    for second in seconds:
        for name in _names(written, beside, instrument):
            yield OpticalElement(name, second or None, place.channel)


def _names(written: str, beside: str, instrument: str | None) -> tuple[str, ...]:
    table = element_names()
    for key in ((instrument or "", written, beside), (instrument or "", written, "")):
        if key in table:
            return table[key]
    return (written,)


def _value(path: str, node: Node, template: Node) -> str:
    if path.startswith("="):
        return path[1:]
    return template.text(path[1:]) if path.startswith("^") else node.text(path)


def _first(node: Node, paths: str) -> str:
    return next((text for path in paths.split("|") if (text := node.text(path))), "")


def _integer(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
