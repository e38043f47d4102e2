"""What validation finds: rules that are broken, and how much was looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.results import Rows

if TYPE_CHECKING:
    from kb.store.results import Value

__all__ = ["ShapeCount", "Validation", "Violation"]


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
