"""The file that holds the XML: the XML itself, or a ZIP archive (``.aptx``, ``.aptbackup``) with the XML in it."""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from kb.sources.apt.limits import WORDS
from kb.sources.apt.refusal import Refusal
from kb.sources.apt.tree import root_name
from kb.sources.notes import Notes

__all__ = ["ROOT", "VISITS", "looks_like_apt", "looks_like_zip", "open_program"]

#: Local name of the root element of a program.
ROOT = "JwstProposal"
#: That of a report on its visits, which is XML as well.
VISITS = "visitStatusReport"
#: An archive of one program has some dozen members, most of them plans of the micro-shutter array.
MAX_MEMBERS = 2_000
_CANDIDATES = 50
_ZIP = b"PK\x03\x04"
_END = b"PK\x05\x06"
# Everything that zipfile raises for archives that are damaged, encrypted or packed in ways it does not know.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
    struct.error,
    ValueError,
    OSError,
)


def looks_like_zip(head: bytes) -> bool:
    """Tell a ZIP archive by its first bytes."""
    return head.startswith((_ZIP, _END))


def looks_like_apt(head: bytes) -> bool:
    """Tell by its first bytes a file that may hold a program: a ZIP archive, or XML with the right root.

    >>> looks_like_apt(b'<?xml version="1.0"?><JwstProposal xmlns="'), looks_like_apt(b"# 7487 - Absolute Flux")
    (True, False)
    """
    if looks_like_zip(head):
        return True
    text = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")  # UTF-16 too
    return text.startswith(b"<") and (
        ROOT.encode() in text or VISITS.encode() in text or text.startswith((b"<?xml", b"<!DOCTYPE"))
    )


@contextmanager
def open_program(file: IO[bytes], notes: Notes) -> Iterator[IO[bytes]]:
    """Open the XML of a program, wherever in the file it is; a second program in it is reported.

    Raises
    ------
    Refusal
        The archive is damaged or unsafe, or holds no program.

    """
    head = file.read(len(_ZIP))
    file.seek(0)
    if not looks_like_zip(head):
        yield file
        return
    try:
        _refuse_crowds(file)
        with zipfile.ZipFile(file) as archive, archive.open(_program(archive, notes)) as stream:
            yield stream
    except _DAMAGE as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise Refusal("zip-broken", f"the archive is damaged ({reason})") from None


def _refuse_crowds(file: IO[bytes]) -> None:
    """Look at the end of the archive, which counts its members, before anything lists them."""
    size = file.seek(0, 2)
    file.seek(max(0, size - 65_557))
    tail = file.read()
    file.seek(0)
    end = tail.rfind(_END)
    if end >= 0 and len(tail) >= end + 22 and struct.unpack_from("<H", tail, end + 10)[0] > MAX_MEMBERS:
        raise Refusal("xml-refused", f"an archive of more than {MAX_MEMBERS} members")


def _program(archive: zipfile.ZipFile, notes: Notes) -> zipfile.ZipInfo:
    """Return the member that is a program: its name tells nothing, its root does."""
    names = [m for m in archive.infolist() if m.filename.lower().endswith(".xml") and not m.is_dir()]
    programs = [member for member in names[:_CANDIDATES] if _root(archive, member) == ROOT]
    for other in programs[1:]:
        message = f"the archive holds another program, {other.filename[:WORDS]!r}, which is not read"
        notes.add("member-unread", None, message, other.filename[:WORDS])
    if programs:
        return programs[0]
    if len(names) == 1:
        return names[0]  # whatever is wrong with it is said when it is read
    raise Refusal("format-unknown", f"no member of the archive is a program (XML with the root {ROOT})")


def _root(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> str | None:
    with archive.open(member) as stream:
        return root_name(stream)
