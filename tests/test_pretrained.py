"""Encoders from files: the right file or none, no code from it, pictures as the model wants."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from coursekit.faces import pretrained
from coursekit.faces.gallery import Gallery
from coursekit.faces.pretrained import load_keras_encoder, normalized

SIZE = (8, 6)


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def save(folder: Path, build, suffix: str = ".keras", size=SIZE, channels: int = 3):
    """Save a model; the digest is that of the file."""
    import keras

    keras.utils.set_random_seed(0)
    pictures = keras.Input((*size, channels))
    model = keras.Model(pictures, build(keras.layers, pictures))
    path = folder / f"model{suffix}"
    model.save(path)
    return path, digest(path), model


def dense(layers, x):
    return layers.Dense(5)(layers.Flatten()(x))


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return save(tmp_path_factory.mktemp("small"), dense)


@pytest.fixture
def pictures() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (5, *SIZE, 3)).astype(np.uint8)


def test_importing_loads_numpy_only():
    code = (
        "import sys, coursekit.faces.pretrained\n"
        "sys.exit(any(m in sys.modules for m in ('tensorflow', 'keras', 'h5py')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def by_hand(picture: np.ndarray, normalization: str) -> np.ndarray:
    x = picture.astype(float)
    if normalization == "fixed":
        return (x - 127.5) / 128
    if normalization == "standard":
        return (x - x.mean()) / max(x.std(), 1 / x.size**0.5)
    return x / 255 if normalization == "unit" else x


@pytest.mark.parametrize("normalization", ["fixed", "standard", "unit", "none"])
def test_encodings_are_those_of_the_model_with_length_one(small, pictures, normalization):
    path, sha256, model = small
    encoder = load_keras_encoder(path, sha256=sha256, normalization=normalization, dimension=5)
    encodings = encoder(pictures)
    assert encodings.dtype == np.float32
    assert (encoder.size, encoder.dimension) == (SIZE, 5)
    kernel, bias = (np.asarray(weight, float) for weight in model.weights)
    for picture, encoding in zip(pictures, encodings):
        expected = by_hand(picture, normalization).ravel() @ kernel + bias
        np.testing.assert_allclose(encoding, expected / np.linalg.norm(expected), atol=1e-5)


def test_h5_files_are_read_too(tmp_path, small, pictures):
    path, sha256, _ = save(tmp_path, dense, ".h5")
    old = load_keras_encoder(path, sha256=sha256.upper())
    new = load_keras_encoder(small[0], sha256=small[1])
    np.testing.assert_allclose(old(pictures), new(pictures), atol=1e-6)


def test_batches_give_what_single_pictures_give(small, pictures, monkeypatch):
    encoder = load_keras_encoder(small[0], sha256=small[1])
    together = encoder(pictures)
    monkeypatch.setattr(pretrained, "_BATCH", 2)
    np.testing.assert_allclose(encoder(pictures), together, atol=1e-6)
    assert encoder(pictures[:0]).shape == (0, 5)


@pytest.mark.parametrize("shape", [(16, 12), (31, 17), (5, 5)])
def test_pictures_of_other_sizes_are_scaled_as_pillow_does(shape):
    from PIL import Image

    rng = np.random.default_rng(1)
    large = rng.integers(0, 256, (2, *shape, 3)).astype(np.uint8)
    scaled = pretrained._resized(large, SIZE)
    for one, picture in zip(scaled, large):
        resized = Image.fromarray(picture).resize(SIZE[::-1], Image.Resampling.BILINEAR)
        np.testing.assert_allclose(one, np.asarray(resized), atol=1.01)  # Pillow rounds, twice


def test_a_model_that_leaves_the_size_open_is_told(tmp_path, pictures):
    path, sha256, _ = save(
        tmp_path, lambda layers, x: layers.GlobalAveragePooling2D()(x), size=(None, None)
    )
    with pytest.raises(ValueError, match=r"any size; say by size=\(n_H, n_W\)"):
        load_keras_encoder(path, sha256=sha256)
    encoder = load_keras_encoder(path, sha256=sha256, size=(4, 3), normalization="unit")
    assert encoder.size == (4, 3)
    np.testing.assert_allclose(np.linalg.norm(encoder(pictures), axis=1), 1, atol=1e-6)


def test_a_gallery_runs_on_it(small, pictures):
    people = Gallery(load_keras_encoder(small[0], sha256=small[1]))
    people.add("Ada", pictures[0])
    people.add("Bob", pictures[1])
    assert people.identify(pictures[1], 0.01)[1] == "Bob"
    assert [name for _, name in people.identify(pictures[:2], 0.01)] == ["Ada", "Bob"]


# What is not loaded


@pytest.fixture
def unread(monkeypatch):
    """No library may open the file."""

    def refuse(*args, **kwargs):
        raise AssertionError("the file was opened")

    monkeypatch.setattr(pretrained, "_load", refuse)


@pytest.mark.usefixtures("unread")
def test_another_digest_is_named_and_the_file_stays_shut(small):
    path, sha256, _ = small
    other = "0" * 64
    with pytest.raises(ValueError, match="SHA-256") as error:
        load_keras_encoder(path, sha256=other)
    assert sha256 in str(error.value)
    assert other in str(error.value)


def test_what_was_compared_is_what_is_loaded(small, tmp_path, monkeypatch, pictures):
    """The file is exchanged after its digest was taken."""
    path = tmp_path / "model.keras"
    path.write_bytes(small[0].read_bytes())
    copied = pretrained._copy

    def copy_and_exchange(source, target):
        found = copied(source, target)
        source.write_bytes(b"something else")
        return found

    monkeypatch.setattr(pretrained, "_copy", copy_and_exchange)
    encoder = load_keras_encoder(path, sha256=small[1])
    assert encoder(pictures).shape == (5, 5)


@pytest.mark.usefixtures("unread")
@pytest.mark.parametrize(
    ("name", "options", "kind", "sentence"),
    [
        ("none.keras", {}, FileNotFoundError, r"there is no file .*none\.keras"),
        ("folder.keras", {}, FileNotFoundError, "there is no file"),
        ("model.pkl", {}, ValueError, r"ends in '\.pkl', but a Keras model ends in \.keras"),
        ("hf://model.keras", {}, FileNotFoundError, "there is no file"),
        ("model.keras", {"sha256": "abc"}, ValueError, "64 hexadecimal digits"),
        ("model.keras", {"normalization": "zero"}, ValueError, "one of fixed, standard, unit, no"),
    ],
)
def test_what_is_asked_wrongly_is_said(tmp_path, name, options, kind, sentence):
    (tmp_path / "folder.keras").mkdir()
    path = name if "://" in name else tmp_path / name
    with pytest.raises(kind, match=sentence):
        load_keras_encoder(path, **({"sha256": "0" * 64} | options))


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
def test_a_layer_with_code_is_refused(tmp_path, suffix, monkeypatch):
    path, sha256, _ = save(
        tmp_path, lambda layers, x: layers.Lambda(lambda t: t * 2)(dense(layers, x)), suffix
    )
    import keras

    def refuse(*args, **kwargs):
        raise AssertionError("Keras was asked")

    monkeypatch.setattr(keras.models, "load_model", refuse)
    with pytest.raises(ValueError, match="holds a Lambda layer, code that is not part of Keras"):
        load_keras_encoder(path, sha256=sha256)


def test_code_is_found_at_any_depth():
    outer = {"module": "keras.layers", "class_name": "Dense", "config": {"units": 3}}
    inner = {"module": "keras", "class_name": "Sequential", "config": {"layers": [outer]}}
    config = {"module": "keras.src.models", "class_name": "Functional", "config": [inner]}
    assert list(pretrained._code(config)) == []
    outer["config"]["activation"] = {"module": "os", "class_name": "system"}
    inner["config"]["layers"].append({"class_name": "Lambda", "config": {"function": "4wEA"}})
    assert list(pretrained._code(config)) == ["system of the module os", "a Lambda layer"]


@pytest.mark.parametrize("name", ["cut.keras", "text.h5", "empty.keras", "zip.keras"])
def test_a_damaged_file_is_said_in_one_sentence(tmp_path, small, name):
    path = tmp_path / name
    path.write_bytes(b"" if "empty" in name else b"not a model")
    if "cut" in name:
        path.write_bytes(small[0].read_bytes()[:-200])
    if "zip" in name:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("config.json", '{"class_name": "Nothing"}')
    with pytest.raises(ValueError, match="is no Keras model that can be loaded") as error:
        load_keras_encoder(path, sha256=digest(path))
    assert str(path) in str(error.value)
    assert "\n" not in str(error.value)


def test_weights_alone_are_not_enough(tmp_path, small):
    path = tmp_path / "model.weights.h5"
    small[2].save_weights(path)
    with pytest.raises(ValueError, match="weights alone are not enough"):
        load_keras_encoder(path, sha256=digest(path))


@pytest.mark.parametrize(
    ("build", "shape", "options", "sentence"),
    [
        (lambda layers, x: layers.Conv2D(2, 3)(x), {}, {}, r"gives \(None, 6, 4, 2\), but an enc"),
        (lambda layers, x: [dense(layers, x), dense(layers, x)], {}, {}, "gives .*one vector for"),
        (dense, {"channels": 1}, {}, r"takes \(None, 8, 6, 1\), but an encoder takes color"),
        (dense, {}, {"dimension": 128}, "of 5 numbers, but 128 were expected"),
        (dense, {}, {"size": (160, 160)}, r"takes pictures of \(8, 6\), not of \(160, 160\)"),
    ],
)
def test_a_model_that_is_no_encoder_is_refused(tmp_path, build, shape, options, sentence):
    path, sha256, _ = save(tmp_path, build, **shape)
    with pytest.raises(ValueError, match=sentence):
        load_keras_encoder(path, sha256=sha256, **options)


def test_pictures_without_an_encoding_are_named(tmp_path, pictures):
    path, sha256, _ = save(tmp_path, lambda layers, x: layers.GlobalAveragePooling2D()(x))
    encoder = load_keras_encoder(path, sha256=sha256, normalization="none")
    pictures[3] = 0
    with pytest.raises(ValueError, match="encoding of picture 3 has length 0"):
        encoder(pictures)
    with pytest.raises(ValueError, match=r"shape \(8, 6, 3\), but a batch"):
        encoder(pictures[0])


def test_a_picture_of_one_gray_is_zero_when_prewhitened():
    gray = np.full((2, 4, 4, 3), 90, np.uint8)
    assert (normalized(gray, "standard") == 0).all()
    assert normalized(gray, "fixed").dtype == np.float32
    with pytest.raises(ValueError, match="normalization is 'x'"):
        normalized(gray, "x")
