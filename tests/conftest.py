"""Fixtures shared by all tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def corpus() -> Path:
    """Folder of the real documents: ``KB_CORPUS``, else ``../shared/corpus`` beside the checkout; skips without it."""
    folder = Path(os.environ.get("KB_CORPUS", ROOT.parent / "shared" / "corpus"))
    if not (folder / "program-pages").is_dir():
        pytest.skip(f"no corpus at {folder}: set KB_CORPUS to its folder")
    return folder
