"""What units see is what moves them, what excites them is what a plain loop finds."""

from __future__ import annotations

import os
import subprocess
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import matplotlib

matplotlib.use("agg")

import keras
import matplotlib.pyplot as plt
import numpy as np
import pytest

from coursekit import visualize
from coursekit.visualize import receptive_field, top_patches

layers = keras.layers


@pytest.fixture(autouse=True)
def _seed_and_close():
    # Before any layer is made: each draws the seed of its weights when it is.
    keras.utils.set_random_seed(0)
    yield
    plt.close("all")


def sequence(*parts, size=(24, 24, 3)):
    return keras.Sequential([keras.Input(size), *parts])


@pytest.fixture(scope="module")
def small():
    """Two convolutions with ReLU and pooling between, for pictures of any size."""
    keras.utils.set_random_seed(0)
    model = sequence(
        layers.Conv2D(5, 3, activation="relu", name="first"),
        layers.MaxPooling2D(2, name="pool"),
        layers.Conv2D(4, 3, padding="same", activation="relu", name="second"),
        size=(None, None, 3),
    )
    # No unit silent on all pictures, as one of few at random may be.
    kernel, bias = model.get_layer("second").get_weights()
    model.get_layer("second").set_weights([kernel, bias + 0.3])
    return model


def pictures(m: int, n_H: int = 18, n_W: int = 15, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).random((m, n_H, n_W, 3), dtype=np.float32)


def test_importing_loads_only_numpy():
    code = (
        "import sys, coursekit.visualize as v; v.ReceptiveField;"
        "sys.exit(bool({'tensorflow', 'keras', 'matplotlib', 'PIL'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# Receptive fields


def random_network(seed: int):
    """A network of layers drawn at random, all weights positive, and whether its windows overlap.

    Positive weights let no two paths cancel: a unit answers to a pixel exactly if it sees it.
    """
    rng = np.random.default_rng(seed)
    x = inputs = keras.Input((int(rng.integers(44, 51)), int(rng.integers(44, 51)), 1))
    dense = True
    reach = 1

    def draw(*choices):
        return choices[rng.integers(len(choices))]

    for kind in rng.permutation(
        ["conv", "conv", "dilated", "depthwise", "separable", "max", "average", "pad", "branch"]
    )[:5]:
        padding = draw("same", "valid")
        # Strides of 4 in all, or no field would lie within the picture.
        step = int(draw(*{1: (1, 2, 3), 2: (1, 2)}.get(reach, (1,))))
        if kind == "conv":
            window = (int(draw(1, 2, 3, 4)), int(draw(2, 3, 5)))
            steps = (step, int(draw(1, step)))
            dense &= window[0] >= steps[0] and window[1] >= steps[1]
            x = layers.Conv2D(2, window, strides=steps, padding=padding, activation="relu")(x)
        elif kind == "dilated":
            dense, step = False, 1
            x = layers.Conv2D(2, draw(2, 3), dilation_rate=(2, 1), padding=padding)(x)
            x = layers.BatchNormalization()(x)
        elif kind == "depthwise":
            dense &= step < 3
            x = layers.DepthwiseConv2D(draw(2, 3), strides=step, padding=padding)(x)
        elif kind == "separable":
            x = layers.SeparableConv2D(2, 3, strides=step, padding=padding)(x)
        elif kind in ("max", "average"):
            pool = layers.MaxPooling2D if kind == "max" else layers.AveragePooling2D
            dense &= step < 3
            x = pool((2, 3), strides=step, padding=padding)(x)
        elif kind == "pad":
            step = 1
            x = layers.ZeroPadding2D(((1, 0), (2, 3)))(x)
            x = layers.Cropping2D(((0, 1), (3, 1)))(x)
        else:
            ways = [
                layers.Conv2D(2, window, strides=step, padding="same")(x)
                for window in (draw(1, 4), (3, 2))
            ]
            dense &= step == 1
            ways.append(layers.Conv2D(2, 1)(ways[0]))
            x = layers.Add()(ways[:2]) if seed % 2 else layers.Concatenate()([*ways])
        reach *= step
    model = keras.Model(inputs, layers.Activation("linear", name="last")(x))
    for layer in model.layers:
        weights = layer.get_weights()
        if weights and not isinstance(layer, layers.BatchNormalization):
            layer.set_weights(
                [0.5 + rng.random(w.shape) if w.ndim > 1 else np.zeros_like(w) for w in weights]
            )
    return model, dense


@pytest.mark.parametrize("seed", range(10))
def test_units_answer_to_the_pixels_of_their_field_alone(seed):
    model, dense = random_network(seed)
    n_H, n_W = model.input_shape[1:3]
    # One bright pixel at a time, at each place; dark pictures give 0.
    impulses = np.eye(n_H * n_W, dtype=np.float32).reshape(-1, n_H, n_W, 1)
    answers = np.asarray(model(impulses)).sum(axis=-1)
    answers = answers.reshape(n_H, n_W, *answers.shape[1:])
    assert not np.asarray(model(np.zeros((1, n_H, n_W, 1)))).any()
    field = receptive_field(model, "last")
    rows, cols = answers.shape[2:]
    # Every unit sees nothing beyond its field, and one in the middle, far from padding, all of it.
    for row in range(rows):
        for col in range(cols):
            top, left, bottom, right = field.box(row, col)
            beyond = answers[:, :, row, col].copy()
            beyond[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)] = 0
            assert not beyond.any()
    middle = [
        round((length / 2 - start - extent / 2) / step)
        for length, start, extent, step in zip((n_H, n_W), field.start, field.size, field.stride)
    ]
    ys, xs = np.nonzero(answers[:, :, *middle])
    assert (ys.min(), xs.min(), ys.max() + 1, xs.max() + 1) == field.box(*middle)
    # Without dilation and leaps there are no gaps between the pixels.
    if dense:
        assert len(ys) == field.size[0] * field.size[1]


def positive(model):
    """The model with weights that let no two paths cancel."""
    rng = np.random.default_rng(0)
    for layer in model.layers:
        weights = layer.get_weights()
        layer.set_weights(
            [0.5 + rng.random(w.shape) if w.ndim > 1 else np.zeros_like(w) for w in weights]
        )
    return model


SIGNALS = [
    layers.Conv1D(2, 4, strides=2, padding="same", name="same"),
    layers.ZeroPadding1D((3, 1)),
    layers.MaxPooling1D(3, 2, padding="same"),
    layers.Conv1D(2, 3, dilation_rate=2, padding="causal", name="causal"),
    layers.Cropping1D((1, 2)),
    layers.AveragePooling1D(2, 1),
    layers.SpatialDropout1D(0.1),
    layers.Conv1D(1, 2, strides=2, padding="causal", name="last"),
]
VOLUMES = [
    layers.ZeroPadding3D(((1, 0), (0, 1), (2, 3))),
    layers.Conv3D(2, (3, 2, 1), padding="same"),
    layers.MaxPooling3D((2, 1, 2), padding="same"),
    layers.LayerNormalization(axis=4, center=False, scale=False, epsilon=10.0),
    layers.Conv3D(1, (1, 3, 2), strides=(1, 2, 1), name="last"),
    layers.Cropping3D(((0, 1), (1, 0), (0, 0))),
]


@pytest.mark.parametrize(
    ("size", "parts"), [((101,), SIGNALS), ((9, 11, 10), VOLUMES)], ids=["signals", "volumes"]
)
def test_units_answer_to_the_samples_or_voxels_of_their_field_alone(size, parts):
    model = positive(sequence(*parts, size=(*size, 1)))
    impulses = np.eye(np.prod(size), dtype=np.float32).reshape(-1, *size, 1)
    answers = np.asarray(model(impulses)).sum(axis=-1)
    answers = answers.reshape(*size, *answers.shape[1:])
    field = receptive_field(model, model.layers[-1].name)
    middle = tuple(n // 2 for n in answers.shape[len(size) :])
    for place in np.ndindex(answers.shape[len(size) :]):
        seen = np.argwhere(answers[(..., *place)])
        box = np.reshape(field.box(*place), (2, -1))
        assert (seen >= box[0]).all()
        assert (seen < box[1]).all()
        if place == middle:
            assert (*seen.min(axis=0), *(seen.max(axis=0) + 1)) == field.box(*place)


def test_causal_units_see_what_has_been():
    """WaveNet's stack: each doubling of the dilation doubles what the units see."""
    stack = [
        layers.Conv1D(1, 2, dilation_rate=2**k, padding="causal", name=f"dilated{k}")
        for k in range(6)
    ]
    model = sequence(*stack, size=(None, 1))
    for k in range(6):
        field = receptive_field(model, f"dilated{k}")
        assert field == ((2 ** (k + 1),), (1,), (1 - 2 ** (k + 1),))
        assert field.box(100) == (100 - 2 ** (k + 1) + 1, 101)


def test_fields_of_signals_and_volumes_that_are_seen_whole():
    scan = sequence(
        layers.Conv3D(2, 3, name="conv"),
        layers.GlobalAveragePooling3D(name="mean"),
        layers.Dense(1, name="class"),
        size=(None, 9, 9, 1),
    )
    assert receptive_field(scan, "conv") == ((3, 3, 3), (1, 1, 1), (0, 0, 0))
    assert receptive_field(scan, "class", size=(7, 9, 9)) == ((7, 9, 9), (0, 0, 0), (0, 0, 0))
    with pytest.raises(ValueError, match=r"whole volume, .* pass size=\(n_H, n_W, n_D\)"):
        receptive_field(scan, "mean")
    with pytest.raises(ValueError, match="a height, a width and a depth in voxels"):
        receptive_field(scan, "conv", size=(7, 9))
    with pytest.raises(ValueError, match=r"takes volumes of \(None, 9, 9\), not of \(7, 8, 9\)"):
        receptive_field(scan, "conv", size=(7, 8, 9))
    beats = sequence(layers.GlobalMaxPooling1D(name="top"), size=(None, 1))
    assert receptive_field(beats, "top", size=(50,)) == ((50,), (0,), (0,))
    with pytest.raises(ValueError, match=r"whole signal, .* pass size=\(n,\)"):
        receptive_field(beats, "top")
    with pytest.raises(ValueError, match="must have 1 numbers"):
        receptive_field(beats, "top", size=(50,)).box(1, 2)
    flat = sequence(layers.Dense(1, name="flat"), size=(4,))
    with pytest.raises(ValueError, match="must take one batch of signals"):
        receptive_field(flat, "flat")


def test_pictures_of_units_need_a_model_of_pictures():
    model = sequence(layers.Conv1D(1, 3, name="conv"), size=(50, 1))
    for call in (
        lambda: visualize.draw_receptive_fields(model, np.zeros((50, 1))),
        lambda: top_patches(model, "conv", np.zeros((2, 50, 1))),
        lambda: visualize.maximize(model, "conv", 0),
    ):
        with pytest.raises(ValueError, match=r"\(m, n_H, n_W, n_C\)"):
            call()


def test_fields_of_a_network_in_print():
    """VGG-16: 212 pixels behind the last pooling, 32 apart (Araujo et al., 2019)."""
    model = keras.applications.VGG16(weights=None, include_top=False)
    assert receptive_field(model, "block5_pool")[:2] == ((212, 212), (32, 32))
    assert receptive_field(model, "block5_conv3")[:2] == ((196, 196), (16, 16))
    assert receptive_field(model, "block1_conv2") == ((5, 5), (1, 1), (-2, -2))


def test_same_padding_depends_on_the_size_of_the_picture():
    model = sequence(
        layers.Conv2D(1, 3, strides=2, padding="same", name="half"), size=(None, None, 3)
    )
    # 6 = 2 * 3 outputs need one row of zeros, at the end; 7 need two, one at each end.
    assert receptive_field(model, "half", size=(6, 7)).start == (0, -1)
    assert receptive_field(model, "half").start == (0, 0)
    fixed = sequence(layers.Conv2D(1, 3, strides=2, padding="same", name="half"), size=(7, 6, 3))
    assert receptive_field(fixed, "half").start == (-1, 0)


def test_layers_that_see_everything():
    model = sequence(
        layers.Conv2D(2, 3, name="conv"),
        layers.GlobalAveragePooling2D(name="pool"),
        layers.Dense(3, name="class"),
        size=(9, 12, 3),
    )
    for layer in ("pool", "class"):
        assert receptive_field(model, layer) == ((9, 12), (0, 0), (0, 0))
    squeezed = keras.Input((8, 8, 3))
    gate = layers.Dense(3)(layers.GlobalMaxPooling2D(keepdims=True)(squeezed))
    gated = keras.Model(squeezed, layers.Multiply(name="gated")([squeezed, gate]))
    assert receptive_field(gated, "gated").size == (8, 8)


def test_models_within_models_and_plain_arithmetic():
    inner = sequence(layers.Conv2D(2, 3), layers.MaxPooling2D(2), size=(22, 22, 3))
    inputs = keras.Input((22, 22, 3))
    outputs = layers.Conv2D(2, 3, name="last")(inner(inputs / 2 - 1))
    assert receptive_field(keras.Model(inputs, outputs), "last") == ((8, 8), (2, 2), (0, 0))


def test_a_layer_that_is_unknown_matters_only_on_the_way():
    inputs = keras.Input((16, 16, 3))
    known = layers.Conv2D(2, 3, name="known")(inputs)
    larger = layers.UpSampling2D(name="larger")(inputs)
    model = keras.Model(inputs, [larger, known])
    assert receptive_field(model, "known").size == (3, 3)
    with pytest.raises(ValueError, match=r"layer 'larger' is of class UpSampling2D"):
        receptive_field(model, "larger")


def test_branches_of_two_strides_are_refused():
    inputs = keras.Input((16, 16, 3))
    one = layers.Conv2D(2, 3, padding="same")(inputs)
    two = layers.Conv2D(2, 3, strides=2, padding="same")(layers.ZeroPadding2D(8)(inputs))
    model = keras.Model(inputs, layers.Add(name="sum")([one, two]))
    with pytest.raises(ValueError, match="'sum' have different strides"):
        receptive_field(model, "sum")


# Patches


def plain_patches(model, layer, images, unit, k, per_picture, inside, fill=0.5):
    """The same by sorting all positions of all pictures in a plain loop."""
    network = keras.Model(model.inputs[0], model.get_layer(layer).output)
    best = []
    for number, picture in enumerate(images):
        n_H, n_W, _ = picture.shape
        field = receptive_field(model, layer, size=(n_H, n_W))
        values = np.asarray(network(picture[None]))[0, ..., unit]
        order = sorted(np.ndindex(values.shape), key=lambda place: (-values[place], place))
        taken = []
        for row, col in order:
            top, left, bottom, right = field.box(row, col)
            if inside and (top < 0 or left < 0 or bottom > n_H or right > n_W):
                continue
            near = [
                abs(row - r) * field.stride[0] < field.size[0] / 2
                and abs(col - c) * field.stride[1] < field.size[1] / 2
                for r, c in taken
            ]
            if not any(near) and len(taken) < per_picture:
                taken.append((row, col))
                patch = np.full((bottom - top, right - left, 3), fill, np.float32)
                for y in range(max(top, 0), min(bottom, n_H)):
                    for x in range(max(left, 0), min(right, n_W)):
                        patch[y - top, x - left] = picture[y, x]
                best.append((values[row, col], number, row, col, patch))
    return sorted(best, key=lambda one: (-one[0], one[1]))[:k]


@pytest.mark.parametrize(
    ("layer", "k", "per_picture", "inside"),
    [
        ("first", 4, 1, True),
        ("second", 4, 1, False),
        ("second", 3, 1, True),
        ("first", 9, 3, False),
    ],
)
def test_patches_are_those_of_a_plain_loop(small, layer, k, per_picture, inside):
    images = pictures(6)
    found = top_patches(
        small, layer, images, [3, 0], k, per_picture=per_picture, inside=inside, batch_size=4
    )
    for number, unit in enumerate((3, 0)):
        expected = plain_patches(small, layer, images, unit, k, per_picture, inside)
        np.testing.assert_allclose(
            found.activations[number], [one[0] for one in expected], rtol=1e-5
        )
        assert found.positions[number].tolist() == [list(one[1:4]) for one in expected]
        np.testing.assert_array_equal(found.patches[number], [one[4] for one in expected])
    assert found.units.tolist() == [3, 0]


def test_the_border_excites_no_more_than_it_may():
    model = sequence(layers.Conv2D(1, 3, padding="same", name="conv"), size=(6, 7, 3))
    # Dark excites it, and nothing is darker than the zeros beyond the border.
    model.get_layer("conv").set_weights([np.full((3, 3, 3, 1), -1.0), np.zeros(1)])
    images = pictures(5, 6, 7)
    for inside in (True, False):
        found = top_patches(model, "conv", images, 0, 4, inside=inside)
        expected = plain_patches(model, "conv", images, 0, 4, 1, inside)
        assert found.positions[0].tolist() == [list(one[1:4]) for one in expected]
        at_border = np.isin(found.positions[0, :, 1], (0, 5)) | np.isin(
            found.positions[0, :, 2], (0, 6)
        )
        assert (not at_border.any()) if inside else at_border.all()


def test_pictures_of_several_sizes(small):
    images = [*pictures(2), *pictures(2, 12, 20, seed=1), *pictures(1, seed=2)]
    found = top_patches(small, "second", images, 1, 4)
    expected = plain_patches(small, "second", images, 1, 4, 1, True)
    assert found.positions[0].tolist() == [list(one[1:4]) for one in expected]
    np.testing.assert_array_equal(found.patches[0], [one[4] for one in expected])
    # A batch by itself gives what it gives among others.
    whole = top_patches(small, "second", images, k=2)
    assert whole.patches.shape[:2] == (4, 2)


def test_few_pictures_give_several_patches_each(small):
    found = top_patches(small, "first", pictures(2), 0, 5)
    numbers = np.bincount(found.positions[0, :, 0], minlength=2)
    assert numbers.sum() == 5
    assert numbers.max() <= 3
    assert (np.diff(found.activations) <= 0).all()


def test_classes_see_whole_pictures():
    model = sequence(
        layers.Rescaling(2.0), layers.Flatten(), layers.Dense(3, name="class"), size=(6, 5, 3)
    )
    images = pictures(7, 6, 5)
    found = top_patches(model, "class", images, k=2)
    scores = np.asarray(model(images))
    np.testing.assert_array_equal(found.positions[..., 0], np.argsort(-scores, axis=0)[:2].T)
    np.testing.assert_array_equal(found.patches, images[found.positions[..., 0]])


def test_bytes_and_what_a_model_wants_instead(small):
    coarse = (pictures(5) * 255).round().astype(np.uint8)
    found = top_patches(small, "first", coarse, 2, 3)
    assert found.patches.dtype == np.float32
    np.testing.assert_allclose(
        found.patches, top_patches(small, "first", coarse / 255.0, 2, 3).patches, atol=1e-6
    )
    doubled = top_patches(small, "first", coarse, 2, 3, preprocess=lambda batch: 255 * batch)
    assert doubled.patches.max() <= 1
    assert doubled.activations.min() > 50 * found.activations.min()


# Filters, and pictures made for a unit


def test_filters_keep_zero_in_the_middle():
    model = sequence(layers.Rescaling(2.0), layers.Conv2D(2, (2, 3)))
    kernel = np.zeros((2, 3, 3, 2), np.float32)
    kernel[0, 1, 2, 0] = -4.0
    kernel[1, 0, 0, 0] = 2.0
    model.layers[-1].set_weights([kernel, np.zeros(2)])
    filters = visualize.first_layer_filters(model)
    expected = np.full((2, 2, 3, 3), 0.5)
    expected[0, 0, 1, 2], expected[0, 1, 0, 0] = 0.0, 0.75
    np.testing.assert_array_equal(filters, expected)
    gray = sequence(layers.Conv2D(4, 3), size=(8, 8, 1))
    assert visualize.first_layer_filters(gray).shape == (4, 3, 3, 3)


def excitement(model, layer, unit, images):
    outputs = keras.Model(model.inputs[0], model.get_layer(layer).output)(images)
    return np.asarray(outputs)[..., unit].reshape(len(images), -1).mean(axis=1)


@pytest.mark.parametrize("layer", ["first", "second"])
def test_ascent_climbs_far_above_noise(small, layer):
    noise = pictures(30, 20, 24)
    levels = {unit: excitement(small, layer, unit, noise) for unit in range(4)}
    # A unit that hardly anything excites is no measure.
    alive = [unit for unit, level in levels.items() if level.mean() > 0.01]
    made = visualize.maximize(small, layer, alive, size=(20, 24), steps=60)
    assert made.shape == (len(alive), 20, 24, 3)
    assert len(alive) >= 2
    assert made.dtype == np.float32
    assert made.min() >= 0
    assert made.max() <= 1
    for number, unit in enumerate(alive):
        reached = excitement(small, layer, unit, made[number, None])[0]
        assert reached > levels[unit].max()
        assert reached > 1.5 * levels[unit].mean()


def test_each_of_several_units_gets_its_own_picture():
    model = sequence(layers.Conv2D(3, 1, name="colors"), size=(12, 12, 3))
    # Red against blue, blue against red, and light.
    kernel = np.array([[1, -1, 1], [0, 0, 1], [-1, 1, 1]], np.float32)[None, None]
    model.get_layer("colors").set_weights([kernel, np.zeros(3)])
    blue, light, red = visualize.maximize(model, "colors", [1, 2, 0], steps=60)
    assert (red[..., 0] > red[..., 2] + 0.2).mean() > 0.9
    assert (blue[..., 2] > blue[..., 0] + 0.2).mean() > 0.9
    assert light.mean() > 0.9


def test_seeds_repeat_and_differ(small):
    one, again, other = (
        visualize.maximize(small, "first", 0, size=12, steps=3, seed=seed) for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(one, again)
    assert np.abs(one - other).max() > 0.01


def test_silent_units_and_classes_are_climbed_too():
    model = sequence(
        layers.Conv2D(3, 3, activation="relu", name="conv"),
        layers.Flatten(),
        layers.Dense(4, activation="sigmoid", name="class"),
        size=(10, 10, 3),
    )
    kernel, bias = model.get_layer("conv").get_weights()
    # White gives 27 * 0.1 - 2 = 0.7, but gray and noise give less than 0, and so no gradient.
    model.get_layer("conv").set_weights([np.full((3, 3, 3, 3), 0.1), np.full(3, -2.0)])
    assert not excitement(model, "conv", 1, pictures(20, 10, 10)).any()
    made = visualize.maximize(model, "conv", 1, steps=40)
    assert excitement(model, "conv", 1, made[None])[0] > 0.3
    # A ReLU of its own is left out as well.
    apart = sequence(
        layers.Conv2D(3, 3, name="conv"), layers.Activation("relu", name="relu"), size=(10, 10, 3)
    )
    apart.get_layer("conv").set_weights(model.get_layer("conv").get_weights())
    made = visualize.maximize(apart, "relu", 1, steps=40)
    assert excitement(apart, "relu", 1, made[None])[0] > 0.3
    model.get_layer("conv").set_weights([kernel, bias])
    noise = excitement(model, "class", 2, pictures(30, 10, 10))
    made = visualize.maximize(model, "class", 2, steps=40, jitter=0)
    assert excitement(model, "class", 2, made[None])[0] > noise.max() + noise.std()


def test_center_is_where_a_unit_is_excited():
    model = sequence(layers.Conv2D(1, 3, name="conv"), size=(15, 15, 3))
    kernel, bias = model.get_layer("conv").get_weights()
    # Blind to plain color, so that there is a best place.
    model.get_layer("conv").set_weights([kernel - kernel.mean(axis=(0, 1)), bias])
    made = visualize.maximize(model, "conv", 0, where="center", steps=60, jitter=0)
    outputs = np.asarray(model(made[None]))[0, ..., 0]
    assert outputs[6, 6] == outputs.max()
    assert outputs[6, 6] > 3 * np.abs(outputs).mean()


# Figures


def test_patches_are_shown_in_blocks_of_three_in_a_row(small):
    found = top_patches(small, "second", pictures(9), [2, 0])
    figure = visualize.show_patches(found)
    assert [ax.get_title() for ax in figure.axes] == ["unit 2", "unit 0"]
    shown = figure.axes[0].images[0].get_array()
    size = found.patches.shape[2]
    zoom = -(-24 // size)
    np.testing.assert_allclose(shown[0, 0, :3], found.patches[0, 0, 0, 0])
    np.testing.assert_allclose(shown[size * zoom - 1, 0, :3], found.patches[0, 0, -1, 0])
    np.testing.assert_allclose(shown[-1, -1, :3], found.patches[0, 8, -1, -1])
    assert shown[size * zoom, 0, 3] == 0  # the gap is transparent


def test_filters_are_shown_pixel_by_pixel(small):
    filters = visualize.first_layer_filters(small)
    (ax,) = visualize.show_filters(filters, columns=5).axes
    shown = ax.images[0].get_array()
    np.testing.assert_allclose(shown[0, -1, :3], filters[4, 0, -1])


def test_frames_lie_where_units_see():
    model = sequence(
        layers.Conv2D(2, 3, name="a"),
        layers.ReLU(name="still"),
        layers.MaxPooling2D(2, name="b"),
        layers.GlobalAveragePooling2D(name="all"),
        size=(18, 24, 3),
    )
    (picture,) = pictures(1, 18, 24)
    ax = visualize.draw_receptive_fields(model, picture, at=(0.5, 0.25))
    ax.figure.canvas.draw()
    texts = [text.get_text() for text in ax.get_legend().get_texts()]
    assert texts == ["a: 3 × 3", "b: 4 × 4", "all: 18 × 24"]
    frames = [patch for patch in ax.patches if patch.get_label() in texts]
    assert [(f.get_height(), f.get_width()) for f in frames] == [(3, 3), (4, 4), (18, 24)]
    assert len({str(f.get_linestyle()) for f in frames}) == 3  # told apart without color
    for frame in frames[:2]:
        assert abs(frame.get_x() + frame.get_width() / 2 + 0.5 - 6) <= 1
        assert abs(frame.get_y() + frame.get_height() / 2 + 0.5 - 9) <= 1


# What goes wrong


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda m: receptive_field(m, "third"), r"no layer 'third': it has .*first, pool, second"),
        (lambda m: receptive_field(m, "first", size=(9,)), "a height and a width"),
        (lambda m: receptive_field(keras.Sequential([layers.Dense(1)]), "dense"), "no graph"),
        (lambda m: top_patches(m, "first", []), "no pictures"),
        (lambda m: top_patches(m, "first", pictures(3), 5), "no unit 5 .* units 0 to 4"),
        (lambda m: top_patches(m, "first", pictures(3), [0, -1]), "no unit -1"),
        (lambda m: top_patches(m, "first", pictures(3), 0.5), "whole number"),
        (lambda m: top_patches(m, "first", pictures(3)[..., 0]), "repeat a gray picture"),
        (lambda m: top_patches(m, "first", pictures(3)[..., :1]), "repeat a gray picture"),
        (lambda m: top_patches(m, "first", pictures(3)[0]), "pass a batch"),
        (lambda m: top_patches(m, "first", pictures(3), k=0), "k is 0"),
        (lambda m: top_patches(m, "first", pictures(1, 4, 4), k=9), "fewer than k=9 patches"),
        (lambda m: visualize.maximize(m, "first", 9), "no unit 9"),
        (lambda m: visualize.maximize(m, "first", 0, where="edge"), "'mean' or 'center'"),
        (lambda m: visualize.maximize(m, "first", 0, steps=0), "steps is 0"),
        (lambda m: visualize.maximize(m, "first", 0, contrast=0), "contrast is 0"),
        (lambda m: visualize.show_patches(np.zeros((2, 3))), r"shape \(2, 3\)"),
        (lambda m: visualize.show_filters(np.zeros((2, 3))), r"shape \(2, 3\)"),
        (lambda m: visualize.draw_receptive_fields(m, pictures(1)[0], []), "at least one layer"),
        (
            lambda m: visualize.first_layer_filters(sequence(layers.Flatten())),
            "no Conv2D",
        ),
        (
            lambda m: visualize.first_layer_filters(sequence(layers.Conv2D(2, 3), size=(8, 8, 5))),
            "5 channels",
        ),
    ],
)
def test_errors_name_what_is_wrong(small, call, sentence):
    with pytest.raises(ValueError, match=sentence) as caught:
        call(small)
    assert "\n" not in str(caught.value)


def test_models_without_a_graph_are_named():
    class Loose(keras.Model):
        def call(self, x):
            return x

    for model in (Loose(name="loose"), keras.Sequential([layers.Dense(1)], name="loose")):
        for call in (
            lambda m: receptive_field(m, "dense"),
            lambda m: top_patches(m, "dense", pictures(2)),
            lambda m: visualize.maximize(m, "dense", 0),
            lambda m: visualize.draw_receptive_fields(m, pictures(1)[0]),
        ):
            with pytest.raises(ValueError, match="model 'loose' has no graph of layers"):
                call(model)


def test_whole_pictures_of_two_sizes_are_no_patches():
    model = sequence(layers.GlobalMaxPooling2D(name="top"), size=(None, None, 3))
    with pytest.raises(ValueError, match="differ in size"):
        top_patches(model, "top", [*pictures(1), *pictures(1, 9, 9)], k=2)
    with pytest.raises(ValueError, match="pass size"):
        receptive_field(model, "top")


def test_pictures_must_fit_a_model_of_one_size():
    model = sequence(layers.Conv2D(1, 3, name="conv"), size=(8, 8, 3))
    with pytest.raises(ValueError, match=r"picture 0 is 18 by 15, and model .* takes 8 by 8"):
        top_patches(model, "conv", pictures(2))
    with pytest.raises(ValueError, match=r"takes pictures of \(8, 8\)"):
        visualize.maximize(model, "conv", 0, size=9)
