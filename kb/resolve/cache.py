"""What SIMBAD answered, kept on disk: JSON lines, one a name, found or not, replaced as a whole."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from kb.errors import SourceError

__all__ = ["Answer", "Cache", "default_cache", "replace_text"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known of a name: SIMBAD's number and name of the object, ``None`` if it has none or several; the day."""

    name: str
    oid: int | None
    main_id: str | None
    date: str


class Cache:
    """Answers by name, those of one service; those of others stay in the file.

    Raises
    ------
    SourceError
        The file is there and no cache.

    """

    def __init__(self, path: Path, service: str) -> None:
        self.path, self.service = path, service
        self._all: dict[tuple[str, str], Answer] = {}
        for number, line in enumerate(_lines(path), 1):
            try:
                row = json.loads(line)
                owner = row.pop("service")
                self._all[owner, row["name"]] = Answer(**row)
            except (ValueError, TypeError, KeyError, AttributeError) as error:
                raise SourceError(f"{path}: line {number} is not an answer of this cache; remove the file") from error
        self.answers = {name: answer for (owner, name), answer in self._all.items() if owner == service}

    def remember(self, answers: Iterable[Answer]) -> None:
        """Add answers and write the file."""
        for answer in answers:
            self.answers[answer.name] = self._all[self.service, answer.name] = answer
        lines = [
            json.dumps({"service": owner, **asdict(answer)}, ensure_ascii=False)
            for (owner, _), answer in sorted(self._all.items())
        ]
        self.path.parent.mkdir(parents=True, exist_ok=True)
        replace_text(self.path, "".join(line + "\n" for line in lines))


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").split("\n")[:-1]
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{path}: the cache cannot be read; name another with --cache, or remove it") from error


def default_cache() -> Path:
    """File in the user's cache folder of this platform.

    >>> default_cache().name
    'simbad.jsonl'
    """
    if os.name == "nt":
        base = Path(os.environ.get("LOCALAPPDATA", "~/AppData/Local"))
    elif sys.platform == "darwin":
        base = Path("~/Library/Caches")
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache")
    return base.expanduser() / "jwst-kb" / "simbad.jsonl"


def replace_text(path: Path, text: str) -> None:
    """Write a file beside its place and move it there when it is whole."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with beside.open("w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
