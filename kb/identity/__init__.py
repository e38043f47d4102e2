"""A target's name → the sky object that it designates, and the target's role in its program."""

from kb.identity.naming import same_object_name
from kb.identity.program import Identity, TargetUse, identify
from kb.identity.rules import name_key

__all__ = ["Identity", "TargetUse", "identify", "name_key", "same_object_name"]
