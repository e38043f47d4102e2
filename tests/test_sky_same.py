"""Two names, one object: by measured positions and something else that agrees, never by a position alone."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pyoxigraph
import pytest

from kb.iris import BASE, DERIVED_GRAPH, ONTOLOGY, object_iri
from kb.nquads import Quads
from kb.rules import run
from kb.sky.same import same_objects
from kb.vocabulary import ontology_dir

JKB = ONTOLOGY


@dataclass(frozen=True)
class Target:
    program: int
    name: str
    ra: str = "10.0"
    dec: str = "-0.5"
    archive: str | None = None
    system: str | None = None
    role: str = "science"
    epoch: str | None = None
    motion: tuple[str, str] | None = None


def store_of(*targets: Target) -> pyoxigraph.Store:
    store = pyoxigraph.Store()
    for target in targets:
        quads = Quads(f"{BASE}graph/apt/{target.program}")
        node = f"<{BASE}program/{target.program}/target/1>"
        quads.type(node, "Target")
        quads.link(node, "designates", f"<{object_iri(target.name)}>")
        quads.link(node, "role", f"<{BASE}role/{target.role}>")
        for term, text in (("objectName", target.name), ("targetName", target.name), ("archiveName", target.archive)):
            quads.put(node, term, text)
        quads.put(node, "coordinatesAsWritten", "00 40 00 -00 30 00")
        if target.system:
            quads.link(node, "inSystem", f"<{object_iri(target.system)}>")
        numbers = {"rightAscension": target.ra, "declination": target.dec, "epoch": target.epoch}
        if target.motion:
            numbers |= {"properMotionRA": target.motion[0], "properMotionDec": target.motion[1]}
        text = quads.text() + "".join(
            f'{node} <{JKB}{term}> "{value}"^^<http://www.w3.org/2001/XMLSchema#decimal> {quads.graph} .\n'
            for term, value in numbers.items()
            if value is not None
        )
        store.load(text.encode(), pyoxigraph.RdfFormat.N_QUADS)
    return store


def joined(*targets: Target) -> list[tuple[str, str]]:
    lines = b"".join(same_objects(store_of(*targets)))
    quads = pyoxigraph.parse(lines, format=pyoxigraph.RdfFormat.N_TRIPLES)
    return sorted(
        (str(quad.subject)[1:-1].removeprefix(f"{BASE}object/"), str(quad.object)[1:-1].removeprefix(f"{BASE}object/"))
        for quad in quads
        if quad.predicate.value == f"{JKB}sameObject"
    )


STAR = Target(1, "Gliese 1")
OTHER = Target(2, "LMC 7", ra="10.00002")  # 0.072 arcsec east


def test_a_position_alone_joins_nothing() -> None:
    assert joined(STAR, replace(OTHER, ra=STAR.ra)) == []


def test_one_name_at_the_archive_and_one_place_are_one_object() -> None:
    assert joined(replace(STAR, archive="V* AB Cnc"), replace(OTHER, archive="v* ab cnc")) == [("lmc-7", "gliese-1")]


def test_the_name_of_the_one_may_be_the_archives_name_of_the_other() -> None:
    assert joined(replace(STAR, name="HD 2811"), replace(OTHER, archive="HD-2811")) == [("lmc-7", "hd-2811")]


def test_one_name_at_two_places_stays_two() -> None:
    far = replace(OTHER, ra="10.0001", archive="X1")  # 0.36 arcsec
    assert joined(replace(STAR, archive="X1"), far) == []


def test_stars_that_move_fast_and_alike_are_one() -> None:
    one = replace(STAR, motion=("100", "-50"), epoch="2000")
    assert joined(one, replace(OTHER, motion=("104", "-51"), epoch="2000")) == [("lmc-7", "gliese-1")]
    assert joined(one, replace(OTHER, motion=("130", "-51"), epoch="2000")) == []
    slow = replace(STAR, motion=("10", "-5"))
    assert joined(slow, replace(OTHER, motion=("10", "-5"))) == []


def test_places_are_compared_at_one_epoch() -> None:
    """1000 mas/yr for 15 years: 15 arcsec apart as written, 0.0 when moved."""
    old = replace(STAR, archive="X1", motion=("1000", "0"), epoch="2000")
    new = replace(OTHER, archive="X1", ra="10.004166825", motion=("1000", "0"), epoch="2015")
    assert joined(old, new) == [("lmc-7", "gliese-1")]
    assert joined(old, replace(new, epoch="2000")) == []
    still = replace(new, motion=None)  # holds at 2015 only: the other one is moved there
    assert joined(old, still) == [("lmc-7", "gliese-1")]


def test_a_part_and_its_whole_stay_apart() -> None:
    planet = Target(2, "Gliese 1 b", archive="X1", system="Gliese 1")
    assert joined(replace(STAR, archive="X1"), planet) == []
    assert joined(replace(planet, program=1, name="Gliese 1 c"), planet) == []
    star, alias = replace(STAR, archive="X1"), Target(3, "LMC 7", archive="X1")
    assert [pair for pair in joined(star, planet, alias) if "gliese-1-b" in pair] == []  # nor by way of a third
    moving = [replace(one, epoch="2000.0", motion=("900", "-400")) for one in (STAR, planet)]
    assert joined(*moving, Target(4, "Zeta 9 d", system="Zeta 9", epoch="2000.0", motion=("900", "-400"))) == []


@pytest.mark.parametrize("role", ["background", "offset", "internal", "catalog"])
def test_a_pointing_beside_an_object_says_nothing_of_it(role: str) -> None:
    assert joined(replace(STAR, archive="X1"), replace(OTHER, archive="X1", role=role)) == []


def test_three_names_are_one_and_the_most_used_leads() -> None:
    third = Target(3, "LMC 7", archive="X1")
    assert joined(replace(STAR, archive="X1"), replace(OTHER, archive="X1"), third) == [("gliese-1", "lmc-7")]
    fourth = Target(4, "Zeta 9", ra="10.00001", archive="X1")
    pairs = joined(replace(STAR, archive="X1"), replace(OTHER, archive="X1"), third, fourth)
    assert pairs == [("gliese-1", "lmc-7"), ("zeta-9", "lmc-7")]


def test_the_link_says_how_and_questions_follow_it() -> None:
    store = store_of(replace(STAR, archive="X1"), replace(OTHER, archive="X1"))
    run(store, ontology_dir())
    derived = pyoxigraph.NamedNode(DERIVED_GRAPH)
    found = {
        (quad.subject.value, quad.object.value)  # type: ignore[union-attr]
        for quad in store.quads_for_pattern(None, pyoxigraph.NamedNode(f"{JKB}object"), None, derived)
    }
    assert found == {(f"{BASE}program/{number}/target/1", object_iri("Gliese 1")) for number in (1, 2)}
    link = next(store.quads_for_pattern(None, pyoxigraph.NamedNode(f"{JKB}linkMethod"), None, derived)).subject
    said = {
        quad.predicate.value.rsplit("/", 1)[-1].rsplit("#", 1)[-1]: quad.object.value  # type: ignore[union-attr]
        for quad in store.quads_for_pattern(link, None, None, derived)
    }
    assert (said["linkMethod"], said["separation"]) == ("coordinates", "0.072")
    assert said["linkEvidence"] == "both are X1 at the archive"
    assert said["label"] == "LMC 7 is Gliese 1: both are X1 at the archive, 0.072 arcsec apart"


def test_a_chain_names_all_and_gives_every_pair_as_evidence() -> None:
    """Nothing joins the first and the last directly: the archive joins one to the middle, motion the other."""
    middle = replace(OTHER, archive="X1", motion=("900", "-500"))
    last = Target(3, "Zeta 9", motion=("901", "-500"))
    store = store_of(replace(STAR, archive="X1"), middle, last)
    lines = b"".join(same_objects(store)).decode()
    assert f"<{object_iri('Zeta 9')}> <{JKB}sameObject> <{object_iri('Gliese 1')}>" in lines
    label = "Zeta 9 is Gliese 1, by way of LMC 7: both move alike; both are X1 at the archive"
    assert label in lines
    link = next(line for line in lines.splitlines() if label in line).split()[0]
    derived = [line.split()[2] for line in lines.splitlines() if line.startswith(link) and "wasDerivedFrom" in line]
    assert sorted(derived) == [f"<{BASE}program/{number}/target/1>" for number in (1, 2, 3)]
