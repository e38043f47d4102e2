"""The role of a target, from its own words, the row beside it and the program's other targets.

The order of the questions matters: ``WBKG`` before ``BKG``, words of the name before words of the row.
"""

from __future__ import annotations

import re
from functools import lru_cache

from kb.identity.context import SKY_LABEL, Setting
from kb.identity.naming import Name, name_object, well_known
from kb.identity.rules import rules, squeeze
from kb.identity.wording import Wording

__all__ = ["SKY_BY_LABEL", "role_of"]

SKY_BY_LABEL = ("background", "label says background")

# What a template does, by its name: tells what its targets may be.
_TRAITS = {
    "compares": re.compile(r"coron|aperture masking", re.IGNORECASE),
    "shutters": re.compile(r"multi\s?object", re.IGNORECASE),
    "internal": re.compile(r"\b(?:dark|internal|lamp)\b", re.IGNORECASE),
    "wide": re.compile(r"^$|imag|wide field|external|pointing|focus|engineering|dark|flat", re.IGNORECASE),
    "MIRI": re.compile(r"MIRI"),
}
_COMPARED = re.compile(r"\bref(?:erence|s)?\b|\bPSF\b|\bcalibrator\b", re.IGNORECASE)
_COMPARED_STAR = re.compile(
    r"\bref(?:erence)?[- ]*star|\bP ?S ?F[- ]*(?:ref\w*|star|cal(?:ibrator)?\b)|\breference[- ]*PSF"
    r"|\bstar[- ]*ref\w*|\bon ref\w*|^CAL$|\breference$",
    re.IGNORECASE,
)
_CATALOG = re.compile(
    r"(?:^|[ _.\d-])(?:cat\d*|catalog\w*|\w*apt\w*cat\w*|msa\w*|e?mpt\w*|targets|source_?list\w*)(?:$|[ _.\d-])",
    re.IGNORECASE,
)
_VERSION = re.compile(r"[_ ]v\d+\w?$", re.IGNORECASE)
_NUMBERED = re.compile(r"([A-Za-z]+)[ _-]?0*(\d*)")
_ACQUISITION = re.compile(r"pre-?imag|acq|\bTA\b", re.IGNORECASE)
# GS-z14-0: a galaxy of the field, called after its redshift.
_REDSHIFT = re.compile(r"[ _-]z\d", re.IGNORECASE)
_COUNT = re.compile(r"(?<![ _.#-])[ _.#-]*+\d{0,3}[A-Z]?$")
_TILES = re.compile(r"(?:deep |medium )?(?:tiles?|pointings?)\b", re.IGNORECASE)
_CALIBRATES = re.compile(r"(?:TD[ _-])?CAL[ _-](?!FIELD)", re.IGNORECASE)


@lru_cache(maxsize=1024)
def _traits(template: str) -> frozenset[str]:
    return frozenset(trait for trait, pattern in _TRAITS.items() if pattern.search(template))


def role_of(
    text: str, label: str, template: str | None, wording: Wording, name: Name | None, setting: Setting
) -> tuple[str, str]:
    """Return the role and, in a few words, why."""
    traits = _traits(template or "")
    known = name is not None and name.certain
    if word := wording.says("source"):
        return "science", f"{word}: the source itself"
    if (word := wording.says("background")) and squeeze(text) not in setting.with_sky:
        return "background", f"sky word {word}"
    if "internal" in traits and not known:
        return "internal", "no sky"
    if (word := wording.says("catalog")) and not well_known(text):
        return "catalog", f"catalogue word {word}"
    if word := wording.says("offset"):
        return _offset(word, label, traits, name)
    if word := wording.says("reference"):
        return "reference", f"{word}: a star to compare with"
    if "shutters" in traits and (name is None or not known or _is_list(text, wording, name)):
        return "catalog", "list of sources for the shutters"
    if not known and (_CATALOG.search(text) or (_VERSION.search(text) and not wording.core.isalpha())):
        return "catalog", "named like a catalogue"
    wide = "wide" in traits
    if word := _field(wording.core or text, wide):
        return "field", f"field word {word}"
    if not known and wide and _TILES.match(label):
        return "field", "label says tiles or pointing"
    if name is None and SKY_LABEL.search(label):
        return SKY_BY_LABEL
    if name is None and (role := rules().placeholders.get(squeeze(_COUNT.sub("", text)), "science")) != "science":
        return role, f"{text} is a kind of {role}"
    if _is_compared(text, label, traits, name, setting):
        return "reference", "row or title says reference star"
    return "science", ""


def _is_list(text: str, wording: Wording, name: Name) -> bool:
    """Tell the sources of a field from the object that the list is named after."""
    return (
        "part of" in name.rule
        or wording.says("nth") is not None
        or _VERSION.search(text) is not None
        or _CATALOG.search(text) is not None
    )


def _is_compared(text: str, label: str, traits: frozenset[str], name: Name | None, setting: Setting) -> bool:
    """Tell whether the row or the title makes a star one that others are compared with."""
    if len(setting.objects) < 2:
        return False
    label = label.replace("_", " ")
    compares = "compares" in traits
    if _COMPARED_STAR.search(label) or (compares and (_COMPARED.search(label) or _CALIBRATES.match(text))):
        return True
    if (
        name
        and name.certain
        and setting.in_title
        and not {name.object, name.system} & (setting.in_title | setting.systems)
    ):
        # The title names what it is about; beside it stands the star that it is compared with.
        return len(setting.objects) <= 3 if compares else len(setting.objects) == 2 and bool(setting.systems)
    if not _COMPARED.search(label):
        return False
    # "beta Pic PSF" on another star: the label names the star that it is for.
    words = label.split()
    named = (name_object(" ".join(words[:count])) for count in (1, 2, 3))
    return any(n and n.object in setting.objects and (not name or n.object != name.object) for n in named)


def _offset(word: str, label: str, traits: frozenset[str], name: Name | None) -> tuple[str, str]:
    if SKY_LABEL.search(label):
        return "background", f"{word}, label says background"
    if "compares" in traits:
        return "offset", f"{word} of a coronagraph"
    if name and name.moving:
        return "background", f"{word} of a moving target"
    if "MIRI" in traits and not _ACQUISITION.search(label):
        return "background", f"{word} in a MIRI template"
    return "offset", word


@lru_cache(maxsize=65536)
def _field(text: str, wide: bool) -> str | None:
    """Return the word that makes a name one of a field."""
    if _REDSHIFT.search(text):
        return None
    fields = rules().fields
    for first, (word, number) in enumerate(_NUMBERED.findall(text)):
        where: str | None = fields.get(word.upper()) or ("imaging" if word.upper().endswith("FIELD") else None)
        # COSMOS24108 is a galaxy of the field, COSMOS-3 a part of it.
        if where == "any" or (where == "first" and not first) or (where == "imaging" and wide and len(number) < 4):
            return str(word)
    return None
