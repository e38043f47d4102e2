"""From the tables and lists of a page to its observations, with a finding for everything that was not plain."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kb.identity import Identity, TargetUse, identify
from kb.records import Observation, Program, RowAccount, Target
from kb.sources import cells, numbers, repair, tables, target_findings, target_numbers, template_cells
from kb.sources.bullets import listed_rows, unread_lines
from kb.sources.notes import Notes
from kb.sources.page import Page
from kb.sources.rows import Account, Row
from kb.sources.words import mend, suspect, words_of
from kb.vocabulary import load

if TYPE_CHECKING:
    from kb.aliases import Aliases

_ALPHANUMERIC = re.compile(r"[A-Za-z0-9]+")


def read_observations(
    page: Page, program: Program, prose: str, notes: Notes, aliases: Aliases | None = None
) -> tuple[tuple[Observation, ...], RowAccount]:
    """All observations of a page, and the account of the rows that are none.

    Parameters
    ----------
    page
        The page, cut into parts.
    program
        Its program: an archival one has no observations, modes and title help to understand templates and targets.
    prose
        The page's running text.
    notes
        Takes the findings.
    aliases
        More names of objects.

    """
    account = Account(notes)
    rows = [*tables.table_rows(page, account, notes), *listed_rows(page, notes)]
    for line, text in unread_lines(page, rows):
        account.not_an_observation(
            "rejected", "row-rejected", line, "it looks like an observation, but cannot be read", text
        )
    rows.sort(key=lambda row: row.line)
    for row in rows:
        repair.read_cells(row)
    target_numbers.settle(rows)
    numbers.settle(rows)
    repair.blank_inferred_labels(page, rows)
    if program.category == "AR":
        rows = repair.drop_invented(rows, account)
    own_words = words_of(row.label for row in rows)
    lower = f"{program.title}\n{prose}".lower()
    target_numbers.join_names(rows, lower)
    for row in rows:
        if " " in row.label:
            _mend_label(row, own_words, lower)
        _unknown_template(row, program)
    uses = [
        TargetUse(name, number, row.label, row.template_found.label, row.folder)
        for row in rows
        for number, name in row.targets.targets
    ]
    who = identify(uses, program.title, program.category)
    if aliases:
        who = tuple(aliases.rename(use.name, found) for use, found in zip(uses, who, strict=True))
    identities = iter(who)
    observations = []
    for order, row in enumerate(rows, 1):
        found = [next(identities) for _ in row.targets.targets]
        observations.append(_freeze(row, order, found))
        for code, message, raw, made, prop in row.remarks:
            notes.add(code, row.line, message, raw, made, order, prop)
        target_findings.odd_targets(row, order, notes)
    target_findings.clashes(observations, notes)
    target_findings.swaps(observations, notes)
    return tuple(observations), account.done(len(observations))


def _freeze(row: Row, order: int, identities: Sequence[Identity]) -> Observation:
    template = row.template_found.label
    known = template is not None
    if template is None:
        text = cells.clean(row.template_raw)
        known = cells.is_blank(text) or row.no_template
        template = None if known else text
    instrument, elements = _elements(row)
    return Observation(
        order=order,
        number=row.number,
        label=row.label,
        label_raw=row.label_raw,
        folder=row.folder,
        template=template,
        template_raw=row.template_raw,
        instrument=instrument,
        line=row.line,
        elements=elements,
        parallel=row.targets.parallel,
        known_template=known,
        targets=tuple(
            Target(number, name, row.line, who.object, who.role, who.method, who.rule, who.system)
            for (number, name), who in zip(row.targets.targets, identities, strict=True)
        ),
    )


def _mend_label(row: Row, own_words: dict[str, int], prose: str) -> None:
    mended = mend(row.label, own_words, prose, [name for _, name in row.targets.targets])
    if mended != row.label:
        row.remark("label-repaired", "words that a line wrap had split", row.label, mended, "label")
        row.label = mended
    if pieces := suspect(row.label, own_words, prose):
        row.remark(
            "label-suspect", f"{pieces!r} looks like a split word, which nothing proves", row.label, None, "label"
        )


def _unknown_template(row: Row, program: Program) -> None:
    """Decide on a cell that names no known template: by the program's only mode, else keep it as one of its own."""
    text = cells.clean(row.template_raw)
    if row.template_found.label or cells.is_blank(text):
        if not row.template_found.label:
            row.remark("template-missing", "no template in this row", row.template_raw, None, "template")
        return
    modes = [found.label for mode in program.modes if (found := template_cells.read_template(mode)).label]
    words = {w.lower() for w in re.findall(r"[A-Za-z]{3,}", text)}
    if (
        len(program.modes) == len(modes) == 1
        and modes[0]
        and words & {w.lower() for w in re.findall(r"[A-Za-z]{5,}", modes[0])}
    ):
        row.template_found = template_cells.TemplateCell(modes[0], "spelling")
        row.remark("template-repaired", "the program has this one mode alone (a guess)", text, modes[0], "template")
    elif row.label == text or text.lower() in _instrument_names():
        row.remark("template-missing", "no template can be told from this cell", text, None, "template")
        row.template_raw = "" if row.label == text else row.template_raw
        row.no_template = True
    else:
        row.remark(
            "template-unknown", f"a template that the vocabulary does not know: {text!r}", text, None, "template"
        )


def _instrument_names() -> frozenset[str]:
    return frozenset(name.lower() for name in load().instruments)


def _elements(row: Row) -> tuple[str | None, tuple[str, ...]]:
    vocabulary = load()
    template = vocabulary.templates.get(row.template_found.label or "")
    instrument = template.instrument if template else None
    if template is None:
        text = cells.clean(row.template_raw).lower()
        instrument = next((name for name in vocabulary.instruments if text.startswith(name.lower())), None)
    if not instrument or not row.label:
        return instrument, ()
    known = vocabulary.elements.get(instrument, frozenset())
    found = []
    for word in _ALPHANUMERIC.findall(row.label):
        name = word.upper()
        if (
            name in known
            and (word == name or name == "PRISM" or any(c.isdigit() for c in name))
            and not name.isdigit()
            and len(name) > 2
        ):
            found.append(name)
    return instrument, tuple(dict.fromkeys(found))
