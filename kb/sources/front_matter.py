"""The YAML block at the top of a program page, and what its fields mean."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

from kb.ontology_tables import records, rows
from kb.records import Person
from kb.sources.cells import squeeze
from kb.sources.decimals import decimal
from kb.sources.notes import Notes
from kb.sources.page import Line
from kb.sources.template_cells import folded
from kb.vocabulary import load, ontology_dir

#: Fields of a program page's front matter (all pages have them, empty or not).
FIELDS = frozenset(
    {
        "cycle",
        "exclusive_access_period_months",
        "id",
        "instrument_mode",
        "pi_and_co_pis",
        "prime_parallel_time_hours",
        "program_title",
        "proposal_type",
        "type",
    }
)
_LONGEST_RAW = 500
#: A field that is no YAML: in bold, in a list, in a table, with other signs between name and value.
_LOOSE_FIELD = re.compile(
    r"[\s|>*_+•–—\"'`-]*(?P<name>[A-Za-z][\w\\ ,&/()-]{1,50}?)[\s*_\"'`]*(?:[:=：]|\|)(?P<value>.*)", re.S
)
#: A quotation that is not closed on its line, where the next has a field of its own.
_UNCLOSED = r'(?m)^\w+[ \t]*:[ \t]*"[^"\n]*\n\w+[ \t]*:'
_FIELD_LINE = re.compile(r"^\s*([A-Za-z_]\w*)\s*:\s*(.*?)\s*$")
_AROUND_VALUE = ' \t*_|"`“”„,'
_KEY = re.compile(r"([A-Za-z_]\w*)\s*:")
_LIST = re.compile(r"\s*[,;]\s*(?:and\s+|&\s*)?|\s+(?:and|&)\s+")
#: More hours than there are in a century are none.
_MOST_HOURS = 1_000_000
_INVESTIGATOR = r"(?:PI|Principal Investigator|I|Investigator)s?"
_ROLE = re.compile(rf"\b((?:Co[-‐‑ ]?)?{_INVESTIGATOR})\s*(?::|\s[-–—]\s)\s*", re.I)
_ROLE_AFTER = re.compile(rf"(.+?)\s*\(((?:Co[-‐‑ ]?)?{_INVESTIGATOR})\)", re.I)


@dataclass(slots=True)
class FrontMatter:
    """The fields as they stand (text, white space collapsed; ``""`` where empty) and the line of each."""

    values: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)

    def get(self, key: str) -> tuple[str, int | None]:
        """Value and line of a field, ``("", None)`` where there is none."""
        return self.values.get(key, ""), self.lines.get(key)


def read_front_matter(block: Sequence[Line], closed: bool, notes: Notes) -> FrontMatter:
    """Read the block; where it is no valid YAML, read it field by field and say so."""
    import yaml

    front = FrontMatter()
    for line in block:
        if match := _KEY.match(line.text):
            if match[1].lower() in front.lines:
                notes.add("value-differs", line.number, f"the field {match[1]} stands here again; the last one counts")
            front.lines[match[1].lower()] = line.number
    if not block:
        notes.add(
            "front-matter-missing", 1, "no front matter: add the block of fields between two --- lines at the top"
        )
        return front
    if not closed:
        notes.add("front-matter-unreadable", block[0].number, "the front matter is not closed by a --- line")
    # The base loader leaves every value as the text that stands there: 01234, 10:30 and yes are what they look like.
    loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    text = "\n".join(line.text for line in block)
    try:
        if text.count(': "') != text.count('"\n') + text.endswith('"') and re.search(_UNCLOSED, text):
            raise yaml.YAMLError("a quotation that is not closed")
        data = yaml.load(text, Loader=loader)  # noqa: S506 - the safest loader
        if not isinstance(data, dict):
            raise yaml.YAMLError("no fields in it")
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line_number = block[0].number + (mark.line if mark else 0)
        problem = getattr(error, "problem", None) or str(error)
        notes.add("front-matter-unreadable", line_number, f"the front matter is no valid YAML: {_one_line(problem)}")
        data = {}
        for line in block:
            if match := _FIELD_LINE.match(line.text):
                data.setdefault(match[1], _bare(match[2]))
        for line in block:
            if (found := loose_field(line.text)) and found[0] not in data:
                data[found[0]], front.lines[found[0]] = found[1], line.number
    fields = [(str(key).strip().lower(), value) for key, value in data.items()]
    for key, value in sorted(fields, key=lambda field: field[0] not in FIELDS):  # other names give way to these
        _take(front, key, value, notes)
    return front


def loose_field(text: str) -> tuple[str, str] | None:
    """Field and value of a line that is no YAML; ``None`` where it names no field of a program page.

    >>> loose_field("- **Program Title:** Stars near and far"), loose_field("| Cycle | 4 |"), loose_field("a: b")
    (('program_title', 'Stars near and far'), ('cycle', '4'), None)
    """
    match = _LOOSE_FIELD.fullmatch(text)
    field = _field_of(match["name"]) if match else None
    return (field, _bare(match["value"])) if match and field else None


def _bare(value: str) -> str:
    """A value without what stands around it; an apostrophe may end a name."""
    value = value.strip(_AROUND_VALUE)
    return value.strip("'" + _AROUND_VALUE) if value.startswith("'") else value


@lru_cache(maxsize=1024)
def _field_of(name: str) -> str | None:
    """Field that a name means, whatever its case, its signs and letters that look like others."""
    return _field_names().get(folded(squeeze(name)))


@lru_cache(maxsize=1)
def _field_names() -> dict[str, str]:
    other = records(ontology_dir() / "vocabulary" / "page-fields.csv")
    return {folded(squeeze(row["name"])): row["field"] for row in other} | {
        folded(squeeze(name)): name for name in FIELDS
    }


def _take(front: FrontMatter, key: str, value: object, notes: Notes) -> None:
    """Take one field; a list of plain values is read as one text, anything deeper is reported."""
    line = front.lines.get(key)
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        value = ", ".join(value)
    if not isinstance(value, str):
        notes.add("value-unreadable", line, f"{key} is no plain value", prop=key)
        return
    text = _one_line(value)
    if key not in FIELDS and (meant := _field_of(key)) and not front.values.get(meant):
        key, front.lines[meant] = meant, line or 1
    if text[:1] in "“„":
        text = text.strip(_AROUND_VALUE)
    if key not in FIELDS and text:
        notes.add("field-unknown", line, f"a field that is not read: {key}", raw=text[:_LONGEST_RAW], prop=key)
    if text.lower() not in ("null", "~"):
        front.values[key] = text


def _one_line(text: str) -> str:
    return " ".join(text.split())


def read_hours(text: str, line: int | None, notes: Notes) -> tuple[Decimal | None, Decimal | None]:
    """Prime and parallel hours of ``24.9``, ``"19.9/0.0"`` or nothing.

    >>> read_hours("19.9/0.0", 8, Notes())
    (Decimal('19.9'), Decimal('0.0'))
    """
    if not text:
        return None, None
    hours: list[Decimal | None] = []
    for part in text.split("/"):
        written = re.sub(r"\s*(?:h|hrs?|hours?)\.?$", "", part.strip(), flags=re.I)
        if "," in written:
            written = re.sub(r"^(\d+),(\d{1,2})$", r"\1.\2", written)
        value = decimal(written, 0, _MOST_HOURS)
        if text.count("/") > 1 or (part.strip() and value is None):
            notes.add("value-unreadable", line, f"hours cannot be read: {text!r}", raw=text, prop="prime_hours")
            return None, None
        hours.append(value)
    return hours[0], hours[1] if len(hours) > 1 else None


def read_integer(text: str, line: int | None, notes: Notes, prop: str) -> int | None:
    """An integer of a field, with or without a word before it (``Cycle 4``); ``None`` where the field is empty."""
    if not text:
        return None
    match = re.fullmatch(r"(?:cycle\s*)?(\d{1,6})(?:\.0)?(?:\s*months?)?", text, re.I)
    if match:
        return int(match[1])
    notes.add("value-unreadable", line, f"{prop.replace('_', ' ')} cannot be read: {text!r}", raw=text, prop=prop)
    return None


def read_people(text: str) -> tuple[Person, ...]:
    """People of ``PI: A  Co-PIs: B, C, and D``; a name without a role in this field is the principal investigator.

    >>> [(p.role, p.name) for p in read_people("PI: Ann Lee  Co-PIs: Bo Ray, Cy Orr, and others*")]
    [('PI', 'Ann Lee'), ('Co-PI', 'Bo Ray'), ('Co-PI', 'Cy Orr')]
    """
    pieces = _ROLE.split(text)
    groups = [("PI", pieces[0]), *zip(pieces[1::2], pieces[2::2], strict=True)]
    people: list[Person] = []
    for label, names in groups:
        role = _role(label)
        for name in _LIST.split(names):
            name = name.strip(" ,;*")
            if name and not re.fullmatch(r"(?:and\s+)?others?|et al\.?", name, re.I):
                own = _ROLE_AFTER.fullmatch(name) if name[-1] == ")" else None
                people.append(Person(own[1], _role(own[2])) if own else Person(name, role))
    return tuple(dict.fromkeys(people))


def _role(words: str) -> str:
    kind = squeeze(words)
    if "pi" in kind or "principal" in kind:
        return "Co-PI" if kind.startswith("co") else "PI"
    return "Co-I"


def read_modes(text: str) -> tuple[str, ...]:
    """Modes of ``MIRI/Imaging and MRS  NIRSpec/IFU`` as ``INSTRUMENT/mode``.

    >>> read_modes("MIRI//Imaging and MRS  NIRSpec/FS, IFU, and MOS")
    ('MIRI/Imaging', 'MIRI/MRS', 'NIRSpec/FS', 'NIRSpec/IFU', 'NIRSpec/MOS')
    """
    modes: list[str] = []
    marks = list(_instrument().finditer(text))
    lead = text[: marks[0].start()] if marks else text
    modes.extend(part.strip() for part in _LIST.split(lead) if part.strip())
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    for mark, end in zip(marks, ends, strict=False):
        names = text[mark.end() : end]
        modes.extend(f"{mark['instrument']}/{name.strip()}" for name in _LIST.split(names) if name.strip())
    return tuple(dict.fromkeys(modes))


@lru_cache(maxsize=1)
def _instrument() -> re.Pattern[str]:
    return re.compile(rf"(?P<instrument>{'|'.join(map(re.escape, load().instruments))})\s*/+\s*", re.I)


def read_kinds(text: str) -> tuple[str | None, tuple[str, ...]]:
    """Kind of program (``GO``, ``AR``, ``Survey`` …) and its flags after commas.

    >>> read_kinds("GO,  Disruptive ToO")
    ('GO', ('Disruptive ToO',))
    """
    parts = [p.strip() for p in text.split(",") if p.strip()]
    if not parts:
        return None, ()
    return parts[0], tuple(dict.fromkeys(parts[1:]))


@lru_cache(maxsize=1)
def _cycle_bands() -> tuple[tuple[int, int, int], ...]:
    bands = rows(ontology_dir() / "vocabulary" / "calibration-cycles.csv")
    return tuple((int(first), int(last), int(cycle)) for first, last, cycle in bands)


def calibration_cycle(program: int) -> int | None:
    """Cycle of a calibration program by the band that its number falls in; ``None`` outside all bands.

    The bands hold for calibration only: GO and DD numbers fall among them (``vocabulary/calibration-cycles.csv``).
    """
    return next((cycle for first, last, cycle in _cycle_bands() if first <= program <= last), None)
