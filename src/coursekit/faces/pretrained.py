"""Encoders that others have trained, from a Keras file whose checksum is known."""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

_SUFFIXES = (".keras", ".h5", ".hdf5")
_BATCH = 32  # pictures at a time: large networks take much memory for each


class PretrainedEncoder:
    """A loaded model, to be called as the package's own encoder is.

    Attributes
    ----------
    size : (int, int)
        Rows and columns that pictures are scaled to.
    dimension : int
        Length of an encoding.
    """

    def __init__(self, model: Any, size: tuple[int, int], normalization: str) -> None:
        self._model = model
        self._normalization = normalization
        self.size = size
        self.dimension = int(model.output_shape[-1])

    def __call__(self, pictures: np.ndarray) -> np.ndarray:
        """Encode pictures.

        Parameters
        ----------
        pictures : ndarray, shape (m, n_H, n_W, 3)
            Of any size, red, green and blue from 0 to 255.

        Returns
        -------
        ndarray, shape (m, dimension), float32
            Encodings of length 1.

        Raises
        ------
        ValueError
            If `pictures` is no batch of color pictures, or the model gives an encoding without a
            direction: zeros, NaN or infinity.
        """
        pictures = np.asarray(pictures)
        if pictures.ndim != 4 or pictures.shape[-1] != 3:
            raise ValueError(
                f"pictures have shape {pictures.shape}, but a batch of color pictures has the "
                "shape (m, n_H, n_W, 3)"
            )
        encodings = np.zeros((len(pictures), self.dimension), np.float32)
        for start in range(0, len(pictures), _BATCH):
            batch = _resized(pictures[start : start + _BATCH], self.size)
            batch = normalized(batch, self._normalization)
            encodings[start : start + _BATCH] = np.asarray(self._model(batch, training=False))
        lengths = np.linalg.norm(encodings, axis=1)
        good = (lengths > 0) & np.isfinite(lengths)
        if not good.all():
            row = int(np.argmin(good))
            raise ValueError(
                f"the model's encoding of picture {row} has length {lengths[row]}, but only a "
                "finite length above 0 can be scaled to 1"
            )
        return encodings / lengths[:, None]


def load_keras_encoder(
    path: str | os.PathLike,
    *,
    sha256: str,
    normalization: str = "fixed",
    size: tuple[int, int] | None = None,
    dimension: int | None = None,
) -> PretrainedEncoder:
    """Load an encoder from a Keras file, if it is the file that is meant.

    A model file is a program. Its digest is therefore compared first, and what was compared is what
    is loaded: a private copy. Layers with code of their own (Lambda) are refused all the same.

    Parameters
    ----------
    path : path
        A whole model, ``.keras`` or ``.h5``; weights alone are not enough.
    sha256 : str
        Digest of the file, 64 hexadecimal digits, from whoever made the file. A digest that you
        compute from what you downloaded only says that the file stays the same.
    normalization : {"fixed", "standard", "unit", "none"}
        What the model was trained on; see `normalized`. The wrong one gives encodings that look
        right and are poor.
    size : (int, int), optional
        Rows and columns of a picture, for a model that leaves them open.
    dimension : int, optional
        Length of an encoding, to be checked.

    Returns
    -------
    PretrainedEncoder
        Call it on pictures (m, n_H, n_W, 3) of 0 to 255 of any size.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the digest is another, the file is no Keras model or holds Python code, or the model
        takes or gives something else than pictures and encodings.

    Notes
    -----
    *FaceNet weights that are publicly known.* D. Sandberg's repository ``facenet`` (MIT license)
    lists networks of the form Inception-ResNet v1 for pictures of 160 by 160 pixels, as TensorFlow
    1 graphs:

    =================  ==============  =========  ================  ============
    name               trained on      encodings  normalization     LFW accuracy
    =================  ==============  =========  ================  ============
    20180402-114759    VGGFace2        512        ``"fixed"``       0.9965
    20180408-102900    CASIA-WebFace   512        ``"fixed"``       0.9905
    20170512-110547    MS-Celeb-1M     128        ``"standard"``    0.992
    =================  ==============  =========  ================  ============

    The repository ``keras-facenet`` of nyoki-mtl converts them to Keras. Its ready file has Lambda
    layers with code of Python 3.6, which later versions cannot run and this function refuses. So:

    1. Get the TensorFlow files of one network, and the code of ``keras-facenet``.
    2. In its ``inception_resnet_v1.py`` put ``keras.layers.Rescaling(scale)`` in the place of the
       layer ``Lambda(scaling, ...)``: the same function without code, and no weights in either.
       Import from ``keras`` what it imports from Keras 2.
    3. Build the network with ``classes`` the length of encodings in the table, and set the weights
       as its notebook ``tf_to_keras`` does.
    4. ``model.save("facenet.keras")``, and note ``sha256sum facenet.keras``.
    5. ``load_keras_encoder("facenet.keras", sha256=..., normalization=..., dimension=...)``.

    These networks expect a face that was found and cut out, with a margin of 32 of the 160 pixels
    (the repository uses the detector MTCNN). Thresholds do not carry over from one encoder to
    another: measure them anew with `coursekit.faces.measures`. Think of the pictures as well: most
    people in these sets were never asked, and MS-Celeb-1M was withdrawn by its publisher in 2019.

    Source: F. Schroff, D. Kalenichenko and J. Philbin, "FaceNet", 2015; references of the lecture
    notes, week 4.
    """
    path = Path(path)
    digest = sha256.strip().lower()
    if not re.fullmatch("[0-9a-f]{64}", digest):
        raise ValueError(f"sha256 is {sha256!r}, but a digest has 64 hexadecimal digits")
    if normalization not in _NORMALIZATIONS:
        raise ValueError(_unknown(normalization))
    if path.suffix.lower() not in _SUFFIXES:
        raise ValueError(
            f"{path} ends in {path.suffix!r}, but a Keras model ends in .keras or .h5; "
            "save it once more with model.save"
        )
    if not path.is_file():
        raise FileNotFoundError(f"there is no file {path}")

    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / f"model{path.suffix.lower()}"
        found = _copy(path, copy)
        if found != digest:
            raise ValueError(
                f"{path} has the SHA-256 digest {found}, but {digest} was expected; it is damaged "
                "or another file, and was not opened"
            )
        model = _load(copy, path)

    given = model.input_shape
    if not isinstance(given, tuple) or len(given) != 4 or given[-1] != 3:
        raise ValueError(
            f"the model in {path} takes {given}, but an encoder takes color pictures, "
            "(None, n_H, n_W, 3)"
        )
    made = model.output_shape
    if not isinstance(made, tuple) or len(made) != 2 or made[-1] is None:
        raise ValueError(
            f"the model in {path} gives {made}, but an encoder gives one vector for each picture, "
            "(None, n)"
        )
    if dimension is not None and made[-1] != dimension:
        raise ValueError(
            f"the model in {path} gives encodings of {made[-1]} numbers, but {dimension} were "
            "expected"
        )
    wanted = tuple(given[1:3])
    if size is not None and any(a not in (None, b) for a, b in zip(wanted, size)):
        raise ValueError(f"the model in {path} takes pictures of {wanted}, not of {tuple(size)}")
    if size is None and None in wanted:
        raise ValueError(
            f"the model in {path} takes pictures of any size; say by size=(n_H, n_W) which it was "
            "trained on"
        )
    return PretrainedEncoder(model, tuple(size or wanted), normalization)


def normalized(pictures: np.ndarray, normalization: str) -> np.ndarray:
    """Scale the values of pictures (m, n_H, n_W, n_C) of 0 to 255 as a model expects them.

    Parameters
    ----------
    pictures : ndarray
    normalization : {"fixed", "standard", "unit", "none"}
        "fixed": ``(x - 127.5) / 128``, from about -1 to 1. "standard": each picture to mean 0 and
        standard deviation 1, called prewhitening in ``facenet``; a picture of one gray becomes 0.
        "unit": ``x / 255``. "none": as they are, for a model that scales them itself.

    Returns
    -------
    ndarray, float32
    """
    if normalization not in _NORMALIZATIONS:
        raise ValueError(_unknown(normalization))
    return _NORMALIZATIONS[normalization](np.asarray(pictures, np.float32)).astype(np.float32)


def _prewhitened(x: np.ndarray) -> np.ndarray:
    x = x.astype(np.float64)
    mean = x.mean(axis=(1, 2, 3), keepdims=True)
    deviation = x.std(axis=(1, 2, 3), keepdims=True)
    return (x - mean) / np.maximum(deviation, 1 / np.sqrt(x[0].size) if len(x) else 1)


_NORMALIZATIONS = {
    "fixed": lambda x: (x - 127.5) / 128,
    "standard": _prewhitened,
    "unit": lambda x: x / 255,
    "none": lambda x: x,
}


def _unknown(normalization: str) -> str:
    return f"normalization is {normalization!r}, but it must be one of {', '.join(_NORMALIZATIONS)}"


def _resized(pictures: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    pictures = np.asarray(pictures, np.float32)
    if pictures.shape[1:3] == tuple(size):
        return pictures
    from keras import ops

    return np.asarray(
        ops.image.resize(
            pictures, size, interpolation="bilinear", antialias=True, data_format="channels_last"
        )
    )


def _copy(source: Path, target: Path) -> str:
    """Copy a file and return the digest of what was copied."""
    digest = hashlib.sha256()
    with source.open("rb") as read, target.open("wb") as written:
        while block := read.read(1 << 20):
            digest.update(block)
            written.write(block)
    return digest.hexdigest()


def _load(copy: Path, path: Path) -> Any:
    try:
        code = next(_code(_config(copy)), None)
        if code is None:
            import keras

            return keras.models.load_model(copy, compile=False, safe_mode=True)
    except Exception as error:  # whatever a broken file makes of the libraries that read it
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        reason = reason.replace(str(copy), path.name).rstrip(".")
        raise ValueError(f"{path} is no Keras model that can be loaded: {reason}") from error
    raise ValueError(
        f"{path} holds {code}, code that is not part of Keras and is not run; save the model anew "
        "with layers that do the same without it, such as Rescaling"
    )


def _config(copy: Path) -> Any:
    """The architecture that a file describes, as plain data."""
    if copy.suffix == ".keras":
        with zipfile.ZipFile(copy) as archive:
            return json.loads(archive.read("config.json"))
    import h5py

    with h5py.File(copy, "r") as file:
        if "model_config" not in file.attrs:
            raise ValueError("it holds no architecture; weights alone are not enough")
        return json.loads(file.attrs["model_config"])


def _code(config: Any) -> Iterator[str]:
    """What a configuration brings of code of its own, at any depth.

    Keras looks for this too, but not all of its versions do so in all formats.
    """
    if isinstance(config, dict):
        name, module = config.get("class_name"), config.get("module")
        if isinstance(name, str) and "lambda" in name.lower():
            yield f"a {name} layer"
        elif isinstance(module, str) and module.partition(".")[0] != "keras":
            yield f"{name} of the module {module}"
        config = list(config.values())
    if isinstance(config, list):
        for part in config:
            yield from _code(part)
