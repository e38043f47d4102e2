"""Wavelengths of spectral elements and what two configurations have in common; the answers were worked out by hand."""

from __future__ import annotations

import csv
import re

import pytest

from kb.concepts import Element
from kb.duplicates.criteria import common_light
from kb.elements import Bands, bands, overlap
from kb.vocabulary import load, ontology_dir

ELEMENTS = [concept for concept in load().concepts if isinstance(concept, Element)]


@pytest.mark.parametrize(
    ("instrument", "names", "expected"),
    [
        ("MIRI", "F560W", ((5.054, 6.171),)),
        ("MIRI", "F1550C", ((15.05, 15.95),)),
        ("MIRI", "MASK1550 F1550C", ((15.05, 15.95),)),
        ("MIRI", "P750L", ((5.0, 14.0),)),
        ("MIRI", "CH1", ((4.9, 7.65),)),
        ("MIRI", "CH4 MEDIUM", ((20.69, 24.48),)),
        ("MIRI", "2A", ((7.51, 8.77),)),
        ("MIRI", "SHORT(A)", ((4.9, 5.74), (7.51, 8.77), (11.55, 13.47), (17.7, 20.95))),
        ("NIRCam", "F405N F444W", ((4.03, 4.076),)),
        ("NIRCam", "F162M F150W2", ((1.542, 1.713),)),
        ("NIRCam", "GRISMR F322W2", ((2.432, 4.013),)),
        ("NIRCam", "WLP8 F210M", ((1.992, 2.201),)),
        ("NIRISS", "GR150R F200W", ((1.751, 2.2),)),
        ("NIRISS", "GR700XD CLEAR", ((0.6, 2.8),)),
        ("NIRISS", "NRM F480M", ((4.668, 4.971),)),
        ("NIRSpec", "G395H F290LP", ((2.87, 5.14),)),
        ("NIRSpec", "F290LP G395H S1600A1", ((2.87, 5.14),)),
        ("NIRSpec", "G395M", ((2.87, 5.1),)),
        ("NIRSpec", "PRISM CLEAR", ((0.6, 5.3),)),
        ("NIRSpec", "G140H F070LP", ((0.81, 1.27),)),
        ("NIRSpec", "MIRROR F110W", ((1.0, 1.3),)),
        ("FGS", "", ((0.6, 5.0),)),
        # What cannot be known: no limits of its own, an unknown name, no instrument, a pair that lets nothing through.
        ("NIRCam", "MASK335R", None),
        ("NIRSpec", "G140H", None),
        ("NIRSpec", "F290LP", None),
        ("NIRSpec", "G140H F290LP", None),
        ("MIRI", "F444W", None),
        ("MIRI", "FND", None),
        ("MIRI", "F770W FND", None),
        ("MIRI", "F770W F9999X", None),
        ("MIRI", "F770W F1000W", None),
        ("MIRI", "", None),
        ("HST", "F160W", None),
        ("HST", "", None),
    ],
)
def test_what_a_configuration_lets_through(instrument: str, names: str, expected: Bands | None) -> None:
    assert bands(instrument, *names.split()) == expected


@pytest.mark.parametrize(
    ("first", "second", "common", "fraction"),
    [
        # Narrow in wide: all of the narrow one.
        (("NIRCam", "F410M"), ("NIRCam", "F444W"), ((3.881, 4.302),), 0.966),
        (("NIRCam", "F187N"), ("NIRCam", "F182M"), ((1.863, 1.885),), 1.0),
        # Two instruments: 1.330–1.671 and 1.331–1.668.
        (("NIRISS", "F150W"), ("NIRCam", "F150W"), ((1.331, 1.668),), 1.0),
        # Neighbours that touch, and neighbours that do not.
        (("MIRI", "F560W"), ("MIRI", "F770W"), (), 0.0),
        (("NIRCam", "F115W"), ("NIRCam", "F150W"), (), 0.0),
        (("NIRCam", "F277W"), ("NIRCam", "F322W2"), ((2.432, 3.132),), 0.987),
        # A disperser with its filter against an image: 2.87–3.132 of 2.423–3.132.
        (("NIRSpec", "G395H", "F290LP"), ("NIRCam", "F277W"), ((2.87, 3.132),), 0.37),
        (("NIRSpec", "G235H", "F170LP"), ("NIRSpec", "G395H", "F290LP"), ((2.87, 3.05),), 0.129),
        # One channel in one sub-band against a prism; two channels, which share 7.51–7.65.
        (("MIRI", "CH2", "SHORT"), ("MIRI", "P750L"), ((7.51, 8.77),), 1.0),
        (("MIRI", "CH1"), ("MIRI", "CH2"), ((7.51, 7.65),), 0.051),
        (("MIRI", "F2300C"), ("MIRI", "F2550W"), ((23.301, 25.5),), 0.641),
    ],
)
def test_what_two_configurations_have_in_common(
    first: tuple[str, ...], second: tuple[str, ...], common: Bands, fraction: float
) -> None:
    for one, other in ((first, second), (second, first)):
        found = overlap(bands(*one), bands(*other))
        assert found is not None
        assert (found.bands, found.fraction) == (common, fraction)


def test_what_is_not_known_overlaps_in_no_known_way() -> None:
    assert overlap(None, bands("MIRI", "F770W")) is None
    assert overlap(bands("MIRI", "F770W"), None) is None


def test_ranges_that_touch_have_nothing_in_common() -> None:
    common = overlap(((1.0, 2.0),), ((2.0, 3.0),))
    assert common is not None
    assert (common.bands, common.fraction) == ((), 0.0)


def test_every_filter_has_limits_but_those_that_are_left_out_on_purpose() -> None:
    without = {e.label for e in ELEMENTS if e.wavelengths is None and e.kind.endswith("filter")}
    assert without == {
        *("MIRI FND", "MIRI FLENS", "MIRI FOPAQUE", "NIRSpec OPAQUE"),
        *("NIRSpec F070LP", "NIRSpec F100LP", "NIRSpec F170LP", "NIRSpec F290LP"),
    }


def test_a_filter_lies_where_its_name_says() -> None:
    """F1550C is at 15.50 µm, F200W at 2.00: a range from a wrong line of a table would not hold it."""
    named = 0
    for element in ELEMENTS:
        name = re.fullmatch(r"F(\d+)[WMNC]2?R?", element.notation)
        if name and element.wavelengths:
            low, high = element.wavelengths
            assert low < int(name[1]) / 100 < high, element
            width = {"W": 0.06, "M": 0.04, "N": 0.005, "C": 0.05}[element.notation.rstrip("R2")[-1]]
            assert width < (high - low) / int(name[1]) * 100 < (1.2 if element.notation.endswith("2") else 0.4), element
            named += 1
    assert named == 29 + 12 + 10 + 4 + 1


def test_a_grating_alone_is_not_the_same_light() -> None:
    """With one filter it begins at 0.70 µm, with the other it ends at 1.84 µm: half of the narrower is common."""
    blue, red = ("G140M", "F070LP"), ("G140M", "F100LP")
    assert (bands("NIRSpec", *blue), bands("NIRSpec", *red)) == (((0.7, 1.27),), ((0.97, 1.84),))
    assert common_light("NIRSpec", blue, "NIRSpec", red) == 0.526
    assert common_light("NIRSpec", blue, "NIRSpec", blue) == 1.0
    assert common_light("NIRSpec", ("G140M",), "NIRSpec", red) is None
    assert common_light("NIRSpec", ("G395H",), "NIRSpec", ("G395H", "F290LP")) == 1.0


def test_a_pair_is_named_by_its_members() -> None:
    pairs = [element for element in ELEMENTS if element.members]
    iris = {element.iri: element for element in ELEMENTS}
    assert len(pairs) == 9
    for pair in pairs:
        assert {iris[member].notation for member in pair.members} == set(pair.notation.split("/"))
        assert pair.iri.rsplit("/", 1)[1] == f"nirspec-{pair.notation.lower().replace('/', '-')}"


def test_every_kind_of_elements_says_what_it_does_to_light() -> None:
    elements = [c for c in load().concepts if isinstance(c, Element) and not c.members]
    with (ontology_dir() / "vocabulary" / "element-kinds.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    assert {element.kind for element in elements} == {row["kind"] for row in rows}
    assert {word for row in rows for word in row["effects"].split()} == {"fixes", "disperses", "none"}
