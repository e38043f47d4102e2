"""The README's examples: the sessions are run in a shell and must print what it shows, the Python is a doctest."""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

README = ROOT / "README.md"


def sessions() -> list[tuple[str, str]]:
    """Commands of the ``console`` blocks with the output shown under each."""
    found = []
    for block in re.findall(r"```console\n(.*?)```", README.read_text(encoding="utf-8"), re.S):
        command = ""
        shown: list[str] = []
        for line in [*block.splitlines(), "$ "]:
            if line.startswith("$ "):
                if command:
                    found.append((command, "\n".join(shown)))
                command, shown = line[2:], []
            elif line.startswith("> "):
                command += "\n" + line[2:]
            else:
                shown.append(line)
    return found


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Environment in which ``kb`` is the one under test and the store is fresh."""
    folder = tmp_path_factory.mktemp("readme")
    command = folder / "kb"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m kb "$@"\n')
    command.chmod(0o755)
    return {
        **os.environ,
        "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "KB_STORE": str(folder / "store"),
    }


def test_the_sessions_print_what_is_shown(shell: dict[str, str], tmp_path: Path) -> None:
    assert len(sessions()) >= 5
    for command, shown in sessions():
        done = subprocess.run(
            ["bash", "-c", command], cwd=tmp_path, env=shell, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{command}\n{done.stderr}"
        printed = "\n".join(line.rstrip() for line in done.stdout.splitlines())
        assert printed == shown, command


def test_the_python_examples() -> None:
    result = doctest.testfile(str(README), module_relative=False, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert result.attempted >= 4
    assert result.failed == 0


def test_the_questions_that_are_named_exist() -> None:
    from kb.questions import names

    named = set(re.findall(r"kb ask ([a-z][a-z-]+)", README.read_text(encoding="utf-8")))
    assert len(named) >= 10
    assert named - set(names()) == set()


@pytest.mark.parametrize("page", [README, ROOT / "docs" / "design.md", ROOT / "ontology" / "README.md"], ids=str)
def test_what_a_page_points_at_is_there(page: Path) -> None:
    """Its links into the repository, and the files of its tables; a bare name stands beside the file before it."""
    text = page.read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", text)
    assert [link for link in links if not (page.parent / link).exists()] == []
    anchors = {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in re.findall(r"(?m)^#+ (.*)$", text)}
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) - anchors == set()
    for cell in re.findall(r"(?m)^\| [^|]+ \| (`(?:kb|ontology|scripts)/[^|]+) \|$", text):
        beside = ROOT
        for path in re.findall(r"`((?:kb|ontology|scripts|tests)/[^` ]+|[\w-]+\.(?:py|ttl|csv))`", cell):
            found = [*ROOT.glob(path), *beside.glob(path)]
            assert found, path
            beside = found[0].parent


def test_every_command_is_in_the_readme() -> None:
    from kb.cli import COMMANDS

    text = README.read_text(encoding="utf-8")
    assert [name for name in COMMANDS if f"`kb {name}" not in text] == []
