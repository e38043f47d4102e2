"""The role of a target, from its own words, the row beside it and the program's other targets.

The order of the questions matters: ``WBKG`` before ``BKG``, words of the name before words of the row.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kb.identity.naming import Name
from kb.identity.rules import rules
from kb.identity.wording import Wording

__all__ = ["Setting", "role_of"]

_CORONAGRAPH = re.compile(r"coron|aperture masking", re.IGNORECASE)
_SHUTTERS = re.compile(r"multi\s?object", re.IGNORECASE)
_INTERNAL = re.compile(r"\b(?:dark|internal|lamp)\b", re.IGNORECASE)
_WIDE = re.compile(r"imag|wide field|external|pointing|focus|engineering|dark|flat", re.IGNORECASE)
_REFERENCE_LABEL = re.compile(r"\bref(?:erence|s)?\b|\bPSF\b|\bcalibrator\b|[-_]REF[-_]|PSF[-_ ]?REF", re.IGNORECASE)
_SKY_LABEL = re.compile(r"\b(?:b(?:ac)?k?gr?n?d?|bkg\w*|bckg\w*|background\w*|sky|off)\b", re.IGNORECASE)
_CATALOG = re.compile(
    r"(?:^|[ _.\d-])(?:cat\d*|catalog\w*|\w*apt\w*cat\w*|msa\w*|e?mpt\w*|targets?|source_?list\w*)(?:$|[ _.\d-])",
    re.IGNORECASE,
)
_VERSION = re.compile(r"[_ ]v\d+\w?$", re.IGNORECASE)
_PLACE = re.compile(r"[A-Za-z]+")
_ITSELF = frozenset({"CALIBRATOR", "REFERENCE", "REF", "PSFREF", "PSFCAL", "PSFREFERENCE"})


@dataclass(frozen=True, slots=True)
class Setting:
    """The program around a target: its title, category and the objects that its plain names designate."""

    title: str
    category: str | None
    objects: frozenset[str]

    @classmethod
    def of(cls, title: str, category: str | None, targets: Sequence[tuple[Wording, Name | None]]) -> Setting:
        """Gather what the targets of a program say about each other."""
        plain = (n.object for w, n in targets if n and not w.says("background", "offset", "reference", "catalog"))
        return cls(title, category, frozenset(plain))


def role_of(
    text: str, label: str, template: str | None, wording: Wording, name: Name | None, setting: Setting
) -> tuple[str, str]:
    """Return the role and, in a few words, why."""
    template = template or ""
    known = name is not None and name.certain
    if word := wording.says("source"):
        return "science", f"{word}: the source itself"
    if word := wording.says("background"):
        return "background", f"sky word {word}"
    if _INTERNAL.search(template) and not known:
        return "internal", "no sky"
    if (word := wording.says("catalog")) and not (word.upper().startswith("TARGET") and (known or name is None)):
        return "catalog", f"catalogue word {word}"
    if word := wording.says("offset"):
        return _offset(word, label, template, name)
    if word := wording.says("reference"):
        return "reference", f"{word}: a star to compare with"
    if not known:
        if _SHUTTERS.search(template):
            return "catalog", "list of sources for the shutters"
        if _CATALOG.search(text) or (_VERSION.search(text) and not _PLACE.fullmatch(wording.core)):
            return "catalog", "named like a catalogue"
        if word := _field(text, template):
            return "field", f"field word {word}"
        if name is None and _SKY_LABEL.search(label):
            return "background", "label says background"
    if _REFERENCE_LABEL.search(label) and _CORONAGRAPH.search(template) and len(setting.objects) > 1:
        return "reference", "label says reference star"
    return "science", ""


def _offset(word: str, label: str, template: str, name: Name | None) -> tuple[str, str]:
    if _SKY_LABEL.search(label):
        return "background", f"{word}, label says background"
    if _CORONAGRAPH.search(template):
        return "offset", f"{word} of a coronagraph"
    if name and name.moving:
        return "background", f"{word} of a moving target"
    if template.startswith("MIRI") and not re.search(r"pre-?imag|acq|\bTA\b", label, re.IGNORECASE):
        return "background", f"{word} in a MIRI template"
    return "offset", word


def _field(text: str, template: str) -> str | None:
    """Return the word that makes a name one of a field."""
    fields = rules().fields
    wide = bool(_WIDE.search(template)) or not template
    for word in _PLACE.findall(text):
        where = fields.get(word.upper())
        if where == "any" or (where and wide):
            return word
    return None
