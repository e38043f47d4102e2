r"""A folder that ``neo4j-admin database import full`` reads: nodes by label, relationships, with typed headers.

    neo4j-admin database import full --multiline-fields=true $(for f in nodes-*.csv; do echo --nodes=$f; done) \
        --relationships=relationships.csv neo4j

Every statement with a text, number or truth value becomes a property, every statement between two things a
relationship.  Classes and properties are no nodes.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.iris import PREFIXES

if TYPE_CHECKING:
    import pyoxigraph

    from kb.export.source import Source

__all__ = ["write_neo4j"]

#: What stands between the values of a property with several; as ``neo4j-admin`` expects it.
ARRAY = ";"
_TYPES = {
    PREFIXES["xsd"] + "integer": "long",
    PREFIXES["xsd"] + "decimal": "double",
    PREFIXES["xsd"] + "boolean": "boolean",
}
_TYPE = PREFIXES["rdf"] + "type"

Node = tuple[str, tuple[str, ...], dict[str, list["pyoxigraph.Literal"]], list[tuple[str, str]]]
"""IRI, labels, properties, relationships (type, IRI)."""


def write_neo4j(source: Source, folder: Path) -> None:
    """Write the files into a folder that is there; two passes, so that memory holds little more than the IRIs."""
    columns: dict[tuple[str, ...], dict[str, str]] = defaultdict(dict)
    known = set()
    for iri, labels, properties, _ in _nodes(source):
        known.add(iri)
        for name, values in properties.items():
            types = {_TYPES.get(value.datatype.value, "string") for value in values}
            kind = types.pop() if len(types) == 1 else "string"
            before = columns[labels].get(name, kind)
            several = len(values) > 1 or before.endswith("[]")
            same = kind if before.removesuffix("[]") == kind else "string"
            columns[labels][name] = same + "[]" * several
        columns[labels].setdefault("label", "string")
    with ExitStack() as stack:

        def table(name: str, header: list[str]) -> Any:
            stream = stack.enter_context((folder / name).open("w", encoding="utf-8", newline=""))
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(header)
            return writer

        relationships = table("relationships.csv", [":START_ID", ":END_ID", ":TYPE"])
        files = {
            labels: table(
                f"nodes-{'-'.join(labels)}.csv",
                ["iri:ID", ":LABEL", *(f"{name}:{kinds[name]}" for name in sorted(kinds))],
            )
            for labels, kinds in sorted(columns.items())
        }
        for iri, labels, properties, links in _nodes(source):
            kinds = columns[labels]
            cells = (_cell(properties.get(name, []), kinds[name]) for name in sorted(kinds))
            files[labels].writerow([iri, ARRAY.join(labels), *cells])
            relationships.writerows([iri, end, name] for name, end in links if end in known)


def _nodes(source: Source) -> Iterator[Node]:
    from kb.export.rdf import statements

    found: Iterator[Any] = statements(source.blocks())
    for iri, quads in groupby(found, key=lambda quad: str(quad.subject.value)):
        types: set[str] = set()
        properties: dict[str, list[pyoxigraph.Literal]] = {}
        links = []
        for quad in quads:
            name = _local(quad.predicate.value)
            if quad.predicate.value == _TYPE:
                types.add(quad.object.value)
            elif hasattr(quad.object, "datatype"):
                properties.setdefault(name, []).append(quad.object)
            else:
                links.append((_relationship(name), quad.object.value))
        if not any(name.startswith(PREFIXES["owl"]) for name in types):
            yield iri, tuple(sorted(map(_local, types))) or ("Thing",), properties, links


def _cell(values: list[pyoxigraph.Literal], kind: str) -> str:
    if kind.endswith("[]"):  # the delimiter of arrays cannot be escaped
        return ARRAY.join(value.value.replace(ARRAY, ",") for value in values)
    return values[0].value if values else ""


@lru_cache(maxsize=1024)
def _relationship(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).upper()


@lru_cache(maxsize=1024)
def _local(iri: str) -> str:
    return re.split("[/#]", iri)[-1]
