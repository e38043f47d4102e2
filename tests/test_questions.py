"""The saved questions: headers, slots, answers, and that values are terms, never text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.asking import ask, bind
from kb.errors import UsageError, VocabularyError
from kb.lookups import fill_slot
from kb.questions import GROUPS, grouped, load, names
from kb.sources import bundled
from kb.store import Store, open_store
from kb.vocabulary import ontology_dir


@pytest.fixture(scope="module")
def store(bundled_store: Path) -> Iterator[Store]:
    with open_store(bundled_store) as opened:
        yield opened


@pytest.mark.parametrize("name", names())
def test_question_is_whole(name: str, store: Store) -> None:
    question = load(name)
    assert question.title
    assert question.description.endswith(".")
    result = store.query(question.sparql)
    assert result.variables == tuple(column.name for column in question.columns)
    list(result)
    slots = set(re.findall(r"VALUES \?_([\w-]+) \{", question.sparql))
    assert slots == {parameter.name for parameter in question.parameters}


def test_questions_stand_in_groups() -> None:
    assert list(grouped()) == list(GROUPS)
    assert sorted(question.name for group in grouped().values() for question in group) == names()


@pytest.mark.parametrize("name", names())
def test_question_is_portable(name: str) -> None:
    from rdflib.plugins.sparql import prepareQuery

    sparql = load(name).sparql
    prepareQuery(sparql)  # declares its own prefixes and is SPARQL 1.1
    ordered = sparql.rsplit("ORDER BY", 1)[1]
    for column in load(name).columns:  # a total order, so that every engine gives the rows in the same one
        assert f"?{column.name}" in ordered or f"AS ?{column.name})" in sparql, column.name
    assert "DESCRIBE" not in sparql
    assert not re.search(r"[|)\w][+*](?=[\s)/|])", re.sub(r'"[^"]*"|\(\*\)', "", sparql)), "an unbounded path"


def test_there_are_enough_questions() -> None:
    assert len(names()) >= 40


def test_answers_on_the_bundled_records(store: Store) -> None:
    assert [row[:2] for row in ask(store, "instruments")] == [("MIRI", 14), ("NIRCam", 2)]
    roles = ask(store, "object", {"object": "HD 2811"})
    assert len(roles) == 8
    assert roles.column("role").count("Background") == 2
    hours = {row[0]: str(row[2]) for row in ask(store, "sodrm-hours")}
    assert hours == {"MIRI": "904.6", "NIRCam": "595.7", "NIRSpec": "350.8", "NIRISS": "172.2"}
    assert len(ask(store, "planned")) == 37
    assert 0 not in ask(store, "planned").column("flown")  # blank where no flown program has the activity
    assert len(ask(store, "program-observations", {"program": 7487})) == 16
    assert len(ask(store, "program-targets", {"program": 7487})) == 12
    assert ask(store, "calibration", {"instrument": "miri", "cycle": "cycle 4"}).column("id") == [7487]
    assert len(ask(store, "calibration", {"instrument": "niriss", "cycle": 4})) == 0
    assert len(ask(store, "both-instruments")) == 0
    assert ask(store, "both-instruments", {"second": "nircam"}).column("id") == [7487]


def test_values_are_taken_as_people_type_them(store: Store) -> None:
    for text in ("HD 2811", "hd2811", "HD-2811", "HD2811-BKG"):
        assert "object/hd-2811>" in bind(store, load("object"), {"object": text})
    for text in ("7487", "program 7487", "PID 7487", "07487"):
        assert "program/7487>" in bind(store, load("findings"), {"program": text})
    for text in ("MIRI MRS", "miri medium-resolution spectroscopy", "miri-medium-resolution-spectroscopy"):
        assert "miri-medium-resolution" in bind(store, load("template-programs"), {"template": text})
    assert "VALUES ?_cycle { 4 }" in bind(store, load("instruments"), {"cycle": "Cycle 4"})


@pytest.mark.parametrize("text", ["7487> } } #", "x> <y", '"; DROP', "MIRI } UNION { ?s ?p ?o", "\\", "a\nb"])
def test_no_text_gets_into_a_query(store: Store, text: str) -> None:
    for name, parameter in (("findings", "program"), ("object", "object"), ("templates", "instrument")):
        with pytest.raises(UsageError):
            bind(store, load(name), {parameter: text})
    with pytest.raises(UsageError, match="number"):
        bind(store, load("most-observed"), {"programs": text})


def test_a_span_of_days_ends_after_it_begins(store: Store) -> None:
    for last in ("2026-08-17", "2026-08-24"):
        with pytest.raises(UsageError, match=f'no day from "2026-08-24" on lies before "{last}"'):
            bind(store, load("schedule"), {"from": "2026-08-24", "until": last})
    assert "UNDEF" in bind(store, load("schedule"), {"from": "2026-08-17"})
    assert '"2026-08-24"' in bind(store, load("schedule"), {"from": "2026-08-17", "until": "2026-08-24"})


def test_no_text_gets_into_a_look_up(store: Store) -> None:
    wanted = bind(store, load("object"), {"object": "HD 2811"})
    for text in ('HD 2811" } #', "HD 2811 } }"):  # marks are not looked at
        assert bind(store, load("object"), {"object": text}) == wanted
    with pytest.raises(UsageError, match="no object"):
        bind(store, load("object"), {"object": '\\"'})


@pytest.mark.parametrize(
    ("question", "parameter", "text", "said"),
    [
        ("programs", "cycle", "99", "no cycle '99'; there is 4"),
        ("programs", "cycle", "soon", "no cycle 'soon'; there is 4"),
        ("programs", "category", "zz", "there are AR, COM, Calibration, DD, ERS, GO, GTO, SODRM, Survey"),
        ("calibration-gaps", "kind", "bias", "no kind 'bias'; there are flux, flat, dark, wavelength"),
        ("calibration", "instrument", "mirri", "there are FGS, MIRI, NIRCam, NIRISS, NIRSpec"),
        ("template-programs", "template", "miri imging", "did you mean MIRI Imaging"),
        ("template-programs", "template", "coronagraphic", "names several: MIRI Coronagraphic Imaging; MIRI"),
        ("activity", "activity", "flux imaging monitor", "did you mean"),
        ("findings", "program", "7478", "the nearest are 7487 and"),
        ("findings", "program", "flux", "give its number"),
        ("most-used", "kind", "used", "there are Companion, Coordinated, Follow-up, Mentions, Uses data"),
    ],
)
def test_a_value_that_names_nothing_is_told_what_there_is(
    store: Store, question: str, parameter: str, text: str, said: str
) -> None:
    with pytest.raises(UsageError) as raised:
        bind(store, load(question), {parameter: text})
    assert said in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_few_words_are_enough(tmp_path: Path) -> None:
    from pages import page

    from kb.build import build

    for number, people in ((1001, "PI: Ann Lee"), (1002, "PI: Alice Lee Co-PIs: Ewine van Dishoeck")):
        text = page(number).replace("PI: Ann Lee", people)
        (tmp_path / f"{number}.md").write_text(text, encoding="utf-8")
    title = "CAL-XCAL-401 Absolute Flux Calibration (A Dwarfs)"
    (tmp_path / "7487.md").write_text(page(7487, title, category="calibration"), encoding="utf-8")
    build([tmp_path], tmp_path / "store")
    with open_store(tmp_path / "store") as opened:

        def named(question: str, parameter: str, text: str) -> str:
            return bind(opened, load(question), {parameter: text})

        for text in ("Dishoeck", "dishoeck, ewine", "E. van Dishoeck"):
            assert "person/ewine-van-dishoeck>" in named("person", "person", text)
        assert "person/ann-lee>" in named("person", "person", "Ann Lee")
        with pytest.raises(UsageError, match="'Lee' names several: Alice Lee; Ann Lee"):
            named("person", "person", "Lee")
        with pytest.raises(UsageError, match=r"'A\. Lee' names several"):
            named("person", "person", "A. Lee")
        for text in ("a dwarfs", "A dwarf", "flux (A dwarfs)", "flux-a-dwarfs"):
            assert "activity/flux-a-dwarfs>" in named("activity", "activity", text)
        for text in ("cycle 2", "2", "c2", "Cycle-2"):
            assert "VALUES ?_cycle { 2 }" in named("instruments", "cycle", text)
        for text in ("GO", "go", "General Observer"):
            assert "category/go>" in named("programs", "category", text)


def test_slots_are_filled_everywhere() -> None:
    filled = fill_slot("VALUES ?_a { UNDEF } VALUES ?_b { <x> } VALUES ?_a { <y> }", "a", r"\1")
    assert filled == r"VALUES ?_a { \1 } VALUES ?_b { <x> } VALUES ?_a { \1 }"


def test_object_with_template_and_instrument(store: Store) -> None:
    rows = ask(store, "object", {"object": "HD 2811"})
    assert set(rows.column("link")) == {"same object"}
    template = str(rows.column("template")[0])
    only = ask(store, "object", {"object": "HD 2811", "template": template})
    assert set(only.column("template")) == {template}
    assert len(ask(store, "object", {"object": "HD 2811", "instrument": "niriss"})) == 0


def test_a_planet_that_is_not_in_the_store_is_asked_by_its_star(store: Store) -> None:
    said: list[str] = []
    sparql = bind(store, load("object"), {"object": "HD 2811 b"}, said.append)
    assert "object/hd-2811>" in sparql
    assert said == ["HD 2811 b is not in the store; this is about its system HD 2811"]
    with pytest.raises(UsageError):
        bind(store, load("object"), {"object": "HD 2811 of somebody"})


def test_who_refers_may_be_of_one_category(store: Store) -> None:
    assert "category/ar>" in bind(store, load("most-used"), {"category": "AR"})


def test_use_of_data_is_asked_from_either_side(tmp_path: Path) -> None:
    from pages import page

    from kb.build import build

    for number, source in ((1001, 1002), (1002, 1003), (1003, None), (1004, 1003)):
        text = f"We will use archival data of GO {source}." if source else ""
        (tmp_path / f"{number}.md").write_text(page(number, text=text), encoding="utf-8")
    build([tmp_path], tmp_path / "store")
    with open_store(tmp_path / "store") as opened:

        def pairs(program: int) -> list[tuple[object, object]]:
            rows = ask(opened, "data-use", {"program": program})
            return list(zip(rows.column("id"), rows.column("source"), strict=True))

        assert pairs(1001) == [(1001, 1002)]
        assert pairs(1002) == [(1001, 1002), (1002, 1003)]
        assert pairs(1003) == [(1002, 1003), (1004, 1003)]


def test_what_a_cycle_leaves_out_is_said(tmp_path: Path) -> None:
    from pages import page

    from kb.build import build

    for number, category, known in (
        (1001, "gto", True),
        (1002, "gto", False),
        (1003, "gto", False),
        (1004, "go", False),
    ):
        text = page(number, category=category)
        (tmp_path / f"{number}.md").write_text(
            text if known else text.replace('cycle: "Cycle 2"', "cycle:"), encoding="utf-8"
        )
    build([tmp_path, bundled() / "sodrm"], tmp_path / "store")
    with open_store(tmp_path / "store") as opened:

        def said(question: str, **values: object) -> list[str]:
            told: list[str] = []
            bind(opened, load(question), values, told.append)
            return told

        assert said("programs", cycle=2, category="GTO") == [
            "programs whose cycle is unknown are left out (GTO: 2 in the store)"
        ]
        assert said("coverage", cycle=2) == [
            "programs whose cycle is unknown are left out (GO: 1, GTO: 2 in the store)"  # nothing of the plan
        ]
        assert said("calibration", cycle=2) == []  # about calibration programs alone
        assert said("programs", category="GTO") == []


@pytest.mark.parametrize("text", ["SELECT * { ?s ?p ?o }", "#+ title: [\n", "#+ title: x\n", "\udcff"])
def test_a_bad_question_spares_the_others(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = (ontology_dir() / "questions" / "hours.rq").read_text(encoding="utf-8")
    (tmp_path / "hours.rq").write_text(good, encoding="utf-8")
    (tmp_path / "wrong.rq").write_text(text, encoding="utf-8", errors="surrogateescape")
    monkeypatch.setattr("kb.questions._folder", lambda: tmp_path)
    told: list[str] = []
    assert [question.name for group in grouped(told.append).values() for question in group] == ["hours"]
    assert len(told) == 1
    assert "wrong.rq" in told[0]
    assert "\n" not in told[0]
    with pytest.raises(VocabularyError, match="wrong"):
        load("wrong")


def test_an_object_is_asked_with_its_parts_and_its_system(tmp_path: Path) -> None:
    from pages import page

    from kb.build import build

    (tmp_path / "1.md").write_text(page(1001, rows=[("star", "MIRI Imaging", "(1) TRAPPIST-1")]), encoding="utf-8")
    (tmp_path / "2.md").write_text(page(1002, rows=[("planet", "MIRI Imaging", "(1) TRAPPIST-1B")]), encoding="utf-8")
    build([tmp_path], tmp_path / "store")
    with open_store(tmp_path / "store") as opened:
        for name, links in (
            ("TRAPPIST-1 b", ["its system", "same object"]),
            ("TRAPPIST-1", ["same object", "part of it"]),
        ):
            rows = ask(opened, "object", {"object": name})
            assert rows.column("id") == [1001, 1002]
            assert rows.column("link") == links
