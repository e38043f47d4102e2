"""Targets of one program → identities: names by their rules, roles by the words around them.

>>> uses = [TargetUse("HD2811"), TargetUse("HD2811-BKG"), TargetUse("HD2811-WBKG")]
>>> [(i.object, i.role) for i in identify(uses)]
[('HD 2811', 'science'), ('HD 2811', 'background'), ('HD 2811', 'science')]
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from kb.identity.context import Setting, in_context
from kb.identity.naming import Name, name_object, well_known
from kb.identity.roles import SKY_BY_LABEL, role_of
from kb.identity.rules import rules
from kb.identity.wording import LONGEST, Wording, unwrap

__all__ = ["Identity", "TargetUse", "identify"]


_DESIGNATION = re.compile(r"^(?=.*[A-Za-z]{2})(?=.*(?:\d{2}|[A-Za-z]{2} ?\d))")
_COMET = re.compile(r"\b[CP]/(?:19|20)\d\d [A-Z]{1,2}\d+")


# Of the roles that the rows of a target make likely the first one counts: a star that is compared with in one row is so
# in all, and what is observed as itself in one row is no list of sources and no field.
_PRECEDENCE = ("reference", "offset", "background", "science", "catalog", "field", "internal")


class TargetUse(NamedTuple):
    """One target on one row: its name as written and what stands beside it."""

    name: str
    number: int | None = None
    label: str = ""
    template: str | None = None
    folder: str | None = None


class Identity(NamedTuple):
    """What a target is.

    ``object`` is the canonical name of what it designates, equal for two targets exactly when they are the same
    object; ``None`` if the name means nothing outside its program.  ``method`` is ``exact``, ``normalised``,
    ``suffix``, ``alias`` or ``coordinates``; ``rule`` says why in a few words; ``system`` is the object that this one
    is part of.
    """

    object: str | None
    role: str
    method: str | None
    rule: str
    system: str | None = None


def identify(
    uses: Sequence[TargetUse],
    title: str = "",
    category: str | None = None,
) -> tuple[Identity, ...]:
    """Identify all targets of a program together, since they explain each other.

    A name is one object in all rows of a program, and has one role, unless a name that says nothing has labels that do.

    Parameters
    ----------
    uses
        The targets of all rows, in order.
    title, category
        The program's, as far as known.

    Returns
    -------
    One identity per use, in order.

    """
    if any(len(use.name) > LONGEST for use in uses):
        others = iter(identify([use for use in uses if len(use.name) <= LONGEST], title, category))
        unnamed = Identity(None, "science", None, f"a text of more than {LONGEST} characters is no name")
        return tuple(next(others) if len(use.name) <= LONGEST else unnamed for use in uses)
    targets: dict[str, list[TargetUse]] = {}
    for use in uses:
        targets.setdefault(use.name, []).append(use)
    wordings = {name: unwrap(name) for name in targets}
    found = {name: _found(name, wordings[name], rows) for name, rows in targets.items()}
    setting = Setting.of(title, category, [(name, wordings[name], found[name]) for name in targets])
    identities = {name: _identities(name, rows, wordings[name], found[name], setting) for name, rows in targets.items()}
    return tuple(next(identities[use.name]) for use in uses)


def _found(text: str, wording: Wording, rows: Sequence[TargetUse]) -> Name | None:
    name = well_known(text) or name_object(wording.core)
    if name is None or not name.certain:
        for row in rows:
            if comet := _COMET.search(row.label):
                # Comets are called after the survey that found them: only the designation beside the name tells which.
                return name_object(comet[0])
    return name


def _identities(
    text: str, rows: Sequence[TargetUse], wording: Wording, name: Name | None, setting: Setting
) -> Iterator[Identity]:
    """Yield what one target is, for each of its rows."""
    name = in_context([row.label for row in rows], [row.template or "" for row in rows], wording, name, setting)
    likely = [role_of(text, row.label, row.template, wording, name, setting) for row in rows]
    # A sky that only the label of a row tells is that row's.
    of_target = [role for role in likely if role != SKY_BY_LABEL] or likely
    one = _identity(text, wording, name, min(of_target, key=lambda role: _PRECEDENCE.index(role[0])), setting)
    for role in likely:
        if role == SKY_BY_LABEL:
            yield _identity(text, wording, name, role, setting)
        else:
            yield one


def _identity(text: str, wording: Wording, name: Name | None, role: tuple[str, str], setting: Setting) -> Identity:
    what, why = role
    if name is None or not _designates(text, wording, name, what, setting):
        return Identity(None, what, None, why or "means nothing outside its program")
    removed = " ".join(word for _, word in wording.effects)
    rule = "; ".join(filter(None, (f"{removed} removed" if removed else "", name.rule, why)))
    method = "suffix" if removed and name.method in ("exact", "normalised") else name.method
    return Identity(name.object, what, method, rule, name.system)


def _designates(text: str, wording: Wording, name: Name, role: str, setting: Setting) -> bool:
    """Tell whether the name means an object in this role, not a word of its program or a star for another one."""
    if role == "catalog":
        return False
    if not name.certain:
        if role in ("field", "internal"):
            return False
        if role in ("background", "offset", "reference"):
            return name.object in setting.objects or _is_designation(name.object)
    if role == "offset" and "STAR" in text.upper():
        return False
    return not wording.says("reference") or _is_itself(wording, name, setting)


def _is_designation(name: str) -> bool:
    """Tell a designation, which has letters and numbers, from words that say where the sky is."""
    return _DESIGNATION.search(name) is not None


def _is_itself(wording: Wording, name: Name, setting: Setting) -> bool:
    """Tell the star in REF-X or X-PSF-CALIBRATOR from X-PSF, which is another star observed for X."""
    if name.object in setting.objects:
        return False
    words = {word.upper() for effect, word in wording.effects if effect in ("reference", "mode")}
    return bool(words & rules().flagged["itself"])
