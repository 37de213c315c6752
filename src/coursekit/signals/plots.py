"""Traces of the heart on the paper that cardiologists read.

The look is that of `coursekit.plotting`. Kinds of beats differ in their mark, and what was found
stands apart from what is there, so that nothing is said by color alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from coursekit.plotting import BLUE, INK, ORANGE, RED
from coursekit.signals.recording import KINDS, Recording

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MARKERS = {"normal": ("o", BLUE), "premature": ("v", ORANGE)}
_LANE = 0.42  # mV of room under the trace for what was found


def draw_ecg(
    recording: Recording,
    *,
    start: float = 0,
    stop: float | None = None,
    found: Any = None,
    lead: int | str = 0,
    beats: bool = True,
    legend: bool = True,
    ax: Axes | None = None,
) -> Axes:
    """Draw a stretch of a recording on paper with boxes of 0.2 s by 0.5 mV.

    Parameters
    ----------
    recording : Recording
    start, stop : float
        From where to where, in seconds. By default the whole recording.
    found : Marks or array_like of int, optional
        What a detector found: samples, or an object with `beats` and, where it tells them apart,
        `kinds`. They stand in a row of their own under the trace, by their seconds: marks that say
        their `rate` may have another than the recording.
    lead : int or str
        Which lead, by its number or its name.
    beats : bool
        Whether to mark the recording's own beats on the trace.
    legend : bool
        Whether to explain the marks above it.
    ax : Axes, optional
        Where to draw. By default a new figure.

    Returns
    -------
    Axes
        Seconds to the right, millivolts upward.

    Raises
    ------
    ValueError
        For a stretch or a lead that the recording does not have, or marks that are no list.
    """
    import matplotlib.pyplot as plt

    column = _column(recording, lead)
    stop = recording.seconds if stop is None else stop
    stretch = recording.cut(start, stop)
    voltage = stretch.signal[:, column]
    time = start + np.arange(len(voltage)) / recording.rate
    if ax is None:
        _, ax = plt.subplots(figsize=(8.4, 2.6 if found is None else 2.9))

    low, high = float(voltage.min()), float(voltage.max())
    low, high = 0.5 * np.floor(low / 0.5 - 0.3), 0.5 * np.ceil(high / 0.5 + 0.3)
    rows = _samples(found)
    bottom = low - (0.0 if rows is None else _LANE)
    _paper(ax, start, stop, low, high)
    ax.plot(time, voltage, color=INK, linestyle="-", linewidth=1.1, zorder=3)

    if beats:
        for kind in KINDS:
            at = stretch.beats[stretch.kinds == kind]
            marker, color = _MARKERS[kind]
            style = {"markersize": 8, "markerfacecolor": "none", "markeredgewidth": 1.4}
            if len(at):
                ax.plot(
                    start + at / recording.rate,
                    voltage[at],
                    marker,
                    color=color,
                    label=kind,
                    zorder=4,
                    **style,
                )
    if rows is not None:
        ax.axhline(low, color=INK, linewidth=0.6, linestyle="-", zorder=2)
        for kind, at in rows.items():
            seconds = at / getattr(found, "rate", recording.rate)
            seconds = seconds[(seconds >= start) & (seconds < stop)]
            marker, color = _MARKERS[kind]
            name = kind if len(rows) > 1 else "beat"
            if len(seconds):
                ax.plot(
                    seconds,
                    np.full(len(seconds), low - _LANE / 2),
                    marker,
                    color=color,
                    label=f"{name}, as found",
                    markersize=6,
                    zorder=4,
                )
    ax.set_xlim(start, stop)
    ax.set_ylim(bottom, high)
    ax.set_xlabel("time (s)")
    ax.set_ylabel(f"{recording.leads[column]} (mV)")
    if legend and ax.get_legend_handles_labels()[1]:
        ax.legend(
            loc="lower left",
            bbox_to_anchor=(0, 1),
            ncols=4,
            borderaxespad=0.2,
            handletextpad=0.2,
            columnspacing=1.2,
            fontsize=10,
        )
    return ax


def _paper(ax: Axes, start: float, stop: float, low: float, high: float) -> None:
    """Boxes of 0.2 s by 0.5 mV, those of 0.04 s by 0.1 mV where there is room, and the numbers."""
    seconds = stop - start
    # A long strip has no room for the boxes; each fifth line is a second.
    box = 0.2 if seconds <= 16 else 1.0
    if seconds <= 3:
        _lines(ax, start, stop, 0.04, low, high, 0.1, 0.16)
    _lines(ax, start, stop, box, low, high, 0.5, 0.42)
    tick = next((t for t in (0.2, 0.5, 1, 2, 5, 10, 30) if seconds / t <= 12), 60)
    ax.set_xticks(_multiples(start, stop, tick))
    ax.set_yticks(_multiples(low, high, 0.5 if high - low <= 3 else 1.0))
    for side in ("left", "bottom"):
        ax.spines[side].set_visible(False)
    ax.tick_params(length=0)
    ax.tick_params(axis="x", pad=8)  # clear of the lowest number on the left


def _lines(
    ax: Axes,
    start: float,
    stop: float,
    step: float,
    low: float,
    high: float,
    volts: float,
    alpha: float,
) -> None:
    style = {"color": RED, "alpha": alpha, "linewidth": 0.5, "linestyle": "-", "zorder": 1}
    ax.vlines(_multiples(start, stop, step), low, high, **style)
    ax.hlines(_multiples(low, high, volts), start, stop, **style)


def _multiples(low: float, high: float, step: float) -> np.ndarray:
    """The multiples of a step from low to high, both counted if they are some."""
    return step * np.arange(np.ceil(low / step - 1e-6), np.floor(high / step + 1e-6) + 1)


def _column(recording: Recording, lead: int | str) -> int:
    if isinstance(lead, str):
        if lead not in recording.leads:
            raise ValueError(f'no lead "{lead}" here, only {", ".join(recording.leads)}')
        return recording.leads.index(lead)
    if not 0 <= lead < len(recording.leads):
        raise ValueError(f"lead {lead} of a recording with {len(recording.leads)}, counted from 0")
    return int(lead)


def _samples(found: Any) -> dict[str, np.ndarray] | None:
    """Found beats by their kind; all under "normal" where kinds are not told apart."""
    if found is None:
        return None
    kinds = getattr(found, "kinds", None)
    beats = getattr(found, "beats", found)
    one = np.iterable(beats) and not any(np.ndim(beat) for beat in beats)
    at = np.asarray(beats if one else "several")
    if at.ndim != 1 or (at.size and at.dtype.kind not in "iuf"):
        raise ValueError("found is one list of samples, or Marks, not several lists or strings")
    if kinds is None:
        return {"normal": at}
    if np.shape(kinds) != at.shape:
        raise ValueError(f"found has {np.size(kinds)} kinds for {at.size} beats")
    return {kind: at[np.asarray(kinds) == kind] for kind in KINDS}
