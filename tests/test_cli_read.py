"""``kb read`` and ``kb check`` on the bundled records."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

from kb.sources import bundled

Run = Callable[..., subprocess.CompletedProcess[str]]
PAGE = bundled() / "program-pages" / "7487.md"


def test_read_gives_the_keys_of_the_contract(run: Run) -> None:
    record = json.loads(run(f"kb read {PAGE}").stdout)
    assert list(record) == ["document", "format", "sha256", "program", "rows", "observations", "findings"]
    program = "id title category cycle cycle_inferred prime_hours parallel_hours access_months kinds modes people"
    assert list(record["program"]) == [*program.split(), "refers_to", "activity", "abstract", "description"]
    assert record["rows"] == {"observations": 16, "headings": 0, "continuations": 0, "rejected": 0, "total": 16}
    observation = "order number label label_raw folder template template_raw instrument elements parallel line targets"
    assert list(record["observations"][0]) == observation.split()
    twelfth = record["observations"][11]
    assert twelfth["targets"] == [{"number": 7, "name": "BD+60-1753", "object": "BD+60 1753", "role": "science"}]
    assert twelfth["template"] == "MIRI Low Resolution Spectroscopy"
    assert record["observations"][0]["label"] == "NIRCam pt1 Dual Coronagraphy MASK210R"
    assert list(record["findings"][0]) == ["code", "severity", "line", "message", "raw", "repaired"]
    assert len({target["number"] for o in record["observations"] for target in o["targets"]}) == 12


def test_read_gives_one_line_per_program(run: Run) -> None:
    lines = [json.loads(line) for line in run("kb read").stdout.splitlines()]
    assert len(lines) == 38
    sodrm = [line for line in lines if line["format"] == "sodrm"]
    assert len(sodrm) == 37
    assert len({line["document"] for line in sodrm}) == 1


def test_read_from_standard_input_and_unreadable(run: Run) -> None:
    assert json.loads(run(f"kb read - < {PAGE}").stdout)["program"]["id"] == 7487
    nothing = json.loads(run("printf '' | kb read -").stdout)
    assert nothing["program"] is None
    assert nothing["findings"][0]["severity"] == "error"


def test_read_of_two_documents_of_one_program(run: Run, tmp_path: Path) -> None:
    for name in ("a.md", "b.md"):
        (tmp_path / name).write_bytes(PAGE.read_bytes())
    first, second = (json.loads(line) for line in run(f"kb read {tmp_path}").stdout.splitlines())
    assert first["program"]["id"] == 7487
    assert second["program"] is None
    assert "a.md" in second["findings"][0]["message"]


def test_check_gives_the_five_numbers_and_the_totals(run: Run) -> None:
    done = run("kb check -f jsonl")
    assert done.returncode == 0
    first = json.loads(done.stdout.splitlines()[0])
    assert first["document"] == "7487.md"
    numbers = ("observations", "headings", "continuations", "rejected", "total")
    assert [first[name] for name in numbers] == [16, 0, 0, 0, 16]
    assert first["findings"]["target-repaired"] == 1
    table = run("kb check").stdout
    assert "target-repaired" in table
    assert table.splitlines()[0].split()[:6] == ["document", *numbers]


def test_check_leaves_with_3_for_what_it_was_told_to_fail_on(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.md").write_text("", encoding="utf-8")
    (tmp_path / "good.md").write_bytes(PAGE.read_bytes())
    done = run(f"kb check {tmp_path} -f csv")
    assert done.returncode == 3
    assert done.stdout.splitlines()[1].startswith("bad.md,")  # worst first
    assert run(f"kb check {tmp_path} --fail-on never").returncode == 0
    assert run(f"kb check {tmp_path}").stdout.splitlines()[-1].startswith("bad.md: ")
    assert run(f"kb check {PAGE} --fail-on warning").returncode == 3  # its swapped targets
    found = run(f"kb check {PAGE} --findings -f jsonl").stdout.splitlines()
    assert [json.loads(line)["line"] for line in found if "target-repaired" in line] != []
