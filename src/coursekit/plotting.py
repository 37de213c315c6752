"""The look of the course's figures, and helpers for what its chapters draw.

Drawings stand on a transparent ground with ink of a middle gray, so that they read on a light
and on a dark page alike. No helper says anything by color alone: cells carry their numbers.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap
    from matplotlib.figure import Figure
    from numpy.typing import ArrayLike

__all__ = [
    "BLUE",
    "GREEN",
    "INK",
    "ORANGE",
    "PURPLE",
    "RED",
    "SKY",
    "equation",
    "image",
    "images",
    "matrix",
    "use_style",
    "volume",
    "volumes",
]

INK = "#7a7a7a"
BLUE = "#2f86c9"
ORANGE = "#d9661f"
GREEN = "#0f9d78"
PURPLE = "#c178a6"
SKY = "#56b4e9"
RED = "#c8452f"

STYLE_SHEET = Path(__file__).with_name("coursekit.mplstyle")

# Orange for negative, blue for positive: told apart by all common kinds of color blindness.
_SIGNED = ("#a8480a", "#e8955a", "#f4f3f0", "#6eaede", "#10609f")
_PLAIN = ("#f4f3f0", "#b9d5ea", "#5d9fd3", "#1c5f9c", "#0d3358")

_CELL = 0.42  # inches to a matrix cell
_SYMBOL = 0.45  # inches to an operator between two parts
_TITLE = 0.36  # inches above a matrix that has a title

# Depth of a box runs up to the right at a slant, foreshortened.
_DEPTH_X, _DEPTH_Y = 0.42, 0.34


def use_style() -> None:
    """Switch to the course's figure style.

    Where IPython runs, figures in the notebook become vector graphics (SVG) too.
    """
    import matplotlib.pyplot as plt

    plt.style.use(STYLE_SHEET)
    try:
        from IPython import get_ipython
        from matplotlib_inline.backend_inline import set_matplotlib_formats
    except ImportError:
        return
    shell = get_ipython()
    if shell is not None and hasattr(shell, "kernel"):
        # A date in the file would make two builds of the same page differ.
        set_matplotlib_formats("svg", bbox_inches="tight", metadata={"Date": None})


def matrix(
    values: ArrayLike,
    *,
    ax: Axes | None = None,
    title: str = "",
    highlight: tuple[int, int, int, int] | None = None,
    fmt: str = "{:g}",
    signed: bool = False,
    xlabel: str = "",
    ylabel: str = "",
) -> Axes:
    """Draw a small matrix as a grid of cells with its numbers in them.

    Parameters
    ----------
    values : array_like, shape (n_H, n_W)
        Numbers to show. A vector of shape (n,) is drawn as one row.
    ax : Axes, optional
        Where to draw. By default a new figure of fitting size.
    title : str
        Text above the matrix.
    highlight : (row, col, n_rows, n_cols), optional
        Cells to put a frame around, such as the window under a filter.
    fmt : str
        Format of a number, as in ``str.format``.
    signed : bool
        Color around zero (negative orange, zero pale, positive blue) instead of from the
        smallest to the largest value.
    xlabel, ylabel : str
        Text under and left of the matrix.

    Returns
    -------
    Axes
        The axes drawn on.
    """
    import matplotlib.pyplot as plt
    from matplotlib.patches import Rectangle

    cells = _two_dimensional(values)
    n_H, n_W = cells.shape
    if ax is None:
        size = (n_W * _CELL + 0.2, n_H * _CELL + 0.2 + _TITLE * bool(title))
        _, ax = plt.subplots(figsize=size)
    colormap, unit = _colors(cells, signed)
    texts = [[fmt.format(value) for value in row] for row in cells.tolist()]
    longest = max(len(text) for row in texts for text in row)
    fontsize = 11 if longest <= 3 else max(6.5, 11 * 3.4 / longest)
    for row in range(n_H):
        for col in range(n_W):
            color = colormap(unit[row, col])
            ax.add_patch(Rectangle((col, row), 1, 1, facecolor=color, edgecolor=INK, linewidth=0.7))
            ax.text(
                col + 0.5,
                row + 0.5,
                texts[row][col].replace("-", "\N{MINUS SIGN}"),
                ha="center",
                va="center_baseline",
                fontsize=fontsize,
                color=_ink_on(color),
            )
    if highlight is not None:
        row, col, n_rows, n_cols = highlight
        # A pale line under the strong one keeps the frame visible on cells of any color.
        for color, width in (("#ffffff", 5.0), (ORANGE if not signed else "#1a1a1a", 2.6)):
            ax.add_patch(
                Rectangle(
                    (col, row),
                    n_cols,
                    n_rows,
                    fill=False,
                    edgecolor=color,
                    linewidth=width,
                    clip_on=False,
                    joinstyle="miter",
                    zorder=3,
                )
            )
    ax.set_xlim(-0.04, n_W + 0.04)
    ax.set_ylim(n_H + 0.04, -0.04)
    ax.set_aspect("equal")
    _bare(ax)
    ax.set_title(title)
    ax.set_xlabel(xlabel)
    ax.set_ylabel(ylabel)
    return ax


def equation(
    *parts: ArrayLike | str,
    titles: Sequence[str] | None = None,
    highlight: Mapping[int, tuple[int, int, int, int]]
    | Sequence[tuple[int, int, int, int] | None]
    | None = None,
    signed: Collection[int] | bool = (),
    figsize: tuple[float, float] | None = None,
    fmt: str = "{:g}",
) -> Figure:
    """Draw matrices and symbols in a row, as in ``equation(A, "*", W, "=", Z)``.

    Parameters
    ----------
    *parts : array_like of shape (n_H, n_W), or str
        What to draw, from left to right. Cells have the same size in all matrices.
    titles : sequence of str, optional
        One title for each matrix, in order; symbols have none.
    highlight : dict or sequence, optional
        Frames, ``{number of the matrix: (row, col, n_rows, n_cols)}``, or one entry
        (a frame or None) for each matrix.
    signed : collection of int, or bool
        Numbers of the matrices (0 is the first; symbols do not count) to be colored around
        zero. True for all.
    figsize : (float, float), optional
        Width and height in inches, instead of the fitting size.
    fmt : str
        Format of a number, as in ``str.format``.

    Returns
    -------
    Figure
    """
    import matplotlib.pyplot as plt

    numbered = _number([p if isinstance(p, str) else _two_dimensional(p) for p in parts])
    count = sum(number is not None for _, number in numbered)
    if count == 0:
        raise ValueError("equation needs at least one matrix")
    if titles is not None and len(titles) != count:
        raise ValueError(f"{len(titles)} titles for {count} matrices")
    frames = dict(
        highlight.items() if isinstance(highlight, Mapping) else enumerate(highlight or ())
    )
    around_zero = range(count) if signed is True else (signed or ())

    def title_of(number: int) -> str:
        return titles[number] if titles is not None else ""

    def width_of(part: np.ndarray | str, number: int | None) -> float:
        if number is None:
            return max(_SYMBOL, 0.12 * len(part) + 0.2)
        # A title may be wider than its matrix: then the matrix gets the title's room.
        longest = max(map(len, title_of(number).split("\n")))
        return max(part.shape[1] * _CELL, 0.092 * longest)

    widths = [width_of(part, number) for part, number in numbered]
    tallest = max(part.shape[0] for part, number in numbered if number is not None) * _CELL
    lines = max(len(title_of(number).split("\n")) for number in range(count))
    above = _TITLE * lines if any(title_of(number) for number in range(count)) else 0.05
    width, height = sum(widths) + 0.1, tallest + above + 0.05
    figure = plt.figure(figsize=figsize or (width, height))
    figure.set_layout_engine("none")
    left = 0.05
    for (part, number), wide in zip(numbered, widths):
        ax = figure.add_axes((left / width, 0.05 / height, wide / width, tallest / height))
        left += wide
        if number is None:
            ax.text(0.5, 0.5, _symbol(part), ha="center", va="center", fontsize=17)
            ax.set_xlim(0, 1)
            ax.set_ylim(0, 1)
            ax.axis("off")
            continue
        matrix(
            part,
            ax=ax,
            title=title_of(number),
            highlight=frames.get(number),
            fmt=fmt,
            signed=number in around_zero,
        )
    return figure


def image(
    picture: ArrayLike,
    *,
    ax: Axes | None = None,
    title: str = "",
    signed: bool = False,
) -> Axes:
    """Show a picture without axes.

    Parameters
    ----------
    picture : array_like, shape (n_H, n_W) or (n_H, n_W, 1) or (n_H, n_W, 3 or 4)
        Gray or color picture: whole numbers from 0 to 255, or real numbers. A gray picture of
        real numbers is stretched from its smallest to its largest value; color is clipped to
        0 to 1.
    ax : Axes, optional
        Where to draw. By default a new figure of fitting size.
    title : str
        Text above the picture.
    signed : bool
        Color a gray picture around zero (negative orange, zero pale, positive blue).

    Returns
    -------
    Axes
        The axes drawn on.
    """
    import matplotlib.pyplot as plt

    pixels = np.asarray(picture)
    if pixels.ndim == 3 and pixels.shape[-1] == 1:
        pixels = pixels[..., 0]
    if pixels.ndim not in (2, 3):
        raise ValueError(f"picture has shape {pixels.shape}: it must be (n_H, n_W[, channels])")
    if ax is None:
        n_H, n_W = pixels.shape[:2]
        _, ax = plt.subplots(figsize=(3.6, 3.6 * n_H / n_W + _TITLE * bool(title)))
    # Small pictures show their pixels; large ones are resampled without jagged lines.
    options: dict[str, Any] = {
        "interpolation": "nearest" if max(pixels.shape[:2]) <= 64 else "auto"
    }
    if pixels.ndim == 3:
        if not np.issubdtype(pixels.dtype, np.integer):
            pixels = np.clip(pixels, 0, 1)
    elif signed:
        # A few extreme pixels would turn all others pale.
        largest = float(np.percentile(np.abs(pixels), 99.5)) or float(np.abs(pixels).max()) or 1.0
        options |= {"cmap": _colormap(_SIGNED), "vmin": -largest, "vmax": largest}
    elif pixels.dtype == np.uint8:
        options |= {"cmap": "gray", "vmin": 0, "vmax": 255}
    elif pixels.dtype == bool:
        options |= {"cmap": "gray", "vmin": 0, "vmax": 1}
    else:
        options |= {"cmap": "gray"}
    ax.imshow(pixels, **options)
    _bare(ax)
    ax.set_title(title)
    return ax


def images(
    pictures: Sequence[ArrayLike],
    titles: Sequence[str],
    *,
    columns: int | None = None,
    signed: bool | Collection[int] = False,
) -> Figure:
    """Show pictures in a row or grid, each with its title.

    Parameters
    ----------
    pictures : sequence of array_like
        What ``image`` accepts.
    titles : sequence of str
        One for each picture.
    columns : int, optional
        Pictures in a row. By default all of up to four, else four.
    signed : bool or collection of int
        True to color all gray pictures around zero, or the numbers of those to color so.

    Returns
    -------
    Figure
    """
    import matplotlib.pyplot as plt

    shown = [np.asarray(picture) for picture in pictures]
    if not shown or len(shown) != len(titles):
        raise ValueError(f"{len(titles)} titles for {len(shown)} pictures")
    columns = columns or min(len(shown), 4)
    rows = -(-len(shown) // columns)
    around_zero = range(len(shown)) if signed is True else (signed or ())
    wide = min(3.2, 9.6 / columns)
    lines = max(len(title.split("\n")) for title in titles)
    tall = wide * max(p.shape[0] / p.shape[1] for p in shown) + 0.3 * lines
    figure, axes = plt.subplots(
        rows, columns, figsize=(wide * columns, tall * rows), squeeze=False, layout="constrained"
    )
    for number, ax in enumerate(axes.flat):
        if number >= len(shown):
            ax.axis("off")
            continue
        image(shown[number], ax=ax, title=titles[number], signed=number in around_zero)
    return figure


def volume(
    ax: Axes,
    shape: tuple[int, int, int],
    *,
    label: str = "",
    origin: tuple[float, float] = (0.0, 0.0),
    scale: float = 1.0,
    color: str = BLUE,
) -> tuple[float, float]:
    """Draw one box of ``n_H`` by ``n_W`` by ``n_C`` cells in simple perspective.

    The front face is one channel, ``n_H`` high and ``n_W`` wide; the channels go back into the
    page.

    Parameters
    ----------
    ax : Axes
        Where to draw, in inches if the axes are scaled so.
    shape : (n_H, n_W, n_C)
        Size of the box in cells.
    label : str
        Text under the box, by default the shape.
    origin : (x, y)
        Lower left corner of the front face.
    scale : float
        Length of the edge of one cell, if cells are drawn true to scale.
    color : str
        Color of the faces.

    Returns
    -------
    (width, height)
        Room that the box takes, without its label.
    """
    edges = tuple(cells * scale for cells in shape)
    return _box(ax, edges, shape, label or _times(shape), origin, color)


def volumes(
    *shapes_and_symbols: tuple[int, int, int] | str, titles: Sequence[str] | None = None
) -> Figure:
    """Draw boxes and symbols in a row: ``volumes((6, 6, 3), "*", (3, 3, 3), "=", (4, 4, 1))``.

    Small boxes are drawn true to scale, cell by cell. Where one is larger than twelve cells, the
    edges are drawn by the square root of their lengths, or the small boxes would vanish.

    Parameters
    ----------
    *shapes_and_symbols : (n_H, n_W, n_C) or str
        What to draw, from left to right.
    titles : sequence of str, optional
        One title for each box, in order, shown above it.

    Returns
    -------
    Figure
    """
    import matplotlib.pyplot as plt

    parts = _number(list(shapes_and_symbols))
    shapes = [part for part, number in parts if number is not None]
    if not shapes:
        raise ValueError("volumes needs at least one shape")
    if titles is not None and len(titles) != len(shapes):
        raise ValueError(f"{len(titles)} titles for {len(shapes)} boxes")
    largest = max(max(shape) for shape in shapes)
    unit = 1.5 / max(4, *(n_H + _DEPTH_Y * n_C for n_H, _, n_C in shapes))

    def edges_of(shape: tuple[int, int, int]) -> tuple[float, ...]:
        if largest <= 12:
            return tuple(edge * unit for edge in shape)
        return tuple(1.1 * (edge / largest) ** 0.5 for edge in shape)

    def room_of(part: tuple[int, int, int] | str, number: int | None) -> tuple[float, float]:
        if number is None:
            return max(0.42, 0.1 * len(part) + 0.25), 0.0
        high, wide, deep = edges_of(part)
        return wide + _DEPTH_X * deep, high + _DEPTH_Y * deep

    figure, ax = plt.subplots()
    figure.set_layout_engine("none")
    boxes = [room_of(part, number) for part, number in parts]
    tallest = max(high for _, high in boxes)
    x = 0.0
    for (part, number), (wide, high) in zip(parts, boxes):
        if number is None:
            ax.text(x + wide / 2, tallest / 2, _symbol(part), ha="center", va="center", fontsize=17)
            x += wide
            continue
        title = titles[number] if titles is not None else ""
        longest = max(map(len, [_times(part), *title.split("\n")]))
        room = max(wide, 0.09 * longest)
        edges = edges_of(part)
        corner = (x + (room - wide) / 2, (tallest - high) / 2)
        _box(ax, edges, part, _times(part), corner, (BLUE, ORANGE, GREEN, PURPLE)[number % 4])
        if title:
            ax.text(x + room / 2, tallest + 0.12, title, ha="center", va="bottom", fontsize=12)
        x += room
    lines = max((len(title.split("\n")) for title in titles), default=0) if titles else 0
    bottom, top = -0.36, tallest + 0.1 + 0.22 * lines
    ax.set_position((0, 0, 1, 1))
    ax.set_xlim(-0.05, x + 0.05)
    ax.set_ylim(bottom, top)
    ax.axis("off")
    figure.set_size_inches(x + 0.1, top - bottom)
    return figure


def _box(
    ax: Axes,
    edges: tuple[float, ...],
    cells: tuple[int, int, int],
    label: str,
    origin: tuple[float, float],
    color: str,
) -> tuple[float, float]:
    """Draw a box with edges in the units of ``ax``; lines where single cells can be told apart."""
    from matplotlib.colors import to_rgb
    from matplotlib.patches import Polygon

    high, wide, deep = edges
    n_H, n_W, n_C = cells
    back = np.array([_DEPTH_X, _DEPTH_Y]) * deep
    near = np.array(origin, dtype=float)
    right, up = np.array([wide, 0.0]), np.array([0.0, high])
    rgb = np.array(to_rgb(color))
    # Front, top and side, the side darkest: light comes from the upper left.
    for corner, one, two, pale in (
        (near, right, up, 0.72),
        (near + up, right, back, 0.86),
        (near + right, up, back, 0.45),
    ):
        ax.add_patch(
            Polygon(
                [corner, corner + one, corner + one + two, corner + two],
                facecolor=rgb + (1 - rgb) * pale,
                edgecolor=INK,
                linewidth=1.0,
                joinstyle="round",
            )
        )

    def bent(start: np.ndarray, middle: np.ndarray, end: np.ndarray) -> None:
        ax.plot(*zip(start, middle, end), color=INK, linewidth=0.6, linestyle="-")

    for count, along, size in ((n_W, right, wide), (n_H, up, high), (n_C, back, deep)):
        if size / count < 0.09 and not (along is back and n_C <= 8):
            continue
        for place in range(1, count):
            shift = along * place / count
            if along is right:
                bent(near + shift, near + up + shift, near + up + back + shift)
            elif along is up:
                bent(near + shift, near + right + shift, near + right + back + shift)
            else:
                bent(near + up + shift, near + up + right + shift, near + right + shift)
    center = near[0] + (wide + back[0]) / 2
    ax.text(center, near[1] - 0.1, label, ha="center", va="top", fontsize=11)
    return wide + float(back[0]), high + float(back[1])


def _times(shape: tuple[int, int, int]) -> str:
    return " × ".join(map(str, shape))


def _number(parts: list) -> list[tuple[Any, int | None]]:
    """Pair each part with its number among those that are no symbols, and symbols with None."""
    numbered, count = [], 0
    for part in parts:
        symbol = isinstance(part, str)
        numbered.append((part, None if symbol else count))
        count += not symbol
    return numbered


def _symbol(text: str) -> str:
    return {"*": "\N{ASTERISK OPERATOR}", "->": "\N{RIGHTWARDS ARROW}", "x": "×"}.get(text, text)


def _two_dimensional(values: ArrayLike) -> np.ndarray:
    cells = np.atleast_2d(np.asarray(values))
    if cells.ndim != 2 or cells.size == 0:
        raise ValueError(f"values has shape {np.shape(values)}: it must be a matrix")
    return cells.astype(int) if cells.dtype == bool else cells


def _colors(cells: np.ndarray, signed: bool) -> tuple[Colormap, np.ndarray]:
    """Colormap and the place of each value in it, from 0 to 1."""
    numbers = np.nan_to_num(cells.astype(float))
    if signed:
        largest = np.abs(numbers).max() or 1.0
        return _colormap(_SIGNED), 0.5 + 0.5 * numbers / largest
    low, high = numbers.min(), numbers.max()
    if high == low:
        return _colormap(_PLAIN), np.full(numbers.shape, 0.0 if low == 0 else 0.25)
    return _colormap(_PLAIN), 0.8 * (numbers - low) / (high - low)


@lru_cache
def _colormap(colors: tuple[str, ...]) -> Colormap:
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("coursekit", colors)


def _ink_on(color: tuple[float, ...]) -> str:
    """Black or white, whichever stands out more on the color."""
    from matplotlib.colors import to_rgb

    channels = np.array(to_rgb(color))
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    luminance = linear @ (0.2126, 0.7152, 0.0722)
    return "#000000" if luminance > 0.179 else "#ffffff"


def _bare(ax: Axes) -> None:
    """Take ticks and spines away, keep title and labels."""
    ax.set_xticks([])
    ax.set_yticks([])
    for spine in ax.spines.values():
        spine.set_visible(False)
