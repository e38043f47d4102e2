"""What was swapped, glued or made up in the cells of a row, undone where the row or the page proves it."""

from __future__ import annotations

import re

from kb.sources import cells, target_cells, template_cells
from kb.sources.page import Page
from kb.sources.rows import Account, Row

_INFERRED_LABELS = re.compile(
    r"label\W* column.{0,80}\b(?:was|is|were|are)\b.{0,40}\b(?:empty|blank)\b.*\b(?:inferred|assumed|taken)\b", re.I
)


def read_cells(row: Row) -> None:
    """Read template and targets of a row, and undo what was swapped or glued."""
    _find_target(row)
    row.template_raw = " ".join(row.template.split())
    found = template_cells.read_template(row.template)
    label = (
        template_cells.read_template(row.label) if row.label and not found.label else template_cells.TemplateCell(None)
    )
    template_text = cells.clean(row.template)
    if not found.label and label.label and label.how in ("exact", "spelling") and not cells.is_blank(template_text):
        row.remark(
            "cells-swapped",
            "label and template had changed places",
            f"{row.label} | {template_text}",
            f"{template_text} | {label.label}",
        )
        row.label, row.template_raw, found = template_text, row.label, label
    elif not found.label and label.label and label.how == "glued" and cells.is_blank(template_text):
        rest = " ".join(p for p in (label.before, label.after) if p)
        row.remark("template-repaired", "the template was glued to the label", row.label, label.label, "template")
        row.label, row.template_raw, found = rest, row.label, label
    elif (
        not found.label
        and (inside := template_cells.read_template(row.target)).label
        and inside.how in ("exact", "spelling", "glued")
    ):
        row.remark("template-repaired", "the template stood in the target's cell", row.target, inside.label, "template")
        if inside.how != "glued" and target_cells.is_target(template_text):
            row.target = template_text
        else:
            row.target = " ".join(p for p in (inside.before, inside.after) if p)
            if template_text and not row.label:
                row.label = template_text
            elif template_text and cells.read_number(row.label) is not None:
                row.aside = template_text
        row.template_raw, found = f"{template_text} {inside.label}".strip(), inside
    elif found.how == "glued":
        row.remark(
            "template-repaired", "other words were glued to the template", row.template_raw, found.label, "template"
        )
        _place_glued(row, found)
    elif found.label and found.how == "spelling":
        row.remark(
            "template-repaired", "the template was spelled in another way", row.template_raw, found.label, "template"
        )
    row.template_found = found
    row.targets = target_cells.read_targets(row.target)


def _find_target(row: Row) -> None:
    """Take a numbered target out of the cell of the template or of the label, where its own is blank."""
    if cells.clean(row.target):
        return
    for prop in ("template", "label"):
        text = cells.clean(getattr(row, prop))
        if _is_numbered(text):
            row.remark("cells-swapped", f"the target stood in the cell of the {prop}", text, "", "target")
            row.target = text
            setattr(row, prop, "")
            return


def _is_numbered(text: str) -> bool:
    return bool(re.match(r"[(\[{]\s*\d{1,5}\s*[)\]}]\s*\S", text))


def _place_glued(row: Row, found: template_cells.TemplateCell) -> None:
    """Give the words around a glued template to the target or the label that they belong to."""
    after = found.after
    if after and not cells.clean(row.target) and target_cells.is_target(after):
        row.target, after = after, ""
    words = " ".join(p for p in (found.before, after) if p)
    if not words:
        return
    if cells.read_number(row.label) is not None and row.number is None:
        row.aside = words
    elif not row.label:
        row.remark("label-repaired", "words beside the template taken as the label", row.template_raw, words, "label")
        row.label = words
    elif cells.squeeze(f"{row.label}{words}") in {
        cells.squeeze(name) for _, name in target_cells.read_targets(row.target).targets
    }:
        row.remark(
            "label-repaired",
            "words beside the template end the label, as the target's name shows",
            row.label,
            f"{row.label} {words}",
            "label",
        )
        row.label = f"{row.label} {words}"


def blank_inferred_labels(page: Page, rows: list[Row]) -> None:
    """Take out labels that a transcriber says to have made up from the targets of a blank column."""
    if not any(_INFERRED_LABELS.search(line.text) for line in page.notes):
        return
    for row in rows:
        if any(cells.squeeze(name) == cells.squeeze(row.label) for _, name in row.targets.targets):
            row.remark(
                "label-suspect",
                "the column of labels was blank, this one made up from the target",
                row.label,
                "",
                "label",
            )
            row.label = ""


def drop_invented(rows: list[Row], account: Account) -> list[Row]:
    """Rows of an archival program that were made up from its prose: no real template, or no numbered target."""
    kept = []
    for row in rows:
        numbered = any(n is not None for n, _ in row.targets.targets)
        if row.template_found.label and row.template_found.how != "glued" and numbered:
            kept.append(row)
        else:
            account.not_an_observation(
                "rejected",
                "table-invented",
                row.line,
                "an archival program has no observations: the row was made up from its prose",
                f"{row.label_raw} | {row.template_raw} | {cells.clean(row.target)}",
            )
    return kept
