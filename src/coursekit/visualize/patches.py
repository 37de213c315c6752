"""The parts of given pictures that excite a unit most."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from coursekit.visualize.fields import ReceptiveField, receptive_field
from coursekit.visualize.graph import (
    as_pictures,
    at_least_one,
    check_units,
    count_units,
    find_layer,
    up_to,
)

if TYPE_CHECKING:
    import keras
    from numpy.typing import ArrayLike


class Patches(NamedTuple):
    """Parts of pictures that excite units most; the strongest first.

    - `patches`, shape (n_units, k, f_H, f_W, n_C), float32: what the unit saw, cut out of the
      picture.
    - `activations`, shape (n_units, k), float32: what it answered.
    - `positions`, shape (n_units, k, 3), int64: number of the picture, and row and column of the
      unit in the output of its layer.
    - `units`, shape (n_units,), int64: their numbers.
    """

    patches: np.ndarray
    activations: np.ndarray
    positions: np.ndarray
    units: np.ndarray


def top_patches(
    model: keras.Model,
    layer: str,
    images: ArrayLike | Sequence[ArrayLike],
    units: int | Sequence[int] | None = None,
    k: int = 9,
    *,
    per_picture: int = 1,
    inside: bool = True,
    batch_size: int = 32,
    preprocess: Callable | None = None,
    fill: float = 0.5,
) -> Patches:
    """For each unit, the k patches of the pictures that excite it most (Zeiler and Fergus, 2014).

    Parameters
    ----------
    model : keras.Model
        As for `receptive_field`.
    layer : str
        Name of the layer. Its output is what counts as excitement.
    images : array_like, shape (m, n_H, n_W, n_C), or sequence of pictures
        From 0 to 1, or uint8. A sequence may mix sizes where the model takes any.
    units : int or sequence of int, optional
        By default all units of the layer.
    k : int
        How many patches for each unit.
    per_picture : int
        At most so many patches of one picture, at least half a receptive field apart; more where
        there are too few pictures for k patches.
    inside : bool
        Pass over positions whose field reaches beyond the border, where padding excites some units
        more than any picture; but not in pictures that have no other positions.
    batch_size : int
        Pictures that pass through the network at once.
    preprocess : callable, optional
        Makes of a batch of pictures from 0 to 1 what the model takes.
    fill : float
        Value of what lies beyond the border of a picture.

    Returns
    -------
    Patches

    Raises
    ------
    ValueError
        Where there is no such layer or unit, there are no pictures, or too few positions in them
        for k patches.

    Notes
    -----
    A unit behind a ReLU that nothing excites has activations of 0: its patches mean nothing.
    """
    call = find_layer(model, layer)
    n_units = count_units(call, layer)
    chosen = np.arange(n_units) if units is None else check_units(units, n_units, layer)
    k, per_picture = at_least_one("k", k), at_least_one("per_picture", per_picture)
    batch_size = at_least_one("batch_size", batch_size)
    pictures = as_pictures(images, model)
    per_picture = max(per_picture, -(-k // len(pictures)))
    network = up_to(model, call.outputs[0])
    fields = {
        size: receptive_field(model, layer, size=size) for size in {p.shape[:2] for p in pictures}
    }

    # The best so far, for each unit: excitement, and picture, row and column.
    best = np.empty((len(chosen), 0), np.float32)
    where = np.empty((len(chosen), 0, 3), np.int64)
    for first, batch in _batches(pictures, batch_size):
        inputs = batch if preprocess is None else preprocess(batch)
        activations = np.asarray(network(inputs, training=False))
        if activations.ndim == 2:
            activations = activations[:, None, None, :]
        field = fields[batch.shape[1:3]]
        allowed = np.ones(activations.shape[1:3], bool)
        if inside:
            allowed = _within(field, allowed.shape, batch.shape[1:3])
        values, places = _strongest(activations[..., chosen], allowed, field, per_picture)
        places[..., 0] += first
        best = np.concatenate([best, values], axis=1)
        where = np.concatenate([where, places], axis=1)
        # Stable: of equals the first picture comes first.
        order = np.argsort(-best, axis=1, kind="stable")[:, :k]
        best = np.take_along_axis(best, order, axis=1)
        where = np.take_along_axis(where, order[..., None], axis=1)
    if best.shape[1] < k or (best == -np.inf).any():
        raise ValueError(
            f"{len(pictures)} pictures have fewer than k={k} patches for layer {layer!r}: ask for "
            "fewer or pass more pictures"
        )
    cut = [
        [
            _cut(pictures[number], fields[pictures[number].shape[:2]].box(row, col), fill)
            for number, row, col in places
        ]
        for places in where
    ]
    if len({patch.shape for row in cut for patch in row}) > 1:
        raise ValueError(
            f"units of layer {layer!r} see whole pictures, which differ in size: scale them to one"
        )
    return Patches(np.array(cut, np.float32), best, where, chosen)


def _within(field: ReceptiveField, shape: tuple[int, int], picture: tuple[int, int]) -> np.ndarray:
    """Which positions see nothing beyond the border; all, where none is so, of this shape."""
    ways = []
    for axis in range(2):
        first = field.start[axis] + field.stride[axis] * np.arange(shape[axis])
        ways.append((first >= 0) & (first + field.size[axis] <= picture[axis]))
    allowed = ways[0][:, None] & ways[1]
    return allowed if allowed.any() else np.ones(shape, bool)


def _strongest(
    activations: np.ndarray, allowed: np.ndarray, field: ReceptiveField, count: int
) -> tuple[np.ndarray, np.ndarray]:
    """The `count` strongest allowed positions of each unit in each picture, (n_units, m * count).

    Taken one after the other; those nearer than half a field to one taken are passed over.
    """
    m, n_H, n_W, n_units = activations.shape
    left = np.where(allowed[..., None], activations, -np.inf).astype(np.float32)
    rows, cols = np.arange(n_H)[None, :, None, None], np.arange(n_W)[None, None, :, None]
    # In positions of the layer; where all is seen from one position, nothing else is apart.
    apart = [size / 2 / step if step else np.inf for size, step in zip(field.size, field.stride)]
    values = np.empty((m, count, n_units), np.float32)
    places = np.empty((m, count, n_units, 3), np.int64)
    places[..., 0] = np.arange(m)[:, None, None]
    for turn in range(count):
        top = left.reshape(m, n_H * n_W, n_units).argmax(axis=1)
        row, col = np.divmod(top, n_W)
        values[:, turn] = left[np.arange(m)[:, None], row, col, np.arange(n_units)]
        places[:, turn, :, 1], places[:, turn, :, 2] = row, col
        if turn + 1 < count:
            near = (np.abs(rows - row[:, None, None]) < apart[0]) & (
                np.abs(cols - col[:, None, None]) < apart[1]
            )
            left[near] = -np.inf
    by_unit = values.transpose(2, 0, 1).reshape(n_units, m * count)
    return by_unit, places.transpose(2, 0, 1, 3).reshape(n_units, m * count, 3)


def _cut(picture: np.ndarray, box: tuple[int, int, int, int], fill: float) -> np.ndarray:
    """A part of a picture, with what lies beyond its border filled."""
    top, left, bottom, right = box
    n_H, n_W, n_C = picture.shape
    patch = np.full((bottom - top, right - left, n_C), fill, np.float32)
    inside = slice(max(top, 0), min(bottom, n_H)), slice(max(left, 0), min(right, n_W))
    if inside[0].start < inside[0].stop and inside[1].start < inside[1].stop:
        patch[
            inside[0].start - top : inside[0].stop - top,
            inside[1].start - left : inside[1].stop - left,
        ] = picture[inside]
    return patch


def _batches(pictures: list[np.ndarray], size: int) -> Iterable[tuple[int, np.ndarray]]:
    """Neighbors of one shape together, with the number of the first of them."""
    first = 0
    while first < len(pictures):
        last = first + 1
        while (
            last < min(len(pictures), first + size)
            and pictures[last].shape == pictures[first].shape
        ):
            last += 1
        yield first, np.stack(pictures[first:last])
        first = last
