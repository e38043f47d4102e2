"""The least that a build and a dump can be, so that what ours add is seen on any machine.

    scripts/bare.py build STORE FOLDER    crude statements of the pages of a folder, bulk loaded, one graph a page
    scripts/bare.py dump STORE FILE       the statements of a store as Oxigraph has them, unsorted, as N-Triples

The crude statements are a bit more than half of ours: nothing is repaired, identified, derived or accounted for.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pyoxigraph

BASE = "https://w3id.org/jwst-kb/"
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
INTEGER = "^^<http://www.w3.org/2001/XMLSchema#integer>"
ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r"})


def build(store: str, folder: str) -> None:
    import yaml

    texts = []
    for page in sorted(Path(folder).glob("*.md")):
        text = page.read_text(encoding="utf-8", errors="replace")
        _, head, body, *_ = [*text.split("---\n", 2), "", ""]
        try:
            front = yaml.load(head, Loader=yaml.CBaseLoader) or {}
        except yaml.YAMLError:
            front = {}
        lines = dict.fromkeys(statements(page.stem, front, body))
        texts.append(f" <{BASE}graph/program-page/{page.stem}> .\n".join([*lines, ""]))
    engine = pyoxigraph.Store(store)
    engine.bulk_load("".join(texts).encode(), pyoxigraph.RdfFormat.N_QUADS, lenient=True)
    engine.flush()
    print(len(engine), "statements")


def statements(number: str, front: dict[str, object], body: str) -> list[str]:
    program = f"<{BASE}program/{number}>"
    made = [f"{program} {TYPE} <{BASE}ontology#Program>", f"{program} {LABEL} {literal(front.get('program_title'))}"]
    made += [f"{program} <{BASE}ontology#{key}> {literal(value)}" for key, value in front.items()]
    for order, line in enumerate(line for line in body.split("\n") if line.startswith("|")):
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) < 3 or cells[0].startswith("-"):
            continue
        row = f"<{BASE}program/{number}/row/{order}>"
        target = f"<{BASE}program/{number}/target/{slug(cells[-1])}>"
        made += [
            f"{program} <{BASE}ontology#hasObservation> {row}",
            f"{row} {TYPE} <{BASE}ontology#Observation>",
            f"{row} {LABEL} {literal(cells[0])}",
            f'{row} <{BASE}ontology#order> "{order}"{INTEGER}',
            f'{row} <{BASE}ontology#line> "{order}"{INTEGER}',
            f"{row} <{BASE}ontology#usesTemplate> <{BASE}template/{slug(cells[1])}>",
            f"{row} <{BASE}ontology#templateAsWritten> {literal(cells[1])}",
            f"{row} <{BASE}ontology#targetAsWritten> {literal(cells[2])}",
            f"{row} <{BASE}ontology#hasTarget> {target}",
            f"{target} {TYPE} <{BASE}ontology#Target>",
            f"{target} {LABEL} {literal(cells[-1])}",
        ]
    return made


def slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower())


def literal(value: object) -> str:
    return f'"{str(value).translate(ESCAPES)}"'


def dump(store: str, file: str) -> None:
    engine = pyoxigraph.Store.read_only(store)
    with Path(file).open("wb") as stream:
        pyoxigraph.serialize((quad.triple for quad in engine), stream, pyoxigraph.RdfFormat.N_TRIPLES)


if __name__ == "__main__":
    {"build": build, "dump": dump}[sys.argv[1]](*sys.argv[2:])
