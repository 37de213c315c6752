"""Measure `coursekit.convolution` beside TensorFlow and beside the plain loop.

    python benchmarks/convolution.py                  all layers, Markdown tables
    python benchmarks/convolution.py --json out.json  and the numbers as a file
    python benchmarks/convolution.py --only conv1d_forward,conv3d_forward
    python benchmarks/convolution.py --quick          tiny layers: does the script work?

All numbers are float32, one run, the same number of threads for both sides. Results are compared
before anything is timed. Nothing here asserts a time: machines differ.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import tensorflow as tf
from threadpoolctl import threadpool_info, threadpool_limits

from coursekit.convolution import (
    conv1d_forward,
    conv3d_forward,
    conv_backward,
    conv_forward,
    pool_backward,
    pool_forward,
)


@dataclass(frozen=True)
class Layer:
    """A convolutional layer and the batch that goes through it, with any number of axes."""

    name: str
    m: int
    sizes: tuple[int, ...]
    n_C_prev: int
    n_C: int
    f: int
    stride: int
    pad: int

    @property
    def axes(self) -> int:
        return len(self.sizes)

    @property
    def shape(self) -> str:
        batch = " × ".join(map(str, (self.m, *self.sizes, self.n_C_prev)))
        sides = " × ".join([str(self.f)] * self.axes) if self.axes > 1 else f"length {self.f}"
        return f"{batch} → {self.n_C}, {sides}, stride {self.stride}, pad {self.pad}"

    def draw(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """A batch, weights and biases."""
        shapes = (
            (self.m, *self.sizes, self.n_C_prev),
            (*[self.f] * self.axes, self.n_C_prev, self.n_C),
            (*[1] * (self.axes + 1), self.n_C),
        )
        return tuple(rng.standard_normal(shape, dtype=np.float32) for shape in shapes)

    @property
    def hparameters(self) -> dict:
        return {"stride": self.stride, "pad": self.pad}


@dataclass(frozen=True)
class Pool:
    """A pooling layer and the batch that goes through it."""

    name: str
    m: int
    n_H_prev: int
    n_W_prev: int
    n_C: int
    f: int
    stride: int

    @property
    def shape(self) -> str:
        return (
            f"{self.m} × {self.n_H_prev} × {self.n_W_prev} × {self.n_C}, "
            f"{self.f} × {self.f}, stride {self.stride}"
        )


IMAGES = (
    Layer("LeNet-5 conv 1", 64, (32, 32), 1, 6, 5, 1, 0),
    Layer("LeNet-5 conv 2", 64, (14, 14), 6, 16, 5, 1, 0),
    Layer("ResNet conv 1", 4, (224, 224), 3, 64, 7, 2, 3),
    Layer("VGG conv 1_1", 4, (224, 224), 3, 64, 3, 1, 1),
    Layer("VGG conv 1_2", 1, (224, 224), 64, 64, 3, 1, 1),
    Layer("VGG conv 3_1", 4, (56, 56), 128, 256, 3, 1, 1),
    Layer("VGG conv 5_1", 4, (14, 14), 512, 512, 3, 1, 1),
    Layer("Inception 5 × 5", 8, (28, 28), 32, 96, 5, 1, 2),
    Layer("ResNet 3 × 3, down", 4, (56, 56), 128, 128, 3, 2, 1),
    Layer("ResNet 1 × 1", 4, (56, 56), 256, 64, 1, 1, 0),
    Layer("ResNet 1 × 1, down", 4, (56, 56), 256, 512, 1, 2, 0),
)
# Networks for electrocardiograms (Hannun et al., 2019), raw audio (M5; WaveNet, behind its causal
# padding), sentences (Kim, 2014), and the heartbeats of this course.
SIGNALS = (
    Layer("ECG conv 1", 8, (6000,), 1, 32, 16, 1, 8),
    Layer("ECG, 32 filters", 8, (3000,), 32, 32, 16, 1, 8),
    Layer("ECG, 64 filters, down", 8, (1500,), 64, 64, 16, 2, 7),
    Layer("ECG, 256 filters", 8, (187,), 256, 256, 16, 1, 8),
    Layer("M5 conv 1", 8, (16000,), 1, 128, 80, 4, 38),
    Layer("M5 conv 2", 8, (1000,), 128, 128, 3, 1, 1),
    Layer("WaveNet, gates", 1, (16001,), 32, 64, 2, 1, 0),
    Layer("WaveNet, length 1", 1, (16000,), 64, 64, 1, 1, 0),
    Layer("Sentences", 50, (60,), 300, 100, 5, 1, 0),
    Layer("Heartbeats conv 1", 1, (7504,), 1, 16, 5, 1, 0),
    Layer("Heartbeats conv 2", 1, (7504,), 16, 16, 5, 1, 0),
)
# Networks for films (C3D: Tran et al., 2015) and scans (3D U-Net, V-Net), and the small cubes of
# this course.
VOLUMES = (
    Layer("C3D conv 1a", 1, (112, 112, 16), 3, 64, 3, 1, 1),
    Layer("C3D conv 2a", 1, (56, 56, 16), 64, 128, 3, 1, 1),
    Layer("C3D conv 3b", 1, (28, 28, 8), 256, 256, 3, 1, 1),
    Layer("C3D conv 5b", 1, (7, 7, 2), 512, 512, 3, 1, 1),
    Layer("3D U-Net conv 1", 1, (64, 64, 64), 1, 32, 3, 1, 0),
    Layer("3D U-Net conv 2", 1, (62, 62, 62), 32, 64, 3, 1, 0),
    Layer("V-Net 5 × 5 × 5", 1, (32, 32, 32), 32, 32, 5, 1, 2),
    Layer("V-Net 2 × 2 × 2, down", 1, (64, 64, 64), 16, 32, 2, 2, 0),
    Layer("1 × 1 × 1", 1, (64, 64, 64), 32, 8, 1, 1, 0),
    Layer("Cubes conv 1", 64, (15, 15, 15), 1, 16, 3, 1, 0),
    Layer("Cubes conv 2", 64, (13, 13, 13), 16, 16, 3, 1, 0),
)
POOLS = (
    Pool("LeNet-5 pool 1", 64, 28, 28, 6, 2, 2),
    Pool("AlexNet pool 1", 8, 55, 55, 96, 3, 2),
    Pool("VGG pool 1", 1, 224, 224, 64, 2, 2),
    Pool("VGG pool 4", 4, 28, 28, 512, 2, 2),
    Pool("Inception pool", 4, 28, 28, 192, 3, 1),
)
ALL = {"images": IMAGES, "signals": SIGNALS, "volumes": VOLUMES, "pools": POOLS}
QUICK = {
    "images": (
        Layer("3 × 3", 2, (9, 7), 3, 4, 3, 2, 1),
        Layer("3 × 3, many channels", 2, (20, 24), 16, 8, 3, 1, 1),
        Layer("1 × 1", 2, (6, 5), 4, 3, 1, 1, 0),
    ),
    "signals": (
        Layer("even length", 2, (30,), 3, 4, 4, 2, 2),
        Layer("many channels", 2, (500,), 16, 8, 3, 1, 1),
    ),
    "volumes": (
        Layer("3 × 3 × 3", 2, (6, 7, 8), 2, 4, 3, 2, 1),
        Layer("3 × 3 × 3, many channels", 1, (10, 9, 11), 16, 4, 3, 1, 1),
    ),
    "pools": (Pool("2 × 2", 2, 6, 8, 3, 2, 2), Pool("3 × 3, overlapping", 2, 7, 9, 3, 3, 2)),
}
FORWARD = {1: conv1d_forward, 2: conv_forward, 3: conv3d_forward}


def plain_loop(X: np.ndarray, W: np.ndarray, b: np.ndarray, stride: int, count: int) -> np.ndarray:
    """The loop that one writes first: a product and a sum for each number of the output.

    Parameters
    ----------
    X : ndarray, shape (m, n_1, ..., n_d, n_C_prev)
        Padded examples.
    W, b : ndarray, shapes (f, ..., f, n_C_prev, n_C) and (1, ..., 1, n_C)
    stride : int
    count : int
        Compute this many places of the output, of the first example and on.

    Returns
    -------
    Z : ndarray, shape (m, n_1', ..., n_d', n_C)
        Zero where nothing was computed.
    """
    f, n_C = W.shape[0], W.shape[-1]
    Z = np.zeros((*loop_places(X, f, stride), n_C), dtype=X.dtype)
    for i, *place in itertools.islice(np.ndindex(Z.shape[:-1]), count):
        for c in range(n_C):
            window = tuple(slice(at * stride, at * stride + f) for at in place)
            Z[(i, *place, c)] = np.sum(X[(i, *window)] * W[..., c]) + b.flat[c]
    return Z


def loop_places(X: np.ndarray, f: int, stride: int) -> tuple[int, ...]:
    """The output's examples and sizes."""
    return X.shape[0], *((n - f) // stride + 1 for n in X.shape[1:-1])


def time_loop(X: np.ndarray, W: np.ndarray, b: np.ndarray, stride: int, seconds: float) -> dict:
    """Time the plain loop on some places of the output for about `seconds`, and scale to all."""
    total = math.prod(loop_places(X, W.shape[0], stride))
    count = min(total, 10)
    while True:
        start = time.perf_counter()
        plain_loop(X, W, b, stride, count)
        took = time.perf_counter() - start
        if took >= seconds / 2 or count == total:
            return {"loop_ms": 1e3 * took * total / count, "loop_part": count / total}
        count = min(total, max(count + 1, int(count * seconds / max(took, 1e-6))))


def interleave(contenders: list[Callable], rounds: int, pause: float) -> list[float]:
    """Median times in milliseconds of functions that take turns.

    Each turn is a pause, in which the other side's threads go to sleep, one call that does not
    count, and three that do.
    """
    times = [[] for _ in contenders]
    for _ in range(rounds):
        for function, taken in zip(contenders, times):
            time.sleep(pause)
            function()
            for _ in range(3):
                start = time.perf_counter()
                function()
                taken.append(time.perf_counter() - start)
    return [1e3 * statistics.median(taken) for taken in times]


def compare(ours: Callable, theirs: Callable, rounds: int, pause: float) -> dict:
    """Times of both sides, their ratio, and by how much the results differ at most.

    The difference is relative to the largest number of the result.
    """
    difference = 0.0
    for mine, other in zip(ours(), theirs()):
        other = other.reshape(mine.shape)
        difference = max(difference, float(np.abs(mine - other).max() / np.abs(other).max()))
    ours_ms, tf_ms = interleave([ours, theirs], rounds, pause)
    return {
        "ours_ms": ours_ms,
        "tf_ms": tf_ms,
        "ratio": ours_ms / tf_ms,
        "difference": difference,
    }


def measure_forward(layer: Layer, rng: np.random.Generator, options: argparse.Namespace) -> dict:
    """Forward pass of a convolutional layer with any number of axes, and the plain loop."""
    A_prev, W, b = layer.draw(rng)
    border = [[0, 0], *[[layer.pad] * 2] * layer.axes, [0, 0]]
    x, filters, bias = tf.constant(A_prev), tf.constant(W), tf.constant(b.reshape(-1))
    convolve = {1: tf.nn.conv1d, 2: tf.nn.conv2d, 3: tf.nn.conv3d}[layer.axes]
    strides = [1, *[layer.stride] * layer.axes, 1]
    # Only that of images takes any border; the others have two words, or are padded before.
    same = layer.stride == 1 and 2 * layer.pad == layer.f - 1
    words = "SAME" if same else "VALID"
    padding = border if layer.axes == 2 else words
    padded_before = layer.axes != 2 and layer.pad and not same

    def tf_forward() -> list[np.ndarray]:
        padded = tf.pad(x, border) if padded_before else x
        return [tf.nn.bias_add(convolve(padded, filters, strides, padding), bias).numpy()]

    def our_forward() -> list[np.ndarray]:
        return [FORWARD[layer.axes](A_prev, W, b, layer.hparameters)[0]]

    numbers = compare(our_forward, tf_forward, options.rounds, options.pause)
    numbers |= time_loop(np.pad(A_prev, border), W, b, layer.stride, options.loop_seconds)
    return numbers | {"speed_up": numbers["loop_ms"] / numbers["ours_ms"]}


def measure_backward(layer: Layer, rng: np.random.Generator, options: argparse.Namespace) -> dict:
    """Backward pass of a convolutional layer over images."""
    A_prev, W, b = layer.draw(rng)
    x, filters = tf.constant(A_prev), tf.constant(W)
    Z, cache = conv_forward(A_prev, W, b, layer.hparameters)
    dZ = rng.standard_normal(Z.shape, dtype=np.float32)
    dz = tf.constant(dZ)
    place = {
        "strides": [1, layer.stride, layer.stride, 1],
        "padding": "EXPLICIT",
        "explicit_paddings": [0, 0, *[layer.pad] * 4, 0, 0],
    }

    # The operations that a gradient tape would call, without the tape's own time.
    def tf_backward() -> list[np.ndarray]:
        dx = tf.raw_ops.Conv2DBackpropInput(
            input_sizes=A_prev.shape, filter=filters, out_backprop=dz, **place
        )
        dw = tf.raw_ops.Conv2DBackpropFilter(
            input=x, filter_sizes=W.shape, out_backprop=dz, **place
        )
        return [gradient.numpy() for gradient in (dx, dw, tf.raw_ops.BiasAddGrad(out_backprop=dz))]

    return compare(lambda: conv_backward(dZ, cache), tf_backward, options.rounds, options.pause)


def measure_pool(
    pool: Pool, rng: np.random.Generator, options: argparse.Namespace, mode: str, direction: str
) -> dict:
    """Forward or backward pass of one pooling layer."""
    size = (pool.m, pool.n_H_prev, pool.n_W_prev, pool.n_C)
    A_prev = rng.standard_normal(size, dtype=np.float32)
    hparameters = {"f": pool.f, "stride": pool.stride}
    x = tf.constant(A_prev)
    window = {"ksize": [1, pool.f, pool.f, 1], "strides": [1, pool.stride, pool.stride, 1]}
    window["padding"] = "VALID"
    if mode == "max":
        a = tf.raw_ops.MaxPool(input=x, **window)
    else:
        a = tf.raw_ops.AvgPool(value=x, **window)
    dA = rng.standard_normal(a.shape, dtype=np.float32)
    da = tf.constant(dA)
    _, cache = pool_forward(A_prev, hparameters, mode)

    def our_forward() -> list[np.ndarray]:
        return [pool_forward(A_prev, hparameters, mode)[0]]

    def tf_forward() -> list[np.ndarray]:
        operation = tf.nn.max_pool2d if mode == "max" else tf.nn.avg_pool2d
        return [operation(x, pool.f, pool.stride, "VALID").numpy()]

    def our_backward() -> list[np.ndarray]:
        return [pool_backward(dA, cache, mode)]

    def tf_backward() -> list[np.ndarray]:
        if mode == "max":
            dx = tf.raw_ops.MaxPoolGrad(orig_input=x, orig_output=a, grad=da, **window)
        else:
            dx = tf.raw_ops.AvgPoolGrad(orig_input_shape=size, grad=da, **window)
        return [dx.numpy()]

    if direction == "forward":
        return compare(our_forward, tf_forward, options.rounds, options.pause)
    return compare(our_backward, tf_backward, options.rounds, options.pause)


# What is measured, on which layers, and how. A title that --only may name ends at its comma.
TABLES = {
    "conv_forward": ("images", measure_forward),
    "conv_backward": ("images", measure_backward),
    "conv1d_forward": ("signals", measure_forward),
    "conv3d_forward": ("volumes", measure_forward),
} | {
    f"pool_{direction}, {mode}": ("pools", partial(measure_pool, mode=mode, direction=direction))
    for direction in ("forward", "backward")
    for mode in ("max", "average")
}


def machine(threads: int) -> dict:
    """What the numbers depend on."""
    blas = [info for info in threadpool_info() if info["user_api"] == "blas"]
    return {
        "python": platform.python_version(),
        "numpy": version("numpy"),
        "tensorflow": version("tensorflow"),
        "blas": ", ".join(
            f"{info['internal_api']} {info['version']} with {info.get('architecture')} kernels"
            for info in blas
        ),
        "oneDNN held to": os.environ.get("ONEDNN_MAX_CPU_ISA", "nothing"),
        "processor": platform.machine(),
        "cores": os.cpu_count(),
        "threads": threads,
    }


def geometric_mean(values: list[float]) -> float:
    return math.exp(statistics.fmean(map(math.log, values)))


def table(title: str, rows: list[dict]) -> str:
    """A Markdown table of one pass over all layers, with the geometric mean."""
    loop = "loop_ms" in rows[0]
    head = ["layer", "batch and filters", "coursekit, ms", "TensorFlow, ms", "ratio"]
    head += ["loop, ms", "part of the loop measured", "times faster than the loop"] * loop
    lines = [head, ["---"] * 2 + ["---:"] * (len(head) - 2)]
    for row in rows:
        cells = [row["name"], row["shape"]]
        cells += [f"{row['ours_ms']:.2f}", f"{row['tf_ms']:.2f}", f"{row['ratio']:.2f}"]
        if loop:
            part = row["loop_part"]
            cells += [f"{row['loop_ms']:,.0f}", f"{part:.1%}", f"{row['speed_up']:,.0f}"]
        lines.append(cells)
    ratios = [row["ratio"] for row in rows]
    text = [f"### {title}", "", *(f"| {' | '.join(cells)} |" for cells in lines), ""]
    text.append(
        f"Ratio to TensorFlow: geometric mean {geometric_mean(ratios):.2f}, "
        f"largest {max(ratios):.2f}."
    )
    if loop:
        mean = geometric_mean([row["speed_up"] for row in rows])
        text.append(f"Against the plain loop: geometric mean {mean:,.0f} times faster.")
    return "\n".join(text) + "\n"


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="tiny layers, one round")
    parser.add_argument(
        "--only", metavar="A,B", help="these tables alone, as conv1d_forward,conv3d_forward"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the numbers here too")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="for both sides")
    parser.add_argument("--rounds", type=int, default=7, help="turns of each side")
    parser.add_argument(
        "--loop-seconds",
        type=float,
        default=1.0,
        help="measure the plain loop for about so long and scale; inf: measure it whole",
    )
    options = parser.parse_args(arguments)
    names = dict.fromkeys(title.split(",")[0] for title in TABLES)
    options.only = options.only.split(",") if options.only else list(names)
    if not set(options.only) <= set(names):
        parser.error(f"--only may name {', '.join(names)}")
    options.pause = 0.05
    if options.quick:
        options.rounds, options.pause, options.loop_seconds = 1, 0.0, 0.01
    return options


def main(arguments: list[str] | None = None) -> None:
    """Measure, print the tables, write the file."""
    options = parse(arguments)
    tf.config.threading.set_intra_op_parallelism_threads(options.threads)
    rng = np.random.default_rng(0)
    layers = QUICK if options.quick else ALL
    passes: dict[str, list[dict]] = {}
    with threadpool_limits(limits=options.threads, user_api="blas"):
        about = machine(options.threads)
        for title, (which, measure) in TABLES.items():
            if title.split(",")[0] not in options.only:
                continue
            passes[title] = rows = []
            for layer in layers[which]:
                print(f"{title}: {layer.name}: {layer.shape}", file=sys.stderr)
                entry = asdict(layer) | {"shape": layer.shape}
                rows.append(entry | measure(layer, rng, options))

    print("; ".join(f"{key}: {value}" for key, value in about.items()) + "\n")
    for title, rows in passes.items():
        print(table(title, rows))
    if options.json:
        options.json.write_text(json.dumps({"machine": about, "passes": passes}, indent=2) + "\n")


if __name__ == "__main__":
    main()
