"""How a name that no rule knows is written: as it is, but one spelling for all its separators and capitals."""

from __future__ import annotations

import re

from kb.identity.rules import rules

__all__ = ["tidy"]

_WORD = re.compile(
    r"^\d[A-Za-z]+|[A-Z]?[a-z]{3,}|[A-Za-z]{1,3}(?![A-Za-z])|[A-Z]+(?=[A-Z][a-z]{3})|[A-Za-z]+"
    r"|\d+(?:[.+-]+\d+)*(?:[A-Za-z](?![A-Za-z]))?"
)
# What is no word that one could speak, but letters: UDST, SDSSJ, HLS, 2MASSJ.
_LETTERS = re.compile(r"^\d|[^aeiouy]{4}|^[^aeiouy]*$|^.{1,3}$|^[^aeiouy]{3}(?!.*[aeiouy].*[aeiouy])|j$", re.IGNORECASE)
# GN-z11 is written GNz11 as often: the field and the redshift.
_REDSHIFT = re.compile(r"(?<=[A-Za-z])[ _-]?[zZ](?=\d{1,2}(?!\d))")


def tidy(text: str) -> str:
    """Spell a name that no rule knows so that neither case nor separators matter.

    >>> tidy("GN-z11"), tidy("GNz11"), tidy("BulletCluster"), tidy("SgrC"), tidy("BHR-71-IRS1")
    ('GNZ11', 'GNZ11', 'Bullet Cluster', 'SGRC', 'BHR71 IRS1')
    >>> tidy("HUBBLE-I-III"), tidy("UDS-T11"), tidy("FUP LAT S1")
    ('Hubble I III', 'UDS T11', 'FUP LAT S1')
    """
    words: list[str] = []
    for word in _WORD.findall(_REDSHIFT.sub("z", text.replace("'", ""))):
        letters = _LETTERS.search(word)
        # A number belongs to the letters before it, whether it is set off or not; beside a word it stands apart.
        if words and word[0].isdigit() and words[-1][-1].isupper() and words[-1] not in rules().words:
            words[-1] += word.upper()
        else:
            words.append(word.upper() if letters else word.title())
    return " ".join(words)
