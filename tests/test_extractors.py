"""Extractors: what a layer answers, one interface for all networks, weights from files."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from coursekit.style import extractors, training
from coursekit.style.extractors import Extractor, balanced, load_extractor
from coursekit.style.stack import Conv, Pool
from coursekit.weights import write_npz

TINY = ((3, 1), (4, 2))


def tiny_arrays(seed: int = 0) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    arrays, n_C_prev = {}, 3
    for name, n_C in (("conv1_1", 3), ("conv2_1", 4), ("conv2_2", 4)):
        arrays[f"{name}/kernel"] = rng.standard_normal((3, 3, n_C_prev, n_C)) * 0.3
        arrays[f"{name}/bias"] = rng.standard_normal(n_C) * 0.1
        n_C_prev = n_C
    return arrays


@pytest.fixture
def tiny() -> Extractor:
    return Extractor(
        "tiny",
        [(1, extractors.chain_of(TINY, tiny_arrays(), "average"))],
        style_weights={"conv1_1": 1.0},
        content_layer="conv2_1",
        mean=(0.4, 0.5, 0.6),
    )


@pytest.fixture(scope="module")
def small() -> Extractor:
    return load_extractor()


@pytest.fixture
def pictures() -> np.ndarray:
    return np.random.default_rng(1).random((2, 18, 22, 3)).astype(np.float32)


def convolved(x: np.ndarray, kernel: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """Convolution that keeps height and width, and ReLU, by plain loops."""
    n_H, n_W, _ = x.shape
    f = len(kernel)
    framed = np.pad(x, [(f // 2, f // 2), (f // 2, f // 2), (0, 0)])
    result = np.zeros((n_H, n_W, kernel.shape[-1]))
    for i in range(n_H):
        for j in range(n_W):
            window = framed[i : i + f, j : j + f, :, np.newaxis]
            result[i, j] = (window * kernel).sum(axis=(0, 1, 2)) + bias
    return np.maximum(result, 0)


def halved(x: np.ndarray, pool: str) -> np.ndarray:
    n_H, n_W, n_C = x.shape
    blocks = x[: n_H // 2 * 2, : n_W // 2 * 2].reshape(n_H // 2, 2, n_W // 2, 2, n_C)
    return blocks.max(axis=(1, 3)) if pool == "max" else blocks.mean(axis=(1, 3))


def test_importing_loads_numpy_only():
    code = (
        "import sys, coursekit.style.extractors, coursekit.style.training\n"
        "sys.exit(any(m in sys.modules for m in ('tensorflow', 'keras', 'h5py', 'PIL')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# One interface


@pytest.mark.parametrize("pool", ["average", "max"])
def test_activations_are_those_of_plain_loops(pictures, pool):
    arrays = tiny_arrays()
    chain = extractors.chain_of(TINY, arrays, pool)
    options = {"style_weights": {}, "content_layer": "conv1_1", "mean": (0.4, 0.5, 0.6)}
    found = Extractor("tiny", [(1, chain)], **options)(pictures)
    assert list(found) == ["conv1_1", "conv2_1", "conv2_2"]
    for m, picture in enumerate(pictures):
        x = picture - [0.4, 0.5, 0.6]
        for name, a in found.items():
            if name == "conv2_1":
                x = halved(x, pool)
            x = convolved(x, arrays[f"{name}/kernel"], arrays[f"{name}/bias"])
            np.testing.assert_allclose(a[m], x, atol=1e-5, err_msg=name)


def test_only_what_is_asked_for_comes_back(tiny, pictures):
    everything = tiny(pictures)
    some = tiny(pictures, ["conv2_2", "conv1_1"])
    assert list(some) == ["conv2_2", "conv1_1"]
    for name, a in some.items():
        np.testing.assert_allclose(a, everything[name], atol=1e-6)


def test_gradients_reach_the_picture(tiny, pictures):
    import tensorflow as tf

    image = tf.Variable(pictures[:1])
    with tf.GradientTape() as tape:
        cost = tf.reduce_sum(tiny(image, ["conv2_2"])["conv2_2"])
    slope = tape.gradient(cost, image).numpy()
    way = np.random.default_rng(2).standard_normal(image.shape).astype(np.float32)
    step = 1e-3
    up, down = (
        float(tf.reduce_sum(tiny(image + sign * step * way, ["conv2_2"])["conv2_2"]))
        for sign in (1, -1)
    )
    assert (slope * way).sum() == pytest.approx((up - down) / (2 * step), rel=0.05)


def test_a_layer_that_is_not_there_is_named(tiny, pictures):
    with pytest.raises(ValueError, match=r"'conv9_1'; it has conv1_1, conv2_1, conv2_2"):
        tiny(pictures, ["conv9_1"])


@pytest.mark.parametrize("shape", [(8, 8, 3), (1, 8, 8), (1, 8, 8, 4)])
def test_what_is_no_batch_of_pictures_is_refused(tiny, shape):
    with pytest.raises(ValueError, match="batch of color pictures"):
        tiny(np.zeros(shape, np.float32))


@pytest.mark.parametrize("name", ["small", "random-multiscale"])
def test_the_keras_model_answers_the_same(name):
    extractor = load_extractor(name)
    pictures = np.random.default_rng(3).random((1, 38, 50, 3)).astype(np.float32)
    model = extractor.model()
    outputs = model(pictures)
    found = extractor(pictures)
    assert len(outputs) == len(extractor.layers) == len(found)
    for layer, output in zip(extractor.layers, outputs):
        np.testing.assert_allclose(found[layer], output, rtol=1e-4, atol=1e-4, err_msg=layer)
        assert model.get_layer(layer).filters == output.shape[-1]
    assert not model.trainable_weights


# Balance


def test_balance_changes_nothing_but_the_scale_of_a_channel(pictures):
    chain = extractors.chain_of(TINY, tiny_arrays(), "max")
    scaled = balanced(chain, (0.5, 0.5, 0.5), pictures, scale=2.0)
    assert [type(part) for part in scaled] == [type(part) for part in chain]
    options = {"style_weights": {}, "content_layer": "conv1_1"}
    before = Extractor("tiny", [(1, chain)], **options)(pictures)
    after = Extractor("tiny", [(1, scaled)], **options)(pictures)
    for name in before:
        old, new = before[name].numpy(), after[name].numpy()
        means = old.mean(axis=(0, 1, 2))
        alive = means > 0.2 * means.mean()
        assert alive.any()
        np.testing.assert_allclose(new.mean(axis=(0, 1, 2))[alive], 2, rtol=1e-3)
        np.testing.assert_allclose(
            new[..., alive], old[..., alive] * (2 / means[alive]), rtol=1e-3, atol=1e-3
        )


def test_a_channel_that_never_answers_stays_at_zero(pictures):
    chain = [Conv("conv1_1", np.zeros((1, 1, 3, 2), np.float32), np.array([1, -1], np.float32))]
    (scaled,) = balanced(chain, (0.5, 0.5, 0.5), pictures)
    assert np.isfinite(scaled.bias).all()
    assert scaled.bias[0] == pytest.approx(1, rel=1e-3)
    assert scaled.bias[1] < 0


# The network that comes along


def test_the_shipped_weights_are_small_and_balanced(small):
    assert extractors.SHIPPED.stat().st_size <= 3_000_000
    for layer, a in small(extractors._samples()).items():
        assert 0.5 < float(np.mean(a)) < 1.2, layer


def test_the_defaults_are_layers_that_it_has(small):
    for extractor in (small, load_extractor("random-multiscale")):
        assert set(extractor.style_weights) <= set(extractor.layers)
        assert extractor.content_layer in extractor.layers
        assert min(extractor.style_weights.values()) > 0


def test_the_first_layer_knows_edges_and_colors(small):
    """A step of light and a plain red wall excite different channels most."""
    step, red = np.zeros((2, 1, 32, 32, 3), np.float32)
    step[:, :, 16:] = 1
    red[..., 0] = 1
    inner = np.s_[0, 8:24, 8:24]
    at_edge = np.asarray(small(step)["conv1_2"])[inner].std(axis=(0, 1))
    on_red = np.asarray(small(red)["conv1_2"])[inner].mean(axis=(0, 1))
    assert at_edge.max() > 0.1
    assert on_red.max() > 1
    assert np.argmax(at_edge) != np.argmax(on_red)


def test_another_pooling_and_other_weights_make_another_network(pictures):
    layer = ["conv2_1"]
    answers = [
        load_extractor(**options)(pictures, layer)["conv2_1"].numpy()
        for options in (
            {},
            {"pool": "max"},
            {"weights": "random"},
            {"weights": "random", "seed": 1},
        )
    ]
    for i, one in enumerate(answers):
        for other in answers[:i]:
            assert np.abs(one - other).max() > 0.01


def test_random_weights_stay_as_strong_from_layer_to_layer():
    arrays = extractors._random_arrays(extractors.BLOCKS["vgg16"], 0)
    for name, kernel in arrays.items():
        if name.endswith("kernel"):
            flat = kernel.reshape(-1, kernel.shape[-1])
            assert (flat**2).sum() / flat.shape[1] == pytest.approx(2, rel=0.1), name


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"name": "vgg"}, "must be one of: small, vgg19"),
        ({"pool": "min"}, "'average' or 'max'"),
        ({"name": "random-multiscale", "weights": "some.h5"}, "leave weights out"),
    ],
)
def test_what_load_extractor_does_not_know_is_named(options, message):
    with pytest.raises(ValueError, match=message):
        load_extractor(**options)


def test_weights_of_another_network_are_refused(tmp_path):
    path = tmp_path / "other.npz"
    write_npz(path, tiny_arrays())
    with pytest.raises(ValueError, match=r"another network: conv1_1/kernel is of shape"):
        load_extractor(weights=path)
    with np.load(extractors.SHIPPED) as file:
        arrays = dict(file)
    arrays["conv1_2/bias"] = np.full_like(arrays["conv1_2/bias"], np.nan)
    write_npz(path, arrays)
    with pytest.raises(ValueError, match="conv1_2/bias holds weights that are no finite"):
        load_extractor(weights=path)
    path.write_bytes(b"PK nothing")
    with pytest.raises(ValueError, match="damaged"):
        load_extractor(weights=path)


# VGG


@pytest.fixture(scope="module")
def vgg(tmp_path_factory):
    """A file of VGG-16 with random weights, in the form of those of Keras; its digest; the model"""
    import h5py
    import keras

    model = keras.applications.VGG16(include_top=False, weights=None)
    arrays = extractors._random_arrays(extractors.BLOCKS["vgg16"], 0)
    rng = np.random.default_rng(1)
    path = tmp_path_factory.mktemp("vgg") / "vgg16.h5"
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = [layer.name.encode() for layer in model.layers]
        for layer in model.layers:
            group = file.create_group(layer.name)
            if not layer.weights:
                group.attrs["weight_names"] = []
                continue
            name = layer.name.replace("block", "conv").replace("_conv", "_")
            bias = rng.normal(0, 5, layer.filters).astype(np.float32)
            layer.set_weights([arrays[f"{name}/kernel"], bias])
            group.attrs["weight_names"] = [b"kernel:0", b"bias:0"]
            for part, value in zip(("kernel:0", "bias:0"), layer.get_weights()):
                group[part] = value
    return path, hashlib.sha256(path.read_bytes()).hexdigest(), model


def test_vgg_sees_pictures_as_keras_prepares_them(vgg, pictures):
    import keras

    path, sha256, model = vgg
    extractor = load_extractor("vgg16", weights=path, sha256=sha256, pool="max")
    assert len(extractor.layers) == 13
    prepared = keras.applications.vgg16.preprocess_input(255 * pictures)
    names = ("block1_conv1", "block2_conv2", "block3_conv1")
    outputs = [model.get_layer(name).output for name in names]
    expected = keras.Model(model.input, outputs)(prepared)
    found = extractor(pictures, ["conv1_1", "conv2_2", "conv3_1"])
    for name, a in zip(found, expected):
        # The same up to a factor of the channel, which brings all means to 1.
        one, other = (np.asarray(v).reshape(-1, v.shape[-1]) for v in (found[name], a))
        factor = one.sum(axis=0) / np.maximum(other.sum(axis=0), 1e-6)
        np.testing.assert_allclose(one, other * factor, rtol=2e-3, atol=2e-3, err_msg=name)


def test_files_of_vgg_are_compared_with_a_digest_first(vgg, tmp_path, monkeypatch):
    import keras

    path, sha256, _ = vgg

    def refuse(*args, **kwargs):
        raise AssertionError("the file was opened")

    monkeypatch.setattr(keras.applications, "VGG16", refuse)
    with pytest.raises(ValueError, match=f"{sha256}, but {'0' * 64} is expected"):
        load_extractor("vgg16", weights=path, sha256="0" * 64)
    with pytest.raises(ValueError, match=r"MD5 digest .* that of vgg16_weights"):
        load_extractor("vgg16", weights=path)
    with pytest.raises(ValueError, match="64 hexadecimal digits"):
        load_extractor("vgg16", weights=path, sha256="12")
    with pytest.raises(FileNotFoundError, match="there is no file"):
        load_extractor("vgg16", weights=tmp_path / "none.h5")


def test_a_file_that_holds_something_else_is_named(tmp_path):
    path = tmp_path / "weights.h5"
    path.write_bytes(b"no weights")
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    with pytest.raises(ValueError, match=r"weights\.h5 does not hold weights of vgg19"):
        load_extractor("vgg19", weights=path, sha256=sha256)


def test_without_a_network_the_message_says_where_the_file_goes(tmp_path, monkeypatch):
    import keras

    asked = {}

    def offline(**options):
        asked.update(options)
        raise Exception("URL fetch failure on somewhere: None -- unreachable.")  # as Keras does

    monkeypatch.setattr(keras.applications, "VGG19", offline)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    with pytest.raises(ConnectionError) as error:
        load_extractor("vgg19")
    assert asked == {"include_top": False, "weights": "imagenet"}
    for part in ("vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5", str(tmp_path / "models")):
        assert part in str(error.value)


def test_weights_that_keras_fetched_are_used(vgg, monkeypatch):
    import keras

    _, _, model = vgg
    monkeypatch.setattr(keras.applications, "VGG16", lambda **options: model)
    extractor = load_extractor("vgg16")
    kernel = extractor.branches[0][1][0].kernel
    own = model.get_layer("block1_conv1").get_weights()[0][:, :, ::-1]
    ratio = kernel / own
    np.testing.assert_allclose(ratio, np.broadcast_to(ratio[:1, :1, :1], ratio.shape), rtol=1e-3)
    assert isinstance(extractor.branches[0][1][2], Pool)


# Training


def test_patches_stay_pictures_and_differ_from_draw_to_draw():
    rng = np.random.default_rng(0)
    tiles = rng.integers(0, 256, (4, training.EDGE, training.EDGE, 3)).astype(np.uint8)
    one, other = np.asarray(training.cut(tiles, rng)), np.asarray(training.cut(tiles, rng))
    assert one.shape == (4, training.PATCH, training.PATCH, 3)
    assert one.min() >= 0
    assert one.max() <= 1
    assert np.abs(one - other).mean() > 0.05


def test_a_patch_is_cut_from_its_own_tile():
    tiles = np.zeros((3, training.EDGE, training.EDGE, 3), np.uint8)
    for number in range(3):
        tiles[number, ..., number] = 255
    patches = np.asarray(training.cut(tiles, np.random.default_rng(0)))
    assert (patches.mean(axis=(1, 2)).argmax(axis=1) == np.arange(3)).all()


def test_every_damage_but_none_is_seen():
    rng = np.random.default_rng(0)
    patches = rng.random((6, 16, 16, 3)).astype(np.float32)
    damaged = np.asarray(training.damage(patches, np.arange(6), rng))
    changed = np.abs(damaged - patches).mean(axis=(1, 2, 3))
    assert changed[0] == 0
    assert (changed[1:] > 0.001).all()
    assert damaged.min() >= 0
    assert damaged.max() <= 1
    roughness = np.abs(np.diff(damaged, axis=2)).mean(axis=(1, 2, 3))
    kinds = training.DAMAGES
    assert roughness[kinds.index("blur")] < roughness[0] < roughness[kinds.index("sharpened")]
    coarse = damaged[kinds.index("coarse pixels")]
    np.testing.assert_array_equal(coarse[::2, ::2], coarse[1::2, 1::2])


def test_tiles_are_cut_from_all_pictures_and_textures():
    from coursekit.datasets import pictures, textures

    tiles, names = training.gather_tiles(seeds=1)
    assert tiles.shape == (len(names), training.EDGE, training.EDGE, 3)
    assert tiles.dtype == np.uint8
    shown = {name.split(" ")[0] for name in names}
    assert shown == set(textures.NAMES) | set(pictures.NAMES)
    assert len(set(names)) == len(names)


def test_first_filters_are_the_directions_that_windows_have():
    """Vertical stripes and plain red: one filter each way across the stripes, or one for red."""
    tiles = np.zeros((2, 24, 24, 3), np.uint8)
    tiles[0, :, np.arange(24) // 4 % 2 == 0] = 255
    tiles[1, ..., 0] = 255
    filters = training.first_filters(tiles, 6)
    assert filters.shape == (3, 3, 3, 6)
    # No picture changes from row to row, and neither does a filter.
    scale = np.abs(filters).max()
    np.testing.assert_allclose(
        filters, np.broadcast_to(filters[1:2], filters.shape), atol=scale / 50
    )
    across = np.abs(filters[:, 0] - filters[:, 2]).sum(axis=(0, 1))
    red = (filters[..., 0, :] - filters[..., 1, :]).sum(axis=(0, 1))
    assert across.max() > scale
    assert red.max() > scale
    assert across.argmax() != red.argmax()
    np.testing.assert_array_equal(filters, training.first_filters(tiles, 6))


def test_training_learns_and_is_saved_as_an_extractor_reads_it(tmp_path):
    rng = np.random.default_rng(0)
    light = np.linspace(0, 255, training.EDGE)[:, np.newaxis, np.newaxis]
    stripes = np.arange(training.EDGE)[:, np.newaxis, np.newaxis] // 4 % 2 * 255
    tiles = np.zeros((3, training.EDGE, training.EDGE, 3))
    tiles[0], tiles[1], tiles[2] = light, stripes, rng.random(tiles.shape[1:]) * 255
    tiles = tiles.astype(np.uint8)
    model, history = training.train(tiles, blocks=TINY, steps=40, batch=12, progress=False)
    assert np.mean(history["loss"][-10:]) < np.mean(history["loss"][:10])
    assert training.measure(model, tiles, batches=2)["tile"] > 0.6

    # With batch normalization worked in, the convolutions answer as the model does.
    chain = extractors.chain_of(TINY, training.folded(model, TINY), "average")
    extractor = Extractor("tiny", [(1, chain)], style_weights={}, content_layer="conv1_1")
    import keras

    relus = [layer for layer in model.layers if type(layer).__name__ == "ReLU"]
    patches = training.cut(tiles, rng)
    expected = keras.Model(model.input, [relu.output for relu in relus])(patches, training=False)
    for a, b in zip(extractor(patches).values(), expected):
        np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-4)

    training.save(model, tmp_path / "tiny.npz", TINY)
    arrays = extractors.read_npz(tmp_path / "tiny.npz")
    scaled = extractors.chain_of(TINY, arrays, "average")
    found = Extractor("tiny", [(1, scaled)], style_weights={}, content_layer="conv1_1")
    means = [float(np.mean(a)) for a in found(extractors._samples()).values()]
    assert means == pytest.approx([1] * len(means), abs=0.35)


def test_the_command_remakes_the_weights(tmp_path, monkeypatch, capsys):
    tiles = np.random.default_rng(0).integers(0, 256, (2, 192, 192, 3)).astype(np.uint8)
    monkeypatch.setattr(training, "gather_tiles", lambda: (tiles, ["one", "two"]))
    monkeypatch.setattr(training, "measure", lambda *_: {"tile": 0.5, "damage": 0.25})
    path = Path(tmp_path / "small.npz")
    training.main(["--steps", "1", "--output", str(path)])
    assert load_extractor(weights=path).layers == load_extractor().layers
    out = capsys.readouterr().out
    assert "one of 2" in out
    assert "50%" in out
