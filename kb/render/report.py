"""The quality report as one HTML page that needs nothing from the network."""

from __future__ import annotations

from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kb.check import Report


def report_page(made: Report) -> str:
    """Return the report as the text of a page: the row account, a bar per kind, documents worst first.

    Text from documents is escaped: mark-up in a label is shown, not run.
    """
    import jinja2

    from kb.check import add
    from kb.records import RowAccount

    template = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined).from_string(
        Path(__file__).with_name("check.html").read_text(encoding="utf-8")
    )
    codes = list(made.per_code())
    return template.render(
        documents=made.documents,
        total=reduce(add, (document.rows for document in made.documents), RowAccount()),
        codes=codes,
        most=max((int(str(row[2])) for row in codes), default=1),
    )
