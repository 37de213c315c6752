"""Layers of the package's networks on functions that students wrote.

After `coursekit.use(my_conv1d_forward)` a network runs layer by layer on the student's function.
Where that fails, or returns something else than it should, one sentence names the function, the
layer and the shapes.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from coursekit.exercises import own


def convolve(
    name: str, A_prev: np.ndarray, layer: Any, shape: tuple[int, ...], stride: int = 1
) -> np.ndarray:
    """Run a convolutional layer without padding on the student's `name`, before its activation.

    Parameters
    ----------
    name : str
        An exercise such as "conv1d_forward" that `coursekit.use` has put in place.
    A_prev : ndarray, shape (m, n_1, ..., n_d, n_C_prev)
    layer : keras.layers.Layer
        Where weights and biases are.
    shape : tuple of int
        What the output must have.
    stride : int

    Returns
    -------
    Z : ndarray of that shape, float32

    Raises
    ------
    ValueError
        If the function fails or returns something else.
    """
    W, b = (np.asarray(value) for value in layer.get_weights())
    given = f"A_prev of shape {A_prev.shape} and W of shape {W.shape} in layer {layer.name!r}"
    b = b.reshape((1,) * (A_prev.ndim - 1) + (-1,))
    result = _call(name, given, A_prev, W, b, {"stride": stride, "pad": 0})
    if not isinstance(result, tuple | list) or len(result) != 2:
        raise ValueError(
            f"your {name}, given {given}, returned {type(result).__name__}, but it must return a "
            "pair: Z and the cache"
        )
    return _checked(result[0], f"Z of your {name}, given {given},", shape)


def pad_causally(X: np.ndarray, f: int, layer: str) -> np.ndarray:
    """Signals (m, n, n_C) behind their zeros, (m, f - 1 + n, n_C), by the student's `causal_pad`.

    Raises ValueError as `convolve` does.
    """
    given = f"X of shape {X.shape} and f = {f} in layer {layer!r}"
    m, n, n_C = X.shape
    X_pad = _call("causal_pad", given, X, f)
    return _checked(X_pad, f"what your causal_pad returned, given {given},", (m, f - 1 + n, n_C))


def _call(name: str, given: str, *arguments: Any) -> Any:
    try:
        return own(name)(*arguments)
    except Exception as error:
        said = (str(error).strip() or "no message").splitlines()[0]
        raise ValueError(
            f"your {name} failed, given {given}: {type(error).__name__}: {said}"
        ) from error


def _checked(value: Any, name: str, shape: tuple[int, ...]) -> np.ndarray:
    """What came back, if it is finite numbers of the right shape."""
    try:
        value = np.asarray(value, np.float32)
    except (TypeError, ValueError):
        raise ValueError(f"{name} is no array of numbers") from None
    if value.shape != shape:
        raise ValueError(f"{name} has shape {value.shape}, but it must have shape {shape}")
    if not np.isfinite(value).all():
        raise ValueError(f"{name} holds numbers that are NaN or infinite")
    return value
