"""Training of the small network that paintings are made with.

A network that paints well has channels for many kinds of color, line and texture, and has them at
every depth. Here it learns them by telling some 300 small pictures apart, from patches of them that
are moved, turned, scaled, mirrored and tinted: regions of the photographs that come along, and
textures drawn by rule. A second task asks what was done to a patch: nothing, noise, blur, speckles,
coarse pixels or overdone sharpness.

    python -m coursekit.style.training

remakes the weights that the package ships, in a few minutes on two cores.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from coursekit.style.extractors import BLOCKS, GRAY, SHIPPED, balanced, chain_of, layer_names
from coursekit.style.stack import Conv
from coursekit.weights import write_npz

STEPS = 1000
EDGE = 192  # pixels of a picture that patches are cut from
PATCH = 64  # pixels of a patch
DAMAGES = ("none", "noise", "blur", "speckles", "coarse pixels", "sharpened")


def gather_tiles(*, seeds: int = 10, seed: int = 0) -> tuple[np.ndarray, list[str]]:
    """The pictures that the network learns to tell apart.

    Parameters
    ----------
    seeds : int
        How many pictures of each texture.
    seed : int
        Fixes the sizes of their features.

    Returns
    -------
    tiles : ndarray, shape (n, EDGE, EDGE, 3), uint8
    names : list of str
        What each shows.
    """
    from coursekit.datasets import pictures, textures

    rng = np.random.default_rng(seed)
    tiles, names = [], []
    for name in textures.NAMES:
        # Those of black and white, or of one color, differ little from seed to seed.
        count = seeds if name not in ("stripes", "checkerboard", "red-wall") else 3
        for number in range(min(seeds, count)):
            scale = float(rng.uniform(1.0, 2.0))
            tiles.append(textures.texture(name, EDGE, seed=number, scale=scale))
            names.append(f"{name} {number}")
    for name in pictures.NAMES:
        photograph = pictures.photograph(name, 600)
        tiles.append(pictures.photograph(name, (EDGE, EDGE)))
        names.append(f"{name} as a whole")
        starts = [
            np.linspace(0, side - EDGE, round(side / EDGE)).astype(int)
            for side in photograph.shape[:2]
        ]
        for top in starts[0]:
            for left in starts[1]:
                tiles.append(photograph[top : top + EDGE, left : left + EDGE])
                names.append(f"{name} from {top}, {left}")
    return np.round(255 * np.stack(tiles)).astype(np.uint8), names


def cut(tiles: Any, rng: np.random.Generator) -> Any:
    """A patch of each tile: moved, turned, scaled, half of them mirrored, tinted a little.

    Parameters
    ----------
    tiles : ndarray, shape (m, n_H, n_W, 3), uint8
    rng : numpy.random.Generator

    Returns
    -------
    tensor, shape (m, PATCH, PATCH, 3), float32
        From 0 to 1.
    """
    import tensorflow as tf

    m = len(tiles)
    angle = rng.normal(0, 0.15, m)
    side = np.exp(rng.uniform(np.log(0.7), np.log(1.6), m))
    mirrored = rng.choice([-1, 1], m)
    a, b = side * np.cos(angle), side * np.sin(angle)
    # From a place in the patch to one in the tile, first along the width, then along the height.
    reach = (EDGE - 1.45 * side * PATCH) / 2
    middle = (EDGE - 1) / 2 + rng.uniform(-1, 1, (2, m)) * np.maximum(reach, 0)
    half, zero = (PATCH - 1) / 2, np.zeros(m)
    across = (mirrored * a, -b, middle[0] - half * (mirrored * a - b))
    down = (mirrored * b, a, middle[1] - half * (mirrored * b + a))
    patches = tf.raw_ops.ImageProjectiveTransformV3(
        images=tf.cast(tiles, tf.float32) / 255,
        transforms=np.stack([*across, *down, zero, zero], 1).astype(np.float32),
        output_shape=[PATCH, PATCH],
        interpolation="BILINEAR",
        fill_mode="REFLECT",
        fill_value=0.0,
    )
    contrast = rng.uniform(0.75, 1.25, (m, 1, 1, 1)) * rng.uniform(0.92, 1.08, (m, 1, 1, 3))
    light = rng.normal(0, 0.06, (m, 1, 1, 1))
    patches = 0.5 + contrast.astype(np.float32) * (patches - 0.5) + light.astype(np.float32)
    return tf.clip_by_value(patches, 0, 1)


def damage(patches: Any, kinds: np.ndarray, rng: np.random.Generator) -> Any:
    """Damage patches (m, n_H, n_W, 3), each in its own way: a place in `DAMAGES`."""
    import tensorflow as tf

    m = len(kinds)
    shape = tuple(patches.shape)

    def size(low, high):
        return rng.uniform(low, high, (m, 1, 1, 1)).astype(np.float32)

    normal = rng.standard_normal(shape).astype(np.float32)
    speckled = rng.random((*shape[:3], 1)) < size(0.01, 0.1)
    line = np.array([1, 4, 6, 4, 1], np.float32) / 16
    kernel = np.tile(np.outer(line, line)[:, :, np.newaxis, np.newaxis], (1, 1, 3, 1))
    framed = tf.pad(patches, [(0, 0), (2, 2), (2, 2), (0, 0)], "REFLECT")
    blurred = tf.nn.depthwise_conv2d(framed, kernel, (1, 1, 1, 1), "VALID")
    coarse = tf.repeat(tf.repeat(tf.nn.avg_pool2d(patches, 2, 2, "VALID"), 2, 1), 2, 2)
    ways = {
        "noise": patches + size(0.02, 0.15) * normal,
        "blur": blurred,
        "speckles": tf.where(speckled, patches + 0.35 * normal, patches),
        "coarse pixels": coarse,
        "sharpened": patches + size(0.8, 2.0) * (patches - blurred),
    }
    result = patches
    for number, kind in enumerate(DAMAGES):
        if kind != "none":
            chosen = (kinds == number)[:, np.newaxis, np.newaxis, np.newaxis]
            result = tf.where(chosen, ways[kind], result)
    return tf.clip_by_value(result, 0, 1)


def first_filters(tiles: np.ndarray, n_C: int, *, seed: int = 0) -> np.ndarray:
    """Filters of the first layer: what 3 by 3 pixels of the pictures often look like.

    Windows of the pictures are whitened, though not fully, as fine color noise is rare and should
    stay faint. Then `n_C` directions are found so that every window lies near one of them
    (spherical k-means): edges, lines and colors. A short training from random filters does not get
    there, and random filters leave color noise in paintings.

    Parameters
    ----------
    tiles : ndarray, shape (n, n_H, n_W, 3), uint8
    n_C : int
        How many filters.
    seed : int
        Fixes which windows are looked at.

    Returns
    -------
    ndarray, shape (3, 3, 3, n_C), float32

    Notes
    -----
    Source: A. Coates and A. Ng, "Learning feature representations with k-means", 2012.
    """
    rng = np.random.default_rng(seed)
    n, n_H, n_W, _ = tiles.shape
    which, top, left = (rng.integers(0, high, 40_000) for high in (n, n_H - 2, n_W - 2))
    windows = np.stack(
        [tiles[which, top + i, left + j] for i in range(3) for j in range(3)], axis=1
    ).reshape(-1, 27)
    windows = windows / 255 - 0.5
    variances, components = np.linalg.eigh(windows.T @ windows / len(windows))
    whitening = (components / np.sqrt(variances + 0.01)) @ components.T
    x = windows @ whitening
    x = x[np.linalg.norm(x, axis=1) > 0.5]
    centers = x[rng.permutation(len(x))[:n_C]]
    for _ in range(15):
        centers = centers / (np.linalg.norm(centers, axis=1, keepdims=True) + 1e-9)
        likeness = x @ centers.T
        nearest = likeness.argmax(axis=1)
        for c in range(n_C):
            # A sum weighted by likeness: windows of much contrast say more.
            chosen = nearest == c
            centers[c] += likeness[chosen, c] @ x[chosen]
    centers = centers / np.linalg.norm(centers, axis=1, keepdims=True)
    return (whitening @ centers.T).reshape(3, 3, 3, n_C).astype(np.float32)


def build(n_tiles: int, filters: np.ndarray, blocks=BLOCKS["small"], *, seed: int = 0) -> Any:
    """The network as it trains, with batch normalization and one head for each task.

    The first layer has these filters and keeps them.

    Returns
    -------
    keras.Model
        Takes patches (m, n_H, n_W, 3) of 0 to 1, gives scores of the tiles and of the damages.
    """
    from keras import Input, Model, initializers, layers

    pictures = Input((None, None, 3))
    x = layers.Rescaling(1.0, offset=-0.5)(pictures)
    names = iter(enumerate(layer_names(blocks)))
    for block, (n_C, count) in enumerate(blocks):
        if block:
            x = layers.AveragePooling2D(2)(x)
        for _ in range(count):
            number, name = next(names)
            x = layers.Conv2D(
                n_C,
                3,
                padding="same",
                use_bias=False,  # the batch normalization that follows adds its own
                kernel_initializer=initializers.HeNormal(seed=1000 * seed + number),
                name=name,
            )(x)
            x = layers.BatchNormalization(momentum=0.95, name=f"{name}_norm")(x)
            x = layers.ReLU()(x)
    x = layers.GlobalAveragePooling2D()(x)
    heads = [
        layers.Dense(n, kernel_initializer=initializers.GlorotNormal(seed=seed), name=name)(x)
        for n, name in ((n_tiles, "tile"), (len(DAMAGES), "damage"))
    ]
    model = Model(pictures, heads)
    model.get_layer("conv1_1").trainable = False
    model.get_layer("conv1_1").set_weights([filters])
    return model


def train(
    tiles: np.ndarray,
    *,
    blocks=BLOCKS["small"],
    steps: int = STEPS,
    batch: int = 24,
    learning_rate: float = 3e-3,
    seed: int = 0,
    progress: bool = True,
) -> tuple[Any, dict[str, list[float]]]:
    """Train a network on patches.

    Parameters
    ----------
    tiles : ndarray, shape (n, EDGE, EDGE, 3), uint8
        What it learns to tell apart; see `gather_tiles`.
    blocks : sequence of (int, int)
        Channels and number of convolutions between two poolings.
    steps, batch : int
        Batches to train on, and patches in one.
    learning_rate : float
        The highest: it rises over the first twentieth and falls along half a cosine.
    seed : int
        Fixes weights and batches.
    progress : bool
        Show one line of progress.

    Returns
    -------
    model : keras.Model
        See `build`.
    history : dict of list
        Of every step: "loss", and "tile" and "damage", the shares that were right.
    """
    import keras
    import tensorflow as tf

    rng = np.random.default_rng(seed)
    model = build(len(tiles), first_filters(tiles, blocks[0][0], seed=seed), blocks, seed=seed)
    optimizer = keras.optimizers.AdamW(learning_rate, weight_decay=1e-3)
    optimizer.build(model.trainable_variables)
    cross_entropy = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1)

    def cost(patches, labels, kinds):
        scores = model(patches, training=True)
        wanted = (tf.one_hot(labels, len(tiles)), tf.one_hot(kinds, len(DAMAGES)))
        loss = cross_entropy(wanted[0], scores[0]) + 0.5 * cross_entropy(wanted[1], scores[1])
        right = [
            tf.reduce_mean(tf.cast(tf.argmax(s, -1) == tf.argmax(w, -1), tf.float32))
            for s, w in zip(scores, wanted)
        ]
        return loss, right

    @tf.function(autograph=False)
    def step(patches, labels, kinds):
        with tf.GradientTape() as tape:
            loss, right = cost(patches, labels, kinds)
        variables = model.trainable_variables
        optimizer.apply(tape.gradient(loss, variables), variables)
        return loss, right

    history: dict[str, list[float]] = {"loss": [], "tile": [], "damage": []}
    began = shown = time.monotonic()
    for number in range(steps):
        labels = rng.integers(len(tiles), size=batch)
        kinds = np.where(rng.random(batch) < 0.5, 0, rng.integers(1, len(DAMAGES), batch))
        rise = min(1, (number + 1) / max(1, steps // 20))
        optimizer.learning_rate = learning_rate * rise * (1 + np.cos(np.pi * number / steps)) / 2
        patches = damage(cut(tiles[labels], rng), kinds, rng)
        loss, right = step(patches, tf.constant(labels), tf.constant(kinds))
        for name, value in zip(history, (loss, *right)):
            history[name].append(float(value))
        now = time.monotonic()
        if progress and (now > shown + 1 or number + 1 == steps):
            _show(history, steps, (now - began) / (number + 1))
            shown = now
    if progress:
        print(file=sys.stderr)
    return model, history


def _show(history, steps, seconds_per_step):
    """One line of progress, written over the last."""
    done = len(history["loss"])
    last = {name: np.mean(values[-50:]) for name, values in history.items()}
    left = round((steps - done) * seconds_per_step)
    line = f"step {done} of {steps}   loss {last['loss']:.3f}   pictures {last['tile']:4.0%}   "
    line += f"damage {last['damage']:4.0%}   {left // 60}:{left % 60:02d} left "
    print(f"\r{line}", end="", file=sys.stderr, flush=True)


def folded(model: Any, blocks=BLOCKS["small"]) -> dict[str, np.ndarray]:
    """Kernels and biases of the convolutions, with the batch normalization worked into them."""
    arrays = {}
    for name in layer_names(blocks):
        norm = model.get_layer(f"{name}_norm")
        gamma, beta, mean, variance = norm.get_weights()
        factor = gamma / np.sqrt(variance + norm.epsilon)
        arrays[f"{name}/kernel"] = model.get_layer(name).get_weights()[0] * factor
        arrays[f"{name}/bias"] = beta - mean * factor
    return arrays


def save(model: Any, path: Path, blocks=BLOCKS["small"]) -> None:
    """Write the convolutions as an extractor wants them: balanced, kernels in half precision."""
    arrays = {}
    for part in balanced(chain_of(blocks, folded(model, blocks), "average"), GRAY):
        if isinstance(part, Conv):
            arrays[f"{part.name}/kernel"] = part.kernel.astype(np.float16)
            arrays[f"{part.name}/bias"] = part.bias
    write_npz(path, arrays)


def measure(model: Any, tiles: np.ndarray, *, batches: int = 40, seed: int = 1) -> dict[str, float]:
    """Shares of patches that were never trained on whose tile and whose damage are found.

    "tile" is measured on patches without damage, "damage" on as many of every kind.
    """
    rng = np.random.default_rng(seed)
    right: dict[str, list] = {"tile": [], "damage": []}
    for _ in range(batches):
        labels = rng.integers(len(tiles), size=36)
        kinds = np.arange(36) % len(DAMAGES)
        patches = cut(tiles[labels], rng)
        right["tile"].extend(np.argmax(model(patches)[0], 1) == labels)
        right["damage"].extend(np.argmax(model(damage(patches, kinds, rng))[1], 1) == kinds)
    return {name: float(np.mean(values)) for name, values in right.items()}


def main(arguments: list[str] | None = None) -> None:
    """Train the small network, save its convolutions, and say what it can do."""
    parser = argparse.ArgumentParser(
        prog="python -m coursekit.style.training", description=main.__doc__
    )
    parser.add_argument("--steps", type=int, default=STEPS, help="batches to train on")
    parser.add_argument("--output", type=Path, default=SHIPPED, help="where the weights go")
    options = parser.parse_args(arguments)

    began, began_cpu = time.monotonic(), time.process_time()
    tiles, names = gather_tiles()
    print(f"{len(tiles)} pictures in {time.monotonic() - began:.0f} s")
    model, _ = train(tiles, steps=options.steps)
    save(model, options.output)
    seconds, cpu = time.monotonic() - began, time.process_time() - began_cpu
    print(f"trained: {seconds:.0f} s, {cpu:.0f} s of processor time; saved as {options.output}")
    shares = measure(model, tiles)
    print(
        f"of new patches {shares['tile']:.0%} are assigned to their picture, one of {len(names)}, "
        f"and {shares['damage']:.0%} to their damage, one of {len(DAMAGES)}"
    )


if __name__ == "__main__":
    main()
