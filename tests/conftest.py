"""Fixtures shared by all tests."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

pytest.register_assert_rewrite("edits", "stores")  # helpers with assertions of their own, which say what differs


@pytest.fixture(scope="session")
def corpus() -> Path:
    """Folder of the real documents: ``KB_CORPUS``, else ``../shared/corpus`` beside the checkout; skips without it."""
    folder = Path(os.environ.get("KB_CORPUS", ROOT.parent / "shared" / "corpus"))
    if not (folder / "program-pages").is_dir():
        pytest.skip(f"no corpus at {folder}: set KB_CORPUS to its folder")
    return folder


@pytest.fixture(scope="session")
def bundled_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a store of the bundled records; read it, never write."""
    from kb.build import build
    from kb.sources import bundled

    folder = tmp_path_factory.mktemp("bundled") / "store"
    build([bundled()], folder)
    return folder


@pytest.fixture(scope="session")
def pages_store(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a store of a few real pages: the A dwarfs through the cycles, programs that share, speak, have a PI."""
    from kb.build import build

    folder = tmp_path_factory.mktemp("pages") / "store"
    numbers = (1536, 4496, 6604, 7487, 1539, 1414, 1189, 1230, 4451, 6629, 1843, 1211, 1212, 8017)
    build([*(corpus / "program-pages" / f"{number}.md" for number in numbers), corpus / "sodrm"], folder)
    return folder


@pytest.fixture(scope="session")
def proposals_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a store of three small programs, :data:`proposals.ROWS`, to compare proposed observations with."""
    from pages import page
    from proposals import ROWS

    from kb.build import build

    folder = tmp_path_factory.mktemp("proposals")
    for number, rows in ROWS.items():
        (folder / f"{number}.md").write_text(page(number, rows=rows), encoding="utf-8")
    build([folder], folder / "store")
    return folder / "store"


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Let Ctrl-C reach the processes of a test, which ignore it where the shell started pytest in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="session")
def run() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a shell line in which ``kb`` is the command line of this checkout: ``run(line, store=None, cwd=None)``."""
    kb = f"{sys.executable} -c 'from kb.cli import main; main()'"

    def run_line(line: str, store: Path | None = None, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        script = f'set -o pipefail\nkb() {{ {kb} "$@"; }}\n{line}'
        environment = {**os.environ, "PYTHONPATH": str(ROOT), **({"KB_STORE": str(store)} if store else {})}
        return subprocess.run(
            ["bash", "-c", script], capture_output=True, text=True, env=environment, cwd=cwd, timeout=120, check=False
        )

    return run_line
