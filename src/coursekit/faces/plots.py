"""What the chapters on faces draw: curves with their bands, distances, sheets of faces.

The look is that of `coursekit.plotting`: a transparent ground, ink of a middle gray, and nothing
said by color alone. Curves differ in line and marker, kinds of pairs in hatching, and accepted and
rejected faces in a mark and the line of their frame.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from coursekit.faces.measures import Identification, OpenSet, Roc, RocBand
from coursekit.plotting import BLUE, GREEN, INK, ORANGE, PURPLE, SKY

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import ArrayLike

_COLORS = (BLUE, ORANGE, GREEN, PURPLE, SKY)
_LINES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)))
_MARKERS = ("o", "s", "^", "D", "v")

_FAINT = 0.26  # opacity of a band
_GAP = 0.12  # between the pictures of a sheet, in widths of one
_LINE = 0.17  # height of a line of a caption, in inches


def roc(curves: Mapping[str, Roc | RocBand], *, ax: Axes | None = None) -> Axes:
    """Draw ROC curves, true accepts over false accepts, with bands where there are any.

    Parameters
    ----------
    curves : dict of str to Roc or RocBand
        By the name for the legend.
    ax : Axes, optional
        Where to draw. By default a new figure.

    Returns
    -------
    Axes
        The false accept rate on a logarithmic axis, since what matters happens at its small end.
    """
    ax = _axes(ax)
    lowest = 1.0
    for number, (name, curve) in enumerate(_named(curves).items()):
        color, line = _COLORS[number % 5], _LINES[number % 5]
        false, true = curve.false_accept_rates, curve.true_accept_rates
        # A logarithmic axis has no place for 0; the point after it takes the rate along.
        shown = false > 0
        lowest = min(lowest, false[shown].min())
        if isinstance(curve, RocBand):
            ax.fill_between(
                false[shown],
                curve.lower[shown],
                curve.upper[shown],
                color=color,
                alpha=_FAINT,
                linewidth=0,
            )
        ax.plot(false[shown], true[shown], color=color, linestyle=line, label=name)
    ax.set_xscale("log")
    ax.set_xlim(lowest, 1)
    ax.set_ylim(min(ax.get_ylim()[0], 0.9), 1.01)
    ax.set_xlabel("false accept rate")
    ax.set_ylabel("true accept rate")
    ax.grid(True)
    ax.legend(loc="lower right")
    return ax


def identification(
    results: Mapping[str, Identification | OpenSet], *, ax: Axes | None = None
) -> Axes:
    """Draw identification rates over the number of people enrolled, with their bands.

    Parameters
    ----------
    results : dict of str to Identification or OpenSet
        By the name for the legend.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    ax = _axes(ax)
    for number, (name, result) in enumerate(_named(results).items()):
        color = _COLORS[number % 5]
        ax.fill_between(
            result.sizes, result.lower, result.upper, color=color, alpha=_FAINT, linewidth=0
        )
        ax.plot(
            result.sizes,
            result.rates,
            color=color,
            linestyle=_LINES[number % 5],
            marker=_MARKERS[number % 5],
            label=name,
        )
    ax.set_xscale("log")
    ticks = sorted({size for result in results.values() for size in result.sizes.tolist()})
    # Sizes such as 1, 2, 5, 10 all fit; more would run into each other.
    ax.set_xticks(ticks if len(ticks) <= 10 else [t for t in ticks if np.log10(t) % 1 == 0])
    ax.xaxis.set_major_formatter(lambda size, _: f"{size:,.0f}")
    ax.set_xticks([], minor=True)
    ax.set_xlabel("people enrolled, K")
    ax.set_ylabel("rank-1 rate")
    if any(isinstance(result, OpenSet) for result in results.values()):
        ax.set_ylabel("identification rate")
    ax.grid(True)
    ax.legend(loc="lower left")
    return ax


def distances(
    genuine: ArrayLike,
    impostor: ArrayLike,
    *,
    threshold: float | None = None,
    bins: int = 60,
    ax: Axes | None = None,
) -> Axes:
    """Draw how the squared distances of genuine and of impostor pairs are spread.

    Parameters
    ----------
    genuine, impostor : array_like, shapes (g,) and (i,)
        As `coursekit.faces.measures.pairs` gives them.
    threshold : float, optional
        A line here, with what is accepted to its left and what is rejected to its right.
    bins : int
    ax : Axes, optional

    Returns
    -------
    Axes
        Shares of each kind, so that the many impostors do not hide the few genuine pairs.
    """
    ax = _axes(ax)
    genuine, impostor = np.asarray(genuine, float), np.asarray(impostor, float)
    edges = np.linspace(0, max(genuine.max(), impostor.max()) or 1.0, bins + 1)
    for values, name, color, line, hatch in (
        (genuine, "same person", BLUE, "-", None),
        (impostor, "two people", ORANGE, "--", "////"),
    ):
        shares = np.histogram(values, edges)[0] / len(values)
        ax.stairs(shares, edges, fill=True, color=color, alpha=_FAINT, linewidth=0)
        if hatch:
            pattern = {"facecolor": "none", "edgecolor": color, "hatch": hatch, "alpha": 0.5}
            ax.stairs(shares, edges, fill=True, linewidth=0, **pattern)
        ax.stairs(shares, edges, color=color, linestyle=line, linewidth=1.8, label=name)
    ax.set_xlim(0, edges[-1])
    ax.set_ylim(0, ax.get_ylim()[1] * (1 if threshold is None else 1.12))
    ax.set_xlabel("squared distance")
    ax.set_ylabel("share of pairs")
    if threshold is not None:
        ax.axvline(threshold, color=INK, linewidth=1.6)
        place = {"xycoords": ax.get_xaxis_transform(), "textcoords": "offset points", "va": "top"}
        left, right = "accept \N{LEFTWARDS ARROW}", "\N{RIGHTWARDS ARROW} reject"
        ax.annotate(left, (threshold, 1), xytext=(-5, -3), ha="right", color=INK, **place)
        ax.annotate(right, (threshold, 1), xytext=(5, -3), ha="left", color=INK, **place)
    # Above the axes: inside, it would lie on one of the two hills.
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, borderaxespad=0.2)
    return ax


def sheet(
    images: Sequence[ArrayLike],
    captions: Sequence[str] | None = None,
    *,
    accepted: Sequence[bool | None] | None = None,
    columns: int | None = None,
    size: float = 0.95,
) -> Figure:
    """Show faces in a grid, each with a caption and a verdict, if there are any.

    Parameters
    ----------
    images : sequence of array_like, shapes (n_H, n_W[, 1 or 3])
        Pictures of 0 to 255.
    captions : sequence of str, optional
        A text under each picture; it may have several lines.
    accepted : sequence of bool or None, optional
        True for a solid frame and a check mark, False for a dashed frame and a cross, None for
        neither.
    columns : int, optional
        Pictures in a row. By default all of up to eight, else eight.
    size : float
        Width of a picture in inches.

    Returns
    -------
    Figure
    """
    import matplotlib.pyplot as plt

    pictures = [np.asarray(image) for image in images]
    for given, what in ((captions, "captions"), (accepted, "verdicts")):
        if given is not None and len(given) != len(pictures):
            raise ValueError(f"{len(given)} {what} for {len(pictures)} pictures")
    if not pictures:
        raise ValueError("a sheet needs at least one picture")
    columns = columns or min(len(pictures), 8)
    rows = -(-len(pictures) // columns)
    lines = max((text.count("\n") + 1 for text in captions), default=0) if captions else 0
    tallest = max(picture.shape[0] / picture.shape[1] for picture in pictures)
    step_x, step_y = 1 + _GAP, tallest + lines * _LINE / size + (_GAP if not lines else 0.07)

    # One pair of axes for all, in widths of a picture: a grid of axes takes seconds to draw.
    figure, ax = plt.subplots(figsize=((columns * step_x) * size, (rows * step_y + 0.06) * size))
    figure.set_layout_engine("none")
    ax.set_position((0, 0, 1, 1))
    ax.axis("off")
    for number, picture in enumerate(pictures):
        row, column = divmod(number, columns)
        left, top = column * step_x, row * step_y
        high = picture.shape[0] / picture.shape[1]
        ax.imshow(
            picture[..., 0] if picture.ndim == 3 and picture.shape[-1] == 1 else picture,
            extent=(left, left + 1, top + high, top),
            cmap="gray",
            vmin=0,
            vmax=255,
        )
        if captions:
            below = {"ha": "center", "va": "top", "fontsize": 9, "linespacing": 1.1}
            ax.text(left + 0.5, top + high + 0.05, captions[number], **below)
        if accepted is not None and accepted[number] is not None:
            _verdict(ax, left, top, high, bool(accepted[number]))
    ax.set_xlim(-_GAP / 2, columns * step_x - _GAP / 2)
    ax.set_ylim(rows * step_y, -0.06)
    ax.set_aspect("equal")
    return figure


def _verdict(ax: Axes, left: float, top: float, high: float, accepted: bool) -> None:
    """A frame around a picture, and a mark in its upper right corner."""
    from matplotlib.patches import Rectangle

    color = BLUE if accepted else ORANGE
    line = "-" if accepted else (0, (2.2, 1.4))
    frame = Rectangle((left, top), 1, high, fill=False, edgecolor=color, linewidth=2.6, zorder=3)
    frame.set(linestyle=line, joinstyle="miter")
    ax.add_patch(frame)
    # On a disk of its own color the mark reads on any picture.
    ax.text(
        left + 0.88,
        top + 0.12,
        "\N{CHECK MARK}" if accepted else "\N{BALLOT X}",
        color="#ffffff",
        fontsize=9,
        fontweight="bold",
        ha="center",
        va="center",
        zorder=4,
        bbox={"boxstyle": "circle,pad=0.2", "facecolor": color, "edgecolor": "#ffffff"},
    )


def _axes(ax: Axes | None) -> Axes:
    if ax is None:
        import matplotlib.pyplot as plt

        _, ax = plt.subplots()
    return ax


def _named(results: Mapping) -> Mapping:
    if not isinstance(results, Mapping) or not results:
        raise ValueError('give at least one curve by its name, as in {"encoder": curve}')
    return results
