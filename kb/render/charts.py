"""Charts of the answers of saved questions: Vega-Lite, drawn without a network and without Node.js.

``ontology/charts/<question>.json`` is the chart of a question, Vega-Lite without its data.  ``vl-convert`` carries
Vega-Lite itself, so that it writes SVG and PNG by itself and gives the script that a page needs; Altair would only add
a second way to write the same specification.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.errors import UsageError

if TYPE_CHECKING:
    from kb.questions import Question
    from kb.results import Rows

__all__ = ["FORMATS", "chart", "charted", "write_chart"]

FORMATS = ("html", "svg", "png")
MOST = 20_000


def charted() -> list[str]:
    """Return the names of the questions that have a chart, sorted."""
    return sorted(path.stem for path in _folder().glob("*.json"))


def write_chart(question: Question, rows: Rows, path: Path) -> None:
    """Write the chart of an answer; its suffix says the format.

    Raises
    ------
    UsageError
        The question has no chart, the answer is empty, the suffix is another, or the file cannot be written.

    """
    from kb.render.files import write

    write(chart(question, rows, path.suffix.lower().removeprefix(".")), path)


def chart(question: Question, rows: Rows, form: str) -> bytes:
    """Return the chart of an answer as ``html``, ``svg`` or ``png``.

    Raises
    ------
    UsageError
        The question has no chart, the answer is empty or too large, the format is another, or vl-convert is missing.

    """
    if form not in FORMATS:
        raise UsageError(f"charts are written as {' '.join('.' + name for name in FORMATS)}")
    spec = specification(question, rows)
    try:
        import vl_convert
    except ImportError:
        raise UsageError("charts need vl-convert: pip install 'jwst-kb[charts]'") from None
    if form == "html":
        script = str(vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;"))
        return _page(question, rows, spec, script).encode("utf-8", "replace")
    text = json.dumps(spec, ensure_ascii=True)
    if form == "svg":
        return _numbered(str(vl_convert.vegalite_to_svg(text, allowed_base_urls=[]))).encode()
    return bytes(vl_convert.vegalite_to_png(text, scale=2, allowed_base_urls=[]))


def _numbered(svg: str) -> str:
    """Number clips and gradients anew: Vega counts on from one drawing of a process to the next."""
    names: dict[str, str] = {}
    return re.sub(r"\b(clip|gradient_)\d+\b", lambda found: names.setdefault(found[0], f"{found[1]}{len(names)}"), svg)


def specification(question: Question, rows: Rows) -> dict[str, Any]:
    """Return the chart with its data, in Vega-Lite."""
    from kb.graph import style

    path = _folder() / f"{question.name}.json"
    if not path.is_file():
        raise UsageError(f"question {question.name} has no chart; these have: {', '.join(charted())}")
    if not len(rows):
        raise UsageError(f"the answer of {question.name} is empty: nothing to chart")
    if len(rows) > MOST:
        raise UsageError(f"{len(rows):,} rows are too many for a chart: narrow the question by its parameters")
    values = [{name: _plain(value) for name, value in row.items()} for row in rows.dicts()]
    own: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return {
        "title": question.title,
        "background": "white",
        "padding": 14,
        "data": {"values": values},
        "config": style()["charts"],
    } | own


def _plain(value: object) -> object:
    from kb.results import shorten

    if isinstance(value, Decimal):
        return float(value)
    return value if value is None or isinstance(value, bool | int | float) else shorten(str(value))


def _page(question: Question, rows: Rows, spec: dict[str, Any], script: str) -> str:
    from jinja2 import Environment

    from kb.results import shorten

    folder = Path(__file__).parent
    template = Environment(autoescape=True).from_string((folder / "chart.html").read_text(encoding="utf-8"))
    heading = spec["title"] if isinstance(spec["title"], dict) else {"text": spec["title"]}
    titles = [f"{column.name} [{column.unit}]" if column.unit else column.name for column in question.columns]
    return template.render(
        title=heading["text"],
        description=spec["description"],
        explained=" ".join(heading.get("subtitle", [question.description])),
        spec={name: value for name, value in spec.items() if name not in ("background", "title")},
        columns=titles,
        rows=[[shorten(value) for value in row] for row in rows],
        script=script,
    )


def _folder() -> Path:
    from kb.vocabulary import ontology_dir

    return ontology_dir() / "charts"
