"""What a check does on the student's side of the line of trust, where plain data is not enough.

A gradient or a model cannot cross the line. A check names one of these functions instead:
`student.triplet_loss.through(probes.gradients, ...)` runs `gradients(triplet_loss, ...)` beside the
student's function, and what it returns crosses as plain data. Nothing here knows an answer.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any

import numpy as np

# What candidates run from here: checks name probes, and submissions cannot add any.
__all__ = ["encoding", "encoding_raised", "gradients", "kept", "painting", "raised", "shared"]


def gradients(function: Callable, *args: Any) -> list:
    """Value and gradients of a function of TensorFlow tensors.

    Parameters
    ----------
    function : callable
    *args : Any
        Arguments. Arrays of floats, also those in lists, become tensors whose gradients are taken.

    Returns
    -------
    list
        The value, and a list of the gradients, one for each of those arrays in their order: an
        array of its shape, or None where no gradient arrives.
    """
    import tensorflow as tf

    watched = []

    def to_tensor(value: Any) -> Any:
        if isinstance(value, list | tuple):
            return type(value)(to_tensor(item) for item in value)
        if isinstance(value, np.ndarray) and value.dtype.kind == "f":
            watched.append(tf.constant(value))
            return watched[-1]
        return value

    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tensors = [to_tensor(value) for value in args]
        tape.watch(watched)
        value = function(*tensors)
    if not tf.is_tensor(value):
        return [value, [None] * len(watched)]
    found = tape.gradient(value, watched)
    return [value, [None if item is None else tf.convert_to_tensor(item) for item in found]]


def kept(function: Callable, *args: Any) -> list[bool]:
    """Whether a function of lists leaves them as they are.

    Parameters
    ----------
    function : callable
    *args : list
        Arrays in a list become TensorFlow tensors.

    Returns
    -------
    list of bool
        For each argument whether the list holds the very same things after the call.
    """
    import tensorflow as tf

    lists = [[tf.constant(v) if isinstance(v, np.ndarray) else v for v in arg] for arg in args]
    before = [list(arg) for arg in lists]
    function(*lists)
    return [
        len(old) == len(new) and all(a is b for a, b in zip(old, new))
        for old, new in zip(before, lists)
    ]


def shared(function: Callable, *args: Any) -> list[bool]:
    """Whether a function returns an array that lies in another one, as a view does.

    Parameters
    ----------
    function : callable
    *args : Any

    Returns
    -------
    list of bool
        Whether it lies in one of the arguments, and whether a second call returns it again. False
        also for what is no array: lists and tensors are things of their own.
    """
    value, again = function(*args), function(*args)

    def lies_in(others: Any) -> bool:
        arrays = [other for other in others if isinstance(other, np.ndarray)]
        return isinstance(value, np.ndarray) and any(np.may_share_memory(value, a) for a in arrays)

    return [lies_in(args), lies_in([again])]


def raised(function: Callable, kind: str, *args: Any) -> list:
    """Whether a function raises an exception of the built-in class `kind`.

    Parameters
    ----------
    function : callable
    kind : str
        Exceptions of other classes are left to run on.
    *args : Any

    Returns
    -------
    list
        True and the exception's text, or False and what the function returned.
    """
    try:
        return [False, function(*args)]
    except getattr(builtins, kind) as error:
        return [True, str(error)]


def encoding(
    function: Callable, image: np.ndarray, weights: np.ndarray, tensor: bool = False
) -> dict:
    """A function of a picture and a model, with a linear model.

    Parameters
    ----------
    function : callable
        Called with `image` and the model.
    image : ndarray, shape (n_H, n_W, n_C)
    weights : ndarray, shape (n_H * n_W * n_C, n)
        The model returns the product of each picture's numbers with these.
    tensor : bool
        The model returns a TensorFlow tensor, as real ones do.

    Returns
    -------
    dict
        `"value"`: what came back. `"tensor"`: whether that is a tensor still; on the way across it
        becomes an array. `"image"`: the picture after the call. `"shapes"`: of each batch
        that the model was handed, a list; None for what has no shape, such as a list.
        `"batches"`: these batches.
    """
    model = _Model(weights, tensor)
    value = function(image, model)
    return {
        "value": value,
        "tensor": hasattr(value, "numpy"),
        "image": image,
        "shapes": model.shapes,
        "batches": model.batches,
    }


def encoding_raised(function: Callable, kind: str, image: np.ndarray, weights: np.ndarray) -> list:
    """`raised` for a function of a picture and the linear model of `encoding`."""
    return raised(function, kind, image, _Model(weights, tensor=False))


def painting(
    function: Callable,
    image: np.ndarray,
    target: np.ndarray,
    scale: np.ndarray,
    optimizer: str,
    settings: dict,
    steps: int,
) -> dict:
    """Some steps of a function that moves the pixels of a picture against a cost.

    Parameters
    ----------
    function : callable
        Called with a variable, the cost and an optimizer, the same three in each step.
    image : ndarray, shape (1, n_H, n_W, 3)
        What the variable holds before the first step.
    target, scale : ndarray, of the same shape
        The cost is the sum of `scale * (image - target)**2`. It is strict about the shape, as a
        network is.
    optimizer : str
        Its name in `keras.optimizers`.
    settings : dict
        What it is made with.
    steps : int

    Returns
    -------
    dict
        `"costs"`: what came back from each step, a list. `"images"`: what the variable held after
        each step, a list of arrays.
    """
    import keras
    import tensorflow as tf

    variable = tf.Variable(image)
    made = getattr(keras.optimizers, optimizer)(**settings)
    # Its own variables exist from here on: a function under tf.function may not create them late.
    made.build([variable])

    def cost(picture: Any) -> Any:
        picture = tf.convert_to_tensor(picture)
        if not picture.shape.is_compatible_with(target.shape):
            raise ValueError(f"the cost takes shape {target.shape}, and was given {picture.shape}")
        return tf.reduce_sum(scale * tf.square(picture - target))

    costs, images = [], []
    for _ in range(steps):
        costs.append(function(variable, cost, made))
        images.append(variable.numpy())
    return {"costs": costs, "images": images}


class _Model:
    """A linear model that takes whatever it is handed, so that a check can say what that was."""

    def __init__(self, weights: np.ndarray, tensor: bool) -> None:
        self.shapes: list = []
        self.batches: list = []
        self._weights, self._tensor = weights, tensor

    def __call__(self, batch: Any, training: bool = False) -> Any:
        shape = getattr(batch, "shape", None)
        self.shapes.append(None if shape is None else [int(size) for size in shape])
        self.batches.append(np.array(batch))
        pictures = self.batches[-1].reshape(max(len(self.batches[-1]), 1), -1)
        if pictures.shape[1] != len(self._weights):
            rows = np.ones((len(pictures), self._weights.shape[1]))
        else:
            rows = pictures @ self._weights
        if not self._tensor:
            return rows
        import tensorflow as tf

        return tf.constant(rows)
