"""Real program files, against a count over the XML that shares nothing with the reader."""

from __future__ import annotations

import math
import re
import zipfile
from collections import Counter
from functools import lru_cache
from pathlib import Path
from xml.etree import ElementTree

import pytest

from kb.records import Reading
from kb.sources import find, read

# Elements whose text is what is in the beam, and those that the telescope finds its way with.
BEAM = re.compile(
    r"(Short|Long)?(Pupil)?(Filter|Pupil)|Wavelength|Grating|Grism|(Filter|Pupil)Wheel|Mask|CoronMask|Sequence|Slit"
)
IMPLIED = {"MiriLRS": ["P750L"], "NirissSoss": ["GR700XD", "F277W"], "NirissAmi": ["NRM"]}
SAME = {"SHORT(A)": ["SHORT"], "MEDIUM(B)": ["MEDIUM"], "LONG(C)": ["LONG"], "BOTH": ["GR150R", "GR150C"]}
PHASE_MASKS = {"F1065C": "MASK1065", "F1140C": "MASK1140", "F1550C": "MASK1550"}


def local(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


@lru_cache(maxsize=64)
def xml(path: Path) -> ElementTree.Element:
    if path.suffix != ".aptx":
        return ElementTree.parse(path).getroot()
    with zipfile.ZipFile(path) as archive:
        (name,) = (n for n in archive.namelist() if n.endswith(".xml") and "/" not in n)
        return ElementTree.fromstring(archive.read(name))


@lru_cache(maxsize=1)
def readings(folder: Path) -> dict[Path, Reading]:
    return {path: reading for path in find([folder / "apt"]) for reading in read(path)}


def plans(root: ElementTree.Element) -> list[tuple[str, ElementTree.Element]]:
    """Every observation's number and template, those in parallel behind the one that they run with."""
    found = []
    for element in root.iter():
        if local(element) == "Observation" and any(local(child) == "Template" for child in element):
            (number,) = (child.text or "" for child in element if local(child) == "Number")
            parts = [c for c in element if local(c) in ("Template", "FirstCoordinatedTemplate")]
            parts.sort(key=lambda part: local(part) != "Template")
            found += [(number, template) for part in parts for template in part]
    return found


def elements(template: ElementTree.Element) -> set[str]:
    """What a template puts in the beam, by a walk over all that is in it."""
    words = []
    for element in template.iter():
        if BEAM.fullmatch(local(element)) and element.text:
            words += element.text.strip().split("+")
    # The shutters of a micro-shutter plan repeat the grating and the filter in small letters: never matched.
    names = {name for word in words for name in SAME.get(word, [word])} | set(IMPLIED.get(local(template), []))
    if "FOUR_QPM" in names:
        names = names - {"FOUR_QPM"} | {PHASE_MASKS[name] for name in names if name in PHASE_MASKS}
    return names - {"NONE"}


def test_all_files_are_read(corpus: Path) -> None:
    made = readings(corpus)
    assert len(made) == 27
    assert [path.name for path, reading in made.items() if reading.program is None] == []
    assert sum(path.parent.name == "drafts" for path in made) == 7
    assert {f.severity for reading in made.values() for f in reading.findings} <= {"info", "warning"}


def test_the_counts_are_those_of_the_xml(corpus: Path) -> None:
    totals: Counter[str] = Counter()
    for path, reading in readings(corpus).items():
        assert reading.program is not None
        root = xml(path)
        expected = plans(root)
        assert [str(row.number) for row in reading.observations] == [number for number, _ in expected], path.name
        assert [row.template_raw for row in reading.observations] == [local(t) for _, t in expected], path.name
        targets = {(t.number, t.name) for row in reading.observations for t in row.targets}
        targets |= {(row.acquisition.number, row.acquisition.name) for row in reading.observations if row.acquisition}
        listed = [e for e in root.iter() if local(e) == "Target" and local(e) != "Targets"]
        assert len(targets | {(t.number, t.name) for t in reading.program.unused}) == len(listed), path.name
        # Some observations list no visits, and the list of statuses has them.
        numbers = {e.get("VisitId", "")[5:] for e in root.iter() if local(e) == "VisitStatus"}
        for row in root.iter():
            number = next((child.text or "" for child in row if local(child) == "Number"), "")
            numbers |= {f"{number:0>3}{e.get('Number'):0>3}" for e in row if local(e) == "Visit"}
        visits = len(numbers)
        assert sum(len(row.visits) for row in reading.observations) == visits, path.name
        links = {"AfterObservationLink", "GroupWithinLink", "OrientFromLink", "SameOrientLink"}
        own = [link for link in reading.program.links if link.kind != "psf-reference"]
        assert len(own) == sum(local(e) in links for e in root.iter()), path.name
        people = sum(
            any(local(e) == "LastName" for e in person.iter())
            for person in root.iter()
            if local(person) in ("PrincipalInvestigator", "CoInvestigator")
        )
        assert len(reading.program.people) == people, path.name
        totals.update(observations=len(expected), visits=visits, targets=len(listed), people=people)
    assert totals == {"observations": 284, "visits": 330, "targets": 108, "people": 369}


def test_the_elements_are_those_of_the_xml(corpus: Path) -> None:
    seen: set[str] = set()
    for path, reading in readings(corpus).items():
        for row, (_, template) in zip(reading.observations, plans(xml(path)), strict=True):
            found = {name for exposure in row.exposures for part in exposure.elements for name in part.names}
            assert found == elements(template), (path.name, row.number, row.template_raw)
            seen |= found
            depths = [
                e for e in template.iter() if local(e) in ("Groups", "GroupsLong", "DirectGroups", "LosImgNumGroups")
            ]
            if row.template_raw not in ("WfscGlobalAlignment",):  # its guider's parameters are no exposures
                assert len(row.exposures) == len(depths), (path.name, row.number, row.template_raw)
            assert all(exposure.groups for exposure in row.exposures)
    assert len(seen) > 60


def test_the_positions_are_those_of_astropy_to_a_milliarcsecond(corpus: Path) -> None:
    coordinates = pytest.importorskip("astropy.coordinates")
    units = pytest.importorskip("astropy.units")
    number = 0
    for path, reading in readings(corpus).items():
        assert reading.program is not None
        pointed = [
            t for row in reading.observations for t in (*row.targets, *([row.acquisition] if row.acquisition else []))
        ]
        by_number = {t.number: t for t in (*pointed, *reading.program.unused)}
        for element in xml(path).iter():
            if local(element) != "Target":
                continue
            fields = {local(child): child for child in element}
            target = by_number[int(fields["Number"].text or "")]
            if "EquatorialCoordinates" not in fields:
                assert target.position is None
                continue
            assert target.position is not None
            text = fields["EquatorialCoordinates"].attrib["Value"]
            known = coordinates.SkyCoord(text, unit=(units.hourangle, units.deg))
            ours = coordinates.SkyCoord(target.position.ra, target.position.dec, unit="deg")
            assert known.separation(ours).to_value("mas") < 0.01, (path.name, text)
            number += 1
            motion = (fields["RAProperMotion"].text or "").strip()
            assert (target.position.pm_ra is None) == (not motion), (path.name, target.name)
            if motion and (fields["RAProperMotionUnits"].text or "") == "sec of time/yr":
                there = float(motion) * 15_000 * math.cos(known.dec.radian)  # mas
                assert target.position.pm_ra == pytest.approx(there, rel=1e-6)
    assert number == 107


def test_what_is_known_of_some_programs(corpus: Path) -> None:
    """Facts that a reader of the files sees with the naked eye."""
    by_name = {path.name: reading for path, reading in readings(corpus).items()}
    primer = by_name["1837.xml"]
    assert primer.program is not None
    assert (primer.program.id, primer.program.category, len(primer.observations)) == (1837, "GO", 20)
    third = next(row for row in primer.observations if row.number == 3)
    assert (third.mosaic, third.duration and int(third.duration)) == ((3, 8), 85440)
    assert Counter(part.name for e in third.exposures for part in e.elements)["F770W"] == 2
    unused = {name: len(by_name[name].program.unused) for name in ("1161.xml", "1409.xml")}  # type: ignore[union-attr]
    assert unused == {"1161.xml": 7, "1409.xml": 9}
    hosts = by_name["1194.aptx"].observations[0].targets[0]
    assert (hosts.object, hosts.position and hosts.position.pm_ra) == ("HR 8799", 108.551)
    backgrounds = [t.name for row in by_name["1386.xml"].observations for t in row.targets if t.role == "background"]
    assert "VHS-1256B-BACKGROUND" in backgrounds
