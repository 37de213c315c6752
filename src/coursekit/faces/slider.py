"""A threshold to drag: pairs of faces that move between accepted and rejected, in the page."""

from __future__ import annotations

import base64
import html
import io
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["ThresholdSlider"]

_STEP = 0.02  # of the threshold, as the reader can set it


@dataclass(frozen=True)
class ThresholdSlider:
    """Distances of many pairs, and a few of the pairs as pictures, for the book's slider.

    Shown in a notebook it is a list of the pairs in the order of their distance; the script of the
    book makes it interactive.

    Parameters
    ----------
    distances : array_like, shape (m,)
        Squared distances between the encodings of two pictures, at least 0.
    same : array_like of bool, shape (m,)
        Whether both pictures show the same person. Both kinds have to occur.
    pictures : array_like of uint8, shape (k, 2, n, n, 3)
        The two pictures of each of the first `k` pairs.
    threshold : float
        Where the slider stands at first.
    caption : str
        What the figure shows, as plain text.

    Raises
    ------
    ValueError
        If the shapes do not fit together, or one kind of pair is missing.
    """

    distances: ArrayLike
    same: ArrayLike
    pictures: ArrayLike = field(repr=False)
    threshold: float
    caption: str

    def __post_init__(self) -> None:
        distances, same = np.asarray(self.distances, float), np.asarray(self.same, bool)
        if distances.ndim != 1 or distances.shape != same.shape:
            raise ValueError(
                f"distances and same have to be vectors of one length, not of shapes "
                f"{distances.shape} and {same.shape}"
            )
        if not np.all(distances >= 0):
            raise ValueError("squared distances are numbers from 0 on")
        if same.all() or not same.any():
            raise ValueError("there have to be pairs of the same person and of different people")
        if len(self.pictures) > len(distances):
            raise ValueError(
                f"pictures of {len(self.pictures)} pairs, but distances of {len(distances)}"
            )

    def _repr_html_(self) -> str:
        distances, same = np.asarray(self.distances, float), np.asarray(self.same, bool)
        settings = _STEP * np.arange(int(distances.max() / _STEP) + 3)
        # For each pair the lowest setting that accepts it: by the very comparison of the page.
        lowest = np.searchsorted(settings, distances)
        counts = {
            kind: np.bincount(lowest[which], minlength=len(settings)).tolist()
            for kind, which in (("genuine", same), ("impostor", ~same))
        }
        data = {"step": _STEP, "start": self.threshold, **counts}
        order = np.argsort(distances[: len(self.pictures)], kind="stable")
        pairs = "".join(_pair(self.pictures[i], distances[i], same[i]) for i in order)
        return (
            f'<figure class="threshold" data-threshold="{html.escape(json.dumps(data))}">'
            f'<div class="threshold-body"><ul class="threshold-pairs">{pairs}</ul></div>'
            f"<figcaption><p>{html.escape(self.caption)}</p></figcaption></figure>"
        )

    def __repr__(self) -> str:
        same = np.asarray(self.same, bool)
        return (
            f"a slider over {same.sum()} pairs of the same person and {(~same).sum()} of "
            "different people"
        )


def _pair(pictures: np.ndarray, distance: float, same: bool) -> str:
    said = "same person" if same else "different people"
    images = "".join(
        f'<img src="data:image/jpeg;base64,{_jpeg(picture)}" alt="{which} drawn face of the pair">'
        for which, picture in zip(("first", "second"), pictures)
    )
    return (
        f'<li class="threshold-pair" data-distance="{float(distance)!r}" data-same="{int(same)}">'
        f"{images}<span>{said}<br>distance {distance:.2f}</span></li>"
    )


def _jpeg(picture: np.ndarray) -> str:
    from PIL import Image

    held = io.BytesIO()
    # Noise makes a PNG four times as large, for no difference at this size.
    Image.fromarray(np.asarray(picture, np.uint8)).save(held, "JPEG", quality=90, subsampling=0)
    return base64.b64encode(held.getvalue()).decode()
