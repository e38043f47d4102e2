"""Program information: what the proposal says of itself, and who stands behind it (names and institutions alone)."""

from __future__ import annotations

import re
import struct
from decimal import Decimal

from kb.records import Person, Program
from kb.sources.apt.limits import PROSE, WORDS, limited
from kb.sources.apt.tree import Node
from kb.sources.decimals import decimal
from kb.sources.notes import Notes

__all__ = ["program_number", "read_program"]

_MONTHS = re.compile(r"(?<!\d)(\d{1,3})\s+(Month|Year)s?\b", re.I)
_CYCLE = re.compile(r"(?:Cycle )?(\d{1,2})", re.I | re.ASCII)
_UNIT = re.compile(r"\s*h(?:ou)?rs?$", re.I)
_PLACES = 4


def program_number(root: Node) -> int | None:
    """Return the number of a program, ``None`` for a draft, which has none yet."""
    text = root.text("ProposalInformation/ProposalID")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 and int(text) > 0 else None


def read_program(root: Node, digest: str, notes: Notes) -> Program:
    """Read all that is said of a program apart from its targets and observations.

    Parameters
    ----------
    root
        The document.
    digest
        SHA-256 of the file: a draft goes by its first digits.
    notes
        Findings are added to it.

    """
    from kb.links import activity_key, find_references

    info = root.get("ProposalInformation") or Node("ProposalInformation", "", {}, root.line)
    number = program_number(root)
    if number is None and (written := info.text("ProposalID")[:WORDS]):
        message = f"a number of a program that cannot be read: {written!r}; it is taken for a draft"
        notes.add("value-unreadable", info.line, message, written, prop="number")
    elif number is None:
        notes.add("draft-program", info.line, "a draft: it has no program number yet")
    title = limited(info.text("Title"), WORDS, info.line, "title", notes)
    category = _category(info, notes)
    abstract, description = (_prose(info, name, notes) for name in ("Abstract", "ObservingDescription"))
    prose = [(node.line, text) for node, text in (abstract, description) if node is not None and text]
    instruments = tuple(dict.fromkeys(node.text("Instrument") for node in root.every("Observation")))
    activity = activity_key(title, category, _labels(instruments)) if category == "calibration" and title else None
    return Program(
        number,
        title,
        category,
        _cycle(info, notes),
        prime_hours=_hours(info, "AllocatedTime", notes),
        charged_hours=_hours(info, "ChargedTime", notes),
        access_months=_months(info, notes),
        kinds=_kinds(info),
        people=_people(info, notes),
        references=find_references(number, title, prose) if number is not None else (),
        activity=activity.key if activity else None,
        abstract=abstract[1] or None,
        description=description[1] or None,
        line=info.line,
        draft=digest[:12] if number is None else None,
        phase=info.text("ProposalPhase") or None,
        size=info.text("ProposalSize") or None,
        science_categories=_each(info, "ScientificCategory", "SecondaryScientificCategory"),
        keywords=_each(info, "ScienceKeyword"),
    )


def _labels(instruments: tuple[str, ...]) -> tuple[str, ...]:
    from kb.vocabulary import load

    found = (load().find("instrument", name) for name in instruments)
    return tuple(concept.label for concept in found if concept)


def _each(info: Node, *names: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for name in names for node in info.all(name) if (text := node.text())))


def _category(info: Node, notes: Notes) -> str | None:
    """Return the category: the text of its element or, before schema 42, the name of the element in it."""
    from kb.vocabulary import load

    node = info.get("ProposalCategory")
    if node is None:
        return None
    text = node.text() or next((child.name for child in node), "")
    found = load().find("category", text) if text else None
    if found is not None:
        return found.label if found.notation != "calibration" else found.notation
    if text:
        notes.add("value-unreadable", node.line, f"unknown category: {text!r}", text, prop="category")
    return text or None


def _kinds(info: Node) -> tuple[str, ...]:
    return tuple(kind for kind in ("Treasury", "Calibration") if info.text(kind).lower() == "true")


def _prose(info: Node, name: str, notes: Notes) -> tuple[Node | None, str]:
    node = info.get(name)
    if node is None:
        return None, ""
    text = limited(node.raw.strip(), PROSE, node.line, name, notes)
    return node, "\n".join(line.rstrip() for line in text.splitlines())


def _people(info: Node, notes: Notes) -> tuple[Person, ...]:
    """Return the investigators in the order of the document; whoever has no name is reported."""
    people = []
    for node in info:
        if node.name not in ("PrincipalInvestigator", "CoInvestigator"):
            continue
        address = node.get("InvestigatorAddress") or node
        name = " ".join(
            filter(None, (address.text("FirstName"), address.text("MiddleInitial"), address.text("LastName")))
        )
        role = (
            "PI" if node.name == "PrincipalInvestigator" else "Co-PI" if node.text("CoPI").lower() == "true" else "Co-I"
        )
        if name:
            people.append(Person(name, role, address.text("Institution") or None))
        elif institution := address.text("Institution")[:WORDS]:
            notes.add(
                "value-unreadable", node.line, f"an investigator without a name: {role}", institution, prop="people"
            )
    return tuple(dict.fromkeys(people))


def _hours(info: Node, name: str, notes: Notes) -> Decimal | None:
    """Return hours; what a single-precision number became in decimal is written as it was meant."""
    node = info.get(name)
    text = node.text() if node is not None else ""
    if node is None or not text:
        return None
    value = decimal(_UNIT.sub("", text), 0, 1_000_000)
    if value is None:
        notes.add("value-unreadable", node.line, f"hours that cannot be read: {text!r}", text, prop=name)
        return None
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > _PLACES:
        single = struct.pack("<f", float(value))
        for places in range(_PLACES + 1):
            meant = round(value, places)
            if struct.pack("<f", float(meant)) == single:
                notes.add(
                    "number-rounded",
                    node.line,
                    f"{name}: {meant} written with single precision",
                    text,
                    str(meant),
                    prop=name,
                )
                return meant
    return value


def _cycle(info: Node, notes: Notes) -> int | None:
    node = info.get("Cycle")
    text = node.text() if node is not None else ""
    if node is None or not text:
        return None
    found = _CYCLE.fullmatch(text)
    if found is None:
        notes.add("value-unreadable", node.line, f"a cycle that cannot be read: {text!r}", text, prop="cycle")
        return None
    return int(found[1])


def _months(info: Node, notes: Notes) -> int | None:
    node = info.get("ProprietaryPeriod")
    text = node.text() if node is not None else ""
    if node is None or not text:
        return None
    found = _MONTHS.search(text)
    if found is None:
        notes.add(
            "value-unreadable", node.line, f"exclusive access that cannot be read: {text!r}", text, prop="access_months"
        )
        return None
    return int(found[1]) * (12 if found[2].lower() == "year" else 1)
