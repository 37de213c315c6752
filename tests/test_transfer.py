"""Painting: small pictures on a small random network, and the command line on the shipped one."""

from __future__ import annotations

import importlib
import os
import signal
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

import coursekit
from coursekit.cli import main
from coursekit.datasets import pictures
from coursekit.exercises import find
from coursekit.style import colors, objective, run
from coursekit.style.extractors import Extractor
from coursekit.style.stack import Conv, Pool
from coursekit.style.transfer import check_target, transfer

module = importlib.import_module(
    "coursekit.style.transfer"
)  # the package has a function by its name

# Chapters call no graded function, but here the references stand in for a student's functions.
EXERCISES = {name: find(name).function for name in module.EXERCISES}


def picture(n_H, n_W, *, seed):
    """Hills of color with some grain."""
    rng = np.random.default_rng(seed)
    hills = pictures.resize(rng.random((5, 5, 3), np.float32), (n_H, n_W))
    return np.clip(hills + rng.normal(0, 0.05, hills.shape), 0, 1).astype(np.float32)


def tiny(seed=0):
    rng = np.random.default_rng(seed)

    def conv(name, n_C_prev, n_C):
        kernel = rng.normal(0, (2 / (9 * n_C_prev)) ** 0.5, (3, 3, n_C_prev, n_C))
        return Conv(name, 4 * kernel.astype(np.float32), np.full(n_C, 0.1, np.float32))

    chain = [conv("one", 3, 6), conv("two", 6, 6), Pool("average"), conv("three", 6, 8)]
    return Extractor(
        "tiny", [(1, chain)], style_weights={"one": 0.5, "three": 0.5}, content_layer="two"
    )


C, S = picture(40, 32, seed=1), picture(32, 40, seed=2)
SMALL = {"extractor": tiny(), "size": 40, "steps": 6, "levels": 1, "progress": False}
TV = 30.0  # the default weight of the variation


def paint(content=C, style=S, **options):
    return transfer(content, style, **SMALL | options)


@pytest.fixture(scope="module")
def painted():
    return paint(frames=4)


@pytest.fixture(scope="module")
def by_adam():
    return paint(style=S.transpose(1, 0, 2), method="adam", steps=4)


# The picture and its cost


def test_importing_loads_nothing_heavy():
    code = (
        "import sys, coursekit.style.transfer, coursekit.style.command\n"
        "sys.exit(any(name in sys.modules for name in ('tensorflow', 'keras', 'scipy', 'PIL')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_cost_falls_and_pixels_stay_in_range(painted):
    assert painted.image.shape == C.shape
    assert painted.image.dtype == np.float32
    assert painted.image.min() >= 0
    assert painted.image.max() <= 1
    history = painted.history
    assert set(history) == set(run.HISTORY)
    assert history["step"] == list(range(7))
    assert history["size"] == [40] * 7
    assert np.all(np.diff(history["seconds"]) >= 0)
    assert np.all(np.diff(history["cost"]) < 0)
    assert history["cost"][-1] < 0.6 * history["cost"][0]
    assert history["content"][0] == 0  # it starts from the content


def numpy_relu_layers(image, extractor):
    """The network as a plain loop over the positions of each kernel."""
    found, A = {}, image - 0.5
    for part in extractor.branches[0][1]:
        if isinstance(part, Pool):
            h, w = A.shape[0] // 2, A.shape[1] // 2
            A = A[: 2 * h, : 2 * w].reshape(h, 2, w, 2, -1).mean(axis=(1, 3))
            continue
        framed = np.pad(A, [(1, 1), (1, 1), (0, 0)])
        h, w = A.shape[:2]
        Z = sum(
            framed[y : y + h, x : x + w] @ part.kernel[y, x] for y in (0, 1, 2) for x in (0, 1, 2)
        )
        A = found[part.name] = np.maximum(Z + part.bias, 0)
    return found


def numpy_cost(G, content, style, extractor, alpha, beta, total_variation):
    """J(G) from the formulas of the notes; each Gram matrix by the positions of its picture."""
    a_G, a_C, a_S = (numpy_relu_layers(p.astype(float), extractor) for p in (G, content, style))
    n_H, n_W, n_C = a_G["two"].shape
    J_content = np.sum((a_C["two"] - a_G["two"]) ** 2) / (4 * n_H * n_W * n_C)
    J_style = 0
    for layer, weight in extractor.style_weights.items():
        grams = [
            np.einsum("ijk,ijl->kl", a, a) / (a.shape[0] * a.shape[1])
            for a in (a_S[layer], a_G[layer])
        ]
        n_C = a_G[layer].shape[-1]
        J_style += weight * np.sum((grams[0] - grams[1]) ** 2) / (2 * n_C) ** 2
    V = np.mean((G[1:] - G[:-1]) ** 2) + np.mean((G[:, 1:] - G[:, :-1]) ** 2)
    return alpha * J_content + beta * J_style + total_variation * V, [J_content, J_style, V]


def cost_of(G, *styles, shares=(1.0,), extractor=None, **weights):
    """J(G) and its parts as the library computes them."""
    extractor = extractor or tiny()
    cost, parts, plain = objective.build_cost(
        extractor,
        C,
        styles,
        G.shape[:2],
        content_layer=extractor.content_layer,
        style_weights=extractor.style_weights,
        style_shares=shares,
        **{"alpha": 3.0, "beta": 7.0, "total_variation": 5.0} | weights,
    )
    assert plain
    return float(cost(G[np.newaxis])), parts.numpy()


@pytest.mark.parametrize("style", [S.transpose(1, 0, 2), picture(50, 33, seed=3)])
def test_cost_is_that_of_the_formulas(style):
    G = picture(40, 32, seed=4)
    J, parts = cost_of(G, style)
    expected, expected_parts = numpy_cost(G, C, style, tiny(), 3, 7, 5)
    np.testing.assert_allclose(J, expected, rtol=1e-4)
    np.testing.assert_allclose(parts, expected_parts, rtol=1e-4)


def test_shares_of_styles():
    G, other = picture(40, 32, seed=4), picture(45, 45, seed=6)
    one, two = cost_of(G, S)[1][1], cost_of(G, other)[1][1]
    both = cost_of(G, S, other, shares=[0.25, 0.75])[1][1]
    np.testing.assert_allclose(both, one / 4 + 3 * two / 4, rtol=1e-5)
    assert abs(one - two) > 0.1 * one
    assert module._pictures(C, [S, other], [1, 3])[2] == [0.25, 0.75]
    assert module._pictures(C, (S, other), None)[2] == [0.5, 0.5]
    assert module._pictures(C, np.stack([S, S, S, S]), None)[2] == [0.25] * 4


def test_style_may_have_any_size():
    # Without a border, a plain color looks the same at any size.
    def red(*shape):
        return np.ones((*shape, 3), np.float32) * np.float32([0.9, 0.2, 0.1])

    chain = [Conv("one", np.eye(3, dtype=np.float32)[None, None], np.ones(3, np.float32))]
    plain = Extractor("plain", [(1, chain)], style_weights={"one": 1.0}, content_layer="one")
    for shape in [(40, 40), (7, 90), (300, 200)]:
        scaled = module._scaled(red(*shape), (40, 32), 1.0)
        assert cost_of(red(40, 32), scaled, extractor=plain)[1][1] < 1e-9


def test_style_gets_the_area_of_the_picture():
    for shape in [(40, 40), (20, 90), (300, 200)]:
        style = np.zeros((*shape, 3), np.float32)
        n_H, n_W, _ = module._scaled(style, (100, 150), 1.0).shape
        assert n_H * n_W == pytest.approx(15000, rel=0.02)
        assert n_H / n_W == pytest.approx(shape[0] / shape[1], rel=0.02)
        assert module._scaled(style, (100, 150), 2.0).shape[0] == pytest.approx(2 * n_H, abs=1)


def test_history_holds_cost_and_parts_of_the_picture(painted, by_adam):
    for painting, style in ((painted, S), (by_adam, S.transpose(1, 0, 2))):
        history = painting.history
        parts = np.array([history["content"], history["style"], history["variation"]])
        np.testing.assert_allclose(history["cost"], [10, 40, TV] @ parts, rtol=1e-5)
        scaled = module._scaled(style, C.shape[:2], 1.0)
        J, _ = numpy_cost(painting.image, C, scaled, tiny(), 10, 40, TV)
        np.testing.assert_allclose(history["cost"][-1], J, rtol=1e-3)


def test_lbfgs_falls_faster_than_adam(painted):
    adam = paint(method="adam").history
    assert adam["step"] == list(range(7))
    assert painted.history["cost"][-1] < adam["cost"][-1] < adam["cost"][0]


def test_smoother_with_more_variation():
    rough, smooth = (paint(total_variation=weight).history for weight in (0, 1000))
    assert smooth["variation"][-1] < rough["variation"][-1]


# Sizes, starts, styles


def test_coarse_to_fine():
    painting = paint(picture(140, 75, seed=5), size=131, levels=None, steps=2, frames=3)
    assert painting.image.shape == (131, 70, 3)
    assert [frame.shape for frame in painting.frames] == [(131, 70, 3)] * 3
    # The cost of the larger picture is entered too, before its first step.
    assert painting.history["size"] == [66, 66, 66, 131, 131, 131]
    assert painting.history["step"] == [0, 1, 2, 2, 3, 4]


def test_shapes_of_levels():
    content = np.zeros((300, 200, 3))
    assert module._shapes(content, 256, None) == [(64, 43), (128, 86), (256, 171)]
    assert module._shapes(content, 256, 1) == [(256, 171)]
    assert module._shapes(content, (50, 90), 1) == [(50, 90)]
    assert module._shapes(None, 100, None) == [(100, 100)]
    assert module._steps([5, 6, 7], 3) == [5, 6, 7]


def test_content_is_cut_to_the_ratio_that_is_asked_for():
    stripes = np.zeros((40, 80, 3), np.float32)
    stripes[:, 20:60] = 1
    painting = paint(stripes, size=(40, 40), beta=0, frames=1, steps=1)
    assert painting.image.shape == (40, 40, 3)
    assert painting.image.min() > 0.9


def test_starts():
    def start(initial, seed=0):
        return module._start(initial, C, [(20, 16), (40, 32)], seed)

    small, noise = pictures.resize(C, (20, 16)), start("noise")
    np.testing.assert_array_equal(start("content"), small)
    np.testing.assert_allclose(start("mix"), (noise + small) / 2, atol=1e-6)
    np.testing.assert_array_equal(start("noise"), noise)
    assert abs(noise.mean() - 0.5) < 0.05
    assert np.abs(start("noise", seed=1) - noise).mean() > 0.2
    np.testing.assert_array_equal(start(1 - C), pictures.resize(1 - C, (20, 16)))
    # Of a picture of another ratio the middle.
    np.testing.assert_array_equal(start(np.pad(C, [(0, 0), (9, 9), (0, 0)])), small)
    np.testing.assert_array_equal(module._start("content", None, [(20, 16)], 0), noise)


def test_texture_of_the_style_alone():
    history = paint(None, steps=8).history
    assert set(history["content"]) == {0}
    assert history["style"][-1] < 0.1 * history["style"][0]


@pytest.mark.parametrize("gray", [S[..., :1], S[..., 0], np.rint(255 * S[..., 0]).astype(np.uint8)])
def test_gray_and_whole_numbers(gray):
    content, (style,), _ = module._pictures(gray, gray, None)
    for found in (content, style):
        assert found.dtype == np.float32
        np.testing.assert_allclose(found, np.repeat(S[..., :1], 3, axis=-1), atol=0.003)


# Colors


def test_colors_are_kept():
    from skimage.color import rgb2yiq

    content = 0.3 + 0.4 * C
    painting = paint(content, keep_colors=True, frames=3, alpha=0, initial=0.2 + 0.4 * C)
    found, before = rgb2yiq(painting.image), rgb2yiq(content)
    inside = np.all((painting.image > 0) & (painting.image < 1), axis=-1)
    assert inside.mean() > 0.5
    np.testing.assert_allclose(found[inside][:, 1:], before[inside][:, 1:], atol=1e-3)
    assert np.abs(found[..., 0] - before[..., 0]).mean() > 0.02
    # So are those of the frames; the last is the picture.
    np.testing.assert_allclose(painting.frames[-1] / 255, painting.image, atol=0.003)


def test_brightness_is_matched():
    style = 0.4 + 0.1 * S
    matched, content = colors.matched_luminance(style, 0.3 + 0.4 * C), 0.3 + 0.4 * C
    L = content @ [0.299, 0.587, 0.114]
    np.testing.assert_allclose([matched.mean(), matched.std()], [L.mean(), L.std()], rtol=0.02)
    assert np.ptp(matched, axis=-1).max() == 0
    plain = colors.matched_luminance(np.full((4, 4, 3), 0.5, np.float32), content)
    np.testing.assert_allclose(plain, L.mean(), rtol=1e-5)


# Frames


def test_frames_are_evenly_spaced_with_first_and_last(painted):
    assert len(painted.frames) == 4
    np.testing.assert_array_equal(painted.frames[0], np.rint(255 * C))
    np.testing.assert_array_equal(painted.frames[-1], np.rint(255 * painted.image))
    for count, steps in [(4, [0, 2, 4, 6]), (1, [6]), (0, [])]:
        made = _run_of(count)
        assert list(made.due) == steps
    np.testing.assert_array_equal(paint(frames=7).frames[2], painted.frames[1])


def _run_of(frames):
    return run.Run(
        C,
        [(40, 32)],
        [6],
        frames=frames,
        finish=np.asarray,
        settings={},
        checkpoint=None,
        progress=False,
    )


def test_animation(painted, tmp_path):
    painted.save_animation(tmp_path / "way.gif", seconds=2)
    with Image.open(tmp_path / "way.gif") as file:
        assert file.size == (32, 40)
        assert file.n_frames == 4
        assert file.info["duration"] == 500
        file.seek(3)
        shown = np.asarray(file.convert("RGB"))
    # Few colors stand for many by turns: seen from afar they are the same.
    afar = [
        pictures.resize(p.astype(np.float32) / 255, (8, 6)) for p in (shown, painted.frames[-1])
    ]
    assert np.abs(afar[0] - afar[1]).mean() < 0.02
    painted.save(tmp_path / "picture.png")
    np.testing.assert_allclose(pictures.load(tmp_path / "picture.png"), painted.image, atol=0.003)


def test_no_animation(painted, tmp_path):
    with pytest.raises(ValueError, match=r"must be \.gif"):
        painted.save_animation(tmp_path / "way.png")
    with pytest.raises(FileNotFoundError, match="no folder"):
        painted.save_animation(tmp_path / "none" / "way.gif")
    with pytest.raises(ValueError, match="1 frames, but an animation takes 2"):
        module.Painting(C, {}, [painted.frames[0]]).save_animation(tmp_path / "way.gif")


# Your own functions


@pytest.mark.parametrize(
    "names",
    [[name] for name in EXERCISES] + [list(EXERCISES)],
    ids=lambda names: names[0] if len(names) == 1 else "all",
)
def test_painting_runs_on_the_students_functions(names, by_adam):
    calls = set()

    def wrapped(name):
        def student(*args, **kwargs):
            calls.add(name)
            return EXERCISES[name](*args, **kwargs)

        return student

    used = [coursekit.use(wrapped(name), name) for name in names]
    try:
        # Without a method: a `train_step` of one's own steps with Adam, else L-BFGS does.
        method = {} if "train_step" in names else {"method": "adam"}
        painting = paint(style=S.transpose(1, 0, 2), steps=4, **method)
    finally:
        for one in used:
            one.__exit__()
    np.testing.assert_allclose(painting.image, by_adam.image, atol=2e-3)
    np.testing.assert_allclose(painting.history["cost"], by_adam.history["cost"], rtol=1e-3)
    assert calls == {*names}


def test_students_functions_under_lbfgs_and_other_sizes(painted):
    with coursekit.use(lambda A: EXERCISES["gram_matrix"](A), "gram_matrix"):
        painting = paint(style=picture(50, 90, seed=2), size=(40, 40))
    assert painting.history["cost"][-1] < 0.6 * painting.history["cost"][0]


def to_numpy(*arguments):
    return np.float32(1)


def detached(*arguments):
    import tensorflow as tf

    shape = [arguments[0].shape[0]] * 2 if len(arguments) == 1 else []
    return tf.ones(shape)


def broken(*arguments):
    raise IndexError("list index out of range\nsecond line")


def vector(*arguments):
    import tensorflow as tf

    return tf.ones(3)


def new_variable(image, cost, optimizer):
    return cost(image)


def far_away(image, cost, optimizer):
    image.assign_add(image + 1)
    return cost(image)


def no_numbers(image, cost, optimizer):
    image.assign(image * np.nan)
    return cost(image)


def no_cost(image, cost, optimizer):
    EXERCISES["train_step"](image, cost, optimizer)


COSTS = [name for name in EXERCISES if name != "train_step"]


@pytest.mark.parametrize(
    ("names", "function", "said"),
    [
        (COSTS, to_numpy, "your NAME returned float32, but gradients flow through tensors"),
        (COSTS, detached, "no gradient gets through your NAME"),
        (list(EXERCISES), broken, "your NAME failed: IndexError: list index out of range$"),
        (COSTS, vector, r"your NAME returned a tensor of shape \(3,\)"),
        (["train_step"], new_variable, "your NAME left the picture as it was"),
        (["train_step"], far_away, "your NAME must leave all pixels from 0 to 1"),
        (["train_step"], no_numbers, "after your NAME pixels are NaN or infinite"),
        (["train_step"], no_cost, "your NAME must return the cost"),
    ],
)
def test_functions_that_cannot_paint_get_a_sentence(names, function, said):
    for name in names:
        with (
            coursekit.use(function, name),
            pytest.raises(ValueError, match=said.replace("NAME", name)),
        ):
            paint(steps=1)


def test_step_that_returns_a_plain_number_will_do():
    with coursekit.use(lambda *args: float(EXERCISES["train_step"](*args)), "train_step"):
        assert len(paint(steps=2).history["cost"]) == 3


def test_broken_cost_is_named_through_the_students_step():
    calls = []

    def late(J_content, J_style, alpha, beta):
        calls.append(1)
        return broken() if len(calls) > 1 else EXERCISES["total_cost"](J_content, J_style)

    with (
        coursekit.use(late, "total_cost"),
        coursekit.use(lambda *args: EXERCISES["train_step"](*args), "train_step"),
        pytest.raises(ValueError, match=r"^your total_cost failed"),
    ):
        paint(steps=1)


def test_cost_that_is_no_number_stops_the_painting():
    with (
        coursekit.use(lambda C, S, alpha, beta: C * np.nan + S, "total_cost"),
        pytest.raises(FloatingPointError, match="after 0 steps"),
    ):
        paint(steps=1)


# Stopping and going on


@pytest.mark.parametrize("method", module.METHODS)
def test_stopped_painting_is_the_uninterrupted_one(method, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "CHUNK", 2)
    content = picture(70, 80, seed=7)
    options = {"size": 80, "levels": 2, "steps": [3, 5], "frames": 5, "method": method}
    whole = paint(content, **options)
    options["checkpoint"] = tmp_path / "state.npz"
    note, calls = run.Run.note, []

    def interrupted(self, ahead, image, *rest):
        if self.step + ahead == 6:
            raise KeyboardInterrupt
        note(self, ahead, image, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(run.Run, "note", interrupted)
        with pytest.raises(KeyboardInterrupt, match=r"after step 5 of 8; .*state\.npz"):
            paint(content, **options)

    def counted(self, ahead, *rest):
        calls.append(self.step + ahead)
        note(self, ahead, *rest)

    monkeypatch.setattr(run.Run, "note", counted)
    resumed = paint(content, **options)
    assert min(calls) >= 5
    assert len(calls) <= 4
    np.testing.assert_allclose(resumed.image, whole.image, atol=1e-5)
    for name, values in whole.history.items():
        if name != "seconds":
            # What was entered after the last state kept is not entered twice.
            np.testing.assert_allclose(resumed.history[name], values, rtol=1e-4, err_msg=name)
    assert np.all(np.diff(resumed.history["seconds"]) >= 0)
    np.testing.assert_allclose(resumed.frames, whole.frames, atol=1)
    # A finished painting goes no further.
    calls.clear()
    np.testing.assert_array_equal(paint(content, **options).image, resumed.image)
    assert not calls


def test_interruption_without_a_checkpoint(monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(run.Run, "note", interrupted)
    with pytest.raises(KeyboardInterrupt, match="nothing was kept"):
        paint()


def test_checkpoint_of_another_painting(tmp_path):
    file = tmp_path / "state.npz"
    options = {"steps": 1, "checkpoint": file}
    paint(**options)
    for other, said in [
        ({"alpha": 3}, r"alpha was 10\.0 there and is 3\.0 here"),
        ({"style": S[::-1]}, "pictures was"),
        ({"extractor": tiny(seed=1)}, "extractor was"),
        ({"method": "adam"}, "method was l-bfgs there and is adam"),
    ]:
        with pytest.raises(ValueError, match=f"another painting: {said}") as caught:
            paint(**options | other)
        assert "state.npz" in str(caught.value)
    with (
        coursekit.use(EXERCISES["total_cost"].__call__, "total_cost"),
        pytest.raises(ValueError, match="your functions was"),
    ):
        paint(**options)
    np.savez(file, picture=C)
    with pytest.raises(ValueError, match="no checkpoint of a painting"):
        paint(**options)
    file.write_bytes(b"PK")
    with pytest.raises(ValueError, match="damaged"):
        paint(**options)


# What is said


def test_progress_says_how_far_and_how_long(capsys):
    paint(progress=True)
    shown = capsys.readouterr().err
    assert "step 6 of 6   40 x 32 pixels   cost" in shown
    assert "0:00 left" in shown
    assert shown.endswith("\n")
    paint(steps=1)
    assert capsys.readouterr().err == ""


def test_time_left_counts_pixels():
    made = run.Run(
        C,
        [(20, 16), (40, 32)],
        [3, 3],
        frames=0,
        finish=None,
        settings={},
        checkpoint=None,
        progress=False,
    )
    work = [made._work(step) for step in range(7)]
    assert np.allclose(np.diff(work)[:3], 20 * 16 + 4000)
    assert np.allclose(np.diff(work)[3:], 40 * 32 + 4000)


NAN = np.where(np.arange(3) == 1, np.nan, C)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"content": NAN}, "content: the picture"),
        ({"content": C * 255}, "content: the picture runs from .* must be from 0 to 1"),
        ({"style": np.zeros((4, 4, 2))}, "style: the picture has shape"),
        ({"style": [S, np.zeros(3)]}, "style 2: the picture has shape"),
        ({"style": []}, "one picture at least"),
        ({"style_shares": [1, 2]}, "2 style_shares for 1 styles"),
        ({"style_shares": [-1]}, "a style share is -1"),
        ({"style_shares": [0]}, "one at least must be above"),
        ({"size": 31}, "25 pixels, but painting takes 32"),
        ({"size": 40.5}, "size is 40.5"),
        ({"size": (40, 40, 3)}, "longer side, or height and width"),
        ({"levels": 2}, "fewer levels"),
        ({"levels": 0}, "levels is 0"),
        ({"steps": 0}, "steps is 0"),
        ({"steps": [1, 2]}, "2 levels, but there are 1"),
        ({"initial": "black"}, "content, noise, mix"),
        ({"initial": NAN}, "initial: the picture"),
        ({"method": "sgd"}, "l-bfgs, adam"),
        ({"alpha": -1}, "alpha is -1"),
        ({"beta": float("nan")}, "beta is nan"),
        ({"beta": float("inf")}, "beta is inf"),
        ({"total_variation": "much"}, "total_variation is 'much'"),
        ({"alpha": 0, "beta": 0}, "nothing to do"),
        ({"style_weights": {"four": 1}}, "no layer 'four'; it has one, two, three"),
        ({"style_weights": {"one": -1}}, "style weight of one is -1"),
        ({"content_layer": "conv4_2"}, "no layer 'conv4_2'"),
        ({"style_scale": 0}, "style_scale is 0"),
        ({"extractor": "vgg"}, "small, vgg19, vgg16"),
        ({"learning_rate": -1}, "learning_rate is -1"),
        ({"frames": -1}, "frames is -1"),
        ({"content": None, "keep_colors": True}, "content is None"),
        ({"content": None, "beta": 0}, "nothing to do"),
    ],
)
def test_no_painting(options, said):
    with pytest.raises(ValueError, match=said) as caught:
        paint(**options)
    assert "\n" not in str(caught.value)


def test_targets(tmp_path):
    check_target(tmp_path / "new.npz")
    with pytest.raises(FileNotFoundError, match=r"no folder .*none; make it first"):
        paint(checkpoint=tmp_path / "none" / "state.npz")
    with pytest.raises(IsADirectoryError, match="is a folder"):
        check_target(tmp_path)


# The command line


def test_help_needs_no_tensorflow():
    code = (
        "import sys\n"
        "from coursekit.cli import main\n"
        "try:\n    main(['paint', '--help'])\n"
        "except SystemExit:\n    sys.exit('tensorflow' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert done.returncode == 0
    assert "--keep-colors" in done.stdout


def killed(code, arguments):
    """Run the command line in a process that kills itself in the midst of painting."""
    code = (
        "import os, signal, sys\n"
        "from coursekit.cli import main\n"
        "from coursekit.style import command, run\n"
        "sys.modules['coursekit.style.transfer'].CHUNK = 2\n"
        "note = run.Run.note\n"
        "def dies(self, ahead, *rest):\n"
        f"    {code}\n"
        "    note(self, ahead, *rest)\n"
        "run.Run.note = dies\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], check=False, capture_output=True, text=True
    )


def test_command_paints_and_goes_on_after_a_kill(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(module, "CHUNK", 2)
    Image.fromarray(np.rint(255 * C).astype(np.uint8)).convert("LA").save("gray.png")
    command = ["paint", "gray.png", "mosaic", "dots", "--size", "40", "--steps", "6", "--quiet"]
    stopped = [*command, "-o", "stopped.png", "--animation", "stopped.gif"]
    died = killed("if self.step + ahead == 5: os.kill(os.getpid(), signal.SIGKILL)", stopped)
    assert died.returncode == -signal.SIGKILL
    assert sorted(os.listdir()) == ["gray.png", "stopped.png.checkpoint.npz"]

    assert main(stopped) == 0
    assert capsys.readouterr().out.startswith("painted stopped.png and stopped.gif: 40 x 32 pixels")
    assert main([*command, "-o", "whole.png"]) == 0
    capsys.readouterr()
    whole, resumed = pictures.load("whole.png"), pictures.load("stopped.png")
    np.testing.assert_allclose(resumed, whole, atol=2 / 255)
    assert sorted(os.listdir()) == ["gray.png", "stopped.gif", "stopped.png", "whole.png"]
    with Image.open("stopped.gif") as file:
        assert file.n_frames > 5  # of 40, those that differ


def test_command_that_is_stopped_says_how_to_go_on(tmp_path, monkeypatch, capsys):
    def interrupted(self, ahead, *_):
        raise KeyboardInterrupt

    monkeypatch.setattr(run.Run, "note", interrupted)
    output = tmp_path / "out.png"
    command = ["paint", "none", "dots", "-o", str(output), "--size", "32x40", "--extractor"]
    assert main([*command, "random-multiscale", "--checkpoint", str(tmp_path / "kept.npz")]) == 2
    said = capsys.readouterr().err
    assert "coursekit: stopped before the first 25 steps" in said
    assert not output.exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["china", "nosuch", "-o", "x.png"], "no file nosuch, and no such picture comes along"),
        (["text.txt", "strokes", "-o", "x.png"], "text.txt cannot be read as a picture"),
        (["china", "strokes", "-o", "x.txt"], "x.txt has the wrong ending: it must be .png or"),
        (["china", "strokes", "-o", "none/x.png"], "there is no folder none"),
        (["china", "strokes", "-o", "x.png", "--animation", "x.png"], "it must be .gif"),
        (["china", "stripes", "-o", "x.png", "--size", "20"], "13 by 20 pixels, but painting"),
        (["china", "stripes", "-o", "x.png", "--alpha", "-1"], "alpha is -1.0"),
        (["china", "stripes", "-o", "x.png", "--weights", "none.npz"], "none.npz"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_bad_command_gets_one_sentence(arguments, said, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "text.txt").write_text("no picture")
    assert main(["paint", *arguments]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert said in shown.err
    assert shown.err.count("\n") == 1
    assert os.listdir() == ["text.txt"]


def test_size_of_the_command(capsys):
    with pytest.raises(SystemExit):
        main(["paint", "china", "strokes", "-o", "x.png", "--size", "big"])
    assert "'big' is neither a number nor HEIGHTxWIDTH" in capsys.readouterr().err
