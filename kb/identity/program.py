"""Targets of one program → identities: names by their rules, roles by the words around them.

>>> uses = [TargetUse("HD2811"), TargetUse("HD2811-BKG"), TargetUse("HD2811-WBKG")]
>>> [(i.object, i.role) for i in identify(uses)]
[('HD 2811', 'science'), ('HD 2811', 'background'), ('HD 2811', 'science')]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kb.identity.naming import Name, name_object
from kb.identity.roles import Setting, role_of
from kb.identity.wording import Wording, unwrap

__all__ = ["Identity", "TargetUse", "identify"]


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
    aliases: Mapping[str, str] | None = None,
) -> tuple[Identity, ...]:
    """Identify all targets of a program together, since they explain each other.

    Parameters
    ----------
    uses
        The targets of all rows, in order.
    title, category
        The program's, as far as known.
    aliases
        More names → objects, before the curated ones (a user's, or what ``kb resolve`` found).

    Returns
    -------
    One identity per use, in order.

    """
    wordings = [unwrap(use.name) for use in uses]
    found = [_found(use, wording, aliases or {}) for use, wording in zip(uses, wordings, strict=True)]
    setting = Setting.of(title, category, list(zip(wordings, found, strict=True)))
    return tuple(
        _identity(use, wording, name, setting) for use, wording, name in zip(uses, wordings, found, strict=True)
    )


def _found(use: TargetUse, wording: Wording, aliases: Mapping[str, str]) -> Name | None:
    for text in (use.name, wording.core):
        if obj := aliases.get(text):
            return Name(obj, "alias", "alias file")
    return name_object(wording.core)


def _identity(use: TargetUse, wording: Wording, name: Name | None, setting: Setting) -> Identity:
    role, why = role_of(use.name, use.label, use.template, wording, name, setting)
    name = _meant(wording, name, role, setting)
    if name is None:
        return Identity(None, role, None, why)
    if name.method in ("exact", "normalised") and wording.effects:
        removed = ", ".join(word for _, word in wording.effects)
        return Identity(name.object, role, "suffix", f"{removed} removed; {name.rule}", name.system)
    return Identity(name.object, role, name.method, f"{name.rule}; {why}" if why else name.rule, name.system)


def _meant(wording: Wording, name: Name | None, role: str, setting: Setting) -> Name | None:
    """Return what the name designates in this role: a word of its program only, or another star, is no object."""
    if name is None:
        return None
    if not name.certain and role in ("background", "offset", "reference") and name.object not in setting.objects:
        return None
    if not name.certain and role in ("catalog", "field", "internal"):
        return None
    if wording.says("reference") and not _is_itself(wording, name, setting):
        return None
    return name


def _is_itself(wording: Wording, name: Name, setting: Setting) -> bool:
    """Tell the star in REF-X or X-PSF-CALIBRATOR from X-PSF, which is another star observed for X."""
    words = {word.upper() for effect, word in wording.effects if effect == "reference"}
    return bool(words - {"PSF", "PSFS", "PSFSTAR", "PSF2"}) and name.object not in setting.objects
