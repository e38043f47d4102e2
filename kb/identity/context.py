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

SKY_LABEL = re.compile(r"\b(?:b(?:ac)?k?gr?n?d?|bkg\w*|bckg\w*|background\w*|backgr\w*|sky)\b", re.IGNORECASE)
_ASTEROIDS = re.compile(r"asteroid|main[- ]belt|trojan|near-earth object", re.IGNORECASE)
_TIME_SERIES = re.compile(r"time series|single-?object slitless|low resolution", re.IGNORECASE)
_PLANETARY = re.compile(r"transit|eclips|phase curve|exoplanet|planet|jupiter|neptune|earth|atmospher", re.IGNORECASE)
_SKY_OF = re.compile(r"(.*)[ _-](?:SKY|BKG|BCKG|BACKGROUND)$", re.IGNORECASE)
_HALF_POSITION = re.compile(r"(?:[A-Za-z0-9]*[A-Za-z])?J?[ _-]?((?:[01]\d|2[0-3])[0-5]\d)[A-Za-z]?$")
_WHOLE_POSITION = re.compile(r"J(\d{4})[\d.]*[+-]\d+$")
_SHORT_NAME = re.compile(r"^.+[A-Za-z][ _-]?\d{2,}$|^[A-Za-z]\d{3,}$")


@dataclass(frozen=True, slots=True)
class Setting:
    """The program around a target: title, category, and the objects and systems that its plain names designate."""

    title: str
    category: str | None
    objects: frozenset[str]
    systems: frozenset[str]
    in_title: frozenset[str]
    with_sky: frozenset[str]

    @classmethod
    def of(cls, title: str, category: str | None, targets: Sequence[tuple[str, Wording, Name | None]]) -> Setting:
        """Gather what the targets of a program say about each other.

        ``in_title`` are the objects that the title names, ``with_sky`` the squeezed names of which another target is
        the sky: CK-2-BG, a background star, has its CK-2-BG-SKY.
        """
        targets = list(dict.fromkeys(targets))
        plain = [(w, n) for _, w, n in targets if n and not w.says("background", "offset", "reference", "catalog")]
        heading = squeeze(title)
        named = (
            n.object
            for w, n in plain
            if any(
                len(name) > 3 and name in heading
                for name in (squeeze(w.core), squeeze(n.object), squeeze(n.system or ""))
            )
        )
        return cls(
            title,
            category,
            frozenset(n.object for _, n in plain),
            frozenset(n.system for _, n in plain if n.system),
            frozenset(named),
            frozenset(squeeze(head[1]) for text, _, _ in targets if (head := _SKY_OF.match(text))),
        )


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
            return replace(
                name, object=f"{name.system} {letter.lower()}", rule=f"planet of {name.system}, by the program"
            )
    return name


def _completed(core: str, name: Name | None, setting: Setting) -> Name | None:
    """J1007 beside J1007+2115, V4046 beside V4046 Sgr: the only object of the program that begins so."""
    if half := _HALF_POSITION.match(core):
        positions = ((o, _WHOLE_POSITION.search(o)) for o in setting.objects | setting.systems)
        whole = [o for o, position in positions if position and position[1] == half[1]]
    elif _SHORT_NAME.search(core):
        start = squeeze(core)
        whole = [o for o in setting.objects | setting.systems if _begins(squeeze(o), start)]
    else:
        return None
    if len(whole) != 1 or (name and whole[0] == name.object):
        return None
    return Name(
        whole[0], "coordinates" if half else "suffix", f"short for {whole[0]}, alone in the program to begin so"
    )


def _begins(name: str, start: str) -> bool:
    return name.startswith(start) and not name[len(start) : len(start) + 1].isdigit()
