"""The page of a picture in a browser that refuses the network, by real clicks and keys."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from browser import Tab, chromium

from kb import KnowledgeBase
from kb.pictures import picture
from kb.render import write_page

EVIL = "</script><script>document.title='run'</script><img src=x onerror=\"document.title='run'\"><b>&\"'"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def pages(bundled_store: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The neighbourhood of 7487, and the map of the bundled records."""
    folder = tmp_path_factory.mktemp("pages")
    with KnowledgeBase.open(bundled_store) as kb:
        made = {"near": picture(kb.store, ["7487"]), "map": picture(kb.store)}
        made["path"] = picture(kb.store, path=("HD 2811", "NIRCam"))
    lyot = next(node for node, data in made["near"].nodes(data=True) if data["label"] == "MIRI Lyot - F2300C")
    made["near"].nodes[lyot].update(
        label=EVIL, short=EVIL[:60], facts=[("finding", EVIL), ("page", "javascript:alert(1)")]
    )
    for name, graph in made.items():
        write_page(graph, folder / f"{name}.html", title=f"Evil {EVIL}" if name == "near" else None)
    return {name: folder / f"{name}.html" for name in made}


def painted(tab: Tab) -> int:
    """How many pixels of the picture are not paper."""
    return int(
        tab.page.evaluate(
            """() => { sharp(); const c = network.canvas.frame.canvas;
            const d = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
            let n = 0; for (let i = 3; i < d.length; i += 4) if (d[i] > 40) n++; return n; }"""
        )
    )


def on_screen(tab: Tab, name: str) -> dict[str, float]:
    """Where a node stands in the window."""
    found: dict[str, float] = tab.page.evaluate(
        "(name) => network.canvasToDOM(all.find((node) => node.label.startsWith(name)))", name
    )
    return found


def test_offline_and_drawn_and_no_physics(browser: Any, pages: dict[str, Path]) -> None:
    for path in pages.values():
        with Tab(browser, path) as tab:
            assert painted(tab) > 3000
            assert tab.page.evaluate("network.physics.physicsEnabled") is False
            assert tab.page.evaluate("network.body.nodeIndices.length") == tab.page.evaluate("all.length")


def test_another_window_shows_all_again_unless_the_view_was_chosen(browser: Any, pages: dict[str, Path]) -> None:
    seen = """() => all.every((node) => { const { x, y } = network.canvasToDOM(node);
        return x > 0 && y > 0 && x < window.innerWidth && y < window.innerHeight; })"""
    scale = "network.getScale()"
    for width, height in ((800, 600), (1900, 1000)):
        with Tab(browser, pages["near"], viewport={"width": width, "height": height}) as tab:
            for size in ((1400, 900), (1000, 700)):
                tab.page.set_viewport_size({"width": size[0], "height": size[1]})
                tab.page.wait_for_function(f"network.canvas.frame.canvas.clientWidth === {size[0]}")
                tab.page.wait_for_function(f"Math.abs({scale} - fitted) < 1e-9 && ({seen})()")
    with Tab(browser, pages["near"]) as tab:
        tab.page.click("#in")
        chosen = tab.page.evaluate(f"{scale} / fitted")
        tab.page.set_viewport_size({"width": 1200, "height": 800})
        tab.page.wait_for_function("network.canvas.frame.canvas.clientWidth === 1200")
        tab.page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        assert chosen > 1.3
        assert tab.page.evaluate(f"{scale} / fitted") > 1.1


def test_text_is_text(browser: Any, pages: dict[str, Path]) -> None:
    with Tab(browser, pages["near"]) as tab:
        page = tab.page
        assert page.title() == page.inner_text("h1") == f"Evil {EVIL}"
        page.fill("#search", "</script>")
        assert EVIL in page.inner_text("#found")
        page.keyboard.press("Enter")
        assert page.inner_text("#card h2") == EVIL
        assert EVIL in page.inner_text("#card dl")
        assert page.locator("#card a[href^=javascript]").count() == 0
        page.click("#read")
        page.fill("#table input", "onerror")
        assert page.inner_text("#table tbody button") == EVIL
        with page.expect_download() as download:
            page.click("#svg")
        tree = ElementTree.parse(download.value.path())
        assert any(EVIL[:20] in (text.text or "") for text in tree.iter(f"{SVG}text"))
        assert page.title() == f"Evil {EVIL}"
        assert page.locator("img").count() == 0


def test_search_completes_and_flies(browser: Any, pages: dict[str, Path]) -> None:
    with Tab(browser, pages["map"]) as tab:
        page = tab.page
        page.keyboard.press("/")
        page.keyboard.type("hd-28")
        assert page.inner_text("#found li >> nth=0").startswith("HD 2811")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowUp")
        assert page.get_attribute("#search", "aria-activedescendant") == "found-0"
        page.keyboard.press("Enter")
        assert page.inner_text("#card h2") == "HD 2811"
        place = on_screen(tab, "HD 2811")
        assert 294 < place["x"] < 1060
        assert abs(place["y"] - 422) < 3
        page.fill("#search", "nothing of the kind")
        assert page.inner_text("#found") == "no node has such a name"
        page.focus("#search")
        page.keyboard.press("Escape")
        assert page.input_value("#search") == ""


def test_a_click_opens_the_card_and_lights_the_neighbours(browser: Any, pages: dict[str, Path]) -> None:
    with Tab(browser, pages["near"]) as tab:
        page = tab.page
        place = on_screen(tab, "7487 ")
        page.mouse.move(place["x"], place["y"])
        page.wait_for_selector("#tip:not([hidden])")
        assert "7487 CAL-XCAL-401" in page.inner_text("#tip")
        page.mouse.click(place["x"], place["y"])
        page.wait_for_selector("#card dl")
        card = page.inner_text("#card")
        assert "CAL-XCAL-401 Absolute Flux Calibration (A Dwarfs)" in card
        assert "cycle 4 by the band of its number" in card  # a finding
        assert page.get_attribute("#card dl a", "href") == (
            "https://www.stsci.edu/jwst/science-execution/program-information?id=7487"
        )
        assert page.evaluate("lit.size") > 16
        page.click("#card li button >> nth=0")
        assert page.inner_text("#card h2") != "7487 CAL-XCAL-401 Absolute Flux Calibration (A Dwarfs)"
        page.keyboard.press("Escape")
        assert page.is_hidden("#card")
        assert page.evaluate("lit") is None


def test_a_node_is_dragged_and_found_where_it_was_put(browser: Any, pages: dict[str, Path]) -> None:
    with Tab(browser, pages["near"]) as tab:
        page = tab.page
        before = on_screen(tab, "7487 ")
        page.mouse.move(before["x"], before["y"])
        page.mouse.down()
        page.mouse.move(before["x"] + 60, before["y"] + 45, steps=4)
        page.mouse.up()
        after = on_screen(tab, "7487 ")
        assert (after["x"] - before["x"], after["y"] - before["y"]) == pytest.approx((60, 45), abs=3)
        page.mouse.click(10, 890)
        assert page.evaluate("lit") is None
        page.mouse.click(after["x"], after["y"])
        page.wait_for_selector("#card dl")
        assert page.evaluate("lamp.label").startswith("7487 ")


def test_a_box_of_nodes_is_let_go_of(browser: Any, pages: dict[str, Path]) -> None:
    with Tab(browser, pages["near"]) as tab:
        page = tab.page
        page.keyboard.down("Shift")
        page.mouse.move(420, 60)
        page.mouse.down()
        page.mouse.move(1300, 800, steps=5)
        page.mouse.up()
        page.keyboard.up("Shift")
        assert page.evaluate("network.getSelectedNodes().length") > 1
        page.keyboard.press("Escape")
        assert page.evaluate("network.getSelectedNodes()") == []


def test_the_legend_counts_and_switches(browser: Any, pages: dict[str, Path]) -> None:
    with Tab(browser, pages["near"]) as tab:
        page = tab.page
        switch = page.locator("#switches button", has_text="observations")
        assert switch.locator("span").inner_text() == "16"
        before = page.inner_text("#counts")
        switch.click()
        assert switch.get_attribute("aria-checked") == "false"
        assert page.evaluate("network.body.nodeIndices.length") == page.evaluate("all.length") - 16
        assert page.inner_text("#counts") != before
        switch.click()
        assert page.inner_text("#counts") == before
        page.locator("#switches button", has_text="Background").click(modifiers=["Shift"])
        roles = page.evaluate("all.filter((n) => n.shown && n.group.role >= 0).map((n) => n.group.role)")
        assert len(set(roles)) == 1
        page.select_option("#colour", "instrument")
        assert page.evaluate("new Set(batches.map((batch) => batch.colour)).size") >= 2


def test_observations_open_and_close(browser: Any, pages: dict[str, Path]) -> None:
    with Tab(browser, pages["map"]) as tab:
        page = tab.page
        start, links = page.evaluate("[all.length, current().length]")
        page.fill("#search", "7487")
        page.keyboard.press("Enter")
        page.click("#entries:has-text('Show 16 observations')")
        page.wait_for_selector("#entries:has-text('Hide 16 observations')")
        assert page.evaluate("all.length") == start + 16
        assert "MIRI Lyot - F2300C" in page.inner_text("#card")
        page.click("#entries")
        page.wait_for_selector("#entries:has-text('Show 16 observations')")
        assert page.evaluate("all.filter((node) => node.shown).length") == start
        assert page.inner_text("#counts") == f"{start} of {start + 16} nodes, {links} links"
    with Tab(browser, pages["near"]) as tab:
        page = tab.page
        page.fill("#search", "7487")
        page.keyboard.press("Enter")
        page.click("#entries:has-text('Hide 16 observations')")
        page.wait_for_selector("#entries:has-text('Show 16 observations')")
        # What the observations led to hangs on the program now.
        assert "MIRI Low Resolution Spectroscopy" in page.inner_text("#card")
        assert page.evaluate("all.some((node) => node.shown && node.kind.observation)") is False


def test_the_table_says_the_same(browser: Any, pages: dict[str, Path]) -> None:
    with Tab(browser, pages["near"]) as tab:
        page = tab.page
        page.focus("#mynetwork")
        page.keyboard.press("t")
        count = page.evaluate("all.length")
        assert page.inner_text("#rowcount") == f"{count} rows"
        assert page.locator("#table tbody tr").count() == count
        page.click("#table th button:has-text('links')")
        page.click("#table th button:has-text('links')")
        assert page.get_attribute("#table th >> nth=-1", "aria-sort") == "descending"
        links = [int(text) for text in page.locator("#table td.number").all_inner_texts()]
        assert links == sorted(links, reverse=True)
        page.fill("#table input", "hd 2811")
        names = page.locator("#table tbody td:first-child").all_inner_texts()
        assert "HD 2811" in names
        assert all("hd2811" in re.sub(r"[ _-]", "", name.lower()) for name in names)
        page.click("#table tbody button:text-is('HD 2811')")
        assert page.evaluate("selected.label") == "HD 2811"
        page.focus("#table input")
        page.keyboard.press("Escape")
        assert page.is_hidden("#table")


def test_the_theme_follows_the_system_and_the_button(browser: Any, pages: dict[str, Path]) -> None:
    def paper(page: Any) -> tuple[str, str]:
        found = page.evaluate("[getComputedStyle(document.body).backgroundColor, batches.at(-1).colour]")
        return found[0], found[1]

    with Tab(browser, pages["near"], color_scheme="dark") as tab:
        page = tab.page
        dark = paper(page)
        page.emulate_media(color_scheme="light")
        page.wait_for_function("document.documentElement.dataset.theme === 'light'")
        light = paper(page)
        assert dark[0] != light[0]
        assert dark[1] != light[1]
        page.click("#theme")
        page.click("#theme")
        assert page.inner_text("#theme") == "Theme: dark"
        assert paper(page) == dark
        page.emulate_media(media="print")
        page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        assert page.is_hidden("#tools")
        assert paper(page) == light


def test_keys_alone_suffice(browser: Any, pages: dict[str, Path]) -> None:
    with Tab(browser, pages["near"]) as tab:
        page = tab.page
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") == "mynetwork"
        page.keyboard.press("ArrowRight")
        assert page.evaluate("selected.short") == "7487"  # the focus comes first
        assert page.inner_text("#said").startswith("7487 CAL-XCAL-401")
        seen = {"7487"}
        for key in ("ArrowUp", "ArrowLeft", "ArrowRight", "ArrowDown", "ArrowRight"):
            page.keyboard.press(key)
            seen.add(page.evaluate("selected.short"))
        assert len(seen) > 2
        scale = page.evaluate("network.getScale()")
        page.keyboard.press("+")
        assert page.evaluate("network.getScale()") > scale
        page.keyboard.press("Escape")
        assert page.evaluate("selected") is None
        page.keyboard.press("0")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") == "search"


def test_a_shared_link_shows_the_same(browser: Any, pages: dict[str, Path]) -> None:
    with Tab(browser, pages["map"], permissions=["clipboard-read", "clipboard-write"]) as tab:
        page = tab.page
        page.locator("#switches button", has_text="NIRISS").click()
        page.fill("#search", "7487")
        page.keyboard.press("Enter")
        page.click("#entries")
        page.wait_for_selector("#entries:has-text('Hide')")
        page.click("#theme")
        page.select_option("#colour", "category")
        page.mouse.move(700, 400)
        page.mouse.wheel(0, -300)
        page.wait_for_timeout(100)
        page.click("#share")
        link = page.evaluate("navigator.clipboard.readText()")
        assert page.url == link
        state = """() => [network.getScale().toPrecision(3), selected.id, [...off], colourBy.name, chosenTheme,
                          all.filter((node) => node.shown).length, Math.round(network.getViewPosition().x)]"""
        shared = page.evaluate(state)
    with Tab(browser, pages["map"], "#" + link.split("#")[1]) as tab:
        tab.page.wait_for_function("selected !== null")
        assert tab.page.evaluate(state) == shared
    with Tab(browser, pages["map"], "#node=nothing&x=a&z=-1&off=type.99,%3Cb%3E&open=x&theme=odd&colour=no") as tab:
        assert painted(tab) > 3000


def test_downloads(browser: Any, pages: dict[str, Path]) -> None:
    with Tab(browser, pages["map"]) as tab:
        page = tab.page
        with page.expect_download() as download:
            page.click("#svg")
        assert download.value.suggested_filename == "JWST-observing-programs.svg"
        tree = ElementTree.parse(download.value.path())
        outlines = [one for one in tree.iter(f"{SVG}path") if one.get("transform")]
        assert len(outlines) == page.evaluate("all.length")
        assert "MIRI" in [text.text for text in tree.iter(f"{SVG}text")]
        with page.expect_download() as download:
            page.click("#png")
        content = Path(download.value.path()).read_bytes()
        assert content.startswith(b"\x89PNG")
        assert int.from_bytes(content[16:20], "big") == 2800


def test_labels_do_not_lie_on_each_other(browser: Any, pages: dict[str, Path]) -> None:
    with Tab(browser, pages["map"]) as tab:
        for factor in (1, 1.5, 2.5):
            made = tab.page.evaluate(
                """(factor) => { network.moveTo({ scale: network.getScale() * factor });
                return labels(screen()).map(({ left, middle, node: { text } }) =>
                    [left, middle - text.height / 2, left + text.width, middle + text.height / 2]); }""",
                factor,
            )
            assert len(made) > 3
            for i, one in enumerate(made):
                for other in made[i + 1 :]:
                    assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


def test_labels_keep_off_lines(browser: Any, pages: dict[str, Path]) -> None:
    with Tab(browser, pages["near"]) as tab:
        chosen, below = tab.page.evaluate(
            """() => { const view = screen(), way = obstacles(order, view);
            const made = labels(view).filter((one) => one.node);
            const sum = (boxes) => boxes.reduce((cost, box) => cost + way.lines(box), 0);
            const box = (left, top, { width, height }) => [left, top, left + width, top + height];
            return [sum(made.map((one) => box(one.left, one.middle - one.height / 2, one))),
                    sum(made.map((one) => box(...around(place(one.node, view), one)[0], one)))]; }"""
        )
        assert below > 10
        assert chosen < 0.4 * below


def test_a_path_names_its_links_and_says_why(browser: Any, pages: dict[str, Path]) -> None:
    with Tab(browser, pages["path"]) as tab:
        page = tab.page
        said = page.evaluate("labels(screen()).map((label) => label.lines.join(' '))")
        assert {"HD 2811", "NIRCam", "is pointed at by"} <= set(said)
        assert page.evaluate("order.filter((node) => node.focus).length") == 2
        page.fill("#search", "7487")
        page.keyboard.press("Enter")
        page.wait_for_selector("#card dl")
        assert "HD2811 (Science)" in page.inner_text("#card li small >> nth=0")
        assert "cycle 4" in page.inner_text("#card")


@pytest.mark.parametrize(("width", "height"), [(360, 740), (740, 360), (800, 600)])
def test_small_windows_and_fingers(browser: Any, pages: dict[str, Path], width: int, height: int) -> None:
    """Panels leave room for the picture, a finger need not hit, and two fingers zoom."""
    with Tab(browser, pages["near"], viewport={"width": width, "height": height}, has_touch=True) as tab:
        page = tab.page
        assert page.is_hidden("#switches")
        free = page.evaluate(
            "(() => { const r = free(); return [r.left, r.top, innerWidth - r.right, innerHeight - r.bottom]; })()"
        )
        assert (free[2] - free[0]) * (free[3] - free[1]) > 0.35 * width * height
        for panel in ("header", "#tools"):
            box = page.locator(panel).bounding_box()
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
            under = page.evaluate(
                """({x, y, width, height}) => order.filter((node) => { const at = network.canvasToDOM(node);
                return at.x > x && at.x < x + width && at.y > y && at.y < y + height; }).length""",
                box,
            )
            assert under == 0, panel
        cut = page.evaluate(
            """labels(screen()).filter(({ left, width }) => left < 0 || left + width > innerWidth)
            .map((label) => label.lines.join(" "))"""
        )
        assert not cut
        assert page.evaluate("turned") is (height > 1.2 * width)  # a wide picture lies on its side in a high window
        moved = page.evaluate(
            """() => { const before = network.getViewPosition(); history.replaceState(null, "", address()); restore();
            const after = network.getViewPosition(); return Math.hypot(before.x - after.x, before.y - after.y); }"""
        )
        assert moved < 2
        rim = page.evaluate(
            """() => { const node = order.reduce((best, one) => (one.y > best.y ? one : best));
            return { label: node.label, ...network.canvasToDOM(node), r: place(node, screen()).r }; }"""
        )
        page.touchscreen.tap(rim["x"], rim["y"] + rim["r"] + 8)
        page.wait_for_selector("#card dl")
        assert page.inner_text("#card h2") == rim["label"]
        card = page.locator("#card").bounding_box()
        assert 0 <= card["x"] <= card["x"] + card["width"] <= width
        assert card["y"] + card["height"] <= height
        page.wait_for_timeout(100)
        at = on_screen(tab, rim["label"])
        assert not (card["x"] < at["x"] < card["x"] + card["width"] and card["y"] < at["y"])
        page.click("#card .close")
        scale = page.evaluate("network.getScale()")
        touch = tab.context.new_cdp_session(page)
        x, y = (free[0] + free[2]) / 2, (free[1] + free[3]) / 2
        for kind, apart in (("touchStart", 20), ("touchMove", 30), ("touchMove", 50), ("touchEnd", 0)):
            points = [{"x": x - apart, "y": y}, {"x": x + apart, "y": y}] if apart else []
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        page.wait_for_timeout(100)
        assert page.evaluate("network.getScale()") > 1.5 * scale
        page.click("summary")
        assert page.is_visible("#switches")


def test_while_it_moves_and_when_it_rests(browser: Any, tmp_path: Path) -> None:
    """A large picture moves as a bitmap and is drawn sharp again at once after."""
    import networkx

    graph: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    graph.add_node("hub", label="hub", short="hub", type="Template", color="")
    for number in range(3000):
        graph.add_node(f"n{number}", label=f"n{number}", short=f"n{number}", type="Program", color="")
        graph.add_edge(f"n{number}", "hub", "uses template")
    write_page(graph, tmp_path / "large.html")
    with Tab(browser, tmp_path / "large.html") as tab:
        page = tab.page
        page.mouse.move(800, 450)
        page.mouse.wheel(0, -100)
        page.wait_for_timeout(400)
        moved = page.evaluate("last.view.scale")
        assert moved == page.evaluate("network.getScale()")
        assert moved > page.evaluate("fitted")
        page.fill("#search", "hub")
        page.keyboard.press("Enter")
        page.wait_for_selector("#card h3")
        assert page.inner_text("#card h3") == "← uses template (3,000)"
        assert page.inner_text("#card li:last-child") == "2,960 more"


@pytest.mark.parametrize(("name", "scheme"), [("near", "light"), ("near", "dark"), ("map", "light"), ("path", "dark")])
def test_axe_finds_no_fault(browser: Any, pages: dict[str, Path], name: str, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    with Tab(browser, pages[name], color_scheme=scheme) as tab:
        tab.page.fill("#search", "7487")
        assert faults(axe.run(tab.page)) == []
        tab.page.keyboard.press("Enter")
        tab.page.wait_for_selector("#card h3")
        assert faults(axe.run(tab.page)) == []
        tab.page.click("#read")
        assert faults(axe.run(tab.page)) == []


def faults(found: Any) -> list[str]:
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:120]}"
        for one in found.response["violations"]
        if one["impact"] in ("serious", "critical")
    ]
