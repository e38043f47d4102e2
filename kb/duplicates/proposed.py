"""A file of proposed observations → :class:`Proposed`, one after the other, whatever its size.

CSV (also with semicolons or tabs), ECSV, VOTable, and what :mod:`kb.sources` reads as a proposal.  Columns are known by
the names in ``ontology/duplicates/columns.csv``.  A table that cannot be read raises; what is wrong with one row is a
remark on that row, and the row stays.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

from kb.duplicates.records import Proposed
from kb.duplicates.values import degrees, form_of, seconds, unit_seconds
from kb.errors import SourceError
from kb.vocabulary import load, ontology_dir

__all__ = ["read_proposed"]

Progress = Callable[[int, int], None]
_UNIT = re.compile(r"\s*[\[(]\s*([^\])]*?)\s*[\])]\s*$")
_JOINTS = re.compile(r"[\s_.-]+")
_ELEMENTS = re.compile(r"[\s,;/+&]+")
#: Elements that are no element: "nothing in the beam".
_NONE = frozenset({"", "NONE", "CLEAR", "OPEN", "N", "A", "-", "NULL"})
_EMPTY = frozenset({"", "nan", "none", "null", "n/a", "--", "-"})
#: Bytes of the longest line.
_LONGEST = 1_000_000
#: Rows between two calls of a progress function.
_STEP = 500


def read_proposed(source: str | Path | IO[bytes], progress: Progress | None = None) -> Iterator[Proposed]:
    """Read proposed observations.

    Parameters
    ----------
    source
        A file, or a stream of CSV.
    progress
        Called with bytes read and bytes in all now and then.

    Raises
    ------
    SourceError
        The file cannot be read, is none of the formats, or lacks a column; the message says which columns are needed
        and which were found.

    """
    if not isinstance(source, str | Path):
        yield from _from_csv(source, "standard input", None, 0)
        return
    path = Path(source)
    with _told(path):
        if path.is_dir():
            raise SourceError(f"{path}: a folder; give a file: CSV, ECSV, VOTable or APT")
        with path.open("rb") as file:
            head = file.read(4096) if path.is_file() else b""
        kind = _kind(path, head)
        if kind == "proposal":
            yield from _from_proposal(path)
        elif kind == "csv":
            with path.open("rb") as file:
                yield from _from_csv(file, str(path), progress, path.stat().st_size)
        else:
            yield from _from_table(path, kind)


def _kind(path: Path, head: bytes) -> str:
    suffix = path.suffix.casefold()
    if suffix == ".ecsv" or head.startswith(b"# %ECSV"):
        return "ascii.ecsv"
    if suffix in (".vot", ".votable") or b"<VOTABLE" in head:
        return "votable"
    if suffix in (".aptx", ".xml") or head.startswith(b"PK\x03\x04"):
        return "proposal"
    return "csv"


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise SourceError(f"{path}: cannot be read ({(error.strerror or str(error)).lower()})") from error


def _from_csv(stream: IO[bytes], name: str, progress: Progress | None, size: int) -> Iterator[Proposed]:
    lines = _Lines(stream, name)
    first = next((line for line in lines if line.strip() and not line.startswith("#")), "")
    if not first:
        raise SourceError(f"{name}: empty; give a header and a row for each proposed observation")
    delimiter = max(",;\t|", key=first.count)
    start, found = lines.number, 0
    try:
        table = _Table(next(csv.reader([first], delimiter=delimiter, skipinitialspace=True)), name, start)
        for cells in csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True):
            line, start = start + 1, lines.number
            if cells not in ([], [""]) and not cells[0].startswith("#"):
                found += 1
                yield table.row(line, cells)
                if progress and found % _STEP == 0:
                    progress(stream.tell(), size)
    except csv.Error as error:
        hint = "; a quote that is not closed?" if "end of data" in str(error) or "limit" in str(error) else ""
        raise SourceError(f"{name}: line {start + 1}: no row of CSV ({error}){hint}") from error
    if not found:
        raise SourceError(f"{name}: line {table.line}: a header, and no rows after it")


class _Lines:
    """Lines of a stream as text, counted."""

    def __init__(self, stream: IO[bytes], name: str) -> None:
        self._stream, self._name = stream, name
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._stream.readline(_LONGEST)
        if not line:
            raise StopIteration
        self.number += 1
        where = f"{self._name}: line {self.number}"
        if len(line) == _LONGEST:
            raise SourceError(f"{where}: longer than a million bytes; no table of proposed observations")
        try:
            return line.decode("utf-8-sig" if self.number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise SourceError(f"{where}: not text in UTF-8; save the table as UTF-8") from error


def _from_table(path: Path, form: str) -> Iterator[Proposed]:
    try:
        from astropy.table import QTable
    except ImportError:
        raise SourceError(f"{path}: needs astropy: pip install 'jwst-kb[astro]', or give CSV") from None
    import warnings

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # astropy's remarks on the file's style
            read: Any = QTable.read(path, format=form, **({"table_id": 0} if form == "votable" else {}))
    except OSError:
        raise
    except Exception as error:
        reason = " ".join(str(error).split())[:160]
        what = "VOTable" if form == "votable" else "ECSV"
        raise SourceError(f"{path}: no {what} that astropy can read ({reason})") from error
    columns: dict[str, list[str]] = {}
    for name in read.colnames:
        columns.update(_column(read[name], name, str(path)))
    table = _Table(list(columns), str(path), 1)
    rows = zip(*columns.values(), strict=True)
    number = 0
    for number, cells in enumerate(rows, 1):
        yield table.row(number, list(cells))
    if not number:
        raise SourceError(f"{path}: a table without rows")


def _column(column: Any, name: str, where: str) -> Iterator[tuple[str, list[str]]]:
    """Yield columns as texts under their names, in degrees and seconds where they have a unit."""
    from astropy import units
    from astropy.coordinates import SkyCoord

    if isinstance(column, SkyCoord):
        yield "ra", [repr(float(value)) for value in column.icrs.ra.deg]
        yield "dec", [repr(float(value)) for value in column.icrs.dec.deg]
        return
    field = _fields().get(_plain(name), ("", 0))[0]
    unit = getattr(column, "unit", None)
    wanted = {"ra": units.deg, "dec": units.deg, "exposure": units.s}.get(field)
    mask = getattr(column, "mask", None)
    values = getattr(column, "value", column)
    if wanted is not None and unit is not None and unit not in ("", units.dimensionless_unscaled):
        try:
            factor = units.Unit(unit).to(wanted)
        except (units.UnitConversionError, ValueError, TypeError):
            raise SourceError(f"{where}: column {name} has the unit {unit}, which cannot become {wanted}") from None
        try:
            values = [repr(float(value) * factor) for value in values]
        except (TypeError, ValueError):  # texts: they say themselves what they are
            values = list(map(str, values))
    texts = [value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value) for value in values]
    if mask is not None and len(mask.shape):
        texts = ["" if masked else text for text, masked in zip(texts, mask, strict=True)]
    yield name, texts


def _from_proposal(path: Path) -> Iterator[Proposed]:
    """Take the observations of a document that the readers know, each of its targets once."""
    from kb.sources import read

    for reading in read(path):
        if reading.program is None or not reading.observations:
            why = next((f.message for f in reading.findings if f.severity == "error"), "no observations in it")
            raise SourceError(f"{path}: cannot be read as a proposal ({why})")
        for row in reading.observations:
            template = load().template(row.template or "")
            for target in row.targets:
                place = getattr(target, "position", None)
                yield Proposed(
                    line=row.order,
                    name=target.name,
                    object=target.object,
                    system=target.system,
                    role=target.role,
                    rule=target.rule or "",
                    ra=place.ra if place else None,
                    dec=place.dec if place else None,
                    instrument=row.instrument,
                    template=row.template,
                    mode=template.mode if template else None,
                    elements=row.elements,
                    exposure=getattr(row, "exposure", None),
                )


class _Table:
    """What the columns of a table mean; gives its rows."""

    def __init__(self, header: list[str], name: str, line: int) -> None:
        self.line = line
        self._name = name
        self._columns: dict[str, list[int]] = {}
        self._units: dict[str, str] = {}
        self._forms: dict[str, tuple[str, int]] = {}
        self._size = len(header)
        ranks: dict[str, list[tuple[int, int]]] = {}
        for index, title in enumerate(header):
            unit = _UNIT.search(title)
            field, rank = _fields().get(_plain(_UNIT.sub("", title)), ("", 0))
            if field:
                ranks.setdefault(field, []).append((rank, index))
            if field and unit:
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
                f"{self._name}: line {self.line}: needs a column target (also: name, object, source), or ra and dec;"
                f" found: {found}"
            )
        if ("ra" in has) != ("dec" in has):
            one, other = ("ra", "dec") if "ra" in has else ("dec", "ra")
            raise SourceError(
                f"{self._name}: line {self.line}: there is a column {one} and none for {other}; found: {found}"
            )
        try:
            self._seconds = unit_seconds(self._units["exposure"]) if self._units.get("exposure") else 1.0
        except ValueError as error:
            raise SourceError(f"{self._name}: line {self.line}: the column of exposure times {error}") from None
        unit = self._units.get("ra", "").casefold()
        self._decimal_hours = unit in ("h", "hr", "hour", "hours", "hourangle")
        if unit and not self._decimal_hours and unit not in _ANGLES:
            raise SourceError(f"{self._name}: line {self.line}: ra has the unit {unit}; use deg or hourangle")

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
            remarks.append("neither a target nor coordinates: nothing to compare")
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
    from kb.names import nearest

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
    from kb.names import nearest

    templates = load().templates.values()
    return nearest(text, (t.label for t in templates if instrument is None or t.instrument == instrument))


def _elements(text: str, instrument: str | None, remarks: list[str]) -> tuple[str, ...]:
    names = [word.upper() for word in _ELEMENTS.split(text)]
    names = [name for name in dict.fromkeys(names) if name not in _NONE]
    known = load().elements.get(instrument or "")
    if known is not None:
        for name in names:
            if name not in known:
                from kb.names import nearest

                remarks.append(f"{instrument} has no spectral element {name!r}; {nearest(name, known)}")
        names = [name for name in names if name in known]
    return tuple(names)


@lru_cache(maxsize=1)
def _fields() -> dict[str, tuple[str, int]]:
    """Column name → field, and its place among the names of the field."""
    from kb.identity.rules import rows

    table = rows(ontology_dir() / "duplicates" / "columns.csv")
    return {name: (field, rank) for rank, (field, name) in enumerate(table)}


def _plain(title: str) -> str:
    return _JOINTS.sub(" ", title).strip().casefold()
