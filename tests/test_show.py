"""``kb show``: what a card says, in each format, and how things are found by name."""

from __future__ import annotations

import io
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from kb.cards import SHOWN_ROWS, Fact, Section, card, write_card
from kb.errors import UsageError
from kb.names import find
from kb.nearest import nearest
from kb.render.card import card_page
from kb.store import Store, open_store
from kb.vocabulary import ontology_dir


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
        ("LRS", "template/miri-low-resolution-spectroscopy"),  # the mode of that name has fewer words to tell
        ("f1550c", "element/miri-f1550c"),
        ("NIRCam F090W", "element/nircam-f090w"),
        ("G395H/F290LP", "element-pair/nirspec-g395h-f290lp"),
        ("pages/7487.md", "document/program-page/7487"),
        ("gto", "category/gto"),
        ("target-repaired", "finding-kind/target-repaired"),
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


@pytest.mark.parametrize(
    ("text", "candidates"),
    [
        ("F090W", "'F090W' names several: NIRCam F090W; NIRISS F090W"),
        ("Science", "'Science' names several: Science (purpose/science); Science (role/science)"),
    ],
)
def test_a_name_of_several_lists_them(store: Store, text: str, candidates: str) -> None:
    with pytest.raises(UsageError) as raised:
        find(store, text)
    assert str(raised.value) == candidates


def test_a_concept_whose_name_others_have_as_a_word(store: Store) -> None:
    said: list[str] = []
    assert find(store, "imaging", said.append) == ("thing", "https://w3id.org/jwst-kb/mode/imaging")
    assert "MIRI Imaging; " in said[0]


def test_nothing_and_a_number_that_is_not_there(store: Store) -> None:
    for nothing in ("", "  ", "-"):
        with pytest.raises(UsageError, match="give for example 7487"):
            find(store, nothing)
    with pytest.raises(UsageError, match="did you mean 7487"):
        find(store, "7488")


def test_nearest_names_are_near() -> None:
    assert nearest("HD2812", ["HD 2811", "TRAPPIST-1"]) == "did you mean HD 2811?"
    assert "build first" in nearest("x", [])
    stars = ["HD 2811", "HD-42581", "HD 50281", "NGC 1333", "TRAPPIST-1", "BD+60 1753", "WASP-39 b"]
    for asked, offered in (
        ("HD 2812", "did you mean HD 2811?"),
        ("HD 281", "did you mean HD 2811?"),
        ("hd2181", "did you mean HD 2811?"),
        ("TRAPIST-1", "did you mean TRAPPIST-1?"),
        ("BD+60 1754", "did you mean BD+60 1753?"),
        ("WASP-38", "did you mean WASP-39 b?"),
        ("HD 425", "nothing is near"),
        ("NGC 99999", "nothing is near"),
    ):
        assert nearest(asked, stars) == offered
    # One slip from a whole name, before names of which a part is alike.
    assert nearest("miry", ["Background-for-SR12C-MIR", "MIRI Anneal", "MIRI"]) == "did you mean MIRI?"


def test_card_of_a_program(store: Store) -> None:
    made = card(store, *find(store, "7487"))
    assert made.title.startswith("7487 CAL-XCAL-401")
    assert made.fact("Category") == ["Calibration"]
    assert [fact for fact in made.facts if fact.name == "Cycle"] == [
        Fact("Cycle", 4, "inferred from the number of the program")
    ]
    assert len(made.section("observations")) == 16
    assert len(made.section("findings")) == 9
    # Counted on the page: by role, by template.
    assert made.section("targets").column("role") == ["Science"] * 6 + ["Background"] * 4 + ["Offset"] * 2
    assert dict(zip(*map(made.section("templates").column, ("template", "observations")), strict=True)) == {
        "MIRI Low Resolution Spectroscopy": 8,
        "MIRI Coronagraphic Photometric Calibration": 2,
        "MIRI Medium Resolution Spectroscopy": 2,
        "NIRCam Coronagraphic Imaging": 2,
        "MIRI External Flat": 1,
        "MIRI Imaging": 1,
    }
    assert len(made.section("neighbours")) == 0
    with pytest.raises(KeyError):
        made.section("planets")


@pytest.fixture(scope="module")
def real(pages_store: Path) -> Iterator[Store]:
    with open_store(pages_store) as opened:
        yield opened


def test_neighbours_references_and_lineage_of_a_program(real: Store) -> None:
    made = card(real, *find(real, "7487"))
    neighbours = [(row["id"], row["objects"]) for row in made.section("neighbours").dicts()]
    assert neighbours == [
        (1536, "2MASS J17430448+6655015 · BD+60 1753 · HD 2811"),
        (4496, "2MASS J17430448+6655015 · HD 2811 · HD 55677"),
        (6604, "2MASS J17430448+6655015 · HD 2811"),
        (1539, "BD+60 1753"),
    ]
    assert made.section("lineage").column("id") == [1536, 4496, 6604, 7487]
    assert made.pages[1536].endswith("?id=1536")
    other = card(real, *find(real, "4451"))
    assert list(zip(*map(other.section("speaks_of").column, ("id", "line")), strict=True)) == [
        (1412, 35),
        (1441, 50),
        (1482, 94),
        (1843, 67),
    ]
    (quote,) = other.section("spoken_of_by").column("quote")
    assert re.search("continuation to .* 4451 .* which aimed at .* considered", str(quote))  # all of the sentence
    assert 1843 in other.pages
    assert 1412 not in other.pages  # no document of it is here
    assert card(real, *find(real, "1412")).fact("Status") == [
        "only spoken of by others: there is no document of it here"
    ]
    planned = card(real, *find(real, "96080"))
    assert str(planned.fact("Status")[0]).startswith("planned before launch")


def test_cards_of_other_things(real: Store) -> None:
    person = card(real, *find(real, "nora luetzgendorf"))
    assert person.section("programs").column("id") == [1211, 1212]
    activity = card(real, *find(real, "absolute flux calibration (a dwarfs)"))
    assert activity.section("programs").column("id") == [1536, 4496, 6604, 7487]
    element = card(real, *find(real, "F1550C"))
    assert element.fact("Longest wavelength") == [Decimal("15.95")]
    assert 7487 in element.section("programs").column("id")
    star = card(real, *find(real, "WASP-39 b"))
    assert star.fact("Part of") == ["WASP-39"]
    assert 8017 in star.section("programs").column("id")


def test_a_category_and_a_kind_that_nobody_knows_are_shown_as_written(store: Store) -> None:
    import pyoxigraph

    from kb.store.oxigraph import OxigraphStore

    engine = pyoxigraph.Store()
    engine.load(
        b"""@prefix jkb: <https://w3id.org/jwst-kb/ontology#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        <https://w3id.org/jwst-kb/program/1> a jkb:Program ; rdfs:label "1 Test" ; jkb:programNumber 1 ;
            jkb:categoryName "ZZ <b>" ; jkb:specialKindName "Odd_kind" .""",
        pyoxigraph.RdfFormat.TURTLE,
    )
    with OxigraphStore(engine, "memory") as odd:
        assert "Category  ZZ <b> (as written; not among those known)" in shown(odd, "1", "text")
        assert "Odd\\_kind (as written" in shown(odd, "1", "markdown")
        assert "ZZ &lt;b&gt;" in shown(odd, "1", "html")


@pytest.mark.parametrize("stored", ["Jørgen Łukasz Weiß", "Jorgen Lukasz Weiss"])
@pytest.mark.parametrize("typed", ["jorgen lukasz weiss", "Jørgen Łukasz Weiß", "weiss", "Weiß, J."])
def test_letters_that_people_write_in_two_ways(stored: str, typed: str) -> None:
    import pyoxigraph

    from kb.store.oxigraph import OxigraphStore

    engine = pyoxigraph.Store()
    person = f'<https://w3id.org/jwst-kb/person/x> <https://schema.org/name> "{stored}" .'
    engine.load(person.encode(), pyoxigraph.RdfFormat.TURTLE)
    with OxigraphStore(engine, "memory") as one:
        assert find(one, typed) == ("person", "https://w3id.org/jwst-kb/person/x")


def test_card_of_an_object_tells_names_and_rules(store: Store) -> None:
    text = shown(store, "HD 2811", "text")
    assert re.search(r"HD2811-BKG +Background +suffix +BKG removed", text)
    assert "7487" in text


THINGS = ("7487", "HD 2811", "miri", "MIRI Imaging", "F1550C", "program/7487/row/12", "role/science", "96010")


@pytest.mark.parametrize("thing", THINGS)
def test_json_keeps_its_schema(store: Store, thing: str) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads((ontology_dir() / "cards" / "card.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    record = json.loads(shown(store, thing, "json"))
    jsonschema.Draft202012Validator(schema).validate(record)
    assert record["title"]
    sections = json.loads((ontology_dir() / "cards" / "sections.json").read_text(encoding="utf-8"))
    assert record["sections"].keys() <= {entry["key"] for entry in sections[record["type"]]}


def test_json_has_every_row_and_types(store: Store) -> None:
    record = json.loads(shown(store, "7487", "json"))
    assert record["type"] == "program"
    assert record["facts"]["cycle"] == [{"value": 4, "note": "inferred from the number of the program"}]
    assert record["sections"]["observations"][11]["target"] == "BD+60-1753"
    assert record["pages"] == {"7487": "https://www.stsci.edu/jwst/science-execution/program-information?id=7487"}


@pytest.mark.parametrize("thing", THINGS)
def test_turtle_is_what_the_store_states(store: Store, thing: str) -> None:
    """Everything under the thing's own address, and nothing else; rdflib reads it."""
    import rdflib

    _, iri = find(store, thing)
    graph = rdflib.Graph().parse(data=shown(store, thing, "turtle"), format="turtle")
    whole = rdflib.Graph()
    for line in (text for _, texts in store.ntriples() for text in texts.splitlines()):
        subject = line.split(b">", 1)[0].decode().removeprefix("<")
        if subject == iri or (subject.startswith(iri + "/") and thing == "7487"):
            whole.parse(data=line, format="nt")
    assert len(whole) > 1
    assert set(graph) == set(whole)


def test_markdown_gives_the_same_table_when_it_is_read(store: Store) -> None:
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark").enable("table").parse(shown(store, "7487", "markdown"))
    text = ["".join(part.content for part in token.children or ()) for token in tokens if token.type == "inline"]
    assert "Observations (16)" in text
    for row in card(store, *find(store, "7487")).section("observations").dicts():
        start = text.index(str(row["order"]), text.index("Observations (16)"))
        assert row["label"] in text[start : start + 3]
    assert not [token for token in tokens if token.type == "html_block"]


def test_a_page_in_a_browser_without_a_network(store: Store, tmp_path: Path) -> None:
    sync_api = pytest.importorskip("playwright.sync_api")
    chromium = shutil.which("chromium")
    if not chromium:
        pytest.skip("no chromium here")
    from kb.results import Rows

    evil = "</td><script>document.title='run'</script><img src=x onerror=\"document.title='run'\">"
    made = card(store, *find(store, "7487"))
    many = Section("many", evil, Rows(("id", "text"), [(7487, evil), *((n, "x") for n in range(30))]), "kb ask many")
    page = card_page(replace(made, sections=(*made.sections, many), facts=(*made.facts, Fact(evil, evil, evil))))
    (tmp_path / "card.html").write_text(page, encoding="utf-8")
    asked: list[str] = []
    complaints: list[str] = []
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        colours = []
        for scheme in ("light", "dark"):
            context = browser.new_context(offline=True, color_scheme=scheme)
            tab = context.new_page()
            tab.on("request", lambda request: asked.append(request.url))
            tab.on("console", lambda message: complaints.append(message.text))
            tab.on("pageerror", lambda error: complaints.append(str(error)))
            tab.goto((tmp_path / "card.html").as_uri())
            colours.append(tab.evaluate("getComputedStyle(document.body).backgroundColor"))
        assert tab.title() == made.title
        assert tab.locator("#observations tbody tr").count() == 16
        assert tab.locator("#many tbody tr:visible").count() == SHOWN_ROWS
        tab.get_by_text("Show all 31").click()
        assert tab.locator("#many tbody tr:visible").count() == 31
        assert tab.locator("#many tbody a").get_attribute("href") == made.pages[7487]
        assert tab.locator("#many tbody tr").first.inner_text().endswith(evil)
        browser.close()
    assert complaints == []
    assert asked == [(tmp_path / "card.html").as_uri()] * 2
    assert colours[0] != colours[1]


def test_a_draft_has_the_card_of_a_program(tmp_path: Path) -> None:
    from apt_files import program

    from kb import KnowledgeBase

    (tmp_path / "draft.xml").write_text(program(None), encoding="utf-8")
    with KnowledgeBase.build([tmp_path / "draft.xml"], store=tmp_path / "store") as kb:
        key = str(kb.query("SELECT ?key WHERE { ?program jkb:draftKey ?key }").column("key")[0])
        for name in (key, f"draft/{key}", f"https://w3id.org/jwst-kb/draft/{key}"):
            kind, iri = find(kb.store, name)
            assert (kind, iri) == ("program", f"https://w3id.org/jwst-kb/draft/{key}")
        made = card(kb.store, kind, iri)
        assert str(made.fact("Status")[0]).startswith("a draft")
        assert made.section("observations").column("template") == ["MIRI Imaging"]
        page = card_page(made)
        assert "Targets by role" in page
        assert kb.ask("program-observations", program=key).column("object") == ["HD 2811"]


def test_long_sections_say_how_to_get_the_rest(store: Store) -> None:
    from kb.cards import Card
    from kb.cards.write import _text
    from kb.results import Rows

    section = Section("many", "Many", Rows(("n",), [(i,) for i in range(SHOWN_ROWS + 5)]), "kb ask many")
    lines = list(_text(Card("program", "iri", "title", (), (section,))))
    assert lines[-1] == "  … and 5 more: kb ask many"


def test_a_card_keeps_to_its_width(real: Store) -> None:
    stream = io.BytesIO()
    write_card(real, *find(real, "6629"), "text", stream, width=90)
    lines = stream.getvalue().decode().splitlines()
    assert [line for line in lines if len(line) > 90 and "https://" not in line] == []
    assert any("continuation" in line for line in lines)
