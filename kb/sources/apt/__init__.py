"""Files of the Astronomer's Proposal Tool (APT), the observatory's own format: ``.xml``, ``.aptx``, ``.aptbackup``.

What is read, and where it stands in the document, is told by local names alone; prefixes and namespaces change.  One
file each: the container, the XML, program information, targets and their positions, observations, exposures,
requirements; tables of names in ``ontology/apt``.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from kb.records import Document, Reading, RowAccount
from kb.sources.apt.container import ROOT, VISITS, looks_like_apt, open_program
from kb.sources.apt.refusal import Refusal
from kb.sources.notes import Notes

if TYPE_CHECKING:
    from kb.aliases import Aliases
    from kb.sources.apt.tree import Node

__all__ = ["looks_like_apt", "read_apt"]

# Where whatever is there is read, known or not.
_KEPT = ("SpecialRequirements", "LinkingRequirements")


def read_apt(file: IO[bytes], document: Document, aliases: Aliases | None = None) -> Reading:
    """Read one program.

    Parameters
    ----------
    file
        The file, open at its start; it is read piece by piece, in constant memory.
    document
        What the file is; its key becomes the program number, or for a draft the first digits of its digest.
    aliases
        More names of objects.

    """
    from kb.sources.apt.tree import parse

    notes = Notes()
    try:
        with open_program(file, notes) as stream:
            root = parse(stream)
        if root.name == VISITS:
            from kb.sources.visit_status import read_visit_status

            return read_visit_status(root, document)
        if root.name != ROOT:
            raise Refusal("format-unknown", f"its root is {root.name}, not {ROOT}", root.line)
        return _read(root, document, aliases, notes)
    except Refusal as refusal:
        where = f"{document.name}, line {refusal.line}" if refusal.line else document.name
        refused = Notes()
        refused.add(refusal.code, refusal.line, f"{where}: {refusal.reason}")
        return Reading(document._replace(format="unread"), None, findings=refused.done())


def _read(root: Node, document: Document, aliases: Aliases | None, notes: Notes) -> Reading:
    from kb.sources.apt.identities import identified
    from kb.sources.apt.information import read_program
    from kb.sources.apt.linking import read_links
    from kb.sources.apt.observations import read_observations
    from kb.sources.apt.targets import read_targets

    program = read_program(root, document.sha256, notes)
    targets = read_targets(root, notes)
    found = read_observations(root, targets, notes)
    numbers = [o.number for o in found.observations if o.number is not None]
    links = (
        *read_links(root, found.observations, notes),
        *(link for link in found.links if set(link.numbers) <= set(numbers)),
    )
    _unknown(root, notes)
    observations, unused = identified(program, found, targets.all(), aliases)
    if not observations:
        notes.add("no-observations", program.line, "no observations")
    program = program._replace(links=links, unused=unused)
    document = document._replace(key=str(program.key), schema=root.attribute("schemaVersion") or None)
    return Reading(
        document, program, RowAccount(len(observations), rejected=found.rejected), observations, notes.done()
    )


def _unknown(root: Node, notes: Notes) -> None:
    """Say which elements the reader does not know, each once, at the places where it knows all others.

    Of elements that are read once, another one is reported as well.  Their content is not told: it may be anybody's.
    """
    from kb.sources.apt.tables import known_elements

    known = known_elements()
    seen = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        waiting += [child for child in node if len(child) and not child.name.endswith("Template")]
        names = known.get(node.name)
        if names is None:
            continue
        here = set()
        for child in node:
            if child.name not in names and (node.name, child.name) not in seen:
                seen.add((node.name, child.name))
                made = "is not known, and kept as written" if node.name in _KEPT else "is not read"
                notes.add("xml-element-unknown", child.line, f"{child.name} in {node.name} {made}")
            elif names.get(child.name) and child.name in here:
                notes.add("xml-element-unknown", child.line, f"another {child.name} in {node.name} is not read")
            here.add(child.name)
