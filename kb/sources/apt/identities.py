"""What the targets of a program designate and what they are for, once all observations are known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kb.identity import Identity, TargetUse, identify
from kb.records import Observation, Program, Target

if TYPE_CHECKING:
    from kb.aliases import Aliases
    from kb.sources.apt.observations import Found

__all__ = ["identified"]


def identified(
    program: Program, found: Found, listed: Sequence[Target], aliases: Aliases | None
) -> tuple[tuple[Observation, ...], tuple[Target, ...]]:
    """Return the observations with what their targets designate, and the targets that no observation uses.

    A target whose own name means nothing outside its program is what its name at the archive says, or its body.
    """
    used = {(t.number, t.name) for o in found.observations for t in (*o.targets, o.acquisition) if t is not None}
    unused = [target for target in listed if (target.number, target.name) not in used]
    uses = [
        (target, TargetUse(target.name, target.number, o.label, o.template, o.folder))
        for o in found.observations
        for target in (*o.targets, *((o.acquisition,) if o.acquisition else ()))
    ]
    uses += [(target, TargetUse(target.name, target.number)) for target in unused]
    who = [
        _with_other_names(target, identity)
        for (target, _), identity in zip(
            uses, identify([use for _, use in uses], program.title, program.category), strict=True
        )
    ]
    if aliases:
        who = [aliases.rename(target.name, identity) for (target, _), identity in zip(uses, who, strict=True)]
    known = iter([_target(target, identity) for (target, _), identity in zip(uses, who, strict=True)])
    observations = []
    for observation in found.observations:
        targets = tuple(next(known) for _ in observation.targets)
        if observation.order in found.references:
            targets = tuple(target._replace(role="reference") for target in targets)
        acquisition = next(known)._replace(role="acquisition") if observation.acquisition else None
        observations.append(observation._replace(targets=targets, acquisition=acquisition))
    return tuple(observations), tuple(known)


def _target(target: Target, identity: Identity) -> Target:
    return target._replace(
        object=identity.object,
        role=identity.role,
        method=identity.method,
        rule=identity.rule,
        system=identity.system,
    )


def _with_other_names(target: Target, identity: Identity) -> Identity:
    """Identify a target by its archive name or its body, where its own name tells nothing and it is no field."""
    if identity.object is not None or identity.role not in ("science", "reference"):
        return identity
    others = (
        (target.archive_name, "archive-name", "the target's name at the archive"),
        (target.body, "body", "the body that its levels name"),
    )
    for name, method, why in others:
        if name:
            (found,) = identify([TargetUse(name, target.number)])
            if found.object is not None and found.role == "science":
                rule = f"{why}, {name}"
                return identity._replace(object=found.object, method=method, rule=rule, system=found.system)
    return identity
