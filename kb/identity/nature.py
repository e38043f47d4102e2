"""Names that follow from how things are named: stars of constellations, supernovae, comets, asteroids, moons.

>>> read_natural("-bet-Pic").name, read_natural("V-AD-Leo").name, read_natural("SN2022ACKO").name
('bet Pic', 'AD Leo', 'SN 2022acko')
>>> read_natural("K14Y91X").name, read_natural("55 Cancri e")
('2014 YX91', Designation(name='55 Cnc', tail='e', letters='component'))
"""

from __future__ import annotations

import re
from functools import lru_cache

from kb.identity.catalogue import Designation
from kb.identity.rules import rules, squeeze

__all__ = ["read_natural"]

_SUPERNOVA = re.compile(
    r"(?:SN|AT|SN ?AT)[ _-]*((?:18|19|20)\d\d)[ _-]?([A-Za-z]|[01]?[A-Za-z]{2,4})(?![A-Za-z0-9])", re.I
)
_BARE_SUPERNOVA = re.compile(r"((?:19|20)\d\d|2\d)([a-z]{3,4}|[A-Z]{3,4})(?![A-Za-z0-9])")
_COMET = re.compile(r"([CPD])[ /_-]*((?:18|19|20)\d\d)[ _-]*([A-Z]{1,2})[ _]?(\d{1,3})(?![A-Za-z0-9])", re.I)
_COMET_SLIP = re.compile(r"(C)[ /_-]+((?:19|20)\d\d)[ _-]+()0(\d)(?![A-Za-z0-9])", re.I)
_BARE_COMET = re.compile(r"()(20\d\d|19\d\d)[ _-]?([A-Z])(\d{1,2})(?![A-Za-z0-9])")
_PERIODIC = re.compile(r"0*(\d{1,3})([PD])(?:[ /_-]+[A-Za-z][A-Za-z -]*)?$", re.I)
_INTERSTELLAR = re.compile(r"([1-9])I(?:[ /_-]+[A-Za-z]+)?$")
_PROVISIONAL = re.compile(
    r"(?:\(?(\d{1,6})\)?[ _-]+)?((?:18|19|20)\d\d)[ _-]?([A-HJ-Y][A-HJ-Z])[ _]?(\d{0,3})(?![A-Za-z0-9])"
)
_PACKED = re.compile(r"([IJK])(\d\d)([A-HJ-Y])([0-9A-Za-z])(\d)([A-HJ-Z])$")
_ASTEROID = re.compile(r"\(?0*(\d{1,6})\)?[ _-]*([A-Za-z]{4,}(?:[ '][A-Za-z]+)?)$")
_VARIABLE = re.compile(r"(?:V\*?[ _-]+)?(V[ _]?\d{3,4}|[R-Z]|[A-IK-Z][A-Z])[ _.-]*$", re.I)
_FLAMSTEED = re.compile(r"(\d{1,3})[ _.-]*$")
_BAYER = re.compile(r"([A-Za-z]{2,7})\.?[ _.-]*(?:0*(\d{1,2}))?[ _.-]*$")
_LATIN = re.compile(r"([A-Za-z])[ _.-]+$")
_LEFTOVER = re.compile(r"^(?:\*+|-|V\*?[ _-])[ _]*(?=[A-Za-z0-9])")
_HEAD = re.compile(r"[A-Za-z]+")
_SEPARATORS = re.compile(r"[ _.-]+")
_BASE_62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CENTURY = {"I": "18", "J": "19", "K": "20"}


def read_natural(text: str) -> Designation | None:
    """Read a name by its kind; ``None`` if it is none of these."""
    return _transient(text) or _small_body(text) or _named_body(text) or _star(text)


def _transient(text: str) -> Designation | None:
    match = _SUPERNOVA.match(text) or _BARE_SUPERNOVA.match(text)
    if not match:
        return None
    year, letters = match[1], match[2]
    # A designation has letters only: a digit in it is a letter misread.
    letters = letters.replace("1", "l").replace("0", "o")
    letters = letters.upper() if len(letters) == 1 else letters.lower()
    return Designation(f"SN {year if len(year) == 4 else '20' + year}{letters}", text[match.end() :], "none")


def _small_body(text: str) -> Designation | None:
    if packed := _PACKED.match(text):
        century, year, half, tens, unit, second = packed.groups()
        turns = _BASE_62.index(tens) * 10 + int(unit)
        return Designation(f"{_CENTURY[century]}{year} {half}{second}{turns or ''}", "", "body")
    if periodic := _PERIODIC.match(text):
        return Designation(f"{periodic[1]}{periodic[2].upper()}", "", "body")
    if interstellar := _INTERSTELLAR.match(text):
        return Designation(f"{interstellar[1]}I", "", "body")
    if comet := _COMET.match(text) or _COMET_SLIP.match(text) or _BARE_COMET.match(text):
        kind, year, half, number = (group.upper() for group in comet.groups())
        return Designation(f"{kind or 'C'}/{year} {half or 'O'}{number}", text[comet.end() :], "body")
    if provisional := _PROVISIONAL.match(text):
        _, year, letters, cycle = provisional.groups()
        return Designation(f"{year} {letters}{cycle}", text[provisional.end() :], "body")
    return None


def _named_body(text: str) -> Designation | None:
    bodies = rules().bodies
    if numbered := _ASTEROID.match(text):
        number, name = numbered[1], numbered[2].title()
        # 55 Cancri e: a number, a genitive and a letter.
        if {squeeze(name), squeeze(name.split(" ")[0])} & rules().constellations.keys() or squeeze(
            name
        ) in rules().words:
            return None
        # The name of an asteroid is unique among asteroids only: where a moon has it too, the number tells.
        return Designation(f"{number} {name}" if squeeze(name) in bodies else name, "", "world")
    if body := bodies.get(squeeze(text)):
        return Designation(body.object, "", "world")
    head = _HEAD.match(text)
    if head and (body := bodies.get(head[0].upper())) and len(head[0]) < len(text):
        return Designation(body.object, text[head.end() :], "world")
    return None


def _star(text: str) -> Designation | None:
    table = rules()
    plain = _LEFTOVER.sub("", text)
    words = _SEPARATORS.split(plain)
    # The constellation is one word, two for the genitives of two words, or glued to what precedes it.
    for first in range(1, len(words)):
        for last in (first + 2, first + 1):
            constellation = table.constellations.get(squeeze("".join(words[first:last])))
            if constellation and last <= len(words):
                name = _letter(" ".join(words[:first]), constellation, glued=False)
                if name:
                    return Designation(f"{name} {constellation}", " ".join(words[last:]), "component")
    glued = _glued().match(words[0]) if words else None
    if glued:
        name = _letter(glued[1], glued[2], glued=True)
        if name:
            return Designation(f"{name} {table.constellations[glued[2].upper()]}", plain[glued.end() :], "component")
    return None


@lru_cache(maxsize=1)
def _glued() -> re.Pattern[str]:
    short = "|".join(name for name in rules().constellations if len(name) == 3)
    return re.compile(rf"([A-Za-z]{{0,7}}?[0-9]{{0,4}})(?<=.)({short})(?=$|[A-Da-d]$|AB$|[ _-])", re.IGNORECASE)


def _letter(text: str, constellation: str, *, glued: bool) -> str | None:
    """Spell what stands before the constellation: variable-star letters, Flamsteed number or Bayer letter."""
    table = rules()
    bayer = _BAYER.match(text)
    if bayer and (letter := table.greek.get(bayer[1].upper())):
        return f"{letter}{int(bayer[2])}" if bayer[2] else letter
    if glued and not (text.isupper() or text.isdigit()):
        return None
    variable = _VARIABLE.match(text)
    if variable and (not glued or variable[1][1:].isdigit() or squeeze(text + constellation) in table.variables):
        return squeeze(variable[1])
    if flamsteed := _FLAMSTEED.match(text):
        return str(int(flamsteed[1]))
    if not glued and (latin := _LATIN.match(text + " ")):
        return latin[1]
    return None
