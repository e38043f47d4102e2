"""Names of targets → sky objects and roles: every kind of domain knowledge, look-alikes, and the corpus as a whole."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.identity import Identity, TargetUse, identify, same_object_name
from kb.identity.naming import aliases
from kb.identity.rules import rows, rules
from kb.vocabulary import load, ontology_dir

TRUTH = Path(__file__).parent / "truth"

SAME = [
    ("HD2811-WBKG", "HD-2811", "with background is the source"),
    ("HD-2811-lrs bkg", "hd2811", "sky word"),
    ("BKG-GJ14", "GJ 14", "sky word before"),
    ("12PBACKGROUND", "12P/Pons-Brooks", "glued sky word"),
    ("NGC0598SKYMIRI", "M-33", "glued sky word and instrument"),
    ("HAT-P-12BCKG", "HAT-P-12MAIN", "glued words after a number"),
    ("DARK-IRAS18089", "IRAS18089-copy", "dark before a name"),
    ("BACKGROUND-FOR-AGEL0014", "AGEL0014-SKY", "words between"),
    ("ABELL-2597-WITH-NO-BKG-NIRSPEC", "A2597", "split word"),
    ("HD-189733B", "HD 189733 b", "planet in capitals"),
    ("WD1856B", "WD-1856+534-B", "planet of a short name"),
    ("TRAPPIST-1B", "TRAPPIST-1 b", "planet"),
    ("-tau-Cet", "HD 10700", "SIMBAD leftover"),
    ("V-AD-Leo", "AD-LEO", "SIMBAD leftover"),
    ("-bet-Pic", "BETA-PIC", "Bayer letter"),
    ("-RHO01-CNC", "55CNC", "Bayer letter and Flamsteed number"),
    ("NAME-Barnards-star", "GJ 699", "SIMBAD leftover and alias"),
    ("EM-AS-209", "AS 209", "SIMBAD leftover"),
    ("DELUMI", "-DEL-UMI", "glued constellation"),
    ("V4046SGR", "V4046-Sgr", "glued variable star"),
    ("HD-218396", "HR 8799", "main identifier"),
    ("BD+01-316", "WASP-76", "main identifier"),
    ("CD-38-2551", "WASP-63", "main identifier"),
    ("LP-141-14", "WD 1856+534", "main identifier"),
    ("HD-31648", "MWC480", "main identifier"),
    ("BD+60_1753", "BD+60-1753-copy", "zone"),
    ("EC53-nobkg-epoch2", "EC 53", "suffixes that change nothing"),
    ("GJ179-F1550C", "GJ-179", "filter"),
    ("PHOT-TEMPLATE-2-TWA-29", "TWA.29", "purpose"),
    ("TD-PDS-70", "PDS 70", "purpose"),
    ("J0224M4711", "VDESJ0224-4711", "letters for signs"),
    ("WISE-0535-75", "J053516.80-750024.9", "precision"),
    ("WISEPC1405+55", "WISEPCJ140518.40+553421.5", "precision"),
    ("SDSSJ0100+2802", "J010013.02+280225.8", "precision"),
    ("M-106", "N4258", "Messier"),
    ("MESSIER-084", "NGC 4374", "Messier"),
    ("NGC-0253", "NGC253", "leading zero"),
    ("UGC05101", "UGC-5101", "leading zero"),
    ("ACO-2744", "ABELL2744", "Abell"),
    ("MJ0416.1-2403", "MACSJ0416.1-2403", "cluster"),
    ("MACSJ1423+2404", "MACS J1423.8+2404", "cluster, cut off"),
    ("SN-2022ACKO", "2022acko", "supernova"),
    ("24vjm", "SN2024VJM", "supernova, short year"),
    ("SN-20231dh", "SN 2023ldh", "digit for a letter"),
    ("515-ATHALIA", "Athalia", "asteroid"),
    ("1999TC36", "Lempo", "provisional designation"),
    ("K14Y91X", "2014 YX91", "packed designation"),
    ("C-2019-03", "C/2019 O3", "nought for O"),
    ("C2017K2", "C/2017 K2 (PanSTARRS)", "comet"),
    ("2022E3BACKGROUND", "C/2022 E3", "comet without its letter"),
    ("IRASF08572+3915", "IR08572", "IRAS"),
    ("ESO-350-IG-038", "Haro 11", "ESO"),
    ("CGCG-012-070", "CGCG012-070-BG", "CGCG"),
    ("GN-z11", "GNz11", "separators of a name that no catalogue has"),
    ("NAME-G-268-38B", "LHS 1140 b", "planet of an alias"),
    ("ABELL2744-PREIMG-REPEAT1-19N47D", "A2744", "what follows a repeat tells visits apart"),
    ("M51-NIRCAM-justSkipped-june25", "NGC 5194", "what follows a skipped visit"),
    ("Enceladus-LEAKCAL", "ENCELADUS", "mode of a calibration"),
    ("GSPC-P330-E", "P330E", "purpose"),
    ("CRAB-BKG", "M1", "common name"),
    ("Prox-Cen", "alf Cen C", "common name"),
    ("G 139-21", "GJ1214", "main identifier"),
    ("-c-Eri", "51-ERI", "Latin letter"),
    ("TRAPPIST-1e-TRANSIT", "TRAPPIST-1 e", "what is observed of a planet"),
    ("BHR-71-IRS1", "BHR71-IRS1", "separators of a part that no catalogue has"),
    ("HKTAUB", "HK Tau B", "known variable star, glued"),
    ("Group MACSJ1206GROUP", "MACSJ1206-0847", "group"),
]

DIFFERENT = [
    ("HD-189733", "HD-189733B"),
    ("HD-1326", "HD-1326B"),
    ("16CYG-A", "16CYG-B"),
    ("TWA-11A", "TWA-11B"),
    ("TRAPPIST-1 b", "TRAPPIST-1 c"),
    ("TOI-431b", "TOI-431d"),
    ("-e-Eri", "-eps-Eri"),
    ("J0910P1656", "J0910M1656"),
    ("J0910+1656", "J0910-0414"),
    ("HSCJ1215-0148", "HSCJ1215-0149"),
    ("2M22390990+0207329", "J2239+0207"),
    ("2MASS-J16070384-3911113", "2MASS-J16070854-3914075"),
    ("HD 2811", "HIP 2811"),
    ("HD 8799", "HR 8799"),
    ("NGC 104", "NGC 1044"),
    ("IC 348", "NGC 348"),
    ("M-33", "NGC 33"),
    ("ABELL-2744", "ABELL-2744-1"),
    ("L1527", "L1527-B1"),
    ("NGC-4303-TILE-1", "NGC-4303-TILE-2"),
    ("M-82", "M-82-SOUTH-CONE"),
    ("BHR71-IRS1", "BHR71-IRS2"),
    ("IRAS-F14348-1447-SW", "IRAS-F14348-1447-NE"),
    ("SN2022acko", "SN2022ackp"),
    ("SN-2011ja", "2011JA"),
    ("Europa", "52-EUROPA"),
    ("12P", "13P"),
    ("Fomalhaut", "FOMALHAUT-C"),
    ("PDS-70b", "PDS-70c"),
    ("BD+01-316", "BD-01-316"),
    ("POINTING1", "POINTING2"),
    ("HD-10647", "HD-10647-PSF"),
    ("GAIA.DR2.2012274645851486080", "GAIA.DR3.2012274645851486080"),
    ("J0148-14360", "J0148-14610"),
]

CORONAGRAPHY = "NIRCam Coronagraphic Imaging"
SHUTTERS = "NIRSpec MultiObject Spectroscopy"


def one(name: str, label: str = "", template: str | None = None, *others: TargetUse, title: str = "") -> Identity:
    """Identify one target in a program with others."""
    return identify([TargetUse(name, label=label, template=template), *others], title)[0]


@pytest.mark.parametrize(("first", "second", "why"), SAME, ids=[f"{a}={b}" for a, b, _ in SAME])
def test_two_names_of_one_object(first: str, second: str, why: str) -> None:
    assert same_object_name(first) == same_object_name(second) is not None, why


@pytest.mark.parametrize(("first", "second"), DIFFERENT, ids=[f"{a}!={b}" for a, b in DIFFERENT])
def test_look_alikes_stay_apart(first: str, second: str) -> None:
    names = one(first).object, one(second).object
    assert names[0] != names[1] or names[0] is None


@pytest.mark.parametrize(
    "name",
    [
        "BACKGROUND",
        "SKY",
        "STAR",
        "POINTING1",
        "KILONOVA",
        "TOO1",
        "LensedSN",
        "130302",
        "142-301",
        "W-1",
        "NORTH",
        "EAST-2",
        "SOUTHWEST",
        "CENTER",
        "POS1",
        "TBD",
        "LINEAR",
        "PANSTARRS",
        "ATLAS",
        "BACKUP1",
        "TEST",
        "TARGETA",
        "BG-STAR",
        "DARK-CLOUD",
        "Planetary_Nebula",
        "Interacting_Galaxy_Pair",
        "FRBLocation",
        "S-1-TILE-4",
        "",
    ],
)
def test_placeholders_are_no_objects(name: str) -> None:
    assert one(name).object is None
    assert same_object_name(name) is None


@pytest.mark.parametrize(
    ("name", "label", "template", "role"),
    [
        ("HD2811", "MIRI imaging", "MIRI Imaging", "science"),
        ("HD2811-WBKG", "MIRI MRS - bkg", "MIRI Medium Resolution Spectroscopy", "science"),
        ("HD2811-BKG", "", "MIRI Medium Resolution Spectroscopy", "background"),
        ("TAURUS-DARK-CLOUD-EDGE0", "", "MIRI Medium Resolution Spectroscopy", "science"),
        ("C2014UN271-NEEDS-OFFSET", "", "NIRSpec IFU Spectroscopy", "science"),
        ("CHIRON-OFFSET", "", "NIRSpec IFU Spectroscopy", "background"),
        ("L-98-59_offset", "dither", "MIRI Imaging", "background"),
        ("P330E-OFFSET", "MASKSWB", CORONAGRAPHY, "offset"),
        ("HD-10647-PSF", "", CORONAGRAPHY, "reference"),
        ("PSF-J1007+2115", "", "NIRCam Imaging", "reference"),
        ("REF-HD-89063", "REF-M3", CORONAGRAPHY, "reference"),
        ("macs0416_clu_nirspec_targets_v1", "", SHUTTERS, "catalog"),
        ("B335_MSAcat_25Jan2025", "", SHUTTERS, "catalog"),
        ("TOPLRD", "", SHUTTERS, "catalog"),
        ("GD-71", "", SHUTTERS, "science"),
        ("COSMOS-3", "", "NIRCam Imaging", "field"),
        ("COSMOS24108", "", "NIRSpec IFU Spectroscopy", "science"),
        ("LMC-ASTROMETRIC-FIELD", "", "NIRCam Engineering Imaging", "field"),
        ("ECLIPTIC-RA120", "", "NIRCam Imaging", "field"),
        ("Northern-FGS-Lamp-field", "", "FGS Internal Flat", "internal"),
        ("TARGET1", "MRS background", "MIRI Medium Resolution Spectroscopy", "background"),
    ],
)
def test_roles(name: str, label: str, template: str, role: str) -> None:
    assert one(name, label, template).role == role


def test_label_and_title_make_a_reference_star() -> None:
    other = TargetUse("HR8799", template=CORONAGRAPHY)
    assert one("HD-220657", "PSF Ref", CORONAGRAPHY, other).role == "reference"
    assert one("HD-220657", "roll 1", CORONAGRAPHY, other, title="The planets of HR 8799").role == "reference"
    assert one("HD-220657", "roll 1", CORONAGRAPHY, other, title="A survey").role == "science"
    assert one("HD-220657", "PSF Ref", CORONAGRAPHY).role == "science", "alone it is compared with nothing"


def test_psf_star_is_another_star_unless_it_is_itself() -> None:
    assert one("HD-10647-PSF", "", CORONAGRAPHY, TargetUse("HD-10647")).object is None
    assert one("HD-18511-PSF-CALIBRATOR", "", "NIRSpec IFU Spectroscopy").object == "HD 18511"
    assert one("REF-HD-89063", "", CORONAGRAPHY).object == "HD 89063"


def test_final_b_depends_on_the_program() -> None:
    host = TargetUse("HD-79096")
    assert one("HD-79096B", "", "NIRSpec IFU Spectroscopy", host).object == "HD 79096 B"
    paired = one("HD-79096-B", "MRS background", "MIRI Medium Resolution Spectroscopy", host)
    assert (paired.object, paired.system) == ("HD 79096", None)
    planet = one("HD-79096B", "", "NIRSpec Bright Object Time Series", host, title="A transit of a hot Jupiter")
    assert (planet.object, planet.system) == ("HD 79096 b", "HD 79096")


def test_moon_or_asteroid() -> None:
    assert one("PANDORA", title="Saturn").object == same_object_name("Pandora (moon)") == "Pandora moon"
    asteroid = one("Pandora", title="Nominally anhydrous asteroids")
    assert (asteroid.object, asteroid.system) == ("55 Pandora", None)
    assert one("Pandora", title="Asteroids and moons of Saturn").object == "Pandora moon"


def test_moon_called_like_a_survey_is_told_by_its_planet() -> None:
    assert one("ATLAS", title="Small moons of Saturn").object == "Atlas"
    assert one("ATLAS", title="Comets").object is None


def test_numbers_of_a_program_are_no_catalogue_entries() -> None:
    others = TargetUse("HD2"), TargetUse("HD3")
    assert one("HD1", "", None, *others, title="Galaxies at z~13").object is None
    assert one("HD1", "", None, *others, title="Bright stars").object == "HD 1"
    assert one("HD1", "", None, TargetUse("HD-2811"), title="Galaxies").object == "HD 1"


def test_target_defined_again_is_told_by_its_label() -> None:
    first = TargetUse("V-HL-TAU", label="HL Tau MIRI MRS")
    assert one("V-HL-TAU-1", "HL TAU MIRI MRS 2", None, first).object == "HL Tau"
    assert one("V-HL-TAU-1", "HL TAU 1", None, first).object == "HL Tau 1"
    assert one("V-HL-TAU-1", "HL TAU", None, first, TargetUse("V-HL-TAU-2", label="HL TAU")).object == "HL Tau 1"
    assert one("V-HL-TAU-1", "HL TAU").object == "HL Tau 1", "there is no other"


def test_transition_is_no_transit() -> None:
    spectrum = ("", "MIRI Low Resolution Spectroscopy")
    assert one("HD-46588-B", *spectrum, title="Rainout across the LT transition").object == "HD 46588 B"
    assert one("HD-46588-B", *spectrum, title="A transiting hot Jupiter").object == "HD 46588 b"


@pytest.mark.parametrize(
    ("name", "spelled"),
    [
        ("NGC-6822-HUBBLE-I-III", "NGC 6822 Hubble I III"),
        ("UDS-T11", "UDS T11"),
        ("JUP LAT S1", "JUP LAT S1"),
        ("CALIB-1", "Calib 1"),
        ("SDSSJ0749", "SDSSJ0749"),
    ],
)
def test_unknown_names_stay_readable(name: str, spelled: str) -> None:
    assert same_object_name(name) == spelled


def test_rows_of_a_target_agree() -> None:
    rows = [
        TargetUse("UDS-T11", 18, "a", "NIRCam Imaging"),
        TargetUse("UDS-T11", 18, "b", "NIRSpec Fixed Slit Spectroscopy"),
    ]
    assert {(i.object, i.role) for i in identify(rows)} == {("UDS T11", "science")}
    rows = [TargetUse("PEGW", 1, "", "NIRCam Imaging"), TargetUse("PEGW", 1, "", SHUTTERS)]
    assert {i.role for i in identify(rows)} == {"science"}
    rows = [TargetUse("TARGET1", 1, "MRS background"), TargetUse("TARGET1", 1, "MRS")]
    assert [i.role for i in identify(rows)] == ["background", "science"], "labels differ"


def test_short_names_are_completed_within_the_program_only() -> None:
    assert one("J1007-MRS-SKY", "", None, TargetUse("J1007+2115")).object == "J1007+2115"
    both = (TargetUse("J1007+2115"), TargetUse("J1007-0303"))
    assert one("J1007-MRS-SKY", "", None, *both).object not in ("J1007+2115", "J1007-0303")
    assert one("J1007").object != same_object_name("J1007+2115")


def test_comet_called_after_a_survey_is_told_by_its_label() -> None:
    assert one("LONEOS", "C/2004 A1 (LONEOS)", "NIRSpec IFU Spectroscopy").object == "C/2004 A1"


def test_planets_and_moons_are_part_of_their_system() -> None:
    assert one("HR 8799 c").system == "HR 8799"
    assert one("TRAPPIST-1").system is None
    assert one("EUROPA").system == "Jupiter"
    assert one("M-82-SOUTH-CONE").system == "NGC 3034"


@pytest.mark.parametrize(
    ("name", "method"),
    [("HD 2811", "exact"), ("HD-2811", "normalised"), ("HD2811-BKG", "suffix"), ("HD-218396", "alias")],
)
def test_methods(name: str, method: str) -> None:
    identity = one(name)
    assert identity.method == method
    assert identity.rule


def test_method_of_a_cut_position() -> None:
    assert one("SDSSJ141659.78+500626.4").method == "coordinates"


# --- the rule tables ------------------------------------------------------------------------------------------------


def test_every_alias_leads_to_its_object() -> None:
    path = ontology_dir() / "vocabulary" / "aliases.csv"
    wrong = [(name, obj, same_object_name(name)) for name, obj, _ in rows(path) if same_object_name(name) != obj]
    assert not wrong, f"{path}: these aliases do not lead to their object: {wrong[:5]}"


def test_every_object_of_an_alias_is_its_own_name() -> None:
    objects = {obj for obj, _ in aliases().values()}
    assert not [obj for obj in objects if same_object_name(obj) != obj]
    assert len(list(rows(ontology_dir() / "vocabulary" / "aliases.csv"))) >= 350


def test_planet_hosts_are_canonical() -> None:
    assert not [host for host in rules().planets if same_object_name(host) != host]


def test_positions_and_messier_objects_are_canonical() -> None:
    names = {*rules().positions.values(), *rules().messier.values()}
    assert not [name for name in names if same_object_name(name) != name]


def test_roles_are_those_of_the_vocabulary() -> None:
    known = set(load().roles)
    effects = {"source", "mode", "same", "nth", "part", "link"}
    assert set(rules().words.values()) <= known | effects
    for flag in ("leads", "counts", "apart"):
        assert rules().flagged[flag] < known | effects
    assert set(rules().placeholders.values()) <= known


# --- properties -----------------------------------------------------------------------------------------------------

CATALOGUE_NAMES = st.one_of(
    st.builds("{} {}".format, st.sampled_from(["HD", "HIP", "GJ", "NGC", "WASP", "Mrk"]), st.integers(111, 9999)),
    st.builds("BD+{:02d} {}".format, st.integers(0, 89), st.integers(1, 5999)),
    st.builds(
        "J{:02d}{:02d}{}{:02d}{:02d}".format,
        st.integers(0, 23),
        st.integers(0, 59),
        st.sampled_from("+-"),
        st.integers(0, 89),
        st.integers(0, 59),
    ),
)


@given(CATALOGUE_NAMES, st.sampled_from(["-", "_", " ", ""]), st.booleans())
@settings(max_examples=200, deadline=None)
def test_case_and_separators_change_nothing(name: str, separator: str, lower: bool) -> None:
    noisy = name.replace(" ", separator if separator or not name.startswith("BD") else "_")
    assert same_object_name(noisy.lower() if lower else noisy) == same_object_name(name)


@given(CATALOGUE_NAMES, st.sampled_from(["-BKG", "-copy", "_MIRI", "-WBKG", " background", "-v2", "-EPOCH2"]))
@settings(max_examples=200, deadline=None)
def test_words_change_nothing(name: str, word: str) -> None:
    assert same_object_name(name + word) == same_object_name(name)


@given(st.text(max_size=40))
@settings(max_examples=300, deadline=None)
def test_any_text_gives_a_name_that_is_its_own(text: str) -> None:
    name = same_object_name(text)
    identify([TargetUse(text, label=text)], text)
    assert name is None or name.strip()


# --- the corpus and the truth ---------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _programs(folder: Path) -> dict[int, tuple[str, str | None, tuple[TargetUse, ...]]]:
    from kb.sources import read

    programs = {}
    for path in sorted((folder / "program-pages").glob("*.md")):
        for reading in read(path):
            if reading.program:
                uses = tuple(
                    TargetUse(t.name, t.number, o.label, o.template, o.folder)
                    for o in reading.observations
                    for t in o.targets
                )
                assert reading.program.id is not None
                programs[reading.program.id] = (reading.program.title, reading.program.category, uses)
    return programs


@pytest.fixture(scope="session")
def programs(corpus: Path) -> dict[int, tuple[str, str | None, tuple[TargetUse, ...]]]:
    return _programs(corpus)


def test_objects_of_the_corpus_are_fixed_points(
    programs: dict[int, tuple[str, str | None, tuple[TargetUse, ...]]],
) -> None:
    found = {i.object for title, category, uses in programs.values() for i in identify(uses, title, category)}
    assert len(found) > 2000
    assert not [name for name in found if name and same_object_name(name) != name]


def test_a_target_is_one_object_in_all_rows(
    programs: dict[int, tuple[str, str | None, tuple[TargetUse, ...]]],
) -> None:
    for number, (title, category, uses) in programs.items():
        found: dict[tuple[int | None, str], set[str | None]] = {}
        for use, identity in zip(uses, identify(uses, title, category), strict=True):
            found.setdefault((use.number, use.name), set()).add(identity.object)
        assert not [target for target, objects in found.items() if len(objects) > 1], number


def _truth(name: str, split: str) -> Iterator[dict[str, str]]:
    path = TRUTH / name
    if not path.exists():
        pytest.skip(f"no {path}")
    with path.open(encoding="utf-8", newline="") as file:
        yield from (row for row in csv.DictReader(file) if row["split"] == split)


@pytest.mark.parametrize("split", ["dev", "held"])
def test_truth_of_pairs(split: str, programs: dict[int, tuple[str, str | None, tuple[TargetUse, ...]]]) -> None:
    def designated(program: str, name: str) -> str | None:
        title, category, uses = programs[int(program)]
        found = dict(zip((u.name for u in uses), identify(uses, title, category), strict=True))
        return found[name].object if name in found else same_object_name(name)

    right = {"same": 0, "different": 0}
    total = {"same": 0, "different": 0}
    for row in _truth("identity_pairs.csv", split):
        first, second = designated(row["program_a"], row["name_a"]), designated(row["program_b"], row["name_b"])
        verdict = "same" if first is not None and first == second else "different"
        total[row["verdict"]] += 1
        right[row["verdict"]] += verdict == row["verdict"]
    assert right["same"] / total["same"] >= 0.9
    assert right["different"] / total["different"] >= 0.985


@pytest.mark.parametrize("split", ["dev", "held"])
def test_truth_of_roles(split: str, programs: dict[int, tuple[str, str | None, tuple[TargetUse, ...]]]) -> None:
    right = total = 0
    for row in _truth("roles.csv", split):
        title, category, uses = programs[int(row["program"])]
        roles = {i.role for u, i in zip(uses, identify(uses, title, category), strict=True) if u.name == row["name"]}
        total += 1
        right += row["role"] in roles
    assert right / total >= 0.93


@pytest.mark.parametrize("piece", ["1", "BACKGROUND", "a b ", "Aa1", "FIELD1"])
def test_an_endless_text_is_no_name_and_takes_no_time(piece: str) -> None:
    uses = [TargetUse("HD 2811"), TargetUse(piece * 100_000)]
    known, endless = identify(uses)
    assert (known.object, endless.object) == ("HD 2811", None)
    assert "no name" in endless.rule
