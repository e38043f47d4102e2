"""A program page cut into parts: front matter, title, sections, and the rows of its tables and lists.

Nothing is judged here.  Lines are counted from 1.  Tables are read line by line, not by a Markdown library: those drop
surplus cells, shift short rows and forget where a row stood, which are the very things that a damaged page is about.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

TABLE, ABSTRACT, DESCRIPTION = "table", "abstract", "description"

_HEADING = re.compile(
    r"^#{1,6}\s*(?:\d+\.\s*)?(?:(?:full|the)\s+)?(observations?\s+table|abstract|observing\s+description)\W*$", re.I
)
_PAGE_TITLE = re.compile(r"^#\s+(\d{3,6})\s*[-–—:]\s*(.*)$")
_LONGEST_HEADING = 60
_LONGEST_TOP, _FEWEST_FIELDS = 60, 3
#: Lines of words between two fields that stand in no block; pipes of a row that is a field and its value.
_MOST_BETWEEN, _PIPES_OF_FIELD = 2, 3
_BULLET = re.compile(
    r"(?:[-*+•–—]|\d+[.)])\s+\S*(?:label|template|target|obs)\w*\W*[:=]"
    r"|\W{0,4}(?:labels?|obs\w*)\W{0,4}[:=][^|]*\|\W*(?:observing )?template\W*[:=]",
    re.I,
)
_MARK = re.compile(r"(?:[-*+•–—]|\d+[.)])\s+")
#: Headings that are no Markdown, have other words or were misread; looked for only where the usual ones are missing.
_LOOSE_HEADING = re.compile(
    r"^(?:<h[1-6]\b[^<>]*>|[#*_\s])*(?:(?:section\s+)?[(\[]?(?:\d+|[IVX]+|[A-Z])[.):\]]+\s*)?(?:(?:full|the|program|proposal|scientific|science)\s+)*"
    r"([o0]bservat[il1][o0]ns?\s+tab[l1i]e|abstract|[o0]bserv[il1]ng\s+(?:descr[il1]pt[il1][o0]n|strategy|p[l1i]an)"
    r"|description(?:\s+of\s+(?:the\s+)?observations?)?)\W*(?:</h[1-6]>)?\W*$",
    re.I,
)
#: A heading with the first line of its section behind it.
_HEADING_AND_TEXT = r"(?i)^(?=[#*_A-Z])[#*_\s]*(abstract|observing\s+description)[\s*_]*[:.–—-][\s*_]*(\S.*)$"
_RULER = re.compile(r"^[\s|:+=-]*-[\s|:+=-]*$")


class Line(NamedTuple):
    """One line of a page: its number and its text without the line end."""

    number: int
    text: str

    @property
    def is_bare(self) -> bool:
        """True for a line across the page or an address, as the page's own, with nothing beside it."""
        return self.text.startswith(("---", "http://", "https://")) and " " not in self.text


@dataclass(slots=True)
class Table:
    """A table as it stands: header cells (empty where it has none), the line of the header, and its rows.

    ``above_ruler`` counts the rows above its ruler where these are several.  ``caption`` is the last line of bold text
    or sub-heading before it, ``section`` where it stands.
    """

    section: str
    line: int
    header: tuple[str, ...]
    above_ruler: int = 0
    rows: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)
    caption: str = ""


@dataclass(slots=True)
class Page:
    """The parts of one page; ``notes`` are the lines of its table section that belong to no table."""

    front: list[Line] = field(default_factory=list)
    front_closed: bool = False
    front_odd: bool = False
    title_line: int = 1
    title_id: int | None = None
    title: str = ""
    tables: list[Table] = field(default_factory=list)
    notes: list[Line] = field(default_factory=list)
    sections: dict[str, list[Line]] = field(default_factory=dict)


def cells_of(text: str) -> tuple[str, ...]:
    r"""Split one table line into cells, outer pipes off, blank cells kept, ``\|`` an ordinary character.

    >>> cells_of("| a |  | c \\| d |")
    ('a', '', 'c | d')
    """
    text = text.strip()
    if text.startswith("|"):
        text = text[1:]
    if text.endswith("|") and not text.endswith("\\|"):
        text = text[:-1]
    if "\\|" in text:
        cells = [c.replace("\0", "|").strip() for c in text.replace("\\|", "\0").split("|")]
    else:
        cells = [c.strip() for c in text.split("|")]
    if "`" in text:
        cells = _whole_code(cells)
    return tuple(cells)


def _whole_code(cells: list[str]) -> list[str]:
    """Join cells again that a pipe inside back-quotes made of one."""
    whole: list[str] = []
    for cell in cells:
        if whole and whole[-1].count("`") % 2 and cell.count("`") % 2:
            whole[-1] += f"|{cell}"
        else:
            whole.append(cell)
    return whole


def split_page(text: str) -> Page:
    """Cut the text of one program page into its parts; never fails, whatever is missing."""
    page = _split(text, loose=False)
    return page if {ABSTRACT, DESCRIPTION} <= page.sections.keys() else _split(text, loose=True)


def _split(text: str, loose: bool) -> Page:
    page = Page()
    lines = text.split("\n")
    start = _front_matter(page, lines)
    section = TABLE
    table: Table | None = None
    caption = ""
    for number, line in enumerate(lines[start:], start + 1):
        stripped = line.strip()
        if stripped.startswith("#"):
            table = None
            if heading := (_LOOSE_HEADING if loose else _HEADING).match(stripped):
                section = _section_of(heading[1].lower())
                page.sections.setdefault(section, [])
                continue
            if page.title_id is None and (title := _PAGE_TITLE.match(stripped)):
                page.title_line, page.title_id, page.title = number, int(title[1]), title[2].strip()
                continue
        elif (
            loose
            and len(stripped) < _LONGEST_HEADING
            and (heading := _LOOSE_HEADING.match(stripped))
            and (heading[1].lower() != "description" or (stripped[0] in "*<" and DESCRIPTION not in page.sections))
        ):
            table = None
            section = _section_of(heading[1].lower())
            page.sections.setdefault(section, [])
            continue
        if loose and (heading := re.match(_HEADING_AND_TEXT, stripped)):
            named = _section_of(heading[1].lower())
            if named not in page.sections:
                table, section = None, named
                page.sections[section] = [Line(number, heading[2])]
                continue
        if table is not None and section == TABLE and (whole := _goes_on(table, lines[number - 2].strip(), stripped)):
            table.rows[-1] = (table.rows[-1][0], whole)
            continue
        if "|" in stripped and (
            stripped[0] == "|" or (section == TABLE and stripped.count("|") >= 2 and not _BULLET.match(stripped))
        ):
            if stripped[0] != "|":
                stripped = stripped.lstrip("> ")
                stripped = stripped[mark.end() :] if (mark := _MARK.match(stripped)) else stripped
            if table is None:
                table = Table(section, number, (), caption=caption)
                page.tables.append(table)
            if _RULER.match(stripped):
                # The line above a ruler is the header; a second ruler inside a table changes nothing.
                if not table.header and len(table.rows) == 1:
                    table.header = table.rows.pop()[1]
                elif not table.header and not table.above_ruler:
                    table.above_ruler = len(table.rows)
            else:
                table.rows.append((number, cells_of(stripped)))
            continue
        if stripped:
            table = None
            caption = stripped if section == TABLE else ""
        elif table is not None and table.rows:
            table = None
        if section == TABLE:
            if stripped and number > page.title_line:
                page.notes.append(Line(number, stripped))
        else:
            page.sections.setdefault(section, []).append(Line(number, line))
    return page


def _goes_on(table: Table, before: str, text: str) -> tuple[str, ...] | None:
    """Join a row that was broken between two cells or within one with its rest; ``None`` where it gets too wide."""
    if text[-1:] != "|" or before[:1] != "|" or text[0] == before[-1] == "|" or not table.rows:
        return None
    width = len(table.header) or (len(table.rows[0][1]) if len(table.rows) > 1 else 0)
    begun, rest = table.rows[-1][1], cells_of(text)
    if "|" in (text[0], before[-1]):
        return (*begun, *rest) if len(begun) + len(rest) == width else None
    whole = (*begun[:-1], f"{begun[-1]} {rest[0]}".strip(), *rest[1:])
    return whole if len(whole) <= width else None


def _section_of(words: str) -> str:
    return TABLE if "tab" in words else ABSTRACT if words == "abstract" else DESCRIPTION


def _front_matter(page: Page, lines: list[str]) -> int:
    """Take the block between two ``---`` lines at the top; return the index of the first line after it."""
    first = next((i for i, line in enumerate(lines) if line.strip()), len(lines))
    if first == len(lines) or lines[first].strip("\ufeff \t\r") != "---":
        return _odd_front_matter(page, lines)
    for i in range(first + 1, len(lines)):
        stripped = lines[i].strip()
        if stripped == "---":
            page.front_closed = True
            return i + 1
        if stripped.startswith("#") or "|" in stripped[:1]:
            return i
        page.front.append(Line(i + 1, lines[i]))
    return len(lines)


def _odd_front_matter(page: Page, lines: list[str]) -> int:
    """Take a block that is not the first thing on the page, or the lines of its top that name fields."""
    from kb.sources.front_matter import loose_field

    found: list[int] = []
    between = 0
    for i, line in enumerate(lines[:_LONGEST_TOP]):
        stripped = line.strip()
        if stripped.startswith("##") or _LOOSE_HEADING.match(stripped) or between > _MOST_BETWEEN:
            break
        if stripped.count("|") <= _PIPES_OF_FIELD and loose_field(line):
            found.append(i)
            between = 0
        elif found and re.search(r"\w", stripped):
            between += 1
    if len(found) < _FEWEST_FIELDS:
        return 0
    # What stands around the block is no part of the page: its fences, and words before it.
    start = next((i for i in range(found[0]) if lines[i].lstrip().startswith("# ")), found[0])
    end = found[-1] + 1
    page.front = [Line(i + 1, lines[i]) for i in found]
    page.front_closed = page.front_odd = True
    for i in range(found[0], end):
        if i in found or not re.search(r"\w", lines[i]):
            lines[i] = ""
    while end < len(lines) and re.fullmatch(r"\W*", lines[end]):
        lines[end] = ""
        end += 1
    if any(line.lstrip().startswith("```") for line in lines[: found[0]]):
        for i in range(len(lines) - 1, end, -1):
            if lines[i].strip():
                lines[i] = "" if lines[i].strip() == "```" else lines[i]
                break
    return start
