"""A chain of convolutions and poolings, made for one thing: gradients with respect to the picture.

While a picture is painted the network stays as it is. What depends on its weights alone is computed
once, and nothing is computed for their sake. Large convolutions of 3 by 3 run by Winograd's minimal
filtering, with a fourth of the multiplications, forward and backward: the gradient with respect to
the input is such a convolution again, with kernels that are flipped and transposed.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

# Tiles of the output are 4 by 4, and each takes 6 by 6 of the input.
_TILE = 4

# Where the polynomials of Winograd's algorithm are evaluated, besides infinity. The usual 0, 1, -1,
# 2 and -2 lose twice as many digits. With these the error is 1.5 times that of a plain sum.
_POINTS = (0, 3 / 4, -3 / 4, 3 / 2, -3 / 2)

# A convolution is large from so many multiplications, and pairs of channels. Below, compiling for a
# size of picture, about half a second, is not won back by the few hundred steps of one painting.
_LARGE = 1e9
_PAIRS = 64 * 128


@dataclass(frozen=True)
class Conv:
    """A convolution with stride 1 that keeps height and width ("same"), a bias and a ReLU.

    Attributes
    ----------
    name : str
    kernel : ndarray, shape (f, f, n_C_prev, n_C)
    bias : ndarray, shape (n_C,)
    """

    name: str
    kernel: np.ndarray
    bias: np.ndarray


@dataclass(frozen=True)
class Pool:
    """Pooling of 2 by 2 with stride 2; an odd last row or column is left out.

    Attributes
    ----------
    kind : {"max", "average"}
    """

    kind: str = "max"


class Stack:
    """Layers, each of which takes what the one before gives.

    Attributes
    ----------
    layers : tuple of Conv and Pool
    names : tuple of str
        Names of the convolutions, in order of depth.

    Raises
    ------
    ValueError
        If two layers have one name, or a kernel or a bias has a shape that does not fit.
    """

    def __init__(self, layers: Sequence[Conv | Pool]) -> None:
        self.layers = tuple(layers)
        convolutions = [layer for layer in self.layers if isinstance(layer, Conv)]
        self.names = tuple(layer.name for layer in convolutions)
        self._spectra: dict[str, tuple] = {}
        n_C_prev = None
        for layer in convolutions:
            shape = np.shape(layer.kernel)
            if len(shape) != 4 or n_C_prev not in (None, shape[2]):
                raise ValueError(
                    f"the kernel of {layer.name} has shape {shape}, but should have the shape "
                    f"(f, f, {n_C_prev or 'n_C_prev'}, n_C)"
                )
            n_C_prev = shape[3]
            if np.shape(layer.bias) != (n_C_prev,):
                raise ValueError(
                    f"the bias of {layer.name} has shape {np.shape(layer.bias)}, but its "
                    f"{n_C_prev} channels take ({n_C_prev},)"
                )
            if self.names.count(layer.name) > 1:
                raise ValueError(f"two layers are named {layer.name}, but each needs its own name")
        for layer in self.layers:
            if isinstance(layer, Pool) and layer.kind not in ("max", "average"):
                raise ValueError(f"pooling is {layer.kind!r}, but it must be 'max' or 'average'")

    def __call__(self, images: Any, wanted: Sequence[str]) -> list:
        """Activations of some layers, after their ReLU.

        Parameters
        ----------
        images : array or tensor, shape (m, n_H, n_W, n_C)
            What the first layer takes, of any height and width.
        wanted : sequence of str
            Names of convolutions. Nothing deeper than the deepest of them is computed.

        Returns
        -------
        list of tensors, shape (m, n_H, n_W, n_C), float32
            One for each name, in the same order. Gradients flow through them to `images`, with a
            tape, also one within `tf.function`, where they are fast.

        Raises
        ------
        ValueError
            If there is no layer of such a name.
        """
        import tensorflow as tf

        for name in wanted:
            if name not in self.names:
                raise ValueError(f"no layer is named {name!r}; there are {', '.join(self.names)}")
        A = tf.cast(tf.convert_to_tensor(images), tf.float32)
        found: dict[str, Any] = {}
        missing = set(wanted)
        for layer in self.layers:
            if not missing:
                break
            if isinstance(layer, Pool):
                pool = tf.nn.max_pool2d if layer.kind == "max" else tf.nn.avg_pool2d
                A = pool(A, 2, 2, "VALID")
            else:
                A = self._convolve(layer, A)
                if layer.name in missing:
                    found[layer.name] = A
                    missing.remove(layer.name)
        return [found[name] for name in wanted]

    def _convolve(self, layer, A_prev):
        import tensorflow as tf

        if not _pays(A_prev.shape, layer.kernel.shape):
            Z = tf.nn.conv2d(A_prev, layer.kernel, 1, "SAME")
            return tf.nn.relu(tf.nn.bias_add(Z, layer.bias))
        if layer.name not in self._spectra:
            with tf.init_scope():  # tensors that outlive the graph which is being made
                backward = layer.kernel[::-1, ::-1].transpose(0, 1, 3, 2)
                self._spectra[layer.name] = (
                    tf.constant(_spectrum(layer.kernel)),
                    tf.constant(layer.bias, tf.float32),
                    tf.constant(_spectrum(backward)),
                )
        U, b, U_backward = self._spectra[layer.name]
        m, n_H, n_W, n_C_prev = A_prev.shape
        forward = _compiled(_forward, (m, n_H, n_W, n_C_prev), layer.kernel.shape[3])
        backward = _compiled(_backward, (m, n_H, n_W, layer.kernel.shape[3]), n_C_prev)

        @tf.custom_gradient
        def convolve(A_prev):
            A = forward(A_prev, U, b)
            return A, lambda dA: backward(dA, A, U_backward)

        return convolve(A_prev)


def gram(a: Any) -> Any:
    """Gram matrix of activations; its gradient takes one product of matrices in place of two.

    Parameters
    ----------
    a : tensor, shape (1, n_H, n_W, n_C)

    Returns
    -------
    tensor, shape (n_C, n_C)
        Sums over all positions, not divided by their number.

    Notes
    -----
    With one position in each row of A, G = A^T A and dA = A (dG + dG^T).
    """
    import tensorflow as tf

    @tf.custom_gradient
    def product(A):
        return tf.matmul(A, A, transpose_a=True), lambda dG: tf.matmul(A, dG + tf.transpose(dG))

    return product(tf.reshape(a, [-1, a.shape[-1]]))


def _pays(image, kernel):
    """Whether a convolution is large enough, and where it runs able, to be compiled."""
    import tensorflow as tf

    f, _, n_C_prev, n_C = kernel
    return (
        f == 3
        and n_C_prev * n_C >= _PAIRS
        and not tf.executing_eagerly()  # what runs once is not worth compiling
        and image.is_fully_defined()
        and np.prod(image) * f * f * n_C >= _LARGE
        and _compiles()
    )


@functools.cache
def _compiles():
    """Whether TensorFlow can compile here. A graphics card has algorithms of its own."""
    import tensorflow as tf

    if tf.config.list_physical_devices("GPU"):
        return False
    try:
        with tf.init_scope():
            tf.function(lambda x: x + x, jit_compile=True, autograph=False)(tf.zeros(1))
    except Exception:  # whatever a build of TensorFlow without XLA says
        return False
    return True


@functools.cache
def _compiled(function, shape, n_C):
    """`function`, compiled once for each shape of its input and number of channels it gives."""
    import tensorflow as tf

    return tf.function(function, jit_compile=True, autograph=False)


def _forward(A_prev, U, b):
    import tensorflow as tf

    return tf.nn.relu(_winograd(A_prev, U) + b)


def _backward(dA, A, U):
    import tensorflow as tf

    return _winograd(tf.where(A > 0, dA, 0), U)


@functools.cache
def _matrices():
    """Matrices of Winograd's algorithm F(4, 3): B^T (6, 6) for the input, G (6, 3), A^T (4, 6).

    For vectors d of 6 and g of 3 numbers, A^T ((G g) * (B^T d)) is the correlation of both, 4
    numbers, with 6 multiplications in place of 12. It is the multiplication of polynomials by
    their values at some points, transposed: the column of a point in A^T, and its row in G, hold
    its powers; its row in B^T is the polynomial that vanishes at all other points.
    """
    points = np.array(_POINTS)
    powers = points[:, None] ** np.arange(_TILE)
    others = [np.delete(points, i) for i in range(len(points))]
    size = len(points) + 1
    B_T, G, A_T = np.zeros((size, size)), np.zeros((size, 3)), np.zeros((_TILE, size))
    for i, (point, rest) in enumerate(zip(points, others)):
        B_T[i, :-1] = np.poly(rest)[::-1]
        G[i] = powers[i, :3] / np.prod(point - rest)
        A_T[:, i] = powers[i]
    # Infinity, where a polynomial has the value of its highest coefficient.
    B_T[-1] = np.poly(points)[::-1]
    G[-1, -1] = A_T[-1, -1] = 1
    return B_T, G, A_T


def _spectrum(kernel):
    """Kernels (3, 3, n_C_prev, n_C) as `_winograd` takes them: (36, n_C_prev, n_C), float32."""
    _, G, _ = _matrices()
    columns_first = kernel.transpose(1, 0, 2, 3).reshape(9, -1)
    return (np.kron(G, G) @ columns_first).astype(np.float32).reshape(-1, *kernel.shape[2:])


def _winograd(X, U):
    """Convolution of X (m, n_H, n_W, n_C_prev) with kernels whose `_spectrum` is U.

    Source: A. Lavin and S. Gray, "Fast algorithms for convolutional neural networks", 2016.
    """
    import tensorflow as tf

    B_T, _, A_T = _matrices()
    m, n_H, n_W, n_C_prev = X.shape
    high, wide, n_C = -(-n_H // _TILE), -(-n_W // _TILE), U.shape[-1]
    X = tf.pad(X, [[0, 0], [1, _TILE * high + 1 - n_H], [1, _TILE * wide + 1 - n_W], [0, 0]])
    # First all rows are combined, then all columns: entry i of each tile lies 4 from the next one.
    rows = [X[:, i : i + _TILE * (high - 1) + 1 : _TILE] for i in range(len(B_T))]
    V = _combined(B_T, rows)
    columns = [V[..., j : j + _TILE * (wide - 1) + 1 : _TILE, :] for j in range(len(B_T))]
    V = _combined(B_T, columns)
    # For each entry of a tile one product of matrices: all tiles by all kernels.
    M = tf.matmul(tf.reshape(V, [-1, m * high * wide, n_C_prev]), U)
    M = tf.reshape(M, [len(B_T), len(B_T), m, high, wide, n_C])
    Y = _combined(A_T, tf.unstack(M))
    Y = _combined(A_T, tf.unstack(Y, axis=1))
    Y = tf.transpose(Y, [2, 3, 0, 4, 1, 5])  # from (row in tile, column in tile, m, ...)
    Y = tf.reshape(Y, [m, _TILE * high, _TILE * wide, n_C])
    return Y[:, :n_H, :n_W]


def _combined(matrix, tensors):
    """Linear combinations of tensors, one for each row of a matrix, stacked."""
    import tensorflow as tf

    return tf.stack(
        [
            tf.add_n([float(factor) * tensor for factor, tensor in zip(row, tensors) if factor])
            for row in matrix
        ]
    )
