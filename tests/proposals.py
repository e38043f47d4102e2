"""Approved observations to compare with, and the check of proposed ones in few words."""

from __future__ import annotations

import io
from dataclasses import replace

from kb.duplicates import Match, Result, duplicates
from kb.duplicates.proposed import read_proposed
from kb.duplicates.records import Approved
from kb.store import Store

#: Rows of the pages in the store of the fixture ``proposals_store``, by program.
ROWS = {
    2001: [
        ("F1550C and F1140C", "MIRI Coronagraphic Imaging", "(1) HD-218396"),
        ("sky", "MIRI Imaging", "(2) HD-218396-BKG"),
        ("field", "NIRCam Imaging", "(3) HD-218396"),
    ],
    2002: [
        ("b", "NIRSpec Bright Object Time Series", "(1) TRAPPIST-1B"),
        ("star", "MIRI Imaging", "(2) TRAPPIST-1"),
        ("a moon", "NIRSpec IFU Spectroscopy", "(3) EUROPA"),
    ],
    2003: [("x", "NIRCam Wide Field Slitless Spectroscopy", "(1) NGC-628"), ("y", "MIRI MRS", "(2) M74-POS-2")],
}


def check(store: Store, table: str, grade: str = "beside") -> list[Result]:
    """Compare a table with the approved observations of a store."""
    return list(duplicates(store, read_proposed(io.BytesIO(table.encode())), least=grade))


def signs(match: Match) -> str:
    """Return how each criterion was judged, one sign each."""
    return "".join({"met": "+", "not met": "-", "not knowable": "?"}[one.status] for one in match.criteria)


def found(result: Result) -> list[tuple[int, str, str, str]]:
    """Return the candidates: program, label, signs, grade."""
    return [(m.approved.program, m.approved.label, signs(m), m.grade) for m in result.matches]


def approved(**values: object) -> Approved:
    """Return an approved observation; what is not given is as simple as it can be."""
    known = Approved(
        *("o", 1, None, 1, "", "", "FIELD-1", None, None, "field", "", "MIRI", "MIRI Imaging", "imaging"),
        ra=10.0,
        dec=-60.0,
    )
    return replace(known, **values)  # type: ignore[arg-type]
