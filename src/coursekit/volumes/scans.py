"""Scans drawn by rule: a chest with lungs, bones, vessels that branch, and nodules.

A nodule is a ball and a vessel a tube of the same radius and the same brightness, so that a slice
across the tube shows the disk that a slice through the ball shows. Which it is stands in the
slices above and below. `draw_scan` draws a whole chest, `candidates` many small cubes around a
nodule or a vessel each, to train on.

Everything is a distance: how far, in millimeters, a voxel lies from the surface of a rod with
round ends, of a ball or of an ellipsoid, negative inside. The share of a voxel that a shape covers
follows from it, blurred as by a scanner.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from coursekit.volumes.scan import Scan, are_whole, spacing_of

__all__ = ["RADII", "candidates", "draw_scan"]

RADII = (1.5, 4.0)  # of nodules, and of vessels that could be taken for one, in millimeters

# Brightness of what a chest is made of; see the unit "drawn" of a scan.
_AIR, _LUNG, _FAT, _MUSCLE, _BLOOD, _MARROW, _BONE = 0.0, 0.10, 0.63, 0.73, 0.74, 0.82, 1.0

_BLUR = 1.6  # width of an edge in millimeters, from uncovered to covered
_TIP = 0.65  # radius of a vessel at its end
_SLOPE = 0.37  # a vessel for n tips is n^_SLOPE times as thick; 1/3 would be Murray's law
_TRIES = 1000  # times 64 places in a lung, until it counts as too small for vessels
_CHUNK = 32  # cubes drawn at a time: their voxels fit the cache of a processor

Grid = tuple[np.ndarray, np.ndarray, np.ndarray]


def draw_scan(
    shape: tuple[int, int, int] = (64, 64, 64),
    *,
    spacing: float | Sequence[float] = 1.0,
    nodules: int = 6,
    vessels: int = 80,
    noise: float = 0.025,
    seed: int = 0,
) -> Scan:
    """Draw a chest.

    Parameters
    ----------
    shape : (n_H, n_W, n_D)
        Rows from front to back, columns from right to left, slices from feet to head.
    spacing : float or (float, float, float)
        Millimeters from voxel to voxel along these. Where slices are thick, each is the mean of
        thin ones, as in a scanner.
    nodules : int
        How many are tried to be placed; a small lung may have room for fewer.
    vessels : int
        Tips of the tree of vessels in each lung.
    noise : float
        Standard deviation of the noise of a voxel as large as the smallest spacing; thick slices
        have less.
    seed : int
        The same seed draws the same body.

    Returns
    -------
    Scan
        Its unit is "drawn": 0 is air, 1 is bone.
    """
    n_H, n_W, n_D = shape = _whole(shape)
    spacing = np.array(spacing_of(spacing))
    numbers = are_whole(nodules, vessels) and nodules >= 0 and vessels >= 1
    if not (numbers and 0 <= noise < np.inf):
        raise ValueError(
            f"nodules={nodules}, vessels={vessels}, noise={noise}: a scan has 0 nodules or more, "
            "at least 1 vessel, both whole numbers, and noise of 0 or more"
        )
    rng = np.random.default_rng(seed)
    # Drawn on voxels that are about as long along each axis, and averaged at the end.
    parts = np.maximum(1, np.round(spacing / spacing.min())).astype(int)
    fine = spacing / parts
    grid = tuple(
        (np.arange(n * part, dtype=np.float32)[:, None, None] + 0.5).reshape(
            [-1 if other == axis else 1 for other in range(3)]
        )
        * np.float32(step)
        for axis, (n, part, step) in enumerate(zip(shape, parts, fine))
    )
    body = _Body(np.array(shape) * spacing, rng)

    voxels = _over(_AIR, _FAT, body.trunk(grid), fine)
    voxels = _over(voxels, _MUSCLE, body.trunk(grid) + body.fat, fine)
    lungs = body.lungs(grid)
    voxels = _over(voxels, _LUNG, lungs, fine)
    voxels = _over(voxels, _AIR, _union(grid, body.airways(), fine), fine)
    bones = _union(grid, body.bones(), fine)
    voxels = _over(voxels, _BONE, bones, fine)
    voxels = _over(voxels, _MARROW, bones + 2.2, fine)
    voxels = _over(voxels, _FAT, _union(grid, body.canal(), fine), fine)

    rods = [rod for side in (-1, 1) for rod in _tree(body, side, vessels, rng)]
    positions, radii = _place(body, rods, nodules, rng)
    balls = [(p, p, r, r) for p, r in zip(positions, radii)]
    # Vessels are drawn in the lungs alone: among the muscle they could not be told from it.
    blood = np.maximum(_union(grid, rods + balls, fine), lungs - 1)
    voxels = _over(voxels, _BLOOD, blood, fine)

    voxels += noise * _texture(voxels.shape, rng)
    voxels += noise * rng.standard_normal(voxels.shape, np.float32)
    voxels = voxels.reshape(n_H, parts[0], n_W, parts[1], n_D, parts[2]).mean((1, 3, 5))
    return Scan(
        voxels, tuple(spacing), positions / spacing - 0.5, radii, name=f"drawn chest {seed}"
    )


def candidates(
    n: int, size: int = 15, *, angle: float = 50.0, noise: float = 0.035, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Draw small cubes, half of them around a nodule, half around a vessel.

    Both kinds have the same radii, brightness, places, neighbors, thin branches, walls and noise.
    All that differs is the body in the middle: a ball, or a tube that runs through the whole cube.

    Parameters
    ----------
    n : int
        How many cubes.
    size : int
        Voxels along an edge, of 1 mm each.
    angle : float
        The steepest vessels run along the last axis; the others lean from it by at most this, in
        degrees, evenly over the directions. At 0 all middle slices show disks, at 90 vessels run
        any way.
    noise : float
        Standard deviation of the noise.
    seed : int

    Returns
    -------
    cubes : ndarray, shape (n, size, size, size), float32
        About 0, lung, to 0.75, blood and nodule.
    labels : ndarray, shape (n,), int
        1 for a nodule, 0 for a vessel.
    """
    if not (are_whole(n, size) and n >= 1 and size >= 1):
        raise ValueError(f"n={n} and size={size}, but both are whole numbers of at least 1")
    if not (0 <= angle <= 90 and 0 <= noise < np.inf):
        raise ValueError(f"angle={angle} lies from 0 to 90 degrees, and noise={noise} is 0 or more")
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.arange(n) % 2)
    line = np.arange(size, dtype=np.float32) - (size - 1) / 2
    grid = (line[:, None, None], line[:, None], line)
    rods = _neighborhoods(labels, size, np.deg2rad(angle), rng)
    walls = _walls(n, rng)
    texture = _texture((48, 48, 48), rng)
    lung = rng.uniform(0.06, 0.16, n).astype(np.float32)[:, None, None, None]
    blood = rng.uniform(0.62, 0.78, n).astype(np.float32)[:, None, None, None]
    cubes = np.empty((n, size, size, size), np.float32)
    for start in range(0, n, _CHUNK):
        part = slice(start, min(start + _CHUNK, n))
        distance = np.full((part.stop - start, size, size, size), 1e3, np.float32)
        for present, *rod in rods:
            (at,) = np.nonzero(present[part])
            if len(at):
                rod_here = [side[part][at] for side in rod]
                distance[at] = np.minimum(distance[at], _rod(grid, *rod_here))
        normal, far = walls[0][part], walls[1][part]
        plane = sum(g * normal[:, a, None, None, None] for a, g in enumerate(grid))
        np.minimum(distance, far[:, None, None, None] - plane, out=distance)
        share = _covered(distance)
        cubes[part] = lung[part] + (blood[part] - lung[part]) * share
        for cube in cubes[part]:
            cube += noise * _piece(texture, size, rng)
    cubes += noise * rng.standard_normal(cubes.shape, np.float32)
    return cubes, labels


# Distances and what they cover


def _rod(
    grid: Grid, start: np.ndarray, end: np.ndarray, r_start: np.ndarray, r_end: np.ndarray
) -> np.ndarray:
    """Distance from a rod with round ends that gets thinner evenly; a ball if both ends are one.

    Takes one rod, positions (3,), or a batch, positions (n, 3) and radii (n,).
    """
    start, end = np.asarray(start, np.float32), np.asarray(end, np.float32)
    along = end - start
    length2 = np.maximum((along**2).sum(-1), 1e-9)[..., None, None, None]
    dot = apart = np.float32(0)
    for axis, places in enumerate(grid):
        q = places - start[..., axis, None, None, None]
        dot = dot + q * along[..., axis, None, None, None]
        apart = apart + q * q
    t = np.clip(dot / length2, 0, 1)
    apart = apart - t * (2 * dot - t * length2)
    r_start = np.asarray(r_start, np.float32)[..., None, None, None]
    r_end = np.asarray(r_end, np.float32)[..., None, None, None]
    return np.sqrt(np.maximum(apart, 0)) - (r_start + t * (r_end - r_start))


def _ellipsoid(grid: Grid, center: Sequence[float], axes: Sequence[float]) -> np.ndarray:
    """Distance from an ellipsoid, near its surface; an infinite semi-axis makes a cylinder."""
    parts = [(g - np.float32(c)) / np.float32(a) for g, c, a in zip(grid, center, axes)]
    ones = np.sqrt(sum(p * p for p in parts)) + np.float32(1e-6)
    slopes = np.sqrt(sum((p / np.float32(a)) ** 2 for p, a in zip(parts, axes)))
    return ones * (ones - 1) / (slopes + np.float32(1e-6))


def _union(grid: Grid, rods: list[tuple], step: np.ndarray) -> np.ndarray:
    """Distance from the nearest of many rods, each computed only where it is near."""
    distance = np.full([g.size for g in grid], 1e3, np.float32)
    for start, end, r_start, r_end in rods:
        room = max(r_start, r_end) + 2 * max(_BLUR, step.max())
        low = np.maximum(0, np.floor((np.minimum(start, end) - room) / step).astype(int))
        high = np.ceil((np.maximum(start, end) + room) / step).astype(int)
        box = tuple(slice(a, max(a, b)) for a, b in zip(low, high))
        places = (grid[0][box[0]], grid[1][:, box[1]], grid[2][:, :, box[2]])
        if all(p.size for p in places):
            near = distance[box]
            np.minimum(near, _rod(places, start, end, r_start, r_end), out=near)
    return distance


def _covered(distance: np.ndarray, width: float = _BLUR) -> np.ndarray:
    """Share of a voxel that a shape covers, blurred over `width`."""
    share = np.clip(0.5 - distance / np.float32(width), 0, 1)
    return share * share * (3 - 2 * share)


def _over(below: np.ndarray | float, value: float, distance: np.ndarray, step: np.ndarray):
    """A shape of one brightness, laid over what is there."""
    share = _covered(distance, max(_BLUR, float(step.max())))
    return below + (np.float32(value) - below) * share


def _texture(shape: tuple[int, int, int], rng: np.random.Generator) -> np.ndarray:
    """Smooth noise of mean 0 and spread 1 that could be tiled."""
    from scipy.ndimage import gaussian_filter

    field = gaussian_filter(rng.standard_normal(shape, np.float32), 1.2, mode="wrap")
    return (field - field.mean()) / field.std()


def _piece(texture: np.ndarray, size: int, rng: np.random.Generator) -> np.ndarray:
    """A cube from a random place of a texture that repeats."""
    first = rng.integers(0, texture.shape)
    return texture[np.ix_(*[np.arange(f, f + size) % n for f, n in zip(first, texture.shape)])]


# The chest


class _Body:
    """Where things are in a chest that fills a box; lengths in millimeters.

    Parameters
    ----------
    extent : ndarray, shape (3,)
        Size of the box.
    rng : Generator
        People differ a little.
    """

    def __init__(self, extent: np.ndarray, rng: np.random.Generator) -> None:
        self.middle = extent / 2
        wide = 0.48 * min(extent[1], extent[0] * 1.45)
        # Semi-axes from front to back, from side to side, and half the height.
        self.half = np.array([wide * rng.uniform(0.64, 0.72), wide, extent[2] / 2])
        self.fat = 0.035 * wide * rng.uniform(0.8, 1.6)
        self.heart = rng.uniform(0.9, 1.1)
        self.dome = rng.uniform(-0.05, 0.05, 2)
        self.scale = wide / 48

    def at(self, row: float, col: float, height: float) -> np.ndarray:
        """A place by shares of the semi-axes: -1, -1, -1 is front, right side, feet."""
        return self.middle + self.half * np.array([row, col, height])

    def trunk(self, grid: Grid) -> np.ndarray:
        return _ellipsoid(grid, self.middle, (self.half[0], self.half[1], np.inf))

    def lungs(self, grid: Grid) -> np.ndarray:
        """Distance from both lungs: ellipsoids within the ribs, less the heart and the domes."""
        sides = []
        for side in (-1, 1):
            lung = _ellipsoid(
                grid, self.at(0.02, 0.46 * side, -0.35), self.half * (0.78, 0.42, 1.25)
            )
            dome = _ellipsoid(
                grid,
                self.at(0.0, 0.48 * side, -1.25 + 0.06 * (side < 0) + self.dome[int(side > 0)]),
                self.half * (1.1, 0.62, 0.74),
            )
            inner = np.float32(self.middle[1] + 0.15 * side * self.half[1])
            sides.append(np.maximum(np.maximum(lung, -dome), side * (inner - grid[1])))
        heart = _ellipsoid(
            grid, self.at(-0.28, 0.14, -0.4), self.half * (0.46, 0.36, 0.52) * self.heart
        )
        cage = _ellipsoid(grid, self.middle, (0.80 * self.half[0], 0.83 * self.half[1], np.inf))
        return np.maximum(np.maximum(np.minimum(*sides), -heart), cage)

    def airways(self) -> list[tuple]:
        fork = self.at(0.08, 0.0, 0.25)
        r = 3.2 * self.scale
        return [
            (self.at(0.0, 0.0, 1.1), fork, r, r),
            (fork, self.at(0.12, -0.07, 0.16), 0.7 * r, 0.5 * r),
            (fork, self.at(0.12, 0.07, 0.18), 0.65 * r, 0.5 * r),
        ]

    def bones(self) -> list[tuple]:
        """Vertebrae, ribs that fall towards the front, and the breastbone."""
        rods = []
        ends = np.linspace(-1, 1, 9)
        for low, high in pairwise(ends):
            gap = 0.22 * (high - low)
            r = 6.0 * self.scale
            rods.append((self.at(0.60, 0, low + gap), self.at(0.60, 0, high - gap), r, r))
            back = self.at(0.86, 0, (low + high) / 2 - 0.06)
            rods.append((self.at(0.74, 0, (low + high) / 2), back, *(1.8 * self.scale,) * 2))
        r = 1.75 * self.scale
        for height in np.linspace(-1.0, 1.35, 10):
            for side in (-1, 1):
                turns = np.deg2rad(np.linspace(12, 158, 16))
                # From the spine, where the turn is 0, around the side to the front.
                places = [
                    self.at(0.87 * np.cos(a), 0.905 * side * np.sin(a), height - 0.16 * a)
                    for a in turns
                ]
                rods += [(p, q, r, r) for p, q in pairwise(places)]
        r = 2.6 * self.scale
        for col in (-0.04, 0.04):
            rods.append((self.at(-0.86, col, -0.35), self.at(-0.84, col, 0.85), r, r))
        return rods

    def canal(self) -> list[tuple]:
        """The spinal canal, behind the vertebrae."""
        r = 2.0 * self.scale
        return [(self.at(0.745, 0, -1.1), self.at(0.745, 0, 1.1), r, r)]


def _tree(
    body: _Body, side: int, tips: int, rng: np.random.Generator
) -> list[tuple[np.ndarray, np.ndarray, float, float]]:
    """A tree of vessels that reaches `tips` places in one lung: rods that get thinner.

    A vessel on its way to many places goes towards their middle and forks: the places are halved
    across the direction in which they spread most, and each half is a tree again.
    """
    places = np.concatenate(list(_places(body, side, tips, rng)))
    rods: list[tuple] = []

    def grow(start: np.ndarray, heading: np.ndarray, goals: np.ndarray) -> None:
        thick = _TIP * len(goals) ** _SLOPE
        goal = goals.mean(0)
        end = start + (goal - start) * (1.0 if len(goals) == 1 else rng.uniform(0.35, 0.55))
        length = np.linalg.norm(end - start)
        # A bend: the vessel leaves in the direction in which it came.
        bend = (start + end) / 2 + 0.18 * length * heading + 0.05 * length * rng.standard_normal(3)
        thin = 0.6 * thick if len(goals) == 1 else 0.92 * thick
        before, r_before = start, thick
        for t in (0.25, 0.5, 0.75, 1.0):
            after = (1 - t) ** 2 * start + 2 * t * (1 - t) * bend + t * t * end
            r = thick + (thin - thick) * t
            rods.append((before, after, r_before, r))
            before, r_before = after, r
        if len(goals) == 1:
            return
        heading = (end - bend) / (np.linalg.norm(end - bend) + 1e-9)
        spread = np.linalg.svd(goals - goal, full_matrices=False)[2][0]
        order = np.argsort((goals - goal) @ spread)
        cut = int(np.clip(round(len(goals) * rng.uniform(0.3, 0.7)), 1, len(goals) - 1))
        for half in (order[:cut], order[cut:]):
            grow(end, heading, goals[half])

    root = body.at(0.08, 0.15 * side, -0.02)
    grow(root, np.array([0.0, side, 0.0]), places)
    return rods


def _places(body: _Body, side: int, count: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Random places within a lung, drawn in a box around it, (some, 3) at a time."""
    tries = 0
    while count > 0:
        tries += 1
        if tries > _TRIES:
            size = " by ".join(f"{length:g}" for length in 2 * body.middle)
            raise ValueError(
                f"a chest of {size} mm has no room for vessels in its lungs; draw a larger one, by "
                "shape or spacing"
            )
        shares = rng.uniform((-0.8, 0.1, -0.95), (0.85, 0.9, 0.95), (64, 3)) * (1, side, 1)
        places = body.middle + body.half * shares
        inside = places[_depth(body, places) < -1.2 * _TIP][:count]
        count -= len(inside)
        yield inside


def _depth(body: _Body, places: np.ndarray) -> np.ndarray:
    """Distance of places (n, 3) from the lungs, negative within, (n,)."""
    columns = tuple(np.asarray(places[:, axis], np.float32) for axis in range(3))
    return body.lungs(columns)


def _place(
    body: _Body, rods: list[tuple], count: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Nodules within the lungs, near none of each other and hidden by no vessel, in mm."""
    starts, ends = np.array([rod[0] for rod in rods]), np.array([rod[1] for rod in rods])
    thick, thin = np.array([rod[2] for rod in rods]), np.array([rod[3] for rod in rods])
    positions, radii = np.zeros((0, 3)), np.zeros(0)
    for _ in range(60 * count):
        if len(radii) == count:
            break
        r = rng.uniform(*RADII)
        shares = rng.uniform((-0.8, 0.1, -0.9), (0.85, 0.9, 0.9)) * (1, rng.choice((-1, 1)), 1)
        place = body.middle + body.half * shares
        here = tuple(np.full((1, 1, 1), value, np.float32) for value in place)
        if _depth(body, place[None])[0] > -r:
            continue
        # A vessel that touches may be thinner; one as thick would swallow the ball.
        gap = _rod(here, starts, ends, thick, thin)[:, 0, 0, 0]
        if np.any((gap < r + 1) & (np.maximum(thick, thin) > 0.65 * r)):
            continue
        if np.any(np.linalg.norm(positions - place, axis=1) < radii + r + 2):
            continue
        positions, radii = np.vstack([positions, place]), np.append(radii, r)
    return positions, radii


# Cubes


def _neighborhoods(
    labels: np.ndarray, size: int, angle: float, rng: np.random.Generator
) -> list[tuple]:
    """The rods of n cubes: (whether a cube has it, start, end, radius there, radius here) each."""
    n = len(labels)
    reach = size * 0.9 + 2  # from the middle to beyond the corners of the cube
    middle = rng.uniform(-1, 1, (n, 3))
    r = rng.uniform(*RADII, n)
    rods = [(labels == 1, middle, middle, r, r)]

    # The vessel: a curve through the middle, in four pieces, thinner to one end.
    cos = rng.uniform(np.cos(angle), 1, n)
    turn = rng.uniform(0, 2 * np.pi, n)
    sin = np.sqrt(1 - cos**2)
    along = np.stack([sin * np.cos(turn), sin * np.sin(turn), cos], 1)
    along *= rng.choice((-1, 1), n)[:, None]
    bent = np.cross(along, _directions(n, rng))
    curved = rng.uniform(0, 0.02, n)
    taper = rng.uniform(0, 0.25, n)

    def on_curve(t: float) -> tuple[np.ndarray, np.ndarray]:
        return middle + along * t + bent * (curved * t * t)[:, None], r * (1 - taper * t / reach)

    for t, u in ((-1, -0.4), (-0.4, 0), (0, 0.4), (0.4, 1)):
        (start, r_start), (end, r_end) = on_curve(t * reach), on_curve(u * reach)
        rods.append((labels == 0, start, end, r_start, r_end))

    # Thin branches that leave the body in the middle, whatever it is.
    branches = rng.choice(3, n, p=(0.5, 0.3, 0.2))
    first = _directions(n, rng)
    for number, direction in enumerate((first, 0.6 * _directions(n, rng) - first)):
        direction = direction / np.linalg.norm(direction, axis=1, keepdims=True)
        thin = r * rng.uniform(0.3, 0.6, n)
        rods.append((branches > number, middle, middle + direction * 2 * reach, thin, 0.7 * thin))

    # Vessels that pass by.
    passing = rng.choice(3, n, p=(0.3, 0.4, 0.3))
    for number in range(2):
        thick = rng.uniform(0.6, 3.0, n)
        out = _directions(n, rng)
        course = np.cross(out, _directions(n, rng))
        course /= np.linalg.norm(course, axis=1, keepdims=True)
        near = middle + out * (r + thick + rng.uniform(1, 6, n))[:, None]
        ends = near - course * 2 * reach, near + course * 2 * reach
        rods.append((passing > number, *ends, thick, 0.8 * thick))
    return [(present, *(np.asarray(side, np.float32) for side in rod)) for present, *rod in rods]


def _walls(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """The wall of the chest: normals (n, 3), and how far it is, for most cubes out of sight."""
    far = np.where(rng.random(n) < 0.2, rng.uniform(5, 10, n), 1e3)
    return _directions(n, rng).astype(np.float32), far.astype(np.float32)


def _directions(n: int, rng: np.random.Generator) -> np.ndarray:
    """Directions of length 1, evenly around, (n, 3)."""
    vectors = rng.standard_normal((n, 3))
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def _whole(shape: tuple[int, int, int]) -> tuple[int, int, int]:
    """Three numbers of voxels, each large enough for a chest."""
    if np.shape(shape) != (3,) or not are_whole(*shape) or min(shape) < 4:
        raise ValueError(f"shape is {shape}, but a scan has three whole sizes of at least 4 voxels")
    return tuple(int(n) for n in shape)
