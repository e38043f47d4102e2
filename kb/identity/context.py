"""What a program's other targets, its title and the row say about a name: one string may mean two bodies.

>>> from kb.identity import TargetUse, identify
>>> [identify([TargetUse("Pandora")], title)[0].object for title in ("Saturn", "Main belt asteroids")]
['Pandora moon', '55 Pandora']
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kb.identity.naming import Name, name_object
from kb.identity.rules import rules, squeeze
from kb.identity.wording import Wording

__all__ = ["SKY_LABEL", "Setting", "in_context"]

SKY_LABEL = re.compile(r"\b(?:b(?:ac)?k?gr?n?d?|bkg\w*|bckg\w*|background\w*|backgr\w*|sky)\b", re.IGNORECASE)
_TIME_SERIES = re.compile(r"time series|single-?object slitless|low resolution", re.IGNORECASE)
_SKY_OF = re.compile(r"(.*)[ _-](?:SKY|BKG|BCKG|BACKGROUND)$", re.IGNORECASE)
_HALF_POSITION = re.compile(r"(?:[A-Za-z0-9]*[A-Za-z])?J?[ _-]?((?:[01]\d|2[0-3])[0-5]\d)[A-Za-z]?$")
_WHOLE_POSITION = re.compile(r"J(\d{4})[\d.]*[+-]\d+$")
_ENTRY = re.compile(r"([A-Z]+) (\d+)$")
_SHORT = 7  # SAO 100
_REPEAT = re.compile(r"(?=[^A-Za-z\n]*[A-Za-z])(.*)[ _-]([1-9])$")
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


def in_context(
    labels: Sequence[str], templates: Sequence[str], wording: Wording, name: Name | None, setting: Setting
) -> Name | None:
    """Return what a name means in its program, which may be another thing than by itself.

    Parameters
    ----------
    labels, templates
        Of all rows that have the target: it is one thing in all of them.
    wording, name
        What the target is called, taken apart, and what that means by itself.
    setting
        The program.

    """
    if name is None and wording.core and (moon := _moon(wording.core, setting)):
        return moon
    if (again := _repeated(labels, wording.core, setting)) or (name and _is_small_entry(name, setting)):
        return again
    if (name is None or not name.certain) and (whole := _completed(wording.core, name, setting)):
        return whole
    if name is None:
        return None
    topics = rules().topics
    if name.moving and name.system and topics["asteroid"].search(setting.title) and name.system not in setting.title:
        body = rules().bodies.get(squeeze(name.object))
        if body and body.asteroid and name.object == body.object:
            return name._replace(object=f"{body.asteroid} {body.name}", rule="asteroid, by the title", system=None)
    if "component" in name.rule and name.system:
        letter = name.object[-1]
        sky = sum(SKY_LABEL.search(label) is not None for label in labels) * 2 >= len(labels)
        if wording.core.endswith("B") and name.system in setting.objects and sky:
            return name._replace(object=name.system, rule="B for background, by the label", system=None)
        timed = any(map(_TIME_SERIES.search, templates))
        if letter in "BCDEFGH" and timed and topics["planet"].search(setting.title):
            return name._replace(
                object=f"{name.system} {letter.lower()}", rule=f"planet of {name.system}, by the program"
            )
    return name


def _moon(core: str, setting: Setting) -> Name | None:
    """Return the moon that is called like a survey or a kind of thing, where the program is about its planet."""
    body = rules().bodies.get(squeeze(core))
    if body and body.parent and (body.parent in setting.title or body.parent in setting.objects | setting.systems):
        return Name(body.object, "normalised", f"moon of {body.parent}, by the program", body.parent, moving=True)
    return None


def _repeated(labels: Sequence[str], core: str, setting: Setting) -> Name | None:
    """HL-TAU-1 beside HL-TAU, labelled HL Tau: the same target defined again, not a part of it."""
    again = _REPEAT.match(core) if core[-1:].isdigit() else None
    if not again or not (name := name_object(again[1])) or name.object not in setting.objects:
        return None
    if sum(one.startswith(name.object) and one[len(name.object) :].strip().isdigit() for one in setting.objects) > 1:
        return None  # several of them are positions
    for label in map(squeeze, labels):
        start = next((s for s in (squeeze(name.object), squeeze(again[1])) if label.startswith(s)), None)
        if start is None or label.startswith(start + again[2]):
            return None
    return name._replace(method="suffix", rule=f"{name.rule}; {again[2]} counts, by the label")


def _is_small_entry(name: Name, setting: Setting) -> bool:
    """HD1 beside HD2 in a program about galaxies: numbers of its own, not those of the catalogue."""
    if len(name.object) > _SHORT or not _is_small(name.object) or rules().topics["star"].search(setting.title):
        return False
    return all(map(_is_small, setting.objects)) and (
        len(setting.objects) > 1 or rules().topics["sky"].search(setting.title) is not None
    )


def _is_small(name: str) -> bool:
    entry = _ENTRY.match(name)
    catalogues = rules().catalogues.get(entry[1], ()) if entry else ()
    return bool(entry and catalogues and catalogues[0].least and int(entry[2]) < int(catalogues[0].least))


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
