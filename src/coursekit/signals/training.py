"""Training of the beat network on simulated patients.

    python -m coursekit.signals.training

remakes the weights that the package ships, in about a minute and a half on two cores, and measures
them on other patients, beside the classical detectors on the same traces.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from coursekit.signals import detectors, measures
from coursekit.signals.network import DELAY, KINDS, RATE, SHIPPED, build_network, mark_beats
from coursekit.signals.recording import Recording
from coursekit.signals.simulate import patients
from coursekit.weights import load_weights, save_weights

STEPS = 2400
PATIENTS = 400  # to train on, a minute of each

# What a moment of each class counts: premature beats are few, and none shall be missed.
WEIGHTS = (1.0, 1.0, 1.6)

_SPREAD = 2  # samples: so near to an R peak the answer shall be "beat" (16 ms)
_FASTEST = 1.25  # up to so much faster, or slower, a piece may go than it was recorded


def train_network(
    recordings: Sequence[Recording],
    *,
    steps: int = STEPS,
    batch: int = 32,
    seconds: float = 8,
    learning_rate: float = 4e-3,
    seed: int = 0,
    progress: bool = True,
    model: Any = None,
):
    """Train a beat network on recordings whose beats are known.

    Every step cuts a batch of pieces out of the recordings, from any lead, and asks the network for
    the class of every moment. Half of the pieces go up to a quarter faster or slower than they were
    recorded; all are made higher or lower and noisier, and one in eight is turned upside down.

    Parameters
    ----------
    recordings : list of Recording
        At any rate, each at least 1.25 times `seconds` long.
    steps, batch : int
        Batches to train on, and pieces in one.
    seconds : float
        Length of a piece.
    learning_rate : float
        The highest: it rises over the first twentieth and falls along half a cosine.
    seed : int
        Fixes weights and batches.
    progress : bool
        Show one line of progress, on standard error.
    model : keras.Model, optional
        The network to train further, as `build_network` makes them; a new one where there is none.

    Returns
    -------
    model : keras.Model
    history : dict of list
        Of every step the "loss": the mean cross-entropy of a moment, by `WEIGHTS`.

    Raises
    ------
    ValueError
        If there are no recordings, or one is shorter than a piece.
    FloatingPointError
        If the loss is no longer a finite number.
    """
    import keras
    import tensorflow as tf

    length = round(seconds * RATE)
    traces, classes, starts = _material(recordings, length)
    rng = np.random.default_rng(seed)
    model = build_network(seed=seed) if model is None else model
    optimizer = keras.optimizers.Adam(learning_rate, clipnorm=1.0)
    optimizer.build(model.trainable_variables)

    @tf.function(autograph=False)
    def step(pieces, wanted):
        with tf.GradientTape() as tape:
            # The first answers are about what was before the piece.
            logits = model(pieces, training=True)[:, DELAY:]
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(wanted, logits)
            loss = tf.reduce_mean(tf.gather(WEIGHTS, wanted) * losses)
        variables = model.trainable_variables
        optimizer.apply(tape.gradient(loss, variables), variables)
        return loss

    losses: list[float] = []
    began = shown = time.monotonic()
    for number in range(steps):
        rise = min(1, (number + 1) / max(1, steps // 20))
        optimizer.learning_rate = learning_rate * rise * (1 + np.cos(np.pi * number / steps)) / 2
        pieces, wanted = cut(traces, classes, rng.choice(starts, batch), length, rng)
        losses.append(float(step(tf.constant(augment(pieces, rng)), tf.constant(wanted))))
        if not np.isfinite(losses[-1]):
            raise FloatingPointError(
                f"the loss is no finite number any more after {number + 1} steps; a smaller "
                "learning_rate may help"
            )
        now = time.monotonic()
        if progress and (now > shown + 1 or number + 1 == steps):
            left = round((steps - number - 1) * (now - began) / (number + 1))
            line = f"step {number + 1} of {steps}   loss {np.mean(losses[-50:]):.4f}   "
            print(
                f"\r{line}{left // 60}:{left % 60:02d} left ", end="", file=sys.stderr, flush=True
            )
            shown = now
    if progress:
        print(file=sys.stderr)
    return model, {"loss": losses}


def cut(
    traces: np.ndarray,
    classes: np.ndarray,
    starts: np.ndarray,
    length: int,
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Pieces (m, length) of the traces, half of them faster or slower, and their classes."""
    m = len(starts)
    speed = np.exp(rng.uniform(-1, 1, m) * np.log(_FASTEST)) ** rng.integers(2, size=m)
    places = starts[:, np.newaxis] + speed[:, np.newaxis] * np.arange(length)
    first = places.astype(int)
    part = places - first
    pieces = (1 - part) * traces[first] + part * traces[first + (part > 0)]
    return pieces, classes[np.rint(places).astype(int)]


def augment(pieces: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Pieces (m, n) as other electrodes might have given them, ready for the network.

    Returns float32 (m, n + DELAY, 1): the last sample is held until the network has answered, as
    at the end of a recording.
    """
    m = len(pieces)
    size = np.exp(rng.uniform(np.log(0.4), np.log(2), (m, 1)))
    size *= rng.choice([1, -1], (m, 1), p=[7 / 8, 1 / 8])
    noise = 0.2 * rng.random((m, 1)) ** 3  # mV; most pieces stay about as they were
    pieces = size * pieces + noise * rng.standard_normal(pieces.shape)
    pieces -= pieces[:, :1]
    return np.pad(pieces, [(0, 0), (0, DELAY)], mode="edge")[..., np.newaxis].astype(np.float32)


def _material(recordings, length):
    """All leads behind one another, the class of each sample, and where pieces may start."""
    traces, classes, starts, total = [], [], [], 0
    longest = int(np.ceil(_FASTEST * length))
    for recording in recordings:
        recording = recording.resampled(RATE)
        n = len(recording.signal)
        if n < longest:
            raise ValueError(
                f"recording {recording.name!r} lasts {recording.seconds:g} s, but pieces to train "
                f"on are cut from {longest / RATE:g} s"
            )
        wanted = np.zeros(n, np.int32)
        for beat, kind in zip(recording.beats, recording.kinds):
            wanted[max(0, beat - _SPREAD) : beat + _SPREAD + 1] = 1 + KINDS.index(kind)
        for lead in recording.signal.T:
            traces.append(lead)
            classes.append(wanted)
            starts.append(total + np.arange(n - longest + 1))
            total += n
    if not traces:
        raise ValueError("there are no recordings to train on")
    return np.concatenate(traces), np.concatenate(classes), np.concatenate(starts)


def compare(recordings: Sequence[Recording], model: Any = None) -> dict[str, measures.Scores]:
    """Measure the network and the classical detectors on the same recordings.

    Parameters
    ----------
    recordings : list of Recording
    model : keras.Model, optional
        The shipped network where there is none.

    Returns
    -------
    dict of Scores
        "network", "Pan-Tompkins", and "XQRS" where wfdb is installed. The latter two tell
        premature beats by timing.
    """
    from importlib.util import find_spec

    ways = {"network": lambda recording: mark_beats(recording, model=model)}
    ways["Pan-Tompkins"] = _classical(detectors.pan_tompkins)
    if find_spec("wfdb"):
        ways["XQRS"] = _classical(detectors.xqrs)
    return {
        name: measures.score(recordings, [way(recording) for recording in recordings])
        for name, way in ways.items()
    }


def _classical(detector):
    def mark(recording):
        beats = detector(recording.signal[:, 0], recording.rate)
        return beats, detectors.premature_by_timing(beats, recording.rate)

    return mark


def main(arguments: list[str] | None = None) -> None:
    """Simulate patients, train the network on them, save it, and measure it on other patients."""
    parser = argparse.ArgumentParser(
        prog="python -m coursekit.signals.training", description=main.__doc__
    )
    parser.add_argument("--patients", type=int, default=PATIENTS, help="patients to train on")
    parser.add_argument("--steps", type=int, default=STEPS, help="batches to train on")
    parser.add_argument("--seed", type=int, default=0, help="fixes weights and batches")
    parser.add_argument("--out", type=Path, default=SHIPPED, help="where the weights go")
    options = parser.parse_args(arguments)

    began, began_cpu = time.monotonic(), time.process_time()
    # Another seed, other patients: none of one set is in another.
    recordings = patients(options.patients, 60, seed=1)
    print(f"simulated: {len(recordings)} patients in {time.monotonic() - began:.0f} s")
    model, _ = train_network(recordings, steps=options.steps, seed=options.seed)
    save_weights(model, options.out)
    seconds, cpu = time.monotonic() - began, time.process_time() - began_cpu
    print(f"trained: {seconds:.0f} s, {cpu:.0f} s of processor time; saved as {options.out}")

    load_weights(model, options.out)
    for name, scores in compare(patients(100, 60, seed=2), model).items():
        print(f"{name}: {scores}")


if __name__ == "__main__":
    main()
