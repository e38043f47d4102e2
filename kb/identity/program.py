"""Targets of one program → identities: names by their rules, roles by the words around them.

>>> uses = [TargetUse("HD2811"), TargetUse("HD2811-BKG"), TargetUse("HD2811-WBKG")]
>>> [(i.object, i.role) for i in identify(uses)]
[('HD 2811', 'science'), ('HD 2811', 'background'), ('HD 2811', 'science')]
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kb.identity.context import Setting, in_context
from kb.identity.naming import Name, name_object, well_known
from kb.identity.roles import role_of
from kb.identity.wording import Wording, unwrap

__all__ = ["Identity", "TargetUse", "identify"]


_DESIGNATION = re.compile(r"^(?=.*[A-Za-z]{2})(?=.*(?:\d{2}|[A-Za-z]{2} \d))")
_COMET = re.compile(r"\b[CP]/(?:19|20)\d\d [A-Z]{1,2}\d+")


_ITSELF = frozenset({"CALIBRATOR", "REF", "PSFREF", "PSFCAL", "PSFREFERENCE", "STAR"})


@dataclass(frozen=True, slots=True)
class TargetUse:
    """One target on one row: its name as written and what stands beside it."""

    name: str
    number: int | None = None
    label: str = ""
    template: str | None = None
    folder: str | None = None


@dataclass(frozen=True, slots=True)
class Identity:
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
    wordings = [unwrap(use.name) for use in uses]
    found = [_found(use, wording) for use, wording in zip(uses, wordings, strict=True)]
    setting = Setting.of(title, category, list(zip((use.name for use in uses), wordings, found, strict=True)))
    return tuple(
        _identity(use, wording, name, setting) for use, wording, name in zip(uses, wordings, found, strict=True)
    )


def _found(use: TargetUse, wording: Wording) -> Name | None:
    name = well_known(use.name) or name_object(wording.core)
    if (name is None or not name.certain) and (comet := _COMET.search(use.label)):
        # Comets are called after the survey that found them: only the designation beside the name tells which.
        return name_object(comet[0])
    return name


def _identity(use: TargetUse, wording: Wording, name: Name | None, setting: Setting) -> Identity:
    name = in_context(use.label, use.template, wording, name, setting)
    role, why = role_of(use.name, use.label, use.template, wording, name, setting)
    if name is None or not _designates(use.name, wording, name, role, setting):
        return Identity(None, role, None, why or "means nothing outside its program")
    removed = " ".join(word for _, word in wording.effects)
    rule = "; ".join(filter(None, (f"{removed} removed" if removed else "", name.rule, why)))
    method = "suffix" if removed and name.method in ("exact", "normalised") else name.method
    return Identity(name.object, role, method, rule, name.system)


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
    return bool(words & _ITSELF)
