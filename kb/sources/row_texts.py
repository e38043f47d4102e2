"""What the text of a row says by itself: a folder, the rest of the row above, that rows were left out, nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kb.sources import cells, target_cells, template_cells

LEFT_OUT = re.compile(r"(?:\.{2,}|…|⋮|etc\.?|and so on)+", re.I)
NO_ROW = re.compile(
    r"\W*(?:\(?(?:table )?(?:continued|cont[’']?d)\b.*|cont\.|end of (?:the )?table\W*|observations? table\W*"
    r"|(?-i:OBSERVATIONS?)\W*|page:? \d+(?: (?:of|/) \d+)?\W*|jwst proposal\b.*)",
    re.I,
)
_FIGURES = re.compile(r"\d+")


def figures(text: str) -> str:
    """Text with its figures alike: ``Visit 2`` and ``Visit 17`` are both ``Visit 0``."""
    return _FIGURES.sub("0", text)


def says_one_thing(raw_cells: Sequence[str], filled: Sequence[int]) -> bool:
    """True for a row with one filled cell, or the same text in each."""
    return len(filled) == 1 or len({cells.clean(raw_cells[i]) for i in filled}) == 1


def caption_folder(caption: str) -> str | None:
    """Folder that a line of bold text before a table names; numbered captions and the table's own title name none."""
    match = re.fullmatch(r"(?:\*\*|__)(.+?)(?:\*\*|__):?", caption) or re.fullmatch(r"#{3,6}\s+(.+?)", caption)
    if (
        not match
        or re.match(r"\d+\.", match[1])
        or re.search(r"observations?\b|\blabels?\b|\bnote\b|template|abstract", match[1], re.I)
    ):
        return None
    return cells.clean(match[1]).rstrip(":")


def is_row(text: str) -> bool:
    """True for a template alone or with its target."""
    found = template_cells.read_template(text)
    if found.how == "glued":
        return target_cells.is_target(found.after)
    return found.label is not None and found.how != "short form"


def is_marked(text: str) -> bool:
    """True for text in bold or code: a heading, whatever column it stands in."""
    text = text.strip()
    return len(text) > 2 and (text.startswith(("**", "__", "`")) or (text[0] == "*" and text[-1] == "*"))


def goes_on(before: str, text: str, longest: int | None = None) -> bool:
    """True when ``text`` reads like the rest of ``before``: it breaks off, or the text starts in the middle."""
    if not before or (longest and len(before) > longest):
        return False
    return bool(
        re.search(r"(?:[-,/&(+:]|\b(?:and|of|the|to|for|with|in|at|on|by|from))$", before, re.I)
        or re.match(r"[a-z)\],;/&+]|\d+\)", text)
        or before.count("(") > before.count(")")
    )
