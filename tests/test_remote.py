"""Stores behind addresses: real servers give the rows that the store on disk gives, and pushes survive what happens."""

from __future__ import annotations

import io
import os
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from apt_files import observation, program, template
from conftest import ROOT
from pages import page
from servers import content, oxigraph, virtuoso
from visit_files import schedule, status, visit

from kb.asking import ask, bind
from kb.build import build
from kb.errors import StoreError, UsageError
from kb.names import find
from kb.questions import ANY, Parameter, load, names
from kb.sources import bundled
from kb.store import Store, open_store
from kb.store.push import derive, push

SECOND = "Nov 2, 2025 10:00:00"
SPAN = "<startTime>Nov 1, 2025 01:00:00</startTime><endTime>Nov 1, 2025 03:30:00</endTime>"
LATER = "<planWindow>Jan 1, 2026 - Feb 28, 2026</planWindow>"
#: Questions of which an answer without rows would say nothing.
FILLED = {"executed", "exposures", "positions", "schedule", "visits"}
#: Rows that make questions do more than the bundled records can: planets and hosts, shared targets, parts of systems,
#: and a name that is a position.
ROWS = [
    ("star", "MIRI Imaging", "(1) TRAPPIST-1"),
    ("planet", "NIRSpec Bright Object Time Series", "(2) TRAPPIST-1B"),
    ("another", "NIRISS Single-Object Slitless Spectroscopy", "(3) TRAPPIST-1 c"),
    ("same star", "MIRI Imaging", "(4) HD-2811"),
    ("its sky", "MIRI Medium Resolution Spectroscopy", "(5) HD-2811-BKG"),
    ("double", "NIRCam Imaging", "(6) HD 1326 B"),
    ("place", "NIRCam Imaging", "(7) J06474906+7014416"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of the bundled records and of pages that share targets."""
    where = tmp_path_factory.mktemp("pages")
    for number in range(1001, 1007):
        rows = ROWS[number % 3 :]
        text = f"These data complement program {number + 1} and follow up on program 7487 (GO {number + 2})."
        (where / f"{number}.md").write_text(page(number, f"Page {number}", rows, text=text), encoding="utf-8")
    write_program(where)
    build([bundled(), where], where / "store")
    return where / "store"


def write_program(where: Path) -> None:
    """Write what is known of a program besides its page: its own file, reports on its visits and schedules."""
    beside = f"<FirstCoordinatedTemplate>{template('NircamImaging')}</FirstCoordinatedTemplate>"
    both = f"<CoordinatedParallel>true</CoordinatedParallel>{beside}"
    text = program(
        1433,
        [
            observation(1, label="imaging", visits=2),
            observation(2, label="both", more=both),
            *map(observation, (3, 4, 4)),  # nobody knows which of the last two is meant
        ],
        statuses='<VisitStatus VisitId="01433003001" Status="COMPLETED"/>',
    )
    (where / "1433-program.xml").write_text(text, encoding="utf-8")
    (where / "1433.md").write_text(page(1433), encoding="utf-8")
    # Two reports of one second and one without, and another program's.
    for name, number, state, made in (
        ("a", 1433, "Executed", SECOND),
        ("b", 1433, "Archived", ""),
        ("c", 1433, "Failed", SECOND),
        ("d", 1001, "Executed", SECOND),
    ):
        report = status(number, [visit(1, status=state, more=SPAN), visit(1, 2, "Scheduled", LATER), visit(4)], made)
        (where / f"{name}.xml").write_text(report, encoding="utf-8")
    # A week that came out again, and the next week's schedule.
    prime = ("FINEGUIDE", "PRIME TARGETED FIXED")
    parallel = ("", "", "COORDINATED PARALLEL", "", "", "NIRCam Imaging")
    last = ("1433:2:1", *prime, "2026-08-20T04:17:38Z", "00/00:32:00", "MIRI Imaging")
    for name, day, package in (
        ("0817_report_20260814", 22, "29"),
        ("0817_report_20260815", 19, "30"),
        ("0818_report_20260816", 18, "31"),
    ):
        row = ("1433:1:1", *prime, f"2026-08-{day}T04:17:38Z", "00/00:32:00", "MIRI Imaging")
        (where / f"2026{name}.txt").write_text(schedule([row, parallel, last], f"262{package}08f01"), encoding="utf-8")


@pytest.fixture(scope="module")
def local(folder: Path) -> Iterator[Store]:
    with open_store(folder) as opened:
        yield opened


@pytest.fixture(scope="module", params=["oxigraph", "virtuoso"])
def address(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, folder: Path) -> Iterator[str]:
    """Query service of a server to which the store was pushed."""
    where = tmp_path_factory.mktemp(request.param)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KB_STORE_USER", "dba")
        patch.setenv("KB_STORE_PASSWORD", "dba")
        with oxigraph(where) if request.param == "oxigraph" else virtuoso(where) as base:
            url = base + ("/query" if request.param == "oxigraph" else "/sparql")
            push(folder, url)
            yield url


@pytest.fixture(scope="module")
def remote(address: str) -> Iterator[Store]:
    with open_store(address) as opened:
        yield opened


def example(store: Store, parameter: Parameter) -> str:
    """The example of a parameter, or where the store does not have that, the name of something that it has."""
    from kb.names import resolve
    from kb.vocabulary import ontology_dir

    if parameter.choices:  # these are words of the question itself
        return parameter.example
    try:
        resolve(store, parameter.type, parameter.example)
    except UsageError:
        listing = ontology_dir() / "lookups" / f"{parameter.type}.rq"
        return str(sorted(store.query(listing.read_text(encoding="utf-8")), key=str)[0][1])
    return parameter.example


def asked(store: Store, name: str) -> list[str]:
    """A question as it is asked by default, with each parameter given, and with all of them."""
    question = load(name)
    examples = {p.name: example(store, p) for p in question.parameters}
    needed = {p.name: examples[p.name] for p in question.parameters if p.default is None}
    ways = [needed, *({**needed, name: value} for name, value in examples.items()), examples]
    ways.append(needed | {p.name: ANY for p in question.parameters if p.default == ANY})
    return list(dict.fromkeys(bind(store, question, way) for way in ways))


# --- the same rows everywhere -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", names())
def test_saved_questions_give_the_same_rows(name: str, local: Store, remote: Store) -> None:
    answered = False
    for sparql in asked(local, name):
        here, there = (list(store.query(sparql)) for store in (local, remote))
        assert Counter(there) == Counter(here), sparql
        answered |= bool(here)
    assert answered or name not in FILLED
    assert ask(remote, "object", {"object": "hd2811"}).rows == ask(local, "object", {"object": "hd2811"}).rows


def queries(folder: str) -> list[Path]:
    return sorted((ROOT / "ontology" / folder).glob("*.rq"))


@pytest.mark.parametrize(
    "path",
    [
        *queries("cards"),
        *queries("cards/sections"),
        *queries("lookups"),
        *queries("lookups/named"),
        *queries("lookups/folded"),
        *queries("search"),
    ],
    ids=lambda path: f"{path.parent.name}-{path.stem}",
)
def test_cards_lookups_and_full_text_give_the_same_rows(path: Path, local: Store, remote: Store) -> None:
    sparql = path.read_text(encoding="utf-8")
    here, there = (Counter(tuple(map(sorted_parts, row)) for row in store.query(sparql)) for store in (local, remote))
    assert here == there


def test_names_lead_to_the_same_things(local: Store, remote: Store) -> None:
    """As they are written, in another case, with other punctuation, by a word of them."""
    people = sorted(str(name) for (name,) in local.query("SELECT ?name { ?person schema:name ?name }"))
    for name in ["HD-2811", "h.d. 2811", "trappist 1c", "J06474906 + 7014416", "miri", people[0]]:
        assert find(remote, name) == find(local, name)
    for name in (people[0].upper(), people[0].replace(" ", "-"), people[0].split()[-1]):
        assert find(remote, name) == find(local, name) == find(local, people[0])


def sorted_parts(value: object) -> object:
    """Values that a query joins come in any order."""
    return "\t".join(sorted(value.split("\t"))) if isinstance(value, str) else value


def test_statements_are_the_same(local: Store, remote: Store) -> None:
    assert remote.graphs() == local.graphs()
    assert len(remote) == len(local)
    assert content(remote) == content(local)
    assert set(remote.quads()) == set(local.quads())
    nodes = ["https://w3id.org/jwst-kb/program/7487", "https://w3id.org/jwst-kb/object/hd-2811"]
    for properties in (None, ["http://www.w3.org/2000/01/rdf-schema#label"]):
        assert sorted(remote.about(nodes, properties).splitlines()) == sorted(
            local.about(nodes, properties).splitlines()
        )


@pytest.mark.parametrize(
    "line",
    [
        "kb show 7487",
        "kb show 'HD 2811' -f turtle",
        "kb ask shared-targets --program 7487 -f json",
        "kb query 'SELECT ?label { ?p a jkb:Instrument ; rdfs:label ?label } ORDER BY ?label' -f xml",
        "kb query 'ASK { ?p jkb:programNumber 7487 }' -f csv",
        "kb export - -f nq",
        "kb export - -f csv",
        "kb export - -f ttl --focus 7487 --depth 2",
        "kb export - -f graphml --collapsed",
        "kb info | grep -v ^store",
        "kb render near.html --focus 'HD 2811' && md5sum near.html",
        "kb resolve --dry-run",
    ],
)
def test_commands_print_the_same(
    line: str, run: Callable[..., object], folder: Path, address: str, tmp_path: Path
) -> None:
    here, there = (run(line, store, tmp_path) for store in (folder, address))
    assert there.stdout == here.stdout, there.stderr  # type: ignore[attr-defined]
    assert here.stdout  # type: ignore[attr-defined]


def test_what_virtuoso_answers_wrongly(address: str, remote: Store) -> None:
    """If these give the right rows one day, the words about them in the questions and the adapter can go."""
    if "sparql" not in address:
        pytest.skip("about Virtuoso")
    bound = "VALUES ?star { <https://w3id.org/jwst-kb/object/hd-2811> } PATH ?system . ?target jkb:object ?system"
    right = bound.replace("PATH", "?star jkb:partOf ?next . ?next jkb:partOf*")
    assert not list(remote.query(f"SELECT ?system {{ {right} }}"))
    wrong = bound.replace("PATH", "?star jkb:partOf+")
    assert list(remote.query(f"SELECT ?system {{ {wrong} }}")), "a system for a star that is part of none"
    counted = "{ ?thing a jkb:Program FILTER NOT EXISTS { ?d jkb:describes ?thing } BIND(1 AS ?what) }"
    other = "{ ?thing a jkb:Observation BIND(2 AS ?what) }"
    with pytest.raises(StoreError, match="Stack Overflow"):
        remote.query(f"SELECT ?what (COUNT(DISTINCT ?thing) AS ?n) {{ {counted} UNION {other} }} GROUP BY ?what")
    hours = "SELECT DISTINCT ?p ?h { ?p jkb:programNumber 7487 OPTIONAL { ?p jkb:primeHours ?h } }"
    assert list(remote.query(f"SELECT (COUNT(?h) AS ?n) {{ {hours} }}")) == [(1,)], "one, though unbound"
    per = "{ SELECT ?p (COUNT(DISTINCT ?c) AS ?n) { ?p jkb:cycle ?c } GROUP BY ?p }"
    most = "{ SELECT (COUNT(DISTINCT ?d) AS ?all) { ?q jkb:cycle ?d } }"
    with pytest.raises(StoreError, match="Bad dfe in sqlo_place_exp"):
        remote.query(f"SELECT ?p {{ {per} {most} FILTER(?n >= COALESCE(?asked, ?all)) }}")
    start = "VALUES ?p { <https://w3id.org/jwst-kb/program/7487> } ?p jkb:hasObservation ?o FILTER(STR(?o) = 'x')"
    late = f"SELECT ?o {{ {start} BIND('b' AS ?b) OPTIONAL {{ ?o jkb:order ?n }} }}"
    assert list(remote.query(late)), "OPTIONAL after BIND: the filters of the group are forgotten"
    joined = 'SELECT (GROUP_CONCAT(?word; separator=" · ") AS ?words) { VALUES ?word { "a" "b" } }'
    assert list(remote.query(joined)) == [("a ? b",)]


def test_bytes_stream(address: str, remote: Store) -> None:
    stream = io.BytesIO()
    remote.dump(stream)
    assert stream.getvalue().count(b"\n") == len(remote)
    assert os.environ["KB_STORE_PASSWORD"] not in repr(remote.__dict__)


def test_rules_as_updates_make_what_a_build_makes(address: str, remote: Store, local: Store) -> None:
    shared = "https://w3id.org/jwst-kb/graph/shared"
    before = content(remote)
    assert derive(address) == len(local)
    assert content(remote) == before
    assert before[shared]


def test_tables_are_the_same_with_their_types(remote: Store, local: Store) -> None:
    from kb.export.table import load, names

    for name in names():
        here, there = (list(map(repr, load(name).rows(store))) for store in (local, remote))
        assert here == there, name
