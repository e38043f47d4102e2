"""UTF-8 that someone took for Windows-1252 and wrote as UTF-8 again (``Ã©``, ``â€“``), read as what it had been."""

from __future__ import annotations

import re

from kb.sources.notes import Notes

#: UTF-8 that was read as Windows-1252: a sign that begins a letter, and those that go on with it.
_TAILS = "".join(bytes([code]).decode("cp1252", "ignore") or chr(code) for code in range(0x80, 0xC0))
_TAIL = f"[{re.escape(_TAILS)}\x80-\x9f]"
#: Ångström and a dash may stand side by side, an é and the end of a quotation; what begins with these does not.
_SURELY_TWICE = re.compile(f"[\xc2\xc3\xce\xcf]{_TAIL}|[\xe2\xef]{_TAIL}{{2}}|\xf0{_TAIL}{{3}}")
_MAYBE_TWICE = re.compile(f"[\xc2-\xdf]{_TAIL}|[\xe0-\xef]{_TAIL}{{2}}|[\xf0-\xf4]{_TAIL}{{3}}")
_MOST_TIMES = 3


def encoded_once(text: str, notes: Notes) -> str:
    """Text without the letters that someone took for bytes of Windows-1252 and wrote as UTF-8 again, once or more."""
    for _ in range(_MOST_TIMES):
        if not _SURELY_TWICE.search(text):
            return text
        all_twice = _MAYBE_TWICE.sub("", text).isascii()
        parts: list[str] = []
        known: dict[str, str] = {}
        end, line = 0, 1
        for match in (_MAYBE_TWICE if all_twice else _SURELY_TWICE).finditer(text):
            raw, between = match[0], text[end : match.start()]
            end, line = match.end(), line + between.count("\n")
            if raw not in known:
                known[raw] = _meant(raw)
                if known[raw] != raw:
                    notes.add("bad-utf8", line, "UTF-8 that had been taken for Windows-1252", raw, known[raw])
            parts += between, known[raw]
        if not any(raw != made for raw, made in known.items()):
            return text
        text = "".join((*parts, text[end:]))
    return text


def _meant(signs: str) -> str:
    """The letter whose bytes the signs are; the signs themselves where there is none."""
    data = b"".join(sign.encode("cp1252", "ignore") or bytes([ord(sign)]) for sign in signs)
    letter = data.decode("utf-8", "ignore")
    return letter if letter and (letter.isprintable() or letter == "\xa0") else signs
