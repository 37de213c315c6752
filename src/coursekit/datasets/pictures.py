"""Photographs that come along with scikit-image and scikit-learn, and reading and writing pictures.

A picture is an array of shape (n_H, n_W, 3), red, green, blue, float32 from 0 to 1. Only files that
lie in the two libraries as they are installed are used: nothing is downloaded.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    Size = int | tuple[int, int] | None

__all__ = [
    "NAMES",
    "SOURCES",
    "Source",
    "as_picture",
    "cut_to_ratio",
    "load",
    "photograph",
    "resize",
    "save",
]


class Source(NamedTuple):
    """Where a photograph is from: the library it lies in, what it shows, by whom, its license."""

    library: str
    file: str
    shows: str
    by: str
    license: str


_SKIMAGE, _SKLEARN = "skimage/data", "sklearn/datasets/images"
_CC0, _FREE, _BY = "CC0", "public domain", "CC BY 2.0"

SOURCES = MappingProxyType(
    {
        "china": Source(_SKLEARN, "china.jpg", "a temple among trees", "Daniel Büchele", _BY),
        "flower": Source(_SKLEARN, "flower.jpg", "an orange dahlia", "vultilion", _BY),
        "chelsea": Source(_SKIMAGE, "chelsea.png", "a cat", "Stéfan van der Walt", _CC0),
        "coffee": Source(_SKIMAGE, "coffee.png", "a cup of espresso", "Rachel Michetti", _CC0),
        "rocket": Source(_SKIMAGE, "rocket.jpg", "a rocket on its pad", "SpaceX", _CC0),
        "astronaut": Source(_SKIMAGE, "astronaut.png", "Eileen Collins", "NASA", _FREE),
        "camera": Source(_SKIMAGE, "camera.png", "a man with a camera", "Lav Varshney", _CC0),
        "brick": Source(_SKIMAGE, "brick.png", "a wall of bricks", "CC0Textures", _CC0),
        "grass": Source(_SKIMAGE, "grass.png", "grass from above", "linolafett", _CC0),
        "gravel": Source(_SKIMAGE, "gravel.png", "gravel from above", "CC0Textures", _CC0),
        "tissue": Source(
            _SKIMAGE,
            "ihc.png",
            "stained colon tissue",
            "Arkadiusz Gertych",
            "no known restrictions",
        ),
        "stars": Source(_SKIMAGE, "hubble_deep_field.jpg", "galaxies", "NASA and ESA", _FREE),
        "retina": Source(_SKIMAGE, "retina.jpg", "the back of an eye", "Mikael Häggström", _CC0),
        "moon": Source(_SKIMAGE, "moon.png", "the surface of the moon", "NASA", _FREE),
        "coins": Source(
            _SKIMAGE, "coins.png", "Greek coins", "Brooklyn Museum", "no known restrictions"
        ),
    }
)
NAMES = tuple(SOURCES)


def photograph(name: str, size: Size = None) -> np.ndarray:
    """A photograph that comes along.

    Parameters
    ----------
    name : str
        One of `NAMES`; `SOURCES` says what it shows, who took it, and under which license.
    size : int or (int, int), optional
        Length of the longer side, with the ratio kept; or height and width, for which the middle
        of the photograph is cut to that ratio first. By default the size it has.

    Returns
    -------
    np.ndarray, shape (n_H, n_W, 3), float32
        From 0 to 1. Gray photographs have three equal channels.

    Raises
    ------
    ValueError
        Where there is no such photograph, or the size is none.
    FileNotFoundError
        Where the library is installed without its pictures.
    """
    if name not in SOURCES:
        raise ValueError(f"there is no photograph {name!r}: there are {', '.join(NAMES)}")
    folder, file = SOURCES[name].library, SOURCES[name].file
    package, _, inside = folder.partition("/")
    # Finding a package does not import it, which would take a second.
    spec = importlib.util.find_spec(package)
    path = Path(spec.submodule_search_locations[0] if spec else package, inside, file)
    if not path.is_file():
        library = {"skimage": "scikit-image", "sklearn": "scikit-learn"}[package]
        raise FileNotFoundError(f"{file} is missing: install {library} again, with its pictures")
    return load(path, size)


def load(path: str | Path, size: Size = None) -> np.ndarray:
    """Read a picture from a file.

    Parameters
    ----------
    path : str or Path
        In any format that Pillow reads. Turned upright where the file says how; gray becomes
        three equal channels, and what is transparent white.
    size : int or (int, int), optional
        As for `photograph`.

    Returns
    -------
    np.ndarray, shape (n_H, n_W, 3), float32

    Raises
    ------
    FileNotFoundError
        Where there is no file.
    ValueError
        Where the file is no picture, or the size is none.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError

    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"there is no file {path}")
    try:
        with Image.open(path) as file:
            image = ImageOps.exif_transpose(file)
            if image.mode.startswith("I"):
                # 16 bits a pixel, of which Pillow would cut values over 255 off.
                pixels = np.asarray(image, np.float32) / 65535
            else:
                layer = image.convert("RGBA")
                pixels = np.asarray(
                    Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer)
                )[..., :3]
    except (UnidentifiedImageError, OSError, SyntaxError) as error:
        raise ValueError(f"{path} cannot be read as a picture: {error}") from None
    except Image.DecompressionBombError:
        raise ValueError(f"{path} has too many pixels: scale it down first") from None
    return _sized(as_picture(pixels), size)


def save(path: str | Path, picture: ArrayLike) -> None:
    """Write a picture to a file, in the format that its ending names.

    Parameters
    ----------
    path : str or Path
        Ending in .png, .jpg or another format that Pillow writes.
    picture : array_like, shape (n_H, n_W, 3) or (n_H, n_W)
        As for `as_picture`.

    Raises
    ------
    ValueError
        Where the picture is none or the ending is unknown.
    FileNotFoundError
        Where the folder does not exist.
    """
    from PIL import Image

    path = Path(path)
    pixels = np.rint(as_picture(picture) * 255).astype(np.uint8)
    if not path.parent.is_dir():
        raise FileNotFoundError(f"there is no folder {path.parent}")
    Image.init()
    if Image.EXTENSION.get(path.suffix.lower()) not in Image.SAVE:
        raise ValueError(f"{path.name} ends in no format of pictures: end it in .png or .jpg")
    # Little loss where the format has any: strokes and grain are what a picture in a style is.
    options = {"quality": 95} if path.suffix.lower() in (".jpg", ".jpeg", ".webp") else {}
    Image.fromarray(pixels).save(path, **options)


def resize(picture: ArrayLike, size: tuple[int, int]) -> np.ndarray:
    """Scale a picture to a height and a width, whatever its ratio, without jagged lines.

    Parameters
    ----------
    picture : array_like, shape (n_H, n_W, 3) or (n_H, n_W)
        As for `as_picture`.
    size : (int, int)
        Height and width.

    Returns
    -------
    np.ndarray, shape (\\*size, 3), float32
        From 0 to 1. Where it shrinks, all pixels under a new one have their share in it.
    """
    from PIL import Image

    pixels = as_picture(picture)
    height, width = _height_and_width(size)
    if pixels.shape[:2] == (height, width):
        return pixels
    # Channel by channel, since Pillow scales real numbers in gray pictures only.
    channels = [
        Image.fromarray(pixels[..., c]).resize((width, height), Image.Resampling.BICUBIC)
        for c in range(3)
    ]
    # A cubic overshoots at edges.
    return np.clip(np.stack(channels, axis=-1), 0, 1, dtype=np.float32)


def cut_to_ratio(picture: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """The middle of a picture, as much of it as has the ratio of a height and a width."""
    n_H, n_W = picture.shape[:2]
    scale = min(n_H / shape[0], n_W / shape[1])
    h, w = max(1, round(shape[0] * scale)), max(1, round(shape[1] * scale))
    top, left = (n_H - h) // 2, (n_W - w) // 2
    return picture[top : top + h, left : left + w]


def as_picture(picture: ArrayLike) -> np.ndarray:
    """A picture as the library keeps it, out of what people pass in.

    Parameters
    ----------
    picture : array_like, shape (n_H, n_W, 3), (n_H, n_W, 1) or (n_H, n_W)
        Whole numbers of type uint8 from 0 to 255, or real numbers from 0 to 1.

    Returns
    -------
    np.ndarray, shape (n_H, n_W, 3), float32
        From 0 to 1. A gray picture has three equal channels.

    Raises
    ------
    ValueError
        Where the shape or the range is another.
    """
    pixels = np.asarray(picture)
    if pixels.ndim == 2:
        pixels = pixels[..., None]
    if pixels.ndim != 3 or pixels.shape[-1] not in (1, 3) or pixels.size == 0:
        raise ValueError(
            f"the picture has shape {np.shape(picture)}: it must be (n_H, n_W, 3) or (n_H, n_W)"
        )
    if pixels.dtype == np.uint8:
        pixels = pixels.astype(np.float32) / 255
    elif not np.issubdtype(pixels.dtype, np.floating):
        raise ValueError(
            f"the picture is of type {pixels.dtype}: it must be uint8 from 0 to 255 or real"
            " numbers from 0 to 1"
        )
    # A rounding error beyond the range is none of the caller's business.
    if not (pixels.min() >= -1e-3 and pixels.max() <= 1 + 1e-3):
        raise ValueError(
            f"the picture runs from {pixels.min():g} to {pixels.max():g}: real numbers must be"
            " from 0 to 1"
        )
    pixels = np.clip(pixels, 0, 1).astype(np.float32)
    return np.repeat(pixels, 3, axis=-1) if pixels.shape[-1] == 1 else pixels


def _sized(picture: np.ndarray, size: Size) -> np.ndarray:
    """The picture with its longer side of this length, or cut and scaled to height and width."""
    if size is None:
        return picture
    if isinstance(size, (int, np.integer)):
        n_H, n_W = picture.shape[:2]
        longer = _whole(size)
        scale = longer / max(n_H, n_W)
        return resize(picture, (max(1, round(n_H * scale)), max(1, round(n_W * scale))))
    height, width = _height_and_width(size)
    return resize(cut_to_ratio(picture, (height, width)), (height, width))


def _height_and_width(size: tuple[int, int]) -> tuple[int, int]:
    if np.shape(size) != (2,):
        raise ValueError(f"size is {size!r}: it must be a height and a width in pixels")
    return _whole(size[0]), _whole(size[1])


def _whole(length: int) -> int:
    if not isinstance(length, (int, np.integer)) or isinstance(length, bool) or length < 1:
        raise ValueError(f"size has {length!r} in it: it must be a whole number of at least 1")
    return int(length)
