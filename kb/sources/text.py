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
_PIPES = "│┃║"
_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st"}
_FULL_WIDTH = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_SIGNS = {
    **dict.fromkeys(map(ord, _UNSEEN)),
    **dict.fromkeys(map(ord, _LINE_ENDS), "\n"),
    **dict.fromkeys(map(ord, _PIPES), "|"),
    **_LIGATURES,
    **_FULL_WIDTH,
}
#: How letters begin that were taken for bytes of Windows-1252.
_LATIN, _BEGIN_TWICE = b"\xc3", tuple(sign.encode() for sign in "ÂÃÎÏâïð")
_ODD_SIGNS = tuple(_UNSEEN[:-1] + _LINE_ENDS + _PIPES)
#: First byte in UTF-8 of full-width signs, ligatures and the mark of byte order.
_COMPATIBILITY = b"\xef"
#: Three lines or more, one after the other, with broken bars and no pipe: a table drawn so. Elsewhere they are a sign.
_BROKEN_BARS = re.compile(r"^(?:[^|¦\n]*+¦[^|\n]*+(?:\n[\s+:=-]*+|\Z)){3,}", re.M)
# No tag runs over the next "<" and no row over the next one, so that the time grows with the text and no faster.
_HTML_ROW = r"""\n?(?:(?<![ \t])[ \t]*)?<tr\b[^<>]*>
    (?P<row>[^<]*+(?:<(?!tr\b|/t(?:r|able|head|body|foot)\b)[^<]*+)*+)
    (?:</tr\s*>|(?=<))[ \t]*"""
_HTML_TABLE = r"</?(?:table|thead|tbody|tfoot|caption)\b[^<>]*>"
_HTML = re.compile(f"{_HTML_ROW}|{_HTML_TABLE}", re.I | re.X)
_HTML_CELL = re.compile(r"<t[dh]\b([^<>]*)>(.*?)(?=</t[dh]\s*>|<t[dh]\b|$)", re.I | re.S)
_HTML_SPAN = re.compile(r"""\b(row|col)span\s*=\s*["']?([0-9]{1,4})""", re.I)


def decode(data: bytes, notes: Notes) -> str | None:
    """Text of a document, its line ends single line feeds; ``None`` where the bytes are no text.

    UTF-8, UTF-16 with its mark; bytes that are no UTF-8 are read as Windows-1252 where nothing else in the document is
    UTF-8 beyond ASCII, and replaced by U+FFFD elsewhere, with a finding.
    """
    marked = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    if marked is None and b"\0" in data:
        return None
    try:
        text = data.decode(marked or "utf-8-sig")
    except UnicodeDecodeError as error:
        replaced = _replaced(data, error, notes) if marked is None else None
        if replaced is None:
            return None
        text = replaced
    if marked and ("\0" in text or 2 * len(text.encode("ascii", "ignore")) < len(text)):
        return None
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _LATIN in data and any(sign in data for sign in _BEGIN_TWICE):
        from kb.sources.encoded_twice import encoded_once

        text = encoded_once(text, notes)
    if not text.isascii() and (marked or _COMPATIBILITY in data or any(sign in text for sign in _ODD_SIGNS)):
        text = text.translate(_SIGNS)
    if "¦" in text:
        text = _BROKEN_BARS.sub(lambda match: match[0].replace("¦", "|"), text)
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


def markdown(text: str, notes: Notes | None = None) -> str:
    r"""Write tables of HTML as rows between pipes, a cell that spans rows in each of them, with a finding.

    Each row begins a line. One that stands at the beginning of its line stays on it; one with something before it on
    its line, ``<table>`` or another row, goes to the next, and all that follows moves down by one line as well.

    Examples
    --------
    >>> print(markdown("Targets:\n<tr><td rowspan=2>Alpha<td>1</tr>\n<tr><td>2</tr>"))
    Targets:
    | Alpha | 1 |
    | Alpha | 2 |

    """
    return _HTML.sub(_Rows(text, notes), text) if "<td" in text.lower() else text


class _Rows:
    """Writes the rows of a text one after another; ``room``: how many characters may be said again at most."""

    def __init__(self, text: str, notes: Notes | None) -> None:
        self.text, self.notes = text, notes
        self.room = len(text)
        self.line, self.counted = 1, 0
        self.number = 0
        self.begun = 0  # where in the text a line is begun already
        self.spans: dict[int, tuple[int, str]] = {}

    def __call__(self, match: re.Match[str]) -> str:
        row: str | None = match["row"]
        if row is None:
            self.spans.clear()
            return ""
        self.number += 1
        self.line += self.text.count("\n", self.counted, match.start("row"))
        self.counted = match.start("row")
        cells: list[str] = []
        column = 0
        for attributes, inner in _HTML_CELL.findall(row):
            column = self._again(cells, column)
            cell = " ".join(html.unescape(_HTML.sub("", inner)).split()).replace("|", "\\|")
            span = {name.lower(): int(count) for name, count in _HTML_SPAN.findall(attributes)}
            if span.get("row", 1) > 1:
                self.spans[column] = (self.number + span["row"] - 1, cell)
            cells.append(cell)
            column += max(span.get("col", 1), 1)
        self._again(cells, column)
        begin = "" if match.start() == self.begun and match[0][0] != "\n" else "\n"
        if match.end() == match.end("row") and row.rstrip(" \t").endswith("\n"):
            self.begun = match.end()
        return f"{begin}| {' | '.join(cells)} |" + "\n" * row.count("\n")

    def _again(self, cells: list[str], column: int) -> int:
        """Add the cells of rows above that reach down to this one from this column on; the column after them."""
        while column in self.spans:
            last, cell = self.spans[column]
            if last < self.number or self.room < len(cell) + 3:
                break
            self.room -= len(cell) + 3
            cells.append(cell)
            column += 1
            if self.notes and cell:
                self.notes.add("cell-spanned", self.line, "a cell of a row above reaches down to this one", cell)
        return column
