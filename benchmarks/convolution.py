"""Measure `coursekit.convolution` beside TensorFlow and beside the plain loop.

    python benchmarks/convolution.py                  all layers, Markdown tables
    python benchmarks/convolution.py --json out.json  and the numbers as a file
    python benchmarks/convolution.py --quick          tiny layers: does the script work?

All numbers are float32, one run, the same number of threads for both sides. Results are compared
before anything is timed. Nothing here asserts a time: machines differ.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import tensorflow as tf
from threadpoolctl import threadpool_info, threadpool_limits

from coursekit.convolution import conv_backward, conv_forward, pool_backward, pool_forward


@dataclass(frozen=True)
class Layer:
    """A convolutional layer and the batch that goes through it."""

    name: str
    m: int
    n_H_prev: int
    n_W_prev: int
    n_C_prev: int
    n_C: int
    f: int
    stride: int
    pad: int

    @property
    def shape(self) -> str:
        return (
            f"{self.m} × {self.n_H_prev} × {self.n_W_prev} × {self.n_C_prev} → {self.n_C}, "
            f"{self.f} × {self.f}, stride {self.stride}, pad {self.pad}"
        )


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


LAYERS = (
    Layer("LeNet-5 conv 1", 64, 32, 32, 1, 6, 5, 1, 0),
    Layer("LeNet-5 conv 2", 64, 14, 14, 6, 16, 5, 1, 0),
    Layer("ResNet conv 1", 4, 224, 224, 3, 64, 7, 2, 3),
    Layer("VGG conv 1_1", 4, 224, 224, 3, 64, 3, 1, 1),
    Layer("VGG conv 1_2", 1, 224, 224, 64, 64, 3, 1, 1),
    Layer("VGG conv 3_1", 4, 56, 56, 128, 256, 3, 1, 1),
    Layer("VGG conv 5_1", 4, 14, 14, 512, 512, 3, 1, 1),
    Layer("Inception 5 × 5", 8, 28, 28, 32, 96, 5, 1, 2),
    Layer("ResNet 3 × 3, down", 4, 56, 56, 128, 128, 3, 2, 1),
    Layer("ResNet 1 × 1", 4, 56, 56, 256, 64, 1, 1, 0),
    Layer("ResNet 1 × 1, down", 4, 56, 56, 256, 512, 1, 2, 0),
)
POOLS = (
    Pool("LeNet-5 pool 1", 64, 28, 28, 6, 2, 2),
    Pool("AlexNet pool 1", 8, 55, 55, 96, 3, 2),
    Pool("VGG pool 1", 1, 224, 224, 64, 2, 2),
    Pool("VGG pool 4", 4, 28, 28, 512, 2, 2),
    Pool("Inception pool", 4, 28, 28, 192, 3, 1),
)
QUICK_LAYERS = (
    Layer("3 × 3", 2, 9, 7, 3, 4, 3, 2, 1),
    Layer("3 × 3, many channels", 2, 20, 24, 16, 8, 3, 1, 1),
    Layer("1 × 1", 2, 6, 5, 4, 3, 1, 1, 0),
)
QUICK_POOLS = (Pool("2 × 2", 2, 6, 8, 3, 2, 2), Pool("3 × 3, overlapping", 2, 7, 9, 3, 3, 2))


def plain_loop(X: np.ndarray, W: np.ndarray, b: np.ndarray, stride: int, rows: int) -> np.ndarray:
    """The loop that one writes first: a product and a sum for each number of the output.

    Parameters
    ----------
    X : ndarray, shape (m, n_H_pad, n_W_pad, n_C_prev)
        Padded images.
    W, b : ndarray, shapes (f, f, n_C_prev, n_C) and (1, 1, 1, n_C)
    stride : int
    rows : int
        Compute this many rows of the output, of the first image and on.

    Returns
    -------
    Z : ndarray, shape (m, n_H, n_W, n_C)
        Zero where nothing was computed.
    """
    m, n_H_pad, n_W_pad, _ = X.shape
    f, _, _, n_C = W.shape
    n_H, n_W = (n_H_pad - f) // stride + 1, (n_W_pad - f) // stride + 1
    Z = np.zeros((m, n_H, n_W, n_C), dtype=X.dtype)
    for i in range(m):
        for h in range(n_H):
            if i * n_H + h >= rows:
                return Z
            for w in range(n_W):
                for c in range(n_C):
                    top, left = h * stride, w * stride
                    a_slice = X[i, top : top + f, left : left + f, :]
                    Z[i, h, w, c] = np.sum(a_slice * W[:, :, :, c]) + b[0, 0, 0, c]
    return Z


def time_loop(layer: Layer, X: np.ndarray, W: np.ndarray, b: np.ndarray, seconds: float) -> dict:
    """Time the plain loop on whole rows of output for about `seconds`, and scale to all rows."""
    n_H = (X.shape[1] - layer.f) // layer.stride + 1
    total = layer.m * n_H
    rows = 1
    while True:
        start = time.perf_counter()
        plain_loop(X, W, b, layer.stride, rows)
        took = time.perf_counter() - start
        if took >= seconds / 2 or rows == total:
            return {"loop_ms": 1e3 * took * total / rows, "loop_part": rows / total}
        rows = min(total, max(rows + 1, int(rows * seconds / max(took, 1e-6))))


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


def measure_layer(layer: Layer, rng: np.random.Generator, options: argparse.Namespace) -> dict:
    """Forward and backward pass of one convolutional layer."""

    def draw(*shape: int) -> np.ndarray:
        return rng.standard_normal(shape, dtype=np.float32)

    A_prev = draw(layer.m, layer.n_H_prev, layer.n_W_prev, layer.n_C_prev)
    W = draw(layer.f, layer.f, layer.n_C_prev, layer.n_C)
    b = draw(1, 1, 1, layer.n_C)
    stride, pad = layer.stride, layer.pad
    hparameters = {"stride": stride, "pad": pad}
    x, filters, bias = tf.constant(A_prev), tf.constant(W), tf.constant(b.reshape(-1))
    border = [[0, 0], [pad, pad], [pad, pad], [0, 0]]
    flat_border = [0, 0, pad, pad, pad, pad, 0, 0]

    def tf_forward() -> list[np.ndarray]:
        return [tf.nn.bias_add(tf.nn.conv2d(x, filters, stride, border), bias).numpy()]

    forward = compare(
        lambda: [conv_forward(A_prev, W, b, hparameters)[0]],
        tf_forward,
        options.rounds,
        options.pause,
    )
    X = np.pad(A_prev, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    forward |= time_loop(layer, X, W, b, options.loop_seconds)
    forward["speed_up"] = forward["loop_ms"] / forward["ours_ms"]

    Z, cache = conv_forward(A_prev, W, b, hparameters)
    dZ = draw(*Z.shape)
    dz = tf.constant(dZ)
    strides = [1, stride, stride, 1]
    place = {"strides": strides, "padding": "EXPLICIT", "explicit_paddings": flat_border}

    # The operations that a gradient tape would call, without the tape's own time.
    def tf_backward() -> list[np.ndarray]:
        dx = tf.raw_ops.Conv2DBackpropInput(
            input_sizes=A_prev.shape, filter=filters, out_backprop=dz, **place
        )
        dw = tf.raw_ops.Conv2DBackpropFilter(
            input=x, filter_sizes=W.shape, out_backprop=dz, **place
        )
        return [gradient.numpy() for gradient in (dx, dw, tf.raw_ops.BiasAddGrad(out_backprop=dz))]

    backward = compare(lambda: conv_backward(dZ, cache), tf_backward, options.rounds, options.pause)
    return {"forward": forward, "backward": backward}


def measure_pool(pool: Pool, mode: str, rng: np.random.Generator, options) -> dict:
    """Forward and backward pass of one pooling layer."""
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

    def tf_forward() -> list[np.ndarray]:
        operation = tf.nn.max_pool2d if mode == "max" else tf.nn.avg_pool2d
        return [operation(x, pool.f, pool.stride, "VALID").numpy()]

    def tf_backward() -> list[np.ndarray]:
        if mode == "max":
            dx = tf.raw_ops.MaxPoolGrad(orig_input=x, orig_output=a, grad=da, **window)
        else:
            dx = tf.raw_ops.AvgPoolGrad(orig_input_shape=size, grad=da, **window)
        return [dx.numpy()]

    _, cache = pool_forward(A_prev, hparameters, mode)
    return {
        "forward": compare(
            lambda: [pool_forward(A_prev, hparameters, mode)[0]],
            tf_forward,
            options.rounds,
            options.pause,
        ),
        "backward": compare(
            lambda: [pool_backward(dA, cache, mode)], tf_backward, options.rounds, options.pause
        ),
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
    head += ["loop, ms", "rows of the loop measured", "times faster than the loop"] * loop
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
    options.pause = 0.05
    if options.quick:
        options.rounds, options.pause, options.loop_seconds = 1, 0.0, 0.01
    return options


def main(arguments: list[str] | None = None) -> None:
    """Measure, print the tables, write the file."""
    options = parse(arguments)
    tf.config.threading.set_intra_op_parallelism_threads(options.threads)
    rng = np.random.default_rng(0)
    layers, pools = (QUICK_LAYERS, QUICK_POOLS) if options.quick else (LAYERS, POOLS)

    passes: dict[str, list[dict]] = {}

    def keep(title: str, layer: Layer | Pool, numbers: dict) -> None:
        entry = asdict(layer) | {"shape": layer.shape} | numbers
        passes.setdefault(title, []).append(entry)

    with threadpool_limits(limits=options.threads, user_api="blas"):
        about = machine(options.threads)
        for layer in layers:
            print(f"{layer.name}: {layer.shape}", file=sys.stderr)
            measured = measure_layer(layer, rng, options)
            for direction, numbers in measured.items():
                keep(f"conv_{direction}", layer, numbers)
        for mode in ("max", "average"):
            for pool in pools:
                print(f"{pool.name}, {mode}: {pool.shape}", file=sys.stderr)
                measured = measure_pool(pool, mode, rng, options)
                for direction, numbers in measured.items():
                    keep(f"pool_{direction}, {mode}", pool, numbers)

    print("; ".join(f"{key}: {value}" for key, value in about.items()) + "\n")
    for title, rows in passes.items():
        print(table(title, rows))
    if options.json:
        options.json.write_text(json.dumps({"machine": about, "passes": passes}, indent=2) + "\n")


if __name__ == "__main__":
    main()
