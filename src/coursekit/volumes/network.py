"""The networks that tell nodules from vessels: one looks in three dimensions, its fellow in two.

A candidate is a cube of 15 by 15 by 15 voxels of 1 mm. The network in three dimensions sees all of
it. Its fellow sees the middle slice, has as many layers of the same kinds, and is wider, so that
both have the same number of weights. Neither has a dense layer: four convolutions without padding
leave one place of the cube, and a filter of one voxel makes one number of its channels, the logit.
So each runs over a whole scan as well, and gives a map with a logit for every second millimeter.

After `coursekit.use(my_conv3d_forward)` `tell_nodules` runs the network on yours.
`training.py` makes the weights.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from coursekit.exercises import own
from coursekit.layers import convolve
from coursekit.weights import load_weights

SIZE = 15  # voxels of a candidate along each axis
STRIDES = (2, 1, 1, 1)  # of the convolutions, each with filters of 3 voxels: 15, 7, 5, 3, 1
WIDTHS = (8, 16, 32, 32)  # channels of the network in three dimensions
STEP = 2  # voxels between two places of the map over a whole scan
_SLAB = 500_000  # places of the map that are computed at a time
_THEIRS = 8  # candidates at a time on a student's function, so that an error shows soon
WEIGHTS = Path(__file__).parent / "weights"


class Marks(NamedTuple):
    """What was marked as nodules, the surest first."""

    positions: np.ndarray  # (k, 3) in voxels of the scan, along rows, columns and depth
    confidences: np.ndarray  # (k,) from 0 to 1


def build_network(dimensions: int = 3, *, slices: int = 1, widths=WIDTHS, seed: int = 0):
    """A network with random weights that makes one logit of a candidate: above 0 for a nodule.

    Parameters
    ----------
    dimensions : {3, 2}
        Filters of 3 by 3 by 3 voxels, or of 3 by 3.
    slices : int
        With two dimensions: how many slices around the middle it sees, as channels; odd.
    widths : sequence of 4 int
        Channels of the four convolutions in three dimensions. With two dimensions they are
        scaled up to the same number of weights, biases included.
    seed : int
        Fixes the random weights.

    Returns
    -------
    keras.Model
        Takes (m, n_H, n_W, n_D, 1), or (m, n_H, n_W, slices): at least 15 along each spatial axis.
        Gives (m, n_H', n_W', n_D', 1), or (m, n_H', n_W', 1), where
        ``n' = floor((n - 15) / 2) + 1``.

    Raises
    ------
    ValueError
        If it can have no such form.
    """
    if dimensions not in (2, 3):
        raise ValueError(f"dimensions is {dimensions}, but a network here has 2 or 3")
    if slices % 2 == 0 or not 1 <= slices <= SIZE or (dimensions == 3 and slices != 1):
        raise ValueError(
            f"slices is {slices}, but a network of 2 dimensions sees an odd number of them from 1 "
            f"to {SIZE}, and one of 3 dimensions always sees all (slices=1)"
        )
    if len(widths) != len(STRIDES) or min(widths) < 1:
        raise ValueError(
            f"widths is {widths}, but it must give the channels of {len(STRIDES)} convolutions"
        )
    from keras import Input, Model, initializers, layers

    if dimensions == 2:
        widths = _wider(widths, slices)
    convolution = layers.Conv3D if dimensions == 3 else layers.Conv2D
    voxels = Input((*[None] * dimensions, slices), name="voxels")
    x = voxels
    for number, (width, stride) in enumerate(zip(widths, STRIDES), start=1):
        x = convolution(
            width,
            3,
            strides=stride,
            activation="relu",
            # A seed for every layer, so that the global random state is neither used nor changed.
            kernel_initializer=initializers.HeNormal(seed=1000 * seed + number),
            name=f"conv{number}",
        )(x)
    x = convolution(
        1, 1, kernel_initializer=initializers.GlorotNormal(seed=1000 * seed), name="logit"
    )(x)
    return Model(voxels, x, name=f"nodules{dimensions}d")


def _wider(widths, slices: int) -> list[int]:
    """The channels in two dimensions that come nearest to the weights of those in three."""
    wanted = _count([1, *widths, 1], 3)
    scales = np.linspace(1, 4, 601)
    tried = [[max(1, round(scale * width)) for width in widths] for scale in scales]
    return min(tried, key=lambda wide: abs(_count([slices, *wide, 1], 2) - wanted))


def _count(channels, dimensions: int) -> int:
    """Weights and biases of a network of these channels, from input to logit."""
    sides = [3] * len(STRIDES) + [1]
    return sum(
        (side**dimensions * c_prev + 1) * c
        for side, c_prev, c in zip(sides, channels, channels[1:])
    )


def load_network(dimensions: int = 3):
    """One of the two networks that the package ships, trained on drawn scans.

    Parameters
    ----------
    dimensions : {3, 2}

    Returns
    -------
    keras.Model
        A new copy with every call: training it further changes nobody else's.

    Raises
    ------
    ValueError, FileNotFoundError
        If there is no such network, or its file of weights is damaged or missing.
    """
    model = build_network(dimensions)
    load_weights(model, shipped(dimensions))
    return model


def shipped(dimensions: int) -> Path:
    """The file of weights that the package ships."""
    return WEIGHTS / f"nodules-{dimensions}d.npz"


@functools.cache
def _shipped(dimensions: int):
    return load_network(dimensions)


def tell_nodules(
    cubes: np.ndarray, dimensions: int = 3, *, model: Any = None, batch_size: int = 128
) -> np.ndarray:
    """How probable it is that candidates are nodules.

    Parameters
    ----------
    cubes : ndarray, shape (m, 15, 15, 15)
        What `candidates` draws, or `Scan.crop` cuts out at 1 mm a voxel.
    dimensions : {3, 2}
        Which of the shipped networks answers.
    model : keras.Model, optional
        Another network that `build_network` made.
    batch_size : int
        Candidates at a time: bounds the memory.

    Returns
    -------
    ndarray, shape (m,), float32
        Probabilities from 0 to 1.

    Raises
    ------
    ValueError
        If these are no candidates, or your `conv3d_forward`, after `use`, fails or returns
        something of another shape.
    """
    cubes = _as_cubes(cubes)
    model = _shipped(dimensions) if model is None else model
    students = own("conv3d_forward") if len(model.input_shape) == 5 else None
    if students:
        batch_size = min(batch_size, _THEIRS)
    logits = [np.zeros(0, np.float32)]
    for start in range(0, len(cubes), batch_size):
        seen = what_is_seen(cubes[start : start + batch_size], model)
        Z = _on_theirs(seen, model) if students else model(seen, training=False)
        logits.append(np.asarray(Z, np.float32).reshape(len(seen)))
    return _sigmoid(np.concatenate(logits))


def what_is_seen(cubes: np.ndarray, model: Any) -> np.ndarray:
    """What a network sees of candidates: all of them, or the middle slices as channels."""
    if len(model.input_shape) == 5:
        return cubes[..., np.newaxis]
    middle, around = cubes.shape[-1] // 2, model.input_shape[-1] // 2
    return cubes[..., middle - around : middle + around + 1]


def _as_cubes(cubes) -> np.ndarray:
    cubes = np.asarray(cubes, np.float32)
    if cubes.ndim != 4 or cubes.shape[1:] != (SIZE,) * 3:
        raise ValueError(
            f"the cubes have shape {cubes.shape}, but candidates have the shape "
            f"(m, {SIZE}, {SIZE}, {SIZE}); a single one becomes that by cube[np.newaxis]"
        )
    return cubes


def _on_theirs(A_prev: np.ndarray, model: Any) -> np.ndarray:
    """The logits of candidates, layer by layer on a student's `conv3d_forward`."""
    for layer in model.layers:
        if not hasattr(layer, "kernel"):
            continue  # the input
        shape = tuple(layer.compute_output_shape(A_prev.shape))
        Z = convolve("conv3d_forward", A_prev, layer, shape, layer.strides[0])
        A_prev = np.maximum(Z, 0) if layer.activation.__name__ == "relu" else Z
    return A_prev


def mark_nodules(scan, dimensions: int = 3, *, model: Any = None, threshold: float = 0.5) -> Marks:
    """Mark the nodules of a whole scan.

    The scan is resampled to voxels of 1 mm, and the network runs over all of it. Where its map of
    logits has a peak above the threshold, there is a mark. This runs on Keras, also after `use`.

    Parameters
    ----------
    scan : Scan
    dimensions : {3, 2}
        Which of the shipped networks answers. In two dimensions it takes slice by slice; peaks
        are sought in all three.
    model : keras.Model, optional
        Another network that `build_network` made.
    threshold : float
        The probability from which on a place is marked, above 0 and below 1.

    Returns
    -------
    Marks
        Positions in voxels of the scan as it was given, and confidences, the surest first.

    Raises
    ------
    ValueError
        If the threshold is not between 0 and 1.
    """
    from skimage.feature import peak_local_max

    if not 0 < threshold < 1:
        raise ValueError(f"threshold is {threshold}, but a probability lies between 0 and 1")
    model = _shipped(dimensions) if model is None else model
    voxels = scan.resampled(1.0).gray()
    logits = map_of_logits(voxels, model)
    peaks = peak_local_max(
        logits,
        min_distance=2,
        threshold_abs=float(np.log(threshold / (1 - threshold))),
        exclude_border=False,
    )
    confidences = _sigmoid(logits[tuple(peaks.T)])
    places = STEP * np.array([_around(logits, peak) for peak in peaks]).reshape(-1, 3)
    # From voxels of 1 mm to those of the scan: their outer borders lie in the same places.
    scale = np.array(scan.voxels.shape) / voxels.shape
    order = np.argsort(-confidences, kind="stable")
    return Marks(((places + 0.5) * scale - 0.5)[order], confidences[order])


def map_of_logits(voxels: np.ndarray, model: Any) -> np.ndarray:
    """The network over a whole scan.

    Parameters
    ----------
    voxels : ndarray, shape (n_H, n_W, n_D)
        At 1 mm; around it the outermost voxels are repeated, so that the border is seen as well.
    model : keras.Model

    Returns
    -------
    ndarray, shape (ceil(n_H / 2), ceil(n_W / 2), ceil(n_D / 2))
        The logit at [i, j, k] is that of the candidate around voxel [2i, 2j, 2k].
    """
    flat, half = len(model.input_shape) == 4, SIZE // 2
    around = model.input_shape[-1] // 2 if flat else half
    padded = np.pad(voxels, [(half, half), (half, half), (around, around)], mode="edge")
    n_H, n_W, n_D = (-(-n // STEP) for n in voxels.shape)
    logits = np.empty((n_H, n_W, n_D), np.float32)
    # A slab at a time: a large scan would need gigabytes for what lies between the layers.
    thick = max(1, _SLAB // (n_H * n_W))
    for start in range(0, n_D, thick):
        stop = min(start + thick, n_D)
        if flat:
            firsts = range(STEP * start, STEP * stop, STEP)
            slices = np.stack([padded[..., k : k + 2 * around + 1] for k in firsts])
            found = np.asarray(model(slices, training=False))[..., 0]
            logits[..., start:stop] = np.moveaxis(found, 0, 2)
        else:
            slab = padded[np.newaxis, ..., STEP * start : STEP * (stop - 1) + SIZE, np.newaxis]
            logits[..., start:stop] = np.asarray(model(slab, training=False))[0, ..., 0]
    return logits


def _around(logits, peak):
    """The middle of a peak, between the places of the map: the mean place, by probability."""
    near = np.indices((3, 3, 3)).reshape(3, -1).T + peak - 1
    near = near[np.all((near >= 0) & (near < logits.shape), axis=1)]
    return np.average(near, axis=0, weights=_sigmoid(logits[tuple(near.T)]))


def _sigmoid(logits):
    from scipy.special import expit

    return expit(logits)
