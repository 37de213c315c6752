"""What `coursekit paint` does: find the pictures, check where the result goes, paint, save."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from coursekit.datasets import pictures, textures
from coursekit.style.extractors import load_extractor
from coursekit.style.transfer import check_target, transfer

# Frames of an animation.
FRAMES = 40


def paint(
    content: str,
    styles: Sequence[str],
    output: Path,
    *,
    extractor: str = "small",
    weights: str | None = None,
    animation: Path | None = None,
    checkpoint: Path | None = None,
    quiet: bool = False,
    **options,
) -> str:
    """Paint as the command line asks, and say what was done.

    Parameters
    ----------
    content : str
        A file, or the name of a picture that comes along, or "none" for a texture.
    styles : sequence of str
        As `content`.
    output : path
        Where the picture goes; its ending names the format.
    extractor, weights : str
        As `load_extractor` takes them.
    animation : path, optional
        Where to put the way there, a GIF.
    checkpoint : path, optional
        By default a file beside the output, which is removed at the end.
    quiet : bool
        No line of progress.
    **options
        As `transfer` takes them.

    Returns
    -------
    str

    Raises
    ------
    ValueError, OSError, FloatingPointError
        As `transfer`, `load_extractor` and `find_picture`; or if a file cannot be written, which
        is tried before painting starts.
    KeyboardInterrupt
        With a sentence that says how to go on.
    """
    check_target(output, _picture_endings())
    if animation:
        check_target(animation, (".gif",))
    kept = checkpoint or output.with_name(f"{output.name}.checkpoint.npz")
    C = None if content == "none" else find_picture(content)
    S = [find_picture(style) for style in styles]
    with _muffled():
        import tensorflow

        tensorflow.zeros(1)  # looks for a graphics processor, and says if there is none

    painting = transfer(
        C,
        S,
        extractor=load_extractor(extractor, weights=weights),
        checkpoint=kept,
        frames=FRAMES if animation else 0,
        progress=not quiet,
        **options,
    )
    painting.save(output)
    said = f"painted {output}"
    if animation:
        painting.save_animation(animation)
        said += f" and {animation}"
    if not checkpoint:
        kept.unlink(missing_ok=True)
    n_H, n_W, _ = painting.image.shape
    return f"{said}: {n_H} x {n_W} pixels in {painting.history['seconds'][-1]:.0f} s"


def find_picture(name: str) -> np.ndarray:
    """A picture from a file, or else the photograph or texture of that name.

    Raises
    ------
    ValueError
        If the file is no picture.
    FileNotFoundError
        If there is neither; the message lists the names.
    """
    if os.path.isfile(name):
        return pictures.load(name)
    if name in pictures.NAMES:
        return pictures.photograph(name)
    if name in textures.NAMES:
        return textures.texture(name, 384)
    raise FileNotFoundError(
        f"there is no file {name}, and no such picture comes along; those that do are "
        f"{', '.join([*pictures.NAMES, *textures.NAMES])}"
    )


def _picture_endings() -> list[str]:
    """How files may end that Pillow writes, the usual ones first."""
    from PIL import Image

    found = Image.registered_extensions()
    usual = [".png", ".jpg", ".webp", ".tiff"]
    return usual + [e for e, form in found.items() if form in Image.SAVE and e not in usual]


@contextlib.contextmanager
def _muffled():
    """What TensorFlow's C++ code says while it loads goes nowhere: it is not for painters."""
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
