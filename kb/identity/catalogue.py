"""Catalogue names: prefix, separators, body, tail → one spelling.

Names that are positions come in every precision and under the prefix of every survey, yet ``object`` is compared as a
string.  So a position is cut off (never rounded, as the names themselves are) to ``hhmm±ddmm`` and loses its prefix:
that keeps the sign, never joins on the right ascension alone, and keeps apart what lies more than an arc minute apart.
Two exceptions: a full 2MASS designation keeps all its digits, since stars of one cluster differ in the last ones only,
and ``ontology/identity/positions.csv`` lists isolated objects (nearby brown dwarfs) that any name at their position
means, even one cut off to ``hhmm±dd``.

>>> read_catalogue("hd-2811")
Designation(name='HD 2811', tail='', letters='component')
>>> read_catalogue("WISEPA-J041022.71+150248.5").name
'WISE J0410+1502'
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from kb.identity.rules import rules

__all__ = ["Designation", "read_catalogue"]


class Designation(NamedTuple):
    """A name in its catalogue's spelling; ``tail`` is what followed it, ``letters`` what a letter there means."""

    name: str
    tail: str
    letters: str


Body = Callable[[re.Match[str]], str | None]

_NUMBER = re.compile(r"[ _.-]*0*(\d+)(?!\d)")
_DIGITS = re.compile(r"[ _.-]*0*(\d+)(?=$|[ _-])")
_PAIR = re.compile(r"[ _.-]*0*(\d+)[ _-]0*(\d+)(?!\d)")
_TRIPLE = re.compile(r"[ _.-]*0*(\d+)[ _-]0*(\d+)(?:[ _-]0*(\d+))?(?!\d)")
_ZONE = re.compile(r"[ _.]*([+ _-]|[pPmM](?=\d))?[ _]*(\d{1,2})(?:[ _.dD°-]+0*(\d{1,5})|0*(\d{4}))(?!\d)")
_MCG = re.compile(r"[ _]*([+-])0?(\d{1,2})[ _-]0*(\d+)[ _-]0*(\d+)")
_ESO = re.compile(r"[ _.-]*0*(\d+)[ _-]*(?:IG|G|SC|PN)?[ _-]*0*(\d+)", re.IGNORECASE)
_POSITION = re.compile(
    r"[ _.-]*J?[ _]*(\d{4}(?:\d{1,5})?(?:\.\d+)?)[ _]?([+-]|[pPmM](?=\d))"
    r"(\d{2}(?:\d{1,2}|\d{4,6})?(?:\.\d+)?)(?!\d|\.\d)"
)
_BARE_POSITION = re.compile(r"(\d{4}|\d{6}|\d{8}|\d{6}\.\d+)([+-])(\d{4}|\d{6,8}|\d{6}\.\d+)(?![\d.])")
_B1950 = re.compile(r"[ _.-]*B?(\d{4})([+-]|[pPmM](?=\d))(\d{2,4})(?!\d)")
_PULSAR = re.compile(r"[ _.-]*([JB])?(\d{4})([+-])(\d{2,4})(?!\d)", re.IGNORECASE)
_IRAS = re.compile(r"[ _.-]*[FPZfpz]?[ _]?(\d{5})(?:([+-]|[pPmM](?=\d))(\d{4})(?!\d)|(?![\d.]|[+-]\d))")
_BURST = re.compile(r"[ _.-]*((?:20)?\d{6})[ _]?([A-Za-z]?)(?![A-Za-z0-9])")
_GALACTIC = re.compile(r"[ _.-]*0{0,2}(\d{1,3})(\.\d+)?([+-])0?(\d{1,2})(\.\d+)?(?!\d)")
_DEGREES = re.compile(r"[ _.-]*J?(\d{3})(?:\.\d+)?([+-])(\d{2})(?:\.\d+)?(?!\d)")
_CZONE = re.compile(r"[ _]*([+-])?(\d{1,2}\.\d{1,2})")
_SPT = re.compile(r"[ _.-]*J?(\d{4})(?:\d{2})?([+-])(\d{2})(?:\d{2}(?:\.\d|\d{2})?)?(?!\d)", re.IGNORECASE)
_TOKEN = re.compile(r"[ _.-]*([A-Za-z0-9]+)")
_SIGNS = {"P": "+", "M": "-"}


def _sign(text: str) -> str:
    return _SIGNS.get(text.upper(), text)


def _zone(match: re.Match[str]) -> str:
    sign, degrees, number = _sign(match[1] or " "), int(match[2]), match[3] or match[4]
    # A southern zone of the Bonner Durchmusterung ends at -23, its Cordoban sisters begin at -22: what cannot be a
    # sign is a separator.
    southern = match.string[:1].upper() == "C" or (sign == "-" and degrees <= 23)
    return f"{'-' if southern else '+'}{degrees:02d} {number}"


def _position(match: re.Match[str]) -> str | None:
    """``hhmm±ddmm`` or ``hhmm±dd``: cut off, never rounded, as the names themselves are."""
    right, sign, declination = match[1], _sign(match[2]), match[3]
    if int(right[:2]) > 23 or int(right[2:4]) > 59 or int(declination[:2]) > 90:
        return None
    degrees, minutes = declination[:2], declination[2:4]
    if len(minutes) < 2 or not minutes.isdigit():
        return f"{right[:4]}{sign}{degrees}"
    return f"{right[:4]}{sign}{degrees}{minutes}" if int(minutes) < 60 else None


def _precise(match: re.Match[str]) -> str | None:
    """Keep the digits of a 2MASS name: stars of one cluster differ in the last ones only."""
    cut = _position(match)
    if (
        cut
        and cut not in rules().positions
        and match[1].isdigit()
        and len(match[1]) == 8
        and match[3].isdigit()
        and len(match[3]) == 7
    ):
        return f"2MASS J{match[1]}{_sign(match[2])}{match[3]}"
    return cut


def _galactic(match: re.Match[str]) -> str:
    return f"{int(match[1])}{match[2] or ''}{match[3]}{int(match[4])}{match[5] or ''}"


_BODIES: dict[str, tuple[re.Pattern[str], Body]] = {
    "number": (_NUMBER, lambda m: m[1]),
    "digits": (_DIGITS, lambda m: m[1]),
    "messier": (_NUMBER, lambda m: m[1]),
    "pair": (_PAIR, lambda m: f"{m[1]}-{m[2]}"),
    "pair3": (_PAIR, lambda m: f"{m[1]:>03}-{m[2]:>03}"),
    "dashes": (_TRIPLE, lambda m: "-".join(g for g in m.groups() if g)),
    "ucac": (_PAIR, lambda m: f"{m[1]:>03}-{m[2]:>06}"),
    "gsc": (_PAIR, lambda m: f"{m[1]:>05}-{m[2]:>05}"),
    "zone": (_ZONE, _zone),
    "mcg": (_MCG, lambda m: f"{m[1]}{m[2]:>02}-{m[3]:>02}-{m[4]:>03}"),
    "eso": (_ESO, lambda m: f"{m[1]:>03}-{m[2]:>03}"),
    "pos": (_POSITION, _position),
    "pos8": (_POSITION, _precise),
    "bpos": (_B1950, lambda m: f"{m[1]}{_sign(m[2])}{m[3]}"),
    "psr": (_PULSAR, lambda m: f"{(m[1] or 'J').upper()}{m[2]}{m[3]}{m[4]}"),
    "iras": (_IRAS, lambda m: f"{m[1]}{_sign(m[2] or '')}{m[3] or ''}"),
    "grb": (_BURST, lambda m: f"{m[1]}{m[2].upper()}"),
    "galactic": (_GALACTIC, _galactic),
    "galactic0": (_GALACTIC, lambda m: f"{int(m[1])}{m[3]}{int(m[4])}"),
    "degrees": (_DEGREES, lambda m: f"{m[1]}{m[2]}{m[3]}"),
    "czone": (_CZONE, lambda m: f"{m[1] or '+'}{m[2]}"),
    "spt": (_SPT, lambda m: f"{m[1]}{m[2]}{m[3]}"),
    "token": (_TOKEN, lambda m: m[1].lower()),
}
_LONGEST = 9


def read_catalogue(text: str) -> Designation | None:
    """Read a catalogue name; ``None`` if no catalogue writes its names so.

    Parameters
    ----------
    text
        A name without sky words; its tail (component, planet, part) is handed back.

    """
    table = rules()
    if text[:1].isdigit() and (bare := _BARE_POSITION.match(text)) and (position := _precise(bare)):
        return Designation(_place(f"J{position}", position), text[bare.end() :], "component")
    prefix, ends = "", []
    for end, character in enumerate(text, 1):
        if character not in " -_./'":
            if not character.isalnum() or len(prefix) == _LONGEST:
                break
            prefix += character.upper()
            ends.append(end)
    catalogues = table.catalogues
    for length in range(len(prefix), 0, -1):
        if (head := prefix[:length]) not in catalogues:
            continue
        for catalogue in catalogues[head]:
            rest = text[ends[length - 1] :]
            if catalogue.body == "zone":
                rest, offset = catalogue.prefix[0] + rest, 1
            else:
                offset = 0
            pattern, spell = _BODIES[catalogue.body]
            match = pattern.match(rest, offset)
            body = spell(match) if match else None
            if match is None or body is None:
                continue
            return Designation(_spell(catalogue.form, catalogue.body, body), rest[match.end() :], catalogue.letters)
    return None


def _spell(form: str, body: str, value: str) -> str:
    if body == "messier":
        return rules().messier.get(value, f"M {value}")
    if body in ("pos", "pos8"):
        return _place(value if value.startswith("2MASS") else form.format(value), value)
    return form.format(value)


def _place(name: str, position: str) -> str:
    return rules().positions.get(position, name.removeprefix("J") if position.startswith("2MASS") else name)
