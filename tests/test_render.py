"""The page: offline, the same each time, text shown as text."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import networkx
import pytest

from kb import KnowledgeBase
from kb.errors import UsageError
from kb.graph import style
from kb.pictures import picture
from kb.render import page, write_page, write_picture
from kb.render.looks import CORNERS

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def graph(bundled_store: Path) -> networkx.MultiDiGraph[str]:
    with KnowledgeBase.open(bundled_store) as kb:
        return picture(kb.store, ["7487"])


def test_same_bytes_each_time(run: Run, bundled_store: Path, tmp_path: Path) -> None:
    for seed in ("1", "2"):  # of hashes, so that no order of a set gets into the page
        for name, words in (("one", "--focus 7487 --focus 96200"), ("map", ""), ("all", "--observations")):
            done = run(f"PYTHONHASHSEED={seed} kb render {name}{seed}.html {words}", bundled_store, tmp_path)
            assert done.returncode == 0, done.stderr
    for name in ("one", "map", "all"):
        assert (tmp_path / f"{name}1.html").read_bytes() == (tmp_path / f"{name}2.html").read_bytes()


def columns(text: str) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
    """Nodes and links of a page."""
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.S)
    assert found
    data = json.loads(found[1])
    return data["nodes"], data["edges"]


def test_the_command_counts_the_links_that_the_page_draws(run: Run, pages_store: Path, tmp_path: Path) -> None:
    """Ways to the later programs of an activity are along their row: they are known, and not drawn."""
    done = run("kb render page.html --lineage 7487", pages_store, tmp_path)
    _, links = columns((tmp_path / "page.html").read_text(encoding="utf-8"))
    drawn = links["quiet"].count(-1)
    assert 0 < drawn < len(links["quiet"])
    assert f", {drawn} links" in done.stderr


def test_page_is_small_and_links_nowhere(graph: networkx.MultiDiGraph[str]) -> None:
    text = page(graph)
    assert len(text) < 1_200_000
    assert not re.search(r"<(script|link|img)[^>]+(src|href)=[\"'](?!data:)", text)
    assert "bootstrap" not in text.lower()


def test_labels_do_not_pile_up(graph: networkx.MultiDiGraph[str]) -> None:
    from kb.render.layout import _box, positions, sizes

    places = positions(graph)
    radii = sizes(graph)
    boxes = []
    for node, (x, y) in places.items():
        width, up, down = _box(graph.nodes[node], radii[node])
        boxes.append((x - width / 2 + 4, x + width / 2 - 4, y - up + 4, y + down - 4))
    for i, one in enumerate(boxes):
        for other in boxes[i + 1 :]:
            assert one[1] <= other[0] or other[1] <= one[0] or one[3] <= other[2] or other[3] <= one[2]


def test_style_is_whole() -> None:
    looks = style()["nodes"].values()
    assert {look["shape"] for look in looks} <= CORNERS.keys()
    assert len({(look["color"], look["shape"]) for look in looks}) == len(looks)
    assert len({look["shape"] for look in looks if look["name"] not in ("program", "observation")}) == len(looks) - 2


def test_nothing_to_draw_and_nowhere_to_write(graph: networkx.MultiDiGraph[str], tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="empty"):
        page(networkx.MultiDiGraph())
    with pytest.raises(UsageError, match="cannot be written"):
        write_page(graph, tmp_path / "no" / "page.html")


def test_a_page_is_written_whole_or_not_at_all(
    graph: networkx.MultiDiGraph[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "page.html"
    path.write_text("before")

    whole = Path.write_bytes

    def full(self: Path, content: bytes) -> int:
        whole(self, content[:9])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", full)
        with pytest.raises(UsageError, match="No space left"):
            write_page(graph, path)
    assert [p.read_text() for p in tmp_path.iterdir()] == ["before"]
    write_page(graph, path)
    assert path.read_text(encoding="utf-8") == page(graph)


def test_the_page_has_the_nodes_and_links_of_the_graph(graph: networkx.MultiDiGraph[str]) -> None:
    nodes, edges = columns(page(graph))
    ids = list(graph)
    assert sum(kind == "Observation" for _, kind in graph.nodes(data="type")) == 16
    assert len(nodes["id"]) == len(ids)
    drawn = {(ids[start], ids[end]) for start, end in zip(edges["from"], edges["to"], strict=True)}
    assert drawn == {(start, end) for start, end in graph.edges()}


def test_cards_have_the_facts_of_the_documents(graph: networkx.MultiDiGraph[str]) -> None:
    facts = dict(graph.nodes["https://w3id.org/jwst-kb/program/7487"]["facts"])
    assert facts["title"] == "CAL-XCAL-401 Absolute Flux Calibration (A Dwarfs)"
    assert (facts["category"], facts["cycle"], facts["cycle inferred"]) == ("Calibration", "4", "yes")
    assert facts["page"].startswith("https://www.stsci.edu/")
    assert facts["abstract"].startswith("Three A dwarfs")
    lyot = next(data for _, data in graph.nodes(data=True) if data["label"] == "MIRI Lyot - F2300C")
    assert ("spectral element", "F2300C") in lyot["facts"]
    assert lyot["instrument"] == "MIRI"
    findings = [value for _, data in graph.nodes(data=True) for name, value in data["facts"] if name == "finding"]
    assert "info, line 28: a target with its brackets out of place" in findings


def test_the_map_hangs_programs_on_their_instrument(bundled_store: Path) -> None:
    from kb.render.flowers import flowers

    with KnowledgeBase.open(bundled_store) as kb:
        graph = picture(kb.store)
    kinds = dict(graph.nodes(data="type"))
    assert set(kinds.values()) == {"Program", "PlannedReferenceProgram", "SkyObject", "Template", "Instrument"}
    assert len(graph.nodes["https://w3id.org/jwst-kb/program/7487"]["entries"]) == 16  # on demand
    where = flowers(graph)
    hearts = {graph.nodes[node]["label"]: where[node] for node, kind in kinds.items() if kind == "Instrument"}

    def away(node: str, heart: str) -> float:
        return float((where[node][0] - hearts[heart][0]) ** 2 + (where[node][1] - hearts[heart][1]) ** 2)

    for node, data in graph.nodes(data=True):
        if data["type"] in ("PlannedReferenceProgram", "Template") and "instrument" in data:
            assert min(hearts, key=lambda heart: away(node, heart)) == data["instrument"], node


def test_shared_objects_are_bridges_between_flowers() -> None:
    from kb.render.flowers import flowers

    graph: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    for name in ("MIRI", "NIRCam"):
        graph.add_node(name, label=name, short=name, type="Instrument", instrument=name)
        for number in range(30):
            graph.add_node(f"{name}{number}", label="", short="", type="Program", instrument=name)
            graph.add_node(f"{name} star {number}", label="", short="", type="SkyObject", instrument=name)
            graph.add_edge(f"{name}{number}", f"{name} star {number}", "points at")
        graph.add_edge(f"{name}0", "shared", "points at")
    graph.nodes["shared"].update(label="shared", short="shared", type="SkyObject", instrument="MIRI")
    where = flowers(graph)
    one, other, shared = (complex(*where[node][:2]) for node in ("MIRI", "NIRCam", "shared"))
    for heart, name in ((one, "MIRI"), (other, "NIRCam")):
        reach = max(abs(complex(*where[f"{name} star {number}"][:2]) - heart) for number in range(30))
        assert reach < abs(shared - heart) < abs(one - other)


def test_a_node_with_thousands_of_neighbours(tmp_path: Path) -> None:
    graph: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    graph.add_node("hub", label="hub", short="hub", type="Template", color="")
    for number in range(3000):
        graph.add_node(f"n{number}", label=f"n{number}", short=f"n{number}", type="Program", color="")
        graph.add_edge(f"n{number}", "hub", "uses template")
    nodes, edges = columns(page(graph))
    assert (len(nodes["id"]), len(edges["from"])) == (3001, 3000)
    places = list(zip(nodes["x"], nodes["y"], strict=True))
    assert len(set(places)) > 2900  # not one blot
    middle = [sum(axis) / 3001 for axis in zip(*places, strict=True)]
    hub = places[nodes["label"].index("hub")]  # type: ignore[arg-type]
    assert abs(hub[0] - middle[0]) + abs(hub[1] - middle[1]) < 50  # its neighbours stand all around it


def test_parts_stand_side_by_side() -> None:
    from kb.render.layout import positions

    graph: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    for number in range(400):
        for node in (f"a{number}", f"b{number}"):
            graph.add_node(node, label=node, short=node, type="Program", color="")
        graph.add_edge(f"a{number}", f"b{number}", "refers to")
    where = positions(graph).values()
    wide, high = (max(axis) - min(axis) for axis in zip(*where, strict=True))
    assert 0.7 < wide / high < 3


def test_too_many_nodes_are_refused_with_advice() -> None:
    graph: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    graph.add_nodes_from((str(number), {"label": "", "short": "", "type": "Program"}) for number in range(200_000))
    with pytest.raises(UsageError, match=r"200,000 nodes are too many .* choose a --focus"):
        page(graph)
    with pytest.raises(UsageError, match=r"too many for one sheet"):
        write_picture(graph, Path("x.svg"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("x.html --focus 7478", "the nearest are 7487"),
        ("x.html --focus 'HD 2812'", "HD 2811"),
        ("x.html --question shared-targets --param program=7487", "is empty"),
        ("x.html --question shared-targts", "did you mean shared-targets"),
        ("x.html --lineage 96750 --focus 7487", "choose one of"),
        ("x.html --path 7487 7478", "the nearest are 7487"),
        ("x.svg --path 7487 'HD 2812'", "HD 2811"),
        ("x.html --path 7487 7487", "both ends are the same thing"),
        ("x.html --path 7487 96200", "nothing joins 7487 and 96200"),
        ("x.html --path 7487 miri --focus 7487", "choose one of"),
        ("x.html --focus F1550C", "F1550C: no picture shows such things; choose among planned program, program, "),
        ("x.gif --focus 7487", "pictures end in .html .svg .png .pdf"),
        ("no/x.html --focus 7487", "cannot be written"),
        ("no/x.svg --focus 7487", "cannot be written"),
        ("/dev/full --focus 7487", "pictures end in"),
    ],
)
def test_what_cannot_be_drawn_is_said_in_one_line(
    words: str, said: str, run: Run, bundled_store: Path, tmp_path: Path
) -> None:
    done = run(f"kb render {words}", bundled_store, tmp_path)
    assert done.returncode == 1
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not list(tmp_path.iterdir())


def test_a_path_is_drawn(run: Run, bundled_store: Path, tmp_path: Path) -> None:
    done = run("kb render a.html --path 7487 NIRCam && kb path 7487 NIRCam --picture b.html", bundled_store, tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()
    text = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert "<title>7487 to NIRCam</title>" in text
    nodes, edges = columns(text)
    assert sum(nodes["focus"]) == 2
    assert any("NIRCam Coronagraphic Imaging" in str(says) for says in [*edges.get("says", []), *nodes["label"]])


def test_an_answer_is_drawn(run: Run, bundled_store: Path, tmp_path: Path) -> None:
    done = run("kb render a.html --question program-targets --param program=7487", bundled_store, tmp_path)
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert "<title>Targets of a program: program 7487</title>" in text
    assert len(columns(text)[0]["id"]) > 12
