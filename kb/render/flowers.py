"""The map: each instrument a flower of its programs, objects that several instruments share the bridges between them.

Every place is computed from counts, without a search for balance, so the map is there at once and always the same: a
program is a floret, itself with its own objects around it in the spiral of a sunflower; florets stand in a larger
spiral around their instrument, small ones inside, and those with links to other flowers on the side that faces them.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from kb.render.circles import GOLDEN, Place, middle, spiral, spread, turn

if TYPE_CHECKING:
    import networkx

__all__ = ["flowers"]

#: Pixels between neighbours in a floret, between florets of a ring, and between flowers.
STEP, GAP, APART = 7.5, 5.0, 150.0
HEART = 24.0
#: How many neighbours in the spiral may change places.
EXCHANGE = 40
#: Flowers are spread so much wider than high, as windows are.
ASPECT = 1.35
PROGRAMS = ("Program", "PlannedReferenceProgram")
#: From the middle of a floret outwards.
INSIDE = {"Observation": 0, "Target": 1, "SkyObject": 2}


def flowers(graph: networkx.MultiDiGraph[str]) -> dict[str, tuple[int, int, float]]:
    """Return x, y and radius of every node of the map, in pixels."""
    garden = _Garden(graph)
    where = garden.places()
    return {
        node: (round(where[node][0]), round(where[node][1]), _radius(graph.nodes[node]["type"], degree))
        for node, degree in graph.degree()
    }


class _Garden:
    """What belongs to which floret, and which floret to which flower."""

    def __init__(self, graph: networkx.MultiDiGraph[str]) -> None:
        self.graph = graph
        self.kinds: dict[str, str] = dict(graph.nodes(data="type"))
        self.near = {node: sorted({*graph.successors(node), *graph.predecessors(node)} - {node}) for node in graph}
        self.hearts = {data["label"]: node for node, data in graph.nodes(data=True) if data["type"] == "Instrument"}
        self.flower = {
            node: self.hearts.get(data.get("instrument", ""), "")
            for node, data in graph.nodes(data=True)
            if data["type"] in PROGRAMS
        }
        self.pointing = self._pointing()
        self.pointed: dict[str, list[str]] = defaultdict(list)
        for node, programs in self.pointing.items():
            for program in programs:
                self.pointed[program].append(node)
        self.programs = [node for node, heart in self.flower.items() if heart]
        self.bridges: dict[tuple[str, ...], list[str]] = defaultdict(list)
        self.florets: dict[str, list[str]] = defaultdict(list)
        self.spirals: dict[str, tuple[list[Place], float]] = {}
        self._settle()

    def _pointing(self) -> dict[str, list[str]]:
        """Programs at each sky object, directly or through their observations and targets."""
        owner = {node: node for node in self.flower}
        for kind in ("Observation", "Target"):
            for node in [node for node, own in self.kinds.items() if own == kind]:
                found = sorted(
                    {owner[other] for other in self.near[node] if other in owner and self.kinds[other] != kind}
                )
                if found:
                    owner[node] = found[0]
        return {
            node: sorted({owner[other] for other in self.near[node] if other in owner})
            for node, kind in self.kinds.items()
            if kind == "SkyObject"
        }

    def _settle(self) -> None:
        """Give everything a home: a bridge between flowers, else the floret of a program near by."""
        home: dict[str, str] = {node: node for node in self.programs}
        waiting = []
        for node, kind in self.kinds.items():
            if kind in ("Instrument", "Template") or node in home:
                continue
            over = sorted({self.flower[other] for other in self.pointing.get(node, ()) if self.flower[other]})
            if kind == "SkyObject" and len(over) > 1:
                self.bridges[tuple(over)].append(node)
                home[node] = ""
            else:
                waiting.append(node)
        while waiting:  # from programs outwards, until what is left hangs on nothing that has a home
            found = {}
            for node in waiting:
                homes = Counter(home[other] for other in self.near[node] if home.get(other))
                if homes:
                    found[node] = min(homes, key=lambda one: (-homes[one], one))
            if not found:
                break
            home |= found
            waiting = [node for node in waiting if node not in found]
        # What hangs on bridges alone stands among them.
        for node in waiting:
            over = sorted({heart for other in self.near[node] for heart in self._spanned(other)})
            if over:
                self.bridges[tuple(over)].append(node)
        self.loose = [node for node in waiting if not any(self._spanned(other) for other in self.near[node])]
        for node, program in home.items():
            if program and program != node:
                self.florets[program].append(node)

    def _spanned(self, node: str) -> tuple[str, ...]:
        return next((hearts for hearts, nodes in self.bridges.items() if node in nodes), ())

    def places(self) -> dict[str, Place]:
        """Return where every node stands."""
        rings = {heart: self._template_ring(heart) for heart in self.hearts.values()}
        inner = {heart: radius for heart, (_, radius) in rings.items()}
        reach = {heart: self._rings(heart, inner[heart], {})[1] for heart in self.hearts.values()}
        centres = self._centres(reach)
        where: dict[str, Place] = {}
        for heart, (x, y) in centres.items():
            where[heart] = (x, y)
            templates, radius = rings[heart]
            for place, node in enumerate(templates):
                angle = 2 * math.pi * place / len(templates) - math.pi / 2
                where[node] = (x + (radius - 10) * math.cos(angle), y + (radius - 10) * math.sin(angle))
            florets, _ = self._rings(heart, inner[heart], centres)
            for program, (dx, dy) in florets.items():
                where[program] = (x + dx, y + dy)
                self._fill(program, math.atan2(dy, dx), where)
        self._bridges(centres, reach, where)
        self._row(where)
        return where

    def _template_ring(self, heart: str) -> tuple[list[str], float]:
        name = self.graph.nodes[heart]["label"]
        templates = [
            node
            for node, kind in self.kinds.items()
            if kind == "Template" and self.graph.nodes[node].get("instrument") == name
        ]
        templates.sort(key=lambda node: (-self.graph.degree(node), node))
        return templates, HEART + 26 + 2.1 * len(templates)

    def _size(self, program: str) -> float:
        return 5.5 + STEP * 0.98 * math.sqrt(len(self.florets[program]))

    def _leaning(self, program: str) -> Counter[str]:
        """Other flowers that a program is tied to."""
        return Counter(
            heart
            for node in self.pointed.get(program, ())
            for heart in {self.flower[other] for other in self.pointing[node]}
            if heart and heart != self.flower[program]
        )

    def _rings(self, heart: str, inner: float, centres: dict[str, Place]) -> tuple[dict[str, Place], float]:
        """Places of the florets of a flower around its heart, and how far it reaches."""
        members = [node for node in self.programs if self.flower[node] == heart]
        leaning = {node: self._leaning(node) for node in members}
        members.sort(key=lambda node: (self._size(node) + 6 * bool(leaning[node]), node))
        if heart not in self.spirals:
            self.spirals[heart] = spiral([self._size(node) + GAP / 2 for node in members], inner)
        spots, reach = self.spirals[heart]
        where: dict[str, Place] = {}
        # Florets of about one size may change places: those that lean to another flower choose first.
        for start in range(0, len(members), EXCHANGE):
            free = list(range(start, min(start + EXCHANGE, len(members))))
            for node in sorted(
                members[start : start + EXCHANGE], key=lambda node: (-sum(leaning[node].values()), node)
            ):
                wish = self._towards(heart, leaning[node], centres)
                spot = (
                    free[0]
                    if wish is None
                    else min(free, key=lambda one: (turn(math.atan2(*spots[one][::-1]), wish), one))
                )
                free.remove(spot)
                where[node] = spots[spot]
        return where, reach

    def _towards(self, heart: str, leaning: Counter[str], centres: dict[str, Place]) -> float | None:
        """Return the direction of the other flowers that a program is tied to."""
        if not leaning or heart not in centres:
            return None
        x = sum(count * (centres[other][0] - centres[heart][0]) for other, count in leaning.items())
        y = sum(count * (centres[other][1] - centres[heart][1]) for other, count in leaning.items())
        return math.atan2(y, x)

    def _fill(self, program: str, outwards: float, where: dict[str, Place]) -> None:
        x, y = where[program]
        own = sorted(self.florets[program], key=lambda node: (INSIDE.get(self.kinds[node], 3), node))
        for place, node in enumerate(own):
            away = 3.0 + STEP * 0.92 * math.sqrt(place + 0.6)
            where[node] = (
                x + away * math.cos(outwards + place * GOLDEN),
                y + away * math.sin(outwards + place * GOLDEN),
            )

    def _centres(self, reach: dict[str, float]) -> dict[str, Place]:
        """Places of the flowers: around a common middle, as near to each other as the bridges allow."""
        hearts = sorted(reach, key=lambda heart: (-reach[heart], heart))
        # Large and small in turn, so that the small ones fill the corners between the large ones.
        order = hearts[:3] if len(hearts) > 3 else hearts
        angles = {heart: -math.pi * 0.8 + 2 * math.pi * place / max(len(order), 1) for place, heart in enumerate(order)}
        for place, heart in enumerate(hearts[len(order) :]):
            angles[heart] = -math.pi * 0.8 + 2 * math.pi * (place + 1.5) / len(order)
        spread = sum(reach.values())
        centres: dict[str, Place] = {}
        for heart in order:
            centres[heart] = (spread * ASPECT * math.cos(angles[heart]), spread * math.sin(angles[heart]))
        for _ in range(400):
            centres = {heart: (x * 0.99, y * 0.99) for heart, (x, y) in centres.items()}
            for one in order:
                for other in order:
                    if one < other:
                        self._part(one, other, centres, reach)
        for heart in hearts[len(order) :]:
            away = spread * 2
            while away > 0:  # from outside until it touches a large one
                x, y = away * ASPECT * math.cos(angles[heart]), away * math.sin(angles[heart])
                if any(
                    math.dist((x, y), centre) < reach[heart] + reach[other] + self._between(heart, other) + 30
                    for other, centre in centres.items()
                ):
                    break
                away -= 4
            centres[heart] = (x, y)
        return centres

    def _part(self, one: str, other: str, centres: dict[str, Place], reach: dict[str, float]) -> None:
        (x1, y1), (x2, y2) = centres[one], centres[other]
        apart = math.dist((x1, y1), (x2, y2)) or 1.0
        lack = reach[one] + reach[other] + self._between(one, other) - apart
        if lack > 0:
            dx, dy = (x2 - x1) / apart * lack / 2, (y2 - y1) / apart * lack / 2
            centres[one], centres[other] = (x1 - dx, y1 - dy), (x2 + dx, y2 + dy)

    def _between(self, one: str, other: str) -> float:
        count = len(self.bridges.get((min(one, other), max(one, other)), ()))
        return 30.0 + min(APART, 7 * math.sqrt(count))

    def _bridges(self, centres: dict[str, Place], reach: dict[str, float], where: dict[str, Place]) -> None:
        """Shared objects between the flowers that they join, each near the line between its programs, then apart."""
        shared: list[str] = []
        for hearts, nodes in sorted(self.bridges.items()):
            between = middle([(centres[heart], reach[heart]) for heart in hearts])
            for node in sorted(nodes):
                ends = [where[other] for other in self.pointing.get(node, self.near[node]) if other in where]
                x, y = (sum(end[axis] for end in ends) / len(ends) for axis in (0, 1)) if ends else between
                where[node] = (0.35 * x + 0.65 * between[0], 0.35 * y + 0.65 * between[1])
                shared.append(node)
        spread(shared, where, [(*centres[heart], reach[heart]) for heart in centres], STEP * 2.1)

    def _row(self, where: dict[str, Place]) -> None:
        """Put what hangs on no flower in the lower left corner, where that is free, else below all."""
        if not where:
            where[""] = (0.0, 0.0)
        left, right = min(x for x, _ in where.values()), max(x for x, _ in where.values())
        apart = 2.5 * STEP
        rest = [*self.loose, *(node for node in self.graph if node not in where and node not in self.loose)]
        across = max(math.ceil(math.sqrt(2 * len(rest))), 1)
        wide, high = across * apart, math.ceil(len(rest) / across) * apart
        low = max(y for _, y in where.values())
        top = low - high + apart
        if any(x < left + wide + 4 * apart and y > top - 4 * apart for x, y in where.values()):
            across = max(across, int((right - left) / apart))
            top = low + 4 * apart
        for place, node in enumerate(rest):
            where[node] = (left + place % across * apart, top + place // across * apart)
        where.pop("", None)


def _radius(kind: str, degree: int) -> float:
    """Return the radius of a node: for programs and objects 1 + 0.45 times the root of its links, doubled."""
    fixed = {"Instrument": HEART, "Observation": 1.6, "Target": 2.0}
    if kind in fixed:
        return fixed[kind]
    if kind == "Template":
        return round(min(3 + 0.32 * math.sqrt(degree), 8), 1)
    return round(min(1.4 + 0.85 * math.sqrt(degree), 9), 1)
