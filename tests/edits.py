"""Edits of the bundled page, what a comparison is to say of each, and what a patch makes of statements."""

from __future__ import annotations

from collections.abc import Callable

import pyoxigraph

from kb.sources import bundled

Said = tuple[str, str, str, str, str, str]
PAGE = (bundled() / "program-pages" / "7487.md").read_text(encoding="utf-8")
TITLE = "CAL-XCAL-401 Absolute Flux Calibration (A Dwarfs)"
NEW_TITLE = "CAL-XCAL-401 Absolute Flux Calibration (A Dwarf Stars)"
SLIT = "| BD+60 1753         | MIRI LRS - slit                           | MIRI Low Resolution Spectroscopy         |"


def rows(text: str) -> list[str]:
    return [line for line in text.splitlines(keepends=True) if line.startswith("| ")]


def in_row(marker: str, old: str, new: str) -> Callable[[str], str]:
    """Change the first row that holds a text."""

    def edit(text: str) -> str:
        row = next(line for line in rows(text) if marker in line)
        return text.replace(row, row.replace(old, new, 1), 1)

    return edit


def front(key: str, value: str) -> Callable[[str], str]:
    return lambda text: text.replace(f'\n{key}: ""', f'\n{key}: "{value}"', 1)


def words(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new)


def without(marker: str) -> Callable[[str], str]:
    return lambda text: text.replace(next(line for line in rows(text) if marker in line), "", 1)


def after(marker: str, row: str) -> Callable[[str], str]:
    def edit(text: str) -> str:
        found = next(line for line in rows(text) if marker in line)
        return text.replace(found, f"{found}{row}\n", 1)

    return edit


def swapped(text: str) -> str:
    first, second = (next(line for line in rows(text) if marker in line) for marker in ("(6) HD", "(5) HD"))
    return text.replace(first + second, second + first)


def said(thing: str, change: str, name: str, field: str = "", old: str = "", new: str = "") -> Said:
    return thing, change, name, field, old, new


#: Edits of the bundled page, and what each is to be called.
EDITS: list[tuple[Callable[[str], str], list[Said]]] = [
    (words("(A Dwarfs)", "(A Dwarf Stars)"), [said("program", "changed", NEW_TITLE, "title", TITLE, NEW_TITLE)]),
    (
        front("exclusive_access_period_months", "12"),
        [said("program", "changed", NEW_TITLE, "exclusive access months", new="12")],
    ),
    (
        front("prime_parallel_time_hours", "31.2/4.5"),
        [
            said("program", "changed", NEW_TITLE, "prime hours", new="31.2"),
            said("program", "changed", NEW_TITLE, "parallel hours", new="4.5"),
        ],
    ),
    (front("instrument_mode", "MIRI / Imaging"), [said("program", "changed", NEW_TITLE, "modes", new="MIRI/Imaging")]),
    (front("cycle", "Cycle 4"), [said("program", "changed", NEW_TITLE, "cycle inferred", "true", "false")]),
    (front("pi_and_co_pis", "PI: Ann Lee"), [said("person", "added", "Ann Lee", new="PI")]),
    (words("one fainter A star", "one faint A star"), [said("program", "changed", NEW_TITLE, "abstract")]),
    (
        words("for the\nMIRI spectrometers.", "for the\nMIRI spectrometers, as in program 1536."),
        [
            said("program", "changed", NEW_TITLE, "observing description"),
            said("reference", "added", "program 1536", new="Mentions"),
        ],
    ),
    (
        in_row("MIRI imaging ", "MIRI imaging ", "Deep image "),
        [said("observation", "changed", "MIRI imaging", "label", "MIRI imaging", "Deep image")],
    ),
    (
        in_row("4QPM", "F1550C", "F1140C"),
        [
            said("observation", "changed", "MIRI 4QPM - F1550C", "label", "MIRI 4QPM - F1550C", "MIRI 4QPM - F1140C"),
            said("observation", "changed", "MIRI 4QPM - F1550C", "elements", "F1550C", "F1140C"),
        ],
    ),
    (
        in_row("MIRI FULL", "MIRI External Flat", "MIRI Imaging"),
        [
            said(
                "observation",
                "changed",
                "MIRI FULL - F1550C+ F2300C",
                "template",
                "MIRI External Flat",
                "MIRI Imaging",
            )
        ],
    ),
    (
        in_row("(12) HD", "HD 55677 ", "HD 55678 "),
        [said("observation", "changed", "MIRI LRS slitless", "folder", "HD 55677", "HD 55678")],
    ),
    (
        in_row("MIRI Lyot", "(4) HD2811", "(5) HD2811-WBKG"),
        [said("observation", "changed", "MIRI Lyot - F2300C", "targets", "HD2811", "HD2811-WBKG")],
    ),
    (
        without("(9) BD+60"),
        [
            said(
                "observation",
                "removed",
                "MIRI LRS - BD+60 slitless",
                old="MIRI Low Resolution Spectroscopy, BD+60-1753-bkg",
            ),
            said("target", "removed", "BD+60-1753-bkg", old="number 9, Background, BD+60 1753"),
        ],
    ),
    (
        after("MIRI Lyot", "| HD 2811 | Second epoch | NIRCam Imaging | (4) HD2811 |"),
        [said("observation", "added", "Second epoch", new="NIRCam Imaging, HD2811")],
    ),
    (
        after("7) BD+60-1753 (", f"{SLIT} (7) BD+60-1753 |"),
        [said("observation", "added", "MIRI LRS - slit", new="MIRI Low Resolution Spectroscopy, BD+60-1753")],
    ),
    (
        words("J1743045-OFFSET-BAR", "J1743045-OFFSET-EDGE"),
        [said("target", "renamed", "J1743045-OFFSET-BAR", "name", "J1743045-OFFSET-BAR", "J1743045-OFFSET-EDGE")],
    ),
    (
        words("(13) HD-55677-bkg", "(23) HD-55677-bkg"),
        [said("target", "renumbered", "HD-55677-bkg", "number", "13", "23")],
    ),
    (
        words("(8) BD+60-1753-wbkg", "(8) GD 153"),
        [
            said("target", "renamed", "BD+60-1753-wbkg", "name", "BD+60-1753-wbkg", "GD 153"),
            said("target", "renamed", "BD+60-1753-wbkg", "object", "BD+60 1753", "GD 153"),
        ],
    ),
    (swapped, [said("observations", "moved", "1 of 15 rows")]),
]


def patched(quads: set[pyoxigraph.Quad], patch: bytes) -> set[pyoxigraph.Quad]:
    """Apply an RDF patch as its definition says."""
    lines = patch.decode().split("\n")
    assert lines[0].startswith("H id <urn:uuid:")
    assert (lines[1], lines[-2], lines[-1]) == ("TX .", "TC .", "")
    made = set(quads)
    for line in lines[2:-2]:
        quad = next(iter(pyoxigraph.parse(line[2:].encode(), pyoxigraph.RdfFormat.N_QUADS)))
        assert (quad in made) == (line[0] == "D")
        (made.discard if line[0] == "D" else made.add)(quad)
    return made
