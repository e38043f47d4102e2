"""Validation: whether every node of a knowledge base keeps the rules of ``ontology/shapes.ttl``.

The rules are SHACL and pyshacl applies them.  A shape that finds no node at all has checked nothing, and that is a
violation too: an empty graph would conform to everything.

>>> from kb import KnowledgeBase
>>> with KnowledgeBase.build() as kb:
...     checked = validate(kb.store)
>>> checked.conforms, next(shape.nodes for shape in checked.shapes if shape.name == "Observation")
(True, 16)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kb.errors import UsageError
from kb.results import Rows
from kb.vocabulary import ontology_dir

if TYPE_CHECKING:
    from kb.store import Store
    from kb.store.results import Value

__all__ = ["NOTHING_CHECKED", "ShapeCount", "Validation", "Violation", "validate"]

NOTHING_CHECKED = "There is no node for this shape, so nothing was checked."


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that a node breaks.

    ``shape`` is the rule (``Program-cycle``), ``node`` what breaks it and ``property`` where (``^`` reads a link
    backwards), ``value`` the offending value if there is one.  ``document`` and ``line`` say where the node comes from;
    both are ``None`` for what several documents share.
    """

    severity: str
    document: str | None
    line: int | None
    shape: str
    node: Value
    property: str | None
    value: Value
    message: str


@dataclass(frozen=True, slots=True)
class ShapeCount:
    """A node shape: how many nodes it looked at, how many rules they break, whether it needs to find any."""

    name: str
    nodes: int
    violations: int
    needed: bool


@dataclass(frozen=True)
class Validation:
    """The report: every violation, by document and line, and every node shape with what it looked at.

    ``left_out`` is the number of nodes that a part of a knowledge base leads to or from and does not hold.
    """

    violations: Sequence[Violation]
    shapes: Sequence[ShapeCount]
    left_out: int = 0

    @property
    def conforms(self) -> bool:
        """Whether nothing is wrong and every shape that must find nodes did."""
        return not self.violations

    def per_violation(self) -> Rows:
        """Every violation as a row."""
        columns = ("severity", "document", "line", "shape", "node", "property", "value", "message")
        return Rows(columns, [tuple(getattr(violation, name) for name in columns) for violation in self.violations])

    def per_shape(self) -> Rows:
        """Every node shape as a row."""
        columns = ("shape", "nodes", "violations")
        return Rows(columns, [(shape.name, shape.nodes, shape.violations) for shape in self.shapes])


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
