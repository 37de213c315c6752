"""Pictures of what a unit looks for: the filters of the first layer, and gradient ascent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from coursekit.visualize.graph import (
    Call,
    at_least_one,
    calls_between,
    check_graph,
    check_units,
    count_units,
    find_layer,
    picture_size,
    up_to,
)

if TYPE_CHECKING:
    import keras
    import tensorflow as tf


def first_layer_filters(model: keras.Model) -> np.ndarray:
    """The filters of a model's first convolution, as small pictures.

    Parameters
    ----------
    model : keras.Model
        Sequential or functional, of pictures with one channel or three.

    Returns
    -------
    np.ndarray, shape (n_C, f_H, f_W, 3), float32
        Each filter stretched about zero: 0.5 is a weight of 0, and its largest weight becomes 0
        or 1.

    Raises
    ------
    ValueError
        Where there is no convolution, or its filters are no pictures.
    """
    check_graph(model)
    for call in calls_between(model.inputs, model.outputs):
        if hasattr(call.layer, "layers") and hasattr(call.layer, "inputs"):
            return first_layer_filters(call.layer)
        if type(call.layer).__name__ == "Conv2D":
            kernel = np.asarray(call.layer.get_weights()[0], np.float32)
            break
    else:
        raise ValueError(f"model {model.name!r} has no Conv2D, so it has no filters to show")
    if kernel.shape[2] not in (1, 3):
        raise ValueError(
            f"the filters of layer {call.layer.name!r} have {kernel.shape[2]} channels: only 1 or "
            "3 can be shown as colors"
        )
    filters = kernel.transpose(3, 0, 1, 2)
    largest = np.abs(filters).max(axis=(1, 2, 3), keepdims=True)
    shown = 0.5 + 0.5 * filters / np.where(largest == 0, 1, largest)
    return np.repeat(shown, 3, axis=-1) if kernel.shape[2] == 1 else shown


def maximize(
    model: keras.Model,
    layer: str,
    unit: int | Sequence[int],
    *,
    size: int | tuple[int, int] | None = None,
    steps: int = 100,
    seed: int = 0,
    jitter: int = 4,
    learning_rate: float = 0.05,
    where: str = "mean",
    contrast: float = 1.0,
    preprocess: Callable | None = None,
) -> np.ndarray:
    """A picture that excites a unit, found by gradient ascent on the pixels.

    Left alone, the ascent ends in grain of high frequency that nobody can read. Here the picture is
    a sum of waves, long ones stronger than short ones as in photographs, that decay where nothing
    feeds them; a sigmoid presses it into 0 to 1, and before each step it moves by some random
    pixels (Olah et al., 2017).

    Parameters
    ----------
    model : keras.Model
        As for `receptive_field`.
    layer : str
        Name of the layer. Its activation function gives way to a leaky ReLU, or a unit that is
        silent at the start would have no gradient.
    unit : int or sequence of int
        Several at once are faster than one after the other.
    size : int or (int, int), optional
        Of the picture. By default that of the model, or 96 where it takes any.
    steps : int
    seed : int
        Another one starts from another noise.
    jitter : int
        Largest shift before a step, in pixels.
    learning_rate : float
    where : "mean" or "center"
        Excite the unit everywhere, which gives a texture, or where it stands in the middle.
    contrast : float
        How strong the waves may grow; beyond 2 most pixels end at 0 or 1.
    preprocess : callable, optional
        As for `top_patches`; of TensorFlow operations.

    Returns
    -------
    np.ndarray, shape (n_H, n_W, n_C) or (n_units, n_H, n_W, n_C), float32
        From 0 to 1; a batch where `unit` is a sequence.

    Raises
    ------
    ValueError
        Where there is no such layer or unit, or a number is out of range.
    """
    import tensorflow as tf

    call = find_layer(model, layer)
    units = check_units(unit, count_units(call, layer), layer)
    steps = at_least_one("steps", steps)
    if where not in ("mean", "center"):
        raise ValueError(f"where is {where!r}: it must be 'mean' or 'center'")
    if not contrast > 0:
        raise ValueError(f"contrast is {contrast!r}: it must be a number over 0")
    if isinstance(size, (int, np.integer)):
        size = (size, size)
    height, width = (length or 96 for length in picture_size(model, size))
    channels = model.inputs[0].shape[-1]
    network = up_to(model, _before_activation(call))
    # Waves of the random noise that the ascent begins with, in opponent colors.
    rng = np.random.default_rng(seed)
    vertical = np.fft.fftfreq(height)[:, None]
    frequency = np.hypot(vertical, np.fft.rfftfreq(width)[None, :])
    falloff = (1 / np.sqrt(np.maximum(frequency, 1 / max(height, width)))).astype(np.float32)
    falloff *= np.sqrt(height * width) / np.sqrt((falloff**2).sum() * 2)
    colors = _OPPONENT if channels == 3 else np.eye(channels, dtype=np.float32)
    start = rng.standard_normal((len(units), 2, channels, *frequency.shape))
    waves = tf.Variable(start.astype(np.float32))

    def draw() -> tf.Tensor:
        spectrum = tf.complex(waves[:, 0], waves[:, 1]) * tf.cast(falloff, tf.complex64)
        planes = tf.signal.irfft2d(spectrum, fft_length=(height, width)) * np.float32(
            np.sqrt(height * width)
        )
        return tf.sigmoid(tf.einsum("mchw,cd->mhwd", planes, colors))

    def excitement(pictures: tf.Tensor) -> tf.Tensor:
        inputs = pictures if preprocess is None else preprocess(pictures)
        # Where the unit is silent counts little: a unit for edges answers to each with both signs,
        # which in a plain mean cancel.
        outputs = tf.nn.leaky_relu(network(inputs, training=False), 0.1)
        if len(outputs.shape) == 4 and where == "center":
            outputs = outputs[:, outputs.shape[1] // 2, outputs.shape[2] // 2]
        elif len(outputs.shape) == 4:
            outputs = tf.reduce_mean(outputs, axis=(1, 2))
        return tf.reduce_sum(tf.gather(outputs, units[:, None], axis=1, batch_dims=1))

    def ascend(shift: tf.Tensor) -> None:
        with tf.GradientTape() as tape:
            pictures = tf.roll(draw(), shift, axis=(1, 2))
            height_of_hill = excitement(pictures)
        slope = tape.gradient(height_of_hill, waves)
        # Steps of one size whatever the scale of the layer, and decay that stops at `contrast`.
        slope /= tf.sqrt(tf.reduce_mean(slope**2, axis=(1, 2, 3, 4), keepdims=True)) + 1e-12
        waves.assign(waves * (1 - learning_rate / contrast) + learning_rate * slope)

    step = tf.function(ascend).get_concrete_function(tf.TensorSpec((2,), tf.int32))
    for _ in range(steps):
        step(tf.constant(rng.integers(-jitter, jitter + 1, 2), tf.int32))
    pictures = draw().numpy()
    return pictures[0] if np.ndim(unit) == 0 else pictures


# Light, blue against yellow, red against green: photographs vary much, less and least along them.
_OPPONENT = np.array([[0.95, 0.95, 0.95], [0.3, 0.1, -0.4], [0.12, -0.18, 0.06]], np.float32)


def _before_activation(call: Call) -> Any:
    """A layer's output without its activation function, as a tensor of the graph."""
    layer, kind = call.layer, type(call.layer).__name__
    if kind in ("Activation", "ReLU", "LeakyReLU", "ELU", "Softmax", "Relu", "Sigmoid", "Tanh"):
        return call.inputs[0]
    weighted = kind in ("Conv2D", "DepthwiseConv2D", "SeparableConv2D", "Dense")
    if not weighted or getattr(layer.activation, "__name__", "") == "linear":
        return call.outputs[0]
    twin = type(layer).from_config(
        {**layer.get_config(), "activation": "linear", "name": f"{layer.name}_before_activation"}
    )
    outputs = twin(call.inputs[0])
    twin.set_weights(layer.get_weights())
    return outputs
