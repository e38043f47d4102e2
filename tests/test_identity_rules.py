"""What holds for every name: the rule tables, and any text at all."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.identity import TargetUse, identify, same_object_name
from kb.identity.naming import aliases
from kb.identity.rules import rules
from kb.ontology_tables import rows
from kb.vocabulary import load, ontology_dir


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


@pytest.mark.parametrize("piece", ["1", "BACKGROUND", "a b ", "Aa1", "FIELD1"])
def test_an_endless_text_is_no_name_and_takes_no_time(piece: str) -> None:
    uses = [TargetUse("HD 2811"), TargetUse(piece * 100_000)]
    known, endless = identify(uses)
    assert (known.object, endless.object) == ("HD 2811", None)
    assert "no name" in endless.rule
