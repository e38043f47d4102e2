"""``kb path`` and ``kb graph``: how things are joined; the answers were read off the pages."""

from __future__ import annotations

import csv
import io
import json
import random
import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import networkx
import pytest
from browser import chromium

from kb import KnowledgeBase
from kb.errors import UsageError
from kb.names import find
from kb.store import Store, open_store
from kb.ties import TYPES, Tie, load, type_of
from kb.ties.around import central, communities, community, inside, neighbourhood
from kb.ties.path import COLUMNS, FAR, _ways, path, path_rows
from kb.ties.picture import drawing, ways
from kb.vocabulary import ontology_dir

BASE = "https://w3id.org/jwst-kb/"
PAGE = "https://www.stsci.edu/jwst/science-execution/program-information?id="


@pytest.fixture(scope="module")
def store(pages_store: Path) -> Iterator[Store]:
    with open_store(pages_store) as opened:
        yield opened


def joined(store: Store, one: str, other: str, **options: object) -> list[list[str]]:
    """The things on each way, by the ends of their addresses."""
    ways = path(store, find(store, one)[1], find(store, other)[1], **options)  # type: ignore[arg-type]
    return [[node.removeprefix(BASE) for node in way.nodes] for way in ways]


def test_how_two_programs_are_joined(store: Store) -> None:
    found = joined(store, "7487", "1536", ways=9)
    between = [way[1:-1] for way in found]
    assert between[0] == ["activity/flux-a-dwarfs"]
    assert ["program/6604", "program/4496"] in between
    for name in ("hd-2811", "bdp60-1753", "2mass-j17430448p6655015"):
        assert [f"object/{name}"] in between
    inside = [node for way in between for node in way]
    assert len(inside) == len(set(inside)), "two ways have a thing in common"
    assert joined(store, "1536", "7487", ways=9)[0] == found[0][::-1]


def test_steps_say_what_joins_and_where_it_stands(store: Store) -> None:
    rows = path_rows(store, path(store, f"{BASE}program/6629", f"{BASE}program/1843"))
    first = [row for row in rows.dicts() if row["way"] == 1]
    assert [(row["step"], row["link"], row["line"], row["page"]) for row in first] == [
        (1, "continues", None, f"{PAGE}6629"),
        (1, "speaks of", 28, f"{PAGE}6629"),
        (2, "speaks of", 67, f"{PAGE}4451"),
    ]
    same, follows, coordinated = (str(row["evidence"]) for row in first)
    assert same == "6629 continues 4451: the same activity, by rule 10-continues"
    assert re.fullmatch(r"This is .* program 4451 .* considered.* \(Follow-up\)", follows)
    assert re.search(r"might need coordination .*PID 1843.* \(Coordinated\)", coordinated)
    shared = next(row for row in path_rows(store, path(store, f"{BASE}program/1539", f"{BASE}program/7487")).dicts())
    assert (shared["link"], shared["to"]) == ("points at", "BD+60 1753")
    back = path_rows(store, path(store, f"{BASE}object/bdp60-1753", f"{BASE}program/7487"))
    assert dict(next(back.dicts()))["evidence"] == (
        "BD+60-1753 (Science), BD+60-1753-bkg (Background), BD+60-1753-wbkg (Science)"
    )
    assert back.column("link")[0] == "is pointed at by"


def test_people_and_systems_join(store: Store) -> None:
    assert joined(store, "1211", "1212") == [["program/1211", "person/nora-luetzgendorf", "program/1212"]]
    assert joined(store, "8017", "WASP-39") == [["program/8017", "object/wasp-39-b", "object/wasp-39"]]


def test_templates_are_the_last_resort(store: Store) -> None:
    # 1211 (MOS) and 8017 (bright object time series) share nothing but the instrument of their templates.
    (way,) = joined(store, "1211", "8017", ways=1)
    assert [type_of(BASE + node) for node in way[1:-1]][:1] in (["template"], ["instrument"])
    assert len(joined(store, "1211", "8017", ways=9)) == 1
    assert joined(store, "1211", "8017", without=("template", "instrument")) == []
    assert not [node for way in joined(store, "7487", "1536", ways=50) for node in way if node.startswith("template")]
    assert joined(store, "7487", "miri mrs")[0] == [
        "program/7487",
        "template/miri-medium-resolution-spectroscopy",
    ]


def test_where_nothing_joins_closely_the_shortest_way_is_told(store: Store) -> None:
    whole = load(store, last=True)
    ends = [f"{BASE}program/{number}" for number in (1211, 7487)]
    closest = networkx.dijkstra_path(whole, *ends, weight="cost")
    assert networkx.path_weight(whole, closest, weight="cost") > FAR
    (way,) = joined(store, "1211", "7487")
    assert len(way) == networkx.shortest_path_length(whole, *ends) + 1 < len(closest)
    (way,) = joined(store, "7487", "nircam")  # short enough to name the template
    assert type_of(BASE + way[-2]) == "template"


def test_ends(store: Store) -> None:
    with pytest.raises(UsageError, match="the same"):
        path(store, f"{BASE}program/7487", f"{BASE}program/7487/row/3")
    with pytest.raises(UsageError, match="role/science is joined to nothing: give one of program, object"):
        path(store, f"{BASE}role/science", f"{BASE}program/7487")
    assert path(store, f"{BASE}program/7487", f"{BASE}program/99999") == []
    assert joined(store, "1211", "1212", without=("person",), ways=1)[0][1].startswith("template")


def test_the_first_way_is_the_shortest_and_the_rest_follow() -> None:
    """Against networkx on graphs of chance: no way is closer than the first, costs grow, insides are apart."""
    for seed in range(25):
        graph = networkx.gnm_random_graph(14, 30, seed=seed)
        chance = random.Random(seed)
        graph = networkx.relabel_nodes(graph, str)
        for one, other in graph.edges:
            cost = chance.choice((0.5, 1.0, 2.0))
            graph.edges[one, other].update(cost=cost, ties=[Tie(one, other, "to", "from", "", (), cost)])
        if not networkx.has_path(graph, "0", "13"):
            continue
        best = networkx.dijkstra_path_length(graph, "0", "13", weight="cost")
        found = _ways(graph.copy(), "0", "13", 10)
        assert found[0].cost == pytest.approx(best)
        assert [way.cost for way in found] == sorted(way.cost for way in found)
        inside = [node for way in found for node in way.nodes[1:-1]]
        assert len(inside) == len(set(inside))


def test_every_query_of_a_tie_is_used_and_finds_something(store: Store) -> None:
    kinds = json.loads((ontology_dir() / "ties" / "ties.json").read_text(encoding="utf-8"))["ties"]
    files = {file.stem for file in (ontology_dir() / "ties").glob("*.rq")}
    assert {kind["query"] for kind in kinds} | {"things"} == files
    links = {tie.link for _, _, ties in load(store, last=True).edges(data="ties") for tie in ties}
    assert links == {kind["link"] for kind in kinds}
    assert {type_of(node) for node in load(store, last=True)} == {*TYPES}


def test_sharing_by_few_is_closer(store: Store) -> None:
    """The cost of an object grows with the programs that point at it."""
    graph = load(store)
    few, many = f"{BASE}object/hd-55677", f"{BASE}object/hd-2811"
    assert (graph.degree(few), graph.degree(many)) == (2, 4)
    program = f"{BASE}program/7487"
    assert graph.edges[program, few]["cost"] < graph.edges[program, many]["cost"]
    assert list(graph) == sorted(graph)


def test_neighbourhood(store: Store) -> None:
    _, rows = neighbourhood(store, f"{BASE}program/7487")
    found = {(row["type"], row["link"], row["to"]) for row in rows.dicts()}
    assert ("object", "points at", "HD 55677") in found
    assert ("program", "continues", "6604 CAL-XCAL-301 Absolute Flux Calibration (A Dwarfs)") in found
    assert ("instrument", "uses", "MIRI") in found
    assert sum(type_ == "template" for type_, _, _ in found) == 6
    part, farther = neighbourhood(store, f"{BASE}program/7487", 2)
    assert {"1536", "4496", "6604", "1539"} <= {
        str(row["to"]).split()[0] for row in farther.dicts() if row["type"] == "program"
    }
    assert "8017" not in {str(row["to"]).split()[0] for row in farther.dicts()}
    assert len(part) == len(farther) + 1
    imaging = f"{BASE}template/miri-imaging"  # stands around the program itself, and ties nothing else in its picture
    assert list(part[imaging]) == [f"{BASE}program/7487"]
    with pytest.raises(UsageError, match="joined to nothing"):
        neighbourhood(store, f"{BASE}program/99999")


def test_communities(store: Store) -> None:
    graph, groups, rows = communities(store)
    assert communities(store)[1] == groups
    assert rows.column("community") == list(range(1, len(groups) + 1))
    lineage = {f"{BASE}program/{number}" for number in (1536, 4496, 6604, 7487, 1539)}
    (group,) = (group for group in groups if f"{BASE}program/7487" in group)
    assert lineage <= set(group)
    assert f"{BASE}program/8017" not in group
    assert all(sum(type_of(node) == "program" for node in group) > 1 for group in groups)
    drawn = inside(graph, groups)
    assert f"{BASE}object/hd-55677" in drawn
    assert not any(drawn.degree(node) == 1 for node in drawn if type_of(node) != "program")
    assert all(any({one, other} <= set(group) for group in groups) for one, other in drawn.edges)
    part, members = community(store, f"{BASE}object/hd-2811")
    assert set(part) == set(group)
    assert members.column("type")[0] == "program"
    assert len(members) == len(group) <= graph.number_of_nodes()
    with pytest.raises(UsageError, match="no community"):
        community(store, f"{BASE}program/99999")


def test_central_is_betweenness(store: Store) -> None:
    graph, nodes, rows = central(store, ("object", "program"), 10)
    kept = graph.subgraph([node for node, degree in graph.degree() if degree > 1])
    exact = networkx.betweenness_centrality(kept)
    assert [round(100 * exact[node], 2) for node in nodes] == pytest.approx(rows.column("between"), abs=0.006)
    assert max(exact.values()) == pytest.approx(exact[nodes[0]])
    _, (first, *_), _ = central(store, ("object",), 3)
    assert type_of(first) == "object"


def test_a_picture_has_the_right_looks(store: Store) -> None:
    found = path(store, f"{BASE}program/7487", f"{BASE}program/1536", ways=9)
    graph = ways(store, found)
    ends = [node for node, distance in graph.nodes(data="distance") if distance == 0]
    assert ends == [f"{BASE}program/1536", f"{BASE}program/7487"]
    kinds = {type_ for _, type_ in graph.nodes(data="type")}
    assert kinds == {"Program", "SkyObject", "CalibrationActivity"}
    plans = [tie for _, _, ties in load(store).edges(data="ties") for tie in ties]
    assert "PlannedReferenceProgram" in {type_ for _, type_ in drawing(store, plans).nodes(data="type")}


def test_a_picture_of_a_path_reads_from_left_to_right(store: Store) -> None:
    from kb.render.layout import places

    found = path(store, f"{BASE}program/7487", f"{BASE}program/1536", ways=9)
    graph = ways(store, found)
    where = places(graph)
    for way in found:
        assert [where[node][0] for node in way.nodes] == sorted({where[node][0] for node in way.nodes})
        assert len({where[node][1] for node in way.nodes[1:-1]}) <= 1
    assert all(where[start][0] < where[end][0] for start, end in graph.edges())
    assert len({place[:2] for place in where.values()}) == len(where)
    last = graph.edges[f"{BASE}object/hd-2811", f"{BASE}program/1536", "is pointed at by"]
    assert "HD2811 (Science)" in last["evidence"]


def test_a_way_without_a_hop_lies_on_no_other() -> None:
    from kb.render.ways import ways as laid

    graph: networkx.MultiDiGraph[str] = networkx.MultiDiGraph(ways=[("a", "b"), ("a", "c", "b")])
    assert laid(graph)["c"][1] != 0
    graph.graph["ways"] = [("a", "d", "b"), ("a", "c", "b")]
    assert {y for _, y in laid(graph).values()} == {0, -55, 55}


Told = Callable[[str], tuple[int, str, str]]


@pytest.fixture
def tell(pages_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: Any) -> Told:
    """Run a command line in this process: exit code, output and messages."""
    from kb.cli import _run

    monkeypatch.chdir(tmp_path)

    def told(line: str) -> tuple[int, str, str]:
        code = _run(["--store", str(pages_store), *shlex.split(line)])
        captured = capsysbinary.readouterr()
        return code, captured.out.decode(), captured.err.decode()

    return told


@pytest.mark.parametrize(
    "line",
    [
        "path 7487 1536",
        "graph neighbourhood 'HD 2811'",
        "graph communities",
        "graph communities 7487",
        "graph central --type program -n 3",
    ],
)
def test_commands_in_every_format(tell: Told, line: str) -> None:
    done = {form: tell(f"{line} -f {form}") for form in ("table", "csv", "jsonl", "markdown")}
    assert {(code, said) for code, _, said in done.values()} == {(0, "")}
    records = [json.loads(text) for text in done["jsonl"][1].splitlines()]
    rows = list(csv.DictReader(io.StringIO(done["csv"][1])))
    assert records
    assert [list(row.values()) for row in rows] == [
        ["" if value is None else str(value) for value in record.values()] for record in records
    ]
    assert len(done["table"][1].splitlines()) == len(records) + 1
    assert len(done["markdown"][1].splitlines()) == len(records) + 2


def test_commands_draw_and_complain(tell: Told, tmp_path: Path) -> None:
    assert "ways.html" in tell("path 7487 1536 --picture ways.html")[2]
    assert "7487 to 1536" in (tmp_path / "ways.html").read_text(encoding="utf-8")
    for line in ("graph neighbourhood 7487", "graph communities 7487", "graph communities", "graph central"):
        assert tell(f"{line} --picture near.html")[0] == 0
        assert "vis" in (tmp_path / "near.html").read_text(encoding="utf-8")
        (tmp_path / "near.html").unlink()
    for line, message in (
        ("path 7487 'HD 2812x'", "did you mean HD 2811"),
        ("path 7487 7487", "the same thing"),
        ("path '' 7487", "give for example 7487"),
        ("path 7487 1536 --picture no/such.html", "cannot be written"),
    ):
        code, _, said = tell(line)
        assert code == 1
        assert message in said
        assert len(said.splitlines()) == 1
    code, rows, said = tell("path 1211 8017 --without template --without instrument")
    assert (code, rows.split()) == (0, list(COLUMNS))
    assert "nothing joins" in said


def test_in_python(pages_store: Path) -> None:
    with KnowledgeBase.open(pages_store) as kb:
        assert kb.path(1211, 1212).column("to")[0] == "Nora Luetzgendorf"
        assert "HD 2811" in kb.neighbourhood(7487).column("to")
        assert len(kb.communities()) >= 2
        assert "program" in kb.communities(7487).column("type")
        assert kb.central("person", count=1).column("type") == ["person"]
        assert isinstance(kb.ties(), networkx.Graph)


def test_a_picture_in_a_browser_without_a_network(store: Store, tmp_path: Path) -> None:
    from kb.ties.picture import write_picture

    part, _ = neighbourhood(store, f"{BASE}program/7487")
    ties = [tie for _, _, found in part.edges(data="ties") for tie in found]
    graph = drawing(store, ties, focus=[f"{BASE}program/7487"])
    write_picture(store, graph, tmp_path / "near.html", title="Around 7487")
    complaints: list[str] = []
    with chromium() as browser:
        tab = browser.new_context(offline=True).new_page()
        tab.on("console", lambda message: complaints.append(message.text))
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        tab.goto((tmp_path / "near.html").as_uri())
        assert tab.inner_text("h1") == "Around 7487"
    assert complaints == []
