"""Weights in npz files: plain arrays, nothing that runs when it is read.

The package ships the weights of its small networks so, and keeps galleries and checkpoints so.
"""

from __future__ import annotations

import os
import tempfile
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np


def save_weights(model, path: str | os.PathLike, *, half: bool = False) -> None:
    """Save the weights of a model as an npz file: plain arrays by name, no pickle.

    Parameters
    ----------
    model : keras.Model
    path : path
        The file appears whole or not at all.
    half : bool
        Round kernels to float16: half the size, with an error of about 1 in 2,000 in each weight.
    """
    arrays = {}
    for weight in model.weights:
        value = np.asarray(weight, np.float32)
        # Biases and statistics are few, and not all fit the range of float16.
        arrays[weight.path] = value.astype(np.float16) if half and value.ndim > 1 else value
    write_npz(path, arrays)


def load_weights(model, path: str | os.PathLike) -> None:
    """Put the weights that `save_weights` saved into a model of the same form.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is damaged, holds other things, or belongs to a model of another form. The
        model is then unchanged.
    """
    assign_weights(model, read_npz(path), path)


def assign_weights(model, arrays: Mapping[str, np.ndarray], source: str | os.PathLike) -> None:
    """Put arrays into a model by the names of its weights; `source` is what errors call them."""
    have = {name: value.shape for name, value in arrays.items()}
    want = {weight.path: tuple(weight.shape) for weight in model.weights}
    if have != want:
        name = next(n for n in [*want, *have] if have.get(n) != want.get(n))
        raise ValueError(
            f"{source} belongs to a model of another form: {name} has shape "
            f"{have.get(name, 'none')} there and {want.get(name, 'none')} in the model"
        )
    if not all(np.isfinite(value).all() for value in arrays.values()):
        raise ValueError(f"{source} holds weights that are no finite numbers; make it anew")
    for weight in model.weights:
        weight.assign(arrays[weight.path].astype(np.float32))


def write_npz(path: str | os.PathLike, arrays: Mapping[str, np.ndarray]) -> None:
    """Write arrays to an npz file that appears whole or not at all."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    # In the same folder, since a file can only be renamed within one file system.
    handle, building = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez_compressed(file, **arrays)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(building, 0o644)
        os.replace(building, path)
    except BaseException:
        os.unlink(building)
        raise


def read_npz(path: str | os.PathLike) -> dict[str, np.ndarray]:
    """The arrays of an npz file; a ValueError in one sentence if it is damaged or none at all."""
    try:
        with np.load(path, allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    except FileNotFoundError:
        raise
    except (
        # Of an archive that says it is encrypted zipfile says RuntimeError.
        *(ValueError, TypeError, OSError, EOFError, RuntimeError),
        *(zipfile.BadZipFile, zlib.error),
    ) as error:
        raise ValueError(
            f"{path} is damaged or no npz file of plain arrays; get it or make it anew"
        ) from error
