"""Validation: whether every node of a knowledge base conforms to the shapes of ``ontology/shapes.ttl``.

The rules are SHACL and pyshacl applies them.  A shape that finds no node at all has checked nothing, and that is a
violation too: an empty graph would conform to everything.

>>> from kb import KnowledgeBase
>>> with KnowledgeBase.build() as kb:
...     checked = validate(kb.store)
>>> checked.conforms, next(shape.nodes for shape in checked.shapes if shape.name == "Observation")
(True, 16)
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kb.errors import UsageError
from kb.validate.report import ShapeCount, Validation, Violation
from kb.vocabulary import ontology_dir

if TYPE_CHECKING:
    from kb.store import Store

__all__ = ["NOTHING_CHECKED", "ShapeCount", "Validation", "Violation", "validate"]

NOTHING_CHECKED = "There is no node for this shape, so nothing was checked."


def validate(store: Store, shapes: Path | None = None, *, part: bool = False) -> Validation:
    """Check every node of a store.

    Parameters
    ----------
    store
        What to check, with the vocabulary in it.
    shapes
        A Turtle file of shapes; by default that of the ontology.
    part
        Whether it is a part of a knowledge base, as :func:`kb.validate.file.open_file` tells: shapes may then find no
        node, and what lies outside is counted, not checked.

    Raises
    ------
    UsageError
        pyshacl is not installed.
    VocabularyError
        The shapes cannot be read or applied.

    """
    try:
        from kb.validate import engine
    except ImportError as error:
        if error.name is None or not error.name.startswith("pyshacl"):
            raise
        raise UsageError("pyshacl is not installed: pip install 'jwst-kb[shacl]'") from None
    violations, counts, left_out = engine.check(store, shapes or ontology_dir() / "shapes.ttl", part=part)
    unchecked = [
        Violation("error", None, None, shape.name, None, None, None, NOTHING_CHECKED)
        for shape in counts
        if shape.needed and not shape.nodes and not part
    ]
    return Validation(sorted(violations + unchecked, key=_place), counts, left_out)


def _place(violation: Violation) -> tuple[object, ...]:
    document = (violation.document is None, violation.document or "", violation.line or 0)
    return (*document, violation.shape, str(violation.node), str(violation.value))
