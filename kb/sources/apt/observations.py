"""Observations: each element ``Observation`` that has a template, and each coordinated parallel of one.

Elements of that name without a template are texts of requirements, not observations.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from kb.records import Exposure, Observation, ObservationLink, Target
from kb.sources.apt.exposures import guessed_exposures, read_exposures, science_elements
from kb.sources.apt.limits import MOST, WORDS, limited
from kb.sources.apt.linking import read_requirements, reference_numbers
from kb.sources.apt.mosaics import read_mosaic
from kb.sources.apt.refusal import Refusal
from kb.sources.apt.targets import TargetList
from kb.sources.apt.tree import Node
from kb.sources.apt.visits import Statuses, read_statuses, report_unlisted, visits
from kb.sources.decimals import decimal
from kb.sources.notes import Notes

__all__ = ["Found", "read_observations"]

_FOLDERS = ("ObservationGroup", "MosaicGroup")
_BESIDE = "CoordinatedTemplate"
_ACQUISITION = ("AcqTargetID", "AcqTarget")


@dataclass(frozen=True, slots=True)
class Found:
    """What was found: observations in order, the links that their templates make, and whether each is a reference."""

    observations: tuple[Observation, ...]
    links: tuple[ObservationLink, ...]
    references: frozenset[int]


def read_observations(root: Node, targets: TargetList, notes: Notes) -> Found:
    """Read all observations of a program, parallels right behind the observation that they run with."""
    statuses = read_statuses(root, notes)
    found: list[Observation] = []
    links: list[ObservationLink] = []
    references: set[int] = set()
    numbers: set[int] = set()
    # Requirements name observations in elements of the same name, which have neither template nor number.
    nodes = [(f, node) for f, node in _nodes(root, notes) if node.all("Template") or node.all("Number")]
    if len(nodes) > MOST:
        raise Refusal("xml-refused", f"more than {MOST} observations", nodes[MOST][1].line)
    for folder, node in nodes:
        templates = [child for child in node.all("Template") for child in child]
        order = len(found) + 1
        number = _number(node, order, numbers, notes)
        if not templates:
            found.append(_bare(node, order, number, folder, targets, notes))
            continue
        base = _observation(node, templates[0], order, number, folder, targets, statuses, notes)
        found.append(base)
        for other in templates[1:]:
            notes.add("xml-element-unknown", other.line, f"a second template, {other.name}, is not read", order=order)
        if templates[0].text("PsfReference").lower() == "true":
            references.add(order)
        if number is not None and (with_ := reference_numbers(templates[0])):
            links += [
                ObservationLink("psf-reference", (number, other), node.line) for other in with_ if other != number
            ]
        for second in (child for beside in node if beside.name.endswith(_BESIDE) for child in beside):
            found.append(_parallel(second, base, len(found) + 1, notes))
    report_unlisted(found, statuses, notes)
    return Found(tuple(found), tuple(links), frozenset(references))


def _bare(
    node: Node, order: int, number: int | None, folder: str | None, targets: TargetList, notes: Notes
) -> Observation:
    """Return an observation for which no template was chosen yet."""
    notes.add("template-missing", node.line, "an observation without a template", order=order, prop="template")
    label = limited(node.text("Label"), WORDS, node.line, "label", notes, order)
    target = targets.named(node.text("TargetID"), node.line, order)
    return Observation(
        order,
        number,
        label,
        label,
        folder,
        None,
        "",
        None,
        node.line,
        known_template=False,
        targets=(target,) if target else (),
        requirements=read_requirements(node),
    )


def _nodes(root: Node, notes: Notes) -> Iterator[tuple[str | None, Node]]:
    """Yield folder and element of each observation, whatever groups stand in groups."""
    waiting: list[tuple[str | None, Node]] = [(None, root)]
    while waiting:
        folder, node = waiting.pop()
        if node.name == "Observation":
            yield folder, node
            continue
        label = limited(node.text("Label"), WORDS, node.line, "folder", notes) if node.name in _FOLDERS else ""
        waiting.extend(
            (label or folder, child) for child in reversed(list(node)) if len(child) or child.name == "Observation"
        )


def _number(node: Node, order: int, numbers: set[int], notes: Notes) -> int | None:
    text = node.text("Number")
    if not (text.isascii() and text.isdigit() and 0 < len(text) < 7 and int(text) > 0):
        notes.add(
            "value-unreadable",
            node.line,
            f"an observation without a number: {text!r}",
            text,
            order=order,
            prop="number",
        )
        return None
    if int(text) in numbers:
        notes.add(
            "observation-number-repeated",
            node.line,
            f"observation {text} stands there twice",
            text,
            order=order,
            prop="number",
        )
    numbers.add(int(text))
    return int(text)


def _observation(
    node: Node,
    template: Node,
    order: int,
    number: int | None,
    folder: str | None,
    targets: TargetList,
    statuses: Statuses,
    notes: Notes,
) -> Observation:
    label = limited(node.text("Label"), WORDS, node.line, "label", notes, order)
    label_node = node.get("Label")
    label_raw = label_node.raw[:WORDS] if label_node is not None else ""
    known, name, instrument = _template(template, node, order, notes)
    exposures = _exposures(template, instrument, order, notes)
    target = targets.named(node.text("TargetID"), node.line, order)
    mosaic = read_mosaic(node, order, notes)
    return Observation(
        order,
        number,
        label,
        label_raw if label_raw.strip() != label else label,
        folder,
        name,
        template.name,
        instrument,
        node.line,
        science_elements(exposures),
        known_template=known,
        targets=(target,) if target else (),
        exposures=exposures,
        acquisition=_acquisition(template, target, targets, order),
        requirements=read_requirements(node),
        duration=_duration(node, order, notes),
        subarray=template.text("Subarray") or None,
        mosaic=mosaic.size,
        overlap=mosaic.overlap,
        skew=mosaic.skew,
        tiles=mosaic.tiles,
        visits=tuple(visits(node, number, statuses)),
        parallel_set=node.text("CoordinatedParallelSet") or None,
    )


def _parallel(template: Node, prime: Observation, order: int, notes: Notes) -> Observation:
    """Return the observation that runs beside a prime one: with its own instrument, wherever that happens to look."""
    known, name, instrument = _template(template, None, order, notes)
    exposures = _exposures(template, instrument, order, notes)
    return Observation(
        order,
        prime.number,
        prime.label,
        prime.label_raw,
        prime.folder,
        name,
        template.name,
        instrument,
        template.line,
        science_elements(exposures),
        parallel=True,
        known_template=known,
        targets=prime.targets,
        exposures=exposures,
        subarray=template.text("Subarray") or None,
        parallel_set=prime.parallel_set,
    )


def _template(template: Node, node: Node | None, order: int, notes: Notes) -> tuple[bool, str, str | None]:
    """Return whether the vocabulary knows a template, its name there or else its element's, and its instrument."""
    from kb.vocabulary import load

    found = load().template(template.name)
    if found is not None:
        return True, found.label, found.instrument
    notes.add(
        "template-unknown",
        template.line,
        f"a template that the vocabulary does not know: {template.name!r}",
        template.name,
        order=order,
        prop="template",
    )
    text = node.text("Instrument") if node is not None else ""
    instrument = load().find("instrument", text) if text else None
    return False, template.name, instrument.label if instrument else None


def _exposures(template: Node, instrument: str | None, order: int, notes: Notes) -> tuple[Exposure, ...]:
    from kb.vocabulary import load

    found = read_exposures(template, instrument)
    if found is None:
        found = guessed_exposures(template, instrument)
        read = f"{len(found)} read by the names of elements" if found else "none are read"
        message = f"where {template.name} has its exposures is not known: {read}"
        notes.add("exposures-unknown", template.line, message, order=order, prop="exposures")
    known = load().elements.get(instrument or "", frozenset())
    strange = dict.fromkeys(name for e in found for part in e.elements for name in part.names if name not in known)
    for name in strange:
        message = f"a spectral element of {instrument or 'no instrument'} that the vocabulary does not know: {name!r}"
        line = next(e.line for e in found if any(name in part.names for part in e.elements))
        notes.add_once("element-unknown", line, message, name, "elements", order)
    return found


def _acquisition(template: Node, target: Target | None, targets: TargetList, order: int) -> Target | None:
    for name in _ACQUISITION:
        if (node := template.get(name)) is not None:
            found = targets.acquisition(node.text(), node.line, order)
            return found._replace(role="acquisition") if found is not None and found != target else None
    return None


def _duration(node: Node, order: int, notes: Notes) -> Decimal | None:
    text = node.text("ScienceDuration")
    if not text:
        return None
    value = decimal(text, 0, 1_000_000_000)
    if value is None:
        notes.add(
            "value-unreadable",
            node.line,
            f"a duration that cannot be read: {text!r}",
            text,
            order=order,
            prop="duration",
        )
    return value
