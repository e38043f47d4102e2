"""Why a file cannot be read: turned into a finding by the reader, never seen outside it."""

from __future__ import annotations

__all__ = ["Refusal"]


class Refusal(Exception):  # noqa: N818 - a refusal is no fault
    """A file that is not read: code of the finding, the reason, and the line where it shows."""

    def __init__(self, code: str, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.code, self.reason, self.line = code, reason, line
