"""Frames to scroll through in the page: a film, or the slices of a volume."""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["FrameSlider"]


@dataclass(frozen=True)
class FrameSlider:
    """Pictures of one size, one of which the reader sees at a time, by a slider.

    Shown in a notebook it is a strip of all frames; the script of the book makes it interactive.

    Parameters
    ----------
    frames : array_like, shape (m, n_H, n_W) or (m, n_H, n_W, 3)
        At least two. Integers from 0 to 255, or floats from 0 to 1; gray where there is no last
        axis.
    labels : sequence of str
        What to say of each frame, such as its step and its cost.
    name : str
        What the slider moves along, such as "step" or "slice".
    alt : str
        What the frames show, for people who do not see them.
    caption : str
        What the reader learns from it, as plain text.
    start : int
        The frame that is seen at first; negative numbers count from the end.
    smooth : bool
        Whether pictures are drawn larger with soft pixels; hard ones suit small scans.

    Raises
    ------
    ValueError
        If there are fewer than two frames, the numbers are out of range, labels do not fit, or
        there is no frame `start`.
    """

    frames: ArrayLike = field(repr=False)
    labels: Sequence[str]
    name: str
    alt: str
    caption: str
    start: int = -1
    smooth: bool = True

    def __post_init__(self) -> None:
        frames = _bytes(self.frames)
        if len(frames) != len(self.labels):
            raise ValueError(f"{len(frames)} frames need as many labels, not {len(self.labels)}")
        if not -len(frames) <= self.start < len(frames):
            raise ValueError(f"there is no frame {self.start} among {len(frames)}")

    def _repr_html_(self) -> str:
        frames = _bytes(self.frames)
        items = "".join(
            f'<li class="frames-one"><img src="data:image/jpeg;base64,{_jpeg(frame)}" '
            f'alt="{html.escape(f"{self.alt}: {label}")}"><span>{html.escape(label)}</span></li>'
            for frame, label in zip(frames, self.labels)
        )
        return (
            f'<figure class="frames{"" if self.smooth else " frames-hard"}" '
            f'data-start="{self.start % len(frames)}" data-name="{html.escape(self.name)}">'
            f'<div class="frames-body"><ol class="frames-strip">{items}</ol></div>'
            f"<figcaption><p>{html.escape(self.caption)}</p></figcaption></figure>"
        )

    def __repr__(self) -> str:
        return (
            f"a slider over {len(self.labels)} frames, from {self.labels[0]} to {self.labels[-1]}"
        )


def _bytes(frames: ArrayLike) -> np.ndarray:
    """Frames as integers from 0 to 255."""
    frames = np.asarray(frames)
    if frames.ndim not in (3, 4) or (frames.ndim == 4 and frames.shape[-1] != 3):
        raise ValueError(
            f"frames have shape {frames.shape}, but the shape is (m, n_H, n_W) or (m, n_H, n_W, 3)"
        )
    if len(frames) < 2 or 0 in frames.shape:
        raise ValueError(f"a slider needs two frames or more with pixels, not shape {frames.shape}")
    top = 1 if frames.dtype.kind == "f" else 255
    if not np.all((frames >= 0) & (frames <= top)):
        raise ValueError(f"numbers of type {frames.dtype} in a frame lie from 0 to {top}")
    return np.asarray(np.round(frames * (255 / top)), np.uint8)


def _jpeg(frame: np.ndarray) -> str:
    from PIL import Image

    held = io.BytesIO()
    Image.fromarray(frame).save(held, "JPEG", quality=88, subsampling=0)
    return base64.b64encode(held.getvalue()).decode()
