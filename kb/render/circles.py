"""Circles in spirals and around each other, computed step by step, so that the same ones always get the same places."""

from __future__ import annotations

import math
from collections import defaultdict

Place = tuple[float, float]

__all__ = ["GOLDEN", "Place", "middle", "spiral", "spread", "turn"]

GOLDEN = math.pi * (3 - math.sqrt(5))
#: Area of the ring that a circle of area 1 takes in a spiral.
FILL = 1.12


def spiral(radii: list[float], inner: float) -> tuple[list[Place], float]:
    """Places of circles around a disc, in the spiral of a sunflower, and how far they reach.

    Each goes as near to the middle as the discs before it allow.
    """
    spots: list[Place] = []
    area = inner * inner
    reach = inner
    for place, radius in enumerate(radii):
        area += FILL * radius * radius
        away = max(math.sqrt(area), inner + radius)
        angle = place * GOLDEN
        spots.append((away * math.cos(angle), away * math.sin(angle)))
        reach = max(reach, away + radius)
    return _loosen(spots, radii, inner), reach


def _loosen(spots: list[Place], radii: list[float], inner: float) -> list[Place]:
    """Push circles off each other and off the disc in the middle, each a little, the larger less."""
    cell = 2 * sorted(radii)[len(radii) // 2] if radii else 1.0
    places = list(spots)
    for _ in range(12):
        cells: dict[tuple[int, int], list[int]] = defaultdict(list)
        for number, (x, y) in enumerate(places):
            cells[int(x // cell), int(y // cell)].append(number)
        moved = False
        for one, radius in enumerate(radii):
            # Each looks for those that are no larger, so no further than twice its own radius.
            x, y = places[one]
            span = [range(int((at - 2 * radius) // cell), int((at + 2 * radius) // cell) + 1) for at in (x, y)]
            for other in [n for column in span[0] for row in span[1] for n in cells.get((column, row), ())]:
                if (radii[other], other) >= (radius, one):
                    continue
                (x1, y1), (x2, y2) = places[one], places[other]
                least = radius + radii[other]
                distance = math.hypot(x2 - x1, y2 - y1) or 1.0
                if distance < least:
                    push = (least - distance) / distance
                    share = radii[other] ** 2 / (radius**2 + radii[other] ** 2)
                    dx, dy = (x2 - x1) * push, (y2 - y1) * push
                    places[one] = (x1 - dx * share, y1 - dy * share)
                    places[other] = (x2 + dx * (1 - share), y2 + dy * (1 - share))
                    moved = True
        for number, (x, y) in enumerate(places):
            distance = math.hypot(x, y) or 1.0
            if distance < inner + radii[number]:
                factor = (inner + radii[number]) / distance
                places[number] = (x * factor, y * factor)
        if not moved:
            break
    return places


def turn(one: float, other: float) -> float:
    """Return the angle between two directions, 0 to pi."""
    return abs((one - other + math.pi) % (2 * math.pi) - math.pi)


def middle(circles: list[tuple[Place, float]]) -> Place:
    """Return the point between circles: nearer to the small ones."""
    weights = [1 / radius for _, radius in circles]
    total = sum(weights)
    return (
        sum(weight * centre[0] for weight, (centre, _) in zip(weights, circles, strict=True)) / total,
        sum(weight * centre[1] for weight, (centre, _) in zip(weights, circles, strict=True)) / total,
    )


def spread(nodes: list[str], where: dict[str, Place], circles: list[tuple[float, float, float]], apart: float) -> None:
    """Push nodes off each other and out of the flowers."""
    for turn in range(60):
        cells: dict[tuple[int, int], list[str]] = defaultdict(list)
        for node in nodes:
            x, y = where[node]
            cells[int(x // apart), int(y // apart)].append(node)
        for number, node in enumerate(nodes):
            x, y = where[node]
            column, row = int(x // apart), int(y // apart)
            for other in [n for i in (-1, 0, 1) for j in (-1, 0, 1) for n in cells.get((column + i, row + j), ())]:
                if other == node:
                    continue
                dx, dy = x - where[other][0], y - where[other][1]
                distance = math.hypot(dx, dy)
                if distance < apart:
                    if distance < 1e-6:
                        dx, dy, distance = math.cos(number * GOLDEN), math.sin(number * GOLDEN), 1.0
                    push = (apart - min(distance, apart)) * 0.3
                    x, y = x + dx / distance * push, y + dy / distance * push
            for cx, cy, radius in circles:
                distance = math.hypot(x - cx, y - cy) or 1.0
                if distance < radius + apart * 0.7:
                    factor = (radius + apart * 0.7) / distance
                    pull = 1.0 if turn > 40 else 0.35
                    x, y = x + (cx + (x - cx) * factor - x) * pull, y + (cy + (y - cy) * factor - y) * pull
            where[node] = (x, y)
