"""The duplicate check by place: search radii, places that are roughly known, names and places that disagree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from proposals import approved, signs

from kb.duplicates import Proposed, Result, duplicates
from kb.duplicates.approved import Observations
from kb.duplicates.criteria import apart, judge
from kb.store import Store, open_store


@pytest.fixture(scope="module")
def store(proposals_store: Path) -> Iterator[Store]:
    with open_store(proposals_store) as opened:
        yield opened


def test_positions_are_compared_within_the_radius_of_the_mode(monkeypatch: pytest.MonkeyPatch, store: Store) -> None:
    known = Observations([approved(), approved(iri="p", ra=359.9999, dec=0.0), approved(iri="q", ra=None, dec=None)])
    monkeypatch.setattr("kb.duplicates.approved", lambda _: known)

    def one(ra: float, dec: float, template: str = "MIRI Imaging", radius: float | None = None) -> Result:
        proposed = Proposed(1, "", ra=ra, dec=dec, instrument="MIRI", template=template, mode="imaging")
        (result,) = duplicates(store, [proposed], radius)
        return result

    (match,) = one(10.0 + 119 / 3600 / 0.5, -60.0).matches  # cos(60 deg) = 0.5
    assert match.separation == pytest.approx(119, abs=0.1)
    assert (match.rule, signs(match)) == ('positions 119.0" apart', "+++??")
    assert one(10.0 + 121 / 3600 / 0.5, -60.0).matches == ()
    assert one(10.0, -60.0 + 121 / 3600).matches == ()
    assert len(one(10.0, -60.0 + 121 / 3600, radius=130).matches) == 1
    assert len(one(0.0001, 0.0).matches) == 1  # across the meridian
    (match,) = one(10.0, -60.0 + 121 / 3600, radius=121.5).matches
    assert signs(match)[0] == "+"
    slit = one(10.0, -60.0, "MIRI Low Resolution Spectroscopy")
    assert slit.matches == ()
    assert "has no search radius for MIRI Low Resolution" in slit.proposed.remarks[0]
    assert len(one(10.0, -60.0, "MIRI Low Resolution Spectroscopy", 1.0).matches) == 1


def test_what_lies_near_in_a_mode_without_a_radius_is_said(monkeypatch: pytest.MonkeyPatch, store: Store) -> None:
    mask = {"template": "MIRI Coronagraphic Imaging", "mode": "coronagraphy"}
    known = Observations(
        [
            approved(iri="imaging", dec=-60.0 + 200 / 3600),
            *(approved(iri=f"mask{n}", program=n, dec=-60.0 + n / 3600, **mask) for n in (2, 3)),
            approved(iri="rough", uncertainty=1000.0, **mask),
            approved(iri="far", dec=-60.0 + 281 / 3600, **mask),
        ]
    )
    monkeypatch.setattr("kb.duplicates.approved", lambda _: known)

    def one(radius: float | None = None, template: str | None = None) -> Result:
        proposed = Proposed(1, "", ra=10.0, dec=-60.0, instrument="MIRI", template=template)
        (result,) = duplicates(store, [proposed], radius)
        return result

    result = one()
    assert (result.matches, result.skipped, result.against) == ((), 2, (5, 3))
    assert result.proposed.remarks == (
        '2 approved observations within 280" not compared by place, for want of a policy radius'
        ' (MIRI Coronagraphic Imaging 2), the nearest 2.0" away: program 2 observation row 1; give --radius',
    )
    given = one(2.5)
    assert ([match.approved.iri for match in given.matches], given.skipped) == (["mask2"], 0)
    assert given.proposed.remarks == ()
    assert one(template="MIRI Imaging").skipped == 0  # 120 arcsec for all
    assert one(template="MIRI Low Resolution Spectroscopy").skipped == 3


def test_a_name_and_a_place_that_contradict_each_other(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    names = {"object": "HD 1", "name": "HD-1"}
    known = Observations([approved(**names), approved(iri="p", program=2, ra=None, dec=None, **names)])
    monkeypatch.setattr("kb.duplicates.approved", lambda _: known)

    def one(dec: float, role: str = "science", radius: float | None = None) -> Result:
        proposed = Proposed(1, "HD 1", object="HD 1", role=role, ra=10.0, dec=dec)
        (result,) = duplicates(store, [proposed], radius, least="beside")
        return result

    far = one(-57.5)
    assert far.proposed.remarks == ("the given position is 2.5° from HD 1 (program 1)",)
    assert [signs(match)[0] for match in far.matches] == ["?", "?"]
    assert far.matches[1].criteria[0].why == "one name, but the given position is 2.5° from where program 1 has it"
    assert one(-60.0 + 5 / 60).proposed.remarks == ("the given position is 5′ from HD 1 (program 1)",)
    assert one(-60.0 + 1 / 60).proposed.remarks == ()  # within the policy's 120 arcsec
    assert one(-60.0 + 5 / 60, radius=400).proposed.remarks == ()
    assert one(-60.0 + 5 / 60, role="background").proposed.remarks == ()  # as it should be


def test_a_place_that_is_roughly_known(monkeypatch: pytest.MonkeyPatch, store: Store) -> None:
    known = Observations([approved(uncertainty=30.0), approved(iri="rough", uncertainty=1800.0)])
    monkeypatch.setattr("kb.duplicates.approved", lambda _: known)

    def source(arcsec: float) -> list[str]:
        proposed = Proposed(1, "", ra=10.0, dec=-60.0 + arcsec / 3600, template="MIRI Imaging", mode="imaging")
        (result,) = duplicates(store, [proposed])  # within 120"
        return [signs(match)[0] for match in result.matches]

    assert [source(arcsec) for arcsec in (60, 100, 140, 160)] == [["+"], ["?"], ["?"], []]


def test_a_name_does_not_outweigh_two_positions() -> None:
    here, there = approved(object="M 31", name="M31"), Proposed(1, "M31", object="M 31", ra=10.0, dec=-59.0)
    source = judge(there, here, 3600.0, 120.0, None, "object")[0]
    assert (source.status, source.why) == ("not knowable", 'one name, but 3600.0" apart, search radius 120"')


def test_separation_is_that_of_the_sphere() -> None:
    here = Proposed(1, "", ra=83.63308, dec=22.0145)
    assert apart(here, replace(here, dec=22.0145 + 1 / 3600)) == pytest.approx(1, rel=1e-9)
    assert apart(here, replace(here, ra=None, dec=None)) is None
