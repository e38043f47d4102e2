"""Observations: each element ``Observation``, and each coordinated parallel of one.

Requirements name observations in elements of the same name: those hold nothing but a text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from kb.records import Observation, ObservationLink
from kb.sources.apt.exposures import science_elements
from kb.sources.apt.information import program_number
from kb.sources.apt.limits import MOST, PROSE, WORDS, limited
from kb.sources.apt.linking import read_requirements, reference_numbers
from kb.sources.apt.mosaics import read_mosaic
from kb.sources.apt.refusal import Refusal
from kb.sources.apt.targets import TargetList
from kb.sources.apt.templates import acquisition_of, dithers_of, exposures_of, subarray_of, template_of
from kb.sources.apt.tree import Node
from kb.sources.apt.visits import Statuses, read_statuses, report_unlisted, visits
from kb.sources.decimals import decimal
from kb.sources.notes import Notes

__all__ = ["Found", "read_observations"]

_FOLDERS = ("ObservationGroup", "MosaicGroup")
_BESIDE = "CoordinatedTemplate"
# Where observations are only named, or are none: requirements and templates.
_NO_OBSERVATIONS = ("LinkingRequirements", "Link", "Template", "SpecialRequirements")


@dataclass(frozen=True, slots=True)
class Found:
    """What was found: observations in order, the links that their templates make, and whether each is a reference.

    ``rejected`` counts the elements that name an observation and say nothing of it.
    """

    observations: tuple[Observation, ...]
    links: tuple[ObservationLink, ...]
    references: frozenset[int]
    rejected: int = 0


def read_observations(root: Node, targets: TargetList, notes: Notes) -> Found:
    """Read all observations of a program, parallels right behind the observation that they run with."""
    statuses = read_statuses(root, program_number(root), notes)
    found: list[Observation] = []
    links: list[ObservationLink] = []
    references: set[int] = set()
    numbers: set[int] = set()
    nodes = list(_nodes(root, notes))
    if len(nodes) > MOST:
        raise Refusal("xml-refused", f"more than {MOST} observations", nodes[MOST][1].line)
    rejected = 0
    for folder, node in nodes:
        if not len(node):
            rejected += 1
            raw = limited(node.text(), WORDS, node.line, "observation", notes) or None
            notes.add("row-rejected", node.line, "an observation of which nothing is said", raw=raw)
            continue
        templates = [child for child in node.all("Template") for child in child]
        order = len(found) + 1
        number = _number(node, order, numbers, notes)
        base = _observation(node, templates[0] if templates else None, order, number, folder, targets, statuses, notes)
        found.append(base)
        for other in templates[1:]:
            notes.add("xml-element-unknown", other.line, f"a second template, {other.name}, is not read", order=order)
        for template in templates[:1]:
            if template.text("PsfReference").lower() == "true":
                references.add(order)
            links += [
                ObservationLink("psf-reference", (number, other), node.line)
                for other in reference_numbers(template)
                if number is not None and other != number
            ]
        found += [_parallel(one, base, len(found) + n, notes) for n, one in enumerate(_beside(node, order, notes), 1)]
    report_unlisted(found, statuses, notes)
    return Found(tuple(found), tuple(links), frozenset(references), rejected)


def _beside(node: Node, order: int, notes: Notes) -> list[Node]:
    """Return the templates of the coordinated parallels: none where the observation says that it has none."""
    beside = [child for part in node if part.name.endswith(_BESIDE) for child in part]
    said = node.text("CoordinatedParallel").lower()
    if said == "false" and beside:
        for one in beside:
            message = f"the template of a parallel, {one.name}, though the observation has no parallel: not read"
            notes.add("value-differs", one.line, message, one.name, order=order, prop="parallel")
        return []
    if said == "true" and not beside:
        message = "an observation with a parallel, whose template is not there"
        raw = node.text("CoordinatedParallelSet") or None
        notes.add("template-missing", node.line, message, raw, order=order, prop="parallel")
    return beside


def _nodes(root: Node, notes: Notes) -> Iterator[tuple[str | None, Node]]:
    """Yield folder and element of each observation, whatever groups stand in groups."""
    waiting: list[tuple[str | None, Node]] = [(None, root)]
    while waiting:
        folder, node = waiting.pop()
        if node.name == "Observation":
            yield folder, node
        label = limited(node.text("Label"), WORDS, node.line, "folder", notes) if node.name in _FOLDERS else ""
        waiting.extend(
            (label or folder, child)
            for child in reversed(list(node))
            if (len(child) or child.name == "Observation") and not child.name.endswith(_NO_OBSERVATIONS)
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
    template: Node | None,
    order: int,
    number: int | None,
    folder: str | None,
    targets: TargetList,
    statuses: Statuses,
    notes: Notes,
) -> Observation:
    """Return an observation; one for which no template was chosen yet has none."""
    label = limited(node.text("Label"), WORDS, node.line, "label", notes, order)
    label_node = node.get("Label")
    label_raw = label_node.raw[:WORDS] if label_node is not None else ""
    known, name, instrument = template_of(template, node, order, notes)
    exposures = exposures_of(template, instrument, order, notes) if template is not None else ()
    target = targets.named(node.text("TargetID"), node.line, order)
    mosaic = read_mosaic(node, order, notes)
    return Observation(
        order,
        number,
        label,
        label_raw if label_raw.strip() != label else label,
        folder,
        name,
        template.name if template is not None else "",
        instrument,
        node.line,
        science_elements(exposures),
        known_template=known,
        targets=(target,) if target else (),
        exposures=exposures,
        acquisition=acquisition_of(template, target, targets, order) if template is not None else None,
        requirements=read_requirements(node),
        duration=_duration(node, order, notes),
        subarray=subarray_of(template, exposures),
        dithers=_dithers(template, node, order, notes),
        mosaic=mosaic.size,
        overlap=mosaic.overlap,
        skew=mosaic.skew,
        tiles=mosaic.tiles,
        visits=tuple(visits(node, number, order, statuses, notes)),
        parallel_set=node.text("CoordinatedParallelSet") or None,
    )


def _parallel(template: Node, prime: Observation, order: int, notes: Notes) -> Observation:
    """Return the observation that runs beside a prime one: with its own instrument, wherever that happens to look."""
    known, name, instrument = template_of(template, None, order, notes)
    exposures = exposures_of(template, instrument, order, notes)
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
        subarray=subarray_of(template, exposures),
        dithers=_dithers(template, template, order, notes),
        parallel_set=prime.parallel_set,
    )


def _dithers(template: Node | None, node: Node, order: int, notes: Notes) -> str | None:
    return limited(dithers_of(template), PROSE, node.line, "dithers", notes, order) or None


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
