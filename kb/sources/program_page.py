"""A program page: Markdown transcribed from the PDF in which a program is published."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kb.links import activity_key, find_references
from kb.records import Document, Program, Reading, RowAccount
from kb.sources import cells
from kb.sources.front_matter import (
    FrontMatter,
    calibration_cycle,
    read_front_matter,
    read_hours,
    read_integer,
    read_kinds,
    read_modes,
    read_people,
)
from kb.sources.notes import Notes
from kb.sources.observations import read_observations
from kb.sources.page import ABSTRACT, DESCRIPTION, TABLE, Page, split_page
from kb.vocabulary import load

if TYPE_CHECKING:
    from kb.aliases import Aliases

_PAGE = re.compile(r"^---\s*$|^#+ .*(?:OBSERVATIONS? TABLE|ABSTRACT)|^# \d{3,6} - ", re.M | re.I)
_CATEGORY = {"go": "GO", "gto": "GTO", "ddt": "DD", "dd": "DD", "calibration": "calibration"}
_KIND_CATEGORY = {"ar": "AR", "survey": "survey"}
_SECTION_LEAD = re.compile(
    r"^\W*(?:\d+\.)?\W*(?:(?:the\s+)?full\s+)?(?:text of (?:the )?)?(?:abstract|observing description)\W*$|^-{3,}$"
    r"|^here (?:are|is) the\b.*:$",
    re.I,
)
_NOTHING_THERE = re.compile(
    r"not (?:present|provided|included|available|found|displayed|visible)|no (?:content|text|table)"
    r"|does not (?:contain|appear|include)"
    r"|is empty|cannot (?:provide|extract)",
    re.I,
)
_SHORTENED = re.compile(
    r"de-?duplicat|shortened|condensed|summari[sz]ed|truncated|omitted|only (?:unique|distinct)"
    r"|unique (?:rows|entries|observations)"
    r"|listed (?:only )?once|identical values|share the same|are identical|\ball \d+ observations",
    re.I,
)
_INFERRED = re.compile(r"\binferred\b|\bassumed\b", re.I)
_REMARK = re.compile(r"^\W*note\b|^\(|^\*\(", re.I)
#: Lines beside the table that have more characters are running text.
_LONG = 120
_LINE_ACROSS = re.compile(r"\s*(?:-{3,}\s*)?")
_ARCHIVAL = re.compile(r"\barchival\b|\barchive\b|no new observations", re.I)


def looks_like_page(text: str) -> bool:
    """True for a text that has front matter or one of the headings of a program page."""
    return _PAGE.search(text, 0, 20000) is not None


def read_program_page(text: str, document: Document, notes: Notes, aliases: Aliases | None = None) -> Reading:
    """Read one page; whatever is wrong with it becomes a finding.

    Parameters
    ----------
    text
        The page, its line ends single line feeds.
    document
        The file; its ``key`` is replaced by the program number once that is known.
    notes
        Findings made while the file was opened; more are added.
    aliases
        More names of objects.

    """
    page = split_page(text)
    front = read_front_matter(page.front, page.front_closed, notes)
    if page.front_odd:
        message = "no front matter between two --- lines at the top: fields were taken from the first lines of the page"
        notes.add("front-matter-unreadable", page.front[0].number, message)
    number = _program_number(page, front, notes)
    if number is None:
        return Reading(document, None, findings=notes.done())
    sections = {name: _section(page, name, notes) for name in (ABSTRACT, DESCRIPTION)}
    prose = "\n".join(text for _, text in sections.values())
    kind, kinds = _kinds(front, notes)
    category = _category(front, kind, notes)
    archival = category == "AR"
    title = _title(page, front, notes)
    program = _program(number, title, category, kinds, page, front, sections, notes)
    observations, account = read_observations(page, program, prose, notes, aliases)
    _remarks(page, notes)
    if not observations:
        _why_none(page, archival or (category is None and bool(_ARCHIVAL.search(prose))), account, program, notes)
    return Reading(document._replace(key=str(number)), program, account, observations, notes.done())


def _program_number(page: Page, front: FrontMatter, notes: Notes) -> int | None:
    text, line = front.get("id")
    if (match := re.fullmatch(r"0*(\d{1,6})(?:\.0+)?", text)) and int(match[1]) > 0:
        number = int(match[1])
        if page.title_id not in (None, number):
            notes.add(
                "value-differs",
                page.title_line,
                f"the title says program {page.title_id}, the front matter {number}",
                prop="id",
            )
        return number
    if text:
        notes.add("value-unreadable", line, f"the program number cannot be read: {text!r}", raw=text, prop="id")
    if page.title_id is not None:
        return page.title_id
    notes.add("program-number-missing", line or 1, "no program number: give it as id in the front matter")
    return None


def _title(page: Page, front: FrontMatter, notes: Notes) -> str:
    """The title of the front matter; where the page's own heading goes on, YAML took the rest for a comment."""
    text, line = front.get("program_title")
    heading = " ".join(page.title.split())
    if not text or heading == text:
        return text or heading
    if heading.startswith(f"{text} #"):
        notes.add(
            "value-differs",
            line,
            "the title was cut at a #: taken from the page's heading",
            text,
            heading,
            prop="title",
        )
        return heading
    if heading and cells.squeeze(heading) != cells.squeeze(text):
        notes.add(
            "value-differs",
            page.title_line,
            "heading and front matter give different titles",
            heading,
            text,
            prop="title",
        )
    return text


def _kinds(front: FrontMatter, notes: Notes) -> tuple[str | None, tuple[str, ...]]:
    """Kind and flags of the program; words that the vocabulary does not have are kept and reported."""
    text, line = front.get("type")
    kind, flags = read_kinds(text)
    if kind and load().find("kind", kind) and not load().find("category", kind):
        return None, (kind, *flags)
    unknown = [kind] if kind and load().find("category", kind) is None else []
    unknown += [flag for flag in flags if load().find("kind", flag) is None]
    for word in unknown:
        notes.add("value-unreadable", line, f"unknown type of program: {word!r}", raw=text, prop="type")
    return kind, flags


def _category(front: FrontMatter, kind: str | None, notes: Notes) -> str | None:
    text, line = front.get("proposal_type")
    category = _CATEGORY.get(text.lower())
    if text and category is None:
        notes.add("value-unreadable", line, f"unknown proposal type: {text!r}", raw=text, prop="category")
    return _KIND_CATEGORY.get((kind or "").lower(), category)


def _program(
    number: int,
    title: str,
    category: str | None,
    kinds: tuple[str, ...],
    page: Page,
    front: FrontMatter,
    sections: dict[str, tuple[int, str]],
    notes: Notes,
) -> Program:
    hours, parallel = read_hours(*front.get("prime_parallel_time_hours"), notes)
    cycle = read_integer(*front.get("cycle"), notes, "cycle")
    inferred = cycle is None and category == "calibration" and (cycle := calibration_cycle(number)) is not None
    if inferred:
        notes.add(
            "cycle-inferred",
            front.get("cycle")[1],
            f"cycle {cycle} by the band of its number",
            repaired=str(cycle),
            prop="cycle",
        )
    modes = read_modes(front.get("instrument_mode")[0])
    activity = activity_key(title, category, _instruments_of(modes)) if category == "calibration" else None
    abstract, description = sections[ABSTRACT], sections[DESCRIPTION]
    return Program(
        number,
        title,
        category,
        cycle,
        inferred,
        hours,
        parallel,
        read_integer(*front.get("exclusive_access_period_months"), notes, "access_months"),
        kinds,
        modes,
        read_people(front.get("pi_and_co_pis")[0]),
        find_references(number, title, [s for s in (abstract, description) if s[1]]),
        activity.key if activity else None,
        abstract[1] or None,
        description[1] or None,
        line=page.title_line,
    )


def _instruments_of(modes: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(mode.split("/")[0] for mode in modes if "/" in mode))


def _section(page: Page, name: str, notes: Notes) -> tuple[int, str]:
    """First line and text of a section, without rules, repeated headings and the words that say it is not there."""
    lines = page.sections.get(name, [])
    first = next(
        (
            i
            for i, line in enumerate(lines)
            if line.text.strip() and not (len(line.text) < 200 and _SECTION_LEAD.match(line.text.strip()))
        ),
        None,
    )
    if first is None:
        return 1, ""
    last = next((i for i in reversed(range(len(lines))) if not _LINE_ACROSS.fullmatch(lines[i].text)), first)
    body = lines[first : last + 1]
    text = "\n".join(line.text.rstrip() for line in body)
    if (
        len(text) < 500
        and _NOTHING_THERE.search(text)
        and re.search(r"section|heading|document|image|page|content", text, re.I)
    ):
        notes.add("remark", body[0].number, f"a remark that the {name} is not there", raw=text)
        return 1, ""
    return body[0].number, text.strip()


def _remarks(page: Page, notes: Notes) -> None:
    """Findings for what a transcriber wrote beside the table."""
    for line in page.notes:
        if line.is_bare:
            continue
        if _SHORTENED.search(line.text) and len(line.text) < 1500:
            notes.add(
                "table-shortened",
                line.number,
                "a remark that the list was shortened: rows are kept as they stand",
                raw=line.text,
            )
        elif _INFERRED.search(line.text) and re.search(r"label|template|target", line.text, re.I):
            notes.add(
                "label-suspect",
                line.number,
                "a remark that cells of this table were inferred",
                raw=line.text,
                prop="label",
            )
        elif len(line.text) > _LONG and ABSTRACT not in page.sections:
            notes.add("note-in-table", line.number, "text under no heading that is known", raw=line.text)
        elif _REMARK.match(line.text) and len(line.text) > 30:
            notes.add("note-in-table", line.number, "a remark beside the table", raw=line.text)


def _why_none(page: Page, archival: bool, account: RowAccount, program: Program, notes: Notes) -> None:
    """Say why a program has no observations: archival, lost in transcription, or empty."""
    line = page.notes[0].number if page.notes else page.title_line
    asked = bool(program.modes or program.prime_hours or program.parallel_hours)
    if archival:
        notes.add("no-observations-archival", line, "an archival program: it has no observations of its own")
    elif asked or account.total or (TABLE in page.sections and any(_NOTHING_THERE.search(n.text) for n in page.notes)):
        why = "its hours and modes show that it has some" if asked else "the table was not transcribed"
        notes.add("observations-lost", line, f"observations were lost in transcription: {why}")
    else:
        notes.add("no-observations", line, "no observations, and no word why")
