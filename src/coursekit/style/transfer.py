"""Painting: pixels are moved until a network sees the content of one picture, the style of another.

`transfer` builds the cost J(G) of the chapters out of an extractor and the costs, and minimizes it
over the pixels of G, first on a small picture, then on larger ones. Costs are computed here in one
compiled graph. After `coursekit.use(my_gram_matrix)`, or another exercise of "style-transfer",
painting runs on yours.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from coursekit.datasets import pictures
from coursekit.exercises import own
from coursekit.style import colors
from coursekit.style.extractors import load_extractor
from coursekit.style.minimizers import by_adam, by_lbfgs
from coursekit.style.objective import COST_EXERCISES, build_cost
from coursekit.style.run import CHUNK, Run, fingerprint

EXERCISES = (*COST_EXERCISES, "train_step")
METHODS = ("l-bfgs", "adam")
INITIALS = ("content", "noise", "mix")

# Sizes of the longer side from which coarse to fine begins by itself.
COARSEST = 64

# The shortest side of a picture, also of the smallest on the way from coarse to fine.
SHORTEST = 32


@dataclass
class Painting:
    """What `transfer` returns.

    Attributes
    ----------
    image : ndarray, shape (n_H, n_W, 3), float32
        The finished picture, 0 to 1.
    history : dict of lists
        One entry for each picture whose cost was computed on the way: `step`, how many steps lay
        behind it; `seconds` since the start; `size`, its longer side in pixels; the `cost` and its
        parts before weighting, `content`, `style` and `variation`.
    frames : list of ndarray, shape (n_H, n_W, 3), uint8
        Pictures on the way, all of the final size.
    """

    image: np.ndarray
    history: dict[str, list] = field(default_factory=dict)
    frames: list[np.ndarray] = field(default_factory=list)

    def save(self, path: str | os.PathLike) -> None:
        """Write the picture to a file, in the format that its ending names."""
        pictures.save(path, self.image)

    def save_animation(self, path: str | os.PathLike, *, seconds: float = 6.0) -> None:
        """Write the frames as an animated GIF that lasts so long, and rests on the last frame.

        Raises
        ------
        ValueError
            If there are fewer than two frames, or the file does not end in .gif.
        FileNotFoundError
            If there is no such folder.
        """
        from PIL import Image

        check_target(path, (".gif",))
        if len(self.frames) < 2:
            raise ValueError(
                f"there are {len(self.frames)} frames, but an animation takes 2 at least; "
                "paint with frames=40"
            )
        # One palette for all, so that colors do not flicker: that of the first and last frame.
        ends = Image.fromarray(np.concatenate([self.frames[0], self.frames[-1]]))
        palette = ends.quantize(256)
        images = [Image.fromarray(frame).quantize(palette=palette) for frame in self.frames]
        each = max(20, round(1000 * seconds / len(images)))
        durations = [each] * (len(images) - 1) + [2000]
        images[0].save(path, save_all=True, append_images=images[1:], duration=durations, loop=0)


def transfer(
    content: np.ndarray | None,
    style: np.ndarray | Sequence[np.ndarray],
    *,
    extractor: Any = None,
    size: int | tuple[int, int] = 256,
    initial: str | np.ndarray = "content",
    method: str | None = None,
    steps: int | Sequence[int] = 60,
    levels: int | None = None,
    alpha: float = 10.0,
    beta: float = 40.0,
    content_layer: str | None = None,
    style_weights: Mapping[str, float] | None = None,
    style_shares: Sequence[float] | None = None,
    style_scale: float = 1.0,
    total_variation: float = 30.0,
    keep_colors: bool = False,
    learning_rate: float = 0.02,
    checkpoint: str | os.PathLike | None = None,
    frames: int = 0,
    progress: bool = True,
    seed: int = 0,
) -> Painting:
    """Paint the content of one picture in the style of another, or of several.

    Minimizes, over the pixels of G, which stay from 0 to 1::

        J(G) = alpha * J_content(C, G) + beta * J_style(S, G) + total_variation * V(G)

    where V is the mean squared difference between neighboring pixels.

    Parameters
    ----------
    content : ndarray, shape (n_H, n_W, 3), or None
        The picture whose content to keep: uint8, or float of 0 to 1; gray ones are welcome. None
        makes a texture of the style alone.
    style : ndarray, shape (n_H, n_W, 3), or list of such
        The picture, or pictures, whose style to take, of any size.
    extractor : Extractor or str, optional
        The network that sees, or its name; by default the small one that comes along.
    size : int or (int, int)
        The longer side of the result in pixels, with the ratio of the content kept; or height and
        width, for which the content is cut to their ratio. A texture is square by default.
    initial : {"content", "noise", "mix"} or ndarray
        Where painting starts: from the content, from noise, from the mean of both, or from a
        picture of your own. Without a content always from noise or a picture.
    method : {"l-bfgs", "adam"}, optional
        L-BFGS takes far fewer steps. By default it is what paints, unless your own `train_step` is
        in use: that one steps with Adam.
    steps : int or sequence of int
        Steps at each level: one number for all, or one for each from coarse to fine. Adam takes
        more of them for the same cost.
    levels : int, optional
        From how many sizes, each half of the next, to paint; 1 paints at full size only. By
        default as many as keep the longer side at 64 pixels or more.
    alpha, beta : float
        Weights of content and style, at least 0.
    content_layer : str, optional
        The layer to compare the content at; by default that of the extractor.
    style_weights : dict of str to float, optional
        For each layer to compare the style at its weight lambda, at least 0; by default that of
        the extractor.
    style_shares : sequence of float, optional
        For several styles, how much of each; they are divided by their sum. By default equal.
    style_scale : float
        How large strokes are: the style is scaled to the area of the result, times this in height
        and width.
    total_variation : float
        Weight of V, at least 0. More makes the picture smoother.
    keep_colors : bool
        Paint the brightness only, with the colors of the content.
    learning_rate : float
        The step of Adam, in units of the range of a pixel; L-BFGS finds its own.
    checkpoint : path, optional
        Where to keep the state every `CHUNK` steps. If the file is there, painting goes on from
        it, as if it had never stopped.
    frames : int
        Pictures to keep on the way, evenly spaced, the first and the last among them.
    progress : bool
        Show a line with cost and time left, on standard error.
    seed : int
        Fixes the noise.

    Returns
    -------
    Painting

    Raises
    ------
    ValueError
        If a picture, a number or a name makes no sense, the checkpoint belongs to another painting
        or is damaged, or an exercise of yours failed or lets no gradient through.
    FloatingPointError
        If the cost is no longer a finite number.

    Notes
    -----
    Sources: L. A. Gatys, A. S. Ecker and M. Bethge, "Image style transfer using convolutional
    neural networks", 2016; coarse to fine and colors: L. A. Gatys et al., "Controlling perceptual
    factors in neural style transfer", 2017; variation: J. Johnson, A. Alahi and L. Fei-Fei, 2016.
    """
    colored, styles, shares = _pictures(content, style, style_shares)
    shapes = _shapes(colored, size, levels)
    steps = _steps(steps, len(shapes))
    if method is None:
        method = "adam" if own("train_step") else "l-bfgs"
    _known(method, METHODS, "method")
    for name, value in (("style_scale", style_scale), ("learning_rate", learning_rate)):
        _number(value, name, above=True)
    _whole(frames, "frames")
    _whole(seed, "seed")
    if keep_colors and content is None:
        raise ValueError("keep_colors keeps the colors of a content, but content is None")
    if extractor is None or isinstance(extractor, str):
        extractor = load_extractor(extractor or "small")
    weights = {"alpha": alpha, "beta": beta, "total_variation": total_variation}
    weights |= {"content_layer": content_layer or extractor.content_layer, "style_shares": shares}
    weights |= {"style_weights": dict(style_weights or extractor.style_weights)}
    weights = _checked(weights, extractor, content)
    if checkpoint is not None:
        check_target(checkpoint)

    content = colored
    if colored is not None:
        content = colored = pictures.resize(pictures.cut_to_ratio(colored, shapes[-1]), shapes[-1])
    if keep_colors:
        styles = [colors.matched_luminance(style, colored) for style in styles]
        content = colors.luminance(colored)
    start = _start(initial, content, shapes, seed)
    settings = weights | {"shapes": [list(shape) for shape in shapes], "steps": steps}
    settings |= {"method": method, "learning_rate": learning_rate, "style_scale": style_scale}
    settings |= {"keep_colors": keep_colors, "frames": frames}
    settings |= {"pictures": fingerprint([colored, *styles, start])}
    settings |= {"extractor": [extractor.name, _weights_of(extractor)]}
    settings |= {"your functions": [name for name in EXERCISES if own(name)]}
    run = Run(
        start,
        shapes,
        steps,
        frames=frames,
        finish=partial(colors.with_colors_of, content=colored) if keep_colors else np.asarray,
        settings=settings,
        checkpoint=checkpoint,
        progress=progress,
    )
    minimize = by_lbfgs if method == "l-bfgs" else partial(by_adam, learning_rate=learning_rate)
    built = None
    try:
        while run.step < run.total:
            if run.level != built:
                built, shape = run.level, shapes[run.level]
                run.image = pictures.resize(run.image, shape)
                cost = build_cost(
                    extractor,
                    None if content is None else pictures.resize(content, shape),
                    [_scaled(style, shape, style_scale) for style in styles],
                    shape,
                    **weights,
                )
                advance = minimize(run, *cost)
            chunk = min(CHUNK, run.left_at_level)
            run.advance(chunk, *advance(chunk))
    except KeyboardInterrupt:
        raise KeyboardInterrupt(run.how_to_go_on()) from None
    finally:
        run.close()
    return Painting(run.finish(run.image), run.history, run.frames)


def check_target(path: str | os.PathLike, endings: Sequence[str] | None = None) -> None:
    """Raise an error in one sentence if no file can be written there.

    Parameters
    ----------
    path : path
    endings : sequence of str, optional
        How its name may end, such as ".gif"; any way by default.
    """
    path = Path(path)
    if endings and path.suffix.lower() not in endings:
        raise ValueError(f"{path} has the wrong ending: it must be {' or '.join(endings[:4])}")
    if not path.parent.is_dir():
        raise FileNotFoundError(f"there is no folder {path.parent}; make it first")
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder; give the name of a file")


def _pictures(content, style, shares):
    """Content, styles and their shares, as the rest of the module wants them."""
    content = None if content is None else _picture(content, "content")
    several = isinstance(style, (list, tuple)) or np.ndim(style) == 4
    styles = list(style) if several else [style]
    if not styles:
        raise ValueError("style is an empty list, but painting takes one picture at least")
    names = [f"style {i + 1}" for i in range(len(styles))] if several else ["style"]
    styles = [_picture(style, name) for style, name in zip(styles, names)]
    shares = [1.0] * len(styles) if shares is None else list(shares)
    if len(shares) != len(styles):
        raise ValueError(f"there are {len(shares)} style_shares for {len(styles)} styles")
    shares = [_number(share, "a style share") for share in shares]
    if not sum(shares):
        raise ValueError("all style_shares are 0, but one at least must be above")
    return content, styles, [share / sum(shares) for share in shares]


def _picture(picture, name):
    try:
        return pictures.as_picture(picture)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


def _shapes(content, size, levels):
    """Height and width at each level, from coarse to fine."""
    ratio = (1, 1) if content is None else content.shape[:2]
    if np.ndim(size) == 0:
        longer = _whole(size, "size")
        size = [max(1, round(longer * side / max(ratio))) for side in ratio]
    if len(size) != 2:
        raise ValueError(f"size is {size!r}, but it is a longer side, or height and width")
    shape = tuple(_whole(side, "size") for side in size)
    if min(shape) < SHORTEST:
        raise ValueError(
            f"the picture would be {shape[0]} by {shape[1]} pixels, but painting takes {SHORTEST} "
            "at least on each side; ask for a larger size"
        )
    count = 1
    if levels is None:
        while max(shape) >= 2**count * COARSEST and min(shape) >= 2**count * SHORTEST:
            count += 1
    else:
        count = _whole(levels, "levels", 1)
        if min(shape) < 2 ** (count - 1) * SHORTEST:
            raise ValueError(
                f"levels is {count}, but then the smallest picture would be under {SHORTEST} "
                "pixels high or wide; take fewer levels or a larger size"
            )
    return [tuple(round(n / 2**k) for n in shape) for k in reversed(range(count))]


def _steps(steps, levels):
    """Steps at each level."""
    steps = [steps] * levels if np.ndim(steps) == 0 else list(steps)
    if len(steps) != levels:
        raise ValueError(f"steps are given for {len(steps)} levels, but there are {levels}")
    return [_whole(n, "steps", 1) for n in steps]


def _start(initial, content, shapes, seed):
    """The picture to start from, at the size of the first level."""
    if not isinstance(initial, str):
        start = _picture(initial, "initial")
        return pictures.resize(pictures.cut_to_ratio(start, shapes[-1]), shapes[0])
    _known(initial, INITIALS, "initial")
    noise = np.random.default_rng(seed).random((*shapes[0], 3), np.float32)
    if content is None or initial == "noise":
        return noise
    small = pictures.resize(content, shapes[0])
    return small if initial == "content" else (small + noise) / 2


def _scaled(style, shape, scale):
    """The style picture with the area of `shape`, times `scale` in height and width."""
    n_H, n_W = style.shape[:2]
    scale *= np.sqrt(shape[0] * shape[1] / (n_H * n_W))
    # The deepest layers see nothing of a picture that is too narrow.
    scale = max(scale, SHORTEST / 2 / min(n_H, n_W))
    return pictures.resize(style, (round(n_H * scale), round(n_W * scale)))


def _checked(weights, extractor, content):
    """The weights as numbers; a ValueError if one is none, a layer unknown, or all add up to 0."""
    for layer in (weights["content_layer"], *weights["style_weights"]):
        extractor.check_layer(layer)
    of_layers = {
        layer: _number(weight, f"the style weight of {layer}")
        for layer, weight in weights["style_weights"].items()
    }
    numbers = {n: _number(weights[n], n) for n in ("alpha", "beta", "total_variation")}
    to_style = numbers["beta"] and any(of_layers.values())
    if not to_style and not (numbers["alpha"] and content is not None):
        raise ValueError("neither content nor style has a weight above 0: there is nothing to do")
    return weights | numbers | {"style_weights": of_layers}


def _weights_of(extractor):
    """A number that tells the weights and the poolings of an extractor from others."""
    parts = [part for _, chain in getattr(extractor, "branches", ()) for part in chain]
    arrays = [getattr(part, name, None) for part in parts for name in ("kernel", "bias")]
    kinds = np.frombuffer("".join(getattr(part, "kind", "-") for part in parts).encode(), np.uint8)
    return fingerprint([kinds, *arrays])


def _known(value, choices, name):
    if value not in choices:
        raise ValueError(f"{name} is {value!r}, but it must be one of: {', '.join(choices)}")


def _number(value, name, *, above=False):
    """`value` as a float; a ValueError if it is not finite, or below 0."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise ValueError(f"{name} is {value!r}, but it must be a number") from None
    if not (np.isfinite(number) and (number > 0 if above else number >= 0)):
        limit = "above 0" if above else "of at least 0"
        raise ValueError(f"{name} is {value}, but it must be a finite number {limit}")
    return number


def _whole(value, name, least=0):
    """`value` as an int; a ValueError if it is no whole number, or too small."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least:
        raise ValueError(f"{name} is {value!r}, but it must be a whole number of at least {least}")
    return int(value)
