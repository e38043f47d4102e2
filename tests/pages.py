"""Small program pages for tests, in the shape of the real ones."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

Row = tuple[str, str, str]
ROWS: tuple[Row, ...] = (("imaging", "MIRI Imaging", "(1) HD-2811"), ("sky", "MIRI Imaging", "(2) HD-2811-BKG"))


def page(program: int, title: str = "A test", rows: Sequence[Row] = ROWS, category: str = "go", text: str = "") -> str:
    """Text of a page with a table of (label, template, target)."""
    lines = [f"| {label} | {template} | {target} |" for label, template, target in rows]
    return "\n".join(
        [
            "---",
            f"id: {program}",
            f'proposal_type: "{category}"',
            'cycle: "Cycle 2"',
            f'program_title: "{title}"',
            'prime_parallel_time_hours: "10.50/0.0"',
            'pi_and_co_pis: "PI: Ann Lee"',
            "---",
            f"# {program} - {title}",
            "## OBSERVATIONS TABLE",
            "",
            "| Label | Observing Template | Science Target |",
            "| :---- | :----------------- | :------------- |",
            *lines,
            "",
            "## ABSTRACT",
            "",
            f"Words about program {program}. {text}",
            "",
        ]
    )


def write_pages(folder: Path, programs: Sequence[int], title: str = "A test") -> Path:
    """Write one page for each program; return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for program in programs:
        (folder / f"{program}.md").write_text(page(program, title), encoding="utf-8")
    return folder
