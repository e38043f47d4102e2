"""What the rest of a program says of a target: its role, and which of several objects is meant."""

from __future__ import annotations

import pytest

from kb.identity import Identity, TargetUse, identify, same_object_name

CORONAGRAPHY = "NIRCam Coronagraphic Imaging"
SHUTTERS = "NIRSpec MultiObject Spectroscopy"


def one(name: str, label: str = "", template: str | None = None, *others: TargetUse, title: str = "") -> Identity:
    """Identify one target in a program with others."""
    return identify([TargetUse(name, label=label, template=template), *others], title)[0]


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
