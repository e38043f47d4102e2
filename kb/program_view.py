"""One program as a Python object: its title, and what saved questions say of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kb.knowledge import KnowledgeBase
    from kb.results import Rows

__all__ = ["ProgramView"]


class ProgramView:
    """One program of a knowledge base; each attribute is looked up when asked for."""

    def __init__(self, kb: KnowledgeBase, number: int | str) -> None:
        from kb.names import resolve

        self.iri = resolve(kb.store, "program", str(number)).strip("<>")
        self.number = int(self.iri.rsplit("/", 1)[1])
        self._kb = kb

    def __repr__(self) -> str:
        return f"Program({self.number}, {self.title!r})"

    def _repr_html_(self) -> str:
        """Show the card of the program in a notebook."""
        return self._kb.show(self.number)._repr_html_()

    @property
    def title(self) -> str:
        """Title as its document has it."""
        rows = self._kb.query(f"SELECT ?title WHERE {{ <{self.iri}> dcterms:title ?title }}")
        return str(rows[0][0]) if len(rows) else ""

    @property
    def observations(self) -> Rows:
        """Rows of the question ``program-observations``."""
        return self._kb.ask("program-observations", program=self.number)

    @property
    def targets(self) -> Rows:
        """Rows of the question ``program-targets``."""
        return self._kb.ask("program-targets", program=self.number)

    @property
    def shared_targets(self) -> Rows:
        """Rows of the question ``shared-targets``: other programs at the same objects."""
        return self._kb.ask("shared-targets", program=self.number)

    @property
    def findings(self) -> Rows:
        """Rows of the question ``findings``: what was noticed and repaired in the document."""
        return self._kb.ask("findings", program=self.number)
