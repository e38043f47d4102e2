"""Observation numbers: told from labels and folders, by what the whole page shows.

APT numbers observations 1–999, each number once in a program.  A bare integer in the place of a label is such a number
when the page's integers behave like them; it is a true label when they repeat, when they start too high for so short a
list, when they have leading zeros, or when the target is called the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kb.sources import cells

if TYPE_CHECKING:
    from kb.sources.rows import Row

_GLUED = re.compile(r"^\(?(?:obs(?:ervation)?\.?\s*)?#?(\d{1,3})(?:\s*[,:.)]\s*|\s+[-–—]+\s*|\s+)(?=\S)(.+)$", re.I)
_FOLDER_NUMBER = re.compile(r"^(.*\S)\s*(?:/|\(|#|:|\bobs\.?)\s*(\d{1,3})\)?$", re.I)
_NUMBER_FOLDER = re.compile(r"^(\d{1,3})\s*(?:/|:|[-–—]\s)\s*(\D.*)$")
_COUNTED = re.compile(r"^(.*\S) (\d{1,3})$")
#: A list whose lowest number is above this, and above twice its length, counts something else (transits, epochs).
_HIGHEST_FIRST_NUMBER = 100


def read_merged(text: str) -> tuple[int | None, str | None, str]:
    """Take apart a cell of a merged folder-and-number column: (number, folder, range).

    >>> read_merged("Visit1 / 2"), read_merged("NGC4395 (28)"), read_merged("7"), read_merged("1-45")
    ((2, 'Visit1', ''), (28, 'NGC4395', ''), (7, None, ''), (None, None, '1-45'))
    """
    if (number := cells.read_number(text)) is not None:
        return number, None, ""
    if cells.is_range(text):
        return None, None, text
    if match := _FOLDER_NUMBER.match(text):
        return int(match[2]), match[1], ""
    if match := _NUMBER_FOLDER.match(text):
        return int(match[1]), match[2], ""
    return None, None, ""


def split_folders(rows: Sequence[Row]) -> None:
    """Take numbers off folder names (``J0226-WFSS 1``, ``… 2``) where every row of a table has one of its own."""
    if len(rows) < 3 or any(row.number is not None or not row.own_folder for row in rows):
        return
    parts = [_COUNTED.match(row.folder or "") for row in rows]
    found = [p for p in parts if p]
    if len(found) < len(rows) or len({p[2] for p in found}) < len(rows):
        return
    for row, part in zip(rows, found, strict=True):
        row.remark("number-glued", "the observation number was glued to the folder", row.folder, part[1], "folder")
        row.folder, row.number = part[1], int(part[2])


def settle(rows: Sequence[Row]) -> None:
    """Move observation numbers out of labels where the page proves that they are no labels; mend template columns."""
    if not any(row.number is not None for row in rows):
        bare = [(row, cells.read_number(row.label)) for row in rows if row.label]
        whole = [(row, number) for row, number in bare if number is not None]
        glued = [(row, m) for row in rows if cells.read_number(row.label) is None and (m := _GLUED.match(row.label))]
        labelled = [row for row in rows if row.label]
        numbers = [n for _, n in whole] + [int(m[1]) for _, m in glued]
        all_numbered = len(numbers) == len(labelled) and len(set(numbers)) == len(numbers)
        if _are_numbers(whole, rows):
            if glued and all_numbered:
                _take_glued(glued)
            for row, number in whole:
                row.remark(
                    "label-is-number",
                    "an observation number stood where the label should be",
                    row.label,
                    row.aside,
                    "label",
                )
                row.label, row.number = row.aside, number
        elif not whole and len(glued) >= 3 and all_numbered and not _is_name(glued):
            _take_glued(glued)
    _labels_in_template_column(rows)


def _are_numbers(whole: Sequence[tuple[Row, int | None]], rows: Sequence[Row]) -> bool:
    values = [number for _, number in whole if number is not None]
    if not values or len(set(values)) < len(values):
        return False
    if min(values) > max(_HIGHEST_FIRST_NUMBER, 2 * len(rows)):
        return False
    labels = [row.label for row in rows if row.label]
    same_sort = sum(1 for label in labels if re.fullmatch(r"0\d+|\d{4,}|\d+\*|\d+[A-Za-z]", label))
    if same_sort:
        return False
    return not any(_named_alike(row) for row, _ in whole)


def _named_alike(row: Row) -> bool:
    """True when a target's name is the label, or ends in it: then the integer is a name."""
    return any(
        name == row.label or (len(row.label) > 1 and re.search(rf"(?<!\d){row.label}(?!\d)", name))
        for _, name in row.targets.targets
    )


def _is_name(glued: Sequence[tuple[Row, re.Match[str]]]) -> bool:
    """True when number and words make one name: the targets are called so (``51 Eri``, ``10 Lac``, ``515 Athalia``)."""
    hits = 0
    for row, match in glued:
        squeezed = cells.squeeze(row.label)
        for _, name in row.targets.targets:
            target = cells.squeeze(name)
            word = match[1] + cells.squeeze(match[2].split()[0])
            hits += squeezed.startswith(target) or target.startswith(word)
    return hits > 0


def _take_glued(glued: Sequence[tuple[Row, re.Match[str]]]) -> None:
    for row, match in glued:
        row.remark("number-glued", "the observation number was glued to the label", row.label, match[2], "label")
        row.label, row.number = match[2].strip(), int(match[1])


def _labels_in_template_column(rows: Sequence[Row]) -> None:
    """A page whose labels slid into the column of templates: there its words are labels, and templates are inferred."""
    doubtful = [
        row
        for row in rows
        if row.number is not None
        and cells.clean(row.template_raw)
        and (row.template_found.how != "exact" or not row.template_found.label)
        and (not row.label or row.template_found.how == "glued")
    ]
    unknown = [row for row in doubtful if not row.template_found.label or row.template_found.how == "short form"]
    if not unknown or 2 * len(doubtful) < len(rows):
        return
    for row in doubtful:
        text = cells.clean(row.template_raw)
        row.remark("columns-shifted", "the label stood in the column of templates", row.template_raw, text, "label")
        row.label = text
