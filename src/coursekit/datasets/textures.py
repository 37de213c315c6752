"""Textures that are drawn by rule: brush strokes, mosaics, woodcut waves, dots, bricks.

They are the style pictures of the course, and small patches of them train its networks. Each is a
function of a canvas, which knows its size, its random numbers and its colors; `texture` calls it by
name. Lengths are in units of the canvas, whose shorter side is 1: a larger picture shows the same
with more pixels.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

__all__ = ["NAMES", "sample", "texture"]

# Colors of a picture, from dark to light.
# fmt: off
_PALETTES = {
    "night": ("0b1a3d", "173f7c", "2f6fb0", "78b0cf", "e9d9a0", "f7c531", "fdf0a8"),
    "earth": ("2b1d14", "5c3a21", "8d5b34", "b98a55", "7d8a80", "d9c39a", "f1e6cc"),
    "cubist": ("1d2230", "5b3a29", "9a5336", "3f6579", "c08d45", "8ba3a8", "eddcb8"),
    "coast": ("10263f", "1f5a7a", "3e93a8", "9cc9c1", "efe6cf", "e9a15b", "c9482e"),
    "garden": ("163022", "2f6b3c", "6aa84f", "b9d36b", "f3e3a1", "ea8fb1", "fbe3ec"),
    "park": ("1f3b73", "2c6e8f", "2f7d4a", "8fb33c", "f0c93f", "ef8e3a", "f3b7a2"),
    "fire": ("26090b", "6e1414", "b32b1b", "e0632a", "f2a03d", "f9d57c", "fff3cf"),
    "basilica": ("1d2b53", "2a6f77", "8c2f2b", "c4713b", "d9a441", "e7d3a1", "f4ecd8"),
    "window": ("2a1a6e", "124f9c", "0f7f5f", "b3202c", "e07a1c", "f2c12e", "8fc7e8"),
    "ink": ("1b1b1e", "33343a", "575a61", "8a8c90", "bcb8ac", "e3dccb", "f4eedf"),
    "indigo": ("132447", "1c3766", "2b5590", "5f88b8", "a9c1d6", "e8e4d6", "f6f2e6"),
    "brick": ("4a1f18", "7a2f22", "9a3f2c", "b1553b", "c26d4f", "c9b9a6", "dcd2c4"),
    "wood": ("3b2314", "5b371e", "7c4f2b", "9b6a3d", "b98a57", "d2ab7a", "e6cba3"),
}
# fmt: on


@dataclass
class _Canvas:
    """What a texture is drawn on: its size in pixels, random numbers, colors, size of features."""

    n_H: int
    n_W: int
    rng: np.random.Generator
    palette: np.ndarray  # (n_colors, 3), from dark to light
    scale: float

    @cached_property
    def pixel(self) -> float:
        """Length of a pixel's edge, in units of features."""
        return 1 / (min(self.n_H, self.n_W) * self.scale)

    @cached_property
    def height(self) -> float:
        return self.n_H * self.pixel

    @cached_property
    def width(self) -> float:
        return self.n_W * self.pixel

    @cached_property
    def y(self) -> np.ndarray:
        """Height of each pixel's center, (n_H, 1)."""
        return ((np.arange(self.n_H) + 0.5) * self.pixel)[:, None]

    @cached_property
    def x(self) -> np.ndarray:
        return ((np.arange(self.n_W) + 0.5) * self.pixel)[None, :]

    def noise(
        self, cell: float, octaves: int = 1, *, stretch: tuple[float, float] = (1, 1)
    ) -> np.ndarray:
        """Smooth random values with mean near 0 and spread 1, (n_H, n_W): hills of size `cell`."""
        total = np.zeros((self.n_H, self.n_W))
        for octave in range(octaves):
            rows = _spline(self.y[:, 0] / (cell * stretch[0]) * 2**octave)
            cols = _spline(self.x[0] / (cell * stretch[1]) * 2**octave)
            lattice = self.rng.standard_normal((rows.shape[1], cols.shape[1]))
            total += rows @ lattice @ cols.T / 2**octave
        # The spread that the sum has on average, so that hills do not depend on the cut.
        return total / (0.46 * np.sqrt(sum(0.25**octave for octave in range(octaves))))

    def levels(self, cell: float, octaves: int = 1) -> np.ndarray:
        """Smooth random values that use 0 to 1 about evenly, whatever the canvas, (n_H, n_W)."""
        hills = self.noise(cell, octaves)
        hills = (hills - hills.mean()) / (hills.std() + 1e-9)
        return 0.5 + 0.5 * np.tanh(0.9 * hills)

    def covered(self, distance: np.ndarray) -> np.ndarray:
        """How much of a pixel lies within a shape, given its signed distance, negative inside."""
        return np.clip(0.5 - distance / self.pixel, 0, 1)

    def color(self, level: np.ndarray) -> np.ndarray:
        """Colors along the palette, for levels from 0, dark, to 1, light, (..., 3)."""
        place = np.clip(level, 0, 1) * (len(self.palette) - 1)
        low = np.minimum(place.astype(int), len(self.palette) - 2)
        part = (place - low)[..., None]
        return self.palette[low] * (1 - part) + self.palette[low + 1] * part


def _spline(places: np.ndarray) -> np.ndarray:
    """Weights of the points of a lattice at these places, by cubic B-splines, (n, n_points)."""
    first = np.floor(places).astype(int)
    t = places - first
    taps = (
        (1 - t) ** 3,
        3 * t**3 - 6 * t**2 + 4,
        -3 * t**3 + 3 * t**2 + 3 * t + 1,
        t**3,
    )
    weights = np.zeros((len(places), first.max() + 4))
    for shift, tap in enumerate(taps):
        weights[np.arange(len(places)), first + shift] = tap / 6
    return weights


def _slope(values: np.ndarray, axis: int) -> np.ndarray:
    """Rise a pixel along an axis, between the two neighbors; also where there are none."""
    ends = np.take(values, [0], axis), np.take(values, [-1], axis)
    padded = np.concatenate([ends[0], values, ends[1]], axis)
    n = values.shape[axis]
    return (np.take(padded, range(2, n + 2), axis) - np.take(padded, range(n), axis)) / 2


def _shaded(height: np.ndarray, strength: float) -> np.ndarray:
    """Light on a relief that comes from the upper left: 1 where it is flat, (n_H, n_W, 1)."""
    slope = _slope(height, 0) + _slope(height, 1)
    return (1 + strength * np.clip(slope, -1, 1))[..., None]


def _mix(below: np.ndarray, above: np.ndarray, share: np.ndarray) -> np.ndarray:
    share = np.asarray(share)[..., None]
    return below * (1 - share) + above * share


# Paint


class _Flow:
    """A field of directions with vortices in it, and how near the next vortex is."""

    def __init__(self, canvas: _Canvas, vortices: float):
        rng = canvas.rng
        margin = 0.1
        count = max(2, round(vortices * canvas.height * canvas.width))
        # The best of some candidates each time: spread out, yet not on a grid.
        centers = [rng.uniform(margin, 1 - margin, 2) * (canvas.height, canvas.width)]
        while len(centers) < count:
            tries = rng.uniform(0, 1, (12, 2)) * (canvas.height, canvas.width)
            gaps = np.linalg.norm(tries[:, None] - np.array(centers), axis=2).min(axis=1)
            centers.append(tries[gaps.argmax()])
        self.centers = np.array(centers)
        self.radii = rng.uniform(0.09, 0.2, count)
        self.signs = np.where(np.arange(count) % 2, 1, -1)
        self.tilt = rng.uniform(-0.25, 0.25)
        self.phase = rng.uniform(0, 2 * np.pi, 2)

    def direction(self, y: np.ndarray, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Unit vector (dy, dx) at each place."""
        dy = self.tilt + 0.55 * np.sin(5 * x + 2.5 * y + self.phase[0])
        dx = 1 + 0.3 * np.sin(4 * y - 2 * x + self.phase[1])
        for (cy, cx), radius, sign in zip(self.centers, self.radii, self.signs):
            ry, rx = y - cy, x - cx
            square = (ry * ry + rx * rx) / radius**2
            pull = 4 * sign * np.exp(-0.55 * square) / radius
            dy = dy + pull * rx
            dx = dx - pull * ry
        length = np.sqrt(dy * dy + dx * dx) + 1e-9
        return dy / length, dx / length

    def glow(self, y: np.ndarray, x: np.ndarray) -> np.ndarray:
        """1 at a vortex, less in rings around it, 0 far away."""
        light = np.zeros(np.broadcast_shapes(np.shape(y), np.shape(x)))
        for (cy, cx), radius in zip(self.centers, self.radii):
            far = np.sqrt((y - cy) ** 2 + (x - cx) ** 2) / radius
            ring = 0.75 + 0.25 * np.cos(7 * far)
            light = np.maximum(light, np.exp(-0.9 * far**1.6) * ring)
        return light


def _strokes(canvas: _Canvas) -> np.ndarray:
    """Oil paint: layers of curved brush strokes along a flow with swirls, lit from one side."""
    flow = _Flow(canvas, 5)
    # Painted with twice the pixels each way, then averaged: edges of strokes stay smooth.
    fine = 2 if min(canvas.n_H, canvas.n_W) <= 512 else 1
    large = _Canvas(canvas.n_H * fine, canvas.n_W * fine, canvas.rng, canvas.palette, canvas.scale)
    ground = 0.32 + 0.2 * canvas.noise(0.35, 2)
    pixels = np.repeat(np.repeat(canvas.color(ground), fine, 0), fine, 1)
    relief = np.zeros((large.n_H, large.n_W))
    for width, length, per_area in (
        (0.05, 0.22, 1.6),
        (0.032, 0.17, 1.5),
        (0.02, 0.11, 0.9),
    ):
        _paint(large, pixels, relief, flow, ground, width, length, per_area)
    pixels *= _shaded(relief, 0.45)
    return pixels.reshape(canvas.n_H, fine, canvas.n_W, fine, 3).mean(axis=(1, 3))


def _paint(
    canvas: _Canvas,
    pixels: np.ndarray,
    relief: np.ndarray,
    flow: _Flow,
    ground: np.ndarray,
    width: float,
    length: float,
    per_area: float,
) -> None:
    """Lay one layer of strokes onto the pixels and their relief, in place."""
    rng = canvas.rng
    count = int(per_area * canvas.height * canvas.width / (width * length)) + 1
    y = rng.uniform(-0.03, canvas.height + 0.03, count)
    x = rng.uniform(-0.03, canvas.width + 0.03, count)
    # Samples along and across a stroke lie closer than pixels, so that it has no holes.
    n_along = int(1.5 * length / canvas.pixel) + 2
    n_across = int(1.5 * width / canvas.pixel) + 2
    along = np.linspace(-1, 1, n_along)
    across = np.linspace(-1, 1, n_across)
    steps = 12
    ys, xs = _streamlines(flow, y, x, length * rng.uniform(0.6, 1.2, count) / (2 * steps), steps)
    knots = np.linspace(-1, 1, 2 * steps + 1)
    to_along = np.maximum(0, 1 - np.abs(along[:, None] - knots) * steps)  # linear between knots
    ys, xs = ys @ to_along.T, xs @ to_along.T
    dy, dx = np.gradient(ys, axis=1), np.gradient(xs, axis=1)
    norm = np.sqrt(dy * dy + dx * dx) + 1e-12
    dy, dx = dy / norm, dx / norm

    near_y = np.clip(y / canvas.height * len(ground), 0, len(ground) - 1).astype(int)
    near_x = np.clip(x / canvas.width * ground.shape[1], 0, ground.shape[1] - 1).astype(int)
    level = ground[near_y, near_x] + 0.75 * flow.glow(y, x) + rng.normal(0, 0.09, count)
    # Now and then a stroke of another color altogether.
    level = np.where(rng.random(count) < 0.05, rng.uniform(0.1, 1, count), level)
    color = canvas.color(level)
    bristles = (
        rng.normal(0, 1, (count, 9)) @ _spline((across + 1) * 2.9)[:, :9].T
    )  # (count, across)
    load = rng.uniform(0.75, 1.25, count)
    half = 0.5 * width * rng.uniform(0.7, 1.2, count)

    # Full in the middle, round at the start, run dry toward the end.
    profile = np.sqrt(np.clip(1 - np.abs(along) ** 5, 0, 1)) * (1 - 0.2 * (along + 1) / 2)
    for first in range(0, count, max(1, 1_500_000 // (n_along * n_across))):
        chosen = slice(first, first + max(1, 1_500_000 // (n_along * n_across)))
        side = half[chosen, None, None] * profile[:, None] * across
        rows = ((ys[chosen, :, None] + dx[chosen, :, None] * side) / canvas.pixel).astype(np.int32)
        cols = ((xs[chosen, :, None] - dy[chosen, :, None] * side) / canvas.pixel).astype(np.int32)
        height = (0.6 + 0.35 * bristles[chosen]) * load[chosen, None]
        height = height + 0.7 * np.abs(across) ** 3  # paint pushed aside stands at the edges
        height = height[:, None, :] * (1 - 0.25 * along[:, None])
        inside = (rows >= 0) & (rows < canvas.n_H) & (cols >= 0) & (cols < canvas.n_W)
        inside &= (height > 0.12 + 0.3 * (along[:, None] > 0.75)) | (np.abs(along[:, None]) < 0.5)
        stroke, place, side = np.nonzero(inside)
        where = rows[inside] * np.int64(canvas.n_W) + cols[inside]
        # Of samples in one pixel the last counts: the stroke painted last lies on top.
        top = np.zeros(canvas.n_H * canvas.n_W, np.int64)
        top[where] = np.arange(1, len(where) + 1)
        painted = np.flatnonzero(top)
        last = top[painted] - 1
        stroke, place, side = stroke[last], place[last], side[last]
        streak = 1 + 0.11 * bristles[chosen][stroke, side]
        pixels.reshape(-1, 3)[painted] = color[chosen][stroke] * streak[:, None]
        relief.reshape(-1)[painted] = height[stroke, place, side]


def _streamlines(
    flow: _Flow, y: np.ndarray, x: np.ndarray, step: np.ndarray, steps: int
) -> tuple[np.ndarray, np.ndarray]:
    """Follow the flow from each point, both ways: two arrays of shape (n, 2 steps + 1)."""
    ways = []
    for sign in (-1, 1):
        at_y, at_x = y, x
        path = []
        for _ in range(steps):
            dy, dx = flow.direction(at_y, at_x)
            # A look ahead keeps paths around a vortex from spiraling out.
            half_y, half_x = at_y + sign * step * dy / 2, at_x + sign * step * dx / 2
            dy, dx = flow.direction(half_y, half_x)
            at_y, at_x = at_y + sign * step * dy, at_x + sign * step * dx
            path.append((at_y, at_x))
        ways.append(path)
    path = [*reversed(ways[0]), (y, x), *ways[1]]
    return np.stack([p[0] for p in path], 1), np.stack([p[1] for p in path], 1)


def _swirls(canvas: _Canvas) -> np.ndarray:
    """Marbled paper: bands of ink, combed and stirred."""
    y, x = np.broadcast_arrays(canvas.y, canvas.x)
    # Stirred: each stick turns what is near it, the nearer the more.
    for _ in range(max(4, round(9 * canvas.height * canvas.width))):
        cy, cx = canvas.rng.uniform(0, 1, 2) * (canvas.height, canvas.width)
        radius = canvas.rng.uniform(0.08, 0.2)
        ry, rx = y - cy, x - cx
        turn = canvas.rng.choice([-1, 1]) * canvas.rng.uniform(2, 4.5)
        turn = turn * np.exp(-(ry * ry + rx * rx) / radius**2)
        y = cy + np.cos(turn) * ry - np.sin(turn) * rx
        x = cx + np.sin(turn) * ry + np.cos(turn) * rx
    y = y + 0.05 * canvas.noise(0.3, 3) + 0.02 * np.sin(14 * x)
    band = 13 * y
    n_colors = len(canvas.palette)
    order = np.concatenate([canvas.rng.permutation(n_colors) for _ in range(5)])
    slot = np.floor(band).astype(int)
    part = band - slot
    slope = np.hypot(_slope(band, 0), _slope(band, 1)) + 1e-9
    here = canvas.palette[order[slot % len(order)]]
    after = canvas.palette[order[(slot + 1) % len(order)]]
    pixels = _mix(here, after, np.clip((part - 1) / slope + 1, 0, 1))
    # A thin vein of the lightest ink in each band.
    vein = np.clip(0.5 + (0.07 - np.abs(part - 0.3)) / slope, 0, 1)
    pixels = _mix(pixels, canvas.palette[-1], 0.9 * vein)
    return pixels * (1 + 0.03 * canvas.noise(0.02)[..., None])


def _dots(canvas: _Canvas) -> np.ndarray:
    """Dots of pure color, side by side, that mix in the eye."""
    rng = canvas.rng
    fine = 2 if min(canvas.n_H, canvas.n_W) <= 512 else 1
    large = _Canvas(canvas.n_H * fine, canvas.n_W * fine, rng, canvas.palette, canvas.scale)
    level = canvas.levels(0.2, 2)
    pixels = np.empty((large.n_H, large.n_W, 3))
    pixels[:] = 0.25 * canvas.palette[-1] + 0.75 * np.array([0.93, 0.9, 0.82])
    for radius, per_area in ((0.017, 1.3), (0.012, 1.4), (0.008, 0.6)):
        count = int(per_area * large.height * large.width / (4 * radius**2)) + 1
        y = rng.uniform(-radius, large.height + radius, count)
        x = rng.uniform(-radius, large.width + radius, count)
        near_y = np.clip(y / canvas.pixel, 0, canvas.n_H - 1).astype(int)
        near_x = np.clip(x / canvas.pixel, 0, canvas.n_W - 1).astype(int)
        # A dot has a color of the palette, near to the one that is meant but never mixed.
        meant = level[near_y, near_x] + rng.normal(0, 0.13, count)
        chosen = np.clip(np.rint(meant * (len(canvas.palette) - 1)), 0, len(canvas.palette) - 1)
        color = canvas.palette[chosen.astype(int)] * rng.uniform(0.92, 1.08, (count, 1))
        reach = int(np.ceil(1.15 * radius / large.pixel))
        box = np.arange(-reach, reach + 1)
        rows = (y / large.pixel).astype(int)[:, None, None] + box[:, None]
        cols = (x / large.pixel).astype(int)[:, None, None] + box
        size = radius / large.pixel * rng.uniform(0.75, 1.1, count)[:, None, None]
        inside = (box[:, None] ** 2 + box**2) < size**2
        inside &= (rows >= 0) & (rows < large.n_H) & (cols >= 0) & (cols < large.n_W)
        dot = np.nonzero(inside)[0]
        pixels[
            np.broadcast_to(rows, inside.shape)[inside], np.broadcast_to(cols, inside.shape)[inside]
        ] = color[dot]
    return pixels.reshape(canvas.n_H, fine, canvas.n_W, fine, 3).mean(axis=(1, 3))


# Pieces


def _nearest(canvas: _Canvas, points: np.ndarray, k: int = 2) -> tuple[np.ndarray, np.ndarray]:
    """Number of the nearest point of each pixel, and how far the border to the next cell is."""
    from scipy.spatial import cKDTree

    y, x = np.broadcast_arrays(canvas.y, canvas.x)
    far, number = cKDTree(points).query(np.stack([y, x], -1), k=max(k, 2))
    border = np.full(y.shape, np.inf)
    for other in range(1, far.shape[-1]):
        apart = np.linalg.norm(points[number[..., 0]] - points[number[..., other]], axis=-1)
        # Distance to the line in the middle of two points.
        between = (far[..., other] ** 2 - far[..., 0] ** 2) / (2 * apart + 1e-12)
        border = np.minimum(border, between)
    return number[..., 0], border


def _scattered(canvas: _Canvas, cell: float, jitter: float) -> np.ndarray:
    """Points of a staggered grid, each moved at random by up to `jitter` cells, (n, 2)."""
    rows = np.arange(-2, int(canvas.height / cell) + 3)
    cols = np.arange(-2, int(canvas.width / cell) + 3)
    y, x = np.meshgrid(rows, cols, indexing="ij")
    points = np.stack([y, x + 0.5 * (y % 2)], -1).reshape(-1, 2).astype(float)
    return (points + canvas.rng.uniform(-jitter, jitter, points.shape)) * cell


def _mosaic(canvas: _Canvas) -> np.ndarray:
    """Small stones in mortar, laid in curving rows, in zones of color."""
    rng = canvas.rng
    points = _scattered(canvas, 0.034, 0.16)
    # Rows bend around two centers; far from them they run straight.
    for _ in range(3):
        center = rng.uniform(0.1, 0.9, 2) * (canvas.height, canvas.width)
        away = points - center
        far = np.linalg.norm(away, axis=1, keepdims=True)
        turn = rng.choice([-1, 1]) * rng.uniform(0.7, 1.3) * np.exp(-((far / 0.3) ** 2))
        points = center + np.concatenate(
            [
                away[:, :1] * np.cos(turn) - away[:, 1:] * np.sin(turn),
                away[:, :1] * np.sin(turn) + away[:, 1:] * np.cos(turn),
            ],
            axis=1,
        )
    stone, border = _nearest(canvas, points, 4)
    zones = _at(canvas, canvas.levels(0.22), points)
    n_colors = len(canvas.palette)
    level = np.clip(zones * n_colors + rng.normal(0, 0.22, len(points)), 0, n_colors - 1)
    color = canvas.palette[level.astype(int)]
    color = color * rng.normal(1, 0.09, (len(points), 1)) + rng.normal(0, 0.015, color.shape)
    mortar = np.array([0.8, 0.77, 0.7]) * (1 + 0.05 * canvas.noise(0.01)[..., None])
    height = np.minimum(border, 0.006) / 0.006  # stones are rounded at their edges
    lit = color[stone] * _shaded(height * 0.006 / canvas.pixel * 0.5, 0.5)
    return _mix(mortar * 0.82, lit, canvas.covered(0.0028 - border))


def _at(canvas: _Canvas, values: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Values of the pixels at points; beyond the canvas those of its edge."""
    rows = np.clip(points[:, 0] / canvas.pixel, 0, canvas.n_H - 1).astype(int)
    cols = np.clip(points[:, 1] / canvas.pixel, 0, canvas.n_W - 1).astype(int)
    return values[rows, cols]


def _glass(canvas: _Canvas) -> np.ndarray:
    """A window of colored glass in lead."""
    rng = canvas.rng
    points = _scattered(canvas, 0.13, 0.36)
    pane, border = _nearest(canvas, points, 4)
    color = canvas.palette[rng.integers(0, len(canvas.palette), len(points))]
    # Each pane is brightest somewhere within, and no two have the same streaks.
    light = 1 + 0.14 * canvas.noise(0.12, 2) + 0.06 * canvas.noise(0.03, stretch=(3, 1))
    light = light + 0.3 * np.clip(border / 0.05, 0, 1) - 0.15
    lead = 0.09 * (1 + 1.6 * np.clip(1 - np.abs(border - 0.003) / 0.003, 0, 1))
    lead = lead[..., None] * np.array([1, 1.02, 1.1])
    return _mix(lead, color[pane] * light[..., None], canvas.covered(0.0085 - border))


def _facets(canvas: _Canvas) -> np.ndarray:
    """Overlapping planes in few colors, each shaded toward one edge, outlined here and there."""
    rng = canvas.rng
    y, x = np.broadcast_arrays(canvas.y, canvas.x)
    pixels = canvas.color(canvas.levels(0.4))
    count = int(120 * canvas.height * canvas.width) + 8
    for number in range(count):
        size = 0.34 * (1 - number / count) + 0.09
        cy, cx = rng.uniform(-0.05, 1.05, 2) * (canvas.height, canvas.width)
        # Only the rows and columns that the plane can reach.
        reach = 2.2 * size / canvas.pixel
        rows = slice(max(0, int(cy / canvas.pixel - reach)), max(0, int(cy / canvas.pixel + reach)))
        cols = slice(max(0, int(cx / canvas.pixel - reach)), max(0, int(cx / canvas.pixel + reach)))
        angle = rng.choice([0.35, 0.35 + np.pi / 2, 1.1]) + rng.normal(0, 0.18)
        sides = rng.integers(3, 6)
        outward = angle + 2 * np.pi * (np.arange(sides) + rng.uniform(-0.12, 0.12, sides)) / sides
        ry, rx = y[rows, cols] - cy, x[rows, cols] - cx
        distance = np.full(ry.shape, -np.inf)
        for way in outward:
            side = rng.uniform(0.25, 0.6) * size
            distance = np.maximum(distance, np.cos(way) * ry + np.sin(way) * rx - side)
        if not distance.size:
            continue
        toward = rng.uniform(0, 2 * np.pi)
        shade = (np.cos(toward) * ry + np.sin(toward) * rx) / size
        color = canvas.palette[rng.integers(0, len(canvas.palette))]
        plane = color * (1 + 0.55 * np.clip(shade, -0.7, 0.7))[..., None]
        # Thin paint: what lies below shines through where the plane is light.
        share = canvas.covered(distance) * np.clip(0.82 - 0.5 * shade, 0.25, 1)
        pixels[rows, cols] = _mix(pixels[rows, cols], plane, share)
        if rng.random() < 0.6:
            line = canvas.covered(np.abs(distance) - 0.0028) * np.clip(0.7 - 0.6 * shade, 0.15, 0.9)
            pixels[rows, cols] = _mix(pixels[rows, cols], canvas.palette[0] * 0.6, line)
    dabs = canvas.noise(0.012, 2, stretch=(0.7, 1.6))
    return pixels * (1 + 0.045 * dabs[..., None])


def _triangles(canvas: _Canvas) -> np.ndarray:
    """A surface folded out of flat triangles."""
    from scipy.spatial import Delaunay

    points = _scattered(canvas, 0.085, 0.34)
    mesh = Delaunay(points)
    y, x = np.broadcast_arrays(canvas.y, canvas.x)
    triangle = mesh.find_simplex(np.stack([y, x], -1))
    middle = points[mesh.simplices].mean(axis=1)
    level = 0.12 + 0.78 * _at(canvas, canvas.levels(0.25), middle)
    level = level + canvas.rng.normal(0, 0.1, len(middle))
    return canvas.color(level)[triangle]


# Prints and drawings


def _waves(canvas: _Canvas) -> np.ndarray:
    """A woodcut of the sea: rows of crests that overlap, with carved lines in them."""
    rng = canvas.rng
    dark, light = canvas.palette[0], canvas.palette[-1]
    tones = canvas.palette[1:-2]
    y, x = np.broadcast_arrays(canvas.y, canvas.x)
    pixels = np.broadcast_to(light, (*y.shape, 3)).copy()
    wobble = 0.006 * canvas.noise(0.15)
    spacing = 0.105
    for row in range(-1, int(canvas.height / spacing) + 3):
        period = rng.uniform(0.3, 0.4)
        t = (x + wobble + rng.uniform(0, period)) / period + 0.12 * np.sin(7 * x + row)
        part = t - np.floor(t)
        # A crest rises slowly, leans over and falls steeply.
        rise = np.where(part < 0.68, np.sin(np.pi / 2 * part / 0.68) ** 2.2, 0)
        fall = np.where(
            part >= 0.68, np.cos(np.pi / 2 * np.clip((part - 0.68) / 0.32, 0, 1)) ** 0.8, 0
        )
        crest = rise + fall
        top = row * spacing + 0.075 - 0.105 * crest + wobble
        depth = y - top
        inside = canvas.covered(-depth)
        body = np.broadcast_to(tones[row % len(tones)], pixels.shape)
        # Carved lines run along under the crest, and thin out where it falls.
        for line in range(1, 9):
            at = 0.013 * line * (0.75 + 0.5 * crest)
            thick = 0.0045 * np.clip(1.15 - 0.1 * line, 0.2, 1) * (0.35 + crest)
            cut = canvas.covered(np.abs(depth - at) - thick / 2)
            body = _mix(body, light if line % 3 else dark, cut)
        foam = canvas.covered(depth - 0.011 * (0.4 + crest) - 0.004 * np.sin(40 * t))
        body = _mix(body, light, foam)
        outline = canvas.covered(np.abs(depth) - 0.0024)
        pixels = _mix(_mix(pixels, body, inside), dark, outline)
    grain = canvas.noise(0.006, 2, stretch=(0.6, 9))
    return pixels * (1 + 0.03 * grain)[..., None]


def _scales(canvas: _Canvas) -> np.ndarray:
    """Fans of rings that overlap like the scales of a fish."""
    radius = 0.115
    dark, light = canvas.palette[1], canvas.palette[-1]
    pixels = np.broadcast_to(dark, (canvas.n_H, canvas.n_W, 3)).copy()
    # From the top row down, since each row covers the one above it.
    for row in range(-1, int(2 * canvas.height / radius) + 4):
        x = canvas.x - radius * (row % 2)
        center = np.rint(x / (2 * radius)) * 2 * radius
        far = np.hypot(canvas.y - row * radius / 2, x - center)
        far = far + 0.0012 * canvas.noise(0.05)
        number = np.rint(center / (2 * radius)).astype(int)
        tone = canvas.palette[2 + (number * 7 + row * 3) % 3]
        fan = np.broadcast_to(tone, pixels.shape)
        for ring, width in ((0.97, 0.075), (0.74, 0.11), (0.52, 0.09), (0.32, 0.07), (0.12, 0.13)):
            fan = _mix(fan, light, canvas.covered(np.abs(far - ring * radius) - width * radius / 2))
        outside = np.broadcast_to(far - radius, pixels.shape[:2])
        pixels = _mix(pixels, fan, canvas.covered(outside))
        pixels = _mix(pixels, dark * 0.7, canvas.covered(np.abs(outside) - 0.0018))
    return pixels * (1 + 0.025 * canvas.noise(0.008, 2)[..., None])


def _crosshatch(canvas: _Canvas) -> np.ndarray:
    """Pen and ink: the darker, the more layers of parallel lines."""
    shade = canvas.levels(0.2, 2)
    ink, paper = canvas.palette[0], canvas.palette[-1]
    pixels = paper * (1 + 0.018 * canvas.noise(0.012, 2)[..., None])
    for angle, threshold in ((0.8, 0.05), (-0.75, 0.42), (0.1, 0.75)):
        across = np.cos(angle) * canvas.y + np.sin(angle) * canvas.x
        along = np.cos(angle) * canvas.x - np.sin(angle) * canvas.y
        spacing = 0.021
        place = (across + 0.0035 * canvas.noise(0.12) + 0.001 * np.sin(60 * along)) / spacing
        line = np.abs(place - np.rint(place)) * spacing
        # Pressure swells with the shade, and a line ends where it is light.
        pressure = np.clip((shade - threshold) * 3.2 + 0.25 * canvas.noise(0.05), 0, 1)
        stroke = canvas.covered(line - 0.0042 * pressure) * np.clip(pressure * 4, 0, 1)
        pixels = _mix(pixels, ink, 0.9 * stroke)
    return pixels


def _spots(canvas: _Canvas) -> np.ndarray:
    """Spots and stripes of an animal's coat, as two substances that spread make them."""
    from scipy.ndimage import gaussian_filter

    # Noise through a filter that favors one width, then a threshold, some times over.
    width = 0.016 / canvas.pixel
    field = canvas.noise(0.02, 2)
    drift = 0.3 * np.tanh(2 * canvas.x / canvas.width - 1)  # from spots to stripes
    for _ in range(5):
        band = gaussian_filter(field, width * 0.55, mode="reflect")
        band -= gaussian_filter(field, width * 1.1, mode="reflect")
        field = np.tanh(3 * (band / (band.std() + 1e-9) + drift))
    coat = canvas.color(0.72 + 0.09 * canvas.noise(0.3, 2))
    mark = canvas.color(0.1 + 0.06 * canvas.noise(0.2))
    hair = 1 + 0.05 * canvas.noise(0.007, 2, stretch=(4, 0.6))
    return _mix(coat, mark, np.clip(0.5 + 1.2 * field, 0, 1)) * hair[..., None]


# Made by hand or machine


def _weave(canvas: _Canvas) -> np.ndarray:
    """Broad threads that go over and under each other."""
    pitch = 0.058
    y = canvas.y + 0.004 * canvas.noise(0.2)
    x = canvas.x + 0.004 * canvas.noise(0.2)
    row, col = np.floor(y / pitch).astype(int), np.floor(x / pitch).astype(int)
    v, u = y / pitch - row - 0.5, x / pitch - col - 0.5  # from the middle of a crossing
    over = (row + col) % 2 == 0
    n_colors = len(canvas.palette)
    stripes = canvas.rng.integers(1, n_colors, 400)
    weft = canvas.palette[stripes[row % 400]]
    warp = canvas.palette[stripes[(col + 200) % 400]]
    # Threads are round across, and sink where they go under their neighbors.
    across, along = np.where(over, v, u), np.where(over, u, v)
    light = np.sqrt(np.clip(1 - (across / 0.52) ** 2, 0, 1)) * (1 - 1.1 * along**2)
    fibers = canvas.noise(0.005, stretch=(0.5, 3)) * over + canvas.noise(
        0.005, stretch=(3, 0.5)
    ) * (~over)
    thread = np.where(over[..., None], weft, warp)
    lit = thread * ((0.45 + 0.65 * light) * (1 + 0.07 * fibers))[..., None]
    gap = canvas.covered(np.abs(across) * pitch - 0.455 * pitch)
    return _mix(canvas.palette[0] * 0.45, lit, gap)


def _bricks(canvas: _Canvas) -> np.ndarray:
    """A wall of bricks in mortar, every other row shifted."""
    rng = canvas.rng
    tall, wide, joint = 0.075, 0.19, 0.011
    y = canvas.y + 0.0025 * canvas.noise(0.06)
    x = canvas.x + 0.0025 * canvas.noise(0.06)
    row = np.floor(y / tall).astype(int)
    x = x + wide / 2 * (row % 2)
    col = np.floor(x / wide).astype(int)
    distance = np.maximum(
        np.abs(y - (row + 0.5) * tall) - (tall - joint) / 2,
        np.abs(x - (col + 0.5) * wide) - (wide - joint) / 2,
    )
    brick = (row * 7919 + col * 104729) % 1009
    tint = rng.normal(0, 1, (1009, 2))[brick]
    n_colors = len(canvas.palette)
    clay = canvas.color((1.9 + 0.75 * tint[..., 0]).clip(0.4, n_colors - 2.6) / (n_colors - 1))
    rough = canvas.noise(0.012, 3)
    height = np.clip(-distance / 0.006, 0, 1) * 0.006 / canvas.pixel * 0.6 + 0.18 * rough
    lit = clay * (1 + 0.07 * tint[..., 1] + 0.06 * rough)[..., None]
    mortar = canvas.palette[-2] * (0.88 + 0.05 * canvas.noise(0.008, 2))[..., None]
    return _mix(mortar, lit, canvas.covered(distance)) * _shaded(height, 0.32)


def _wood(canvas: _Canvas) -> np.ndarray:
    """Planed wood: rings of growth around a knot or two, and fine pores."""
    rng = canvas.rng
    y, x = np.broadcast_arrays(canvas.y, canvas.x)
    rings = x * 9 + 0.9 * canvas.noise(0.45, 2, stretch=(3, 0.7))
    for _ in range(max(1, round(2 * canvas.height * canvas.width))):
        cy, cx = rng.uniform(0.1, 0.9, 2) * (canvas.height, canvas.width)
        far = np.hypot((y - cy) / 1.9, x - cx)
        rings = rings + 3.2 * np.exp(-((far / 0.085) ** 2)) * np.sign(rng.normal())
    part = rings - np.floor(rings)
    # Early wood is light and broad, late wood dark and narrow.
    level = 0.72 - 0.5 * part**2.6 + 0.06 * canvas.noise(0.25, 2, stretch=(4, 0.6))
    pores = canvas.noise(0.006, 2, stretch=(9, 0.5))
    return canvas.color(level - 0.035 * np.maximum(pores, 0)) * (1 - 0.02 * pores)[..., None]


def _stripes(canvas: _Canvas) -> np.ndarray:
    """Upright stripes, one edge after the other."""
    dark = _bars(canvas, canvas.x, 0.0625)
    return _mix(
        canvas.palette[-1], canvas.palette[0], np.broadcast_to(dark, (canvas.n_H, canvas.n_W))
    )


def _checkerboard(canvas: _Canvas) -> np.ndarray:
    """Light and dark squares in turn, eight along the shorter side."""
    rows, cols = _bars(canvas, canvas.y, 0.125), _bars(canvas, canvas.x, 0.125)
    return _mix(canvas.palette[0], canvas.palette[-1], rows * cols + (1 - rows) * (1 - cols))


def _bars(canvas: _Canvas, place: np.ndarray, wide: float) -> np.ndarray:
    """1 in every other bar, the first included, 0 in the rest, smooth over a pixel."""
    part = place / wide % 2
    return canvas.covered((np.abs(part - 0.5) - 0.5) * wide) + canvas.covered((2 - part) * wide)


def _red_wall(canvas: _Canvas) -> np.ndarray:
    """A plain red wall: one color and no lines, but for the faintest grain of plaster."""
    red = np.array([0.74, 0.13, 0.1])
    return red * (1 + 0.012 * canvas.noise(0.02, 2) + 0.02 * canvas.noise(0.6))[..., None]


# Name: how it is drawn, and its own colors.
_TEXTURES: dict[str, tuple[Callable[[_Canvas], np.ndarray], str]] = {
    "strokes": (_strokes, "night"),
    "swirls": (_swirls, "coast"),
    "facets": (_facets, "cubist"),
    "mosaic": (_mosaic, "basilica"),
    "glass": (_glass, "window"),
    "dots": (_dots, "park"),
    "waves": (_waves, "indigo"),
    "scales": (_scales, "indigo"),
    "crosshatch": (_crosshatch, "ink"),
    "triangles": (_triangles, "fire"),
    "spots": (_spots, "earth"),
    "weave": (_weave, "coast"),
    "bricks": (_bricks, "brick"),
    "wood": (_wood, "wood"),
    "stripes": (_stripes, "ink"),
    "checkerboard": (_checkerboard, "ink"),
    "red-wall": (_red_wall, "brick"),
}
NAMES = tuple(_TEXTURES)


def texture(
    name: str, size: int | tuple[int, int] = 256, *, seed: int = 0, scale: float = 1.0
) -> np.ndarray:
    """Draw a texture.

    Parameters
    ----------
    name : str
        One of `NAMES`.
    size : int or (int, int)
        Edge of a square, or height and width, in pixels. Features grow along with the shorter
        side.
    seed : int
        Another one gives other random places. Seed 0 has the colors that belong to the texture;
        other seeds choose among all palettes, but for the red wall, which stays red.
    scale : float
        Size of the features: at 2 a picture shows half as many, twice as large.

    Returns
    -------
    np.ndarray, shape (n_H, n_W, 3), float32
        From 0 to 1.

    Raises
    ------
    ValueError
        Where there is no such texture, or size, seed or scale are out of range.
    """
    name = str(name).replace(" ", "-").replace("_", "-")
    if name not in _TEXTURES:
        raise ValueError(f"there is no texture {name!r}: there are {', '.join(NAMES)}")
    draw, own = _TEXTURES[name]
    lengths = (size, size) if np.ndim(size) == 0 else tuple(size)
    if len(lengths) != 2 or not all(
        isinstance(length, (int, np.integer)) and length >= 1 for length in lengths
    ):
        raise ValueError(f"size is {size!r}: it must be one or two whole numbers of at least 1")
    if not isinstance(seed, (int, np.integer)) or seed < 0:
        raise ValueError(f"seed is {seed!r}: it must be a whole number of at least 0")
    if not 0 < scale < np.inf:
        raise ValueError(f"scale is {scale!r}: it must be a number over 0")
    # By its name too, or all textures of one seed would put their features in the same places.
    rng = np.random.default_rng([seed, *name.encode()])
    chosen = own if seed == 0 else rng.choice(list(_PALETTES))
    palette = np.array([[int(c[i : i + 2], 16) for i in (0, 2, 4)] for c in _PALETTES[chosen]])
    canvas = _Canvas(*map(int, lengths), rng, palette / 255, float(scale))
    return np.clip(draw(canvas), 0, 1).astype(np.float32)


def sample(n: int, size: int, *, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Patches of all textures, for training.

    Parameters
    ----------
    n : int
        How many. Each texture has as many as any other, or one more.
    size : int
        Edge of a patch, in pixels.
    seed : int
        Another one gives other patches.

    Returns
    -------
    patches : np.ndarray, shape (n, size, size, 3), float32
        From 0 to 1, in random order. Features are about as large as in a picture of 160 to 400
        pixels. Neither turned nor mirrored.
    labels : np.ndarray, shape (n,), int64
        Which texture, a place in `NAMES`.

    Raises
    ------
    ValueError
        Where n, size or seed is out of range.
    """
    for name, value, least in (("n", n, 1), ("size", size, 1), ("seed", seed, 0)):
        if not isinstance(value, (int, np.integer)) or value < least:
            raise ValueError(f"{name} is {value!r}: it must be a whole number of at least {least}")
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.arange(n) % len(NAMES))
    patches = np.empty((n, size, size, 3), np.float32)
    # Some patches share a canvas, since drawing one canvas is faster than drawing many.
    edge, each = max(96, 3 * size), 16
    for label, name in enumerate(NAMES):
        wanted = np.flatnonzero(labels == label)
        for first in range(0, len(wanted), each):
            features = rng.uniform(160, 400)
            drawn = texture(name, edge, seed=int(rng.integers(1, 2**31)), scale=features / edge)
            for number in wanted[first : first + each]:
                top, left = rng.integers(0, edge - size + 1, 2)
                patches[number] = drawn[top : top + size, left : left + size]
    return patches, labels
