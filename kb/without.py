"""What a document says, without some of its programs: for one whose file is gone and cannot be read again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from kb.iris import ONTOLOGY, program_iri
from kb.manifest import Entry
from kb.reading import Statements

__all__ = ["without"]

_ABOUT, _DESCRIBES, _FINDING, _SEVERITY = (
    f"<{ONTOLOGY}{name}>".encode() for name in ("about", "describes", "hasFinding", "severity")
)


def without(ntriples: bytes, entry: Entry, programs: Iterable[int | str]) -> Statements:
    """Leave programs out of a document's statements: their nodes, the findings about these, and the links to both.

    Parameters
    ----------
    ntriples
        The document's graph as the store has it.
    entry
        The document.
    programs
        Numbers of the programs to leave out.

    """
    addresses = "|".join(re.escape(program_iri(program)) for program in programs)
    left_out = re.compile(f"<(?:{addresses})[>/]".encode())
    triples = [line.split(b" ", 2) for line in ntriples.splitlines()]
    findings = {subject for subject, predicate, rest in triples if predicate == _ABOUT and left_out.match(rest)}
    lines: list[bytes] = []
    severities: Counter[str] = Counter()
    graph = f" <{entry.graph}> .\n".encode()
    for subject, predicate, rest in triples:
        value = rest.removesuffix(b" .")
        dropped = (predicate == _DESCRIBES and left_out.match(value)) or (predicate == _FINDING and value in findings)
        if dropped or subject in findings or left_out.match(subject):
            continue
        lines.append(subject + b" " + predicate + b" " + value + graph)
        if predicate == _SEVERITY:
            severities[value.decode().strip('"')] += 1
    return Statements(entry.claim, dict(severities), len(lines), b"".join(lines))
