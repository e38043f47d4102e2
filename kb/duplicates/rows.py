"""What the columns of a table of proposed observations mean, and what its rows say.

Columns are known by the names in ``ontology/duplicates/columns.csv``.  What is wrong with one row is a remark on it,
and the row stays.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from kb.duplicates.records import Proposed
from kb.duplicates.values import degrees, form_of, seconds, unit_seconds
from kb.errors import SourceError
from kb.vocabulary import load, ontology_dir

__all__ = ["NOTHING", "Columns", "field_of", "is_header"]

#: What is said of an observation that points at nothing.
NOTHING = "neither a target nor coordinates: nothing to compare"
_UNIT = re.compile(r"\s*[\[(]\s*([^\])]*?)\s*[\])]\s*$")
#: Characters of the longest name of a column with its unit: the pattern takes long over thousands of brackets.
_LONGEST = 200
_JOINTS = re.compile(r"[\s_.-]+")
_ELEMENTS = re.compile(r"[\s,;/+&]+")
#: Elements that are no element: "nothing in the beam".
_NONE = frozenset({"", "NONE", "CLEAR", "OPEN", "N", "A", "-", "NULL"})
_EMPTY = frozenset({"", "nan", "none", "null", "n/a", "--", "-"})


class Columns:
    """What the columns of a table mean; gives its rows.  Errors say where in the file the names stand."""

    def __init__(self, header: list[str], name: str, line: int, counted: str = "line") -> None:
        self.line = line
        self._where = f"{name}: {counted} {line}"
        self._columns: dict[str, list[int]] = {}
        self._units: dict[str, str] = {}
        self._forms: dict[str, tuple[str, int]] = {}
        self._size = len(header)
        ranks: dict[str, list[tuple[int, int]]] = {}
        for index, title in enumerate(header):
            field, rank = _field(title)
            if not field:
                continue
            ranks.setdefault(field, []).append((rank, index))
            if unit := _UNIT.search(title):
                self._units.setdefault(field, unit[1])
        for field, found in ranks.items():
            places = [index for _, index in sorted(found)]
            self._columns[field] = places if field == "element" else places[:1]
        self._check(header)

    def _check(self, header: list[str]) -> None:
        found = ", ".join(title.strip() for title in header if title.strip()) or "nothing"
        if len(found) > 300:
            found = found[:300] + "…"
        has = self._columns.keys()
        if "target" not in has and not {"ra", "dec"} <= has:
            raise SourceError(
                f"{self._where}: needs a column target (also: name, object, source), or ra and dec; found: {found}"
            )
        if ("ra" in has) != ("dec" in has):
            one, other = ("ra", "dec") if "ra" in has else ("dec", "ra")
            raise SourceError(f"{self._where}: there is a column {one} and none for {other}; found: {found}")
        try:
            self._seconds = unit_seconds(self._units["exposure"]) if self._units.get("exposure") else 1.0
        except ValueError as error:
            raise SourceError(f"{self._where}: the column of exposure times {error}") from None
        unit = self._units.get("ra", "").casefold()
        self._decimal_hours = unit in ("h", "hr", "hour", "hours", "hourangle")
        if unit and not self._decimal_hours and unit not in _ANGLES:
            raise SourceError(f"{self._where}: ra has the unit {unit}; use deg or hourangle")

    def row(self, line: int, cells: list[str]) -> Proposed:
        """Turn the cells of a row into a proposed observation; what cannot be used is a remark."""
        remarks: list[str] = []
        if len(cells) != self._size:
            remarks.append(f"{len(cells)} cells where the header has {self._size}: columns may have slipped")
        texts = {
            field: " ".join(cells[place].strip() for place in places if place < len(cells)).strip()
            for field, places in self._columns.items()
        }
        texts = {field: "" if text.casefold() in _EMPTY else " ".join(text.split()) for field, text in texts.items()}
        ra, dec = self._position(texts, line, remarks)
        instrument, template, mode = _setup(texts.get("instrument", ""), texts.get("template", ""), remarks)
        name = texts.get("target", "")
        if not name and ra is None:
            remarks.append(NOTHING)
        return Proposed(
            line=line,
            name=name,
            ra=ra,
            dec=dec,
            instrument=instrument,
            template=template,
            mode=mode,
            elements=_elements(texts.get("element", ""), instrument, remarks),
            exposure=self._exposure(texts, line, remarks),
            remarks=tuple(remarks),
        )

    def _position(self, texts: Mapping[str, str], line: int, remarks: list[str]) -> tuple[float | None, float | None]:
        ra, dec = texts.get("ra", ""), texts.get("dec", "")
        if not ra and not dec:
            return None, None
        try:
            if not ra or not dec:
                raise ValueError("is alone, without the other coordinate")
            field, value = "ra", ra
            right = degrees(ra, hours=True, decimal_hours=self._decimal_hours)
            field, value = "dec", dec
            up = degrees(dec)
        except ValueError as error:
            field, value = (field, value) if ra and dec else ("ra", ra) if ra else ("dec", dec)
            remarks.append(f"{field} {value!r} {error}: the coordinates are not used")
            return None, None
        self._same_form("ra", ra, line, remarks)
        self._same_form("dec", dec, line, remarks)
        return right, up

    def _exposure(self, texts: Mapping[str, str], line: int, remarks: list[str]) -> float | None:
        text = texts.get("exposure", "")
        if not text:
            return None
        try:
            value = seconds(text, self._seconds)
        except ValueError as error:
            remarks.append(f"exposure time {text!r} {error}: not used")
            return None
        self._same_form("exposure", text, line, remarks, f", taken as {value:g} s")
        return value

    def _same_form(self, field: str, text: str, line: int, remarks: list[str], taken: str = "") -> None:
        form = form_of(field, text)
        first, where = self._forms.setdefault(field, (form, line))
        if form != first:
            remarks.append(f"mixed units: {field} {text!r} is {form}{taken}, while line {where} has {first}")


_ANGLES = frozenset({"deg", "degree", "degrees", "d", "°", "icrs", "j2000", "hms", "sexagesimal", "h:m:s", "hh:mm:ss"})


def _setup(instrument: str, template: str, remarks: list[str]) -> tuple[str | None, str | None, str | None]:
    """Return labels of instrument and template and the notation of the mode; a name that is unknown is a remark."""
    from kb.nearest import nearest

    vocabulary = load()
    found = vocabulary.find("instrument", instrument) if instrument else None
    whole = None
    if instrument and found is None:
        whole = vocabulary.template(instrument)  # MIRI MRS in the column of instruments
        if whole is None:
            remarks.append(f"unknown instrument {instrument!r}; {nearest(instrument, vocabulary.instruments)}")
    label = found.label if found else None
    if not template:
        return (whole.instrument, whole.label, whole.mode) if whole else (label, None, None)
    known = vocabulary.template(template) or (vocabulary.template(f"{label} {template}") if label else None)
    if known is not None:
        if label and known.instrument and known.instrument != label:
            remarks.append(f"template {known.label} is not of {label}: taken as {known.instrument}")
        return known.instrument or label, known.label, known.mode
    mode = vocabulary.find("mode", template)
    if mode is not None:
        fitting = [t for t in vocabulary.templates.values() if t.mode == mode.notation and t.instrument == label]
        only = next((t.label for t in fitting if t.purpose == "science"), None) if label else None
        return label, only, mode.notation
    remarks.append(f"unknown template {template!r}; {_nearest_templates(template, label)}")
    first = template.split(" ")[0].split("/")[0].casefold()
    guess = next((one for one in vocabulary.instruments if one.casefold() == first), None)
    return label or guess, None, None


@lru_cache(maxsize=256)
def _nearest_templates(text: str, instrument: str | None) -> str:
    from kb.nearest import nearest

    templates = load().templates.values()
    return nearest(text, (t.label for t in templates if instrument is None or t.instrument == instrument))


def _elements(text: str, instrument: str | None, remarks: list[str]) -> tuple[str, ...]:
    names = [word.upper() for word in _ELEMENTS.split(text)]
    names = [name for name in dict.fromkeys(names) if name not in _NONE]
    known = load().elements.get(instrument or "")
    if known is not None:
        for name in names:
            if name not in known:
                from kb.nearest import nearest

                remarks.append(f"{instrument} has no spectral element {name!r}; {nearest(name, known)}")
        names = [name for name in names if name in known]
    return tuple(names)


def field_of(title: str) -> str:
    """Return what a column of this name holds, "" for one that is not known.

    >>> field_of("RAJ2000"), field_of("Exp_Time"), field_of("colour")
    ('ra', 'exposure', '')
    """
    return _fields().get(_plain(title), ("", 0))[0]


def is_header(titles: list[str]) -> bool:
    """Tell whether one of these is the name of a column.

    >>> is_header(["[id]", "RA [deg]"]), is_header(['{"ra": 1.5', '"dec": -2}'])
    (True, False)
    """
    return any(_field(title)[0] for title in titles)


def _field(title: str) -> tuple[str, int]:
    """Return field and rank of a column whose name may end with a unit."""
    if len(title) > _LONGEST:
        return "", 0
    return _fields().get(_plain(_UNIT.sub("", title)), ("", 0))


@lru_cache(maxsize=1)
def _fields() -> dict[str, tuple[str, int]]:
    """Column name → field, and its place among the names of the field."""
    from kb.ontology_tables import rows

    table = rows(ontology_dir() / "duplicates" / "columns.csv")
    return {name: (field, rank) for rank, (field, name) in enumerate(table)}


def _plain(title: str) -> str:
    return _JOINTS.sub(" ", title).strip().casefold()
