"""``kb show``: what a card says, in each format, and how things are found by name."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.cards import card, write_card
from kb.errors import UsageError
from kb.names import find, nearest
from kb.store import Store, open_store


@pytest.fixture(scope="module")
def store(bundled_store: Path) -> Iterator[Store]:
    with open_store(bundled_store) as opened:
        yield opened


def shown(store: Store, thing: str, form: str) -> str:
    stream = io.BytesIO()
    write_card(store, *find(store, thing), form, stream)
    return stream.getvalue().decode()


@pytest.mark.parametrize(
    ("text", "thing"),
    [
        ("7487", "program/7487"),
        ("program 7487", "program/7487"),
        ("program/7487", "program/7487"),
        ("https://w3id.org/jwst-kb/program/7487", "program/7487"),
        ("HD 2811", "object/hd-2811"),
        ("hd2811", "object/hd-2811"),
        ("BD+60-1753", "object/bdp60-1753"),
        ("miri", "instrument/miri"),
        ("MIRI Imaging", "template/miri-imaging"),
        ("miri mrs", "template/miri-medium-resolution-spectroscopy"),
    ],
)
def test_find(store: Store, text: str, thing: str) -> None:
    assert find(store, text)[1].removeprefix("https://w3id.org/jwst-kb/") == thing


@pytest.mark.parametrize(
    "text", ["1", "99999999", "nobody at all", "object/none", "<>", "https://w3id.org/jwst-kb/> x"]
)
def test_what_is_not_there(store: Store, text: str) -> None:
    with pytest.raises(UsageError, match="nothing is called"):
        find(store, text)


def test_nearest_names_are_near() -> None:
    assert nearest("HD2812", ["HD 2811", "TRAPPIST-1"]) == "did you mean HD 2811?"
    assert "build first" in nearest("x", [])


def test_card_of_a_program(store: Store) -> None:
    made = card(store, *find(store, "7487"))
    assert made.title.startswith("7487 CAL-XCAL-401")
    facts = dict(made.facts)
    assert facts["Category"] == "Calibration"
    assert facts["Cycle"].startswith("4 (inferred")
    sections = {section.title: section for section in made.sections}
    assert len(sections["Observations"].rows) == 16
    assert len(sections["Targets"].rows) == 12
    assert len(sections["Findings"].rows) == 9


def test_card_of_an_object_tells_names_and_rules(store: Store) -> None:
    text = shown(store, "HD 2811", "text")
    assert re.search(r"HD2811-BKG +Background +suffix +BKG removed", text)
    assert "7487" in text


def test_formats(store: Store) -> None:
    record = json.loads(shown(store, "7487", "json"))
    assert record["type"] == "program"
    assert record["sections"]["Observations"][11]["target"] == "BD+60-1753"
    assert "## Observations (16)" in shown(store, "7487", "markdown")
    import rdflib

    graph = rdflib.Graph().parse(data=shown(store, "7487", "turtle"), format="turtle")
    assert len(set(graph.subjects())) == 1 + 16 + 12


def test_long_sections_say_how_to_get_the_rest(store: Store) -> None:
    from kb.cards import SHOWN_ROWS, Card, Section, _text
    from kb.results import Rows

    section = Section("Many", Rows(("n",), [(i,) for i in range(SHOWN_ROWS + 5)]), "kb ask many")
    lines = list(_text(Card("program", "iri", "title", (), (section,))))
    assert lines[-1] == "  … and 5 more: kb ask many"
