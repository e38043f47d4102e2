"""How a name that no rule knows is written: one spelling for all its separators and capitals."""

from __future__ import annotations

import re

__all__ = ["tidy"]

_WORD = re.compile(
    r"[A-Z]?[a-z]{3,}|[A-Za-z]{1,3}(?![A-Za-z])|[A-Z]+(?=[A-Z][a-z]{3})|[A-Za-z]+|\d+(?:[.+-]+\d+)*(?:[A-Za-z](?![A-Za-z]))?"
)


def tidy(text: str) -> str:
    """Spell a name that no rule knows so that neither case nor separators matter.

    >>> tidy("GN-z11"), tidy("GNz11"), tidy("BulletCluster"), tidy("SgrC"), tidy("BHR71-IRS1")
    ('GNZ 11', 'GNZ 11', 'Bullet Cluster', 'Sgrc', 'BHR 71 IRS 1')
    """
    words: list[str] = []
    for word in _WORD.findall(text.replace("'", "")):
        # Short words are written together as often as apart.
        if words and word.isalpha() and words[-1].isalpha() and len(word) <= 3 and len(words[-1]) <= 3:
            words[-1] += word
        else:
            words.append(word)
    if words[:1] in (["J"], ["j"]) and len(words) > 1:
        words[:2] = [f"J{words[1]}"]
    return " ".join(word.title() if len(word) > 3 and word.isalpha() else word.upper() for word in words)
