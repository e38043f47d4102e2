"""What holds of any two lists of observations that are compared."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Sequence

import pyoxigraph
from edits import patched
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.diff import Difference, diff
from kb.diff.patch import write_patch
from kb.diff.sides import Dump
from kb.records import Document, Observation, Program, Reading, Target
from kb.triples import to_nquads

LABELS = ["", "MIRI imaging", "MIRI imaging deep", "Tile 1", "Tile 2"]
TEMPLATES = ["MIRI Imaging", "NIRCam Imaging", None]
TARGETS = [Target(1, "HD 2811", 1, "HD 2811"), Target(2, "GD 153", 1, "GD 153"), Target(None, 'Field é\t"x"', 1)]
ROW = st.tuples(
    st.sampled_from(LABELS),
    st.sampled_from(TEMPLATES),
    st.lists(st.sampled_from(TARGETS), unique=True, max_size=2),
    st.sampled_from([None, "A", "B"]),
)
Drawn = tuple[str, str | None, list[Target], str | None]


def program(rows: Sequence[Drawn], numbered: bool) -> Dump:
    observations = tuple(
        Observation(
            order=order,
            number=order if numbered else None,
            label=label,
            label_raw=label,
            folder=folder,
            template=template,
            template_raw=template or "",
            instrument=None,
            line=order,
            targets=tuple(targets),
        )
        for order, (label, template, targets, folder) in enumerate(rows, 1)
    )
    reading = Reading(Document("1.md", "program-page", "00", "1"), Program(1, "T"), observations=observations)
    return Dump.parse("rows", to_nquads([reading]).encode(), "nq")


def content(made: Difference, *, mirrored: bool = False) -> Counter[object]:
    """Everything that is said, but for the names of things that are on both sides; or the same the other way round."""
    other = {"added": "removed", "removed": "added"}
    found: Counter[object] = Counter()
    for change in made.changes:
        fields = [
            (field.field, *((field.new, field.old) if mirrored else (field.old, field.new))) for field in change.fields
        ]
        if change.change == "renumbered":  # pairs of numbers, in whatever order
            fields = [
                ("", *pair)
                for _, *sides in fields
                for pair in zip(*((s or "").split(", ") for s in sides), strict=True)
            ]
        kind = other.get(change.change, change.change) if mirrored else change.change
        found[change.thing, kind, change.name if kind in other else "", frozenset(fields)] += 1
    return found


@settings(max_examples=60, deadline=None)
@given(st.lists(ROW, max_size=7), st.lists(ROW, max_size=7), st.booleans())
def test_the_other_way_round_says_the_opposite(old: list[Drawn], new: list[Drawn], numbered: bool) -> None:
    before, there = program(old, numbered), program(new, numbered)
    forth, back = diff(before, there), diff(there, before)
    assert content(forth) == content(back, mirrored=True)
    counts = Counter(change.change for change in forth.changes if change.thing == "observation")
    assert counts["added"] - counts["removed"] == len(new) - len(old)
    stream = io.BytesIO()
    write_patch(forth.graphs, stream)
    assert patched(all_quads(before), stream.getvalue()) == all_quads(there)


def all_quads(side: Dump) -> set[pyoxigraph.Quad]:
    return {
        pyoxigraph.Quad(quad.subject, quad.predicate, quad.object, pyoxigraph.NamedNode(graph))
        for graph, text in side.ntriples()
        for quad in pyoxigraph.parse(text, pyoxigraph.RdfFormat.N_TRIPLES)
    }


@settings(max_examples=40, deadline=None)
@given(st.lists(ROW, max_size=8), st.randoms(), st.booleans())
def test_another_order_is_neither_added_nor_removed(rows: list[Drawn], random: object, numbered: bool) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    made = diff(program(rows, numbered), program(shuffled, numbered))
    kinds = {(change.thing, change.change) for change in made.changes if change.thing != "graph"}
    assert kinds <= {("observations", "moved"), ("observation", "renumbered"), ("target", "renumbered")}


@settings(max_examples=40, deadline=None)
@given(st.lists(ROW, min_size=1, max_size=8), st.data())
def test_a_row_of_many_alike_goes_or_comes_without_moving_the_others(rows: list[Drawn], data: st.DataObject) -> None:
    twins = [row for row in rows for _ in range(data.draw(st.integers(1, 3)))]
    gone = data.draw(st.integers(0, len(twins) - 1))
    fewer = [row for place, row in enumerate(twins) if place != gone]
    for made, change in (
        (diff(program(twins, False), program(fewer, False)), "removed"),
        (diff(program(fewer, False), program(twins, False)), "added"),
    ):
        kinds = [(c.thing, c.change) for c in made.changes if c.thing not in ("graph", "target")]
        assert kinds == [("observation", change)]
