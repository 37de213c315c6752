"""The encoder: a convolutional network that turns a picture of a face into 128 numbers.

Pictures of one person should land close together, pictures of two people far apart, by the squared
distance between their encodings. That is FaceNet's idea (Schroff, Kalenichenko, Philbin, 2015) at a
size that two cores train in minutes. `training.py` makes the weights; this module builds the
network, loads the weights that the package ships, and encodes pictures with them.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

import numpy as np

from coursekit.weights import load_weights

# Made by `python -m coursekit.faces.training`.
SHIPPED = Path(__file__).parent / "weights" / "encoder.npz"


def build_encoder(
    size: int = 64,
    dimension: int = 128,
    *,
    width: int = 32,
    normalize: bool = True,
    nonnegative: bool = False,
    seed: int = 0,
):
    """An encoder with random weights.

    Each stage halves the picture with a convolution of stride 2 and doubles the channels, until
    4 rows and columns or fewer are left: 64 -> 32 -> 16 -> 8 -> 4, with 32, 64, 128 and 256
    channels. One dense layer makes the encoding out of what is left: it sees where on the face
    something is, since faces sit in the middle of their pictures.

    Parameters
    ----------
    size : int
        Rows and columns of a picture in pixels, at least 8.
    dimension : int
        Length of an encoding.
    width : int
        Channels after the first stage; fewer train faster and encode worse.
    normalize : bool
        Scale every encoding to length 1. Without it nothing keeps encodings away from zero but the
        margin of the triplet loss.
    nonnegative : bool
        End in a ReLU, so that no component is negative, as the chi-square form wants.
    seed : int
        Fixes the random weights.

    Returns
    -------
    keras.Model
        Takes pictures (m, size, size, 3) of 0 to 255, gives encodings (m, dimension) float32.

    Raises
    ------
    ValueError
        If a number is too small.
    """
    if size < 8 or dimension < 1 or width < 1:
        raise ValueError(
            f"size {size}, dimension {dimension}, width {width}: an encoder takes pictures of at "
            "least 8 pixels, and has at least one channel and one number in an encoding"
        )
    from keras import Input, Model, initializers, layers

    def weights(layer: int):
        # A seed for every layer, so that the global random state is neither used nor changed.
        return initializers.HeNormal(seed=1000 * seed + layer)

    pictures = Input((size, size, 3), name="pictures")
    x = layers.Rescaling(1 / 127.5, offset=-1, name="scale")(pictures)
    side, stage = size, 0
    while side > 4:
        channels = min(width * 2**stage, 8 * width)
        stage, side = stage + 1, (side + 1) // 2
        x = layers.Conv2D(
            channels,
            3,
            strides=2,
            padding="same",
            use_bias=False,  # the batch normalization that follows adds its own
            kernel_initializer=weights(stage),
            name=f"conv{stage}",
        )(x)
        x = layers.BatchNormalization(momentum=0.95, name=f"norm{stage}")(x)
        x = layers.ReLU(name=f"relu{stage}")(x)
    x = layers.Flatten(name="flat")(x)
    x = layers.Dense(
        dimension,
        activation="relu" if nonnegative else None,
        kernel_initializer=weights(0),
        name="dense",
    )(x)
    if normalize:
        x = layers.UnitNormalization(name="unit")(x)
    return Model(pictures, x, name="encoder")


def load_encoder():
    """The encoder that the package ships, trained on drawn faces of 64 by 64 pixels.

    Returns
    -------
    keras.Model
        A new copy with every call: training it further changes nobody else's.

    Raises
    ------
    ValueError, FileNotFoundError
        If the file of weights is damaged or missing.
    """
    model = build_encoder()
    load_weights(model, SHIPPED)
    return model


@functools.cache
def _shipped():
    return load_encoder()


def encode(
    images: np.ndarray, model: Callable | None = None, *, batch_size: int = 256
) -> np.ndarray:
    """Encode pictures, a batch at a time.

    Parameters
    ----------
    images : ndarray, shape (m, size, size, 3)
        Pictures of 0 to 255, whole numbers or floats.
    model : callable, optional
        Takes a batch of pictures, gives their encodings; the shipped encoder where there is none.
    batch_size : int
        Pictures at a time: bounds the memory.

    Returns
    -------
    ndarray, shape (m, n), float32
        Row i encodes picture i, as the model gives it: of length 1 with the shipped encoder.

    Raises
    ------
    ValueError
        If `images` is no batch of pictures, or of another size than the model takes.
    """
    if model is None:
        model = _shipped()
    images = as_pictures(images, model)
    if not len(images):
        length = (getattr(model, "output_shape", None) or (None, 0))[-1]
        return np.zeros((0, length), np.float32)
    run = functools.partial(model, training=False) if hasattr(model, "trainable") else model
    batches = (images[i : i + batch_size] for i in range(0, len(images), batch_size))
    return np.concatenate([np.asarray(run(batch), np.float32) for batch in batches])


def as_pictures(images: np.ndarray, model: Callable | None = None) -> np.ndarray:
    """`images` as an array (m, size, size, 3), or a ValueError that says what is wrong with it."""
    images = np.asarray(images)
    if images.ndim != 4 or images.shape[-1] != 3:
        raise ValueError(
            f"images have shape {images.shape}, but a batch of color pictures has the shape "
            "(m, size, size, 3); a single picture becomes one by image[np.newaxis]"
        )
    wanted = getattr(model, "input_shape", None)
    if wanted and None not in wanted[1:] and images.shape[1:] != tuple(wanted[1:]):
        raise ValueError(
            f"the pictures are {images.shape[1]} by {images.shape[2]} pixels, but this encoder "
            f"takes {wanted[1]} by {wanted[2]}; scale them, or train an encoder for that size"
        )
    return images
