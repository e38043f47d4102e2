"""Names as they are copied from papers → the letters that catalogues are written in.

>>> latin("Ångström"), latin("Jørgensen"), latin("Władysław Weiß")
('Angstrom', 'Jorgensen', 'Wladyslaw Weiss')
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
#: Letters that no accent makes, so that Unicode does not take them apart, as people write them who do not have them.
_PLAIN = str.maketrans(
    {"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "ħ": "h", "Ħ": "H", "ı": "i"}
    | {"ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "þ": "th", "Þ": "Th", "ŧ": "t", "Ŧ": "T"}
)


@lru_cache(maxsize=1)
def _spelling() -> dict[int, str]:
    """Return the signs of the Greek alphabet → the names of the letters, and other letters → plain ones."""
    signs: dict[int, str] = dict(_PLAIN)
    for sign in rules().greek:
        if not sign.isascii():
            name = unicodedata.name(sign).rpartition(" ")[2].lower()  # GREEK CAPITAL LETTER MU
            name = "lambda" if name == "lamda" else name  # Unicode's own spelling
            signs |= {ord(sign): name, ord(sign.lower()): name}
    return signs


def latin(text: str) -> str:
    """Spell Greek letters out, and drop accents and strokes, raised numbers, and what typography makes of hyphens.

    A letter that has no such spelling stays.
    """
    if text.isascii():
        return text
    parts = unicodedata.normalize("NFKD", text.translate(_HYPHENS)).translate(_spelling())
    return "".join(letter for letter in parts if not unicodedata.combining(letter))
