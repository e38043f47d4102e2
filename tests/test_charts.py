"""Charts of the answers of saved questions, and drawings for paper."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import networkx
import pytest
from browser import Tab, chromium
from test_page import EVIL, faults

from kb import KnowledgeBase
from kb.errors import UsageError
from kb.pictures import picture
from kb.questions import load
from kb.render import write_picture
from kb.render.charts import chart, charted, specification
from kb.results import Rows

Run = Callable[..., subprocess.CompletedProcess[str]]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def coverage() -> Rows:
    return Rows(
        tuple(column.name for column in load("coverage").columns),
        [
            ("MIRI", EVIL, 1, "GO", 3, 1),
            ("MIRI", EVIL, 1, "GTO", 4, 1),
            ("MIRI", "MIRI Imaging", None, "GO", 120, 9),
            (None, "Pointing Only", 2, "GO", 1, 1),
        ],
    )


@pytest.mark.parametrize("name", charted())
def test_every_chart_is_of_columns_that_its_question_has(name: str) -> None:
    question = load(name)
    spec = specification(
        question, Rows(tuple(column.name for column in question.columns), [(None,) * len(question.columns)])
    )
    text = str({key: value for key, value in spec.items() if key != "data"})
    made = set(re.findall(r"'as': '(\w+)'", text))
    used = set(re.findall(r"'field': '(\w+)'", text)) | set(re.findall(r"datum\.(\w+)", text))
    assert used
    assert used <= made | {column.name for column in question.columns}
    assert spec["description"].endswith(".")


@pytest.mark.parametrize("name", charted())
def test_every_chart_is_drawn(name: str, run: Run, bundled_store: Path, tmp_path: Path) -> None:
    pytest.importorskip("vl_convert")
    words = {"lineage": "--program 7487"}.get(name, "")
    if name == "shared-targets":  # of one program, nothing is shared
        done = run(f"kb ask {name} --program 7487 --chart x.svg", bundled_store, tmp_path)
        assert done.returncode == 1
        assert "the answer of shared-targets is empty: nothing to chart" in done.stderr
        return
    done = run(f"kb ask {name} {words} --chart x.svg && kb ask {name} {words} --chart x.png", bundled_store, tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert (tmp_path / "x.png").read_bytes().startswith(b"\x89PNG")
    text = " ".join(one.text or "" for one in ElementTree.parse(tmp_path / "x.svg").iter(f"{SVG}text"))
    assert {
        "coverage": "MIRI Low Resolution Spectroscopy",
        "instrument-hours": "calibration, estimated before launch",
        "lineage": "7487",
        "sodrm-hours": "904.6",
    }[name] in text


def test_the_numbers_of_a_chart_are_those_of_the_answer(coverage: Rows) -> None:
    pytest.importorskip("vl_convert")
    drawn = chart(load("coverage"), coverage, "svg")
    texts = [one.text for one in ElementTree.fromstring(drawn).iter(f"{SVG}text")]
    assert {"7", "120", "unknown", "MIRI Imaging"} <= set(texts)  # 3 and 4 of one cell are added up
    assert texts[texts.index("unknown") - 1] == "2"  # after the known cycles
    assert b"(log scale)" in drawn
    assert drawn == chart(load("coverage"), coverage, "svg")


def test_a_chart_as_a_page_is_offline_and_text_is_text(coverage: Rows, tmp_path: Path) -> None:
    pytest.importorskip("vl_convert")
    (tmp_path / "chart.html").write_bytes(chart(load("coverage"), coverage, "html"))
    with chromium() as browser:
        for scheme in ("light", "dark"):
            with Tab(browser, tmp_path / "chart.html", color_scheme=scheme) as tab:
                assert tab.page.title() == "Coverage of templates by cycle"
                assert "logarithmic" in tab.page.inner_text("main > p")
                assert tab.page.locator("#chart svg text", has_text="120").count() == 1
                tab.page.click("details summary >> text=The same as a table")
                assert EVIL in tab.page.inner_text("table")
                axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
                assert faults(axe.run(tab.page)) == []


def test_what_cannot_be_charted(coverage: Rows, run: Run, bundled_store: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"question people has no chart; these have: coverage"):
        chart(load("people"), coverage, "svg")
    with pytest.raises(UsageError, match=r"charts are written as \.html \.svg \.png"):
        chart(load("coverage"), coverage, "gif")
    with pytest.raises(UsageError, match="too many for a chart"):
        chart(load("coverage"), Rows(coverage.columns, list(coverage.rows) * 9000), "svg")
    done = run("kb ask coverage --chart no/x.html", bundled_store, tmp_path)
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert "cannot be written" in done.stderr


@pytest.fixture(scope="module")
def graph(bundled_store: Path) -> networkx.MultiDiGraph[str]:
    with KnowledgeBase.open(bundled_store) as kb:
        return picture(kb.store, ["7487"])


def test_drawings_for_paper(graph: networkx.MultiDiGraph[str], tmp_path: Path) -> None:
    if not shutil.which("neato"):
        pytest.skip("no Graphviz: apt-get install graphviz")
    graph = graph.copy()
    node = next(node for node, data in graph.nodes(data=True) if data["label"] == "MIRI Lyot - F2300C")
    odd = '<b>&amp; "x" \\N \x07'
    graph.nodes[node].update(short=odd)
    for suffix, start in (("svg", b"<?xml"), ("png", b"\x89PNG"), ("pdf", b"%PDF")):
        write_picture(graph, tmp_path / f"x.{suffix}")
        assert (tmp_path / f"x.{suffix}").read_bytes().startswith(start)
    tree = ElementTree.parse(tmp_path / "x.svg").getroot()
    texts = [one.text for one in tree.iter(f"{SVG}text")]
    assert odd.replace("\x07", " ").strip() in [(text or "").strip() for text in texts]
    assert {"7487", "HD 2811", "MIRI", "observations 16"} <= set(texts)
    width, height = (float(tree.get(side, "0").removesuffix("pt")) for side in ("width", "height"))
    assert width <= 11.2 * 72  # a page across, with its margins
    assert height <= 7.8 * 72


def test_a_lineage_is_a_timeline(graph: networkx.MultiDiGraph[str], tmp_path: Path) -> None:
    from pages import page as program_page

    from kb.build import build
    from kb.render.layout import places
    from kb.render.timeline import headings

    for number, title in ((1536, "CAL-FLUX-001"), (4496, "CAL-FLUX-201"), (7487, "CAL-XCAL-401")):
        text = program_page(
            number,
            f"{title} Absolute Flux Calibration (A Dwarfs)",
            [("a", "MIRI Imaging", "(1) HD2811")],
            "calibration",
        ).replace('cycle: "Cycle 2"', "cycle:")
        (tmp_path / f"{number}.md").write_text(text, encoding="utf-8")
    build([tmp_path], tmp_path / "store")
    with KnowledgeBase.open(tmp_path / "store") as kb:
        drawn = picture(kb.store, lineage="7487")
    found = {node.rsplit("/", 1)[1]: place for node, place in places(drawn).items()}
    activity = found.pop("flux-a-dwarfs")
    where = {int(number): place for number, place in found.items()}
    assert activity[0] < where[1536][0]
    assert activity[1] == where[1536][1]
    assert where[1536][0] < where[4496][0] < where[7487][0]
    assert len({place[1] for place in where.values()}) == 1
    assert [name for name, _, _ in headings(drawn)] == ["cycle 1", "cycle 2", "cycle 4"]


def test_without_graphviz_it_says_what_to_do(
    graph: networkx.MultiDiGraph[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(UsageError, match=r"needs Graphviz: apt-get install graphviz, or write \.html"):
        write_picture(graph, Path("x.svg"))
