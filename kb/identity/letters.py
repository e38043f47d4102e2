"""Names as they are copied from papers → the letters that catalogues are written in.

>>> latin("β Pic b"), latin("θ¹ Ori C"), latin("LkHα 330"), latin("BD−18 359"), latin("NGC–628")
('beta Pic b', 'theta1 Ori C', 'LkHalpha 330', 'BD-18 359', 'NGC-628')
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from kb.identity.rules import rules

__all__ = ["latin"]

#: HYPHEN to HORIZONTAL BAR, and MINUS SIGN: all are the one hyphen of names and signs of declinations.
_HYPHENS = dict.fromkeys([*range(0x2010, 0x2016), 0x2212], "-")


@lru_cache(maxsize=1)
def _greek() -> dict[int, str]:
    """Return the signs of the Greek alphabet → the longest way in which they are spelled out."""
    signs: dict[int, str] = {}
    spelled: dict[str, str] = {}
    for spelling, letter in rules().greek.items():
        if spelling.isascii() and spelling.isalpha() and len(spelling) >= len(spelled.get(letter, "")):
            spelled[letter] = spelling.lower()
    for sign, letter in rules().greek.items():
        if not sign.isascii():
            signs |= {ord(sign): spelled[letter], ord(sign.lower()): spelled[letter]}
    return signs


def latin(text: str) -> str:
    """Spell Greek letters out, and drop accents, raised numbers, and what typography makes of hyphens and spaces.

    A letter that has no such spelling stays.
    """
    if text.isascii():
        return text
    parts = unicodedata.normalize("NFKD", text.translate(_HYPHENS)).translate(_greek())
    return "".join(letter for letter in parts if not unicodedata.combining(letter))
