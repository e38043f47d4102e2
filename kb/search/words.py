"""What a person types → queries of FTS5, the strictest reading first.

>>> [query for query, _ in readings("AS205 disks")]
['"AS 205" AND "disks"', '"AS" AND "205" AND "disks"', '"AS" OR "205" OR "disks"']
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.errors import UsageError
from kb.search.index import JOINT, split

__all__ = ["readings"]

#: Words of one search.
MOST = 64

_PART = re.compile(r'"([^"]*)"?|(\S+)')
_WORD = re.compile(r"[^\W_]+")


def readings(text: str) -> Iterator[tuple[str, str | None]]:
    """Yield queries, each with what to say when it is the one that finds something.

    Raises
    ------
    UsageError
        The text has no words.

    """
    phrases = list(_phrases(text))
    if not phrases:
        raise UsageError(f"{text!r}: nothing to look for; give words with letters or digits")
    if len(phrases) > MOST:
        raise UsageError(f"{len(phrases)} words are too many to look for; give {MOST} at most")
    strict = " AND ".join(f'"{" ".join(words)}"{star}' for words, star in phrases)
    if other := _other_name(text, phrases):
        strict = f'({strict}) OR {{name names}}: "{other}"'
    yield strict, None
    each = [f'"{word}"' for words, _ in phrases for word in words]
    if len(each) > len(phrases):
        yield " AND ".join(each), "the words stand nowhere together as they were typed; these have them apart"
    if len(each) > 1:
        yield " OR ".join(each), "nothing has all of the words; these have some of them"


def _phrases(text: str) -> Iterator[tuple[list[str], str]]:
    """Yield what stands together, as words, and ``*`` where the last of them is the beginning of a word."""
    open_name: list[str] = []  # letters that digits may follow, as in AS 205
    for quoted, plain in _PART.findall(text):
        star = "*" if plain.endswith("*") and plain != "*" else ""
        words = _WORD.findall(split(quoted or plain).replace(JOINT, " "))
        if not words:
            continue
        if open_name and plain and words[0].isdigit():
            words = [*open_name, *words]
        elif open_name:
            yield open_name, ""
        if plain and not star and words[0].isalpha():
            open_name = words
        else:
            open_name = []
            yield words, star
    if open_name:
        yield open_name, ""


def _other_name(text: str, phrases: list[tuple[list[str], str]]) -> str | None:
    """Return the words of the name that the object has here, where it is another than the one that was typed."""
    from kb.identity import same_object_name

    if any(star for _, star in phrases) or '"' in text:
        return None
    name = same_object_name(text)
    words = _WORD.findall(split(name).replace(JOINT, " ")) if name else []
    typed = [word for words, _ in phrases for word in words]
    return " ".join(words) if words and [w.casefold() for w in words] != [w.casefold() for w in typed] else None
