"""Names as they are copied from papers → the letters that catalogues are written in.

>>> latin("β Pic b"), latin("μ Cep"), latin("θ¹ Ori C"), latin("LkHα 330"), latin("BD−18 359"), latin("NGC–628")
('beta Pic b', 'mu Cep', 'theta1 Ori C', 'LkHalpha 330', 'BD-18 359', 'NGC-628')
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
    """Return the signs of the Greek alphabet → the names of the letters."""
    signs: dict[int, str] = {}
    for sign in rules().greek:
        if not sign.isascii():
            name = unicodedata.name(sign).rpartition(" ")[2].lower()  # GREEK CAPITAL LETTER MU
            name = "lambda" if name == "lamda" else name  # Unicode's own spelling
            signs |= {ord(sign): name, ord(sign.lower()): name}
    return signs


def latin(text: str) -> str:
    """Spell Greek letters out, and drop accents, raised numbers, and what typography makes of hyphens and spaces.

    A letter that has no such spelling stays.
    """
    if text.isascii():
        return text
    parts = unicodedata.normalize("NFKD", text.translate(_HYPHENS)).translate(_greek())
    return "".join(letter for letter in parts if not unicodedata.combining(letter))
