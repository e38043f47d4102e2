"""Mosaics of program files: their size, tiles, overlaps and lean."""

from __future__ import annotations

from decimal import Decimal

import pytest
from apt_files import codes, observation, program, read


def test_mosaics_and_tiles_that_are_left_out() -> None:
    tiles = "".join(
        f'<MosaicTiles TileNumber="{n}"><TileState>Tile {state}</TileState></MosaicTiles>'
        for n, state in enumerate(("Included", "Removed", "Included", "Included", "Included", "Included"), 1)
    )
    around = "<RowOverlapPercent>10.0</RowOverlapPercent><ColumnOverlapPercent>57</ColumnOverlapPercent>"
    around += "<SkewDegreesX>14.6</SkewDegreesX><SkewDegreesY>-24.0</SkewDegreesY>"
    more = f"<MosaicParameters><Rows>2</Rows><Columns>3</Columns>{around}{tiles}</MosaicParameters>"
    single = '<MosaicParameters><Rows>1</Rows><Columns>1</Columns><MosaicTiles TileNumber="1"/></MosaicParameters>'
    rows = read(program(observations=[observation(1, more=more, visits=5), observation(2, more=single)])).observations
    assert [(row.mosaic, row.tiles, len(row.visits)) for row in rows] == [((2, 3), 5, 5), (None, None, 1)]
    decimals = ((Decimal("10.0"), Decimal(57)), (Decimal("14.6"), Decimal("-24.0")))
    assert [(row.overlap, row.skew) for row in rows] == [decimals, (None, None)]


@pytest.mark.parametrize(
    ("inside", "size", "raw"),
    [
        ("<Rows>2</Rows><Columns>2</Columns><RowOverlapPercent>10</RowOverlapPercent>", (2, 2), ["10"]),
        (
            "<Rows>2</Rows><Columns>2</Columns>"
            "<RowOverlapPercent>10</RowOverlapPercent><ColumnOverlapPercent>x</ColumnOverlapPercent>",
            (2, 2),
            ["x", "10"],
        ),
        (
            "<Rows>2</Rows><Columns>2</Columns>"
            "<RowOverlapPercent>300</RowOverlapPercent><ColumnOverlapPercent>-101</ColumnOverlapPercent>",
            (2, 2),
            ["300", "-101"],
        ),
        ("<Rows>2</Rows><Columns>2</Columns><SkewDegreesY>361</SkewDegreesY>", (2, 2), ["361"]),
        ("<Rows>2</Rows><Columns>x</Columns>", None, ["x", "2"]),
        ("<Columns>3</Columns>", None, ["3"]),
        ("<Rows>1</Rows><Columns>1</Columns><RowOverlapPercent>10</RowOverlapPercent>", None, []),
        ("", None, []),
    ],
)
def test_what_a_mosaic_lacks_is_reported(inside: str, size: tuple[int, int] | None, raw: list[str]) -> None:
    reading = read(program(observations=[observation(1, more=f"<MosaicParameters>{inside}</MosaicParameters>")]))
    (row,) = reading.observations
    assert (row.mosaic, row.overlap, row.skew) == (size, None, None)
    assert [(f.code, f.raw, f.property) for f in reading.findings] == [("value-unreadable", x, "mosaic") for x in raw]


@pytest.mark.parametrize("text", ["1e-5000000", "1_0"])
def test_durations_and_skews_are_numbers_of_a_document(text: str) -> None:
    skew = f"<SkewDegreesX>{text}</SkewDegreesX>"
    more = f"<ScienceDuration>{text}</ScienceDuration><MosaicParameters><Rows>2</Rows><Columns>2</Columns>{skew}"
    reading = read(program(observations=[observation(1, more=f"{more}</MosaicParameters>")]))
    (row,) = reading.observations
    assert (row.mosaic, row.duration, row.skew) == ((2, 2), None, None)
    assert codes(reading) == ["value-unreadable"] * 2


@pytest.mark.parametrize(("size", "tiles"), [((2, 2), 4), ((3, 1), 3), ((1, 3), 3), ((1, 1), None)])
def test_tiles_are_counted_in_mosaics_of_any_shape(size: tuple[int, int], tiles: int | None) -> None:
    inside = "".join(f'<MosaicTiles TileNumber="{number}"/>' for number in range(size[0] * size[1]))
    more = f"<Rows>{size[0]}</Rows><Columns>{size[1]}</Columns><SkewDegreesX>much</SkewDegreesX>{inside}"
    reading = read(program(observations=[observation(1, more=f"<MosaicParameters>{more}</MosaicParameters>")]))
    assert reading.observations[0].tiles == tiles
    assert codes(reading) == ["value-unreadable"]
