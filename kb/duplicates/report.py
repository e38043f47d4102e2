"""Results as a table, CSV, JSON lines, Markdown for a proposal, or a page; each result is written as it comes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, Any

from kb.duplicates.criteria import grades
from kb.duplicates.records import CRITERIA, Match, Proposed, Result
from kb.layouts import csv_lines
from kb.nearest import first
from kb.results import Rows
from kb.store.results import Value

__all__ = ["FORMATS", "Summary", "write_results"]

FORMATS = ("table", "csv", "jsonl", "markdown", "html")

#: Signs of the criteria in narrow columns.
SIGNS = {"met": "+", "not met": "-", "not knowable": "?"}
COLUMNS = (
    *("line", "target", "object", "setup", "grade", "program", "observation", "label", "approved_target"),
    *("approved_setup", "page", "rule", "separation_arcsec", *CRITERIA, "not_compared", "remark"),
)
NOTE = (
    "Candidates, never verdicts: criteria as in the JWST duplication policy, which is applied case by case."
    " + met, - not met, ? not knowable from the sources."
)


class Summary:
    """Counts of what went by."""

    def __init__(self, results: Iterable[Result]) -> None:
        self._results = results
        self.proposed = self.matched = self.candidates = self.hidden = self.remarked = 0
        self._own: set[int] = set()
        self._against = (0, 0)

    def __iter__(self) -> Iterator[Result]:
        for result in self._results:
            self.proposed += 1
            self.matched += bool(result.matches)
            self.candidates += len(result.matches)
            self.hidden += result.hidden
            self._against = result.against
            if result.own and result.proposed.program is not None:
                self._own.add(result.proposed.program)
            self.remarked += bool(result.proposed.remarks)
            yield result

    def __str__(self) -> str:
        hidden = f", {self.hidden} more of other grades (--grade)" if self.hidden else ""
        remarks = f"; {self.remarked} with remarks" if self.remarked else ""
        own = ""
        if self._own:
            what = "program" if len(self._own) == 1 else "programs"
            own = f"; what {what} {first(map(str, sorted(self._own)))} itself observes is left out"
        return (
            f"{self.proposed} proposed, {self.matched} with candidates: {self.candidates} approved observations"
            f"{hidden}{own}{remarks}"
        )

    @property
    def bound(self) -> str:
        """What the claim "no candidate" is about."""
        observations, programs = self._against
        return f"compared with {_count(observations, 'observation')} of {_count(programs, 'program')} in the store"


def write_results(results: Summary, form: str | None, stream: IO[bytes]) -> None:
    """Write results in one of :data:`FORMATS`, flat in memory."""
    writers: dict[str, Callable[[Summary], Iterator[str]]] = {
        "table": _table,
        "csv": _csv,
        "jsonl": _jsonl,
        "markdown": _markdown,
        "html": _html,
    }
    for text in writers[form or "table"](results):
        stream.write(text.encode("utf-8", "replace"))


def setup(one: Any) -> str:
    """Write how something is observed, as far as it is known: of a proposed observation or an approved one."""
    names = [one.template or one.mode or one.instrument or "", *one.elements]
    return " ".join(filter(None, names))


def _table(results: Summary) -> Iterator[str]:
    for result in results:
        yield _heading(result.proposed) + "\n"
        yield from (f"    ! {remark}\n" for remark in result.proposed.remarks)
        if result.matches:
            yield from (f"    {line}\n" for line in _block(result.matches).to_table().splitlines())
        else:
            yield f"    {_none(result)}\n"
        yield "\n"
    yield f"{results.bound}\n"


def _heading(p: Proposed) -> str:
    known = f" = {p.object}" if p.object and p.object != p.name else ""
    return f"line {p.line}: {p.name or _place(p)}{known}" + (f", {setup(p)}" if setup(p) else "")


def _place(p: Proposed) -> str:
    return f"{p.ra:.5f} {p.dec:+.5f}" if p.ra is not None and p.dec is not None else "(no target)"


def _none(result: Result) -> str:
    said = "no candidate"
    if result.skipped:
        said += f" among what can be compared; {result.skipped} near it cannot (--radius)"
    if result.hidden:
        verbs = "differs or points" if result.hidden == 1 else "differ or point"
        said += f"; {_count(result.hidden, 'observation')} of it {verbs} beside it (--grade)"
    return said


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _block(matches: tuple[Match, ...]) -> Rows:
    columns = ("grade", "program", "obs.", "label", "target", "setup", *CRITERIA, "joined by")
    rows: list[tuple[Value, ...]] = []
    for m in matches:
        a = m.approved
        signs = [SIGNS[one.status] for one in m.criteria]
        label = a.label if len(a.label) <= 40 else a.label[:39] + "…"
        rows.append((m.grade, a.program, a.observation, label, a.name, setup(a), *signs, m.rule.split(" (")[0]))
    return Rows(columns, rows)


def _csv(results: Summary) -> Iterator[str]:
    return csv_lines(COLUMNS, _csv_rows(results))


def _csv_rows(results: Summary) -> Iterator[tuple[Value, ...]]:
    for result in results:
        p = result.proposed
        head = (p.line, p.name, p.object, setup(p))
        remark = "; ".join(p.remarks)
        for m in result.matches:
            a = m.approved
            apart = None if m.separation is None else round(m.separation, 2)
            about = (m.grade, a.program, a.observation, a.label, a.name, setup(a), a.page, m.rule, apart)
            yield (*head, *about, *(one.status for one in m.criteria), m.not_compared, remark)
        if not result.matches:
            blank = [""] * (len(COLUMNS) - len(head) - 1)
            yield (*head, *blank, "; ".join(filter(None, (remark, _none(result)))))


def _jsonl(results: Summary) -> Iterator[str]:
    for result in results:
        p = result.proposed
        record = {
            "line": p.line,
            "proposed": _fields(p, "name", "object", "system", "role", "rule", "ra", "dec", "instrument", "template")
            | _fields(p, "mode", "elements", "exposure"),
            "remarks": p.remarks,
            "matches": [_json(match) for match in result.matches],
            "hidden": result.hidden,
            "skipped": result.skipped,
        }
        yield json.dumps(record, ensure_ascii=False) + "\n"


def _json(m: Match) -> dict[str, Any]:
    criteria = {name: {"status": one.status, "why": one.why} for name, one in zip(CRITERIA, m.criteria, strict=True)}
    about = _fields(m.approved, "iri", "program", "number", "order", "label", "page", "name", "object", "system")
    about |= _fields(m.approved, "role", "rule", "ra", "dec", "instrument", "template", "mode", "elements")
    about |= _fields(m.approved, "exposure", "parallel")
    return {"grade": m.grade, "rule": m.rule, "separation": m.separation, "approved": about, "criteria": criteria}


def _fields(one: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(one, name) for name in names}


def _markdown(results: Summary) -> Iterator[str]:
    yield f"{NOTE}\n\n"
    titles = ("Proposed", "Approved", "Observation", "Joined by", "Grade", "Criteria met", "Not met", "Not comparable")
    yield "| " + " | ".join(titles) + " |\n" + "| --- " * len(titles) + "|\n"
    for result in results:
        p = result.proposed
        proposed = _cell(", ".join(filter(None, (p.name or _place(p), setup(p)))))
        for m in result.matches:
            about = (m.approved.name, m.rule, m.grade, _named(m, "met"), _named(m, "not met"), m.not_compared)
            name, *rest = map(_cell, about)
            yield f"| {proposed} | {name} | {_link(m)} | {' | '.join(rest)} |\n"
        if not result.matches:
            yield f"| {proposed} | {_none(result)} | | | | | | {_cell('; '.join(p.remarks))} |\n"
    yield f"\n{results}; {results.bound}\n"


def _named(m: Match, status: str) -> str:
    return ", ".join(name for name, one in zip(CRITERIA, m.criteria, strict=True) if one.status == status)


def _link(m: Match) -> str:
    a = m.approved
    program = f"[{a.program}]({a.page})" if a.page else str(a.program)
    return f"{program} {a.observation}" + "".join(f", {_cell(text)}" for text in (a.label, setup(a)) if text)


def _cell(text: str) -> str:
    for sign in "\\|<*_`[]":
        text = text.replace(sign, "&lt;" if sign == "<" else f"\\{sign}")
    return " ".join(text.split())


def _html(results: Summary) -> Iterator[str]:
    import jinja2

    template = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined).from_string(
        Path(__file__).with_name("page.html").read_text(encoding="utf-8")
    )
    yield from template.generate(
        results=results, criteria=CRITERIA, signs=SIGNS, setup=setup, place=_place, nothing=_none, grades=grades()
    )
