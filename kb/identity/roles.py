"""The role of a target, from its own words, the row beside it and the program's other targets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from kb.identity.naming import Name, name_object
from kb.identity.rules import rules
from kb.identity.wording import Wording

__all__ = ["Setting", "role_of"]

_CORONAGRAPH = re.compile(r"coron|4QPM|lyot|AMI|aperture mask", re.IGNORECASE)
_MOS = re.compile(r"MultiObject", re.IGNORECASE)
_INTERNAL = re.compile(r"\b(?:dark|internal|lamp)\b", re.IGNORECASE)
_REFERENCE_LABEL = re.compile(r"\bref(?:erence)?\b[ -]*(?:star|PSF)?|\bPSF[ -]*(?:ref|star|cal)|\bcalibrator\b|\bPSF\b", re.IGNORECASE)
_SKY_LABEL = re.compile(r"\b(?:b(?:ac)?k?gr?n?d?|bkg\w*|background|sky)\b", re.IGNORECASE)
_CATALOG = re.compile(
    r"(?:^|[ _.\d-])(?:cat\d*|catalog\w*|\w*apt\w*cat\w*|msa\w*|e?mpt\w*|\w*targets?|source_?list\w*)(?:$|[ _.\d-])|_v\d|\bv\d+$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Setting:
    """The program around a target: its title, and the objects that its other names designate."""

    title: str
    category: str | None
    objects: frozenset[str]
    names: frozenset[str]

    @classmethod
    def of(cls, title: str, category: str | None, targets: Sequence[tuple[str, Wording, Name | None]]) -> Setting:
        """Gather what the targets of a program say about each other."""
        objects = frozenset(name.object for _, _, name in targets if name)
        return cls(title, category, objects, frozenset(text for text, _, _ in targets))

    def reading(self, text: str, wording: Wording, name: Name | None, role: str) -> Name | None:
        """Return what the name designates here, where another reading than the plain one is right."""
        if name is None:
            return None
        if role in ("catalog", "field", "internal", "reference", "background", "offset") and not name.certain:
            return None if name.object not in self.objects_elsewhere(name) else name
        return name

    def objects_elsewhere(self, name: Name) -> frozenset[str]:
        return self.objects


def role_of(
    text: str, label: str, template: str | None, wording: Wording, name: Name | None, setting: Setting
) -> tuple[str, str]:
    """Return the role and, in a few words, why."""
    template = template or ""
    if word := wording.says("source"):
        return "science", f"{word}: with background"
    if word := wording.says("catalog"):
        return "catalog", f"catalogue word {word}"
    if word := wording.says("background"):
        return "background", f"sky word {word}"
    if word := wording.says("offset"):
        return _offset(word, label, template, name)
    if word := wording.says("reference"):
        return "reference", f"{word}: another star"
    if _INTERNAL.search(template) and name is None:
        return "internal", "no sky"
    if _MOS.search(template) and (name is None or not name.certain):
        return "catalog", "list of sources for the shutters"
    if name is None or not name.certain:
        if _CATALOG.search(text):
            return "catalog", "named like a catalogue"
        if field := _field(text, wording.core):
            return "field", field
        if _SKY_LABEL.search(label) and name is None:
            return "background", "label says background"
    if _REFERENCE_LABEL.search(label) and _CORONAGRAPH.search(template):
        return "reference", "label says reference star"
    return "science", ""


def _offset(word: str, label: str, template: str, name: Name | None) -> tuple[str, str]:
    if _CORONAGRAPH.search(template):
        return "offset", f"{word} of a coronagraph"
    if name and "solar system" in name.rule:
        return "background", f"{word} of a moving target"
    if template.startswith("MIRI"):
        return "background", f"{word} in a MIRI template"
    return "offset", word


def _field(text: str, core: str) -> str | None:
    return None
