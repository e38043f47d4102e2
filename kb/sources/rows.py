"""A row on its way from a table or a list to an observation, and the account of rows that become none."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from kb.records import RowAccount
from kb.sources.notes import Notes
from kb.sources.target_cells import TargetCell
from kb.sources.template_cells import TemplateCell


@dataclass(slots=True)
class Row:
    """One table row or list entry under way: cells by role, then what was made of them.

    ``own_folder`` says that the row itself names its folder.  ``aside`` keeps words that stood beside a template while
    the label may turn out to be an observation number.
    """

    line: int
    label: str = ""
    template: str = ""
    target: str = ""
    folder: str | None = None
    own_folder: bool = False
    number: int | None = None
    range: str = ""
    aside: str = ""
    no_template: bool = False
    label_raw: str = ""
    template_raw: str = ""
    template_found: TemplateCell = field(default_factory=TemplateCell)
    targets: TargetCell = field(default_factory=TargetCell)
    remarks: list[tuple[str, str, str | None, str | None, str | None]] = field(default_factory=list)

    def remark(
        self, code: str, message: str, raw: str | None = None, made: str | None = None, prop: str | None = None
    ) -> None:
        """Keep a finding until the order of the observation is known."""
        self.remarks.append((code, message, raw, made, prop))


class Account:
    """Counts where the rows of a page went and writes a finding for each that became no observation."""

    def __init__(self, notes: Notes) -> None:
        self.notes = notes
        self.counts: Counter[str] = Counter()

    def not_an_observation(self, kind: str, code: str, line: int, message: str, raw: str) -> None:
        """Account for a row as ``headings``, ``continuations`` or ``rejected``."""
        self.counts[kind] += 1
        self.notes.add(code, line, message, raw=raw)

    def done(self, observations: int) -> RowAccount:
        """The account, with the number of observations."""
        return RowAccount(observations, self.counts["headings"], self.counts["continuations"], self.counts["rejected"])
