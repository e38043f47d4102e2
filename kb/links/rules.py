"""The rule tables of ``ontology/links/``, read and compiled once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from kb.errors import VocabularyError
from kb.ontology_tables import records

__all__ = ["alternatives", "rows"]


def rows(name: str) -> Iterator[dict[str, str]]:
    """Rows of the table ``ontology/links/<name>``; lines that start with ``#`` are remarks.

    Raises
    ------
    VocabularyError
        If the table is missing.

    """
    from kb.vocabulary import ontology_dir

    yield from records(ontology_dir() / "links" / name)


@lru_cache(maxsize=1)
def _cues() -> dict[str, list[str]]:
    roles: dict[str, list[str]] = {}
    for row in rows("cues.csv"):
        roles.setdefault(row["role"], []).append(row["pattern"])
    return roles


def alternatives(role: str) -> str:
    """All patterns of a role of ``cues.csv`` as one group of a regular expression.

    Raises
    ------
    VocabularyError
        If the table has no such role, or one of its patterns does not compile.

    """
    try:
        group = "(?:" + "|".join(_cues()[role]) + ")"
        re.compile(group)
    except (KeyError, re.error) as error:
        raise VocabularyError(f"ontology/links/cues.csv: role {role!r}: {error}") from error
    return group
