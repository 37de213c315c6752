"""Drawn scans: nodules are where it is said, and one slice cannot tell them from vessels."""

from __future__ import annotations

import re

import numpy as np
import pytest

from coursekit.volumes import scans
from coursekit.volumes.scan import Scan, lung_mask
from coursekit.volumes.scans import RADII, candidates, draw_scan


@pytest.fixture(scope="module")
def chest() -> Scan:
    return draw_scan((72, 96, 64), seed=1)


@pytest.fixture(scope="module")
def cubes() -> tuple[np.ndarray, np.ndarray]:
    return candidates(600, angle=0, seed=3)


def distances(scan: Scan, place: np.ndarray) -> np.ndarray:
    """How far each voxel lies from a place, in millimeters."""
    grid = np.stack(np.indices(scan.shape), -1)
    return np.linalg.norm((grid - place) * scan.spacing, axis=-1)


# A scan


def test_a_scan_keeps_what_it_is_given():
    scan = Scan(np.zeros((3, 4, 5), int), (1, 2, 3), [[0, 1, 4.4]], [2], unit="HU")
    assert scan.voxels.dtype == np.float32
    assert scan.shape == (3, 4, 5)
    assert scan.spacing == (1.0, 2.0, 3.0)
    assert scan.extent == (3.0, 8.0, 15.0)
    assert Scan(np.zeros((3, 4, 5)), 0.5).spacing == (0.5, 0.5, 0.5)
    assert Scan(np.zeros((3, 4, 5))).nodules.shape == (0, 3)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"voxels": np.zeros((4, 4))}, "voxels have shape (4, 4)"),
        ({"voxels": np.zeros((4, 0, 4))}, "voxels have shape (4, 0, 4)"),
        ({"voxels": np.full((2, 2, 2), np.nan)}, "hold NaN or infinity"),
        ({"voxels": np.ones((2, 2, 2)) * 1j}, "voxels are complex"),
        ({"spacing": (1, 2)}, "spacing is (1, 2)"),
        ({"spacing": 0}, "above 0 millimeters"),
        ({"nodules": [1, 2, 3], "radii": [1]}, "nodules have shape (3,)"),
        ({"nodules": [[1, 2, 3]]}, "1 nodules need (1,)"),
        ({"nodules": [[1, 2, 3.6]], "radii": [1]}, "nodule 0 at [1.0, 2.0, 3.6] lies outside"),
        ({"nodules": [[1, 2, 3]], "radii": [0]}, "a length above 0"),
        ({"unit": "mm"}, "unit is 'mm'"),
    ],
)
def test_what_is_no_scan_is_named(values, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        Scan(**{"voxels": np.zeros((4, 4, 4)), **values})


def test_hounsfield_units_become_gray():
    voxels = np.array([-3000, -1000, -300, 400, 2000], float).reshape(1, 1, 5)
    np.testing.assert_allclose(Scan(voxels, unit="HU").gray()[0, 0], [0, 0, 0.5, 1, 1])
    np.testing.assert_allclose(
        Scan(voxels, unit="HU").gray((-1000, 2000))[0, 0], [0, 0, 7 / 30, 14 / 30, 1], rtol=1e-6
    )
    np.testing.assert_array_equal(Scan(voxels).gray(), voxels)


def test_a_crop_has_its_place_in_the_middle_and_repeats_the_border():
    voxels = np.arange(4 * 5 * 6).reshape(4, 5, 6)
    scan = Scan(voxels)
    np.testing.assert_array_equal(scan.crop((1.2, 2.9, 3), 3), voxels[0:3, 2:5, 2:5])
    np.testing.assert_array_equal(scan.crop((1, 2, 3), (1, 3, 2)), voxels[1:2, 1:4, 2:4])
    at_corner = scan.crop((0, 0, 0), 5)
    np.testing.assert_array_equal(at_corner[2:, 2:, 2:], voxels[:3, :3, :3])
    assert np.all(at_corner[:3, :3, :3] == voxels[0, 0, 0])
    np.testing.assert_array_equal(scan.plane(3), voxels[:, :, 3])
    np.testing.assert_array_equal(scan.plane(1, axis=0), voxels[1])


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda scan: scan.crop((np.nan, 1, 1), 3), "center is (nan, 1, 1)"),
        (lambda scan: scan.crop((1, 1), 3), "a position has three numbers"),
        (lambda scan: scan.crop((1, 1, 1), 0), "size is 0"),
        (lambda scan: scan.crop((1, 1, 1), (3, -1, 3)), "size is (3, -1, 3)"),
        (lambda scan: scan.crop((1, 1, 1), 2.5), "size is 2.5"),
        (lambda scan: scan.crop((1, 1, 1), np.inf), "size is inf"),
        (lambda scan: scan.plane(6), "there is no slice 6 among 6 along axis 2"),
        (lambda scan: scan.plane(-5, axis=0), "there is no slice -5 among 4 along axis 0"),
        (lambda scan: scan.plane(1.5), "there is no slice 1.5"),
        (lambda scan: scan.plane(1, axis=3), "axis is 3"),
    ],
)
def test_what_a_scan_does_not_have_is_named(call, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        call(Scan(np.zeros((4, 5, 6))))


def test_resampling_moves_no_nodule():
    thick = draw_scan((72, 96, 22), spacing=(1, 1, 3), noise=0, vessels=1, seed=1)
    scan = thick.resampled(1)
    assert scan.shape == (72, 96, 66)
    assert scan.spacing == pytest.approx((1, 1, 1))
    assert len(scan.radii) >= 4
    for place, radius in zip(scan.nodules, scan.radii):
        near = distances(scan, place) < radius + 2
        weights = np.clip(scan.voxels[near] - 0.12, 0, None)
        middle = np.average(np.argwhere(near), axis=0, weights=weights)
        assert np.abs(middle - place).max() < 0.7
    assert scan.resampled(1) is scan


# A drawn chest


def test_a_chest_is_drawn_the_same_from_the_same_seed(chest):
    again = draw_scan((72, 96, 64), seed=1)
    np.testing.assert_array_equal(chest.voxels, again.voxels)
    np.testing.assert_array_equal(chest.nodules, again.nodules)
    other = draw_scan((72, 96, 64), seed=2)
    assert np.abs(chest.voxels - other.voxels).mean() > 0.02
    assert chest.voxels.dtype == np.float32
    assert chest.unit == "drawn"


def test_a_chest_has_air_lungs_and_bones_where_they_belong(chest):
    assert np.abs(chest.voxels[:, 0].mean()) < 0.02  # air around
    spine = chest.voxels[52:64, 48].max(0)  # bone behind, with disks between the vertebrae
    assert (spine > 0.8).mean() > 0.9
    assert (spine > 0.95).mean() > 0.2
    lungs = lung_mask(chest)
    assert 0.08 < lungs.mean() < 0.3
    right, left = lungs[:, :48].sum(), lungs[:, 48:].sum()
    assert right > left > 0.5 * right  # the heart takes room on the left
    assert np.median(chest.voxels[lungs]) == pytest.approx(0.1, abs=0.02)
    assert not lungs[:, 47:49].any()


def test_nodules_are_balls_in_the_lungs_as_bright_as_said():
    scan = draw_scan((72, 96, 64), noise=0, vessels=1, nodules=8, seed=1)
    assert len(scan.radii) >= 6
    assert np.all((scan.radii >= RADII[0]) & (scan.radii <= RADII[1]))
    apart = np.linalg.norm(scan.nodules[:, None] - scan.nodules, axis=-1)
    touching = scan.radii[:, None] + scan.radii
    assert np.all((apart > touching) | np.eye(len(apart), dtype=bool))
    volumes = []
    for place, radius in zip(scan.nodules, scan.radii):
        far = distances(scan, place)
        assert scan.voxels[far < radius - 1].min() > 0.7
        shell = (far > radius + 1) & (far < radius + 2)
        assert np.median(scan.voxels[shell]) < 0.15
        inside = np.clip((scan.voxels[far < radius + 2] - 0.1) / 0.64, 0, 1).sum()
        volumes.append(inside / (4 / 3 * np.pi * radius**3))
    # Voxels at the surface hold the share that the ball covers; the blur adds a little.
    assert 1.0 < np.median(volumes) < 1.15


def test_lungs_hold_all_nodules_and_most_vessels(chest):
    lungs = lung_mask(chest)
    for place in np.round(chest.nodules).astype(int):
        assert lungs[tuple(place)]
    bare = draw_scan((72, 96, 64), vessels=1, nodules=0, noise=0, seed=1)
    full = draw_scan((72, 96, 64), vessels=120, nodules=0, noise=0, seed=1)
    assert (full.voxels[lungs] > 0.4).mean() > 5 * (bare.voxels[lungs] > 0.4).mean()
    none = Scan(np.full((8, 8, 8), 0.7))
    assert not lung_mask(none).any()


def test_thick_slices_are_means_of_thin_ones():
    thin = draw_scan((48, 64, 48), noise=0, seed=5)
    thick = draw_scan((48, 64, 12), spacing=(1, 1, 4), noise=0, seed=5)
    np.testing.assert_allclose(
        thick.voxels, thin.voxels.reshape(48, 64, 12, 4).mean(-1), rtol=0, atol=1e-5
    )
    np.testing.assert_allclose(thick.radii, thin.radii)
    np.testing.assert_allclose(
        (thick.nodules + 0.5) * thick.spacing, (thin.nodules + 0.5) * thin.spacing
    )


def test_vessels_branch_and_get_thinner():
    rng = np.random.default_rng(0)
    body = scans._Body(np.array([72.0, 96.0, 64.0]), rng)
    rods = scans._tree(body, 1, 30, rng)
    ends = {tuple(end): thin for _, end, _, thin in rods}
    followed: dict[tuple, int] = {}
    for start, _, thick, thin in rods:
        assert thin <= thick
        if tuple(start) in ends:  # all but the first
            assert thick <= ends[tuple(start)] + 1e-9
            followed[tuple(start)] = followed.get(tuple(start), 0) + 1
    tips = [end for end in ends if end not in followed]
    assert len(tips) == 30
    assert sum(count == 2 for count in followed.values()) == 29
    assert max(followed.values()) == 2
    assert all(end[1] > 48 for end in tips)  # in the left lung
    directions = np.array([np.abs(end - start) for start, end, _, _ in rods])
    steepest = directions.argmax(1)
    assert set(steepest) == {0, 1, 2}


@pytest.mark.parametrize(
    ("shape", "options", "said"),
    [
        ((64, 64), {}, "shape is (64, 64)"),
        ((64, 64, 2), {}, "at least 4 voxels"),
        ((16, 16, 16), {"spacing": -1}, "spacing is -1"),
        ((16, 16, 16), {"nodules": -1}, "nodules=-1"),
        ((16, 16, 16), {"vessels": 0}, "vessels=0"),
        ((16, 16, 16), {"noise": -0.1}, "noise=-0.1"),
        ((16, 16, 16), {"noise": np.nan}, "noise=nan"),
        ((16, 16, 16), {"nodules": 2.5}, "nodules=2.5"),
        ((16, 16, 16), {"vessels": np.nan}, "vessels=nan"),
        ((16.5, 16, 16), {}, "three whole sizes"),
        (16, {}, "shape is 16"),
    ],
)
def test_a_chest_that_cannot_be_drawn_is_named(shape, options, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        draw_scan(shape, **options)


# Candidates


def test_candidates_are_half_nodules_and_drawn_the_same_again():
    cubes, labels = candidates(41, size=11, seed=4)
    assert cubes.shape == (41, 11, 11, 11)
    assert cubes.dtype == np.float32
    assert labels.sum() == 20
    again, same = candidates(41, size=11, seed=4)
    np.testing.assert_array_equal(cubes, again)
    np.testing.assert_array_equal(labels, same)
    other, _ = candidates(41, size=11, seed=5)
    assert np.abs(cubes - other).mean() > 0.02


def best_threshold(values: np.ndarray, labels: np.ndarray) -> float:
    """How often the best single threshold on a number is right."""
    order = labels[np.argsort(values)]
    right = np.concatenate([[0], np.cumsum(1 - order)]) + np.concatenate(
        [np.cumsum(order[::-1])[::-1], [0]]
    )
    return max(right.max(), (len(order) - right).max()) / len(order)


def test_middle_slices_look_alike_and_depth_tells(cubes):
    voxels, labels = cubes
    middle = voxels[:, :, :, 7]
    for number in (
        middle[:, 6:9, 6:9].mean((1, 2)),
        (middle > 0.4).sum((1, 2)),
        middle.std((1, 2)),
    ):
        assert best_threshold(number, labels) < 0.62
    # Straight down from the middle, a vessel goes on and a nodule ends.
    ends = np.minimum(
        voxels[:, 5:10, 5:10, :2].max((1, 2, 3)), voxels[:, 5:10, 5:10, -2:].max((1, 2, 3))
    )
    assert best_threshold(-ends, labels) > 0.9
    assert ends[labels == 0].mean() > ends[labels == 1].mean() + 0.3


def test_the_angle_lets_vessels_lean(cubes):
    def longest(voxels, labels):
        """Length over width of what is bright in the middle slices of vessels."""
        ratios = []
        for plane in voxels[labels == 0][:, 2:13, 2:13, 7]:
            places = np.argwhere(plane > 0.45)
            if len(places) > 5:
                spread = np.linalg.eigvalsh(np.cov(places.T))
                ratios.append(np.sqrt(spread[1] / max(spread[0], 0.1)))
        return np.median(ratios)

    assert longest(*candidates(600, angle=90, seed=3)) > longest(*cubes) + 0.3


def test_noise_is_as_strong_as_said():
    quiet, _ = candidates(20, noise=0, seed=6)
    loud, _ = candidates(20, noise=0.1, seed=6)
    # White noise and a texture, each as strong as said.
    assert (loud - quiet).std() == pytest.approx(0.1 * np.sqrt(2), rel=0.1)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"n": 0}, "n=0"),
        ({"n": 3, "size": 0}, "size=0"),
        ({"n": 3, "angle": 100}, "angle=100"),
        ({"n": 3, "noise": -1}, "noise=-1"),
        ({"n": 3, "noise": np.nan}, "noise=nan"),
        ({"n": 3, "angle": np.nan}, "angle=nan"),
        ({"n": 2.5}, "n=2.5 .* whole numbers"),
        ({"n": 3, "size": 2.5}, "size=2.5, but both are whole numbers"),
        ({"n": 3, "size": (5, 5, 5)}, "both are whole numbers"),
    ],
)
def test_candidates_that_cannot_be_drawn_are_named(options, said):
    with pytest.raises(ValueError, match=said):
        candidates(**options)


def test_a_chest_too_small_for_vessels_is_named():
    with pytest.raises(ValueError, match="a chest of 4 by 4 by 4 mm has no room for vessels"):
        draw_scan((4, 4, 4))


@pytest.mark.parametrize("window", [(3, 3), (400, -1000), (0, np.nan)])
def test_a_window_runs_upward(window):
    with pytest.raises(ValueError, match="its first number is the smaller one"):
        Scan(np.zeros((2, 2, 2)), unit="HU").gray(window)
