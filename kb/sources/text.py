"""Bytes to the text of a document: its encoding, signs that stand for others, tables of HTML as those of Markdown."""

from __future__ import annotations

import codecs
import html
import re

from kb.sources.notes import Notes

_MARKS = ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
#: Signs without width and hyphens that show only at the end of a line: they stand inside words.
_UNSEEN = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_LINE_ENDS = "\x85\u2028\u2029"
_PIPES = "│┃║¦"
_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st"}
_FULL_WIDTH = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_SIGNS = {
    **dict.fromkeys(map(ord, _UNSEEN)),
    **dict.fromkeys(map(ord, _LINE_ENDS), "\n"),
    **dict.fromkeys(map(ord, _PIPES), "|"),
    **_LIGATURES,
    **_FULL_WIDTH,
}
_ODD_SIGNS = tuple(_UNSEEN[:-1] + _LINE_ENDS + _PIPES)
#: First byte in UTF-8 of full-width signs, ligatures and the mark of byte order.
_COMPATIBILITY = b"\xef"
_HTML_ROW = re.compile(r"(\n?)[ \t]*<tr\b[^>]*>(.*?)</tr\s*>[ \t]*", re.I | re.S)
_HTML_CELL = re.compile(r"<t[dh]\b[^>]*>(.*?)(?=</t[dh]\s*>|<t[dh]\b|$)", re.I | re.S)
_HTML_TABLE = re.compile(r"</?(?:table|thead|tbody|tfoot|caption)\b[^>]*>", re.I)


def decode(data: bytes, notes: Notes) -> str | None:
    """Text of a document, its line ends single line feeds; ``None`` where the bytes are no text.

    UTF-8, UTF-16 with its mark; bytes that are no UTF-8 are read as Windows-1252 where nothing else in the document is
    UTF-8 beyond ASCII, and replaced by U+FFFD elsewhere, with a finding.
    """
    marked = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    if marked is None and b"\0" in data[:65536]:
        return None
    try:
        text = data.decode(marked or "utf-8-sig")
    except UnicodeDecodeError as error:
        replaced = _replaced(data, error, notes) if marked is None else None
        if replaced is None:
            return None
        text = replaced
    if marked and 2 * len(text.encode("ascii", "ignore")) < len(text):
        return None
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.isascii() and (marked or _COMPATIBILITY in data or any(sign in text for sign in _ODD_SIGNS)):
        text = text.translate(_SIGNS)
    return text


def _replaced(data: bytes, error: UnicodeDecodeError, notes: Notes) -> str | None:
    text = data.decode("utf-8-sig", errors="replace")
    if text.count("\ufffd") > len(text) // 20:
        return None
    line = data.count(b"\n", 0, error.start) + 1
    raw = repr(data[error.start : error.end])
    if data.decode("utf-8-sig", errors="ignore").isascii():
        notes.add("bad-utf8", line, "bytes that are no UTF-8 were read as Windows-1252", raw=raw)
        return data.decode("cp1252", errors="replace")
    notes.add("bad-utf8", line, "bytes that are no UTF-8 were replaced by \ufffd", raw=raw)
    return text


def markdown(text: str) -> str:
    """Write tables of HTML as rows between pipes; lines stay where they are unless several rows share one."""
    if "<td" not in text and "<TD" not in text:
        return text
    return _HTML_TABLE.sub("", _HTML_ROW.sub(_row, text))


def _row(match: re.Match[str]) -> str:
    cells = (" ".join(html.unescape(cell).split()).replace("|", "\\|") for cell in _HTML_CELL.findall(match[2]))
    return f"\n| {' | '.join(cells)} |" + "\n" * max(match[2].count("\n"), 0)
