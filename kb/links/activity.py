"""Name the calibration activity of a program by its title, the same for its siblings in other cycles.

Titles differ from cycle to cycle in number, order, number of words and group code; what the program calibrates does
not.  So a title is brought to a set of plain words, and the first row of ``ontology/links/activities.csv`` that they
satisfy names the activity.  A title that no row fits is named by its words: a new activity has a key at once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from kb.links.rules import rows

__all__ = ["Activity", "activity_key"]

# "7487 - CAL-XCAL-401: …"; the program's number, dashes and colon may be missing.
_CODE = re.compile(
    r"\s*(?:\d{4,5}\s*[-–:]\s*)?CAL[-–_ ]+(?P<code>[A-Z]{3,7})[-–_ ]*(?P<number>\d{1,4})[a-z]?\b[\s:–-]*",
    re.IGNORECASE,
)
_CALIBRATION = frozenset({"calibration", "sodrm"})
_ALL_INSTRUMENTS = "XCAL"


@dataclass(frozen=True, slots=True)
class Activity:
    """What a calibration program does, whatever its cycle.

    ``key`` is ASCII, lower case, words joined by ``-``.  ``group`` is the code of the team that runs it (``NRC``,
    ``XCAL`` …), ``instrument`` ``None`` where it is for all of them, ``words`` a label in plain words.
    """

    key: str
    group: str
    instrument: str | None
    words: str


@dataclass(frozen=True, slots=True)
class _Rule:
    key: str
    instrument: str | None
    needs: tuple[frozenset[str], ...]
    without: frozenset[str]
    number: str
    label: str

    def fits(self, instrument: str | None, words: frozenset[str]) -> bool:
        return (
            instrument == self.instrument
            and all(not choice.isdisjoint(words) for choice in self.needs)
            and self.without.isdisjoint(words)
        )

    def numbered(self, instrument: str | None, number: str, words: frozenset[str]) -> bool:
        """Whether number and some word agree; for what all instruments share the number is enough."""
        if not self.number or instrument != self.instrument or number[-2:] != self.number:
            return False
        return instrument is None or any(not choice.isdisjoint(words) for choice in self.needs)


@lru_cache(maxsize=1)
def _rules() -> tuple[_Rule, ...]:
    return tuple(
        _Rule(
            key=row["key"],
            instrument=row["instrument"] or None,
            needs=tuple(frozenset(choice.split("|")) for choice in row["needs"].split()),
            without=frozenset(row["without"].split()),
            number=row["number"],
            label=row["label"],
        )
        for row in rows("activities.csv")
    )


@lru_cache(maxsize=1)
def _groups() -> dict[str, tuple[str, str | None]]:
    return {row["code"]: (row["group"], row["instrument"] or None) for row in rows("groups.csv")}


@lru_cache(maxsize=1)
def _substitutions() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(row["pattern"]), " " + row["token"].replace("-", "_") + " ") for row in rows("words.csv"))


@lru_cache(maxsize=1)
def _instruments() -> tuple[re.Pattern[str], dict[str, str]]:
    """What finds the name of an instrument in a text, and the names by their lower case."""
    from kb.vocabulary import load

    names = {name.lower(): name for name in load().instruments}
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\b", re.IGNORECASE), names


def activity_key(title: str, category: str | None, instruments: Sequence[str] = ()) -> Activity | None:
    """Name the calibration activity that a title speaks of.

    Parameters
    ----------
    title
        The program's title, with or without its code (``CAL-NRC-001``).
    category
        The program's category; ``calibration`` and ``SODRM`` programs have an activity, others only with a code.
    instruments
        The instruments that the document names, used where neither title nor code names one.

    Returns
    -------
    Activity or None
        ``None`` for a program that is no calibration program, never for one that is.

    Examples
    --------
    >>> activity_key("CAL-FLUX-001  Absolute Flux Calibration (White Dwarfs)", "calibration").key
    'flux-hot-stars'
    >>> activity_key("CAL-XCAL-502: Abs Flux (Hot Stars)", "calibration").key
    'flux-hot-stars'
    >>> activity_key("Deep imaging of a galaxy", "GO") is None
    True

    """
    code = _CODE.match(title)
    if code is None and (category or "").lower() not in _CALIBRATION:
        return None
    subject = (title[code.end() :] if code else title).strip()
    group, instrument = _owner(code["code"].upper() if code else "", subject, instruments)
    words = _words(subject)
    number = code["number"] if code else ""
    fitting = (rule for rule in _rules() if rule.fits(instrument, words))
    numbered = (rule for rule in _rules() if rule.numbered(instrument, number, words))
    if rule := next(fitting, None) or next(numbered, None):
        return Activity(rule.key, group, instrument, rule.label)
    slug = "-".join(sorted(words)) or "unnamed"
    key = f"{instrument.lower()}-{slug}" if instrument else slug
    label = " ".join(re.sub(r"(?i)\bcycle[ -]?\d+\b", " ", subject).split()) or title.strip()
    if instrument and not _instruments()[0].match(label):
        label = f"{instrument}: {label}"
    return Activity(key, group, instrument, label)


def _owner(code: str, subject: str, instruments: Sequence[str]) -> tuple[str, str | None]:
    """Group and instrument.  The first instrument that the title names wins: some programs change their group."""
    group, instrument = _groups().get(code, (code, None))
    if group == _ALL_INSTRUMENTS:
        return group, None
    pattern, names = _instruments()
    if named := pattern.search(subject):
        instrument = names[named[0].lower()]
    elif instrument is None and len(set(instruments)) == 1:
        instrument = instruments[0]
    by_instrument = {owner: name for name, owner in reversed(_groups().values())}
    return by_instrument.get(instrument, group or _ALL_INSTRUMENTS), instrument


def _words(subject: str) -> frozenset[str]:
    """The words that carry meaning; inside, a token is joined by ``_`` so that no later row takes it apart."""
    text = subject.lower().replace("’", "'").replace("–", "-").replace("_", " ")
    for pattern, token in _substitutions():
        text = pattern.sub(token, text)
    return frozenset(word.replace("_", "-") for word in re.findall(r"[a-z0-9_]+(?:-[a-z0-9_]+)*", text))
