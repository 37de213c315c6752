"""Short films of an edge that moves: where it moves to stands in no single frame.

A film is a volume whose third axis is time. Here a bar, wider than it seems in a small picture, so
that mostly one of its edges is seen, moves at an even speed along its normal. Each film of one
direction, run backwards, is a film of the opposite direction that is just as likely; so any one
frame is as likely in both. The idea that motion is orientation in space and time is from E. H.
Adelson and J. R. Bergen, "Spatiotemporal energy models for the perception of motion", 1985.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from coursekit.volumes.scan import are_whole

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["direction_names", "moving_edge", "shuffle_frames"]

_NAMES = ("right", "up right", "up", "up left", "left", "down left", "down", "down right")


def moving_edge(
    n: int,
    shape: tuple[int, int, int] = (16, 16, 8),
    *,
    directions: int = 4,
    speed: float | tuple[float, float] = 1.0,
    noise: float = 0.05,
    seed: int = 0,
) -> tuple[np.ndarray, np.ndarray]:
    """Draw films of an edge that moves.

    Position, width and contrast are random, bright on dark or dark on bright. Edges are drawn to a
    part of a pixel, so that slow motion is seen too.

    Parameters
    ----------
    n : int
        How many films.
    shape : (n_H, n_W, n_T)
        Rows, columns and frames.
    directions : int
        2 (right, left), 4 (up and down too) or 8 (slanted ones too). A frame shows the line along
        which its edge moves, never which way: who sees single frames guesses between two.
    speed : float or (float, float)
        Pixels from frame to frame, or the smallest and the largest of them.
    noise : float
        Standard deviation of the noise.
    seed : int

    Returns
    -------
    films : ndarray, shape (n, n_H, n_W, n_T), float32
        About 0 to 1.
    labels : ndarray, shape (n,), int
        Numbers of the directions, as in `direction_names`; each occurs as often as any other, or
        once more.

    Raises
    ------
    ValueError
        If there is no such number of directions, a number is of no use, or the speed is so high
        that it could be taken for a motion the other way.
    """
    if np.shape(shape) != (3,) or not are_whole(n, *shape) or min(n, *shape) < 1:
        raise ValueError(
            f"n={n} and shape={shape}, but there is at least 1 film (n_H, n_W, n_T), all of them "
            "whole numbers"
        )
    turns = 2 * np.pi * np.arange(len(direction_names(directions))) / directions
    n_H, n_W, n_T = shape
    # Length of the picture along each direction, and of what repeats along it.
    longest = n_W * np.abs(np.cos(turns)) + n_H * np.abs(np.sin(turns))
    if np.shape(speed) not in ((), (2,)):
        raise ValueError(f"speed is {speed}, but it is one number, or the smallest and the largest")
    slow, fast = np.broadcast_to(np.asarray(speed, float), 2)
    if not 0 < slow <= fast < longest.min() / 4:
        raise ValueError(
            f"speed is {speed}, but it lies above 0 and below a quarter of the picture, "
            f"{longest.min() / 4:g} pixels from frame to frame"
        )
    if not 0 <= noise < np.inf:
        raise ValueError(f"noise is {noise}, but it is 0 or more")
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.arange(n) % directions)

    def column(values: np.ndarray) -> np.ndarray:
        return np.asarray(values, np.float32)[:, None, None, None]

    period = column(longest[labels] * rng.uniform(1.0, 1.5, n))
    width = period * column(rng.uniform(0.3, 0.7, n))
    start = period * column(rng.random(n))
    pixels = column(rng.uniform(slow, fast, n))
    contrast = column(rng.uniform(0.4, 0.9, n) * rng.choice((-1, 1), n))
    mean = column(rng.uniform(0.45, 0.55, n))

    rows = (np.arange(n_H, dtype=np.float32) - (n_H - 1) / 2)[:, None, None]
    cols = (np.arange(n_W, dtype=np.float32) - (n_W - 1) / 2)[:, None]
    # Rows are counted downwards: up is to smaller ones.
    along = column(np.cos(turns)[labels]) * cols - column(np.sin(turns)[labels]) * rows
    # After one period the bar comes again, so that it is anywhere at any time.
    apart = (along - start - pixels * np.arange(n_T, dtype=np.float32)) % period
    share = np.clip(0.5 + width / 2 - np.abs(apart - period / 2), 0, 1)
    films = mean + contrast * (share - np.float32(0.5))
    return films + np.float32(noise) * rng.standard_normal(films.shape, np.float32), labels


def direction_names(directions: int = 4) -> tuple[str, ...]:
    """What the labels of `moving_edge` mean, counterclockwise from "right"."""
    if not are_whole(directions) or directions not in (2, 4, 8):
        raise ValueError(f"directions is {directions}, but it is 2, 4 or 8")
    return _NAMES[:: 8 // directions]


def shuffle_frames(films: ArrayLike, *, seed: int = 0) -> np.ndarray:
    """The same films (m, n_H, n_W, n_T), the frames of each in a random order of its own."""
    films = np.asarray(films)
    if films.ndim != 4:
        raise ValueError(f"films have shape {films.shape}, but the shape is (m, n_H, n_W, n_T)")
    m, _, _, n_T = films.shape
    order = np.random.default_rng(seed).permuted(np.tile(np.arange(n_T), (m, 1)), axis=1)
    return np.take_along_axis(films, order[:, None, None, :], axis=-1)
