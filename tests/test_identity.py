"""Names of targets and the objects that they designate."""

from __future__ import annotations

import pytest

from kb.identity import Identity, TargetUse, identify, same_object_name

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
    ("Proxima-Cen-b", "PROXIMA-CENTAURI-b", "planet of a star that goes by a name"),
    ("LTT-1445A-b", "LTT 1445 Ab", "planet of a component"),
    ("QUASAR-SDSS-J0129-0035", "J0129-0035", "purpose"),
    ("COMET-C2017K2", "C/2017 K2", "purpose"),
    ("TDE-AT2022LRI", "AT 2022lri", "purpose"),
    ("SMC-AzV-215", "AZV215", "catalogue"),
    ("F08572+3915", "IRAS-08572+3915", "IRAS Faint Source Catalog"),
    ("JADES-GS-z14-0", "GS-z14-0", "survey before the name"),
    ("CATS-PAW", "NGC-6334", "a common name, no catalogue"),
    ("CIRCINUS-NUCLEUS", "CIRCINUS-GALAXY-nucleus", "part of an object that goes by a name"),
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
    ("β Pic b", "BET-PIC-B", "Greek letter"),
    ("βPic", "bet Pic", "Greek letter, glued"),
    ("ω Cen", "NGC 5139", "Greek letter of an alias"),
    ("\u00b5 Cep", "\u03bc Cep", "micro sign for the letter"),
    ("θ¹ Ori C", "tet01 Ori C", "raised number"),
    ("LkHα 330", "LkHa 330", "Greek letter within"),
    ("BD−18 359", "BD-18 359", "minus sign"),
    ("NGC–628", "NGC 628", "dash"),
    ("HD\u00a02811", "HD 2811", "space that does not break"),
    ("JUP LAT N3", "Jupiter LAT N3", "short for a planet"),
    ("G 139-21", "GJ1214", "main identifier"),
    ("-c-Eri", "51-ERI", "Latin letter"),
    ("TRAPPIST-1e-TRANSIT", "TRAPPIST-1 e", "what is observed of a planet"),
    ("BHR-71-IRS1", "BHR71-IRS1", "separators of a part that no catalogue has"),
    ("HKTAUB", "HK Tau B", "known variable star, glued"),
    ("Group MACSJ1206GROUP", "MACSJ1206-0847", "group"),
]
DIFFERENT = [
    ("GS-z14-0", "GS-z14-1"),
    ("FOMALHAUT-b", "FOMALHAUT"),
    ("CRAB-NEBULA-FIL2", "CRAB-NEBULA"),
    ("HD-189733", "HD-189733B"),
    ("β Pic", "α Pic"),
    ("BD−18 359", "BD+18 359"),
    ("JUP LAT N3", "JUP LAT S3"),
    ("JUP LAT N3", "Jupiter"),
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


def one(name: str) -> Identity:
    """Identify the target of a program that has no other."""
    (found,) = identify([TargetUse(name)])
    return found


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
    ("name", "spelled"),
    [
        ("NGC-6822-HUBBLE-I-III", "NGC 6822 Hubble I III"),
        ("UDS-T11", "UDS T11"),
        ("FUP LAT S1", "FUP LAT S1"),
        ("CALIB-1", "Calib 1"),
        ("SDSSJ0749", "SDSSJ0749"),
    ],
)
def test_unknown_names_stay_readable(name: str, spelled: str) -> None:
    assert same_object_name(name) == spelled


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


@pytest.mark.parametrize("name", ["ANTENNAE-b", "CARINA-NEBULA-b", "PLEIADES-b"])
def test_what_is_no_star_has_no_planets(name: str) -> None:
    (found,) = identify([TargetUse(name)])
    assert "planet" not in found.rule
