"""Textures are what they are named for, at any size, and the same each time."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from coursekit.datasets import textures
from coursekit.datasets.textures import NAMES, sample, texture


def test_importing_loads_only_numpy():
    code = "import sys, coursekit.datasets.textures; sys.exit('scipy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("name", NAMES)
def test_any_size_and_seed(name):
    picture = texture(name, 48)
    assert picture.shape == (48, 48, 3)
    assert picture.dtype == np.float32
    assert picture.min() >= 0
    assert picture.max() <= 1
    np.testing.assert_array_equal(picture, texture(name, (48, 48)))
    other = texture(name, (24, 70), seed=7)
    assert other.shape == (24, 70, 3)
    assert np.isfinite(other).all()
    for size in (1, (2, 9), (9, 3)):
        assert np.isfinite(texture(name, size, seed=1)).all()
    # Another seed moves the features or changes the colors.
    assert np.abs(picture - texture(name, 48, seed=1)).mean() > 0.002


def coarse(picture: np.ndarray, n: int = 16) -> np.ndarray:
    """Means over n by n blocks, about their own mean."""
    edge = picture.shape[0] // n
    blocks = picture.reshape(n, edge, n, edge, 3).mean((1, 3))
    return (blocks - blocks.mean()).ravel()


@pytest.mark.parametrize("name", NAMES)
def test_more_pixels_show_the_same(name):
    small, large = coarse(texture(name, 64)), coarse(texture(name, 128))
    other = coarse(texture(name, 128, scale=0.5))
    alike = small @ large / np.linalg.norm(small) / np.linalg.norm(large)
    unlike = small @ other / np.linalg.norm(small) / np.linalg.norm(other)
    assert alike > 0.8
    assert alike > unlike


def test_squares_and_stripes_by_a_plain_loop():
    dark, light = np.array([0x1B, 0x1B, 0x1E]) / 255, np.array([0xF4, 0xEE, 0xDF]) / 255
    squares, stripes = texture("checkerboard", (64, 96)), texture("stripes", (64, 96))
    for row in range(64):
        for col in range(96):
            expected = light if (row // 8 + col // 8) % 2 == 0 else dark
            np.testing.assert_allclose(squares[row, col], expected, atol=1e-6)
            expected = dark if (col // 4) % 2 == 0 else light
            np.testing.assert_allclose(stripes[row, col], expected, atol=1e-6)


def test_a_plain_wall_is_red_and_plain():
    for seed in (0, 5):
        wall = texture("red-wall", 64, seed=seed)
        assert (wall[..., 0] > 3 * wall[..., 1:].max(axis=-1)).all()
        # Every other texture has far more contrast.
        assert wall.std(axis=(0, 1)).max() < 0.03
    np.testing.assert_array_equal(texture("red wall", 8), texture("red_wall", 8))


def test_scale_makes_features_larger():
    def edges(picture):
        return (np.abs(np.diff(picture, axis=1)).sum(axis=-1) > 0.5).sum()

    for name in ("stripes", "glass", "weave"):
        assert edges(texture(name, 96)) > 1.4 * edges(texture(name, 96, scale=2))


def test_strokes_follow_a_flow_and_bear_two_colors():
    picture = texture("strokes", 128)
    blue = picture[..., 2] > picture[..., 0] + 0.15
    yellow = picture[..., 0] > picture[..., 2] + 0.15
    assert blue.mean() > 0.3
    assert yellow.mean() > 0.05
    # Along the strokes gray values change less than across them: the structure tensor of a small
    # window has one large and one small eigenvalue. White noise gives about 0.2 here.
    gray = picture.mean(axis=-1)
    dy, dx = np.gradient(gray)
    windows = [
        np.cov(np.stack([dy[i : i + 8, j : j + 8].ravel(), dx[i : i + 8, j : j + 8].ravel()]))
        for i in range(0, 128, 8)
        for j in range(0, 128, 8)
    ]
    small, large = np.linalg.eigvalsh(windows).T
    assert np.median((large - small) / (large + small)) > 0.4


def test_seed_zero_has_colors_of_its_own():
    # Other seeds choose among palettes, so that means of one texture spread.
    means = np.array([texture("mosaic", 24, seed=seed).mean((0, 1)) for seed in range(1, 9)])
    assert means.std(axis=0).max() > 0.05
    waves = texture("waves", 64)
    assert waves[..., 2].mean() > waves[..., 0].mean() + 0.1


def test_sample_is_balanced_and_labeled_right():
    n = 3 * len(NAMES) + 5
    patches, labels = sample(n, 24, seed=3)
    assert patches.shape == (n, 24, 24, 3)
    assert patches.dtype == np.float32
    assert patches.min() >= 0
    assert patches.max() <= 1
    counts = np.bincount(labels, minlength=len(NAMES))
    assert set(counts.tolist()) == {3, 4}
    assert (np.diff(labels) < 0).any()  # in random order
    # Two kinds of patches can be told without a network: plain ones, and upright stripes.
    for patch, label in zip(patches, labels):
        name = NAMES[label]
        plain = patch.std(axis=(0, 1)).max() < 0.04
        upright = np.abs(np.diff(patch, axis=0)).max() < 1e-6
        red = (patch[..., 0] > 3 * patch[..., 2]).all()
        assert (name == "red-wall") == (plain and red)
        assert upright or name != "stripes"
        assert not upright or name in ("stripes", "checkerboard")


def test_sample_repeats_with_its_seed():
    one, again, other = (sample(18, 16, seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one[0], again[0])
    np.testing.assert_array_equal(one[1], again[1])
    assert not np.array_equal(one[0], other[0])


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: texture("stone"), "no texture 'stone': there are strokes, swirls"),
        (lambda: texture("dots", 0), "size is 0"),
        (lambda: texture("dots", 12.5), r"size is 12\.5"),
        (lambda: texture("dots", (8, 8, 3)), r"size is \(8, 8, 3\)"),
        (lambda: texture("dots", 8, seed=-1), "seed is -1"),
        (lambda: texture("dots", 8, scale=0), "scale is 0"),
        (lambda: sample(0, 8, seed=0), "n is 0"),
        (lambda: sample(8, 0, seed=0), "size is 0"),
        (lambda: sample(8, 8, seed=-2), "seed is -2"),
    ],
)
def test_errors_name_what_is_wrong(call, sentence):
    with pytest.raises(ValueError, match=sentence) as caught:
        call()
    assert "\n" not in str(caught.value)


def test_every_texture_says_what_it_shows():
    for name, (draw, palette) in textures._TEXTURES.items():
        assert draw.__doc__, name
        assert palette in textures._PALETTES
