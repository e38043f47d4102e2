"""The rows of one observation table: heading and continuation rows folded into their neighbours, cells put in place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cached_property

from kb.sources import cells, numbers, row_texts, target_cells, template_cells
from kb.sources.columns import FOLDER, LABEL, NUMBER, TARGET, TEMPLATE, Columns, align, roles_of_header
from kb.sources.notes import Notes
from kb.sources.page import Table
from kb.sources.rows import Account, Row

#: A label that goes on over more rows than this many characters is no label.
_LONGEST_LABEL = 500
#: Where labels were wrapped, within a word if need be; longer than this with their rest they are sentences.
_WRAP, _LONGEST_WRAPPED = range(19, 22), 80
#: Signs and words that say that the cell above stands here too.
_DITTO = frozenset(
    (
        '"',
        "″",
        "〃",
        "“",
        "”",
        "''",
        '-"-',
        "ditto",
        "Ditto",
        "(ditto)",
        "same",
        "Same",
        "same as above",
        "Same as above",
    )
)


class TableRows:
    """Reads the rows of a table one after the other, since folders and broken cells reach over several."""

    def __init__(self, table: Table, columns: Columns, account: Account, notes: Notes) -> None:
        self.table, self.columns, self.account, self.notes = table, columns, account, notes
        self.rows: list[Row] = []
        self.folder = row_texts.caption_folder(table.caption)
        self.heading_open = False
        self.pending: int | None = None
        self.above: tuple[str, ...] = ()
        self.place = 0
        self.shapes: set[str] | None = None
        self.at = {role: columns.index(role) for role in (LABEL, TEMPLATE, TARGET, FOLDER, NUMBER)}

    def read(self) -> list[Row]:
        """All rows that are observations; the others are accounted for."""
        self._header()
        for place, (line, raw_cells) in enumerate(self.table.rows):
            self.place = place
            filled = [i for i, c in enumerate(raw_cells) if cells.clean(c)]
            if not filled:
                self._leave("rejected", "row-rejected", line, "a blank row", raw_cells)
            elif self._is_header(raw_cells):
                self._leave("headings", "heading-row", line, "the header, repeated", raw_cells)
            elif len(raw_cells) >= 2 * len(self.columns.roles) and (several := self._apart(raw_cells)):
                for part in several:
                    self._row(line, part)
                    self.rows[-1].remark("columns-shifted", f"one of {len(several)} rows on its line", " | ".join(part))
            elif not (row_texts.says_one_thing(raw_cells, filled) and self._single(line, raw_cells, filled[0])):
                self._row(line, raw_cells)
        for row in self.rows:
            if row.folder is not None and row.folder == str(row.number):
                row.folder = None
        numbers.split_folders(self.rows)
        return self.rows

    def _header(self) -> None:
        if self.columns.is_plain():
            return
        names = " | ".join(cells.clean(c) for c in self.table.header)
        if TARGET not in self.columns.found:
            code, message = "header-odd", "no column of targets"
        elif TEMPLATE not in self.columns.found:
            code, message = "header-odd", "no column of templates"
        elif self.columns.merged:
            code, message = "columns-merged", "one column holds what two should"
        elif any("other" in role for role in self.columns.roles):
            code, message = "column-extra", "a column that is no part of an observation"
        else:
            code, message = "header-odd", "another header than usual"
        self.notes.add(code, self.table.line, f"{message}: {names}", raw=names)

    def _apart(self, raw_cells: tuple[str, ...]) -> list[tuple[str, ...]]:
        """Rows that stand on one line, one after the other, each with its template in its place; else none."""
        width, at = len(self.columns.roles), self.at[TEMPLATE]
        parts: list[tuple[str, ...]] = []
        begin = 0
        while at is not None and begin < len(raw_cells):
            if not template_cells.is_template("".join(raw_cells[begin + at : begin + at + 1])):
                begin += 1 if parts and not raw_cells[begin] else len(raw_cells)
                if begin + width > len(raw_cells):
                    return []
                continue
            parts.append(raw_cells[begin : begin + width])
            begin += width
        return parts

    def _is_header(self, raw_cells: tuple[str, ...]) -> bool:
        return (
            "emplate" in "|".join(raw_cells)
            and roles_of_header(raw_cells) == self.columns
            and not any(template_cells.is_template(c) for c in raw_cells)
        )

    def _leave(self, kind: str, code: str, line: int, message: str, raw_cells: Sequence[str]) -> None:
        self.account.not_an_observation(kind, code, line, message, " | ".join(raw_cells))

    def _single(self, line: int, raw_cells: tuple[str, ...], at: int) -> bool:
        """Read a row that says just one thing: a folder, the rest of one, the rest of a label, a leaked number."""
        text, marked = cells.clean(raw_cells[at]), row_texts.is_marked(raw_cells[at])
        if target_cells.is_target(text) or row_texts.is_row(text):
            return False
        if row_texts.LEFT_OUT.fullmatch(text):
            self._leave("rejected", "table-shortened", line, "a row that says that others were left out", raw_cells)
            return True
        if row_texts.NO_ROW.fullmatch(text):
            self._leave("rejected", "row-rejected", line, "a row that only says where the table goes on", raw_cells)
            return True
        if at and self.rows and not marked and self._ends_above(at, text):
            return False
        number = cells.read_number(text)
        label_before = self.rows[-1].label if self.rows else ""
        alone = at == self.at[LABEL] and not marked and sum(map(bool, raw_cells)) == 1
        rest = alone and bool(label_before) and self._ends_label(label_before, text)
        if number is not None and not marked and not rest:
            self.pending = number
            self._leave("continuations", "continuation-row", line, f"only an observation number: {text}", raw_cells)
        elif self.folder is not None and self.heading_open and row_texts.goes_on(self.folder, text, _LONGEST_LABEL):
            self.folder = f"{self.folder} {text}"
            message = f"the rest of the folder name {self.folder!r}"
            self._leave("continuations", "continuation-row", line, message, raw_cells)
        elif alone and self.rows and (at != 0 or rest or row_texts.goes_on(label_before, text)):
            self._continue_label(text, line, raw_cells)
        else:
            self.folder, self.heading_open = re.sub(r"^folder\s*:\s*", "", text, flags=re.I), True
            self._leave("headings", "heading-row", line, f"the folder {text!r}", raw_cells)
        return True

    def _ends_label(self, label: str, text: str) -> bool:
        """True for the rest of a label: others go on so, it breaks off at a wrap, or the table ends here."""
        if self.folder is not None:
            return False  # in a table with folders it is the next one
        if row_texts.figures(f"{label} {text}") in self._shapes():
            return True
        if text.isdigit():  # a lone number is an observation's, unless it tells labels apart and follows each
            first = cells.read_number("".join(map(cells.clean, self.table.rows[0][1])))
            return self._labels[label] > 1 and first is None
        if self.place + 1 < len(self.table.rows):
            return len(label) in _WRAP and max(map(len, self._shapes()), default=0) <= _WRAP[-1]
        return len(label) + len(text) < _LONGEST_WRAPPED

    @cached_property
    def _labels(self) -> Counter[str]:
        at = self.at[LABEL] or 0
        return Counter(cells.clean(row[at]) for _, row in self.table.rows if len(row) > at)

    def _shapes(self) -> set[str]:
        """Labels of the table's whole rows, their figures alike."""
        if self.shapes is None:
            at, template_at = self.at[LABEL] or 0, self.at[TEMPLATE] or 0
            whole = (row for _, row in self.table.rows if len(row) > template_at and row[template_at])
            self.shapes = {row_texts.figures(cells.clean(row[at])) for row in whole}
        return self.shapes

    def _ends_above(self, at: int, text: str) -> bool:
        """True when one cell below the templates or the targets holds the rest of the cell above."""
        before = self.rows[-1]
        if at == self.at[TEMPLATE]:
            return template_cells.template_of(f"{cells.clean(before.template)} {text}") is not None
        return at == self.at[TARGET] and bool(cells.clean(before.template))

    def _row(self, line: int, raw_cells: tuple[str, ...]) -> None:
        aligned, slipped = align(raw_cells, self.columns)
        row = Row(line)
        if slipped:
            raw = " | ".join(raw_cells)
            row.remark("columns-shifted", "cells had slipped out of their columns", raw, " | ".join(aligned))
        if self.above and not _DITTO.isdisjoint(aligned):
            raw = " | ".join(aligned)
            aligned = tuple(above if text in _DITTO else text for text, above in zip(aligned, self.above, strict=True))
            row.remark("cell-spanned", "signs for the cells of the row above", raw, " | ".join(aligned))
        named = self._fill(row, aligned)
        template, target = cells.clean(row.template), cells.clean(row.target)
        if not template and not target:
            if self.rows and row.label and not row.number and row_texts.goes_on(self.rows[-1].label, row.label):
                self._continue_label(row.label, line, raw_cells)
            else:
                self._leave("rejected", "row-rejected", line, "neither a template nor a target", raw_cells)
            return
        if self.rows and self._is_rest(row, template):
            self._continue_row(row, line, raw_cells)
            return
        if named is not None:
            if self.rows and self.folder and self.rows[-1].own_folder and row_texts.goes_on(self.folder, named):
                named = f"{self.folder} {named}"
                self.rows[-1].folder = named
            self.folder = named
        self.heading_open = False
        row.folder, row.own_folder = self.folder, named is not None
        if self.pending is not None and row.number is None:
            row.number = self.pending
            text = str(self.pending)
            row.remark("number-glued", "the observation number stood on a row of its own", text, text, "number")
        self.pending = None
        self.rows.append(row)
        self.above = aligned

    def _is_rest(self, row: Row, template: str) -> bool:
        """True for a row that holds the rest of the cells above: its template only completes the one there."""
        before = self.rows[-1]
        if row.number is not None or template_cells.is_template(template):
            return False
        if template:
            return template_cells.template_of(f"{cells.clean(before.template)} {template}") is not None
        return (
            not row.label
            and bool(cells.clean(before.template))
            and (not target_cells.is_target(row.target) or not cells.clean(before.target))
        )

    def _continue_row(self, row: Row, line: int, raw_cells: Sequence[str]) -> None:
        before = self.rows[-1]
        raw = f"{before.label} | {before.template} | {before.target}"
        before.label = f"{before.label} {row.label}".strip()
        before.label_raw = f"{before.label_raw} {row.label_raw}".strip()
        before.template = f"{cells.clean(before.template)} {cells.clean(row.template)}".strip()
        glue = "" if cells.clean(before.target).endswith(("-", "_", "+")) else " "
        before.target = f"{cells.clean(before.target)}{glue}{cells.clean(row.target)}".strip()
        made = f"{before.label} | {before.template} | {before.target}"
        before.remark("columns-shifted", f"its cells go on in line {line}", raw, made)
        self._leave("continuations", "continuation-row", line, "the rest of the cells above", raw_cells)

    def _continue_label(self, text: str, line: int, raw_cells: Sequence[str]) -> None:
        before = self.rows[-1]
        joined = f"{before.label} {text}".strip()
        if len(joined) > _LONGEST_LABEL:
            self._leave("rejected", "row-rejected", line, "text that is no part of an observation", raw_cells)
            return
        before.remark("label-repaired", f"its label goes on in line {line}", before.label, joined, "label")
        before.label, before.label_raw = joined, f"{before.label_raw} {text}".strip()
        self._leave("continuations", "continuation-row", line, f"the rest of the label {joined!r}", raw_cells)

    def _fill(self, row: Row, aligned: Sequence[str]) -> str | None:
        """Put aligned cells into a row; give back the folder that the row names, if it names one."""
        label_at, template_at, target_at = self.at[LABEL], self.at[TEMPLATE], self.at[TARGET]
        number_at, folder_at = self.at[NUMBER], self.at[FOLDER]
        row.template = aligned[template_at] if template_at is not None else ""
        row.target = aligned[target_at] if target_at is not None else ""
        label = aligned[label_at] if label_at is not None else ""
        row.label_raw = " ".join(label.split())
        row.label = "" if cells.is_blank(cells.clean(label)) else cells.clean(label)
        named: str | None = None
        for at in dict.fromkeys(i for i in (number_at, folder_at) if i is not None):
            text = cells.clean(aligned[at])
            if cells.is_blank(text) or (at == label_at and text != row.label):
                continue
            roles = self.columns.roles[at]
            number, folder, spanned = numbers.read_merged(text)
            if spanned:
                row.range = spanned
                message = f"one row stands for several observations: {spanned}"
                row.remark("rows-merged-range", message, text, None, "number")
                if at == label_at:
                    row.label = ""
            elif number is not None and not (at == folder_at and NUMBER not in roles and self._has_number(aligned)):
                row.number = number if row.number is None else row.number
                if folder and at == label_at and FOLDER not in roles:
                    row.remark(
                        "number-glued", "the observation number stood in the label's cell", text, folder, "label"
                    )
                    row.label = "" if cells.is_blank(folder) else folder
                    continue
                if folder:
                    named = folder
                if at == label_at:
                    message = "the column of labels holds the observation number"
                    row.remark("label-is-number", message, text, "", "label")
                    row.label = ""
            elif LABEL not in roles:
                named = text if named is None or at == folder_at else named
        return named

    def _has_number(self, aligned: Sequence[str]) -> bool:
        at = self.at[NUMBER]
        return at is not None and cells.read_number(cells.clean(aligned[at])) is not None
