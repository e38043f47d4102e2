"""Documents in, readings out: one reader per format, chosen by what a file holds.

``read`` never raises for what stands *in* a file: that becomes a finding of a reading without a program.
"""

from __future__ import annotations

import hashlib
import io
import os
import stat
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import IO, TYPE_CHECKING

from kb.errors import KbError, SourceError
from kb.records import Document, Reading
from kb.sources.notes import Notes
from kb.sources.text import decode, markdown

if TYPE_CHECKING:
    from kb.aliases import Aliases

__all__ = ["MAX_BYTES", "SUFFIXES", "bundled", "find", "read", "read_data", "reader_version"]

#: Files above this are not read: the largest page of the corpus is a thousandth of it.
MAX_BYTES = 20_000_000
SUFFIXES = (".md", ".markdown", ".txt", ".xml", ".aptx", ".aptbackup")
_HEAD = 4096


def bundled() -> Path:
    """Folder of the records that come with the package."""
    return Path(__file__).resolve().parent.parent / "bundled"


def find(paths: Iterable[str | Path]) -> list[Path]:
    """Documents among files, folders and glob patterns, sorted by path, each once.

    Raises
    ------
    SourceError
        If a path does not exist, or a folder or pattern holds no documents.

    """
    found: dict[Path, None] = {}
    for given in paths:
        path = Path(given)
        if path.is_dir():
            inside = list(_inside(path))
            if not inside:
                raise SourceError(f"{path}: no documents in this folder (looked for {', '.join(SUFFIXES)})")
        elif path.exists():
            inside = [path]
        elif any(c in str(given) for c in "*?["):
            inside = list(_glob(str(given)))
            if not inside:
                raise SourceError(f"{given}: no file matches this pattern")
        else:
            raise SourceError(f"{path}: no such file or folder")
        found.update(dict.fromkeys(inside))
    return sorted(found)


def _inside(folder: Path) -> Iterator[Path]:
    """Documents of a folder and of those in it, hidden ones left out."""
    for root, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        here = Path(root)
        for name in names:
            if name.lower().endswith(SUFFIXES) and not name.startswith(".") and (path := here / name).is_file():
                yield path


def _glob(pattern: str) -> Iterator[Path]:
    import glob

    return (Path(p) for p in glob.glob(pattern, recursive=True) if Path(p).is_file())  # noqa: PTH207 - absolute patterns too


def read(path: str | Path, aliases: Aliases | None = None) -> list[Reading]:
    """Read one document, whatever its format; an unreadable one gives a reading without a program.

    Parameters
    ----------
    path
        The document.
    aliases
        More names of objects, from :func:`kb.aliases.read_aliases`.

    Examples
    --------
    >>> reading, = read(bundled() / "program-pages" / "7487.md")
    >>> reading.program.id, reading.rows.observations
    (7487, 16)

    """
    path = Path(path)
    nothing = hashlib.sha256(b"").hexdigest()
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):  # a pipe would be waited for, a device may have no end
            return [_unread(path, nothing, "unreadable", f"{path}: not a regular file")]
        size = about.st_size
        if size > MAX_BYTES or path.suffix.lower() in SUFFIXES[3:]:
            with path.open("rb") as file:
                head = file.read(_HEAD)
                if looks_like_apt(head):
                    return [_read_apt(file, path.name, aliases)]
        if size > MAX_BYTES:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            return [_too_large(path.name, size, digest)]
        data = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        return [_unread(path, nothing, "unreadable", f"{path}: cannot be opened ({reason})")]
    return read_data(data, path.name, aliases)


def read_data(data: bytes, name: str, aliases: Aliases | None = None) -> list[Reading]:
    """Read one document from its bytes as :func:`read` does from its path: what is wrong with it is a finding."""
    if len(data) > MAX_BYTES and not looks_like_apt(data[:_HEAD]):
        return [_too_large(name, len(data), hashlib.sha256(data).hexdigest())]
    try:
        return read_bytes(data, name, aliases=aliases)
    except KbError:
        raise
    except Exception as error:  # a fault of ours; one document never stops a build
        if os.environ.get("KB_DEBUG"):
            raise
        message = f"{name}: the reader failed ({type(error).__name__}: {' '.join(str(error).split())})"
        return [_unread(Path(name), hashlib.sha256(data).hexdigest(), "unreadable", message)]


def read_bytes(data: bytes, name: str, notes: Notes | None = None, aliases: Aliases | None = None) -> list[Reading]:
    """Read a document from its bytes; ``name`` is its file name.  Pure: nothing but ``ontology/`` is looked at."""
    notes = notes or Notes()
    digest = hashlib.sha256(data).hexdigest()
    if looks_like_apt(data[:_HEAD]):
        return [_read_apt(io.BytesIO(data), name, aliases)]
    if not data or data.isspace():
        return [_unread(Path(name), digest, "empty-document", f"{name}: the file is empty")]
    text = decode(data, notes)
    if text is None:
        return [_unread(Path(name), digest, "not-text", f"{name}: not a text file")]
    from kb.sources.program_page import looks_like_page, read_program_page

    if looks_like_page(text):
        document = Document(name, "program-page", digest, _key(name))
        return [read_program_page(markdown(text, notes), document, notes, aliases)]
    from kb.sources.sodrm import looks_like_sodrm, read_sodrm

    if looks_like_sodrm(text):
        return read_sodrm(text, Document(name, "sodrm", digest, _key(name)))
    from kb.sources.schedule import looks_like_schedule, read_schedule

    if looks_like_schedule(text):
        return [read_schedule(text, Document(name, "schedule", digest, _key(name)), notes)]
    return [
        _unread(
            Path(name),
            digest,
            "format-unknown",
            f"{name}: neither a program page, nor the SODRM table, nor a program file of APT, nor a report on visits",
        )
    ]


def looks_like_document(head: bytes) -> bool:
    """Tell by its beginning a text that one of the readers reads."""
    from kb.sources.program_page import looks_like_page
    from kb.sources.schedule import looks_like_schedule
    from kb.sources.sodrm import looks_like_sodrm

    text = decode(head, Notes())
    return text is not None and any(look(text) for look in (looks_like_page, looks_like_sodrm, looks_like_schedule))


def _read_apt(file: IO[bytes], name: str, aliases: Aliases | None) -> Reading:
    """Read a file of the observatory's own format, which may be too large to hold in memory."""
    from kb.sources.apt import read_apt

    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    file.seek(0)
    return read_apt(file, Document(name, "apt", digest, _key(name)), aliases)


def looks_like_apt(head: bytes) -> bool:
    """Tell by its first bytes a file of the observatory's own format, without loading the reader for any other."""
    if not head.startswith((b"PK", b"<", b" ", b"\n", b"\r", b"\t", b"\xef\xbb\xbf<", b"\xff\xfe", b"\xfe\xff")):
        return False
    from kb.sources.apt import container

    return container.looks_like_apt(head)


def _key(name: str) -> str:
    from kb.iris import slug

    return slug(name.rpartition(".")[0] or name)


def _too_large(name: str, size: int, digest: str) -> Reading:
    limit = MAX_BYTES // 1_000_000
    message = f"{name}: {size / 1e6:.0f} MB, more than the {limit} MB that are read"
    return _unread(Path(name), digest, "too-large", message)


def _unread(path: Path, digest: str, code: str, message: str) -> Reading:
    notes = Notes()
    notes.add(code, None, message)
    return Reading(Document(path.name, "unread", digest, _key(path.name)), None, findings=notes.done())


def reader_version(aliases: Aliases | None = None) -> str:
    """Digest of everything that a reading depends on: vocabulary and rules, the code that reads, alias files."""
    own = _reader_version()
    return own if aliases is None else hashlib.sha256((own + aliases.digest).encode()).hexdigest()


@lru_cache(maxsize=1)
def _reader_version() -> str:
    from kb.vocabulary import ontology_version

    digest = hashlib.sha256(ontology_version().encode())
    package = Path(__file__).resolve().parent.parent
    folders = (package / name for name in ("", "sources", "sources/apt", "identity", "links"))
    for part in sorted(part for folder in folders for part in folder.glob("*.py")):
        digest.update(part.read_bytes())
    return digest.hexdigest()
