"""Slow, plain oracles for pooling and for the backward passes.

The gradients are gathered, one input entry at a time: which output entries saw this pixel, and
with what weight? Solutions usually scatter, one window at a time, so that the two agree only if
both are right. Nothing here calls the package.
"""

from __future__ import annotations

import numpy as np

from coursekit.checks.oracles import oracle


def distinct(rng: np.random.Generator, *shape: int, low: float = 1.0, high: float = 9.0):
    """Numbers evenly spaced from `low` to `high`, shuffled: no ties, also not in float32."""
    size = int(np.prod(shape))
    return rng.permutation(np.linspace(low, high, size)).reshape(shape)


def output_size(n: int, f: int, stride: int, pad: int = 0) -> int:
    """How many windows of size `f` fit, counted by moving one along."""
    count = 0
    while count * stride + f <= n + 2 * pad:
        count += 1
    return count


@oracle
def pool_loop(A_prev: np.ndarray, f: int, stride: int, mode: str) -> np.ndarray:
    """Pooling of `A_prev`, shape `(m, n_H, n_W, n_C)`, one output number at a time."""
    m, n_H_prev, n_W_prev, n_C = A_prev.shape
    A = np.zeros((m, output_size(n_H_prev, f, stride), output_size(n_W_prev, f, stride), n_C))
    for i, h, w, c in np.ndindex(A.shape):
        numbers = [
            float(A_prev[i, h * stride + y, w * stride + x, c]) for y in range(f) for x in range(f)
        ]
        A[i, h, w, c] = max(numbers) if mode == "max" else sum(numbers) / len(numbers)
    return A


@oracle
def pool_gradient_loop(
    dA: np.ndarray, A_prev: np.ndarray, f: int, stride: int, mode: str
) -> np.ndarray:
    """The gradient of `sum(dA * pool(A_prev))`, shape of `A_prev`, gathered pixel by pixel.

    Meant for inputs without ties: there the maximum has one place.
    """
    A = pool_loop(A_prev, f, stride, mode)
    dA_prev = np.zeros(A_prev.shape)
    for i, y, x, c in np.ndindex(A_prev.shape):
        for h in range(A.shape[1]):
            for w in range(A.shape[2]):
                if not (0 <= y - h * stride < f and 0 <= x - w * stride < f):
                    continue
                if mode == "average":
                    dA_prev[i, y, x, c] += dA[i, h, w, c] / (f * f)
                elif A_prev[i, y, x, c] == A[i, h, w, c]:
                    dA_prev[i, y, x, c] += dA[i, h, w, c]
    return dA_prev


@oracle
def conv_input_gradient(
    dZ: np.ndarray, W: np.ndarray, shape: tuple[int, ...], stride: int, pad: int
) -> np.ndarray:
    """The gradient of `sum(dZ * Z)` by an input of `shape`: the weights that touch each pixel."""
    f = W.shape[0]
    dA_prev = np.zeros(shape)
    for i, y, x, k in np.ndindex(*shape):
        for h, w, c in np.ndindex(dZ.shape[1:]):
            row, column = y + pad - h * stride, x + pad - w * stride
            if 0 <= row < f and 0 <= column < f:
                dA_prev[i, y, x, k] += dZ[i, h, w, c] * W[row, column, k, c]
    return dA_prev


@oracle
def conv_filter_gradient(
    dZ: np.ndarray, A_prev: np.ndarray, f: int, stride: int, pad: int
) -> np.ndarray:
    """The gradient of `sum(dZ * Z)` by the filters: the pixels that each weight touches."""
    _, n_H, n_W, n_C_prev = A_prev.shape
    dW = np.zeros((f, f, n_C_prev, dZ.shape[3]))
    for row, column, k, c in np.ndindex(dW.shape):
        for i, h, w in np.ndindex(dZ.shape[:3]):
            y, x = h * stride + row - pad, w * stride + column - pad
            if 0 <= y < n_H and 0 <= x < n_W:
                dW[row, column, k, c] += dZ[i, h, w, c] * A_prev[i, y, x, k]
    return dW


@oracle
def conv_bias_gradient(dZ: np.ndarray) -> np.ndarray:
    """The gradient by the bias, shape `(1, 1, 1, n_C)`: each bias is added to every number of
    its own channel, once."""
    db = np.zeros((1, 1, 1, dZ.shape[3]))
    for i, h, w, c in np.ndindex(dZ.shape):
        db[0, 0, 0, c] += dZ[i, h, w, c]
    return db


def conv_problem(
    rng: np.random.Generator,
    *,
    m: int = 1,
    size: tuple[int, int] = (5, 5),
    channels: int = 1,
    filters: int = 1,
    f: int = 3,
    stride: int = 1,
    pad: int = 1,
) -> tuple[np.ndarray, tuple]:
    """Random `dZ` and the cache that a forward pass of this shape would leave."""
    A_prev = rng.standard_normal((m, *size, channels))
    W = rng.standard_normal((f, f, channels, filters))
    b = rng.standard_normal((1, 1, 1, filters))
    n_H, n_W = (output_size(n, f, stride, pad) for n in size)
    dZ = rng.standard_normal((m, n_H, n_W, filters))
    return dZ, (A_prev, W, b, {"stride": stride, "pad": pad})
