"""The exposures of an observation: what is in the beam, line by line.

The table of templates says where they are.  What looks like an exposure and stands somewhere else is read by the names
of its elements, and reported: a new version of the format may write them there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from kb.records import Exposure, OpticalElement
from kb.sources.apt.tables import Line, Place, element_names, places
from kb.sources.apt.tree import Node

__all__ = ["read_exposures", "science_elements", "shared_subarray"]

_NONE = frozenset({"", "NONE", "None"})
#: Parts of a template that take no exposures of the observation: acquisition of the target, and the guider.
_NO_EXPOSURES = re.compile(r"Acq|Confirmation|Verification|^Ta[A-Z]|^Fgs")
_COUNTS = "Exposures|NumExps"
_READ = ("ReadoutPattern", "Groups", "Integrations")
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
    Place(None, "Grating", ""),
    Place(None, "Wavelength", ""),
)
# What an exposure has once.
_ALONE = frozenset(
    {*_READ, *_COUNTS.split("|"), "Subarray", *(p.element for p in _GUESSED), *(p.second for p in _GUESSED)}
)
Report = Callable[[str, str, int], None]


def read_exposures(template: Node, instrument: str | None, report: Report) -> tuple[tuple[Exposure, ...], int]:
    """Read the exposures of a template in the order of the document.

    Lines that are equal stay as many as they are.

    Parameters
    ----------
    template
        The element of the template.
    instrument
        Whose elements are in the beam.
    report
        Called with element, text and line of what cannot be read, or stands there twice.

    Returns
    -------
    tuple[tuple[Exposure, ...], int]
        The exposures, and how many of them stand where no table says that the template has any.

    """
    nodes = _walk(template, [])
    where = {id(node): place for place, node in enumerate(nodes)}
    found: list[tuple[Node, Exposure]] = []
    known: set[int] = set()
    lines = places().get(template.name)
    for line in lines or ():
        for node in template.all(line.exposures):
            known.update(id(part) for part in (node, *(part for path in line.paths for part in node.all(path))))
            if _is_there(line, node, template):
                found.append((node, _exposure(line, node, template, instrument, report)))
    guessed = [
        (node, _exposure(like, node, template, instrument, report))
        for node in nodes
        if len(node) and id(node) not in known and (like := _guess(node, sure=lines is None)) is not None
    ]
    found += guessed
    found.sort(key=lambda pair: where[id(pair[0])])  # direct image and spectra of one line together
    exposures = (exposure._replace(order=order) for order, (_, exposure) in enumerate(found, 1))
    return tuple(exposures), len(guessed)


def shared_subarray(exposures: Sequence[Exposure]) -> str | None:
    """Return the subarray that all exposures say they are read with, ``None`` where they differ or say nothing."""
    said = {exposure.subarray for exposure in exposures}
    return said.pop() if len(said) == 1 else None


def science_elements(exposures: Sequence[Exposure]) -> tuple[str, ...]:
    """Names of the single elements that the science exposures use, each once, in order."""
    names = (name for e in exposures if e.role == "science" for element in e.elements for name in element.names)
    return tuple(dict.fromkeys(names))


def _walk(node: Node, found: list[Node]) -> list[Node]:
    """Return an element and all in it, as far as exposures may be there."""
    found.append(node)
    for child in node:
        if not _NO_EXPOSURES.search(child.name):
            _walk(child, found)
    return found


def _exposure(line: Line, node: Node, template: Node, instrument: str | None, report: Report) -> Exposure:
    def number(paths: str) -> int | None:
        text = _first(node, paths)
        made = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
        if text and made is None:
            report(paths.partition("|")[0].rpartition("/")[2], text, node.line)
        return made

    seen: set[str] = set()
    for child in node:
        if child.name in seen and not len(child) and child.name in _ALONE:
            report(child.name, child.text(), child.line)
        seen.add(child.name)
    return Exposure(
        0,
        node.line,
        tuple(element for place in line.beam for element in _elements(place, node, template, instrument)),
        _first(node, line.readout) or None,
        number(line.groups),
        number(line.integrations),
        number(line.count or _COUNTS),
        line.role,
        node.text("Subarray") or None if node is not template else None,
    )


def _guess(node: Node, *, sure: bool) -> Line | None:
    """Return how an element would be read that looks like an exposure, ``None`` for one that does not.

    An element of the beam alone makes an exposure only where one is sure to be: elsewhere it may go with a dither.
    """
    names = {child.name for child in node if child.name in _ALONE and child.text() not in _NONE}
    beam = [place for place in _GUESSED if place.element in names and place.second in (names | {""})]
    beam = [place for n, place in enumerate(beam) if place.element not in {p.element for p in beam[:n]}]
    if "Filter" in names:
        beam = [place for place in beam if place.element != "Grating"]  # it stands with the filter
    if not (beam and sure) and not names.intersection(_READ):
        return None
    return Line(".", "science", *_READ, "", "", tuple(beam))


def _is_there(line: Line, node: Node, template: Node) -> bool:
    """Tell whether a line has what it needs: any of several conditions."""
    return not line.needs or any(_meets(need, node, template) for need in line.needs.split("|"))


def _meets(need: str, node: Node, template: Node) -> bool:
    one, differs, other = need.partition("!=")
    if differs:
        return bool(node.text(one)) and node.text(one) != node.text(other)
    path, _, value = need.partition("=")
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
    return next((text for one in path.split("|") if (text := _text(one, node, template))), "")


def _text(path: str, node: Node, template: Node) -> str:
    return template.text(path[1:]) if path.startswith("^") else node.text(path)


def _first(node: Node, paths: str) -> str:
    return next((text for path in paths.split("|") if (text := node.text(path))), "")
