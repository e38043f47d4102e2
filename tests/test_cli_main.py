"""The command line as a whole: help, exit codes, errors in one line, pipes."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import nullcontext
from importlib import import_module
from pathlib import Path

import click
import pytest
from servers import oxigraph
from visit_files import schedule

from kb.cli import COMMANDS, cli

ROOT = Path(__file__).resolve().parent.parent
Run = Callable[..., subprocess.CompletedProcess[str]]


def help_of(name: str) -> click.Command:
    found = import_module(f"kb.cli.{name}").command
    assert isinstance(found, click.Command)
    return found


def test_help_lists_every_command_with_its_own_first_line(run: Run) -> None:
    shown = run("kb --help")
    assert shown.returncode == 0
    for name, line in COMMANDS.items():
        assert f"{name} " in shown.stdout
        assert " ".join((help_of(name).help or "").split()).startswith(line.rstrip("."))


def test_help_imports_no_command_and_no_engine() -> None:
    code = "import sys, kb.cli; kb.cli._run(['--help']); print([m for m in sys.modules if m.startswith('kb.cli.')], \
        [m for m in ('rdflib', 'pyoxigraph', 'networkx', 'rich', 'yaml', 'pyvis') if m in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert shown.stdout.splitlines()[-1] == "['kb.cli.session'] []"


@pytest.mark.parametrize("name", COMMANDS)
def test_examples_of_the_help_run(run: Run, name: str, bundled_store: Path, tmp_path: Path) -> None:
    epilog = help_of(name).epilog or ""
    examples = re.findall(r"^  (kb .*)$", epilog, re.MULTILINE)
    assert examples, f"the help of kb {name} ends without an example"
    store = tmp_path / "store" if name == "build" else bundled_store
    with oxigraph(tmp_path / "server") if name == "push" else nullcontext("") as base:
        for example in examples:
            done = run(example.replace("http://localhost:7878", base) if base else example, store, tmp_path)
            assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "command",
    [
        "kb query 'SELECT ?s { ?s a jkb:Program }'",
        "kb ask sodrm-hours",
        "kb ask",
        "kb path 7487 'HD 2811'",
        "kb search dwarfs",
        "kb check",
        "kb check --findings",
        "kb info",
        "printf 'target\\nhd2811\\n' | kb duplicates -",
        "kb graph central",
    ],
)
def test_lines_of_csv_end_alike(bundled_store: Path, command: str) -> None:
    """RFC 4180, as the W3C format of queries has it."""
    shell = ["bash", "-c", command.replace("kb ", f"{sys.executable} -m kb --store {bundled_store} ", 1) + " -f csv"]
    shown = subprocess.run(shell, capture_output=True, cwd=ROOT, check=True).stdout
    assert shown.count(b"\r\n") == shown.count(b"\n") > 0


@pytest.mark.parametrize(
    ("command", "code", "message"),
    [
        ("kb --version", 0, ""),
        ("kb nonsense", 2, "No such command"),
        ("kb qery", 2, "Did you mean query?"),
        ("kb --store http://localhost:9/sparql build", 1, "build into a folder, then `kb push` it"),
        ("kb --store http://localhost:9/sparql ask people", 1, "cannot be reached"),
        ("kb query 'CONSTRUCT { ?s a ?o } { ?s a ?o }' -f csv", 1, "choose among turtle nt jsonld rdf"),
        ("kb query 'CONSTRUCT { ?s a ?o } { ?s a ?o }' -f jsonld", 0, ""),
        ("kb build --out x", 2, "--master and --out go with --engine spark"),
        ("kb query", 2, "Missing argument"),
        ("kb query ' '", 1, "an empty query"),
        ("kb query @", 1, "@ needs the name of a file"),
        ("kb query 'SELECT * { }'", 0, "the query has no variables"),
        ("kb query 'SELECT * { }' -f markdown", 0, ""),
        ("kb ask coverage --param cycle", 2, "write --param NAME=VALUE"),
        ("kb export x.ttl --question coverage --param cycle", 2, "write --param NAME=VALUE"),
        ("kb render x.html --question coverage --param cycle", 2, "write --param NAME=VALUE"),
        ("kb render x.html --depth 2", 2, "--depth goes with --focus"),
        ("kb render x.html --focus 7487 --observations", 2, "--observations is for the map"),
        ("kb --store /nowhere query 'ASK {}'", 1, "/nowhere"),
        ("kb query 'SELECT ?x WHERE { ?x ?y }'", 1, "line 1"),
        ("kb query @missing.rq", 1, "missing.rq"),
        ("kb ask tempaltes", 1, "did you mean templates"),
        ("kb ask object", 1, "needs object"),
        ("kb ask object --objekt x", 1, "no parameter 'objekt'"),
        ("kb ask object --object 'HD 2812'", 1, "did you mean HD 2811"),
        ("kb show nosuch", 1, "nothing is near"),
        ("kb show 7487:1", 1, "program 7487 numbers none so"),
        ("kb show -- ---------------------------x", 1, "nothing is called"),
        ("kb ask shared-targets --program 7488", 1, "7487"),
        ("kb show Miry", 1, "MIRI"),
        ("kb read nowhere.md", 1, "nowhere.md"),
        ("mkdir x.html; kb render x.html", 1, "x.html: cannot be written (Is a directory)"),
        ("kb render x.html --focus 1", 1, "no program '1'"),
        ("kb query 'SELECT * { ?s ?p ?o }' -f csv > /dev/full", 1, "No space left"),
        ("kb query 'SELECT * { ?s ?p ?o }' | head -1", 0, ""),
        ("kb query 'SELECT * { ?s ?p ?o }' -f csv | head -1", 0, ""),
        ("kb show 7487 | true", 0, ""),
    ],
)
def test_exit_codes_and_one_line_errors(
    run: Run, command: str, code: int, message: str, bundled_store: Path, tmp_path: Path
) -> None:
    done = run(command, bundled_store, tmp_path)
    assert done.returncode == code, done.stderr
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    if code == 1:
        assert len(done.stderr.splitlines()) == 1
    if not message:
        assert done.stderr == ""


def test_paths_are_looked_at_by_who_uses_them() -> None:
    """What click finds wrong with a path it calls wrong usage, with another exit code than everything else has."""
    context = click.Context(cli)
    commands = [cli.get_command(context, name) for name in COMMANDS]
    commands += [made for command in commands if isinstance(command, click.Group) for made in command.commands.values()]
    paths = [
        param.type for command in commands if command for param in command.params if isinstance(param.type, click.Path)
    ]
    assert len(paths) >= 12
    assert not [p for p in paths if p.exists or p.readable or p.writable or not p.dir_okay or not p.file_okay]


@pytest.mark.usefixtures("interruptible")
def test_interrupt_is_one_line(bundled_store: Path) -> None:
    command = [sys.executable, "-m", "kb", "--store", str(bundled_store), "query", "-"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as waiting:
        time.sleep(0.8)  # by then it waits for its input
        waiting.send_signal(signal.SIGINT)
        assert waiting.stderr is not None
        assert waiting.stderr.read() == b"kb: interrupted\n"
    assert waiting.returncode == 130


def test_data_and_messages_are_apart(run: Run, tmp_path: Path) -> None:
    store = tmp_path / "store"
    done = run("kb build", store)
    assert done.stdout == ""
    assert "38 programs" in done.stderr
    assert run("kb --quiet build", store).stderr == ""


@pytest.mark.usefixtures("interruptible")
def test_ctrl_c_ends_a_query_at_once(bundled_store: Path) -> None:
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    command = [sys.executable, "-m", "kb", "--store", str(bundled_store), "query", endless]
    with subprocess.Popen(command, cwd=ROOT) as engine:
        time.sleep(1.5)  # by then it is at work
        assert engine.poll() is None
        engine.send_signal(signal.SIGINT)
        try:
            assert engine.wait(timeout=5) == -signal.SIGINT
        finally:
            engine.kill()


def test_help_of_a_question(run: Run) -> None:
    shown = run("kb ask object --help").stdout
    for text in ("All observations of an object.", "--instrument INSTRUMENT", "[required]", "[default: any]", "link "):
        assert text in shown
    assert "--explain" in run("kb ask --help").stdout


def test_build_names_what_it_could_not_read(run: Run, tmp_path: Path) -> None:
    for number in range(7):
        (tmp_path / f"nothing{number}.md").write_text("", encoding="utf-8")
    (tmp_path / "20260817_report_20260816.txt").write_text(schedule([]))  # describes no program, and was read
    done = run(f"kb build {tmp_path}", tmp_path / "store")
    assert done.returncode == 0
    assert "7 documents could not be read: nothing0.md, nothing1.md" in done.stderr
    assert f"… and 2 more; kb check {tmp_path} says why" in done.stderr


def test_no_folder_is_made_for_an_address(run: Run, tmp_path: Path) -> None:
    assert run("kb --store http://localhost:9/sparql build", cwd=tmp_path).returncode == 1
    assert list(tmp_path.iterdir()) == []
