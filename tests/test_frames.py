"""Answers as tables of other libraries, and as a notebook shows them."""

from __future__ import annotations

import html.parser
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from kb import KnowledgeBase
from kb.results import REPR_ROWS, Rows
from kb.store.results import Iri

ROWS = Rows(
    ("iri", "n", "hours", "yes", "mixed", "none"),
    [
        (Iri("https://w3id.org/jwst-kb/program/7487"), 4, Decimal("24.9"), True, 1, None),
        (None, None, None, None, "x", None),
        (Iri("urn:x"), 10**12, 3, False, None, None),
    ],
    units={"hours": "h"},
    meanings={"n": "a number"},
)
VALUES: dict[str, list[Any]] = {
    "iri": ["https://w3id.org/jwst-kb/program/7487", None, "urn:x"],
    "n": [4, None, 10**12],
    "hours": [24.9, None, 3.0],
    "yes": [True, None, False],
    "mixed": ["1", "x", None],
    "none": [None, None, None],
}


@pytest.fixture(scope="module")
def kb(bundled_store: Path) -> Iterator[KnowledgeBase]:
    with KnowledgeBase.open(bundled_store) as opened:
        yield opened


def test_pandas() -> None:
    pandas = pytest.importorskip("pandas")
    frame = ROWS.to_pandas()
    assert {name: str(kind) for name, kind in frame.dtypes.items()} == {
        "iri": "string",
        "n": "Int64",
        "hours": "Float64",
        "yes": "boolean",
        "mixed": "string",
        "none": "string",
    }
    for name, values in VALUES.items():
        assert [None if pandas.isna(value) else value for value in frame[name]] == values
    assert frame.attrs["units"] == {"hours": "h"}
    assert Rows(("a",), []).to_pandas().columns.tolist() == ["a"]


def test_polars() -> None:
    polars = pytest.importorskip("polars")
    frame = ROWS.to_polars()
    assert frame.to_dict(as_series=False) == VALUES
    assert frame.schema["hours"] == polars.Float64
    assert Rows(("a",), []).to_polars().shape == (0, 1)


def test_astropy() -> None:
    pytest.importorskip("astropy")
    table = ROWS.to_astropy()
    for name, values in VALUES.items():
        assert table[name].tolist() == values
    assert str(table["hours"].unit) == "h"
    assert table["hours"].sum() == pytest.approx(27.9)
    assert table["n"].description == "a number"
    assert (table["n"].dtype.kind, table["yes"].dtype.kind) == ("i", "b")
    assert len(Rows(("a",), []).to_astropy()) == 0


def test_questions_bring_units_and_meanings(kb: KnowledgeBase) -> None:
    hours = kb.ask("sodrm-hours")
    assert hours.units == {"hours": "h"}
    assert set(hours.meanings) == set(hours.columns)
    frame = hours.to_pandas()
    assert frame["hours"].sum() == pytest.approx(904.6 + 595.7 + 350.8 + 172.2)


@pytest.mark.parametrize(("module", "method"), [("pandas", "to_pandas"), ("polars", "to_polars")])
def test_without_the_library_it_says_how_to_get_it(module: str, method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    from kb.errors import UsageError

    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(UsageError, match=rf"pip install 'jwst-kb\[{module}\]'"):
        getattr(ROWS, method)()


class Cells(html.parser.HTMLParser):
    """Texts of the cells, and every tag."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.cells: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)
        if tag in ("td", "th"):
            self.cells.append("")

    def handle_data(self, data: str) -> None:
        if self.cells:
            self.cells[-1] += data.strip("\n")


def test_a_notebook_shows_text_as_text() -> None:
    evil = "<script>alert('x')</script> & \"quoted\""
    reader = Cells()
    reader.feed(Rows(("a<b", "n"), [(evil, 1)])._repr_html_())
    assert reader.cells == ["a<b", "n", evil, "1"]
    assert reader.tags == {"table", "thead", "tbody", "tr", "th", "td"}


def test_long_answers_are_cut_with_a_word(kb: KnowledgeBase) -> None:
    many = Rows(("n",), [(number,) for number in range(REPR_ROWS + 2)])
    assert many._repr_html_().endswith("<p>… and 2 more rows</p>")
    assert repr(many).endswith("… and 2 more rows")
    assert repr(Rows(("n",), [(1,)])) == "n\n1"
    assert repr(kb.show(7487)) == "Card(program, '7487 CAL-XCAL-401 Absolute Flux Calibration (A Dwarfs)')"


def test_cards_and_differences_in_a_notebook(kb: KnowledgeBase, tmp_path: Path) -> None:
    reader = Cells()
    reader.feed(kb.show(7487)._repr_html_())
    assert "BD+60-1753-wbkg" in reader.cells
    assert kb.program(7487)._repr_html_() == kb.show(7487)._repr_html_()
    assert "<script" not in kb.show(7487)._repr_html_()

    from kb.sources import bundled

    page = (bundled() / "program-pages" / "7487.md").read_text(encoding="utf-8")
    (tmp_path / "7487.md").write_text(page.replace("MIRI Lyot - F2300C", "MIRI & Lyot - F2300C"), encoding="utf-8")
    with KnowledgeBase.build([tmp_path / "7487.md"]) as new:
        made = new.diff(kb, program=7487)
        assert "label MIRI Lyot - F2300C → MIRI & Lyot - F2300C" in made.rows().column("what")
        assert "MIRI &amp; Lyot" in made._repr_html_()
        assert new.diff(new)._repr_html_() == "<p>No difference.</p>"


def test_diff_with_a_snapshot_and_with_a_dump(tmp_path: Path) -> None:
    from kb.build import build
    from kb.errors import UsageError
    from kb.sources import bundled

    store = tmp_path / "store"
    build([bundled()], store)
    with KnowledgeBase.open(store) as kb:
        with pytest.raises(UsageError, match="built once"):
            kb.diff()
        with (tmp_path / "all.nq").open("wb") as dump:
            kb.store.dump(dump)
        assert kb.diff(tmp_path / "all.nq").changes == []
    page = bundled() / "program-pages" / "7487.md"
    (tmp_path / "7487.md").write_text(
        page.read_text(encoding="utf-8").replace("MIRI Lyot", "MIRI Lyo"), encoding="utf-8"
    )
    build([tmp_path / "7487.md"], store)
    with KnowledgeBase.open(store) as kb:
        assert "label MIRI Lyot - F2300C → MIRI Lyo - F2300C" in kb.diff().rows().column("what")
        assert repr(kb.diff(f"{store}@1")) == repr(kb.diff())
