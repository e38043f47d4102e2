"""What one template says: its name and instrument, its exposures, the target of its acquisition."""

from __future__ import annotations

from kb.records import Exposure, Target
from kb.sources.apt.exposures import read_exposures, shared_subarray
from kb.sources.apt.limits import WORDS, limited
from kb.sources.apt.tables import places
from kb.sources.apt.targets import TargetList
from kb.sources.apt.tree import Node
from kb.sources.notes import Notes

__all__ = ["acquisition_of", "dithers_of", "exposures_of", "subarray_of", "template_of"]

# What the settings of dithers, nods and steps along a slit have in their names.
_MOVES = ("Dither", "Subpixel", "PrimaryPositions", "Spatial", "SpectralStep")
_ACQUISITION = ("AcqTargetID", "AcqTarget")


def subarray_of(template: Node | None, exposures: tuple[Exposure, ...]) -> str | None:
    """Return the subarray of a template, or the one that all its exposures have."""
    return (template.text("Subarray") if template is not None else "") or shared_subarray(exposures)


def dithers_of(template: Node | None) -> str:
    """Return how the telescope moves between exposures: every setting of dithers as written, by its name.

    Exposures that name one of several dithers stand deeper in the template.

    >>> import io
    >>> from kb.sources.apt.tree import parse
    >>> dithers_of(parse(io.BytesIO(b"<NirissAmi><PrimaryDithers>2</PrimaryDithers><Mode>x</Mode></NirissAmi>")))
    'PrimaryDithers=2'
    """
    said = []
    for node in template or ():
        if any(word in node.name for word in _MOVES) and not node.name.startswith("Acq"):
            value = node.values()
            said.append(f"{node.name}={value}" if value and not len(node) else value)
    return " ".join(filter(None, said))


def template_of(
    template: Node | None, node: Node | None, order: int, notes: Notes
) -> tuple[bool, str | None, str | None]:
    """Return whether the vocabulary knows a template, its name there or else its element's, and its instrument."""
    from kb.vocabulary import load

    text = node.text("Instrument") if node is not None else ""
    instrument = load().find("instrument", text) if text else None
    if template is None:
        line = node.line if node is not None else None
        notes.add("template-missing", line, "an observation without a template", order=order, prop="template")
    else:
        found = load().template(template.name)
        if found is not None:
            if instrument and found.instrument and instrument.label != found.instrument:
                message = f"an observation with {text} whose template, {template.name}, is one of {found.instrument}"
                notes.add("value-differs", template.line, message, text, order=order, prop="instrument")
            return True, found.label, found.instrument
        message = f"a template that the vocabulary does not know: {template.name!r}"
        notes.add("template-unknown", template.line, message, template.name, order=order, prop="template")
    return False, template.name if template is not None else None, instrument.label if instrument else None


def exposures_of(template: Node, instrument: str | None, order: int, notes: Notes) -> tuple[Exposure, ...]:
    """Return the exposures of a template; what is not known of them is reported."""
    from kb.vocabulary import load

    def report(field: str, text: str, line: int) -> None:
        raw = limited(text, WORDS, line, field, notes, order)
        notes.add("value-unreadable", line, f"{field} of an exposure is not read: {raw!r}", raw, None, order, field)

    found, guessed = read_exposures(template, instrument, report)
    lines = places().get(template.name)
    if guessed or (not found and lines != ()):  # () is a template that has none
        where = f"where {template.name} has its exposures is not known" if guessed or lines is None else "no exposures"
        message = f"{where}: {f'{guessed} read by the names of elements' if guessed else 'none are read'}"
        notes.add("exposures-unknown", template.line, message, order=order, prop="exposures")
    known = load().elements.get(instrument or "", frozenset())
    strange = dict.fromkeys(name for e in found for part in e.elements for name in part.names if name not in known)
    for name in strange:
        message = f"a spectral element of {instrument or 'no instrument'} that the vocabulary does not know: {name!r}"
        line = next(e.line for e in found if any(name in part.names for part in e.elements))
        notes.add_once("element-unknown", line, message, name, "elements", order)
    return found


def acquisition_of(template: Node, target: Target | None, targets: TargetList, order: int) -> Target | None:
    """Return the target that the telescope finds its way by, ``None`` where it is that of the observation."""
    for name in _ACQUISITION:
        if (node := template.get(name)) is not None:
            found = targets.acquisition(node.text(), node.line, order)
            return found._replace(role="acquisition") if found is not None and found != target else None
    return None
