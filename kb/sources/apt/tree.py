"""XML → a small tree of what is wanted, in constant memory, and safe against files that are meant to hurt.

Expat reads the file piece by piece.  A document type, and with it every entity, is refused before it is read; so are
deep nesting and tokens without end.  Subtrees that ``ontology/apt/skipped.csv`` names are never kept: private data, and
the notes of tools that are most of a large file.

>>> import io
>>> root = parse(io.BytesIO(b"<a xmlns='urn:x'><b n='1'> two  </b><ToolData><c/></ToolData></a>"))
>>> root.name, [child.name for child in root], root.text("b"), root.get("b").attributes
('a', ['b'], 'two', {'n': '1'})
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import IO
from xml.parsers import expat

from kb.ontology_tables import records
from kb.sources.apt.refusal import Refusal

__all__ = ["Node", "parse", "root_name"]

#: The largest file known has 18 MB; a bomb is stopped in less than two seconds.
MAX_BYTES = 250_000_000
#: The deepest file known has 14 levels.
MAX_DEPTH = 100
#: Elements that are kept: the largest program known has 6,000.
MAX_NODES = 300_000
MAX_CHARACTERS = 32_000_000
#: A tag with its attributes, or a remark: expat keeps it whole.
MAX_TOKEN = 4_000_000
_PIECE = 1 << 16
# Each run of letters is looked at once, however long it is.
_EMAIL = re.compile(r"(?<![\w.+%-])[\w.+%-]++@[\w-]++(?:\.[\w-]++)+")
_NOTHING: Mapping[str, str] = {}


class Node:
    """An element: its local ``name``, ``attributes`` by local name, ``line``, and its children in order."""

    __slots__ = ("_children", "_text", "attributes", "line", "name", "namespace")

    def __init__(self, name: str, namespace: str, attributes: Mapping[str, str], line: int) -> None:
        self.name, self.namespace, self.attributes, self.line = name, namespace, attributes, line
        self._children: list[Node] = []
        self._text = ""

    def __iter__(self) -> Iterator[Node]:
        return iter(self._children)

    def __len__(self) -> int:
        return len(self._children)

    @property
    def raw(self) -> str:
        """Its own text as it stands, e-mail addresses taken out."""
        return _EMAIL.sub("[e-mail address]", self._text) if "@" in self._text else self._text

    def attribute(self, name: str) -> str:
        """Return an attribute, white space collapsed, ``""`` where there is none."""
        value = " ".join(self.attributes.get(name, "").split())
        return _EMAIL.sub("[e-mail address]", value) if "@" in value else value

    def all(self, path: str) -> list[Node]:
        """Return the elements that a path of local names with slashes leads to; ``.`` is this one."""
        if path == ".":
            return [self]
        found = [self]
        for step in path.split("/"):
            found = [child for node in found for child in node if child.name == step]
        return found

    def get(self, path: str) -> Node | None:
        """Return the first element at a path."""
        found = self.all(path)
        return found[0] if found else None

    def text(self, path: str = ".") -> str:
        """Return the text of the first element at a path, white space collapsed, ``""`` where there is none."""
        node = self.get(path)
        return " ".join(node.raw.split()) if node is not None else ""

    def values(self, leave: tuple[str, ...] = ()) -> str:
        """Return attributes, own text and children in one text, as written; those of the names to leave are left out.

        >>> Node("Time", "", {"Unit": "Days", "Mode": ""}, 1).values()
        'Unit=Days'
        """
        parts = [f"{name}={value}" for name in self.attributes if name not in leave and (value := self.attribute(name))]
        if own := self.text():
            parts.append(own)
        for child in self:
            if child.name not in leave and (inside := child.values(leave)):
                parts.append(f"{child.name}={inside}")
        return " ".join(parts)

    def every(self, name: str) -> Iterator[Node]:
        """Yield the elements of a name in this one, however deep; those within them are theirs."""
        for child in self:
            if child.name == name:
                yield child
            elif len(child):
                yield from child.every(name)


def parse(stream: IO[bytes]) -> Node:
    """Read a document.

    Raises
    ------
    Refusal
        It is no well-formed XML, or is not safe to read.

    """
    reader = _Reader()
    total = 0
    while piece := stream.read(_PIECE):
        total += len(piece)
        if total > MAX_BYTES:
            raise Refusal("xml-refused", f"more than {MAX_BYTES // 1_000_000} MB of XML")
        reader.feed(piece, total)
    return reader.close()


def root_name(stream: IO[bytes]) -> str | None:
    """Return the local name of a document's root, ``None`` where its first 64 KB have none."""
    reader = _Reader()
    with contextlib.suppress(Refusal):
        reader.feed(stream.read(_PIECE), _PIECE)
    return reader.root.name if reader.root is not None else None


class _Reader:
    """The handlers of one parser."""

    def __init__(self) -> None:
        self._parser = expat.ParserCreate(namespace_separator="\x1f")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.StartDoctypeDeclHandler = self._refuse_doctype
        self._parser.EntityDeclHandler = self._refuse_doctype
        self._skipped = _skipped()
        self._open: list[Node] = []
        self._pieces: list[list[str]] = []  # of the text of each open element
        self._depth = 0
        self._out = 0  # depth below which nothing is kept, 0 where everything is
        self._nodes = self._kept = 0
        self.root: Node | None = None

    def feed(self, piece: bytes, total: int) -> None:
        try:
            self._parser.Parse(piece, False)
        except expat.ExpatError as error:
            raise self._broken(error) from None
        except (LookupError, ValueError) as error:  # an encoding that nobody knows
            raise Refusal("xml-broken", f"its encoding cannot be read ({error})", 1) from None
        if total - self._parser.CurrentByteIndex > MAX_TOKEN:
            raise Refusal("xml-refused", f"one tag of more than {MAX_TOKEN // 1_000_000} MB", self._line)

    def close(self) -> Node:
        try:
            self._parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise self._broken(error) from None
        if self.root is None:
            raise Refusal("xml-broken", "no element in it", 1)
        return self.root

    @property
    def _line(self) -> int:
        return self._parser.CurrentLineNumber

    def _broken(self, error: expat.ExpatError) -> Refusal:
        return Refusal("xml-broken", expat.ErrorString(error.code), error.lineno)

    def _refuse_doctype(self, *_: object) -> None:
        raise Refusal("xml-refused", "it declares a document type or entities, which no program needs", self._line)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise Refusal("xml-refused", f"elements nested more than {MAX_DEPTH} deep", self._line)
        if self._out:
            return
        namespace, _, name = tag.rpartition("\x1f")
        if name in self._skipped:
            self._out = self._depth
            self._parser.CharacterDataHandler = None
            return
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise Refusal("xml-refused", f"more than {MAX_NODES} elements", self._line)
        self._count(sum(map(len, attributes.values())))
        local = {key.rpartition("\x1f")[2]: value for key, value in attributes.items()} if attributes else _NOTHING
        node = Node(name, namespace, local, self._line)
        if self._open:
            self._open[-1]._children.append(node)
        else:
            self.root = node
        self._open.append(node)
        self._pieces.append([])

    def _end(self, _: str) -> None:
        if not self._out:
            self._open.pop()._text = "".join(self._pieces.pop())
        elif self._out == self._depth:
            self._out = 0
            self._parser.CharacterDataHandler = self._characters
        self._depth -= 1

    def _characters(self, text: str) -> None:
        self._count(len(text))
        if self._pieces:
            self._pieces[-1].append(text)

    def _count(self, characters: int) -> None:
        self._kept += characters
        if self._kept > MAX_CHARACTERS:
            raise Refusal("xml-refused", f"more than {MAX_CHARACTERS // 1_000_000} million characters", self._line)


@lru_cache(maxsize=1)
def _skipped() -> frozenset[str]:
    from kb.vocabulary import ontology_dir

    return frozenset(row["element"] for row in records(ontology_dir() / "apt" / "skipped.csv"))
