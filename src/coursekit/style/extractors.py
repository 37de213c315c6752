"""Extractors: networks that turn a picture into activations, layer by layer.

Content and style are read off the activations of a network that is not trained any more. Which
network that is makes the painting. Here are four behind one interface: a small one that comes with
the package (`training.py` makes its weights), VGG-19 and VGG-16 with the weights of ImageNet or
with random ones, and random filters on several scales, without any training or depth.

Costs are compared across layers, so all activations are balanced: on the same pictures every
channel has about the same mean. As ReLU and average pooling let a positive factor through, scaling
one channel up where it is made and down where it is used changes nothing else (Gatys, Ecker and
Bethge, 2016).
"""

from __future__ import annotations

import functools
import hashlib
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from coursekit.style.stack import Conv, Pool, Stack
from coursekit.weights import read_npz

# Made by `python -m coursekit.style.training`.
SHIPPED = Path(__file__).parent / "weights" / "small.npz"

NAMES = ("small", "vgg19", "vgg16", "random-multiscale")

# Channels and number of convolutions between two poolings.
BLOCKS = {
    "small": ((32, 2), (64, 2), (128, 2), (192, 2), (256, 1)),
    "vgg16": ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)),
    "vgg19": ((64, 2), (128, 2), (256, 4), (512, 4), (512, 4)),
}

# The mean color that is taken off a picture: for VGG the one of ImageNet, which it was trained
# with. A border of zeros is then a border of that color.
_VGG_MEAN = (123.68 / 255, 116.779 / 255, 103.939 / 255)
GRAY = (0.5, 0.5, 0.5)

# Digests (MD5) that Keras holds for its files of weights without the last, dense layers.
_KERAS_FILES = {
    "vgg16": "6d6bbae143d832006294945121d1f1fc",
    "vgg19": "253f8cb515780f3b799900260a226db6",
}

# How strongly activations speak in costs, after balancing to a mean of 1. The content cost grows
# with the square of it, the style cost with the fourth power.
_SCALE = 1.0


# Binomial weights: halving a picture with them leaves no blocks behind, unlike means of 2 by 2.
_BLUR = np.repeat(np.outer([1, 3, 3, 1], [1, 3, 3, 1])[:, :, None, None] / 64, 3, 2).astype("f")


class Extractor:
    """A network whose activations can be asked for.

    Attributes
    ----------
    name : str
        What it is, such as "small".
    layers : tuple of str
        All its convolutions, from the shallowest to the deepest.
    style_weights : dict of str to float
        Layers that the style is read from by default, each with its weight lambda.
    content_layer : str
        The layer that the content is read from by default.
    mean : tuple of float
        The color that is taken off a picture first: red, green and blue, 0 to 1.
    branches : tuple of (int, list)
        By how much the picture is made smaller, a power of 2, and the chain of `Conv` and `Pool`
        that it then runs through. VGG has one branch, and the factor 1.
    """

    def __init__(
        self,
        name: str,
        branches: Sequence[tuple[int, Sequence[Conv | Pool]]],
        *,
        style_weights: Mapping[str, float],
        content_layer: str,
        mean: Sequence[float] = GRAY,
    ) -> None:
        self.name = name
        self.branches = tuple((factor, list(chain)) for factor, chain in branches)
        self.layers = tuple(
            part.name for _, chain in self.branches for part in chain if isinstance(part, Conv)
        )
        self.style_weights = dict(style_weights)
        self.content_layer = content_layer
        self.mean = tuple(float(value) for value in mean)
        self._stacks = [Stack(chain) for _, chain in self.branches]

    def __call__(self, images: Any, layers: Sequence[str] | None = None) -> dict[str, Any]:
        """Activations of some layers, after their ReLU.

        Parameters
        ----------
        images : array or tensor, shape (m, n_H, n_W, 3)
            Pictures of any size, red, green and blue from 0 to 1.
        layers : sequence of str, optional
            The layers that are wanted; all of them by default. Nothing deeper than the deepest of
            them is computed.

        Returns
        -------
        dict of str to tensor, shape (m, n_H, n_W, n_C), float32
            Differentiable with respect to the pictures. Each pooling on the way to a layer halves
            its n_H and n_W.

        Raises
        ------
        ValueError
            If a layer is not there, or `images` is no batch of color pictures.
        """
        import tensorflow as tf

        layers = self.layers if layers is None else tuple(layers)
        for layer in layers:
            self.check_layer(layer)
        images = tf.cast(tf.convert_to_tensor(images), tf.float32)
        if images.shape.rank != 4 or images.shape[-1] != 3:
            raise ValueError(
                f"images have shape {tuple(images.shape)}, but a batch of color pictures has the "
                "shape (m, n_H, n_W, 3); a single picture becomes one by image[np.newaxis]"
            )
        images = images - tf.constant(self.mean)
        found = {}
        for (factor, chain), stack in zip(self.branches, self._stacks):
            wanted = [part.name for part in chain if getattr(part, "name", None) in layers]
            if wanted:
                found.update(zip(wanted, stack(_smaller(images, factor), wanted)))
        return {layer: found[layer] for layer in layers}

    def check_layer(self, layer: str) -> None:
        """Raise a ValueError with the names that there are, if `layer` is not one of them."""
        if layer not in self.layers:
            raise ValueError(
                f"the extractor {self.name!r} has no layer {layer!r}; it has "
                f"{', '.join(self.layers)}"
            )

    def model(self) -> Any:
        """The same network as a Keras model, for what works on any of those.

        Returns
        -------
        keras.Model
            Takes pictures (m, n_H, n_W, 3) of 0 to 1, gives a list of the activations of all
            layers. Its convolutions have the names of `layers`.
        """
        import keras
        from keras import layers

        pictures = keras.Input((None, None, 3), name="pictures")
        centered = layers.Rescaling(1.0, offset=[-value for value in self.mean], name="center")
        x0, outputs = centered(pictures), []
        for factor, chain in self.branches:
            x = x0
            for _ in range(factor.bit_length() - 1):
                halved = layers.DepthwiseConv2D(
                    4, 2, padding="same", use_bias=False, depthwise_initializer="zeros"
                )
                x = halved(x)
                halved.set_weights([_BLUR])
            for part in chain:
                if isinstance(part, Pool):
                    kind = layers.MaxPooling2D if part.kind == "max" else layers.AveragePooling2D
                    x = kind(2)(x)
                    continue
                f, _, _, n_C = part.kernel.shape
                convolution = layers.Conv2D(
                    n_C, f, padding="same", activation="relu", name=part.name
                )
                x = convolution(x)
                convolution.set_weights([part.kernel, part.bias])
                outputs.append(x)
        model = keras.Model(pictures, outputs, name=re.sub(r"\W", "_", self.name))
        model.trainable = False
        return model


def load_extractor(
    name: str = "small",
    *,
    weights: str | os.PathLike | None = None,
    sha256: str | None = None,
    pool: str | None = None,
    seed: int = 0,
) -> Extractor:
    """Load a network to paint with.

    Parameters
    ----------
    name : {"small", "vgg19", "vgg16", "random-multiscale"}
        "small" comes with the package. "vgg19" and "vgg16" are the networks of Simonyan and
        Zisserman with the weights of ImageNet; Keras fetches them once, some 60 to 80 MB, and keeps
        them. "random-multiscale" has random filters of 3 to 11 pixels on five scales.
    weights : path or "random", optional
        For VGG: a file of Keras's weights (``..._notop.h5``) that you have already. "random": drawn
        weights, for VGG and "small".
    sha256 : str, optional
        Digest of that file, 64 hexadecimal digits. Without one, the file must be the one that
        Keras offers.
    pool : {"average", "max"}, optional
        The pooling between blocks; "average" by default, which paints more smoothly.
    seed : int
        Fixes random weights.

    Returns
    -------
    Extractor

    Raises
    ------
    ValueError
        If a name or a digest is wrong, or a file is damaged or of another network.
    FileNotFoundError
        If there is no file `weights`.
    ConnectionError
        If Keras could not fetch the weights; the message says where to put the file.

    Notes
    -----
    Sources: K. Simonyan and A. Zisserman, 2015; L. Gatys, A. Ecker and M. Bethge, 2016;
    I. Ustyuzhaninov et al., "Texture synthesis using shallow convolutional networks with random
    filters", 2016.
    """
    if name not in NAMES:
        raise ValueError(f"name is {name!r}, but it must be one of: {', '.join(NAMES)}")
    if pool not in (None, "average", "max"):
        raise ValueError(f"pool is {pool!r}, but it must be 'average' or 'max'")
    pool = pool or "average"
    if name == "random-multiscale":
        if weights not in (None, "random"):
            raise ValueError("the filters of 'random-multiscale' are drawn; leave weights out")
        return _multiscale(seed)
    if weights == "random":
        arrays = _random_arrays(BLOCKS[name], seed)
        chain = balanced(chain_of(BLOCKS[name], arrays, pool), GRAY)
        described = _described(name, chain, GRAY)
        return _with_scales(described) if name == "small" else described
    if name == "small":
        arrays = read_npz(SHIPPED if weights is None else weights)
        return _with_scales(_described(name, chain_of(BLOCKS[name], arrays, pool), GRAY))
    arrays = _vgg_arrays(name, weights, sha256)
    chain = balanced(chain_of(BLOCKS[name], arrays, pool), _VGG_MEAN)
    return _described(name, chain, _VGG_MEAN)


def _described(name: str, chain: list[Conv | Pool], mean: Sequence[float]) -> Extractor:
    """An extractor with the default layers of a network that goes by `name`."""
    first = [f"conv{block + 1}_1" for block in range(len(BLOCKS[name]))]
    return Extractor(
        name,
        [(1, chain)],
        style_weights=dict.fromkeys(first, 1 / len(first)),
        content_layer="conv4_2" if name.startswith("vgg") else "conv2_2",
        mean=mean,
    )


def layer_names(blocks: Sequence[tuple[int, int]]) -> list[str]:
    """Names of the convolutions of some blocks: conv1_1, conv1_2, conv2_1 and so on."""
    return [f"conv{b + 1}_{i + 1}" for b, (_, count) in enumerate(blocks) for i in range(count)]


def chain_of(blocks, arrays: Mapping[str, np.ndarray], pool: str) -> list[Conv | Pool]:
    """Convolutions by name, and a pooling between two blocks; a ValueError if a shape is wrong."""
    chain: list[Conv | Pool] = []
    n_C_prev = 3
    for b, (n_C, count) in enumerate(blocks):
        if b:
            chain.append(Pool(pool))
        for i in range(count):
            name = f"conv{b + 1}_{i + 1}"
            kernel, bias = (arrays.get(f"{name}/{part}") for part in ("kernel", "bias"))
            for array, shape, part in (
                (kernel, (3, 3, n_C_prev, n_C), "kernel"),
                (bias, (n_C,), "bias"),
            ):
                if array is None or array.shape != shape:
                    found = "missing" if array is None else f"of shape {array.shape}"
                    raise ValueError(
                        f"the weights belong to another network: {name}/{part} is {found}, but "
                        f"should have the shape {shape}"
                    )
                if not np.isfinite(array).all():
                    raise ValueError(f"{name}/{part} holds weights that are no finite numbers")
            chain.append(Conv(name, kernel.astype(np.float32), bias.astype(np.float32)))
            n_C_prev = n_C
    return chain


def _random_arrays(blocks, seed: int) -> dict[str, np.ndarray]:
    """Normal kernels, scaled as He et al. (2015) do so that no layer fades, and biases of zero."""
    rng = np.random.default_rng(seed)
    arrays, n_C_prev = {}, 3
    widths = [n_C for n_C, count in blocks for _ in range(count)]
    for name, n_C in zip(layer_names(blocks), widths):
        drawn = rng.standard_normal((3, 3, n_C_prev, n_C), dtype=np.float32)
        arrays[f"{name}/kernel"] = drawn * np.float32(np.sqrt(2 / (9 * n_C_prev)))
        arrays[f"{name}/bias"] = np.zeros(n_C, np.float32)
        n_C_prev = n_C
    return arrays


def _with_scales(extractor: Extractor, scales: int = 5) -> Extractor:
    """The same network with one complete layer beside it on each of several scales.

    What no filter of a network answers to costs nothing, so the optimizer fills the picture with
    it: speckles of color, most of all. The 27 patterns of 3 by 3 pixels in three colors, with both
    signs, leave nothing out.
    """
    waves = [[np.cos(np.pi * (x + 0.5) * k / 3) for x in range(3)] for k in range(3)]
    colors = [[1, 1, 1], [1, 0, -1], [1, -2, 1]]
    waves, colors = (
        np.array(v) / np.linalg.norm(v, axis=1, keepdims=True) for v in (waves, colors)
    )
    patterns = np.einsum("ai,bj,ck->ijkabc", waves, waves, colors).reshape(3, 3, 3, 27)
    kernel = np.concatenate([patterns, -patterns], axis=-1).astype(np.float32)
    branches = [
        (factor, balanced([Conv(f"scale{factor}", kernel, np.zeros(54, "f"))], GRAY, factor=factor))
        for factor in (2**k for k in range(scales))
    ]
    weights = extractor.style_weights | {chain[0].name: 1 / scales for _, chain in branches}
    return Extractor(
        extractor.name,
        [*extractor.branches, *branches],
        style_weights={layer: weight / 2 for layer, weight in weights.items()},
        content_layer=extractor.content_layer,
        mean=extractor.mean,
    )


def _smaller(images: Any, factor: int) -> Any:
    """Pictures made smaller by a power of 2, smoothly."""
    import tensorflow as tf

    for _ in range(factor.bit_length() - 1):
        images = tf.nn.depthwise_conv2d(images, _BLUR, [1, 2, 2, 1], "SAME")
    return images


def _multiscale(seed: int, *, scales: int = 5, channels: int = 64) -> Extractor:
    """One layer on each of several scales; its filters see 3, 5, 7 or 11 pixels."""
    rng = np.random.default_rng(seed)
    branches = []
    for scale in range(scales):
        kernel = np.zeros((11, 11, 3, channels), np.float32)
        for c in range(channels):
            f = (3, 5, 7, 11)[c % 4]
            edge = (11 - f) // 2
            # Of the norm 1 for every size, so that small and large filters speak alike.
            drawn = rng.standard_normal((f, f, 3))
            kernel[edge : edge + f, edge : edge + f, :, c] = drawn / np.linalg.norm(drawn)
        layer = Conv(f"scale{2**scale}", kernel, np.zeros(channels, np.float32))
        branches.append((2**scale, balanced([layer], GRAY, factor=2**scale)))
    names = [chain[0].name for _, chain in branches]
    return Extractor(
        "random-multiscale",
        branches,
        style_weights=dict.fromkeys(names, 1 / len(names)),
        content_layer="scale4",
    )


def balanced(
    chain: Sequence[Conv | Pool],
    mean: Sequence[float],
    pictures: np.ndarray | None = None,
    *,
    factor: int = 1,
    scale: float = _SCALE,
) -> list[Conv | Pool]:
    """The same network, each channel scaled to the mean activation `scale`.

    Parameters
    ----------
    chain : sequence of Conv and Pool
    mean : sequence of 3 floats
        The color that is taken off pictures first.
    pictures : ndarray, shape (m, n_H, n_W, 3), optional
        What the mean is taken over; photographs and textures by default.
    factor : int
        By how much pictures are made smaller first.
    scale : float
        What the mean becomes. A channel that hardly ever answers is scaled as one that answers a
        little (a tenth of the layer's mean), since what is left of it is noise.

    Returns
    -------
    list of Conv and Pool
        A new chain. Each of its activations is one of the old chain times a factor of its channel.
    """
    import tensorflow as tf

    x = tf.constant(_samples() if pictures is None else pictures, tf.float32)
    x = x - tf.constant(mean, tf.float32)
    x = _smaller(x, factor)
    result: list[Conv | Pool] = []
    before = np.ones(3, np.float32)
    for part in chain:
        if isinstance(part, Pool):
            kind = tf.nn.max_pool2d if part.kind == "max" else tf.nn.avg_pool2d
            x = kind(x, 2, 2, "VALID")
            result.append(part)
            continue
        kernel = part.kernel / before[:, np.newaxis]
        x = tf.nn.relu(tf.nn.conv2d(x, kernel, 1, "SAME") + part.bias)
        found = x.numpy().mean(axis=(0, 1, 2))
        before = (scale / np.maximum(found, max(0.1 * found.mean(), 1e-12))).astype(np.float32)
        result.append(Conv(part.name, kernel * before, part.bias * before))
        x = x * before
    return result


@functools.cache
def _samples() -> np.ndarray:
    """Pictures that activations are balanced on, (m, 128, 128, 3)."""
    from coursekit.datasets import pictures, textures

    # Both kinds: color changes from pixel to pixel are rare in photographs, and would be blown up
    # by what is measured on them alone.
    photographs = ("china", "flower", "chelsea", "coffee", "rocket", "tissue")
    drawn = ("strokes", "swirls", "mosaic", "glass", "dots", "waves", "triangles", "weave")
    return np.stack(
        [pictures.photograph(name, (128, 128)) for name in photographs]
        + [textures.texture(name, 128, scale=1.5) for name in drawn]
    )


def _vgg_arrays(
    name: str, path: str | os.PathLike | None, sha256: str | None
) -> dict[str, np.ndarray]:
    """Weights of VGG by the names used here, for pictures of 0 to 1 in red, green and blue."""
    from keras import applications

    build = {"vgg16": applications.VGG16, "vgg19": applications.VGG19}[name]
    if path is None:
        model = _fetched(build, name)
    else:
        path = Path(path)
        _check_file(path, name, sha256)
        try:
            model = build(include_top=False, weights=str(path))
        except Exception as error:  # whatever a broken file makes of the libraries that read it
            reason = (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")
            raise ValueError(
                f"{path} does not hold weights of {name} without its dense layers: {reason}"
            ) from error
    arrays = {}
    for layer in layer_names(BLOCKS[name]):
        kernel, bias = model.get_layer(
            layer.replace("conv", "block").replace("_", "_conv")
        ).get_weights()
        if layer == "conv1_1":
            # Trained on blue, green and red from 0 to 255.
            kernel = 255 * kernel[:, :, ::-1]
        arrays[f"{layer}/kernel"], arrays[f"{layer}/bias"] = kernel, bias
    return arrays


def _fetched(build, name: str):
    """The network with the weights of ImageNet, which Keras keeps and checks by a digest."""
    try:
        return build(include_top=False, weights="imagenet")
    except Exception as error:  # Keras raises bare exceptions where a download fails
        home = Path(os.environ.get("KERAS_HOME", Path.home() / ".keras")) / "models"
        reason = (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")
        raise ConnectionError(
            f"the weights of {name} could not be fetched; where there is a network, get the file "
            f"{_file_name(name)} that Keras offers and put it into {home}, or give its path as "
            f"weights, or take weights='random' ({reason})"
        ) from error


def _file_name(name: str) -> str:
    return f"{name}_weights_tf_dim_ordering_tf_kernels_notop.h5"


def _check_file(path: Path, name: str, sha256: str | None) -> None:
    """Raise an error unless the file at `path` has the digest that is expected of it."""
    if sha256 is not None and not re.fullmatch("[0-9a-fA-F]{64}", sha256.strip()):
        raise ValueError(f"sha256 is {sha256!r}, but a digest has 64 hexadecimal digits")
    if not path.is_file():
        raise FileNotFoundError(f"there is no file {path}")
    kind = "md5" if sha256 is None else "sha256"
    expected = _KERAS_FILES[name] if sha256 is None else sha256.strip().lower()
    with path.open("rb") as file:
        found = hashlib.file_digest(file, lambda: hashlib.new(kind, usedforsecurity=False))
    if found.hexdigest() != expected:
        meant = f"that of {_file_name(name)}" if sha256 is None else "expected"
        raise ValueError(
            f"{path} has the {kind.upper()} digest {found.hexdigest()}, but {expected} is {meant}; "
            "it is damaged or another file, and was not opened"
        )
