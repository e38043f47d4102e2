"""Calibration activities: one key per lineage whatever the wording, and the links that rules make of them."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest

from kb.iris import BASE, ONTOLOGY, PREFIXES
from kb.links import activity_key
from kb.vocabulary import load, ontology_dir

TRUTH = Path(__file__).parent / "truth"


def key(title: str) -> str:
    activity = activity_key(title, "calibration")
    assert activity is not None
    return activity.key


@pytest.mark.parametrize(
    "titles",
    [
        ["CAL-NRC-001  Dark Current and Read-Noise Monitor", "CAL-NRC-401  NIRCam Dark Monitor", "CAL-NRC-9 Darks"],
        ["CAL-NRC-004  Count-Rate and Total-Count Linearity", "CAL-NRC-505  NIRCam Nonlinearity Monitor"],
        ["CAL-NRC-202  NIRCam and NIRISS Sky Flats", "CAL-NIS-507  NIRISS Sky Flat Fields", "CAL-NRC-002  Flat Field"],
        ["CAL-NRC-203  NIRCam and FGS Distortions and Aligment", "CAL-NRC-003  Astrometric Distortion Monitor"],
        ["CAL-NRC-010  LW Grism Spectral Calibration", "CAL-NRC-510  NIRCam Grism Wavecal"],
        ["CAL-NRS-001  Full Frame Dark Monitor", "CAL-NRS-507  Dark/Bias Monitor Full-Frame"],
        ["CAL-NRS-202  Dark Monitor Subarrays", "CAL-NRS-508  NIRSpec Subarray Dark/Bias"],
        ["CAL-NRS-003  Spectroscopic Subarray Flats", "CAL-NRS-509  Cycle 5 Fixed Slits Subarray S-flats"],
        ["CAL-NRS-002  Spectroscopic Flats", "CAL-NRS-516  NIRSpec MOS S-Flats"],
        ["CAL-NRS-013  Grating Wheel Tilt Monitor", "CAL-NRS-512  NIRSpec GWA Tilt Monitoring"],
        ["CAL-NRS-215  MSA Shorts Checking", "CAL-NRS-504  MSA Masked Shorts Re-checking"],
        ["CAL-NRS-012  MSA Shorts Detection", "CAL-NRS-505  MSA Electrical Short Detection (ESD)"],
        ["CAL-NRS-210  Dedicated Background for TSOs", "CAL-NRS-503  BOTS Background Characterization"],
        ["CAL-NIS-005  Astrometric Calibration", "CAL-NIS-203  Astrometric Distortion"],
        ["CAL-NIS-001  Full Frame Darks (NISRAPID)", "CAL-NIS-501  NIRISS Darks"],
        ["CAL-NIS-021  SOSS Trace and Wavelength Cal", "CAL-NIS-511  GR700XD Wavecal"],
        ["CAL-MIRI-201  CCC-Open Darks", "CAL-MIRI-301  MIRI CCC-Open", "CAL-MIRI-001  Dark Monitor"],
        ["CAL-MIRI-012  Imaging External Flat Field", "CAL-MIRI-512  MIRI Imager LFlat"],
        ["CAL-MIRI-035  LRS Dispersion Correction", "CAL-MIRI-335  MIRI LRS Wavelength Calibration, Part 1"],
        ["CAL-MIRI-036  LRS Slit Throughput", "CAL-MIRI-536  LRS Slit Losses"],
        ["CAL-FLUX-002  Absolute Flux Calibration (White Dwarfs)", "CAL-XCAL-402: Abs Flux (Hot Stars)"],
        ["CAL-FLUX-003  Absolute Flux Calibration (G Dwarfs)", "CAL-XCAL-303  Abs. Flux Cal. (Solar Analogues)"],
        ["CAL-XCAL-304  Absolute Flux Calibration (Repeatability)", "CAL-XCAL-504  Absolute Flux Calibration"],
    ],
)
def test_programs_of_one_lineage_share_a_key(titles: list[str]) -> None:
    assert len({key(title) for title in titles}) == 1


@pytest.mark.parametrize(
    "titles",
    [
        [
            f"CAL-XCAL-40{n}  Absolute Flux Calibration ({s})"
            for n, s in enumerate(("A Dwarfs", "Hot Stars", "G Dwarfs"))
        ],
        [
            "CAL-NIS-001  Full Frame Darks (NISRAPID)",
            "CAL-NIS-002  Full Frame Darks (NIS)",
            "CAL-NIS-003  Subarray Darks",
        ],
        ["CAL-MIRI-200  CCC-Closed Darks", "CAL-MIRI-201  CCC-Open Darks", "CAL-MIRI-304  MIRI Controlled Darks"],
        [
            "CAL-MIRI-022  MRS External Flat",
            "CAL-MIRI-032  LRS External Flat",
            "CAL-MIRI-042  Coronagraph External Flat",
        ],
        ["CAL-NRS-314  MSA Shorts Checking", "CAL-NRS-315  MSA Electrical Shorts Detection", "CAL-NRS-316  MSA OSD"],
        ["CAL-NIS-013  NRM Throughput (Full Frame)", "CAL-NIS-014  NRM Throughput (Sub80)"],
        ["CAL-NRC-001  Darks", "CAL-NRS-001  Darks", "CAL-NIS-001  Darks", "CAL-MIRI-001  Darks", "CAL-FGS-001  Darks"],
        ["CAL-MIRI-027  MRS Dynamic Range", "CAL-MIRI-337  LRS Dynamic Range"],
    ],
)
def test_companions_and_look_alikes_have_keys_of_their_own(titles: list[str]) -> None:
    assert len({key(title) for title in titles}) == len(titles)


def test_a_new_activity_has_a_key_that_survives_wording() -> None:
    first = activity_key("CAL-NRC-540  Cosmic Ray Shower Characterization", "calibration")
    assert first is not None
    assert (first.key, first.group, first.instrument) == ("nircam-cosmic-ray-shower", "NRC", "NIRCam")
    assert first.words == "NIRCam: Cosmic Ray Shower Characterization"
    assert key("CAL-NRC-640: NIRCam Monitor of the Cosmic Ray Shower (Cycle 6)") == first.key


@pytest.mark.parametrize(
    ("title", "label"),
    [
        ("CAL-NRC-490  Frobnication", "NIRCam: Frobnication"),
        ("CAL-NRC-490  NIRCam Frobnication", "NIRCam Frobnication"),
        ("CAL-XCAL-490  Frobnication Cycle 4", "Frobnication"),
    ],
)
def test_a_new_activity_is_labelled_with_its_instrument_once(title: str, label: str) -> None:
    activity = activity_key(title, "calibration")
    assert activity is not None
    assert activity.words == label


def test_only_calibration_programs_have_an_activity_and_all_of_them_do() -> None:
    assert activity_key("Dark clouds of Jupiter", "GO") is None
    assert activity_key("Dark clouds of Jupiter", None) is None
    for title in ("", "CAL-NRC-001", "Monitor", "???"):
        assert activity_key(title, "calibration") is not None


def test_planned_programs_meet_flown_ones() -> None:
    planned = activity_key("Dark Monitoring", "SODRM", ("MIRI",))
    assert planned is not None
    assert planned.key == key("CAL-MIRI-301  MIRI CCC-Open")


def test_every_rule_names_a_concept_with_its_label() -> None:
    with (ontology_dir() / "links" / "activities.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    concepts = {concept.notation: concept.label for concept in load().concepts if concept.scheme == "activity"}
    labels = {row["key"]: concepts.get(row["key"]) for row in rows}
    assert labels == {row["key"]: row["label"] for row in reversed(rows)}


def calibration_titles(corpus: Path) -> Iterator[tuple[int, str]]:
    for path in sorted((corpus / "program-pages").glob("*.md")):
        head = path.read_text(encoding="utf-8")[:1500]
        if re.search(r'^proposal_type: "?calibration', head, re.MULTILINE):
            title = re.search(r'^program_title: "?(.*?)"?$', head, re.MULTILINE)
            assert title is not None
            yield int(path.stem), title[1]


@pytest.mark.parametrize("split", ["dev", "held"])
def test_lineage_of_labelled_programs(corpus: Path, split: str) -> None:
    """Pairs of programs in one chain, as grouped by hand."""
    keys = {number: key(title) for number, title in calibration_titles(corpus)}
    with (TRUTH / "lineage.csv").open(encoding="utf-8", newline="") as lines:
        chains = {int(row["program"]): row["chain"] for row in csv.DictReader(lines) if row["split"] == split}
    pairs = list(combinations(sorted(chains), 2))
    wanted = {pair for pair in pairs if chains[pair[0]] == chains[pair[1]]}
    got = {pair for pair in pairs if keys[pair[0]] == keys[pair[1]]}
    assert len(wanted & got) / len(got) >= 0.98, sorted(got - wanted)
    assert len(wanted & got) / len(wanted) >= 0.98, sorted(wanted - got)


def test_every_activity_of_the_corpus_is_a_concept(corpus: Path) -> None:
    notations = {concept.notation for concept in load().concepts if concept.scheme == "activity"}
    assert {key(title) for _, title in calibration_titles(corpus)} <= notations


FLOWN = {1: (1, "flux-a-dwarfs"), 3: (3, "flux-a-dwarfs"), 4: (4, "flux-a-dwarfs"), 5: (4, "flux-hot-stars")}
FLOWN |= {6: (4, "miri-anneal"), 7: (3, "brand-new"), 8: (4, "brand-new"), 9: (4, "brand-new")}


@pytest.fixture(scope="module")
def links() -> dict[str, set[tuple[int, int]]]:
    """What the rules derive for :data:`FLOWN`; 96610 is planned, without a cycle."""
    import pyoxigraph as ox

    from kb.rules import run, vocabulary_quads

    store = ox.Store()
    store.load(vocabulary_quads(ontology_dir()), format=ox.RdfFormat.N_QUADS)
    for program, (cycle, activity) in {**FLOWN, 96610: (None, "flux-a-dwarfs")}.items():
        node, graph = ox.NamedNode(f"{BASE}program/{program}"), ox.NamedNode(f"{BASE}graph/program-page/{program}")
        named = ox.NamedNode(f"{BASE}activity/{activity}")
        store.add(ox.Quad(node, ox.NamedNode(f"{ONTOLOGY}hasActivity"), named, graph))
        store.add(ox.Quad(node, ox.NamedNode(f"{ONTOLOGY}activityName"), ox.Literal(activity), graph))
        if cycle is not None:
            store.add(ox.Quad(node, ox.NamedNode(f"{ONTOLOGY}cycle"), ox.Literal(cycle), graph))
    run(store, ontology_dir())

    def pairs(pattern: str) -> set[tuple[int, int]]:
        rows = store.query(f"SELECT ?a ?b WHERE {{ {pattern} }}", prefixes=PREFIXES, use_default_graph_as_union=True)
        assert isinstance(rows, ox.QuerySolutions)
        return {(number(row["a"]), number(row["b"])) for row in rows}

    def number(term: object) -> int:
        return int(str(term).rstrip(">").rsplit("/", 1)[1])

    evidence = (
        "?link a jkb:DerivedLink ; rdfs:label ?label ; jkb:linkSubject ?a ; jkb:linkProperty jkb:{} ; jkb:linkObject ?b"
    )
    return {
        made: pairs(pattern)
        for name in ("continues", "companionOf")
        for made, pattern in ((name, f"?a jkb:{name} ?b"), (f"{name} with evidence", evidence.format(name)))
    }


def test_a_program_continues_the_nearest_earlier_cycle(links: dict[str, set[tuple[int, int]]]) -> None:
    assert links["continues"] == {(3, 1), (4, 3), (8, 7), (9, 7)}
    assert links["continues with evidence"] == links["continues"]


def test_companions_are_parts_of_one_effort_in_one_cycle(links: dict[str, set[tuple[int, int]]]) -> None:
    assert links["companionOf"] == {(4, 5), (5, 4)}
    assert links["companionOf with evidence"] == links["companionOf"]
