"""A target's name → the sky object that it designates, and the target's role in its program."""

from kb.identity.naming import same_object_name
from kb.identity.program import Identity, TargetUse, identify

__all__ = ["Identity", "TargetUse", "identify", "same_object_name"]
