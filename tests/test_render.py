"""The page: offline, the same each time, text shown as text."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import networkx
import pytest

from kb import KnowledgeBase
from kb.errors import UsageError
from kb.graph import style
from kb.render import page, write_page
from kb.render.page import OUTLINES

EVIL = "</script><script>document.title='run'</script><b>&\"'"


@pytest.fixture(scope="module")
def graph(bundled_store: Path) -> networkx.MultiDiGraph[str]:
    with KnowledgeBase.open(bundled_store) as kb:
        return kb.to_networkx(focus=7487, depth=3)


def test_same_bytes_each_time(graph: networkx.MultiDiGraph[str], bundled_store: Path) -> None:
    with KnowledgeBase.open(bundled_store) as kb:
        again = kb.to_networkx(focus=7487, depth=3)
    assert page(graph) == page(again)


def test_page_is_small_and_links_nowhere(graph: networkx.MultiDiGraph[str]) -> None:
    text = page(graph)
    assert len(text) < 1_200_000
    assert not re.search(r"<(script|link|img)[^>]+(src|href)=[\"'](?!data:)", text)
    assert "bootstrap" not in text.lower()


def test_labels_do_not_pile_up(graph: networkx.MultiDiGraph[str]) -> None:
    from kb.render.layout import _box, positions

    places = positions(graph)
    boxes = []
    for node, (x, y) in places.items():
        width, up, down = _box(graph.nodes[node])
        boxes.append((x - width / 2 + 4, x + width / 2 - 4, y - up + 4, y + down - 4))
    for i, one in enumerate(boxes):
        for other in boxes[i + 1 :]:
            assert one[1] <= other[0] or other[1] <= one[0] or one[3] <= other[2] or other[3] <= one[2]


def test_style_is_whole() -> None:
    looks = style()["nodes"].values()
    assert {look["shape"] for look in looks} <= OUTLINES.keys()
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

    def full(self: Path, text: str, encoding: str) -> int:
        self.write_bytes(text[:9].encode())
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_text", full)
        with pytest.raises(UsageError, match="No space left"):
            write_page(graph, path)
    assert [p.read_text() for p in tmp_path.iterdir()] == ["before"]
    write_page(graph, path)
    assert path.read_text(encoding="utf-8") == page(graph)


def test_in_a_browser(graph: networkx.MultiDiGraph[str], tmp_path: Path) -> None:
    sync_api = pytest.importorskip("playwright.sync_api")
    chromium = shutil.which("chromium")
    if not chromium:
        pytest.skip("no chromium here")
    graph = graph.copy()
    observation = next(node for node, type_ in graph.nodes(data="type") if type_ == "Observation")
    graph.nodes[observation].update(label=EVIL, short=EVIL[:30])
    write_page(graph, tmp_path / "page.html", title=f"Evil {EVIL}")
    requests: list[str] = []
    complaints: list[str] = []
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch_persistent_context(
            str(tmp_path / "profile"), executable_path=chromium, args=["--no-sandbox"], headless=True
        )
        tab = browser.new_page()
        tab.on("request", lambda request: requests.append(request.url))
        tab.on("console", lambda message: complaints.append(message.text))
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        tab.goto((tmp_path / "page.html").as_uri())
        drawn: dict[str, Any] = json.loads(
            tab.evaluate("JSON.stringify({nodes: nodes.length, moved: network.physics.physicsEnabled})")
        )
        tab.evaluate("show", observation)
        card = tab.inner_text("#details h2")
        title, heading = tab.title(), tab.inner_text("h1")
        browser.close()
    assert [url for url in requests if not url.startswith("data:")] == [(tmp_path / "page.html").as_uri()]
    assert complaints == []
    assert drawn == {"nodes": graph.number_of_nodes(), "moved": False}
    assert card == EVIL
    assert title == heading == f"Evil {EVIL}"
