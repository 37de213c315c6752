"""Training of the networks for nodules, and of a small one for films.

The network in three dimensions and its fellow in two learn from the same cubes in the same order,
with the same turns and the same noise, for as many steps. What differs is what they see.

    python -m coursekit.volumes.training

remakes the weights that the package ships, in a few minutes on two cores, and measures both
networks on candidates and on scans that neither has seen.

Films are small enough to learn on a page: `train_film_network`.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from coursekit.volumes import measures
from coursekit.volumes.network import (
    SIZE,
    WEIGHTS,
    build_network,
    mark_nodules,
    shipped,
    tell_nodules,
    what_is_seen,
)
from coursekit.weights import load_weights, save_weights

STEPS = 5000
NOISE = 0.03  # added to each cube in training, at most; a drawn scan goes from 0 to 1
SCAN = {"shape": (96, 96, 64)}  # of the scans that training draws and measures on


def gather(n: int = 6000, scans: Sequence = (), models: Sequence = (), *, seed: int = 0):
    """Cubes to learn from: candidates, and what else a network meets in a whole scan.

    Parameters
    ----------
    n : int
        Candidates to draw; none with 0.
    scans : sequence of Scan, optional
        Drawn scans with voxels of 1 mm to cut cubes from as well, see `cut_cubes`.
    models : sequence of keras.Model, optional
        Networks to learn from the errors of: the cubes that are no nodules come from where these
        raise a false mark. Without them, from bright places and from anywhere.
    seed : int
        Fixes what is drawn.

    Returns
    -------
    cubes : ndarray, shape (m, 15, 15, 15), float32
    labels : int ndarray, shape (m,)
        1 for a nodule in the middle, 0 for anything else.

    Raises
    ------
    ValueError
        If there is nothing to gather from.
    """
    from coursekit.volumes.scans import candidates

    if n < 1 and not len(scans):
        raise ValueError("no candidates and no scans: there is nothing to gather cubes from")
    rng = np.random.default_rng(seed)
    parts = [candidates(n, SIZE, seed=seed)] if n else []
    for scan in scans:
        if models:
            marks = [mark_nodules(scan, model=model, threshold=0.2) for model in models]
            others = np.concatenate([found.positions[:60] for found in marks])
        else:
            anywhere = rng.uniform(0, np.array(scan.shape) - 1, (30, 3))
            others = np.concatenate([bright_places(scan), anywhere])
        parts.append(cut_cubes(scan, others, rng))
    return tuple(np.concatenate(part) for part in zip(*parts))


def cut_cubes(scan, others: np.ndarray, rng: np.random.Generator, *, copies: int = 6):
    """Cubes of a scan: around its nodules, and around other places.

    Parameters
    ----------
    scan : Scan
        Drawn, with voxels of 1 mm.
    others : ndarray, shape (k, 3)
        Places in voxels. Those that are close to a nodule, but not in its middle, are left out.
    rng : numpy.random.Generator
    copies : int
        Cubes of each nodule, moved by up to a voxel along each axis: the map over a whole scan
        has a place for every second voxel only.

    Returns
    -------
    cubes, labels
        As `gather` gives them.
    """
    moved = np.repeat(scan.nodules, copies, axis=0)
    moved = moved + rng.uniform(-1, 1, moved.shape)
    apart = np.linalg.norm(others[:, None] - scan.nodules[None], axis=-1)
    others = others[(apart > scan.radii + 3).all(axis=1)]
    centers = np.concatenate([moved, others])
    cubes = [scan.crop(center, SIZE) for center in centers]
    return np.reshape(cubes, (-1, SIZE, SIZE, SIZE)), (np.arange(len(centers)) < len(moved)).astype(
        int
    )


def bright_places(scan) -> np.ndarray:
    """Places that are brighter than what is around them, at the size of a nodule.

    Peaks of a difference of Gaussians, the plain way to candidates: it finds nodules, and vessels,
    ribs and borders as well.

    Returns
    -------
    ndarray, shape (k, 3)
    """
    from scipy.ndimage import gaussian_filter
    from skimage.feature import peak_local_max

    voxels = scan.gray()
    difference = gaussian_filter(voxels, 1.5) - gaussian_filter(voxels, 4)
    return peak_local_max(difference, min_distance=3, threshold_abs=0.05, exclude_border=False)


def turned(cubes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Each cube mirrored at random along each axis, and turned by 90 degrees within its slices.

    Slices stay slices, so that a network that sees one slice learns what it will be asked.
    """
    result = np.empty_like(cubes)
    for number, (cube, way) in enumerate(zip(cubes, rng.integers(0, 2, (len(cubes), 4)))):
        cube = cube[tuple(slice(None, None, -1 if flip else 1) for flip in way[:3])]
        result[number] = cube.swapaxes(0, 1) if way[3] else cube
    return result


def train_network(
    cubes: np.ndarray,
    labels: np.ndarray,
    *,
    dimensions: int = 3,
    slices: int = 1,
    steps: int = 300,
    batch: int = 64,
    learning_rate: float = 3e-3,
    noise: float = NOISE,
    seed: int = 0,
    progress: bool = True,
    model: Any = None,
):
    """Train a network to tell nodules from what is none.

    Parameters
    ----------
    cubes : ndarray, shape (m, 15, 15, 15)
    labels : array_like, shape (m,)
        1 for a nodule, 0 for anything else.
    dimensions, slices
        As `build_network` takes them.
    steps, batch : int
        Batches to train on, and cubes in one. The default takes some seconds and will do for
        candidates; what the package ships has learned from whole scans, for longer.
    learning_rate : float
        The largest rate; it rises to it in the first twentieth and falls along half a cosine.
    noise : float
        Standard deviation of the noise that is added, at most.
    seed : int
        Fixes weights, batches, turns and noise: all networks of one seed learn from the same cubes.
    progress : bool
        Show a line with loss and time left, on standard error.
    model : keras.Model, optional
        The network to train further; a new one where there is none.

    Returns
    -------
    model : keras.Model
    history : dict of list
        Of every step: "loss" and "accuracy" on its batch.

    Raises
    ------
    ValueError
        If cubes and labels do not fit.
    """
    import tensorflow as tf

    cubes, labels = np.asarray(cubes, np.float32), np.asarray(labels)
    if cubes.ndim != 4 or labels.shape != cubes.shape[:1] or not len(cubes):
        raise ValueError(
            f"cubes have shape {cubes.shape} and labels {labels.shape}, but they must be "
            f"(m, {SIZE}, {SIZE}, {SIZE}) and (m,)"
        )
    if model is None:
        model = build_network(dimensions, slices=slices, seed=seed)

    def draw(rng):
        chosen = rng.integers(len(cubes), size=batch)
        drawn = turned(cubes[chosen], rng)
        sigma = rng.uniform(0, noise, (batch, 1, 1, 1)).astype(np.float32)
        drawn += sigma * rng.standard_normal(drawn.shape, np.float32)
        return what_is_seen(drawn, model), labels[chosen].astype(np.float32)

    def judge(logits, wanted):
        logits = tf.reshape(logits, [-1])
        loss = tf.nn.sigmoid_cross_entropy_with_logits(labels=wanted, logits=logits)
        return loss, tf.equal(logits > 0, wanted > 0.5)

    history = _train(model, draw, judge, steps, learning_rate, seed, progress)
    return model, history


def build_film_network(dimensions: int = 3, *, directions: int = 4, widths=(12, 24), seed: int = 0):
    """A small network that tells from a film which way something moves.

    Two convolutions, the mean over all places and moments, and a dense layer.

    Parameters
    ----------
    dimensions : {3, 2}
        With three, filters span three frames each. With two, they span one: the network sees
        frame by frame, and its answer is the mean of what it says to each. It is wider, so that
        both have about the same number of weights.
    directions : int
        How many answers there are.
    widths : (int, int)
        Channels of the convolutions with three dimensions.
    seed : int
        Fixes the random weights.

    Returns
    -------
    keras.Model
        Takes films (m, n_H, n_W, n_T, 1) of at least 9 by 9 pixels and 5 frames, gives logits
        (m, directions).

    Raises
    ------
    ValueError
        If `dimensions` is neither.
    """
    if dimensions not in (2, 3):
        raise ValueError(f"dimensions is {dimensions}, but a film network here has 2 or 3")
    from keras import Input, Model, initializers, layers

    span = 3 if dimensions == 3 else 1

    def count(scale, span):
        first, second = (round(scale * width) for width in widths)
        return (25 * span + 1) * first + (9 * span * first + 1) * second + second * directions

    scales = np.linspace(1, 4, 601) if dimensions == 2 else [1]
    scale = min(scales, key=lambda scale: abs(count(scale, span) - count(1, 3)))

    films = Input((None, None, None, 1), name="films")
    x = films
    for number, (width, side, stride) in enumerate(zip(widths, (5, 3), (2, 1)), start=1):
        x = layers.Conv3D(
            round(scale * width),
            (side, side, span),
            strides=(stride, stride, 1),
            activation="relu",
            kernel_initializer=initializers.HeNormal(seed=1000 * seed + number),
            name=f"conv{number}",
        )(x)
    x = layers.GlobalAveragePooling3D(name="mean")(x)
    x = layers.Dense(
        directions, kernel_initializer=initializers.GlorotNormal(seed=1000 * seed), name="direction"
    )(x)
    return Model(films, x, name=f"films{dimensions}d")


def train_film_network(
    films: np.ndarray,
    labels: np.ndarray,
    *,
    dimensions: int = 3,
    steps: int = 150,
    batch: int = 64,
    learning_rate: float = 5e-3,
    seed: int = 0,
    progress: bool = False,
    model: Any = None,
):
    """Train a network to tell directions of motion; seconds for films of 16 by 16 by 8.

    Parameters
    ----------
    films : ndarray, shape (m, n_H, n_W, n_T)
    labels : array_like of int, shape (m,)
        The direction of each, from 0.
    dimensions : {3, 2}
        As `build_film_network` takes it.
    steps, batch, learning_rate, seed, progress
        As `train_network` takes them.
    model : keras.Model, optional
        The network to train further; a new one where there is none.

    Returns
    -------
    model : keras.Model
    history : dict of list
        Of every step: "loss" and "accuracy" on its batch.

    Raises
    ------
    ValueError
        If films and labels do not fit.
    """
    import tensorflow as tf

    films, labels = np.asarray(films, np.float32), np.asarray(labels)
    if films.ndim != 4 or labels.shape != films.shape[:1] or not len(films):
        raise ValueError(
            f"films have shape {films.shape} and labels {labels.shape}, but they must be "
            "(m, n_H, n_W, n_T) and (m,)"
        )
    if model is None:
        model = build_film_network(dimensions, directions=int(labels.max()) + 1, seed=seed)

    def draw(rng):
        chosen = rng.integers(len(films), size=batch)
        return films[chosen][..., np.newaxis], labels[chosen].astype(np.int32)

    def judge(logits, wanted):
        loss = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=wanted, logits=logits)
        return loss, tf.equal(tf.argmax(logits, -1, tf.int32), wanted)

    history = _train(model, draw, judge, steps, learning_rate, seed, progress)
    return model, history


def tell_directions(films: np.ndarray, model: Any) -> np.ndarray:
    """The most probable direction of each film, (m,), by a network of `train_film_network`."""
    films = np.asarray(films, np.float32)[..., np.newaxis]
    parts = [films[start : start + 256] for start in range(0, len(films), 256)]
    return np.concatenate([np.argmax(model(part, training=False), axis=1) for part in parts])


def _train(
    model: Any,
    draw: Callable,
    judge: Callable,
    steps: int,
    learning_rate: float,
    seed: int,
    progress: bool,
) -> dict[str, list[float]]:
    """Train on batches `draw(rng)`; `judge(logits, wanted)` gives losses, and what was right."""
    import keras
    import tensorflow as tf

    optimizer = keras.optimizers.Adam(learning_rate)
    optimizer.build(model.trainable_variables)

    @tf.function(autograph=False)
    def step(seen, wanted):
        with tf.GradientTape() as tape:
            losses, right = judge(model(seen, training=True), wanted)
            loss = tf.reduce_mean(losses)
        variables = model.trainable_variables
        optimizer.apply(tape.gradient(loss, variables), variables)
        return loss, tf.reduce_mean(tf.cast(right, tf.float32))

    rng = np.random.default_rng(seed)
    history: dict[str, list[float]] = {"loss": [], "accuracy": []}
    began = shown = time.monotonic()
    for number in range(steps):
        rise = min(1, (number + 1) / max(1, steps // 20))
        optimizer.learning_rate = learning_rate * rise * (1 + np.cos(np.pi * number / steps)) / 2
        for name, value in zip(history, step(*draw(rng))):
            history[name].append(float(value))
        now = time.monotonic()
        if progress and (now > shown + 1 or number + 1 == steps):
            left = round((steps - number - 1) * (now - began) / (number + 1))
            last = {name: np.mean(values[-50:]) for name, values in history.items()}
            line = f"step {number + 1} of {steps}   loss {last['loss']:.3f}   "
            line += f"right {last['accuracy']:4.0%}   {left // 60}:{left % 60:02d} left "
            print(f"\r{line}", end="", file=sys.stderr, flush=True)
            shown = now
    if progress:
        print(file=sys.stderr)
    return history


def main(arguments: list[str] | None = None) -> None:
    """Train both networks on the same cubes, save them, and measure them on new ones."""
    parser = argparse.ArgumentParser(
        prog="python -m coursekit.volumes.training", description=main.__doc__
    )
    parser.add_argument("--candidates", type=int, default=16000, help="candidates to train on")
    parser.add_argument("--scans", type=int, default=40, help="scans to cut more cubes from")
    parser.add_argument("--steps", type=int, default=STEPS, help="batches to train on")
    parser.add_argument("--output", type=Path, default=WEIGHTS, help="folder for the weights")
    options = parser.parse_args(arguments)
    from coursekit.volumes.scans import candidates, draw_scan

    began, began_cpu = time.monotonic(), time.process_time()
    models, parts = {}, []
    # Seeds from 1000 on are for training: whoever measures takes others.
    # Twice: the second time with what the first networks took for nodules in scans new to them.
    for round_ in (0, 1):
        count = options.scans // 2
        scans = [draw_scan(**SCAN, seed=1000 + round_ * count + i) for i in range(count)]
        new = 0 if round_ else options.candidates
        parts.append(gather(new, scans, list(models.values()), seed=1000 + round_))
        data = [np.concatenate(part) for part in zip(*parts)]
        print(f"{len(data[0]):,} cubes, {data[1].mean():.0%} of them nodules")
        for dimensions in (3, 2):
            models[dimensions], _ = train_network(
                *data,
                dimensions=dimensions,
                steps=options.steps // 2,
                model=models.get(dimensions),
                seed=round_,
            )
    seconds, cpu = time.monotonic() - began, time.process_time() - began_cpu
    print(f"trained: {seconds:.0f} s, {cpu:.0f} s of processor time")
    for dimensions, model in models.items():
        path = options.output / shipped(dimensions).name
        save_weights(model, path, half=True)
        load_weights(model, path)
        print(f"{dimensions}D: {model.count_params():,} weights, saved as {path}")

    cubes, labels = candidates(4000, SIZE, seed=2)
    scans = [draw_scan(**SCAN, seed=2000 + number) for number in range(20)]
    for dimensions, model in models.items():
        probabilities = tell_nodules(cubes, model=model)
        curve = measures.froc(scans, [mark_nodules(s, model=model, threshold=0.01) for s in scans])
        shares = measures.sensitivity_at(curve, (1, 4, 8))
        print(
            f"{dimensions}D: accuracy {measures.accuracy(labels, probabilities):.1%}, "
            f"AUC {measures.auc(labels, probabilities):.4f} on {len(cubes):,} new candidates; "
            f"sensitivity at 1, 4 and 8 false marks a scan "
            f"{', '.join(f'{share:.1%}' for share in shares)} on {len(scans)} new scans"
        )


if __name__ == "__main__":
    main()
