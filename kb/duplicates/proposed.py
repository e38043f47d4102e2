"""A file of proposed observations → :class:`Proposed`, one after the other, whatever its size.

CSV (also with semicolons, tabs or bars), JSON (also the lines of ``kb read``), ECSV, VOTable, program pages and APT
files.  A table that cannot be read raises; what is wrong with one row is a remark on that row (see
:mod:`kb.duplicates.rows`).
"""

from __future__ import annotations

import csv
import io
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

from kb.duplicates.objects import is_json, rows
from kb.duplicates.records import Proposed
from kb.duplicates.rows import NOTHING, Columns, field_of, is_header
from kb.errors import SourceError
from kb.nearest import first
from kb.vocabulary import load

__all__ = ["read_proposed"]

Progress = Callable[[int, int], None]
#: Bytes of the longest line.
_LONGEST = 1_000_000
#: Bytes at the beginning by which a file is told.
_HEAD = 20_000
#: Rows between two calls of a progress function.
_STEP = 500


def read_proposed(
    source: str | Path | IO[bytes],
    progress: Progress | None = None,
    tell: Callable[[str], object] = warnings.warn,
) -> Iterator[Proposed]:
    """Read proposed observations.

    Parameters
    ----------
    source
        A file of any of these formats, or a stream of CSV or JSON.
    progress
        Called with bytes read and bytes in all now and then.
    tell
        Called with a sentence when there are programs in it that have no observations.

    Raises
    ------
    SourceError
        The file cannot be read, is none of the formats, or lacks a column; the message says which columns are needed
        and which were found.

    """
    if not isinstance(source, str | Path):
        yield from _from_csv(source, "standard input", None, 0, tell)
        return
    path = Path(source)
    with _told(path):
        if path.is_dir():
            raise SourceError(f"{path}: a folder; give a file: CSV, JSON, ECSV, VOTable, program page or APT")
        with path.open("rb") as file:
            head = file.read(_HEAD) if path.is_file() else b""
        kind = _kind(path, head)
        if kind == "proposal":
            yield from _from_proposal(path, tell)
        elif kind == "csv":
            with path.open("rb") as file:
                yield from _from_csv(file, str(path), progress, path.stat().st_size, tell)
        else:
            yield from _from_table(path, kind)


def _kind(path: Path, head: bytes) -> str:
    suffix = path.suffix.casefold()
    if suffix == ".ecsv" or head.startswith(b"# %ECSV"):
        return "ascii.ecsv"
    if suffix in (".vot", ".votable") or b"<VOTABLE" in head:
        return "votable"
    from kb.sources import SUFFIXES, looks_like_document

    if (suffix in SUFFIXES and (suffix != ".txt" or looks_like_document(head))) or head.startswith(b"PK\x03\x04"):
        return "proposal"
    return "csv"


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise SourceError(f"{path}: cannot be read ({(error.strerror or str(error)).lower()})") from error


def _from_csv(
    stream: IO[bytes], name: str, progress: Progress | None, size: int, tell: Callable[[str], object]
) -> Iterator[Proposed]:
    lines = _Lines(stream, name)
    first = next((line for line in lines if line.strip() and not line.startswith("#")), "")
    if not first:
        raise SourceError(f"{name}: empty; give a header and a row for each proposed observation")
    delimiter = max(",;\t|", key=first.count)
    start, found = lines.number, 0
    if first.lstrip()[:1] in ("{", "["):
        rest = "".join(lines)
        text = "\n" * (start - 1) + first + rest  # so that errors count the lines before it
        if not _is_header(first, delimiter) or is_json(text):
            yield from _from_json(text, name, tell)
            return
        lines = _Lines(io.BytesIO(rest.encode()), name, start)
    try:
        table = Columns(next(csv.reader([first], delimiter=delimiter, skipinitialspace=True)), name, start)
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


def _is_header(line: str, delimiter: str) -> bool:
    try:
        return is_header(next(csv.reader([line], delimiter=delimiter, skipinitialspace=True)))
    except csv.Error:  # a value longer than any of a table
        return False


def _from_json(text: str, name: str, tell: Callable[[str], object]) -> Iterator[Proposed]:
    tables: dict[tuple[str, ...], Columns] = {}  # each object may have names of its own
    bare: list[str] = []
    for row in rows(text, name):
        if row.texts is None:
            bare.append(str(row.program or row.document))
            continue
        header = tuple(row.texts)
        if header not in tables:
            tables[header] = Columns(list(header), name, row.number, "entry")
        yield replace(tables[header].row(row.number, list(row.texts.values())), program=row.program)
    if not tables and not bare:
        raise SourceError(f'{name}: no observation in it; give an object for each, as {{"target": "HD 2811"}}')
    _say_bare(bare, name, tell, others=bool(tables))


def _say_bare(bare: list[str], name: str, tell: Callable[[str], object], *, others: bool) -> None:
    """Say which programs have no observations; where none has any, that there is nothing to compare."""
    said = f"{name}: no observations to compare in {first(bare)}"
    if bare and not others:
        raise SourceError(said)
    if bare:
        tell(said)


class _Lines:
    """Lines of a stream as text, counted."""

    def __init__(self, stream: IO[bytes], name: str, number: int = 0) -> None:
        self._stream, self._name = stream, name
        self.number = number

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
    table = Columns(list(columns), str(path), 1)
    number = 0
    for number, cells in enumerate(zip(*columns.values(), strict=True), 1):
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
    field = field_of(name)
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


def _from_proposal(path: Path, tell: Callable[[str], object]) -> Iterator[Proposed]:
    """Take the observations of a document that the readers know, each of its targets once."""
    from kb.sources import read

    before = 0  # observations of the programs before this one
    bare: list[str] = []
    for reading in read(path):
        if reading.program is None or not reading.observations:
            why = next((f.message for f in reading.findings if f.severity == "error"), "")
            if why or reading.program is None:
                raise SourceError(
                    f"{path}: cannot be read as a proposal ({why.removeprefix(f'{path.name}: ') or 'no program in it'})"
                )
            bare.append(str(reading.program.id or "the draft"))
            continue
        for row in reading.observations:
            template = load().template(row.template or "")
            setup = Proposed(
                line=before + row.order,
                program=reading.program.id,
                name="",
                instrument=row.instrument,
                template=row.template,
                mode=template.mode if template else None,
                elements=row.elements,
                exposure=getattr(row, "exposure", None),
            )
            if not row.targets:
                yield replace(setup, remarks=(NOTHING,))
            for target in row.targets:
                place = getattr(target, "position", None)
                yield replace(
                    setup,
                    name=target.name,
                    object=target.object,
                    system=target.system,
                    role=target.role,
                    rule=target.rule or "",
                    ra=place.ra if place else None,
                    dec=place.dec if place else None,
                )
        before += max(row.order for row in reading.observations)
    _say_bare(bare, str(path), tell, others=before > 0)
