"""``kb ask`` as people and pipes see it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ROOT

from kb.questions import load, names
from kb.vocabulary import load as vocabulary

Run = Callable[..., subprocess.CompletedProcess[str]]


def test_the_list_has_every_question_under_what_it_is_about(run: Run) -> None:
    lines = run("kb ask").stdout.splitlines()
    assert lines[0] == "Objects"
    assert [line for line in lines if line.strip() and line[0] != " "][:-1] == [
        "Objects",
        "Programs",
        "Templates",
        "Calibration",
        "People",
        "Documents",
    ]
    for name in names():
        [line] = [line for line in lines if line.startswith(f"  {name} ")]
        assert line.endswith(load(name).title)
    shown = [json.loads(line) for line in run("kb ask -f jsonl").stdout.splitlines()]
    assert [row["question"] for row in shown if row["about"] == "people"] == ["collaborations", "people", "person"]
    assert "--kind CHOICE" in run("kb ask calibration-gaps --help").stdout


@pytest.mark.parametrize("ask", ["object --object 'HD 2811'", "sodrm-hours", "calibration-gaps --kind dark"])
def test_what_is_explained_runs_as_it_stands(ask: str, run: Run, bundled_store: Path) -> None:
    direct = run(f"kb ask {ask} -f csv", bundled_store)
    assert direct.returncode == 0
    assert len(direct.stdout.splitlines()) > 4
    assert run(f"kb ask {ask} --explain | kb query - -f csv", bundled_store).stdout == direct.stdout


def test_an_empty_answer_is_said_and_is_no_data(run: Run, bundled_store: Path) -> None:
    empty = run("kb ask calibration --instrument niriss", bundled_store)
    assert empty.returncode == 0
    assert empty.stderr.startswith("nothing answers to calibration with --instrument niriss; without")
    assert empty.stdout == "instrument  id  title  cycle  activity  observations\n"
    assert run("kb ask calibration --instrument niriss -f jsonl", bundled_store).stdout == ""


@pytest.mark.parametrize("ask", ["executed", "schedule --from 2026-08-17", "exposures --program 7487"])
def test_an_empty_answer_says_which_documents_would_tell(ask: str, run: Run, bundled_store: Path) -> None:
    empty = run(f"kb ask {ask}", bundled_store)
    assert empty.returncode == 0
    assert empty.stderr.endswith("is in the store; see kb fetch --help\n")


def test_what_questions_need_are_classes_of_the_ontology() -> None:
    needed = {name for question in map(load, names()) for name in question.classes}
    assert needed == {"Exposure", "Visit", "VisitReport"}
    assert needed <= vocabulary().terms.keys()


def test_a_value_without_its_name_is_told_how_to_write_it(run: Run, bundled_store: Path) -> None:
    wrong = run("kb ask lineage 7487", bundled_store)
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert wrong.stderr.endswith("unexpected argument '7487': parameters are written --NAME VALUE, as --program 7487\n")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("kb query it.rq", "kb: it.rq is a file: write kb query @it.rq"),
        ("kb query @none.rq", "kb: none.rq: cannot be read (no such file or directory)"),
        ("kb query @binary", "kb: binary: not text in UTF-8, so not a query"),
        ("kb query - < binary", "kb: standard input: not text in UTF-8, so not a query"),
        ("kb --store localhost:7878 info", "kb: localhost:7878: no folder; an address begins with http:// or https://"),
        ("kb fetch abc", "'abc' is not a valid integer."),
        ("kb fetch 100000", "no program has the number 100000: they go from 1 to 99999"),
    ],
)
def test_slips_are_told_with_their_remedy(
    line: str, message: str, run: Run, bundled_store: Path, tmp_path: Path
) -> None:
    (tmp_path / "it.rq").write_text("SELECT ?s { ?s a jkb:Instrument }")
    (tmp_path / "binary").write_bytes(b"\x7fELF\xd0\x00")
    wrong = run(line, bundled_store, tmp_path)
    assert (wrong.returncode, wrong.stdout) == (2 if "fetch" in line else 1, "")
    assert wrong.stderr.splitlines()[-1].endswith(message)


def test_a_query_may_be_longer_than_the_name_of_a_file(run: Run, bundled_store: Path) -> None:
    described = run(f"kb query '{' '.join(['DESCRIBE', *['jkb:Instrument'] * 30])}'", bundled_store)
    assert (described.returncode, described.stderr) == (0, "")


def test_a_file_of_sparql_is_run(run: Run, bundled_store: Path, tmp_path: Path) -> None:
    (tmp_path / "it.rq").write_bytes(b"\xef\xbb\xbfSELECT ?s { ?s a jkb:Instrument }")
    assert len(run("kb query @it.rq -f csv", bundled_store, tmp_path).stdout.splitlines()) == 6


def test_an_empty_answer_names_what_the_ontology_does_not_have(run: Run, bundled_store: Path) -> None:
    body = '?x a jkb:Programme ; rdfs:label "jkb:word", ?y . ?y a <https://w3id.org/jwst-kb/ontology#Objekt>'
    empty = run(f"kb query 'SELECT ?x {{ {body} }} # jkb:remark'", bundled_store)
    assert (empty.returncode, empty.stdout) == (0, "x\n")
    [line] = empty.stderr.splitlines()
    assert line.startswith("nothing answers to that; the ontology has no jkb:Programme (did you mean Program")
    assert "; the ontology has no jkb:Objekt (" in line
    assert "word" not in line
    assert "remark" not in line
    known = run("""kb query 'SELECT ?x { ?x a jkb:Program ; rdfs:label "none" }'""", bundled_store)
    assert known.stderr == "nothing answers to that\n"
    assert run("kb query 'SELECT ?x { ?x a jkb:Instrument }'", bundled_store).stderr == ""


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="no pseudo-terminals here")
@pytest.mark.parametrize(("terminal", "links"), [("xterm-256color", True), ("dumb", False)])
def test_program_numbers_link_to_their_pages_on_terminals(terminal: str, links: bool, bundled_store: Path) -> None:
    ours, theirs = os.openpty()
    environment = {**os.environ, "TERM": terminal, "PYTHONPATH": str(ROOT), "KB_STORE": str(bundled_store)}
    environment.pop("NO_COLOR", None)
    words = [sys.executable, "-m", "kb", "ask", "calibration"]
    with subprocess.Popen(words, stdout=theirs, stdin=theirs, env=environment) as running:
        os.close(theirs)
        shown = b""
        while chunk := _read(ours):
            shown += chunk
        assert running.wait() == 0
    os.close(ours)
    assert b"7487" in shown
    page = b"https://www.stsci.edu/jwst/science-execution/program-information?id=7487"
    assert (b"\x1b]8;" in shown) is links
    assert (page in shown) is links


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 1 << 16)
    except OSError:  # Linux says so when the other end is closed
        return b""


def test_what_is_piped_has_no_links(run: Run, bundled_store: Path) -> None:
    assert "\x1b" not in run("TERM=xterm-256color kb ask calibration", bundled_store).stdout


@pytest.mark.parametrize("form", ["table", "csv", "tsv", "json", "jsonl", "xml"])
def test_an_empty_answer_says_which_parameter_leaves_nothing(run: Run, bundled_store: Path, form: str) -> None:
    asked = run(f"kb ask calibration --instrument nirspec --cycle 4 -f {form}", store=bundled_store)
    assert asked.stderr.endswith(
        "nothing answers to calibration with --instrument nirspec, --cycle 4; without --instrument nirspec there"
        " are 2 rows\n"
    )
    full = run(f"kb ask calibration --cycle 4 -f {form}", store=bundled_store)
    assert "nothing answers" not in full.stderr
