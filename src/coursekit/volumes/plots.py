"""What the chapters on volumes draw: slices, slices to scroll, projections, surfaces, films.

The look is that of `coursekit.plotting`: a transparent ground, ink of a middle gray, and nothing
said by color alone. Known nodules stand in rings, found ones in squares. Whatever axis a volume is
cut along, its picture stands upright: heads up, fronts up or to the left.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from coursekit.frames import FrameSlider
from coursekit.plotting import BLUE, INK, ORANGE, SKY
from coursekit.volumes.scan import Scan, are_whole

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import ArrayLike

__all__ = ["block", "film_strip", "projections", "scroll", "slices", "space_time", "surface"]

_GAP = 0.08  # between the pictures of a sheet, in widths of one
_LINE = 0.19  # height of a line of text, in inches
_TITLE = 0.3  # height of a title, in inches
_EDGE = {"color": INK, "linewidth": 0.8, "linestyle": "-", "alpha": 0.6, "zorder": 1}
_FOUND = 3.0  # millimeters around the middle of what was found, whose radius nobody knows
_WIDE = 160  # pixels that a frame to scroll through has at least, along its longer side


def slices(
    volume: Scan | ArrayLike,
    indices: Sequence[int] | None = None,
    *,
    axis: int = 2,
    titles: Sequence[str] | None = None,
    nodules: bool = False,
    found: ArrayLike | None = None,
    window: tuple[float, float] | None = None,
    columns: int | None = None,
    size: float = 1.5,
) -> Figure:
    """Show slices of a volume in a grid.

    Parameters
    ----------
    volume : Scan or array_like of shape (n_H, n_W, n_D)
    indices : sequence of int, optional
        Which slices. By default five, evenly spaced.
    axis : int
        Axis that they are counted along: 0 from front to back, 1 from right to left, 2 from feet
        to head.
    titles : sequence of str, optional
        By default "slice" and its number.
    nodules : bool
        Whether to ring the scan's own nodules.
    found : array_like, shape (k, 3), optional
        Places, in voxels, to put squares around.
    window : (float, float), optional
        Values to show as black and white. By default 0 and 1 for a scan's `gray`, else the smallest
        and the largest value of the volume.
    columns : int, optional
        Pictures in a row. By default all of up to five, else five.
    size : float
        Width of a picture in inches.

    Returns
    -------
    Figure
    """
    gray, spacing = _gray(volume, window)
    axis = _axis(axis)
    n = gray.shape[axis]
    if indices is None:
        indices = np.unique(np.round((np.arange(5) + 0.5) * n / 5 - 0.5).astype(int))
    if np.ndim(indices) != 1 or not len(indices):
        raise ValueError(f"indices is {indices}, but it is a list of at least one slice")
    indices = [_number("slice", index, n) for index in indices]
    titles = [f"slice {index}" for index in indices] if titles is None else list(titles)
    if len(titles) != len(indices):
        raise ValueError(f"{len(titles)} titles for {len(indices)} slices")
    pictures, ratio = _upright(gray, axis, spacing)
    figure, ax, corners = _sheet([pictures[k] for k in indices], ratio, titles, columns, size)
    for k, (left, top) in zip(indices, corners):
        for mark in _marks(volume, gray.shape, spacing, k, axis, nodules, found):
            _draw_mark(ax, mark, (left, top), 1 / pictures.shape[2], ratio)
    return figure


def scroll(
    volume: Scan | ArrayLike,
    *,
    alt: str,
    caption: str,
    axis: int = 2,
    labels: Sequence[str] | None = None,
    name: str = "slice",
    nodules: bool = False,
    found: ArrayLike | None = None,
    window: tuple[float, float] | None = None,
    start: int | None = None,
) -> FrameSlider:
    """Slices to scroll through in the page.

    Parameters
    ----------
    volume, axis, nodules, found, window
        As in `slices`.
    alt : str
        What the slices show, for people who do not see them.
    caption : str
        What the reader learns from it.
    labels : sequence of str, optional
        What to say of each slice. By default its number, and what is marked in it.
    name : str
        What the slider moves along, such as "slice" or "frame".
    start : int, optional
        The slice that is seen at first, by default the middle one.

    Returns
    -------
    FrameSlider
    """
    gray, spacing = _gray(volume, window)
    axis = _axis(axis)
    pictures, ratio = _upright(gray, axis, spacing)
    n, n_H, n_W = pictures.shape
    # Whole pixels, repeated: what stands on the page is what the scan holds. Where voxels are
    # longer one way, they are repeated more often that way.
    times_W = max(2, -(-_WIDE // int(max(n_W, n_H * ratio))))
    times_H = max(1, round(times_W * ratio))
    pictures = np.round(255 * pictures).astype(np.uint8)
    frames = np.repeat(np.repeat(pictures, times_H, 1), times_W, 2)
    marks = [_marks(volume, gray.shape, spacing, k, axis, nodules, found) for k in range(n)]
    if any(marks):
        frames = np.repeat(frames[..., None], 3, -1)
        for frame, here in zip(frames, marks):
            for mark in here:
                _paint_mark(frame, mark, times_H, times_W)
    if labels is None:
        labels = [
            f"{name} {k}" + "".join(f", {what}" for what in _said(here))
            for k, here in enumerate(marks)
        ]
    start = n // 2 if start is None else _number(name, start, n)
    return FrameSlider(frames, labels, name, alt, caption, start=start, smooth=False)


def projections(
    volume: Scan | ArrayLike,
    *,
    how: str = "max",
    inside: ArrayLike | None = None,
    window: tuple[float, float] | None = None,
    nodules: bool = False,
    found: ArrayLike | None = None,
    size: float = 2.4,
) -> Figure:
    """Look through a volume along each of its axes.

    Parameters
    ----------
    volume, window, nodules, found
        As in `slices`.
    how : str
        "max" for the brightest voxel along a line (maximum intensity projection), "mean" for all
        of them, as an X-ray has it.
    inside : array_like of bool, shape (n_H, n_W, n_D), optional
        Look at these voxels only, such as those of `coursekit.volumes.scan.lung_mask`: bones hide
        all else in a chest.
    size : float
        Height of the first picture in inches.

    Returns
    -------
    Figure
        From the front, from the left side, and from below.
    """
    import matplotlib.pyplot as plt

    if how not in ("max", "mean"):
        raise ValueError(f'how is {how!r}, but it is "max" or "mean"')
    _positive("size", size)
    gray, spacing = _gray(volume, window)
    if inside is not None:
        gray = np.where(_mask(inside, gray.shape), gray, 0)
    extent = [n * s for n, s in zip(gray.shape, spacing)]
    titles = ("from the front", "from the side", "from below")
    wide = [extent[1], extent[0], extent[1]]
    high = [extent[2], extent[2], extent[0]]
    scale = size / max(high)
    figure, axes = plt.subplots(
        1,
        3,
        figsize=(sum(wide) * scale + 1.6, max(high) * scale + 0.7),
        width_ratios=wide,
        layout="constrained",
    )
    for axis, (ax, title) in enumerate(zip(axes, titles)):
        picture = getattr(_upright(gray, axis, spacing)[0], how)(0)
        if how == "mean":
            picture = (picture - picture.min()) / (np.ptp(picture) or 1)
        options = {"vmin": 0, "vmax": 1, "cmap": "gray", "interpolation": _interpolation(picture)}
        ax.imshow(picture, extent=(0, wide[axis], high[axis], 0), **options)
        # Only for where marks lie: every slice along this axis is looked through.
        step_H, step_W = high[axis] / picture.shape[0], wide[axis] / picture.shape[1]
        for mark in _marks(volume, gray.shape, spacing, None, axis, nodules, found):
            _draw_mark(ax, mark, (0, 0), step_W, step_H / step_W)
        ax.set_title(title)
        ax.set_xlabel("mm")
        if axis < 2:
            ticks = ax.get_yticks()
            ticks = ticks[(ticks >= 0) & (ticks <= high[axis])]
            # Height is counted from the feet, and the picture from its upper edge.
            ax.set_yticks(high[axis] - ticks, [f"{tick:g}" for tick in ticks])
        for spine in ax.spines.values():
            spine.set_visible(False)
    axes[0].set_ylabel("mm")
    return figure


def surface(
    volume: Scan | ArrayLike,
    level: float = 0.36,
    *,
    inside: ArrayLike | None = None,
    turn: float = 30.0,
    tilt: float = 20.0,
    color: str = BLUE,
    nodules: bool = False,
    box: bool = True,
    pixels: int = 320,
    ax: Axes | None = None,
    title: str = "",
) -> Axes:
    """Draw the surface where a volume reaches a level, lit from the upper left.

    Rays are followed through the volume until it is brighter than `level`; the slope there tells
    how much light falls on it.

    Parameters
    ----------
    volume : Scan or array_like of shape (n_H, n_W, n_D)
        Looked at from the front of a body, heads up.
    level : float
        Of a scan's `gray`, or of the array.
    inside : array_like of bool, shape (n_H, n_W, n_D), optional
        Draw what is in these voxels only.
    turn, tilt : float
        Degrees: how far we look from the right side of the body, and from above.
    color : str
    nodules : bool
        Whether to color the scan's own nodules orange.
    box : bool
        Whether to draw the edges of the volume, or of the part that `inside` needs.
    pixels : int
        Longer side of the picture; its time grows with the square.
    ax : Axes, optional
    title : str

    Returns
    -------
    Axes
        With a transparent ground.
    """
    import matplotlib.pyplot as plt
    from matplotlib.colors import to_rgb
    from scipy.ndimage import gaussian_filter, map_coordinates, maximum_filter

    if not np.isfinite([level, turn, tilt]).all():
        raise ValueError(f"level={level}, turn={turn}, tilt={tilt}, but each is a finite number")
    if pixels < 2:
        raise ValueError(f"pixels is {pixels}, but a picture has 2 or more along its longer side")
    if nodules and not isinstance(volume, Scan):
        raise ValueError("only a Scan knows of nodules")
    gray, spacing = _gray(volume, None, clip=False)
    low = min(float(gray.min()), level - 0.5 * float(np.ptp(gray)))
    first = np.zeros(3, int)
    if inside is not None:
        mask = _mask(inside, gray.shape)
        if not mask.any():
            raise ValueError("inside holds no voxel to look at")
        bounds = [np.flatnonzero(mask.any(other)) for other in ((1, 2), (0, 2), (0, 1))]
        first = np.array([at[0] for at in bounds])
        cut = tuple(slice(at[0], at[-1] + 1) for at in bounds)
        gray = np.where(mask[cut], gray[cut], low)
    # A border of what is dark closes bodies that the volume cuts off.
    gray = gaussian_filter(np.pad(gray, 1, constant_values=low), 0.6)
    spacing = np.array(spacing)
    edges = np.array(gray.shape) * spacing
    corners = (np.indices((2, 2, 2)).reshape(3, -1).T - 0.5) * edges
    middle = (np.array(gray.shape) - 1) / 2 * spacing

    # Right and down in the picture and away from us, in rows, columns and slices of the body.
    a, b = np.deg2rad(turn), np.deg2rad(tilt)
    right = np.array([-np.sin(a), np.cos(a), 0.0])
    away = np.array([np.cos(a) * np.cos(b), np.sin(a) * np.cos(b), -np.sin(b)])
    down = np.cross(right, away)
    wide, high, deep = (2 * np.abs(corners @ side).max() for side in (right, down, away))
    n_W = max(2, round(pixels * wide / max(wide, high)))
    n_H = max(2, round(pixels * high / max(wide, high)))
    flat = (
        np.linspace(-high / 2, high / 2, n_H)[:, None, None] * down
        + np.linspace(-wide / 2, wide / 2, n_W)[:, None] * right
        + middle
    ).reshape(-1, 3)

    def value_at(rays: np.ndarray, far: np.ndarray | float) -> np.ndarray:
        here = (flat[rays] + np.reshape(far, (-1, 1)) * away) / spacing
        return map_coordinates(gray, here.T, order=1, cval=low, prefilter=False)

    # In strides of four steps: most rays pass through what is dark all around, and go on.
    step = 0.7 * float(spacing.min())
    around = np.ceil(2 * step / spacing + 1).astype(int)
    bright = maximum_filter(gray, 2 * around + 1) >= level
    depth = np.full(n_H * n_W, np.inf)
    going = np.arange(n_H * n_W)
    for stride in np.arange(-deep / 2, deep / 2, 4 * step):
        here = np.round((flat[going] + (stride + 1.5 * step) * away) / spacing).astype(int)
        near = np.all((here >= -around) & (here < bright.shape + around), axis=1)
        here = np.clip(here, 0, np.array(bright.shape) - 1)
        near &= bright[tuple(here.T)]
        rays = going[near]
        for number in range(4):
            hit = value_at(rays, stride + number * step) >= level
            depth[rays[hit]] = stride + number * step
            rays = rays[~hit]
        going = going[np.isinf(depth[going])]

    picture = np.zeros((n_H * n_W, 4))
    rays = np.flatnonzero(np.isfinite(depth))
    if len(rays):
        far = depth[rays]
        behind, before = value_at(rays, far), value_at(rays, far - step)
        far = far - step * np.clip((behind - level) / np.maximum(behind - before, 1e-9), 0, 1)
        at = flat[rays] + far[:, None] * away
        slope = [
            map_coordinates(part, (at / spacing).T, order=1) for part in np.gradient(gray, *spacing)
        ]
        normal = -np.stack(slope, 1) / np.maximum(np.linalg.norm(slope, axis=0), 1e-9)[:, None]
        light = _unit(-0.45 * right - 0.6 * down - 0.8 * away)
        lit = np.clip(normal @ light, 0, 1)
        shine = np.clip(normal @ _unit(light - away), 0, 1) ** 24
        near = 0.5 - far / deep
        paint = np.tile(to_rgb(color), (len(rays), 1))
        if nodules:
            for center, radius in zip((volume.nodules - first + 1) * spacing, volume.radii):
                paint[np.linalg.norm(at - center, axis=1) < radius + 1] = to_rgb(ORANGE)
        shade = (0.30 + 0.75 * lit) * (0.70 + 0.35 * near)
        picture[rays, :3] = np.clip(paint * shade[:, None] + 0.22 * shine[:, None], 0, 1)
        picture[rays, 3] = 1
    if ax is None:
        _, ax = plt.subplots(figsize=(3.4, 3.4 * high / wide + _TITLE * bool(title)))
    if box:
        for one in range(8):
            for two in (one | 1, one | 2, one | 4):
                if one != two:
                    ends = corners[[one, two]]
                    ax.plot(ends @ right, ends @ down, **_EDGE)
    extent = (-wide / 2, wide / 2, high / 2, -high / 2)
    ax.imshow(_soft(picture.reshape(n_H, n_W, 4)), extent=extent, zorder=2)
    ax.set_xlim(-0.51 * wide, 0.51 * wide)
    ax.set_ylim(0.51 * high, -0.51 * high)
    ax.axis("off")
    ax.set_title(title)
    return ax


def film_strip(
    film: ArrayLike,
    *,
    frame_ms: float | None = None,
    window: tuple[float, float] | None = None,
    size: float = 0.95,
) -> Figure:
    """Show the frames of a film side by side.

    Parameters
    ----------
    film : array_like, shape (n_H, n_W, n_T)
    frame_ms : float, optional
        Milliseconds from frame to frame, for the titles. By default frames are counted.
    window : (float, float), optional
        Values to show as black and white, by default the smallest and the largest of the film.
    size : float
        Width of a frame in inches.

    Returns
    -------
    Figure
    """
    gray, _ = _gray(film, window)
    _positive("frame_ms", frame_ms)
    titles = [
        f"t = {t}" if frame_ms is None else f"{t * frame_ms:g} ms" for t in range(gray.shape[2])
    ]
    return _sheet(list(np.moveaxis(gray, 2, 0)), 1.0, titles, None, size, most=8)[0]


def space_time(
    film: ArrayLike,
    *,
    row: int | None = None,
    column: int | None = None,
    frame_ms: float | None = None,
    window: tuple[float, float] | None = None,
    ax: Axes | None = None,
    title: str = "",
) -> Axes:
    """Show one row, or one column, of a film over time: what moves is a slant.

    Parameters
    ----------
    film : array_like, shape (n_H, n_W, n_T)
    row, column : int, optional
        Which one, not both; by default the middle row.
    frame_ms : float, optional
        Milliseconds from frame to frame, for the axis.
    window : (float, float), optional
        As in `film_strip`.
    ax : Axes, optional
    title : str

    Returns
    -------
    Axes
        Time runs downwards.
    """
    import matplotlib.pyplot as plt

    gray, _ = _gray(film, window)
    if row is not None and column is not None:
        raise ValueError("give a row or a column, not both: the slice has time as its other axis")
    _positive("frame_ms", frame_ms)
    n_H, n_W, _ = gray.shape
    if column is None:
        plane, name = gray[n_H // 2 if row is None else _number("row", row, n_H)], "column"
    else:
        plane, name = gray[:, _number("column", column, n_W)], "row"
    n, n_T = plane.shape
    if ax is None:
        _, ax = plt.subplots(figsize=(3.2, 3.2 * max(0.5, n_T / n) + 0.5))
    options = {"vmin": 0, "vmax": 1, "cmap": "gray", "interpolation": "nearest"}
    scale = frame_ms or 1
    ax.imshow(
        plane.T, extent=(-0.5, n - 0.5, (n_T - 0.5) * scale, -0.5 * scale), aspect="auto", **options
    )
    ax.set_xlabel(name)
    ax.set_ylabel("frame" if frame_ms is None else "time in ms")
    ax.set_title(title)
    return ax


def block(
    volume: Scan | ArrayLike,
    *,
    window: tuple[float, float] | None = None,
    axes: Sequence[str] = ("rows", "columns", "slices"),
    ax: Axes | None = None,
    title: str = "",
    pixels: int = 480,
) -> Axes:
    """Draw a volume as a solid block, three of its faces seen.

    In front is ``volume[:, :, 0]``, on top ``volume[0]``, on the right ``volume[:, -1]``. What is
    inside is seen where you cut the array first, as in ``volume[:, :, 20:]``.

    Parameters
    ----------
    volume, window
        As in `slices`.
    axes : (str, str, str)
        What to write along the edges; for a film the last is "frames".
    ax : Axes, optional
    title : str
    pixels : int
        Width of the picture.

    Returns
    -------
    Axes
    """
    import matplotlib.pyplot as plt

    _positive("pixels", pixels)
    if len(axes) != 3:
        raise ValueError(f"axes holds {len(axes)} names, but a volume has three axes")
    gray, spacing = _gray(volume, window)
    high, wide, deep = (n * s for n, s in zip(gray.shape, spacing))
    # Depth runs up to the right at a slant, foreshortened.
    back_x, back_y = 0.5 * deep, 0.36 * deep
    step = (wide + back_x) / pixels
    x = (np.arange(pixels) + 0.5) * step
    y = (np.arange(round((high + back_y) / step)) + 0.5)[:, None] * step - back_y
    share = {
        # How far right, down and back a pixel lies on each face, from 0 to 1.
        "front": (x / wide, y / high, 0 * x * y),
        "top": ((x + y * back_x / back_y) / wide, 0 * x * y, -y / back_y + 0 * x),
        "side": (1 + 0 * x * y, (y + (x - wide) * back_y / back_x) / high, (x - wide) / back_x),
    }
    picture = np.zeros((*(y * x).shape, 4))
    for face, bright in (("front", 1.0), ("top", 1.0), ("side", 0.82)):
        right, down, behind = np.broadcast_arrays(*share[face])
        on = np.all([(part >= 0) & (part <= 1) for part in (right, down, behind)], axis=0)
        at = [
            np.minimum((part[on] * n).astype(int), n - 1)
            for part, n in zip((down, right, behind), gray.shape)
        ]
        picture[on] = np.stack([*[bright * gray[tuple(at)]] * 3, np.ones(on.sum())], -1)
    if ax is None:
        _, ax = plt.subplots(figsize=(3.2, 3.2 * (high + back_y) / (wide + back_x) + 0.3))
    ax.imshow(picture, extent=(0, wide + back_x, high, -back_y), interpolation="antialiased")
    for corners in (
        ((0, 0), (wide, 0), (wide, high), (0, high), (0, 0)),
        ((0, 0), (back_x, -back_y), (wide + back_x, -back_y), (wide, 0)),
        ((wide + back_x, -back_y), (wide + back_x, high - back_y), (wide, high)),
    ):
        ax.plot(*zip(*corners), color=INK, linewidth=1.0, linestyle="-", solid_joinstyle="round")
    room = 0.02 * (wide + back_x)
    slant = np.degrees(np.arctan2(back_y, back_x))
    text = {"fontsize": 9, "color": INK, "rotation_mode": "anchor"}
    ax.text(-room, high / 2, axes[0], rotation=90, ha="center", va="bottom", **text)
    ax.text(wide / 2, high + room, axes[1], ha="center", va="top", **text)
    place = (wide + back_x / 2 + room, high - back_y / 2 + room)
    ax.text(*place, axes[2], rotation=slant, ha="center", va="top", **text)
    ax.set_xlim(-6 * room, wide + back_x + room)
    ax.set_ylim(high + 6 * room, -back_y - room)
    ax.set_aspect("equal")
    ax.axis("off")
    ax.set_title(title)
    return ax


# What the pictures are made of


def _gray(
    volume: Scan | ArrayLike, window: tuple[float, float] | None, *, clip: bool = True
) -> tuple[np.ndarray, tuple[float, float, float]]:
    """Brightness from 0 to 1, and the spacing of voxels."""
    if window is not None and not (
        np.shape(window) == (2,) and -np.inf < window[0] < window[1] < np.inf
    ):
        raise ValueError(f"window is {window}, but it is two numbers, the smaller one first")
    if isinstance(volume, Scan):
        values, spacing = volume.gray(), volume.spacing
        low, high = (0, 1) if window is None else window
    else:
        if np.iscomplexobj(volume):
            raise ValueError("the volume is complex, but it holds real numbers")
        values, spacing = np.asarray(volume, np.float32), (1.0, 1.0, 1.0)
        if values.ndim == 4 and values.shape[-1] == 1:
            values = values[..., 0]
        if values.ndim != 3 or values.size == 0:
            raise ValueError(
                f"the volume has shape {values.shape}, but it is a Scan or has three axes"
            )
        if not np.isfinite(values).all():
            raise ValueError("the volume holds NaN or infinity, but it has a number everywhere")
        low, high = (float(values.min()), float(values.max())) if window is None else window
    if not clip:
        return values, spacing
    return np.clip((values - low) / ((high - low) or 1), 0, 1), spacing


def _soft(picture: np.ndarray) -> np.ndarray:
    """A drawing (n_H, n_W, 4) with soft outlines, whose colors go on beyond them."""
    from scipy.ndimage import gaussian_filter

    blurred = gaussian_filter(picture * picture[..., 3:], (0.6, 0.6, 0))
    colors = blurred[..., :3] / np.maximum(blurred[..., 3:], 1e-6)
    return np.clip(np.concatenate([colors, blurred[..., 3:]], -1), 0, 1)


def _unit(vector: np.ndarray) -> np.ndarray:
    return vector / np.linalg.norm(vector)


def _mask(inside: ArrayLike, shape: tuple[int, ...]) -> np.ndarray:
    mask = np.asarray(inside, bool)
    if mask.shape != shape:
        raise ValueError(f"inside has shape {mask.shape}, but the volume has {shape}")
    return mask


def _axis(axis: int) -> int:
    if axis not in (0, 1, 2):
        raise ValueError(f"axis is {axis}, but a volume has the axes 0, 1 and 2")
    return int(axis)


def _number(what: str, index: int, n: int) -> int:
    """An index among n, from 0 on; a negative one counts from the end."""
    if not (are_whole(index) and -n <= index < n):
        raise ValueError(f"there is no {what} {index} among {n}")
    return int(index) % n


def _positive(what: str, value: float | None) -> None:
    if value is not None and not 0 < value < np.inf:
        raise ValueError(f"{what} is {value}, but it is a number above 0")


def _upright(gray: np.ndarray, axis: int, spacing: Sequence[float]) -> tuple[np.ndarray, float]:
    """All slices along an axis as pictures (k, rows, columns), and height over width of a pixel."""
    if _axis(axis) == 2:
        return np.moveaxis(gray, 2, 0), spacing[0] / spacing[1]
    pictures = gray.transpose((0, 2, 1) if axis == 0 else (1, 2, 0))[:, ::-1]
    return pictures, spacing[2] / spacing[1 if axis == 0 else 0]


def _marks(
    volume: Scan | ArrayLike,
    shape: tuple[int, ...],
    spacing: Sequence[float],
    index: int | None,
    axis: int,
    nodules: bool,
    found: ArrayLike | None,
) -> list[tuple[str, float, float, float]]:
    """Marks in slice `index`, or in all: kind, row, column and size, in pixels of the picture."""
    known = volume if isinstance(volume, Scan) and nodules else None
    if nodules and known is None:
        raise ValueError("only a Scan knows of nodules; give their places as found")
    places = [] if known is None else [("ring", *p, r) for p, r in zip(known.nodules, known.radii)]
    if found is not None:
        at = np.asarray(found, float)
        at = at.reshape(-1, 3) if at.size == 0 or at.shape == (3,) else at
        if at.shape != (len(at), 3) or not np.isfinite(at).all():
            raise ValueError(
                f"found has shape {np.shape(found)}, but places have shape (k, 3) and are finite"
            )
        places += [("square", *p, _FOUND) for p in at]
    marks = []
    for kind, *place, size in places:
        if index is not None and abs(place[axis] - index) * spacing[axis] > size:
            continue
        down, right = ((0, 1), (2, 1), (2, 0))[(axis + 1) % 3]
        row = place[down] if axis == 2 else shape[2] - 1 - place[down]
        marks.append((kind, row, place[right], (size + 1.5) / spacing[right]))
    return marks


def _said(marks: list[tuple]) -> list[str]:
    """What a label says of the marks in its slice."""
    kinds = [kind for kind, *_ in marks]
    said = []
    for kind, what in (("ring", "nodule"), ("square", "found")):
        count = kinds.count(kind)
        if count:
            said.append(
                what if count == 1 else f"{count} {what}s" if kind == "ring" else f"{count} {what}"
            )
    return said


def _draw_mark(
    ax: Axes,
    mark: tuple[str, float, float, float],
    corner: tuple[float, float],
    unit: float,
    ratio: float,
) -> None:
    """Draw a mark on a picture with this corner, whose pixels are `unit` wide."""
    from matplotlib.patches import Circle, Rectangle

    kind, row, col, size = mark
    x, y = corner[0] + (col + 0.5) * unit, corner[1] + (row + 0.5) * ratio * unit
    r = size * unit
    if kind == "ring":
        shape = Circle((x, y), r, fill=False, edgecolor=ORANGE, linewidth=1.6, zorder=3)
    else:
        r *= 1.15
        shape = Rectangle(
            (x - r, y - r), 2 * r, 2 * r, fill=False, edgecolor=SKY, linewidth=1.6, zorder=4
        )
    ax.add_patch(shape)


def _paint_mark(
    frame: np.ndarray, mark: tuple[str, float, float, float], times_H: int, times_W: int
) -> None:
    """Paint a mark on a frame (n_H, n_W, 3) of 0 to 255 whose pixels were repeated."""
    from matplotlib.colors import to_rgb

    kind, row, col, size = mark
    y = np.arange(frame.shape[0])[:, None] - ((row + 0.5) * times_H - 0.5)
    x = np.arange(frame.shape[1]) - ((col + 0.5) * times_W - 0.5)
    r = size * times_W
    if kind == "ring":
        apart, color = np.abs(np.hypot(x, y) - r), ORANGE
    else:
        apart, color = np.abs(np.maximum(np.abs(x), np.abs(y)) - 1.15 * r), SKY
    share = np.clip(1.6 - apart, 0, 1)[..., None]
    frame[:] = np.round(frame + (255 * np.array(to_rgb(color)) - frame) * share)


def _sheet(
    pictures: list[np.ndarray],
    ratio: float,
    titles: Sequence[str],
    columns: int | None,
    size: float,
    most: int = 5,
) -> tuple[Figure, Axes, list[tuple[float, float]]]:
    """Pictures of one size in a grid, each with a line above, and their upper left corners."""
    import matplotlib.pyplot as plt

    _positive("size", size)
    columns = min(len(pictures), most) if columns is None else columns
    if not are_whole(columns) or columns < 1:
        raise ValueError(f"columns is {columns}, but it is a whole number of at least 1")
    rows = -(-len(pictures) // columns)
    high = pictures[0].shape[0] * ratio / pictures[0].shape[1]
    line = _LINE / size
    step_x, step_y = 1 + _GAP, high + line + _GAP
    # One pair of axes for all, in widths of a picture: a grid of axes takes seconds to draw.
    figure, ax = plt.subplots(
        figsize=((columns * step_x - _GAP) * size, (rows * step_y - _GAP) * size)
    )
    figure.set_layout_engine("none")
    ax.set_position((0, 0, 1, 1))
    ax.axis("off")
    options = {"cmap": "gray", "vmin": 0, "vmax": 1, "interpolation": _interpolation(pictures[0])}
    corners = []
    for number, (picture, title) in enumerate(zip(pictures, titles)):
        row, column = divmod(number, columns)
        left, top = column * step_x, row * step_y + line
        ax.imshow(picture, extent=(left, left + 1, top + high, top), **options)
        ax.text(left + 0.5, top - 0.02, title, ha="center", va="bottom", fontsize=9)
        corners.append((left, top))
    ax.set_xlim(0, columns * step_x - _GAP)
    ax.set_ylim(rows * step_y - _GAP, 0)
    ax.set_aspect("equal")
    return figure, ax, corners


def _interpolation(picture: np.ndarray) -> str:
    """Small pictures show their pixels; large ones are resampled without jagged lines."""
    return "nearest" if max(picture.shape) <= 64 else "auto"
