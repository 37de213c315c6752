"""Photographs that come along, and pictures read, written and scaled without loss of their look."""

from __future__ import annotations

import importlib.util
import socket
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from coursekit.datasets import pictures


def gradient(n_H: int = 24, n_W: int = 36) -> np.ndarray:
    """A smooth picture whose channels differ."""
    y, x = np.mgrid[:n_H, :n_W]
    return np.stack([y / n_H, x / n_W, 0.5 * (y / n_H + x / n_W)], -1).astype(np.float32)


def test_importing_loads_only_numpy():
    code = "import sys, coursekit.datasets.pictures; sys.exit('PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("name", pictures.NAMES)
def test_photographs_lie_in_the_libraries(name, monkeypatch):
    def refuse(*_):
        raise AssertionError("a photograph was fetched")

    monkeypatch.setattr(socket, "socket", refuse)
    picture = pictures.photograph(name)
    assert picture.dtype == np.float32
    assert picture.shape[2] == 3
    assert min(picture.shape[:2]) >= 300
    assert picture.min() >= 0
    assert 0.5 < picture.max() <= 1
    source = pictures.SOURCES[name]
    assert all(source)


def test_a_photograph_has_the_pixels_of_its_file():
    spec = importlib.util.find_spec("sklearn")
    file = f"{spec.submodule_search_locations[0]}/datasets/images/china.jpg"
    expected = np.asarray(Image.open(file).convert("RGB")) / 255
    np.testing.assert_allclose(pictures.photograph("china"), expected, atol=1e-6)
    gray = pictures.photograph("brick")
    np.testing.assert_array_equal(gray[..., 0], gray[..., 1])
    np.testing.assert_array_equal(gray[..., 0], gray[..., 2])


def test_one_number_is_the_longer_side():
    assert pictures.photograph("china", 128).shape == (85, 128, 3)  # 427 by 640
    upright = np.moveaxis(gradient(), 0, 1)
    assert pictures._sized(upright, 18).shape == (18, 12, 3)


def test_height_and_width_cut_the_middle_out(tmp_path):
    picture = gradient(24, 36)
    pictures.save(tmp_path / "picture.png", picture)
    square = pictures.load(tmp_path / "picture.png", (24, 24))
    np.testing.assert_allclose(square, picture[:, 6:30], atol=0.5 / 255 + 1e-6)
    flat = pictures.load(tmp_path / "picture.png", (12, 36))
    np.testing.assert_allclose(flat, picture[6:18], atol=0.5 / 255 + 1e-6)
    # Scaled as well as cut: what lies in the middle stays there.
    small = pictures.load(tmp_path / "picture.png", (6, 6))
    np.testing.assert_allclose(
        small[1:5, 1:5], picture[:, 6:30].reshape(6, 4, 6, 4, 3).mean((1, 3))[1:5, 1:5], atol=0.01
    )


def test_shrinking_takes_the_mean_of_what_lies_under_a_pixel():
    # One pixel white, one black: every other pixel alone would be all white or all black.
    fine = np.indices((32, 48)).sum(0) % 2
    small = pictures.resize(fine.astype(float), (16, 24))
    np.testing.assert_allclose(small, 0.5, atol=0.02)
    smooth = gradient(32, 48)
    np.testing.assert_allclose(
        pictures.resize(smooth, (8, 12))[1:-1, 1:-1],
        smooth.reshape(8, 4, 12, 4, 3).mean((1, 3))[1:-1, 1:-1],
        atol=5e-3,
    )


def test_scaling_stays_in_range_and_keeps_its_size():
    step = np.zeros((10, 10, 3))
    step[:, 5:] = 1
    large = pictures.resize(step, (33, 47))
    assert large.shape == (33, 47, 3)
    assert large.dtype == np.float32
    assert large.min() == 0
    assert large.max() == 1
    np.testing.assert_array_equal(pictures.resize(step, (10, 10)), step)


def test_png_keeps_every_value(tmp_path):
    levels = np.random.default_rng(0).integers(0, 256, (9, 7, 3)).astype(np.uint8)
    for picture in (levels, levels / 255):
        pictures.save(tmp_path / "picture.png", picture)
        np.testing.assert_array_equal(np.asarray(Image.open(tmp_path / "picture.png")), levels)
        np.testing.assert_allclose(pictures.load(tmp_path / "picture.png"), levels / 255)
    pictures.save(tmp_path / "picture.JPG", gradient())
    loss = np.abs(pictures.load(tmp_path / "picture.JPG") - gradient())
    assert 0 < loss.mean() < 0.01


def test_files_of_other_kinds(tmp_path):
    levels = (gradient() * 255).round().astype(np.uint8)
    gray = levels[..., 0]
    Image.fromarray(gray).save(tmp_path / "gray.png")
    np.testing.assert_allclose(
        pictures.load(tmp_path / "gray.png"), np.repeat(gray[..., None], 3, -1) / 255, atol=1e-6
    )
    deep = (gradient()[..., 0] * 65535).round().astype(np.uint16)
    Image.fromarray(deep).save(tmp_path / "deep.png")
    np.testing.assert_allclose(
        pictures.load(tmp_path / "deep.png")[..., 1], deep / 65535, atol=1e-6
    )
    # Half of it transparent: white shines through.
    veil = np.dstack([levels, np.where(np.arange(36) < 18, 0, 255) * np.ones((24, 1))])
    Image.fromarray(veil.astype(np.uint8)).save(tmp_path / "veil.png")
    seen = pictures.load(tmp_path / "veil.png")
    np.testing.assert_array_equal(seen[:, :18], 1)
    np.testing.assert_allclose(seen[:, 18:], levels[:, 18:] / 255, atol=1e-6)
    # Orientation 6: the camera lay on its side, and the file is to be turned clockwise.
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(levels).save(tmp_path / "side.png", exif=exif)
    np.testing.assert_allclose(
        pictures.load(tmp_path / "side.png"), np.rot90(levels, -1) / 255, atol=1e-6
    )


def test_what_counts_as_a_picture():
    assert pictures.as_picture(np.zeros((4, 5))).shape == (4, 5, 3)
    assert pictures.as_picture(np.zeros((4, 5, 1))).shape == (4, 5, 3)
    np.testing.assert_allclose(pictures.as_picture(np.full((2, 2, 3), 51, np.uint8)), 0.2)
    # A rounding error is cut off, more is refused.
    assert pictures.as_picture(np.full((2, 2, 3), 1 + 1e-6)).max() == 1


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: pictures.photograph("mona"), "no photograph 'mona': there are china, flower"),
        (lambda: pictures.photograph("china", 0), "size has 0 in it"),
        (lambda: pictures.photograph("china", 12.5), "a height and a width"),
        (lambda: pictures.photograph("china", (12, True)), "size has True in it"),
        (lambda: pictures.photograph("china", (1, 2, 3)), "a height and a width"),
        (lambda: pictures.as_picture(np.zeros((4, 4, 2))), r"shape \(4, 4, 2\)"),
        (lambda: pictures.as_picture(np.zeros((2, 4, 4, 3))), r"shape \(2, 4, 4, 3\)"),
        (lambda: pictures.as_picture(np.zeros((0, 4, 3))), r"shape \(0, 4, 3\)"),
        (lambda: pictures.as_picture(np.zeros((4, 4, 3), int)), "type int64"),
        (lambda: pictures.as_picture(np.full((4, 4, 3), 255.0)), "from 255 to 255"),
        (lambda: pictures.as_picture(np.full((4, 4, 3), np.nan)), "from nan to nan"),
    ],
)
def test_errors_name_what_is_wrong(call, sentence):
    with pytest.raises(ValueError, match=sentence) as caught:
        call()
    assert "\n" not in str(caught.value)


def test_files_that_cannot_be_read_or_written(tmp_path):
    with pytest.raises(FileNotFoundError, match="there is no file"):
        pictures.load(tmp_path / "none.png")
    (tmp_path / "text.png").write_text("no picture")
    with pytest.raises(ValueError, match="cannot be read as a picture"):
        pictures.load(tmp_path / "text.png")
    pictures.save(tmp_path / "whole.png", np.random.default_rng(0).random((40, 40, 3)))
    (tmp_path / "half.png").write_bytes((tmp_path / "whole.png").read_bytes()[:2000])
    with pytest.raises(ValueError, match="cannot be read as a picture"):
        pictures.load(tmp_path / "half.png")
    with pytest.raises(ValueError, match="no format of pictures"):
        pictures.save(tmp_path / "picture.doc", gradient())
    with pytest.raises(ValueError, match="no format of pictures"):
        pictures.save(tmp_path / "picture", gradient())
    with pytest.raises(FileNotFoundError, match="there is no folder"):
        pictures.save(tmp_path / "none" / "picture.png", gradient())


def test_a_library_without_its_pictures(monkeypatch, tmp_path):
    class Spec:
        submodule_search_locations = (str(tmp_path),)

    monkeypatch.setattr(importlib.util, "find_spec", lambda name: Spec)
    with pytest.raises(FileNotFoundError, match="install scikit-image again"):
        pictures.photograph("coffee")
