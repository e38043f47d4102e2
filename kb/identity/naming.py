"""A bare name → the object, by aliases, catalogues and the ways things are named.

>>> same_object_name("hd2811"), same_object_name("N4258"), same_object_name("HD-218396")
('HD 2811', 'NGC 4258', 'HR 8799')
>>> same_object_name("HD-189733B"), same_object_name("HD 1326 B"), same_object_name("SKY")
('HD 189733 b', 'HD 1326 B', None)
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from kb.identity.catalogue import Designation, read_catalogue
from kb.identity.letters import latin
from kb.identity.nature import read_natural
from kb.identity.rules import name_key, rules, squeeze
from kb.identity.spelling import tidy
from kb.identity.wording import unwrap
from kb.ontology_tables import rows

__all__ = ["Name", "name_object", "same_object_name", "well_known"]


class Name(NamedTuple):
    """The object that a name means: ``method`` and ``rule`` say how it was found, ``system`` what it is part of.

    ``certain`` is false for a name that no rule knows: spelled out, it may still be a word of its program only.
    """

    object: str
    method: str
    rule: str
    system: str | None = None
    certain: bool = True
    moving: bool = False


_PLANET = re.compile(r"[ _.-]*([b-h]|[B-H])$")
_CANDIDATE = re.compile(r"\.0\d$")
_COMPONENT = re.compile(r"[ _.-]*(A[abAB]|B[abAB]|[A-Z])$")
_LETTERED = re.compile(r"(.*\d)([ _.-]?[A-Ha-h])$")
_NAMED = re.compile(r"(.*[A-Za-z])([ _.-][b-h])$")
_WHOLE = re.compile(r"[ _.-]*(?:A-?B-?C?|AC|BC|SYSTEM)$")
# CR7-COS-6.60-L: the field, the redshift and a class, which other programs leave out.
_REDSHIFT = re.compile(r"(?<=[A-Za-z0-9])[ _-](?:COS|COSMOS|GS|GN|UDS|EGS|F)-\d+\.\d+(?:-[A-Z])?$", re.IGNORECASE)
_SEPARATED = re.compile(r"[ _.#-]")
_NAME_WORD = re.compile(r"[^ _.#-]+")
_PLACEHOLDER = re.compile(r"([A-Za-z][A-Za-z _.#-]*?)(?:[ _.#-]*(?:\d{1,3}[A-Za-z]?|[A-E])|[ _.#-]+[A-Za-z])$")
# Aliases whose key differs from that of their catalogue spelling: cut positions, padded numbers.
_REREAD = re.compile(r"\d{4}[\d.]*[+-]\d|[A-Za-z] ?0\d|^ESO")
_CLUSTER = re.compile(r"^CL[ _-]+(?=[A-Za-z])", re.I)


_HAS_LETTER = re.compile(r"[A-Za-z]")
_POSITION = re.compile(r"J\d{4}[\d.]*+[+-]\d\d")
_LETTER = re.compile(r"(.*[\w']) ([b-h]|[A-Z])$")
_MINOR_PLANETS = "MPC"
#: Shorter words are names of many things.
_SHORTEST_NAMED = 5


@lru_cache(maxsize=1)
def aliases() -> dict[str, tuple[str, str]]:
    """Return squeezed name and canonical name of every alias → (object, source)."""
    from kb.vocabulary import ontology_dir

    table: dict[str, tuple[str, str]] = {}
    for name, obj, source in rows(ontology_dir() / "vocabulary" / "aliases.csv"):
        table[_key(name)] = (obj, source)
        plain = _read(name) if _REREAD.search(name) else None
        if plain and not plain[0].tail and plain[0].name != obj:
            table.setdefault(_key(plain[0].name), (obj, source))
        table.setdefault(_key(obj), (obj, source))
    return table


@lru_cache(maxsize=65536)
def well_known(text: str) -> Name | None:
    """Return the object of a name that is in the alias table as a whole: ``Barnard's Star`` keeps its star."""
    text = latin(text)
    hit = aliases().get(_key(text)) or aliases().get(_key(_leftover().sub("", text)))
    return _aliased(text, hit) if hit else None


@lru_cache(maxsize=65536)
def _key(text: str) -> str:
    """Proposers write planets in capitals: a letter's case is compared where its host is known."""
    return name_key(text, planets=False)


@lru_cache(maxsize=1)
def _leftover() -> re.Pattern[str]:
    """SIMBAD's "* ", "V* ", "NAME " as the proposal tool leaves them, and prefixes that say what a target is for."""
    return re.compile(
        r"^(?:\*+ ?|-+(?=\D)|V\*?[ _-]+(?=V?[A-Z0-9]+[ _-]+[A-Z]{3}(?![A-Z]))"
        rf"|(?:{'|'.join(rules().prefixes)})[ _-]+|PHOT[ _-]TEMPLATE[ _-]\d+[ _-])+",
        re.IGNORECASE,
    )


def _read(text: str) -> tuple[Designation, str] | None:
    if found := read_catalogue(text):
        return found, "catalogue"
    if found := read_natural(text):
        return found, "kind of name"
    return None


@lru_cache(maxsize=65536)
def name_object(text: str) -> Name | None:
    """Return the object that a bare name (no sky words) means, ``None`` for an empty or generic one."""
    text = text.strip(" _,;:")
    if not text:
        return None
    known = aliases()
    if hit := known.get(_key(text)):
        return _aliased(text, hit)
    if generic(text):
        return None
    plain = _CLUSTER.sub("", _leftover().sub("", text))
    if plain != text:
        if hit := known.get(_key(plain)):
            return _aliased(text, hit)
        if generic(plain):
            return None
    if "." in plain and (bare := _REDSHIFT.sub("", plain)) != plain and _HAS_LETTER.search(bare):
        return name_object(bare)
    read = _read(plain)
    if read is None:
        stem = _LETTERED.match(plain) or _NAMED.match(plain)
        hit = known.get(_key(stem[1])) if stem else None
        # What goes by a name has planets where it is known to: ANTENNAE-b is a part of galaxies.
        if stem and hit and (stem.re is _LETTERED or hit[0] in rules().planets):
            host = Designation(hit[0], stem[2], "component")
            return _with_tail(text, hit[0], host, "alias", f"alias ({hit[1]})")
        return _part(plain) or _spelled(plain)
    found, how = read
    name, rule = found.name, f"{how} {found.name.split()[0]}" if how == "catalogue" else how
    if (hit := known.get(_key(name))) and hit[0] != name:
        name, rule = hit[0], f"{rule}; alias ({hit[1]})"
    method = "alias" if name != found.name else _method(text, name)
    if method == "normalised" and _POSITION.search(name) and _digits(text) != _digits(name):
        method, rule = "coordinates", f"{rule}; position cut to the precision that names share"
    if found.letters == "body":
        return Name(name, method, "small body", None, moving=True)
    if found.letters == "world":
        return _body(text, found, name)
    return _with_tail(text, name, found, method, rule)


def _part(text: str) -> Name | None:
    """CIRCINUS-NUCLEUS, CRAB-NEBULA-FIL2: what follows an object that goes by a name is a part of it."""
    known = aliases()
    for match in reversed(list(_SEPARATED.finditer(text))):
        stem, tail = text[: match.start()], text[match.end() :]
        if len(stem) < _SHORTEST_NAMED or not stem.replace("-", "").replace("_", "").replace(" ", "").isalpha():
            continue
        if tail and (hit := known.get(_key(stem))) and hit[1] != _MINOR_PLANETS:
            rule = f"alias ({hit[1]}); part of {hit[0]}"
            return Name(f"{hit[0]} {tidy(tail)}", "normalised", rule, hit[0], certain=False)
    return None


_WORDS = re.compile(r"[^ _()-]+")
_PLACE = re.compile(r"(?:loc)?\d*$", re.IGNORECASE)


def _body(text: str, found: Designation, name: str) -> Name:
    body = rules().bodies.get(squeeze(name))
    parent = body.parent if body else ""
    aspect = rules().topics["aspect"]
    # Where on a body, or how it is turned, is still that body.
    if not all(aspect.fullmatch(word) or _PLACE.match(word) for word in _WORDS.findall(found.tail)):
        return Name(f"{name} {tidy(found.tail)}", "normalised", f"part of {name}", name, moving=True)
    return Name(name, _method(text, name), "body of the solar system", parent or None, moving=True)


def _with_tail(text: str, name: str, found: Designation, method: str, rule: str) -> Name:
    tail = found.tail.strip(" _.-")
    if not tail:
        return Name(name, method, rule, _host(name))
    known = aliases()
    for whole in (found.name, name):
        if not (hit := known.get(_key(f"{whole} {tail}"))):
            continue
        return Name(hit[0], "alias", f"alias ({hit[1]})", _host(hit[0]))
    if name != found.name and name.endswith(f" {tail[0]}") and len(tail) > 1:
        tail = tail[1:].lstrip(" _.-")  # the component that the alias names already
        found = found._replace(tail=tail)
    letters = rules().planets.get(name, "")
    if planet := _PLANET.match(found.tail):
        letter = planet[1].lower()
        if letter in letters or found.letters == "planet" or (planet[1].islower() and found.letters == "component"):
            return Name(f"{name} {letter}", method, f"{rule}; planet of {name}", name)
    if found.letters == "planet" and _CANDIDATE.match(found.tail):
        return Name(f"{name}{found.tail}", method, f"{rule}; planet candidate of {name}", name)
    if _WHOLE.match(found.tail):
        return Name(name, method, f"{rule}; all components", None)
    if component := _COMPONENT.match(found.tail):
        if found.letters == "glued" and not found.tail.startswith((" ", "_", "-")):
            return Name(f"{name}{component[1]}", method, rule, None)
        return Name(f"{name} {component[1][0]}{component[1][1:].lower()}", method, f"{rule}; component", name)
    return Name(f"{name} {tidy(tail)}", "normalised", f"{rule}; part of {name}", name)


def _host(name: str) -> str | None:
    """Return the system that a name with a planet's or component's letter is part of."""
    match = _LETTER.match(name)
    if match and match[1] in rules().planets:
        return match[1]
    return None


def _aliased(text: str, hit: tuple[str, str]) -> Name:
    obj, source = hit
    moving = source == _MINOR_PLANETS
    if _key(text) == _key(obj):
        return Name(obj, _method(text, obj), "known name", _host(obj), moving=moving)
    return Name(obj, "alias", f"alias ({source})", _host(obj), moving=moving)


def _spelled(text: str) -> Name | None:
    name = tidy(text)
    if core := unwrap(name).core:
        # Spelling parts words (SSA22visit2), and a word so found goes too: a canonical name is its own.
        name = tidy(core)
    if " " in name and generic(name):
        return None  # FRBLocation: words that are told apart once they are spelled
    return Name(name, _method(text, name), "name as written", None, certain=False)


def _method(text: str, name: str) -> str:
    return "exact" if text.strip() == name else "normalised"


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def generic(text: str) -> bool:
    """Tell whether a name means nothing outside its program.

    So does a bare number, a placeholder with or without a number, a letter with a short number.

    >>> [generic(name) for name in ("130302", "TOO1", "W-1", "GRB 080804", "B335")]
    [True, True, True, False, False]
    """
    if not _HAS_LETTER.search(text):
        return not _POSITION.search(f"J{text}")
    placeholders = rules().placeholders
    if squeeze(text) in placeholders:
        return True
    if _SEPARATED.search(text):
        words = _NAME_WORD.findall(text)
        left = _without_kinds(words)
        if left < len(words):
            return not left or generic(" ".join(words[:left]))
    stem = _PLACEHOLDER.match(text)
    if not stem or stem.end(1) == len(text):
        return False
    return (squeeze(stem[1]) in placeholders or len(squeeze(stem[1])) < 2) and _read(text) is None


def _without_kinds(words: list[str]) -> int:
    """Count the words before those at the end that are kinds of things and places, or numbers of these."""
    table, known, left = rules(), rules().placeholders, len(words)
    while left:
        bare = words[left - 1].rstrip("0123456789").upper()
        if len(words[left - 1]) - len(bare) > 2:
            break  # a number of a catalogue
        if bare in known or (left < len(words) and bare in table.words):
            left -= 1
        elif not bare and (numbers := _numbers(words[:left])) < left and words[left - numbers - 1].upper() in known:
            left -= numbers + 1
        else:
            break
    return left


def _numbers(words: list[str]) -> int:
    """Count the numbers of at most two digits at the end."""
    return next((i for i, word in enumerate(reversed(words)) if not word.isdigit() or len(word) > 2), len(words))


def same_object_name(name: str) -> str | None:
    """Return the canonical name of the object that a name designates by itself.

    Parameters
    ----------
    name
        As typed by a person or as written in a program.

    Returns
    -------
    The canonical name, equal for two names exactly when they are one object; ``None`` if the name means nothing by
    itself.  A canonical name is its own canonical name.

    """
    if known := well_known(name):
        return known.object
    wording = unwrap(name)
    found = name_object(wording.core)
    if found is None or (wording.says("catalog", "internal") and not found.certain):
        return None
    if wording.says("reference") and not found.certain:
        return None
    return found.object
