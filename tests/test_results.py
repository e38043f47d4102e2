"""Writers of query results: the W3C formats exactly, the others for people and pipes."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import pytest

from kb.errors import UsageError
from kb.results import Rows, shorten, write_result
from kb.store import Store, open_store
from kb.store.results import Iri

QUERY = """SELECT ?program ?n ?text ?none WHERE {
  VALUES (?program ?n ?text) { (<https://w3id.org/jwst-kb/program/7487> 2.5 "a|b, \\"c\\"\\nd") }
  OPTIONAL { ?program jkb:nothing ?none } }"""
XML = "{http://www.w3.org/2005/sparql-results#}"


@pytest.fixture(scope="module")
def store(bundled_store: Path) -> Iterator[Store]:
    with open_store(bundled_store) as opened:
        yield opened


def written(store: Store, sparql: str, form: str | None) -> str:
    stream = io.BytesIO()
    write_result(store.query(sparql), form, stream)
    return stream.getvalue().decode()


def test_w3c_formats_say_the_same(store: Store) -> None:
    assert list(csv.reader(io.StringIO(written(store, QUERY, "csv")))) == [
        ["program", "n", "text", "none"],
        ["https://w3id.org/jwst-kb/program/7487", "2.5", 'a|b, "c"\nd', ""],
    ]
    assert "\r\n" in written(store, QUERY, "csv")
    assert written(store, QUERY, "tsv").split("\n")[1] == (
        '<https://w3id.org/jwst-kb/program/7487>\t2.5\t"a|b, \\"c\\"\\nd"\t'
    )
    binding = json.loads(written(store, QUERY, "json"))["results"]["bindings"][0]
    assert binding["n"] == {
        "type": "literal",
        "value": "2.5",
        "datatype": "http://www.w3.org/2001/XMLSchema#decimal",
    }
    assert "none" not in binding
    root = ElementTree.fromstring(written(store, QUERY, "xml"))
    assert [v.get("name") for v in root.iter(f"{XML}variable")] == ["program", "n", "text", "none"]
    assert root.find(f".//{XML}literal[@datatype]") is not None


def test_formats_for_people(store: Store) -> None:
    assert json.loads(written(store, QUERY, "jsonl")) == {
        "program": "https://w3id.org/jwst-kb/program/7487",
        "n": 2.5,
        "text": 'a|b, "c"\nd',
        "none": None,
    }
    assert written(store, QUERY, "table").splitlines() == [
        "program         n  text        none",
        'program/7487  2.5  a|b, "c" d',
    ]
    assert written(store, QUERY, "markdown").splitlines() == [
        "| program | n | text | none |",
        "| --- | ---: | --- | --- |",
        '| program/7487 | 2.5 | a\\|b, "c" d |  |',
    ]
    assert written(store, "SELECT ?x { FILTER(false) }", None) == "x\n"


def test_ask_and_construct(store: Store) -> None:
    assert written(store, "ASK { ?p a jkb:Program }", "table").split() == ["answer", "true"]
    assert json.loads(written(store, "ASK { ?p a jkb:Program }", "json"))["boolean"] is True
    construct = "CONSTRUCT { ?p a jkb:Program } WHERE { ?p jkb:programNumber 7487 }"
    assert "a jkb:Program" in written(store, construct, None)
    for sparql, form in ((construct, "csv"), (QUERY, "turtle")):
        with pytest.raises(UsageError):
            written(store, sparql, form)


def test_wide_and_combining_characters_keep_the_columns() -> None:
    rows = Rows(("a", "b"), [("星", 1), ("e\u0301", 2), ("xy", None)])
    assert rows.to_table().splitlines() == ["a   b", "星  1", "e\u0301   2", "xy"]


def test_rows_in_python() -> None:
    rows = Rows(("name", "hours"), [("x", Decimal("1.5")), ("y", None)])
    assert rows.column("hours") == [Decimal("1.5"), None]
    assert (len(rows), rows[1]) == (2, ("y", None))
    pandas = pytest.importorskip("pandas")
    assert isinstance(rows.to_pandas(), pandas.DataFrame)
    assert list(rows.to_pandas().columns) == ["name", "hours"]


def test_iris_are_short_only_where_known() -> None:
    assert shorten(Iri("https://w3id.org/jwst-kb/ontology#Program")) == "jkb:Program"
    assert shorten(Iri("http://example.org/x")) == "http://example.org/x"
    assert shorten("https://w3id.org/jwst-kb/program/7487").startswith("https")  # text, not an IRI


def test_a_width_folds_texts_and_keeps_numbers_whole() -> None:
    rows = Rows(("id", "title", "quote"), [(1290, "short", "many words " * 12), (7, "", "few")])
    lines = rows.to_table(48).splitlines()
    assert max(map(len, lines)) <= 48
    assert lines[1].startswith("1290  short  many words")
    assert lines[-1].split() == ["7", "few"]
    assert " ".join(" ".join(line[13:] for line in lines[1:-1]).split()) == ("many words " * 12).strip()
    assert rows.to_table() == rows.to_table(400)
