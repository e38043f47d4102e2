"""JWST observing programs as a knowledge base: documents in, a documented graph out, answers from it.

>>> from kb import KnowledgeBase
>>> with KnowledgeBase.build() as kb:
...     kb.program(7487).title
'CAL-XCAL-401 Absolute Flux Calibration (A Dwarfs)'

The public names are those of ``__all__``; anything else may move.  They are imported when first used, so that
``import kb`` costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kb.version import __version__

if TYPE_CHECKING:
    from kb.errors import KbError, QueryError, SourceError, StoreError, UsageError, VocabularyError
    from kb.knowledge import KnowledgeBase
    from kb.records import Document, Finding, Observation, Program, Reading, Target
    from kb.results import Rows
    from kb.sources import read

__all__ = [
    "Document",
    "Finding",
    "KbError",
    "KnowledgeBase",
    "Observation",
    "Program",
    "QueryError",
    "Reading",
    "Rows",
    "SourceError",
    "StoreError",
    "Target",
    "UsageError",
    "VocabularyError",
    "__version__",
    "read",
]

_HOME = {
    "KnowledgeBase": "kb.knowledge",
    "Rows": "kb.results",
    "read": "kb.sources",
    **dict.fromkeys(("Document", "Finding", "Observation", "Program", "Reading", "Target"), "kb.records"),
    **dict.fromkeys(
        ("KbError", "QueryError", "SourceError", "StoreError", "UsageError", "VocabularyError"), "kb.errors"
    ),
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'kb' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
