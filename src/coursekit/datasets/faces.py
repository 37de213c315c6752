"""Drawn faces: people who do not exist, in pictures whose every cause is known.

A person is a row of traits, what stays the same from picture to picture: the shape of the jaw, the
distance of the eyes, a mole. A picture adds conditions, what changes: pose, light, expression,
glasses, background, noise. `draw` turns one row of each into a picture; `sample` does it for many
people at once.

How a face is drawn: each part is a signed distance, negative inside, in coordinates of the head.
Half a pixel on either side of its zero the part fades in, which keeps edges smooth. The head is
seen as an ellipsoid: a pixel is carried onto it and turned back by yaw and pitch, so that parts
drawn on a frontal face move and shrink as on a head that turns.

The same seed gives the same picture on every machine. Pixels see only operations that IEEE 754
rounds in one way (+ - * / sqrt, minimum, maximum, rounding); sines are taken once a picture, in
double precision; random numbers are the raw bits of PCG64, whose stream NumPy guarantees.
"""

from __future__ import annotations

import functools
import operator
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import numpy as np

# Most run from 0, small, thin, near, short or light, to 1, the contrary.
# fmt: off
TRAITS = (
    "skull_width", "skull_height", "cheekbones", "jaw_width", "chin_width", "chin_length",
    "ear_size", "eye_size", "eye_opening", "eye_distance", "eye_height", "eye_tilt",
    "iris_color", "iris_size", "brow_thickness", "brow_height", "brow_tilt", "brow_arch",
    "nose_length", "nose_width", "nose_bridge",
    "mouth_width", "mouth_height", "upper_lip", "lower_lip", "lip_color",
    "hair_color", "hair_length", "hair_volume", "hairline", "hair_parting", "hair_fringe",
    "hair_curl", "skin_tone", "freckles", "mole", "scar", "lines", "beard", "mustache",
)
# fmt: on
N_TRAITS = len(TRAITS)

# Name: value when nothing is done, lowest, highest, and how difficulty 1 spreads it: a number is
# how far from neutral it goes, "rare p" means zero but with chance p, then up to 1, and "any" the
# whole range.
_CONDITIONS = {
    "yaw": (0, -45, 45, 18),  # degrees, the face turns to the right of the picture
    "pitch": (0, -25, 25, 7),  # degrees, the face turns down
    "roll": (0, -45, 45, 7),  # degrees, clockwise
    "scale": (1, 0.6, 1.4, 0.07),
    "shift_x": (0, -0.5, 0.5, 0.07),  # half a picture
    "shift_y": (0, -0.5, 0.5, 0.06),
    "light_x": (0, -1, 1, 1),  # where the light comes from; -1 is the left
    "light_y": (-0.5, -1, 1, 0.5),
    "light_strength": (0.15, 0, 1, 0.38),
    "exposure": (1, 0.4, 1.6, 0.16),
    "warmth": (0, -1, 1, 0.38),  # color cast, blue to orange
    "tint": (0, -1, 1, 0.2),  # color cast, magenta to green
    "smile": (0.5, -1, 1, 0.6),
    "mouth_open": (0, 0, 1, "rare 0.35"),
    "brows_raised": (0, -1, 1, 0.5),
    "eyelids": (0, 0, 1, "rare 0.14"),  # 1 is shut
    "gaze_x": (0, -1, 1, 0.8),
    "gaze_y": (0, -1, 1, 0.6),
    "glasses": (0, 0, 1, "rare 0.12"),
    "hat": (0, 0, 1, "rare 0.05"),
    "hat_color": (0.5, 0, 1, "any"),
    "occlusion": (0, 0, 1, "rare 0.06"),  # up to 1/3 a hand, up to 2/3 a scarf, else a bar
    "occlusion_place": (0.5, 0, 1, "any"),
    "background_hue": (0.55, 0, 1, "any"),
    "background_saturation": (0.22, 0, 1, 0.26),
    "background_light": (0.72, 0, 1, 0.5),
    "background_slope": (0.2, -1, 1, 0.8),
    "background_pattern": (0, 0, 1, "rare 0.6"),
    "background_place": (0.5, 0, 1, "any"),
    "clothes_hue": (0.58, 0, 1, "any"),
    "clothes_light": (0.45, 0, 1, 0.5),
    "blur": (0, 0, 1, "rare 0.15"),
    "noise": (0, 0, 1, "rare 0.5"),
    "grain": (0, 0, 1, "any"),  # which noise
}
CONDITIONS = tuple(_CONDITIONS)
N_CONDITIONS = len(CONDITIONS)

# Pictures drawn at once: their planes should stay in the cache of a core.
_CHUNK_PIXELS = 2**16

_PICTURES = frozenset((".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".webp"))

# Radii of the ellipsoid that carries the inner parts of the face.
_RX, _RY = 0.74, 1.0

_SKIN = ((244, 210, 188), (238, 194, 164), (222, 172, 136), (196, 140, 102), (162, 108, 76),
         (126, 82, 58), (98, 64, 48))  # fmt: skip
_HAIR = ((28, 24, 26), (44, 32, 28), (66, 46, 34), (92, 58, 38), (120, 62, 38), (132, 94, 60),
         (170, 130, 82), (206, 172, 116), (150, 146, 144), (214, 212, 208))  # fmt: skip
_IRIS = ((66, 42, 26), (96, 62, 34), (128, 92, 46), (98, 112, 58), (76, 124, 96), (74, 118, 160),
         (112, 140, 160))  # fmt: skip
_FRAMES = ((24, 22, 26), (60, 36, 26), (120, 122, 130), (130, 30, 40), (36, 60, 110))
_LIPS = ((196, 118, 104), (190, 96, 92), (180, 70, 76), (150, 58, 70))


def identities(n, *, seed=0):
    """Make up people.

    Parameters
    ----------
    n : int
        How many.
    seed : int, default 0
        Another seed, other people.

    Returns
    -------
    traits : ndarray of float32, shape (n, N_TRAITS)
        One person a row, each trait of `TRAITS` between 0 and 1. Row `i` does not depend on `n`.

    Raises
    ------
    ValueError
        If `n` or `seed` is not a whole number of at least 0.
    """
    n, seed = _whole(n, "n"), _whole(seed, "seed")
    return _uniform("identities", seed, n, N_TRAITS).astype(np.float32)


def conditions(m, *, seed=0, difficulty=1.0):
    """Make up what changes from picture to picture.

    Parameters
    ----------
    m : int
        How many pictures.
    seed : int, default 0
        Another seed, other conditions.
    difficulty : float, default 1.0
        From 0 to 2. At 0 every face is frontal, evenly lit, with a calm expression and nothing
        before it. Ranges grow with it, and so do the chances of glasses, hats, hands and the like.

    Returns
    -------
    conditions : ndarray of float32, shape (m, N_CONDITIONS)
        One picture a row, in the order of `CONDITIONS`. Angles are in degrees. Row `i` does not
        depend on `m`.

    Raises
    ------
    ValueError
        If `m` or `seed` is not a whole number of at least 0, or `difficulty` not in [0, 2].
    """
    m, seed = _whole(m, "m"), _whole(seed, "seed")
    difficulty = _number(difficulty, "difficulty", 0, 2)
    chance = _uniform("conditions", seed, m, N_CONDITIONS)
    values = np.empty((m, N_CONDITIONS))
    for k, (neutral, low, high, spread) in enumerate(_CONDITIONS.values()):
        u = chance[:, k]
        if spread == "any":
            value = neutral + min(difficulty, 1.0) * (low + (high - low) * u - neutral)
        elif isinstance(spread, str):
            p = min(1.0, float(spread.split()[1]) * difficulty)
            value = np.where(u > 1 - p, 1 - (1 - u) / max(p, 1e-9), 0.0)
        else:
            t = 2 * u - 1
            value = neutral + difficulty * spread * t * (0.6 + 0.4 * t * t)
        values[:, k] = np.clip(value, low, high)
    return values.astype(np.float32)


def draw(traits, conditions, *, size=64):
    """Draw one picture for each row of traits and conditions.

    Parameters
    ----------
    traits : ndarray, shape (m, N_TRAITS)
        Who is seen, each number in [0, 1].
    conditions : ndarray, shape (m, N_CONDITIONS)
        How. Numbers outside of a condition's range count as its nearest end.
    size : int, default 64
        Height and width in pixels, 64 to 128.

    Returns
    -------
    images : ndarray of uint8, shape (m, size, size, 3)
        RGB, 0 to 255.

    Raises
    ------
    ValueError
        If a shape does not fit, a trait lies outside of [0, 1], a number is not finite, or `size`
        is not a whole number from 64 to 128.
    """
    size = _whole(size, "size", least=64, most=128)
    traits = _table(traits, "traits", N_TRAITS)
    conditions = _table(conditions, "conditions", N_CONDITIONS)
    if len(traits) != len(conditions):
        raise ValueError(
            "traits and conditions must have as many rows as each other, "
            f"not {len(traits)} and {len(conditions)}"
        )
    if traits.size and (traits.min() < 0 or traits.max() > 1):
        raise ValueError("traits must lie in [0, 1]")
    limits = np.array([row[1:3] for row in _CONDITIONS.values()], dtype=np.float64)
    conditions = np.clip(conditions, limits[:, 0], limits[:, 1])
    images = np.empty((len(traits), size, size, 3), dtype=np.uint8)
    step = max(1, _CHUNK_PIXELS // size**2)

    def draw_part(start):
        part = slice(start, start + step)
        images[part] = _draw(traits[part], conditions[part], size)

    # NumPy lets go of Python's lock while it computes: threads use all cores.
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        list(threads.map(draw_part, range(0, len(images), step)))
    return images


def sample(people, pictures, *, seed=0, size=64, difficulty=1.0):
    """Draw several pictures of each of several people.

    Parameters
    ----------
    people, pictures : int
        How many people, and how many pictures of each.
    seed : int, default 0
        Another seed, other people in other conditions.
    size : int, default 64
        Height and width in pixels, 64 to 128.
    difficulty : float, default 1.0
        See `conditions`.

    Returns
    -------
    images : ndarray of uint8, shape (people * pictures, size, size, 3)
        Pictures of one person follow each other.
    labels : ndarray of int64, shape (people * pictures,)
        Who is seen: 0 to people - 1.

    Raises
    ------
    ValueError
        If a count or the seed is not a whole number of at least 0, or as in `draw`.
    """
    people, pictures = _whole(people, "people"), _whole(pictures, "pictures")
    labels = np.repeat(np.arange(people), pictures)
    traits = identities(people, seed=seed)[labels]
    how = conditions(people * pictures, seed=seed, difficulty=difficulty)
    return draw(traits, how, size=size), labels


def load_lfw_people(
    *, data_home=None, min_faces_per_person=2, size=64, color=True, download_if_missing=True
):
    """Load Labeled Faces in the Wild, photographs of known people, through scikit-learn.

    The pictures are the funneled ones: 13,233 of 5,749 people, of which the middle 128 of 250
    pixels are kept. Loading keeps all of them in memory as float32: about 0.7 GB for everybody at
    size 64.

    Parameters
    ----------
    data_home : path, optional
        Where scikit-learn keeps its data; the pictures lie in `lfw_home` below it. Its own default
        is `scikit_learn_data` in the home directory.
    min_faces_per_person : int, default 2
        People with fewer pictures are left out.
    size : int, default 64
        Height and width in pixels, 64 to 128.
    color : bool, default True
        If False the three channels are alike.
    download_if_missing : bool, default True
        Whether to fetch about 200 MB if they are not there.

    Returns
    -------
    images : ndarray of uint8, shape (m, size, size, 3)
        In the fixed shuffled order of scikit-learn.
    labels : ndarray of int64, shape (m,)
        Who is seen.
    names : list of str
        The name for each label.

    Raises
    ------
    OSError
        If the pictures are neither there nor to be had from the network.
    ValueError
        If nobody has so many pictures, or an argument is out of range.

    Notes
    -----
    Source: Huang, Ramesh, Berg and Learned-Miller, "Labeled Faces in the Wild", 2007. These are
    real people who were not asked; read the section on consent before you use them.
    """
    from sklearn.datasets import fetch_lfw_people

    least = _whole(min_faces_per_person, "min_faces_per_person")
    try:
        found = _fetch(fetch_lfw_people, data_home, size, color, download_if_missing,
                       min_faces_per_person=least)  # fmt: skip
    except ValueError as error:
        if "too restrictive" not in str(error):
            raise
        raise ValueError(
            f"nobody in LFW has {least} pictures: min_faces_per_person must be smaller"
        ) from None
    labels = np.asarray(found.target, dtype=np.int64)
    return _rgb(found.images), labels, [str(name) for name in found.target_names]


def load_lfw_pairs(*, subset="test", data_home=None, size=64, color=True, download_if_missing=True):
    """Load the pairs on which Labeled Faces in the Wild is measured, through scikit-learn.

    Parameters
    ----------
    subset : {"train", "test", "10_folds"}, default "test"
        2,200 pairs to develop on, 1,000 to test on, or the 6,000 of the official ten folds.
    data_home, size, color, download_if_missing
        As for `load_lfw_people`.

    Returns
    -------
    images : ndarray of uint8, shape (pairs, 2, size, size, 3)
    same : ndarray of bool, shape (pairs,)
        Whether both pictures of a pair show the same person.

    Raises
    ------
    OSError
        If the pictures are neither there nor to be had from the network.
    ValueError
        If `subset` or `size` is not one of those above.
    """
    from sklearn.datasets import fetch_lfw_pairs

    if subset not in ("train", "test", "10_folds"):
        raise ValueError(f"subset must be 'train', 'test' or '10_folds', not {subset!r}")
    found = _fetch(fetch_lfw_pairs, data_home, size, color, download_if_missing, subset=subset)
    return _rgb(found.pairs, lead=2), np.asarray(found.target) == 1


def load_folder(path, *, size=64):
    """Load your own pictures: one folder a person, named like the person.

    A picture is turned as its EXIF note says, cropped to the square in its middle and resized.

    Parameters
    ----------
    path : path
        A folder of folders of pictures, `person/*.jpg`; PNG, BMP, TIFF and WebP are read as well.
        Hidden folders and files of other kinds are passed over.
    size : int, default 64
        Height and width in pixels, 64 to 128.

    Returns
    -------
    images : ndarray of uint8, shape (m, size, size, 3)
        Person after person, both people and files in the order of their names.
    labels : ndarray of int64, shape (m,)
        Who is seen.
    names : list of str
        The name for each label.

    Raises
    ------
    FileNotFoundError
        If there is no such folder.
    ValueError
        If it holds no person, a person has no picture, or a file cannot be read as a picture.
    """
    from PIL import Image, ImageOps

    size = _whole(size, "size", least=64, most=128)
    path = Path(path)
    if not path.is_dir():
        raise FileNotFoundError(f"there is no folder {path}")
    people = sorted(p for p in path.iterdir() if p.is_dir() and not p.name.startswith("."))
    if not people:
        raise ValueError(f"{path} must hold one folder of pictures for each person, and has none")
    images, labels = [], []
    for label, person in enumerate(people):
        files = sorted(f for f in person.iterdir() if f.suffix.lower() in _PICTURES)
        if not files:
            raise ValueError(f"{person} holds no picture ({', '.join(sorted(_PICTURES))})")
        for file in files:
            try:
                with Image.open(file) as image:
                    upright = ImageOps.exif_transpose(image).convert("RGB")
                images.append(np.asarray(ImageOps.fit(upright, (size, size))))
            except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
                raise ValueError(f"{file} cannot be read as a picture: {error}") from None
            labels.append(label)
    return np.stack(images), np.array(labels, dtype=np.int64), [p.name for p in people]


def load_crops():
    """Load small crops of photographs, half of them faces, that come with scikit-image.

    Returns
    -------
    images : ndarray of uint8, shape (200, 25, 25)
        Gray, 0 to 255.
    labels : ndarray of bool, shape (200,)
        Whether it is a face: the first 100 are, the last 100 are pieces of background.

    Notes
    -----
    They were cut from Labeled Faces in the Wild.
    """
    from skimage.data import lfw_subset

    images = np.rint(lfw_subset() * 255).astype(np.uint8)
    return images, np.arange(len(images)) < 100


def _fetch(fetch, data_home, size, color, download_if_missing, **options):
    """Call one of scikit-learn's two functions for LFW; the middle of the picture, square."""
    from sklearn.datasets import get_data_home

    size = _whole(size, "size", least=64, most=128)
    if data_home is not None:
        data_home = str(data_home)
    middle = slice(61, 189)  # 128 of 250 pixels
    try:
        return fetch(
            data_home=data_home,
            slice_=(middle, middle),
            resize=size / 128,
            color=bool(color),
            download_if_missing=bool(download_if_missing),
            **options,
        )
    except OSError as error:
        home = Path(get_data_home(data_home)) / "lfw_home"
        raise OSError(
            f"Labeled Faces in the Wild cannot be loaded ({error}): {home} must hold lfw_funneled "
            "or lfw-funneled.tgz, and pairs.txt, pairsDevTrain.txt, pairsDevTest.txt; with a "
            "network and download_if_missing=True they are fetched"
        ) from error


def _rgb(images, lead=1):
    """Gray or color of 0 to 1 to three channels of uint8; the first `lead` axes count pictures."""
    if images.ndim == lead + 2:
        images = images[..., None]
    out = np.empty((*images.shape[:-1], 3), dtype=np.uint8)
    for k in range(len(images)):  # one at a time: all at once would double a large set
        out[k] = np.rint(images[k] * np.float32(255))
    return out


# Drawing. In what follows m pictures are drawn at once. Coordinates run from -1 to 1 over the
# picture, x to the right and y down; u and v are the same on the surface of a frontal head.


def _draw(traits, conditions, size):
    """One chunk of pictures, uint8 of shape (m, size, size, 3)."""
    p = _parameters(traits, conditions)
    see = _look(p, size)
    _background(see, p)
    _hair_behind(see, p)
    _body(see, p)
    _ears(see, p)
    _head(see, p)
    _beard(see, p)
    _nose(see, p)
    _mouth(see, p)
    _eyes(see, p)
    _marks(see, p)
    _hair(see, p)
    _ears(see, p, near=True)
    _glasses(see, p)
    _hat(see, p)
    _occlusion(see, p)
    _light(see, p)
    return _camera(see, p)


def _parameters(traits, conditions):
    """Numbers of each picture as float32 arrays of shape (m, 1, 1), colors (m, 3, 1, 1)."""
    t = SimpleNamespace(**dict(zip(TRAITS, traits.T, strict=True)))
    c = SimpleNamespace(**dict(zip(CONDITIONS, conditions.T, strict=True)))
    p = {}
    # The ellipsoid is wider than the head, so it turns less.
    yaw, pitch, roll = (np.deg2rad(a) for a in (0.8 * c.yaw, c.pitch, c.roll))
    p.update(sin_yaw=np.sin(yaw), cos_yaw=np.cos(yaw), sin_pitch=np.sin(pitch))
    p.update(cos_pitch=np.cos(pitch), sin_roll=np.sin(roll), cos_roll=np.cos(roll))
    for name in CONDITIONS:
        p[name] = getattr(c, name)

    def between(low, high, trait):
        return low + (high - low) * trait

    # Head: a skull, cheeks, a jaw and a chin that flow into each other.
    p["skull_rx"] = between(0.47, 0.56, t.skull_width)
    p["skull_ry"] = between(0.52, 0.61, t.skull_height)
    p["cheek_rx"] = between(0.43, 0.535, t.cheekbones)
    p["jaw_rx"] = between(0.33, 0.475, t.jaw_width)
    p["chin_rx"] = between(0.10, 0.28, t.chin_width)
    p["chin_y"] = between(0.51, 0.66, t.chin_length)
    p["ear"] = between(0.10, 0.19, t.ear_size)
    p["neck"] = 0.62 * p["jaw_rx"] + 0.01

    p["eye_w"] = between(0.10, 0.16, t.eye_size)
    p["eye_h"] = p["eye_w"] * between(0.42, 0.76, t.eye_opening)
    p["eye_u"] = between(0.19, 0.285, t.eye_distance)
    p["eye_v"] = between(-0.09, 0.06, t.eye_height)
    tilt = np.deg2rad(between(-11, 12, t.eye_tilt))
    p["eye_sin"], p["eye_cos"] = np.sin(tilt), np.cos(tilt)
    p["iris"] = p["eye_w"] * between(0.44, 0.62, t.iris_size)
    p["lid_up"] = 1 - 0.92 * c.eyelids
    p["lid_low"] = (1 - 0.8 * c.eyelids) * (1 - 0.25 * np.maximum(c.smile, 0))
    p["brow_t"] = between(0.012, 0.054, t.brow_thickness)
    p["brow_v"] = p["eye_v"] - p["eye_h"] - between(0.055, 0.13, t.brow_height)
    p["brow_v"] = p["brow_v"] - 0.045 * c.brows_raised
    p["brow_slope"] = between(-0.25, 0.13, t.brow_tilt)
    p["brow_arch"] = between(0.0, 0.11, t.brow_arch)
    p["brow_w"] = np.minimum(1.35 * p["eye_w"], 0.80 * p["eye_u"])

    p["nose_v"] = between(0.15, 0.31, t.nose_length)
    p["nose_w"] = between(0.055, 0.145, t.nose_width)
    p["bridge"] = between(0.015, 0.05, t.nose_bridge)
    p["nose_mid"] = 0.5 * (p["eye_v"] + p["nose_v"]) - 0.02
    p["nose_half"] = 0.65 * (p["nose_v"] - p["eye_v"])
    p["shade_side"] = np.where(c.light_x + p["sin_yaw"] * 0.5 > 0, -1.0, 1.0)
    p["mouth_v"] = p["nose_v"] + between(0.14, 0.22, t.mouth_height)
    p["mouth_w"] = between(0.145, 0.255, t.mouth_width) * (1 + 0.15 * c.smile - 0.12 * c.mouth_open)
    p["lip_up"] = between(0.012, 0.05, t.upper_lip)
    p["lip_low"] = between(0.02, 0.07, t.lower_lip)
    p["teeth"] = 0.92 * np.clip(3 * c.mouth_open - 0.5, 0, 1)

    volume = np.clip((t.hair_volume - 0.06) / 0.94, 0, 1)
    long = (t.hair_length >= 0.52) & (volume > 0.1)
    p["volume"] = volume
    p["hair_on"] = (t.hair_volume >= 0.06) * np.clip(0.55 + 2.5 * volume, 0, 1)
    p["hair_long"] = long
    p["hair_short"] = ~long
    p["hair_end"] = np.where(long, 0.25 + 1.6 * (t.hair_length - 0.52), -0.1 + 0.4 * t.hair_length)
    p["hairline"] = between(-0.52, -0.31, t.hairline)
    p["temple"] = p["skull_rx"] - 0.07
    p["part"] = between(-0.32, 0.32, t.hair_parting)
    p["fringe"] = np.clip((t.hair_fringe - 0.55) / 0.45, 0, 1) * (volume > 0.1)
    p["sweep"] = between(0.0, 0.5, np.clip(t.hair_fringe / 0.55, 0, 1)) * (p["fringe"] == 0)
    p["curl"] = np.clip((t.hair_curl - 0.4) / 0.5, 0, 1)
    p["bun"] = (t.hair_length >= 0.42) & (t.hair_length < 0.52) & (volume > 0.1) & (c.hat == 0)
    p["bun_r"] = 0.12 + 0.06 * volume
    p["bun_y"] = p["skull_ry"] + 0.2 + 0.12 * volume

    p["rosy"] = 0.25 + 0.4 * t.lip_color
    p["freckles"] = 1.2 * np.clip((t.freckles - 0.7) / 0.2, 0, 1)
    p["mole_on"] = t.mole > 0.5
    place = (t.mole - 0.5) * 8
    which = np.clip(np.floor(place), 0, 3).astype(int)
    along = place - np.floor(place)
    p["mole_u"] = np.array([-0.26, 0.22, -0.14, 0.33])[which] + 0.08 * along
    p["mole_v"] = np.array([0.22, 0.14, 0.36, 0.30])[which] + 0.06 * along
    p["scar_on"] = t.scar > 0.84
    p["scar_side"] = np.where(t.scar > 0.92, 1.0, -1.0)
    p["scar_v"] = np.where((t.scar * 25).astype(int) % 2, 0.22, -0.2)
    p["lines"] = 0.75 * np.clip((t.lines - 0.45) / 0.55, 0, 1)
    p["beard"] = 0.92 * np.clip((t.beard - 0.66) / 0.2, 0, 1)
    p["beard_long"] = np.clip((t.beard - 0.78) / 0.22, 0, 1)
    from_ = np.where(t.beard > 0.7, 0.35, 0.76)
    p["mustache"] = 0.92 * np.clip((t.mustache - from_) / 0.12, 0, 1)

    p["glasses_on"] = c.glasses > 0
    p["glasses_round"] = c.glasses < 0.5
    p["rim"] = 0.010 + 0.008 * (c.glasses * 7 % 1)
    p["hat_on"] = c.hat > 0
    p["cap"] = (c.hat > 0) & (c.hat < 0.5)
    p["beanie"] = c.hat >= 0.5
    p["hat_y"] = -0.38 + 0.3 * p["sin_pitch"]
    third = np.ceil(c.occlusion * 3)
    p["hand"], p["wrap"], p["bar"] = third == 1, third == 2, third == 3
    place = c.occlusion_place
    p["hand_side"] = np.where(place < 0.5, -1.0, 1.0)
    p["hand_y"] = 0.55 - 0.3 * (place * 2 % 1)
    p["scarf_y"] = 0.36 + 0.16 * (place - 0.5)
    p["bar_y"] = (place * 7 % 1 - 0.5) * 1.1
    pattern = 0.13 * (c.background_pattern > 0)
    quarter = np.ceil(c.background_pattern * 4)
    p["stripes"], p["checks"] = pattern * (quarter == 1), pattern * (quarter == 2)
    p["dots"], p["spots"] = pattern * (quarter == 3), pattern * (quarter == 4)
    p["one"] = np.ones(len(traits))

    skin = _palette(_SKIN, t.skin_tone)
    hair = _palette(_HAIR, t.hair_color)
    lips = skin + (0.35 + 0.35 * t.lip_color)[:, None] * (_palette(_LIPS, t.lip_color) - skin)
    half = np.full(len(traits), 0.5)
    colors = {
        "skin": skin,
        "bright": skin * 0.75 + [68, 64, 60],
        "dark": skin * [0.66, 0.53, 0.48],
        "hair": hair,
        "brow": hair * 0.78 + 0.06 * skin,
        "lash": hair * 0.3 + 8,
        "iris_rgb": _palette(_IRIS, t.iris_color),
        "lips": lips,
        "throat": np.minimum([96, 36, 38], skin * 0.5),
        "background": _hue(c.background_hue, c.background_saturation, c.background_light),
        "clothes": _hue(c.clothes_hue, 0.45 * p["one"], c.clothes_light),
        "hat_rgb": _hue(c.hat_color, half, 0.25 + 0.5 * (c.hat * 5 % 1)),
        "scarf": _hue(place * 3 % 1, half, 0.35 + 0.4 * c.background_place),
        "frame": _palette(_FRAMES, c.glasses * 3 % 1),
    }
    numbers = {k: np.asarray(v, dtype=np.float32).reshape(-1, 1, 1) for k, v in p.items()}
    for name, color in colors.items():
        numbers[name] = color.astype(np.float32)[:, :, None, None]
    numbers["flush"] = np.array([1.02, 0.93, 0.91], np.float32).reshape(1, 3, 1, 1)
    return SimpleNamespace(**numbers)


def _look(p, size):
    """The empty picture with the coordinates of its pixels."""
    pixel = ((np.arange(size, dtype=np.float32) + 0.5) * (2 / size) - 1).astype(np.float32)
    bx = (pixel[None, None, :] - p.shift_x) / p.scale
    by = (pixel[None, :, None] - p.shift_y + 0.02) / p.scale
    x = bx * p.cos_roll + by * p.sin_roll
    y = by * p.cos_roll - bx * p.sin_roll
    see = SimpleNamespace(bx=bx, by=by, x=x, y=y)
    see.pixels = size * np.float32(0.5) * p.scale  # in one unit of length
    sx, sy = x * np.float32(1 / _RX), y * np.float32(1 / _RY)
    see.sx, see.sy = sx, sy
    see.sz = np.sqrt(np.maximum(1 - sx * sx - sy * sy, np.float32(0.02)))
    w = sx * p.sin_yaw + see.sz * p.cos_yaw
    see.u = (sx * p.cos_yaw - see.sz * p.sin_yaw) * np.float32(_RX)
    see.v = (sy * p.cos_pitch - w * p.sin_pitch) * np.float32(_RY)
    # Where the surface turns away a pixel spans more of it.
    see.sharp = see.pixels * np.minimum(np.maximum(see.sz / np.maximum(w, 0.05), 0.35), 1.5)
    see.rgb = np.empty((len(x), 3, size, size), dtype=np.float32)
    see.person = np.zeros_like(x)
    return see


def _paint(see, alpha, rgb):
    """Lay a color over the picture: alpha (m, h, w), rgb (m, 3, 1, 1) or (m, 3, h, w)."""
    change = rgb - see.rgb
    change *= alpha[:, None]
    see.rgb += change


def _inside(distance, pixels):
    """How much of a pixel lies inside: 1 within, 0 without, a ramp of one pixel at the edge."""
    cover = distance * -pixels
    cover += np.float32(0.5)
    np.maximum(cover, 0, out=cover)
    return np.minimum(cover, 1, out=cover)


def _ellipse(x, y, rx, ry):
    """Signed distance to an ellipse around the origin, exact to first order at its edge."""
    x, y = x / rx, y / ry
    k = x * x + y * y
    x /= rx
    y /= ry
    slope = np.sqrt(np.maximum(x * x + y * y, np.float32(1e-6)))
    return (k - np.sqrt(k)) / slope


def _join(a, b, k):
    """Union of two signed distances that flows over a width k."""
    h = np.maximum(k - np.abs(a - b), 0)
    return np.minimum(a, b) - h * h * np.float32(0.25 / k)


def _meet(a, b, k):
    """Intersection of two signed distances that flows over a width k."""
    h = np.maximum(k - np.abs(a - b), 0)
    return np.maximum(a, b) + h * h * np.float32(0.25 / k)


def _warm(shade):
    """A shade of skin as three channels: what is darker is redder. (m, h, w) to (m, 3, h, w)."""
    less = shade - 1
    return np.stack([1 + less * np.float32(0.78), shade, 1 + less * np.float32(1.12)], axis=1)


def _wave(x):
    """A wave of period 1 between -1 and 1, near a sine, made of parabolas."""
    t = x - np.rint(x)
    return t * (8 - 16 * np.abs(t))


def _bump(x, y, rx, ry):
    """A soft spot: 1 at the origin, 0 from the ellipse on."""
    x, y = x / rx, y / ry
    t = np.maximum(1 - x * x - y * y, 0)
    return t * t


def _background(see, p):
    x, y, turn, kind = see.bx * p.scale, see.by * p.scale, p.background_place, p.background_pattern
    f = 1.2 + 2.2 * turn
    shade = p.background_slope * np.float32(0.35) * (y + x * (turn - 0.5))
    if p.stripes.any():
        shade += p.stripes * _wave(x * f + y * (2 - 4 * turn))
    if p.checks.any():
        shade += p.checks * _wave(x * f) * _wave(y * f)
    if p.dots.any():
        dots = _wave(x * f + 0.25) + _wave(y * f + turn)
        shade += p.dots * np.minimum(np.maximum(dots * 3 - 3, 0), 1)
    if p.spots.any():
        for sx, sy in ((-0.7, -0.5), (0.6, -0.75), (0.8, 0.2), (-0.85, 0.5)):
            a, b = x - sx - turn * 0.3, y - sy + turn * 0.4 - 0.2
            shade += p.spots * _inside(
                np.sqrt(a * a + b * b) - 0.22 - kind * 0.15, see.pixels * 0.2
            )
    shade += 1
    np.multiply(p.background, shade[:, None], out=see.rgb)


def _hair_behind(see, p):
    """Hair that hangs behind neck and shoulders, and the bun."""
    x = see.x + p.sin_yaw * np.float32(0.05)
    y = see.y + np.float32(0.14) + p.volume * np.float32(0.05)
    # Short hair thins out towards the ears.
    taper = p.hair_short * np.minimum(np.maximum(see.y + 0.42, 0), 0.4)
    d = _ellipse(x, y, p.skull_rx + 0.012 + p.volume * 0.09, p.skull_ry + 0.02 + p.volume * 0.11)
    waves = _wave(see.x * np.float32(3.2) + 0.1) + _wave(see.y * np.float32(3.2))
    see.cap = d + taper * (0.04 + 0.22 * p.volume) + p.curl * np.float32(0.026) * waves
    if p.bun.any():
        bun = _ellipse(x - p.part * 0.4, see.y + p.bun_y, p.bun_r, p.bun_r * np.float32(0.85))
        bun += p.curl * np.float32(0.02) * waves
        tone = (
            0.92
            + 0.14 * _wave((x - p.part * 0.4) * 6 + see.y * 5)
            - 0.8 * np.maximum(bun + 0.06, 0)
        )
        alpha = _inside(bun, see.pixels) * p.bun
        _paint(see, alpha, p.hair * tone[:, None])
        np.maximum(see.person, alpha, out=see.person)
    if not p.hair_long.any():
        return
    width = p.skull_rx + 0.03 + p.volume * 0.1 + 0.08 * np.minimum(np.maximum(see.y, 0), 0.6)
    see.hang = np.abs(x) - width + p.curl * np.float32(0.04) * _wave(see.y * np.float32(2.6))
    see.ends = see.y - p.hair_end + 0.03 * _wave(see.x * 4.3 + p.part) + 0.25 * see.x * see.x
    down = np.maximum(-0.15 - see.y, _meet(see.hang, see.ends, 0.15))
    alpha = _inside(_join(see.cap, down, 0.15), see.pixels) * p.hair_long
    strands = 0.68 + 0.08 * _wave(x * 7 + p.curl * _wave(see.y * 2) * 0.4)
    strands = strands + 0.04 * _wave(x * 17 + see.y)
    _paint(see, alpha, p.hair * strands[:, None])
    np.maximum(see.person, alpha, out=see.person)


def _body(see, p):
    x, y = np.broadcast_arrays(see.bx + p.sin_roll * np.float32(0.3), see.by)
    neck = np.maximum(np.abs(x) - p.neck, 0.1 - y)
    neck = _join(neck, _ellipse(x, y - 1.22, p.neck * 2.6, 0.36 * p.one), 0.3)
    alpha = _inside(neck, see.pixels)
    shadow = 0.60 + 0.32 * np.minimum(np.maximum((y - p.chin_y - 0.08) * 3, 0), 1)
    shadow = shadow - 0.5 * x * x
    _paint(see, alpha, p.skin * _warm(shadow))
    np.maximum(see.person, alpha, out=see.person)
    shoulders = _ellipse(x, y - 1.42, 1.0 * p.one, 0.60 * p.one)
    collar = _ellipse(x, y - 0.80, p.neck * np.float32(1.22), 0.19 * p.one)
    cloth = np.maximum(shoulders, -collar)
    alpha = _inside(cloth, see.pixels)
    fold = 1.04 - 0.28 * x * x + 0.06 * _wave(x * 1.6 + y)
    fold = fold - 0.16 * _inside(np.abs(collar - 0.03) - 0.012, see.pixels)
    _paint(see, alpha, p.clothes * fold[:, None])
    np.maximum(see.person, alpha, out=see.person)


def _ears(see, p, near=False):
    """Ears behind the head; where it turns the near one is drawn again, before head and hair."""
    y = see.y - p.eye_v - np.float32(0.08) + p.sin_pitch * np.float32(0.1)
    for side in (-1, 1):
        on = p.hair_short
        if near:
            on = on * np.minimum(np.maximum(p.sin_yaw * (-6 * side) - 0.5, 0), 1)
            if not on.any():
                continue
        x = see.x - side * p.skull_rx * p.cos_yaw * np.float32(0.98) + p.sin_yaw * 0.06
        x = x - y * (side * 0.22)
        d = _ellipse(x, y, p.ear * np.float32(0.6), p.ear)
        inner = _ellipse(x, y, p.ear * np.float32(0.36), p.ear * np.float32(0.68))
        alpha = _inside(d, see.pixels) * on
        shade = 0.9 - 0.26 * _inside(np.abs(inner) - 0.012, see.pixels * 0.7)
        shade -= 0.1 * _inside(inner, see.pixels * 0.5)
        _paint(see, alpha, p.skin * _warm(shade))
        np.maximum(see.person, alpha, out=see.person)


def _head(see, p):
    x, y = see.x, see.y
    face, nod = p.sin_yaw * np.float32(0.12), p.sin_pitch * np.float32(0.12)
    skull = _ellipse(x + p.sin_yaw * 0.03, y + 0.13, p.skull_rx, p.skull_ry)
    cheek = _ellipse(x - face * 0.5, y - 0.10 - nod * 0.5, p.cheek_rx, 0.36 * p.one)
    jaw = _ellipse(x - face, y - 0.31 - nod, p.jaw_rx, 0.32 * p.one)
    chin = _ellipse(x - face * 1.3, y - p.chin_y - nod, p.chin_rx, 0.10 * p.one)
    see.head = _join(_join(_join(skull, cheek, 0.12), jaw, 0.16), chin, 0.22)
    see.face = _inside(see.head, see.pixels)
    edge = 1 - see.sz
    shade = 1.04 - 0.30 * edge * edge
    rim = np.maximum(1 + see.head * 9, 0)
    shade -= 0.16 * np.minimum(rim, 1) * np.minimum(rim, 1)
    _paint(see, see.face, p.skin * _warm(shade))
    np.maximum(see.person, see.face, out=see.person)
    u, v, a = see.u, see.v, np.abs(see.u)
    blush = _bump(a - 0.29, v - 0.20, 0.2, 0.16) * (p.rosy * see.face)
    _paint(see, blush, p.skin * np.array([1.0, 0.66, 0.60], np.float32).reshape(1, 3, 1, 1))
    glow = _bump(u, v + 0.32, 0.36, 0.22) * np.float32(0.55)
    glow += _bump(a - 0.27, v - 0.09, 0.15, 0.08) * np.float32(0.55)
    glow += _bump(u, v - p.chin_y - 0.01, 0.11, 0.07) * np.float32(0.5)
    _paint(see, glow * see.face, p.bright)
    low = _bump(u, v - p.mouth_v - p.lip_low - 0.055, p.mouth_w * 0.6, 0.04 * p.one)
    _paint(see, low * see.face * np.float32(0.45), p.dark)


def _beard(see, p):
    u, v = see.u, see.v
    if p.beard.any():
        rise = np.maximum(np.abs(u) - 0.15, 0)
        top = p.mouth_v + 0.035 - np.minimum(4.6 * rise * rise, p.mouth_v + 0.1)
        lips = p.lip_low + p.lip_up + 0.025
        around = _ellipse(u, v - p.mouth_v, p.mouth_w + 0.02, lips)
        grown = p.beard_long * np.minimum(np.maximum(v * 0.25, 0), 0.08)
        d = _meet(_meet(top - v, see.head - grown, 0.04), -around, 0.05)
        d = _meet(d, np.abs(u) - 0.6, 0.1)
        strand = _wave(u * 9 + _wave(v * 4) * 0.15) + 0.6 * _wave(u * 19 - v * 5)
        tone = 0.92 + 0.06 * strand - 0.5 * np.maximum(v - p.mouth_v - 0.15, 0)
        alpha = _inside(d, see.sharp * 0.35) * p.beard
        _paint(see, alpha, p.hair * tone[:, None])
        np.maximum(see.person, alpha, out=see.person)
    if p.mustache.any():
        q = np.minimum(np.abs(u) / (p.mouth_w * np.float32(1.1)), 1)
        middle = p.mouth_v - p.lip_up - 0.035 + q * q * np.float32(0.06)
        thick = np.float32(0.036) * (1 - q * q) - 0.012 * np.maximum(1 - 9 * q, 0)
        alpha = _inside(np.abs(v - middle) - thick, see.sharp * 0.5) * (q < 1)
        tone = 0.9 + 0.12 * _wave(u * 16 + v * 4)
        _paint(see, alpha * p.mustache * see.face, p.hair * tone[:, None])


def _nose(see, p):
    v = see.v
    rise = np.minimum(np.maximum((v - p.eye_v) / (p.nose_v - p.eye_v), 0), 1)
    u = see.u - p.sin_yaw * np.float32(0.10) * rise
    a, tip = np.abs(u), v - p.nose_v
    # The bridge: light on its ridge, shade on the side that the light does not reach.
    edge = np.abs(u - p.shade_side * (p.bridge + rise * p.nose_w * np.float32(0.42)))
    on = np.maximum(1 - edge * 24, 0) * ((rise > 0) & (rise < 1)) * (0.3 + 0.7 * rise)
    _paint(see, on * see.face * np.float32(0.5), p.dark)
    ridge = _bump(u + p.shade_side * 0.012, v - p.nose_mid, p.bridge + 0.012, p.nose_half)
    _paint(see, ridge * see.face * np.float32(0.55), p.bright)
    under = _bump(u, tip - 0.04, p.nose_w * 1.45, 0.06 * p.one)
    _paint(see, under * see.face * np.float32(0.6), p.dark)
    ball = _ellipse(u, tip + 0.02, p.nose_w * np.float32(0.70), 0.060 * p.one)
    wings = _ellipse(a - p.nose_w * 0.72, tip, p.nose_w * 0.36, 0.044 * p.one)
    nose = _join(ball, wings, 0.03)
    _paint(see, _inside(nose, see.sharp * 0.7) * np.float32(0.6), p.skin * p.flush)
    wing = _inside(np.abs(wings) - 0.004, see.sharp * 0.6) * ((tip > -0.03) & (a > p.nose_w * 0.7))
    _paint(see, wing * np.float32(0.5), p.dark)
    hole = _ellipse(a - p.nose_w * 0.42, tip - 0.028, p.nose_w * 0.27, 0.016 * p.one)
    _paint(see, _inside(hole, see.sharp * 0.8) * np.float32(0.7), p.skin * np.float32(0.32))
    shine = _bump(u - p.light_x * 0.02, tip + 0.045, 0.05, 0.042)
    _paint(see, shine * np.float32(0.9), p.bright)


def _mouth(see, p):
    u = see.u - p.sin_yaw * np.float32(0.03)
    v = see.v - p.mouth_v
    q = u / p.mouth_w
    q2 = np.minimum(q * q, 1.3)
    body = np.maximum(1 - q2, 0)
    v = v + p.smile * np.float32(0.075) * (q2 - 0.35)
    gap = p.mouth_open * np.float32(0.075) * body
    upper = p.lip_up * body * (1 - 0.32 * np.maximum(1 - q2 * 12, 0))
    lower = p.lip_low * body
    ends = np.abs(u) - p.mouth_w
    lips = np.maximum(np.maximum(-upper - gap * 0.4 - v, v - lower - gap), ends)
    tone = 1 + 2.4 * np.minimum(np.maximum(v + 0.01, -0.08), 0.05)
    _paint(see, _inside(lips, see.sharp) * see.face, p.lips * tone[:, None])
    shine = _bump(u, v - gap - lower * 0.55, p.mouth_w * 0.45, 0.4 * p.lip_low + 0.004)
    _paint(see, shine * see.face * np.float32(0.3), np.float32(255))
    line = np.maximum(np.abs(v - gap * 0.3) - 0.006 - gap * 0.7, np.abs(u) - p.mouth_w * 1.05)
    _paint(see, _inside(line, see.sharp) * see.face * np.float32(0.85), p.throat)
    hole = np.maximum(np.maximum(-gap * 0.4 - v, v - gap), ends)
    tongue = _bump(u, v - gap, p.mouth_w * 0.6, 0.04 * p.one) * _inside(hole + 0.006, see.sharp)
    _paint(see, tongue * p.teeth, np.array([205, 96, 92], np.float32).reshape(1, 3, 1, 1))
    teeth = np.maximum(hole + 0.003, v - gap * 0.2 - 0.002)
    _paint(see, _inside(teeth, see.sharp) * see.face * p.teeth, np.float32(240))
    corner = _bump(np.abs(u) - p.mouth_w * 1.06, v, 0.035, 0.04)
    _paint(see, corner * see.face * np.float32(0.5), p.dark)


def _eyes(see, p):
    white = np.array([246, 242, 238], dtype=np.float32).reshape(1, 3, 1, 1)
    for side in (-1, 1):
        out = (see.u - side * p.eye_u) * side  # outward from the middle of the eye
        down = see.v - p.eye_v
        x = out * p.eye_cos - down * p.eye_sin
        y = down * p.eye_cos + out * p.eye_sin
        q = x / p.eye_w
        body = np.maximum(1 - q * q, -0.5)
        top = p.eye_h * body * p.lid_up
        low = p.eye_h * np.float32(0.72) * body * p.lid_low
        socket = _bump(x, y + 0.02, p.eye_w * 1.5, p.eye_h + 0.09) * see.face
        _paint(see, socket * np.float32(0.5), p.dark)
        eye = np.maximum(-y - top, y - low)
        cover = _inside(eye, see.sharp) * see.face
        shade = 1 - np.float32(0.25) * np.minimum(np.maximum(1 - (y + top) * 22, 0), 1)
        _paint(see, cover, white * shade[:, None])
        gx = x * side - p.gaze_x * p.eye_w * np.float32(0.28)
        gy = y - p.gaze_y * p.eye_h * np.float32(0.2) + p.eye_h * np.float32(0.08)
        r = np.sqrt(gx * gx + gy * gy)
        disc = _inside(r - p.iris, see.sharp) * cover
        far = np.minimum(r / p.iris, 1)
        ring = 1.2 - 0.6 * far * far * far + gy * 3.5
        _paint(see, disc, p.iris_rgb * ring[:, None])
        pupil = _inside(r - p.iris * np.float32(0.46), see.sharp) * cover
        _paint(see, pupil, np.float32(14))
        hx = gx - p.light_x * p.iris * np.float32(0.35) + p.iris * np.float32(0.1)
        hy = gy + p.iris * np.float32(0.34)
        spark = _inside(np.sqrt(hx * hx + hy * hy) - p.iris * 0.27, see.sharp) * cover
        _paint(see, spark * np.float32(0.95), np.float32(255))
        lash = np.abs(y + top + 0.004) - 0.012 - 0.012 * np.maximum(q, 0)
        lash = np.maximum(lash, np.abs(x) - p.eye_w * np.float32(1.10))
        _paint(see, _inside(lash, see.sharp) * see.face * np.float32(0.88), p.lash)
        below = np.maximum(np.abs(y - low) - 0.004, np.abs(x) - p.eye_w)
        _paint(see, _inside(below, see.sharp) * see.face * np.float32(0.55), p.dark)
        crease = np.abs(y + top * 1.15 + p.eye_h * 0.22 + 0.012) - 0.005
        crease = np.maximum(crease, np.abs(x) - p.eye_w)
        _paint(see, _inside(crease, see.sharp) * see.face * np.float32(0.6), p.dark)
        # The brow.
        k = (out - 0.01) / p.brow_w
        b = see.v - p.brow_v + p.brow_slope * out + p.brow_arch * (0.45 - k * k)
        thick = p.brow_t * (1 - np.float32(0.28) * (k + 1))
        brow = _meet(np.abs(b) - thick, (np.abs(k) - 1) * p.brow_w, 0.03)
        hairs = 0.84 + 0.1 * _wave(out * 13 + b * 8)
        _paint(see, _inside(brow, see.sharp * 0.75) * see.face * 0.9, p.brow * hairs[:, None])


def _marks(see, p):
    u, v = see.u, see.v
    if p.freckles.any():
        # A dot in each cell, every row shifted and every dot moved by its own amount.
        a, b = u * 11, v * 11
        row = np.rint(b)
        a += 0.37 * row * row
        column = np.rint(a)
        a = a - column + 0.22 * _wave(row * 0.31 + column * 0.17)
        b = b - row + 0.22 * _wave(column * 0.41 - row * 0.13)
        spots = np.minimum(np.maximum(1.3 - 22 * (a * a + b * b), 0), 1)
        zone = _bump(np.abs(u) - 0.2, v - 0.17, 0.26, 0.18) + _bump(u, v - 0.1, 0.12, 0.1)
        _paint(see, spots * zone * p.freckles * see.face, p.dark)
    if p.mole_on.any():
        a, b = u - p.mole_u, v - p.mole_v
        mole = _inside(np.sqrt(a * a + b * b) - 0.026, see.sharp) * p.mole_on
        _paint(see, mole * see.face * np.float32(0.9), p.skin * np.float32(0.3))
    if p.scar_on.any():
        a = (u - p.scar_side * 0.31) * p.scar_side
        b = v - p.scar_v
        scar = np.maximum(np.abs(a * 0.75 + b * 0.6) - 0.009, np.abs(b * 0.8 - a * 0.6) - 0.085)
        _paint(see, _inside(scar, see.sharp) * p.scar_on * see.face * 0.75, p.bright)
    if p.lines.any():
        q = np.abs(u) - p.nose_w - 0.03 - np.maximum(v - p.nose_v + 0.03, 0) * 0.55
        fold = np.maximum(np.abs(q) - 0.006, np.abs(v - p.nose_v - 0.06) - 0.1)
        brow = np.abs(_wave(v * 6 + u * u)) * 0.04 - 0.008
        brow = np.maximum(np.maximum(brow, np.abs(v + 0.36) - 0.1), np.abs(u) - 0.22)
        alpha = np.maximum(_inside(fold, see.sharp), _inside(brow, see.sharp) * np.float32(0.8))
        _paint(see, alpha * p.lines * see.face, p.dark)


def _hair(see, p):
    """The hair in front, around an opening for the face, and its shadow."""
    u, v, a = see.u, see.v, np.abs(see.u)
    zig = _wave(u * 6 + p.part * 3) + 0.6 * _wave(u * 11)
    top = p.hairline + p.sweep * np.abs(u - p.part) + np.float32(0.5) * u * u
    top += p.fringe * (0.25 + 0.016 * zig - 0.3 * u * u)
    top = np.minimum(top, p.brow_v + 2.2 * np.maximum(a - 0.28, 0))
    # Long hair falls beside the face; short hair leaves the temples and ends in sideburns.
    wide = np.minimum(np.maximum(v + 0.3 * p.hair_short, 0), 0.5)
    side = a - p.temple - (0.10 + 0.10 * p.hair_short) * wide
    opening = _meet(top - v, side, 0.12)
    above = np.minimum(np.maximum((p.hair_end - see.y) * 8, 0), 1)
    shadow = np.minimum(np.maximum(1 + opening * 11, 0), 1) * (opening < 0) * above
    _paint(see, shadow * see.face * (p.hair_on * np.float32(0.6)), p.dark)
    cap = np.maximum(see.cap, -opening)
    nape = 1.1 * np.minimum(np.maximum(a - 0.60, 0), 0.4)
    cap = np.maximum(cap, see.y - np.minimum(p.hair_end, 0.2) - nape)
    if p.hair_long.any():
        locks = np.maximum(_meet(see.hang, see.ends, 0.1), -side)
        locks = np.maximum(locks, -0.15 - see.y)
        cap = np.where(p.hair_long > 0, np.minimum(cap, locks), cap)
    alpha = _inside(cap, see.pixels) * p.hair_on
    dx, dy = u - p.part, np.abs(see.y + 0.78) + 0.08
    q = dx / (np.abs(dx) + dy)
    strand = _wave(q * 9 + p.curl * _wave(see.y * 2.5) * 0.4)
    strand += 0.6 * _wave(q * 23 + see.y) + 0.2 * _wave(q * 41 - see.y)
    if p.curl.any():
        # Coils: round cells, every other row shifted by half.
        b = see.y * 7.5 + 0.3 * _wave(see.x * 1.7)
        row = np.rint(b)
        c = see.x * 7.5 + 0.5 * row + 0.3 * _wave(see.y * 1.3)
        b, c = b - row, c - np.rint(c)
        coils = 1.1 - 9 * (b * b + c * c) + 1.2 * b
        strand += p.curl * (coils - strand)
    shine = _bump(see.x - p.light_x * 0.25, see.y + 0.56, 0.5, 0.2)
    tone = 0.94 + 0.10 * strand + 0.38 * shine
    tone -= np.float32(0.2) * np.minimum(np.maximum(1 + cap * 14, 0), 1)
    _paint(see, alpha, p.hair * tone[:, None] + (shine * 18)[:, None])
    np.maximum(see.person, alpha, out=see.person)
    see.locks = alpha


def _glasses(see, p):
    if not p.glasses.any():
        return
    u = see.u - p.sin_yaw * np.float32(0.05)
    v = see.v - p.eye_v - 0.01
    a = np.abs(u) - p.eye_u
    w = np.float32(0.17) + np.minimum(p.eye_u - 0.2, 0.03)
    circle = np.sqrt(a * a + v * v * np.float32(1.15)) - w
    corner_x, corner_y = np.maximum(np.abs(a) - w + 0.06, 0), np.maximum(np.abs(v) - 0.075, 0)
    box = np.sqrt(corner_x * corner_x + corner_y * corner_y) - 0.06
    lens = box + p.glasses_round * (circle - box)
    rim = np.abs(lens) - p.rim
    bridge = np.maximum(np.abs(v + 0.03) - 0.011, np.abs(u) - p.eye_u + w)
    arms = np.maximum(np.abs(v + 0.04) - 0.012, p.eye_u + w - np.abs(u))
    arms = np.maximum(arms, see.head + 0.01)
    arms = _inside(arms, see.sharp) * (1 - see.locks)
    rim = np.maximum(_inside(np.minimum(rim, bridge), see.sharp), arms)
    glare = _inside(
        np.abs(a * (p.sin_yaw + 0.5) + v * 0.7 - p.light_x * 0.05) - 0.03, see.sharp * 0.3
    )
    _paint(see, _inside(lens, see.sharp) * p.glasses_on * (0.06 + 0.24 * glare), np.float32(240))
    shadow = _inside(np.abs(lens + 0.02 - v * 0.1) - 0.02, see.sharp * 0.4) * see.face
    _paint(see, shadow * p.glasses_on * np.float32(0.35), p.dark)
    _paint(see, rim * p.glasses_on, p.frame)


def _hat(see, p):
    if not p.hat.any():
        return
    x = see.x + p.sin_yaw * np.float32(0.04)
    y = see.y - p.hat_y
    crown = _ellipse(x, see.y + 0.16, p.skull_rx + 0.07, p.skull_ry + 0.07 + 0.08 * p.cap)
    edge = y - 0.12 * x * x - p.cap * 0.05 * (1 - 3 * x * x)
    shadow = np.minimum(np.maximum(1 - edge * 9, 0), 1) * (see.face * p.hat_on)
    _paint(see, shadow * np.float32(0.8), p.dark)
    alpha = _inside(np.maximum(crown, edge), see.pixels) * p.hat_on
    knit = p.beanie * (0.10 * _wave(x * 8) + 0.05 * _wave(see.y * 9))
    seam = (
        p.cap
        * np.float32(0.12)
        * _inside(np.abs(np.abs(x) - 0.16 + see.y * 0.1) - 0.008, see.pixels)
    )
    fold = p.beanie * np.float32(0.16) * _inside(np.abs(edge + 0.09) - 0.085, see.pixels)
    tone = 1.05 + knit - seam - fold - 0.8 * x * x + 0.1 * (see.y + 0.7)
    _paint(see, alpha, p.hat_rgb * tone[:, None])
    np.maximum(see.person, alpha, out=see.person)
    pom = _ellipse(x, see.y + p.skull_ry + 0.26, 0.12 * p.one, 0.11 * p.one)
    pom += 0.012 * (_wave(x * 12) + _wave(see.y * 12))
    alpha = _inside(pom, see.pixels) * p.beanie
    _paint(see, alpha, p.hat_rgb * 0.6 + 90)
    np.maximum(see.person, alpha, out=see.person)
    bill = _ellipse(x - p.sin_yaw * 0.3, y - 0.03, p.skull_rx * 0.92, 0.085 * p.one)
    alpha = _inside(bill, see.pixels) * p.cap
    _paint(see, alpha, p.hat_rgb * (0.66 + 1.6 * np.maximum(-y, -0.1))[:, None])
    np.maximum(see.person, alpha, out=see.person)


def _occlusion(see, p):
    """A hand on the cheek, a scarf over chin and mouth, or a bar before everything."""
    x, y, place = see.x, see.y, p.occlusion_place
    if p.hand.any():
        a = x * p.hand_side - 0.34
        b = y - p.hand_y
        palm = _ellipse(a, b - 0.1, 0.21 * p.one, 0.24 * p.one)
        tips = 1.0
        for shift, reach in ((-0.155, 0.22), (-0.052, 0.30), (0.05, 0.29), (0.145, 0.22)):
            fx = a - shift - 0.06 * b
            up = b - np.minimum(np.maximum(b, -reach), 0.1)
            tips = np.minimum(tips, np.sqrt(fx * fx + up * up) - 0.049)
        thumb = a + 0.20 + 0.5 * np.minimum(np.maximum(b, -0.06), 0.14)
        up = b - np.minimum(np.maximum(b, -0.06), 0.14)
        tips = np.minimum(tips, np.sqrt(thumb * thumb + up * up) - 0.05)
        palm = _join(_join(palm, tips, 0.03), np.maximum(np.abs(a) - 0.155, 0.1 - b), 0.1)
        shadow = np.minimum(np.maximum(1 - palm * 12, 0), 1) * (see.face * p.hand)
        _paint(see, shadow * np.float32(0.7), p.dark)
        gaps = np.maximum(np.abs(_wave((a - 0.06 * b) * 4.9 + 0.01)) * -8 + 1, 0) * (b < 0.06)
        shade = 1.04 - 0.20 * gaps - 0.18 * np.minimum(np.maximum(1 + palm * 18, 0), 1)
        alpha = _inside(palm, see.pixels) * p.hand
        _paint(see, alpha, p.skin * _warm(shade))
        np.maximum(see.person, alpha, out=see.person)
    if p.wrap.any():
        top = p.scarf_y + 0.18 * x * x
        wide = np.abs(x) - 0.46 - 0.35 * np.maximum(y - 0.45, 0)
        d = _meet(_meet(top - y, wide, 0.15), y - 1.02 + 0.2 * x * x, 0.1)
        tail = _meet(np.abs(x - 0.25 + 0.1 * y) - 0.13, 0.6 - y, 0.1)
        d = np.minimum(d, tail)
        drape = y * 3.6 - x * x * 2.2 + x * 0.5
        fold = 1 + 0.14 * _wave(drape) + 0.05 * _wave(x * 14 + y * 5)
        fold -= 0.25 * np.minimum(np.maximum(1 + d * 10, 0), 1)
        fold -= 0.18 * _inside(np.abs(tail) - 0.008, see.pixels)
        alpha = _inside(d, see.pixels) * p.wrap
        _paint(see, alpha, p.scarf * fold[:, None])
        np.maximum(see.person, alpha, out=see.person)
    if p.bar.any():
        across = x * (place - 0.5) * 1.6 + y * 0.9 + p.bar_y
        shade = 1.15 - 60 * (across + 0.02) * (across + 0.02)
        _paint(see, _inside(np.abs(across) - 0.075, see.pixels) * p.bar, p.scarf * shade[:, None])


def _light(see, p):
    """Light from a side, exposure and color cast, over all that has been drawn."""
    facing = see.sx * p.light_x * np.float32(1.25) + see.sy * p.light_y * np.float32(0.8)
    facing = facing / (np.float32(0.75) + np.float32(0.6) * np.abs(facing))
    field = 1 + p.light_strength * facing * (np.float32(0.2) + np.float32(0.65) * see.person)
    see.rgb *= (field * p.exposure)[:, None]
    cast = np.concatenate(
        [
            1 + 0.17 * p.warmth - 0.05 * p.tint,
            1 + 0.09 * p.tint,
            1 - 0.22 * p.warmth - 0.05 * p.tint,
        ],
        axis=1,
    )
    see.rgb *= cast[..., None]


def _camera(see, p):
    """Blur, noise and rounding."""
    rgb = see.rgb
    size = rgb.shape[-1]
    soft = np.flatnonzero(p.blur[:, 0, 0] > 0)
    if len(soft):
        strength = p.blur[soft][..., None]
        part = rgb[soft]
        for _ in range(2):
            part = part + strength * (_smooth(part) - part)
        rgb[soft] = part
    noise = _noise_table()
    count = 3 * size * size
    start = (p.grain[:, 0, 0] * np.float32(noise.size - count)).astype(int)
    for k in np.flatnonzero(p.noise[:, 0, 0] > 0):
        grain = noise[start[k] : start[k] + count].reshape(3, size, size)
        rgb[k] += grain * (p.noise[k] * np.float32(11))
    # Film, not a cliff: what is too bright nears white and never reaches it.
    over = np.maximum(rgb - 222, 0)
    np.minimum(rgb, 222, out=rgb)
    rgb += over * np.float32(34) / (over + np.float32(34))
    rgb += np.float32(0.5)
    np.maximum(rgb, 0, out=rgb)
    np.minimum(rgb, 255, out=rgb)
    return rgb.astype(np.uint8).transpose(0, 2, 3, 1)


def _smooth(rgb):
    """Weights 1 2 1 along rows and columns; the border repeats itself."""
    wide = np.pad(rgb, ((0, 0), (0, 0), (1, 1), (1, 1)), mode="edge")
    rows = wide[:, :, :-2] + 2 * wide[:, :, 1:-1] + wide[:, :, 2:]
    return (rows[..., :-2] + 2 * rows[..., 1:-1] + rows[..., 2:]) * np.float32(1 / 16)


@functools.cache
def _noise_table():
    """A long strip of noise, mean 0 and deviation near 1, of which a picture takes a piece."""
    chance = _uniform("noise", 0, 2**19, 3)
    total = chance[:, 0] + chance[:, 1] + chance[:, 2]
    return ((total - 1.5) * 2).astype(np.float32)


def _palette(nodes, t):
    """Color between the nodes of a scale, t from 0 to 1: (m,) to (m, 3)."""
    nodes = np.array(nodes, dtype=np.float64)
    t = np.clip(t, 0, 1) * (len(nodes) - 1)
    k = np.minimum(t.astype(int), len(nodes) - 2)
    return nodes[k] + (t - k)[:, None] * (nodes[k + 1] - nodes[k])


def _hue(hue, saturation, light):
    """Hue, saturation and lightness, all 0 to 1, to RGB of 0 to 255: (m,) to (m, 3)."""
    hue = hue[:, None] * 6 + np.array([0, 4, 2])
    wheel = np.clip(np.abs(hue % 6 - 3) - 1, 0, 1)
    light = light[:, None]
    return 255 * (light + saturation[:, None] * (wheel - 0.5) * (1 - np.abs(2 * light - 1)))


def _uniform(purpose, seed, rows, columns):
    """Numbers in [0, 1), float64 of shape (rows, columns); more rows leave the first ones be."""
    key = int.from_bytes(purpose.encode(), "little")
    bits = np.random.PCG64(np.random.SeedSequence([seed, key])).random_raw(rows * columns)
    return ((bits >> np.uint64(11)) * 2.0**-53).reshape(rows, columns)


def _whole(value, name, least=0, most=None):
    """The value as an int, or a sentence that says which number would do."""
    wanted = f"at least {least}" if most is None else f"from {least} to {most}"
    try:
        number = operator.index(value)
    except TypeError:
        raise ValueError(f"{name} must be a whole number {wanted}, not {value!r}") from None
    if (
        isinstance(value, (bool, np.bool_))
        or number < least
        or (most is not None and number > most)
    ):
        raise ValueError(f"{name} must be a whole number {wanted}, not {value!r}")
    return number


def _number(value, name, low, high):
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = float("nan")
    if not low <= number <= high:
        raise ValueError(f"{name} must be a number from {low} to {high}, not {value!r}")
    return number


def _table(values, name, columns):
    """The values as float64 of shape (m, columns), finite."""
    table = np.asarray(values)
    if table.dtype.kind not in "fiu" or table.ndim != 2 or table.shape[1] != columns:
        raise ValueError(
            f"{name} must be an array of numbers of shape (m, {columns}), "
            f"not {table.dtype} of shape {table.shape}"
        )
    table = table.astype(np.float64)
    if not np.isfinite(table).all():
        raise ValueError(f"{name} must be finite")
    return table
