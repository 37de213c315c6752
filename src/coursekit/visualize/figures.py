"""Figures of patches, filters and receptive fields, in the look of `coursekit.plotting`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from coursekit import plotting
from coursekit.plotting import BLUE, GREEN, INK, ORANGE, PURPLE, RED, SKY
from coursekit.visualize.fields import receptive_field
from coursekit.visualize.graph import as_pictures, calls_between, check_graph
from coursekit.visualize.patches import Patches

if TYPE_CHECKING:
    import keras
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import ArrayLike

_FRAMES = (
    (BLUE, "-"),
    (ORANGE, "--"),
    (GREEN, "-."),
    (PURPLE, ":"),
    (SKY, (0, (6, 1, 1, 1))),
    (RED, (0, (3, 1))),
)


def show_patches(
    patches: Patches | ArrayLike, *, titles: Sequence[str] | None = None, columns: int | None = None
) -> Figure:
    """Show the patches of each unit as a block of three in a row, the strongest first.

    Parameters
    ----------
    patches : Patches, or array_like of shape (n_units, k, f_H, f_W, n_C)
    titles : sequence of str, optional
        One for each unit. By default its number.
    columns : int, optional
        Blocks in a row. By default up to six.

    Returns
    -------
    Figure
    """
    blocks = np.asarray(patches.patches if isinstance(patches, Patches) else patches)
    if blocks.ndim != 5 or 0 in blocks.shape:
        raise ValueError(
            f"patches has shape {blocks.shape}: it must be (n_units, k, f_H, f_W, n_C)"
        )
    if titles is None:
        units = patches.units if isinstance(patches, Patches) else np.arange(len(blocks))
        titles = [f"unit {unit}" for unit in units]
    return _sheet([_tiled(block, 3) for block in blocks], titles, columns or min(len(blocks), 6))


def show_filters(filters: ArrayLike, *, columns: int | None = None) -> Figure:
    """Show filters side by side, pixel by pixel.

    Parameters
    ----------
    filters : array_like, shape (n_C, f_H, f_W, 3)
        From 0 to 1, as `first_layer_filters` gives them; also pictures from `maximize`.
    columns : int, optional
        Filters in a row. By default about twice as many as rows.

    Returns
    -------
    Figure
    """
    shown = np.asarray(filters)
    if shown.ndim != 4 or shown.shape[-1] not in (1, 3) or 0 in shown.shape:
        raise ValueError(f"filters has shape {shown.shape}: it must be (n_C, f_H, f_W, 3)")
    columns = columns or min(len(shown), math.ceil(math.sqrt(2 * len(shown))))
    return _sheet([_tiled(shown, columns)], [""], 1, width=min(8.0, 0.62 * columns))


def _tiled(pictures: np.ndarray, columns: int) -> np.ndarray:
    """Pictures in rows on a transparent ground, with a thin gap, as one picture (h, w, 4)."""
    n, high, wide, n_C = pictures.shape
    colors = np.clip(np.repeat(pictures, 3, axis=-1) if n_C == 1 else pictures[..., :3], 0, 1)
    # Small pictures are drawn larger, or the gap would be as wide as their pixels.
    zoom = max(1, math.ceil(24 / max(high, wide)))
    colors = colors.repeat(zoom, axis=1).repeat(zoom, axis=2)
    high, wide = high * zoom, wide * zoom
    gap = max(1, round(0.06 * max(high, wide)))
    rows = -(-n // columns)
    sheet = np.zeros((rows * (high + gap) - gap, columns * (wide + gap) - gap, 4))
    for number, picture in enumerate(colors):
        top, left = (number // columns) * (high + gap), (number % columns) * (wide + gap)
        sheet[top : top + high, left : left + wide, :3] = picture
        sheet[top : top + high, left : left + wide, 3] = 1
    return sheet


def _sheet(
    blocks: list[np.ndarray], titles: Sequence[str], columns: int, width: float | None = None
) -> Figure:
    import matplotlib.pyplot as plt

    if len(titles) != len(blocks):
        raise ValueError(f"{len(titles)} titles for {len(blocks)} units")
    rows = -(-len(blocks) // columns)
    wide = width or min(2.0, 9.0 / columns)
    tall = wide * blocks[0].shape[0] / blocks[0].shape[1] + 0.3 * any(titles)
    figure, axes = plt.subplots(
        rows, columns, figsize=(wide * columns, tall * rows), squeeze=False, layout="constrained"
    )
    for number, ax in enumerate(axes.flat):
        ax.axis("off")
        if number < len(blocks):
            ax.imshow(blocks[number], interpolation="nearest")
            ax.set_title(titles[number], fontsize=10)
    return figure


def draw_receptive_fields(
    model: keras.Model,
    picture: ArrayLike,
    layers: Sequence[str] | None = None,
    *,
    at: tuple[float, float] = (0.5, 0.5),
    ax: Axes | None = None,
) -> Axes:
    """Draw what one unit of each layer sees on a picture, as frames within frames.

    Parameters
    ----------
    model : keras.Model
        As for `receptive_field`.
    picture : array_like, shape (n_H, n_W, n_C)
    layers : sequence of str, optional
        By default all layers that see more than those before them.
    at : (float, float)
        Where the units stand: share of the picture's height and width.
    ax : Axes, optional
        Where to draw. By default a new figure.

    Returns
    -------
    Axes
        With the name of each layer and the size of its field in a legend beside the picture.
    """
    import matplotlib.pyplot as plt
    from matplotlib.patches import Rectangle

    check_graph(model)
    (pixels,) = as_pictures([picture], model)
    size = pixels.shape[:2]
    if layers is None:
        layers = _growing(model, size)
    fields = {layer: receptive_field(model, layer, size=size) for layer in layers}
    if not fields:
        raise ValueError(f"layers is {layers!r}: name at least one layer")
    if ax is None:
        # Half of the width is the legend's.
        _, ax = plt.subplots(figsize=(8.4, max(4.2 * size[0] / size[1], 0.3 * len(fields))))
    plotting.image(pixels, ax=ax)
    for number, (layer, field) in enumerate(fields.items()):
        # The unit whose field lies nearest to the place.
        place = [
            round((share * length - start - extent / 2) / step) if step else 0
            for share, length, start, extent, step in zip(
                at, size, field.start, field.size, field.stride
            )
        ]
        top, left, bottom, right = field.box(*place)
        color, line = _FRAMES[number % len(_FRAMES)]
        frame = {"fill": False, "joinstyle": "miter", "clip_on": True}
        corner, wide, tall = (left - 0.5, top - 0.5), right - left, bottom - top
        # A pale line below keeps the frame visible on any picture.
        ax.add_patch(Rectangle(corner, wide, tall, edgecolor="#ffffff", linewidth=3.4, **frame))
        ax.add_patch(
            Rectangle(
                corner,
                wide,
                tall,
                edgecolor=color,
                linewidth=1.8,
                linestyle=line,
                label=f"{layer}: {field.size[0]} × {field.size[1]}",
                **frame,
            )
        )
    ax.legend(loc="center left", bbox_to_anchor=(1.02, 0.5), frameon=False, labelcolor=INK)
    return ax


def _growing(model: keras.Model, size: tuple[int, int]) -> list[str]:
    """Names of the layers of a model that see more than all before them."""
    largest, names = (1, 1), []
    for call in calls_between(model.inputs, model.outputs):
        try:
            seen = receptive_field(model, call.layer.name, size=size).size
        except ValueError:
            continue
        if any(now > before for now, before in zip(seen, largest)):
            largest = tuple(map(max, seen, largest))
            names.append(call.layer.name)
    return names
