"""Compact JSON-LD with the context of ``ontology/context.jsonld``; IRIs are relative to the knowledge base."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from json.encoder import encode_basestring
from typing import IO, TYPE_CHECKING, Any

from kb.iris import BASE, PREFIXES

if TYPE_CHECKING:
    import pyoxigraph

    from kb.export.source import Source

__all__ = ["write_jsonld"]

_XSD = PREFIXES["xsd"]
_TYPE = PREFIXES["rdf"] + "type"
# Numbers and truth values that JSON has too; a decimal stays a string, since JSON-LD would read it as a double.
_NATIVE: dict[str, Callable[[str], object]] = {_XSD + "integer": int, _XSD + "boolean": lambda text: text == "true"}


def write_jsonld(source: Source, stream: IO[bytes]) -> None:
    """Write the union of all graphs, or one graph, one node after the other."""
    from kb.export.rdf import statements
    from kb.vocabulary import ontology_dir

    context = json.loads((ontology_dir() / "context.jsonld").read_text(encoding="utf-8"))["@context"]
    context["@base"] = BASE
    del context["@version"]  # it uses nothing that processors of JSON-LD 1.0 do not know
    found = statements(source.blocks())
    nodes = _Compaction(context).nodes(quad.triple for quad in found)
    stream.write(f'{{"@context": {_json(context)},\n"@graph": ['.encode())
    for order, node in enumerate(nodes):
        stream.write(((",\n" if order else "\n") + _json(node)).encode())
    stream.write(b"\n]}\n")


def _json(value: Any, end: str = "\n") -> str:
    """Write a value as ``json.dumps`` does with ``indent=1``, which is several times slower."""
    if isinstance(value, str):
        return encode_basestring(value)
    inner = end + " "
    if value and isinstance(value, dict):
        pairs = [f"{encode_basestring(key)}: {_json(item, inner)}" for key, item in value.items()]
        return f"{{{inner}{f',{inner}'.join(pairs)}{end}}}"
    if value and isinstance(value, list):
        return f"[{inner}{f',{inner}'.join([_json(item, inner) for item in value])}{end}]"
    return json.dumps(value)


class _Compaction:
    """Terms and prefixes of a context, turned round: from IRIs to what the document writes for them."""

    def __init__(self, context: dict[str, Any]) -> None:
        namespaces = {name: iri for name, iri in context.items() if isinstance(iri, str) and iri.endswith(("#", "/"))}
        self._prefixes = {name: iri for name, iri in namespaces.items() if not name.startswith("@")}
        self._terms: dict[str, tuple[str, str | None, bool]] = {}
        for name, definition in context.items():
            if name.startswith("@") or name in self._prefixes:
                continue
            full = definition if isinstance(definition, dict) else {"@id": definition}
            if not full["@id"].startswith("@"):
                coerced = full.get("@type")
                iri = coerced if coerced is None or coerced.startswith("@") else self._expand(coerced)
                self._terms[self._expand(full["@id"])] = name, iri, full.get("@container") == "@set"

    def nodes(self, triples: Iterable[pyoxigraph.Triple]) -> Iterable[dict[str, Any]]:
        """Gather triples, sorted by subject, into nodes."""
        node: dict[str, Any] = {}
        subject = ""
        for triple in triples:
            if triple.subject.value != subject:  # type: ignore[union-attr]
                if node:
                    yield _ordered(node)
                subject = triple.subject.value  # type: ignore[union-attr]
                node = {"@id": self._relative(subject)}
            self._add(node, triple.predicate.value, triple.object)
        if node:
            yield _ordered(node)

    def _add(self, node: dict[str, Any], predicate: str, value: Any) -> None:
        datatype = getattr(value, "datatype", None)
        if predicate == _TYPE:
            node.setdefault("@type", []).append(self._term(value.value))
            return
        name, coerced, as_set = self._terms.get(predicate) or (self._short(predicate), None, False)
        compact: Any
        if datatype is None:
            compact = self._relative(value.value) if coerced == "@id" else {"@id": self._relative(value.value)}
        elif value.language:
            compact = {"@value": value.value, "@language": value.language}
        elif coerced == datatype.value or (coerced is None and datatype.value == _XSD + "string"):
            native = _NATIVE.get(datatype.value)
            compact = native(value.value) if native else value.value
        else:
            compact = {"@value": value.value, "@type": self._short(datatype.value)}
        if as_set:
            node.setdefault(name, []).append(compact)
        elif name in node:
            node[name] = [*(node[name] if isinstance(node[name], list) else [node[name]]), compact]
        else:
            node[name] = compact

    def _term(self, iri: str) -> str:
        found = self._terms.get(iri)
        return found[0] if found else self._short(iri)

    def _short(self, iri: str) -> str:
        for name, namespace in self._prefixes.items():
            local = iri.removeprefix(namespace)
            if local != iri and local and not local.startswith("//"):
                return f"{name}:{local}"
        return iri

    def _expand(self, name: str) -> str:
        prefix, colon, local = name.partition(":")
        return self._prefixes[prefix] + local if colon and prefix in self._prefixes else name

    @staticmethod
    def _relative(iri: str) -> str:
        """Write an IRI of the knowledge base relative to it; ``ontology#`` terms too."""
        return iri.removeprefix(BASE) or iri


def _ordered(node: dict[str, Any]) -> dict[str, Any]:
    """Put identity, types and label first, the rest by name."""
    first = {key: node[key] for key in ("@id", "@type", "label") if key in node}
    return first | {key: node[key] for key in sorted(node) if key not in first}
