"""Slugs never merge two names, beyond the folding that kb.iris documents."""

from __future__ import annotations

import re
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.iris import concept_slug, element_iri, object_iri, observation_iri, slug, target_iri

# Biased to what is hard: signs, digits, the letters that spell signs, final letters.
NAMES = st.one_of(
    st.text(alphabet="BDCPbdcpmM+-0123456789. aAbBjJ%/_", min_size=1, max_size=12),
    st.text(min_size=1, max_size=12),
).filter(lambda name: name.strip() and not re.search("[\ud800-\udfff]", name))


def folded(name: str) -> str:
    return " ".join(normalize("NFC", name).split()).lower().replace("-", " ")


@given(NAMES, NAMES)
def test_a_slug_is_shared_only_by_names_that_fold_together(one: str, other: str) -> None:
    if folded(one) != folded(other):
        assert slug(one) != slug(other)
        assert concept_slug(one) != concept_slug(other)


@given(NAMES)
def test_a_slug_is_a_safe_path_segment(name: str) -> None:
    for made in (slug(name), concept_slug(name)):
        assert re.fullmatch(r"(?:[A-Za-z0-9._~-]|%[0-9A-F]{2})+", made)
        assert made not in (".", "..")


@given(st.text(alphabet="0123456789", min_size=4, max_size=6), st.text(alphabet="0123456789", min_size=2, max_size=6))
def test_the_sign_of_a_declination_and_the_letters_that_spell_it_stay_apart(right: str, left: str) -> None:
    names = [f"J{right}{sign}{left}" for sign in ("+", "-", "p", "m", " ")]
    assert len({slug(name) for name in names}) == len(names)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("BD+60 1753", "bdp60-1753"),
        ("BD-13 1234", "bdm13-1234"),
        ("CD-38 2551", "cdm38-2551"),
        ("WISE 0535-75", "wise-0535m75"),
        ("2MASS J05351680-7500249", "2mass-j05351680m7500249"),
        ("Kepler-16", "kepler-16"),
        ("NGC 604", "ngc-604"),
        ("16 Cyg B b", "16-cyg-B-b"),
        ("AU Mic", "au-mic"),
        ("Io", "io"),
        ("  HD \u00a0 2811 ", "hd-2811"),
        ("β Pic", "%CE%B2-pic"),
        ("A/B%", "a%2Fb%25"),
        ("..", "%2E%2E"),
    ],
)
def test_slug(name: str, expected: str) -> None:
    assert slug(name) == expected


def test_planets_and_components_stay_apart() -> None:
    assert len({slug(f"HD 189733{tail}") for tail in ("", " b", " B", "b", "B", " Ba", " BA", " A b", " a b")}) == 9


def test_a_decomposed_letter_is_the_composed_one() -> None:
    assert slug("Nun\u0303ez") == slug("Nu\u00f1ez")


def test_blank_names_are_refused() -> None:
    with pytest.raises(ValueError, match="blank"):
        slug(" \u00a0")


def test_addresses() -> None:
    assert object_iri("HD 2811").endswith("/object/hd-2811")
    assert element_iri("NIRSpec", "G395H").endswith("/element/nirspec-g395h")
    assert observation_iri(1, 5, 2).endswith("/program/1/observation/2")
    assert observation_iri(1, 5, None).endswith("/program/1/row/5")
    assert target_iri(1, 2, "NGC-1", shared_number=True).endswith("/program/1/target/2-ngc-1")
    assert target_iri(1, None, "SN 1987A").endswith("/program/1/target/name-sn-1987A")
