"""Packages that only some formats need."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from kb.errors import UsageError

__all__ = ["need"]


def need(module: str, extra: str, form: str) -> Any:
    """Import a module.

    Raises
    ------
    UsageError
        Its package is not installed; the message says how to.

    >>> need("json", "none", "json").__name__
    'json'
    """
    try:
        return import_module(module)
    except ImportError:
        package = module.split(".")[0]
        raise UsageError(f".{form} needs {package}, which is not installed: pip install 'jwst-kb[{extra}]'") from None
