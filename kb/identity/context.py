"""What a program's other targets, its title and the row say about a name: one string may mean two bodies.

>>> from kb.identity import TargetUse, identify
>>> [identify([TargetUse("Pandora")], title)[0].object for title in ("Saturn", "Main belt asteroids")]
['Pandora', '55 Pandora']
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from kb.identity.naming import Name
from kb.identity.rules import rules, squeeze
from kb.identity.wording import Wording

__all__ = ["SKY_LABEL", "Setting", "in_context"]

SKY_LABEL = re.compile(r"\b(?:b(?:ac)?k?gr?n?d?|bkg\w*|bckg\w*|background\w*|backgr\w*|sky|off)\b", re.IGNORECASE)
_ASTEROIDS = re.compile(r"asteroid|main[- ]belt|trojan|near-earth object", re.IGNORECASE)
_TIME_SERIES = re.compile(r"time series|single-?object slitless|low resolution", re.IGNORECASE)
_PLANETARY = re.compile(r"transit|eclips|phase curve|exoplanet|planet|jupiter|neptune|earth|atmospher", re.IGNORECASE)
_HALF_POSITION = re.compile(r"(?:[A-Za-z0-9]*[A-Za-z])?J?[ _-]?(\d{4})[A-Za-z]?$")


@dataclass(frozen=True, slots=True)
class Setting:
    """The program around a target: title, category, and the objects and systems that its plain names designate."""

    title: str
    category: str | None
    objects: frozenset[str]
    systems: frozenset[str]

    @classmethod
    def of(cls, title: str, category: str | None, targets: Sequence[tuple[Wording, Name | None]]) -> Setting:
        """Gather what the targets of a program say about each other."""
        plain = [n for w, n in targets if n and not w.says("background", "offset", "reference", "catalog")]
        systems = frozenset(n.system for n in plain if n.system)
        return cls(title, category, frozenset(n.object for n in plain), systems)


def in_context(label: str, template: str | None, wording: Wording, name: Name | None, setting: Setting) -> Name | None:
    """Return what a name means in its program, which may be another thing than by itself."""
    if (name is None or not name.certain) and (whole := _completed(wording.core, name, setting)):
        return whole
    if name is None:
        return None
    if name.moving and name.system and _ASTEROIDS.search(setting.title) and name.system not in setting.title:
        body = rules().bodies.get(squeeze(name.object))
        if body and body.asteroid and name.object == body.name:
            return replace(name, object=f"{body.asteroid} {name.object}", rule="asteroid, by the title", system=None)
    if "component" in name.rule and name.system:
        letter = name.object[-1]
        if wording.core.endswith("B") and name.system in setting.objects and SKY_LABEL.search(label):
            return replace(name, object=name.system, rule="B for background, by the label", system=None)
        if letter in "BCDEFGH" and _TIME_SERIES.search(template or "") and _PLANETARY.search(setting.title):
            return replace(name, object=f"{name.system} {letter.lower()}", rule=f"planet of {name.system}, by the program")
    return name


def _completed(core: str, name: Name | None, setting: Setting) -> Name | None:
    """J1007 beside J1007+2115, V4046 beside V4046 Sgr: the only object of the program that begins so."""
    half = _HALF_POSITION.match(core)
    begins = re.compile(rf"J{half[1]}[+-]\d+$" if half else rf"{re.escape(squeeze(core))}(?!\d)")
    if not half and (len(squeeze(core)) < 4 or not re.search(r"[A-Za-z]+ ?-?\d{2,}$", core)):
        return None
    whole = [o for o in setting.objects | setting.systems if (begins.search(o) if half else begins.match(squeeze(o)))]
    if len(whole) != 1 or (name and whole[0] == name.object):
        return None
    return Name(whole[0], "coordinates" if half else "suffix", f"short for {whole[0]}, alone in the program to begin so")
