"""Facts of both sides → changes in domain words.

What follows from another change is not a change of its own: rows that keep a renamed target, instruments of rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from kb.diff import facts
from kb.diff.changes import Change, FieldChange, Kind
from kb.diff.facts import DocumentFacts, Fields, Nodes, ProgramFacts, Row, TargetFacts
from kb.diff.match import match_rows, match_targets, moved
from kb.iris import BASE
from kb.results import shorten
from kb.store.results import Iri, Value

__all__ = ["Words"]

Thing = TypeVar("Thing")

#: Between the values of a field that has several.
_AND = "; "
_NO_NUMBER = "–"


class Words:
    """Says what changed; ``labels`` are names of concepts by IRI."""

    def __init__(self, labels: dict[str, str]) -> None:
        self._labels = labels

    def program(self, iri: str, old: Nodes, new: Nodes) -> Iterator[Change]:
        """Compare one program."""
        before, after = (facts.program(iri, side, self._labels) for side in (old, new))
        if before.described != after.described:
            there = after if after.described else before
            said = f"{_count(len(there.rows), 'observation')}, {_count(len(there.targets), 'target')}"
            yield self._whole(there.number, "program", there.title, said, added=after.described)
            return
        number = after.number
        fields = list(self._fields(before.fields, after.fields))
        if before.rows or after.rows:  # then the rows tell the instruments
            fields = [field for field in fields if field.field != "instruments"]
        if fields:
            yield Change(number, "program", after.title or before.title, "changed", tuple(fields))
        yield from self._people(number, before, after)
        yield from self._references(number, before.references, after.references)
        pairs = match_targets(before.targets, after.targets)
        yield from self._targets(number, before.targets, after.targets, pairs)
        same = [(before.targets[i].iri, after.targets[j].iri) for i, j in pairs]
        yield from self._rows(number, before, after, same)

    def document(self, iri: str, old: Nodes, new: Nodes) -> Iterator[Change]:
        """Compare one document."""
        before, after = facts.document(iri, old), facts.document(iri, new)
        there = after if after.fields else before
        number = there.programs[0] if len(there.programs) == 1 else None
        if bool(before.fields) != bool(after.fields):
            digest = self._text(there.fields.get("sha256", frozenset()))
            yield self._whole(number, "document", there.name, digest or "", added=bool(after.fields))
            return
        fields = [*self._fields(before.fields, after.fields), *_findings(before, after)]
        if fields:
            yield Change(number, "document", there.name, "changed", tuple(fields))

    def term(self, iri: str, old: Nodes, new: Nodes) -> Iterator[Change]:
        """Compare a node of another kind: a term or concept of the vocabulary."""
        before, after = old.get(iri, {}), new.get(iri, {})
        name = shorten(Iri(iri))
        if bool(before) != bool(after):
            yield self._whole(None, "term", name, self._labels.get(iri, ""), added=bool(after))
            return
        sides = [{shorten(Iri(p)): frozenset(values) for p, values in node.items()} for node in (before, after)]
        yield Change(None, "term", name, "changed", tuple(self._fields(*sides)))

    def _people(self, number: int, old: ProgramFacts, new: ProgramFacts) -> Iterator[Change]:
        before, after = sorted((old.people - new.people).elements()), sorted((new.people - old.people).elements())
        for name in sorted({name for name, _ in before} & {name for name, _ in after}):
            was, now = ([role for person, role in side if person == name] for side in (before, after))
            for old_role, new_role in zip(was, now, strict=False):
                before.remove((name, old_role))
                after.remove((name, new_role))
                yield Change(number, "person", name, "changed", (FieldChange("role", old_role, new_role),))
        yield from (self._whole(number, "person", name, role, added=False) for name, role in before)
        yield from (self._whole(number, "person", name, role, added=True) for name, role in after)

    def _references(self, number: int, old: Mapping[int, Value], new: Mapping[int, Value]) -> Iterator[Change]:
        for referred in sorted(old.keys() | new.keys()):
            name = f"program {referred}"
            if referred in old and referred in new:
                if old[referred] != new[referred]:
                    kinds = FieldChange("kind", self._value(old[referred]), self._value(new[referred]))
                    yield Change(number, "reference", name, "changed", (kinds,))
            else:
                kind = old.get(referred, new.get(referred))
                yield self._whole(number, "reference", name, self._value(kind), added=referred in new)

    def _targets(
        self, number: int, old: Sequence[TargetFacts], new: Sequence[TargetFacts], pairs: Sequence[tuple[int, int]]
    ) -> Iterator[Change]:
        for i, j in pairs:
            fields = tuple(self._fields(old[i].fields, new[j].fields))
            if fields:
                renamed = any(field.field == "name" and field.old and field.new for field in fields)
                kind: Kind = "renamed" if renamed else "changed"
                yield Change(number, "target", old[i].name, kind, fields, new[j].line)
        yield from _renumbered(number, "target", [(old[i], new[j]) for i, j in pairs])
        for target in _unpaired(old, [i for i, _ in pairs]):
            yield self._whole(number, "target", target.name, self._target(target), added=False, line=target.line)
        for target in _unpaired(new, [j for _, j in pairs]):
            yield self._whole(number, "target", target.name, self._target(target), added=True, line=target.line)

    def _target(self, target: TargetFacts) -> str:
        parts = [f"number {target.number}" if target.number is not None else ""]
        parts += [self._text(target.fields.get(field, frozenset())) or "" for field in ("role", "object")]
        return ", ".join(part for part in parts if part)

    def _rows(
        self, number: int, old: ProgramFacts, new: ProgramFacts, targets: Sequence[tuple[str, str]]
    ) -> Iterator[Change]:
        pairs = match_rows(old.rows, new.rows, targets)
        names = ({target.iri: target.name for target in side.targets} for side in (old, new))
        old_names, new_names = names
        now = dict(targets)
        for i, j in pairs:
            before, after = old.rows[i], new.rows[j]
            fields = list(self._fields(before.fields, after.fields))
            kept = {now.get(target) for target in before.targets}
            lost = [old_names.get(t, t) for t in before.targets if now.get(t) not in after.targets]
            gained = [new_names.get(t, t) for t in after.targets if t not in kept]
            if lost or gained:
                fields.append(FieldChange("targets", _join(lost), _join(gained)))
            if fields:
                yield Change(number, "observation", before.name, "changed", tuple(fields), after.line)
        yield from _renumbered(number, "observation", [(old.rows[i], new.rows[j]) for i, j in pairs])
        if out_of_place := moved(pairs):
            yield Change(number, "observations", f"{out_of_place} of {_count(len(pairs), 'row')}", "moved")
        for row in _unpaired(old.rows, [i for i, _ in pairs]):
            yield self._whole(number, "observation", row.name, self._row(row, old_names), added=False, line=row.line)
        for row in _unpaired(new.rows, [j for _, j in pairs]):
            yield self._whole(number, "observation", row.name, self._row(row, new_names), added=True, line=row.line)

    def _row(self, row: Row, names: Mapping[str, str]) -> str:
        template = self._text(row.fields.get("template", frozenset()))
        return ", ".join(part for part in (template, _join(names.get(t, t) for t in row.targets)) if part)

    def _fields(self, old: Fields, new: Fields) -> Iterator[FieldChange]:
        """Say what each field lost and gained, those that are gone last."""
        for field in dict.fromkeys([*new, *old]):
            before, after = old.get(field, frozenset()), new.get(field, frozenset())
            if before != after:
                yield FieldChange(field, self._text(before - after), self._text(after - before))

    def _text(self, values: frozenset[Value]) -> str | None:
        return _join(self._value(value) for value in values)

    def _value(self, value: Value) -> str:
        if isinstance(value, Iri):
            return self._labels.get(value) or value.removeprefix(BASE)
        return str(value) if isinstance(value, str) else shorten(value)

    def _whole(
        self, number: int | None, thing: str, name: str, said: str, *, added: bool, line: int | None = None
    ) -> Change:
        field = FieldChange("", None, said) if added else FieldChange("", said, None)
        return Change(number, thing, name, "added" if added else "removed", (field,), line)


def _findings(old: DocumentFacts, new: DocumentFacts) -> Iterator[FieldChange]:
    counts: tuple[Counter[str], Counter[str]] = (old.findings, new.findings)
    for code in sorted(counts[0].keys() | counts[1].keys()):
        before, after = (count[code] for count in counts)
        if before != after:
            yield FieldChange(f"findings {code}", str(before), str(after))


def _renumbered(
    number: int, thing: str, pairs: Sequence[tuple[TargetFacts, TargetFacts] | tuple[Row, Row]]
) -> Iterator[Change]:
    """Say in one change what got another number: a row put in or taken out renumbers all that follow."""
    numbers = [(a, b) for a, b in pairs if a.number != b.number]
    if numbers:
        old, new = (
            ", ".join(_NO_NUMBER if pair[side].number is None else str(pair[side].number) for pair in numbers)
            for side in (0, 1)
        )
        name = numbers[0][0].name if len(numbers) == 1 else f"{len(numbers)} {thing}s"
        yield Change(number, thing, name, "renumbered", (FieldChange("number", old, new),), numbers[0][1].line)


def _unpaired(things: Sequence[Thing], paired: Iterable[int]) -> list[Thing]:
    taken = set(paired)
    return [thing for index, thing in enumerate(things) if index not in taken]


def _join(values: Iterable[str]) -> str | None:
    return _AND.join(sorted(values)) or None


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"
