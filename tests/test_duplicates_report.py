"""``kb duplicates``: its formats, its page and its errors."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browser import chromium

from kb.duplicates import duplicates
from kb.errors import UsageError
from kb.store import Store, open_store

Run = Callable[..., subprocess.CompletedProcess[str]]
TABLE = """target,template,filter
HR 8799,MIRI coronagraphy,F1550C
"<b>Nobody's | ""star""</b>",MIRI MRS,
"""


@pytest.fixture(scope="module")
def store(proposals_store: Path) -> Iterator[Store]:
    with open_store(proposals_store) as opened:
        yield opened


def test_formats(run: Run, store: Store, tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text(TABLE)
    place = Path(store.location)
    printed = {f: run(f"kb duplicates p.csv -f {f}", place, tmp_path) for f in ("table", "csv", "jsonl", "markdown")}
    said = "2 proposed, 1 with candidates: 1 approved observations, 2 more of other grades (--grade); 1 with remarks\n"
    assert {done.stderr for done in printed.values()} == {said}
    assert printed["table"].stdout.splitlines()[0] == "line 2: HR 8799, MIRI Coronagraphic Imaging F1550C"
    assert "    no candidate" in printed["table"].stdout
    bound = "compared with 8 observations of 3 programs in the store\n"
    assert printed["table"].stdout.endswith(f"\n\n{bound}")
    assert printed["markdown"].stdout.endswith(f"{said[:-1]}; {bound}")
    rows = list(csv.DictReader(io.StringIO(printed["csv"].stdout)))
    assert [row["grade"] for row in rows] == ["complete", ""]
    assert (rows[0]["object"], rows[0]["approved_target"], rows[0]["source"]) == ("HR 8799", "HD-218396", "met")
    assert rows[1]["target"] == '<b>Nobody\'s | "star"</b>'
    assert rows[1]["remark"].endswith("no candidate")
    lines = [json.loads(line) for line in printed["jsonl"].stdout.splitlines()]
    assert lines[0]["matches"][0]["criteria"]["element"] == {"status": "met", "why": "F1140C F1550C"}
    assert lines[1]["matches"] == []
    body = [line for line in printed["markdown"].stdout.splitlines() if line.startswith("|")]
    assert {line.replace("\\|", "").count("|") for line in body} == {9}
    assert "[2001](https://www.stsci.edu/jwst/science-execution/program-information?id=2001)" in body[2]
    assert "&lt;b>Nobody's \\| " in body[3]


def test_errors_of_the_command(run: Run, bundled_store: Path, tmp_path: Path) -> None:
    for line, message in (
        ("kb duplicates missing.csv", "kb: missing.csv: cannot be read (no such file or directory)\n"),
        ("echo foo | kb duplicates -", "kb: standard input: line 1: needs a column target"),
        (
            "echo target | kb duplicates - --radius nan",
            "kb: a radius of nan arc seconds: give one above 0, up to 3600\n",
        ),
        ("echo target | kb duplicates - --factor 0.5", "kb: a factor of 0.5: give 1 or more\n"),
        ("echo target | kb duplicates - --grade near", "kb: no grade 'near': give one of complete, close, open"),
        ("printf 'name\\nHD 2811\\n' | kb duplicates - >/dev/full", "kb: "),
    ):
        done = run(line, bundled_store, tmp_path)
        assert (done.returncode, done.stdout) == (1, ""), line
        assert done.stderr.startswith(message), done.stderr
        assert done.stderr.count("\n") == 1


def test_a_reader_that_goes_away_is_no_error(run: Run, bundled_store: Path, tmp_path: Path) -> None:
    many = "(echo name; yes 'HD 2811' | head -20000)"
    done = run(f"{many} | kb -q duplicates - -f csv | head -1", bundled_store, tmp_path)
    assert done.stderr == ""


def test_unknown_grades_are_refused_before_anything_is_read(store: Store) -> None:
    with pytest.raises(UsageError, match="give one of complete, close, open, differs, beside"):
        next(duplicates(store, iter(()), least="x"))


def test_the_page_needs_no_script_and_no_network(run: Run, store: Store, tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text(TABLE)
    run("kb duplicates p.csv -f html > page.html", Path(store.location), tmp_path)
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "<script" not in text
    assert "<b>Nobody" not in text
    with chromium() as browser:
        shown = browser.new_page()
        asked: list[str] = []
        shown.on("request", lambda request: asked.append(request.url))
        shown.goto((tmp_path / "page.html").as_uri())
        assert shown.locator("section:visible").count() == 2
        assert shown.locator("section.none h2").inner_text().startswith('<b>Nobody\'s | "star"</b>')
        summary, first = shown.locator("#summary").bounding_box(), shown.locator("section").first.bounding_box()
        assert summary["y"] < first["y"]  # written last, shown first
        shown.locator("#only").check()
        assert shown.locator("section:visible").count() == 1
        sign = shown.locator("td .s").first
        assert sign.get_attribute("title") == "source met: the same object by name"
        assert asked == [(tmp_path / "page.html").as_uri()]
