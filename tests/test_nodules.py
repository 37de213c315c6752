"""Networks that tell nodules from vessels, in three dimensions and in two, and those for films."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

import coursekit
from coursekit.volumes import measures, network, training
from coursekit.volumes.films import moving_edge, shuffle_frames
from coursekit.volumes.network import Marks, build_network, mark_nodules, tell_nodules
from coursekit.volumes.scan import Scan
from coursekit.volumes.scans import candidates, draw_scan
from coursekit.weights import read_npz

CUBES, LABELS = candidates(400, seed=90_001)


@pytest.fixture(scope="module")
def shipped():
    return {dimensions: network.load_network(dimensions) for dimensions in (3, 2)}


@pytest.fixture(scope="module")
def chest():
    return draw_scan((96, 96, 64), seed=90_002)


def my_conv3d_forward(A_prev, W, b, hparameters):
    """A plain one: a sum over the voxels of the filter, one after another."""
    f, stride, pad = W.shape[0], hparameters["stride"], hparameters["pad"]
    X = np.pad(A_prev, ((0, 0), *[(pad, pad)] * 3, (0, 0)))
    sizes = [(n - f) // stride + 1 for n in X.shape[1:4]]
    Z = np.zeros((len(X), *sizes, W.shape[-1])) + b
    for place in np.ndindex(f, f, f):
        box = tuple(slice(p, p + stride * n, stride) for p, n in zip(place, sizes))
        Z += X[(slice(None), *box)] @ W[place]
    return Z, (A_prev, W, b, hparameters)


# The networks


def test_importing_loads_nothing_heavy():
    code = (
        "import sys, coursekit.volumes.network, coursekit.volumes.training\n"
        "heavy = ('tensorflow', 'keras', 'sklearn', 'skimage', 'scipy')\n"
        "sys.exit(any(name in sys.modules for name in heavy))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("slices", [1, 3, 5])
@pytest.mark.parametrize("widths", [network.WIDTHS, (6, 12, 24, 24)])
def test_fellows_have_equally_many_weights(slices, widths):
    deep = build_network(3, widths=widths)
    flat = build_network(2, widths=widths, slices=slices)
    assert flat.count_params() == pytest.approx(deep.count_params(), rel=0.02)
    kinds = [[type(layer).__name__.rstrip("32D") for layer in m.layers] for m in (deep, flat)]
    assert kinds[0] == kinds[1]
    assert flat.compute_output_shape((5, 15, 15, slices)) == (5, 1, 1, 1)
    assert flat.compute_output_shape((5, 31, 20, slices)) == (5, 9, 3, 1)
    assert deep.compute_output_shape((5, 15, 15, 15, 1)) == (5, 1, 1, 1, 1)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"dimensions": 1}, "dimensions is 1"),
        ({"dimensions": 2, "slices": 2}, "slices is 2"),
        ({"dimensions": 2, "slices": 17}, "slices is 17"),
        ({"dimensions": 3, "slices": 3}, "always sees all"),
        ({"widths": (8, 8)}, "4 convolutions"),
    ],
)
def test_no_such_network(wrong, said):
    with pytest.raises(ValueError, match=said):
        build_network(**wrong)


@pytest.mark.parametrize(("dimensions", "slices"), [(3, 1), (2, 1), (2, 5)])
def test_over_a_scan_it_says_what_it_says_of_each_candidate(dimensions, slices, monkeypatch):
    model = build_network(dimensions, slices=slices, widths=(2, 3, 4, 5), seed=2)
    voxels = np.random.default_rng(3).normal(size=(21, 26, 33)).astype(np.float32)
    logits = network.map_of_logits(voxels, model)
    assert logits.shape == (11, 13, 17)
    scan, places = Scan(voxels), [(0, 0, 0), (4, 5, 6), (10, 12, 16), (5, 0, 9)]
    cubes = np.stack([scan.crop([2 * i for i in place], 15) for place in places])
    alone = tell_nodules(cubes, model=model)
    np.testing.assert_allclose(
        1 / (1 + np.exp(-np.array([logits[place] for place in places]))), alone, atol=1e-5
    )
    monkeypatch.setattr(network, "_SLAB", 11 * 13 * 3)  # in slabs of three
    np.testing.assert_allclose(network.map_of_logits(voxels, model), logits, atol=1e-5)


def test_the_flat_one_sees_the_middle_slices():
    seen = network.what_is_seen(CUBES[:3], build_network(2))
    np.testing.assert_array_equal(seen, CUBES[:3, :, :, 7:8])
    seen = network.what_is_seen(CUBES[:3], build_network(2, slices=3))
    np.testing.assert_array_equal(seen, CUBES[:3, :, :, 6:9])


def test_shipped_weights_are_small(shipped):
    for dimensions in shipped:
        path = network.shipped(dimensions)
        assert path.stat().st_size < 300_000
        assert sum(array.size for array in read_npz(path).values()) < 50_000


def test_depth_tells_what_a_slice_does_not(shipped):
    right, area = {}, {}
    for dimensions, model in shipped.items():
        probabilities = tell_nodules(CUBES, model=model)
        np.testing.assert_array_equal(probabilities, tell_nodules(CUBES, dimensions))
        assert probabilities.shape == (400,)
        assert 0 <= probabilities.min() < probabilities.max() <= 1
        right[dimensions] = measures.accuracy(LABELS, probabilities)
        area[dimensions] = measures.auc(LABELS, probabilities)
    assert right[3] > 0.97
    assert right[2] > 0.6  # a slice says something: ovals, how the edge looks
    assert right[3] > right[2] + 0.1
    assert area[3] > area[2] + 0.1


@pytest.mark.parametrize("shape", [(15, 15, 15), (2, 15, 15), (2, 15, 15, 9), (2, 15, 15, 15, 1)])
def test_no_candidates(shape):
    with pytest.raises(ValueError, match=r"\(m, 15, 15, 15\)"):
        tell_nodules(np.zeros(shape))


def test_no_cubes_at_all(shipped):
    assert tell_nodules(CUBES[:0]).shape == (0,)


# Whole scans


def test_nodules_of_a_scan_are_found(shipped, chest):
    marks = {d: mark_nodules(chest, d, threshold=0.05) for d in shipped}
    assert np.all(np.diff(marks[3].confidences) <= 0)
    assert marks[3].confidences.min() >= 0.05
    found = {d: measures.sensitivity_at(measures.froc(chest, marks[d]), 2) for d in marks}
    assert found[3] >= 0.8
    assert found[3] > found[2]
    apart = np.linalg.norm(chest.nodules[:, None] - marks[3].positions, axis=-1).min(axis=1)
    assert np.median(apart) < 1


def test_a_higher_threshold_leaves_fewer_marks(shipped, chest):
    few, many = (mark_nodules(chest, model=shipped[3], threshold=t) for t in (0.9, 0.1))
    assert len(few.positions) < len(many.positions)
    np.testing.assert_array_equal(few.positions, many.positions[: len(few.positions)])
    with pytest.raises(ValueError, match="threshold is 1"):
        mark_nodules(chest, threshold=1)


def test_marks_are_counted_in_voxels_of_the_scan(shipped):
    # One ball in a lung, on voxels of 0.8 by 1 by 2 mm.
    spacing, middle = np.array([0.8, 1.0, 2.0]), np.array([31.0, 20.0, 12.0])
    apart = np.moveaxis(np.indices((60, 48, 24)), 0, -1) - middle
    apart = np.linalg.norm(apart * spacing, axis=-1)
    voxels = 0.1 + 0.6 * np.clip(3.5 - apart, 0, 1)
    marks = mark_nodules(Scan(voxels, spacing))
    assert len(marks.positions) == 1
    assert np.linalg.norm((marks.positions[0] - middle) * spacing) < 1.5


def test_hounsfield_units_are_understood(shipped, chest):
    # Noise below air is cut off there, and only there.
    scan = Scan(chest.voxels * 1400 - 1000, unit="HU")
    marks, others = mark_nodules(chest), mark_nodules(scan)
    assert len(marks.positions) == len(others.positions)
    np.testing.assert_allclose(marks.positions[:6], others.positions[:6], atol=0.1)


def test_an_empty_scan_has_no_mark(shipped):
    marks = mark_nodules(Scan(np.full((20, 20, 20), 0.1)))
    assert marks.positions.shape == (0, 3)
    assert marks.confidences.shape == (0,)


# On a student's own convolution


def test_it_runs_on_the_students_own(shipped):
    calls = []

    def spied(A_prev, W, b, hparameters):
        calls.append((A_prev.shape, W.shape, b.shape, hparameters))
        return my_conv3d_forward(A_prev, W, b, hparameters)

    # Random weights: the answers of trained ones are so near 0 and 1 that much would go unseen.
    random = build_network(3, seed=1)
    expected = tell_nodules(CUBES[:10], model=random), tell_nodules(CUBES[:10])
    assert np.ptp(expected[0]) > 0.01
    flat = tell_nodules(CUBES[:10], 2)
    with coursekit.use(spied, "conv3d_forward"):
        np.testing.assert_allclose(tell_nodules(CUBES[:10], model=random), expected[0], atol=1e-5)
        assert len(calls) == 10  # two batches through five layers
        np.testing.assert_allclose(tell_nodules(CUBES[:10]), expected[1], atol=1e-5)
        assert len(calls) == 20
        np.testing.assert_array_equal(tell_nodules(CUBES[:10], 2), flat)
    tell_nodules(CUBES[:10])
    assert len(calls) == 20  # neither the flat one nor what comes after `use` calls it
    assert calls[0] == (
        (8, 15, 15, 15, 1),
        (3, 3, 3, 1, 8),
        (1, 1, 1, 1, 8),
        {"stride": 2, "pad": 0},
    )


def fails(A_prev, W, b, hparameters):
    raise NotImplementedError("conv3d_forward is still to be written\nmore")


def without_stride(A_prev, W, b, hparameters):
    return my_conv3d_forward(A_prev, W, b, hparameters | {"stride": 1})


def without_cache(A_prev, W, b, hparameters):
    return my_conv3d_forward(A_prev, W, b, hparameters)[0]


def nothing(A_prev, W, b, hparameters):
    return None


def words(A_prev, W, b, hparameters):
    return "Z", "cache"


def divides_by_zero(A_prev, W, b, hparameters):
    return my_conv3d_forward(A_prev, W, b, hparameters)[0] * np.nan, None


GIVEN = (
    r"given A_prev of shape \(1, 15, 15, 15, 1\) and W of shape \(3, 3, 3, 1, 8\) in layer 'conv1'"
)


@pytest.mark.parametrize(
    ("theirs", "said"),
    [
        (fails, f"your conv3d_forward failed, {GIVEN}: NotImplementedError: conv3d.* written"),
        (
            without_stride,
            f"Z of your conv3d_forward, {GIVEN}, has shape "
            r"\(1, 13, 13, 13, 8\), but it must have shape \(1, 7, 7, 7, 8\)",
        ),
        (without_cache, f"your conv3d_forward, {GIVEN}, returned ndarray, but .* pair.*"),
        (nothing, f"your conv3d_forward, {GIVEN}, returned NoneType, but .* pair.*"),
        (words, f"Z of your conv3d_forward, {GIVEN}, is no array of numbers"),
        (divides_by_zero, f"Z of your conv3d_forward, {GIVEN}, holds numbers that are NaN.*"),
    ],
)
def test_a_students_error_gets_one_sentence(theirs, said):
    with (
        coursekit.use(theirs, "conv3d_forward"),
        pytest.raises(ValueError, match=f"^{said}$"),
    ):
        tell_nodules(CUBES[:1])


# Measures, by hand


def test_roc_and_auc():
    labels, scores = [1, 1, 0, 1, 0], [0.9, 0.8, 0.7, 0.6, 0.1]
    # Of six pairs of a nodule and a vessel five are in order.
    assert measures.auc(labels, scores) == pytest.approx(5 / 6)
    assert measures.auc([0, 1], [3, 3]) == 0.5
    curve = measures.roc(labels, scores)
    assert curve.thresholds[0] == np.inf
    assert (curve.false_positive_rates[0], curve.sensitivities[0]) == (0, 0)
    assert (curve.false_positive_rates[-1], curve.sensitivities[-1]) == (1, 1)
    assert curve.sensitivities[curve.false_positive_rates == 0].max() == pytest.approx(2 / 3)
    assert measures.accuracy(labels, scores) == 0.8
    assert measures.accuracy([0, 1], [0.4, 0.5]) == 1


@pytest.mark.parametrize(
    ("labels", "scores", "said"),
    [
        ([1, 1], [0.2, 0.3], "both occur"),
        ([0, 2], [0.2, 0.3], "both occur"),
        ([0, 1], [0.2, 0.3, 0.4], "one of each"),
        ([0, 1], [0.2, np.nan], "NaN"),
    ],
)
def test_no_scores(labels, scores, said):
    for measure in (measures.auc, measures.roc, measures.accuracy):
        with pytest.raises(ValueError, match=said):
            measure(labels, scores)


def two_scans():
    """Two scans of voxels of 1 by 1 by 2 mm with two nodules of 3 mm and one of 2 mm."""
    empty = np.zeros((40, 40, 20))
    one = Scan(empty, (1, 1, 2), [[10, 10, 10], [30, 30, 10]], [3, 3])
    two = Scan(empty, (1, 1, 2), [[20, 20, 5]], [2])
    return [one, two]


def test_froc():
    marks = [
        # Found, found again, 4 mm above (no mark at all in voxels of 1 mm), far away.
        Marks(
            np.array([[10, 10, 11], [11, 10, 10], [30, 30, 12], [1, 1, 1]]),
            np.array([0.9, 0.8, 0.7, 0.3]),
        ),
        Marks(np.array([[20, 21, 5], [35, 5, 5]]), np.array([0.4, 0.9])),
    ]
    curve = measures.froc(two_scans(), marks)
    # Down through 0.9, 0.7, 0.4, 0.3: the second mark on a nodule adds no point.
    np.testing.assert_array_equal(curve.thresholds, [np.inf, 0.9, 0.7, 0.4, 0.3])
    np.testing.assert_allclose(curve.sensitivities, [0, 1 / 3, 1 / 3, 2 / 3, 2 / 3])
    np.testing.assert_allclose(curve.false_marks, [0, 0.5, 1, 1, 1.5])
    assert measures.sensitivity_at(curve, 0.4) == 0
    np.testing.assert_allclose(measures.sensitivity_at(curve, [0.5, 1, 8]), [1 / 3, 2 / 3, 2 / 3])
    within = measures.froc(two_scans(), marks, within_mm=4)
    np.testing.assert_allclose(within.sensitivities, [0, 1 / 3, 2 / 3, 1, 1])
    np.testing.assert_allclose(within.false_marks, [0, 0.5, 0.5, 0.5, 1])


def test_froc_without_marks():
    none = Marks(np.zeros((0, 3)), np.zeros(0))
    curve = measures.froc(two_scans(), [none, none])
    assert (curve.false_marks.tolist(), curve.sensitivities.tolist()) == ([0], [0])
    assert measures.sensitivity_at(curve, 4) == 0
    with pytest.raises(ValueError, match="2 scans, but marks of 1"):
        measures.froc(two_scans(), [none])
    with pytest.raises(ValueError, match="no scan holds a nodule"):
        measures.froc(Scan(np.zeros((4, 4, 4))), none)
    with pytest.raises(ValueError, match="within_mm is 0"):
        measures.froc(two_scans(), [none, none], within_mm=0)
    with pytest.raises(ValueError, match="at least 0"):
        measures.sensitivity_at(curve, -1)


# Training


def test_a_little_training_helps():
    cubes, labels = candidates(600, seed=5)
    model = build_network(3, widths=(4, 8, 8, 16))
    before = measures.auc(LABELS, tell_nodules(CUBES, model=model))
    model, history = training.train_network(
        cubes, labels, steps=40, batch=32, progress=False, model=model
    )
    assert len(history["loss"]) == len(history["accuracy"]) == 40
    assert np.mean(history["loss"][-10:]) < 0.8 * np.mean(history["loss"][:10])
    assert measures.auc(LABELS, tell_nodules(CUBES, model=model)) > max(0.85, before + 0.05)


def test_fellows_learn_from_the_same_cubes(monkeypatch):
    drawn = {}
    see = training.what_is_seen

    def spy(cubes, model):
        drawn.setdefault(len(model.input_shape), []).append(cubes.copy())
        return see(cubes, model)

    monkeypatch.setattr(training, "what_is_seen", spy)
    for dimensions in (3, 2):
        training.train_network(
            CUBES,
            LABELS,
            steps=2,
            batch=4,
            progress=False,
            model=build_network(dimensions, widths=(2, 2, 2, 2)),
        )
    assert np.shape(drawn[5]) == (2, 4, 15, 15, 15)
    np.testing.assert_array_equal(drawn[5], drawn[4])


def test_turns_leave_slices_slices():
    cube = np.random.default_rng(1).random((4, 4, 4))
    turned = training.turned(np.stack([cube] * 300), np.random.default_rng(0))
    ways = [
        np.rot90(cube[::front, :, ::up], quarters)
        for front in (1, -1)
        for up in (1, -1)
        for quarters in range(4)
    ]
    assert {way.tobytes() for way in ways} == {one.tobytes() for one in turned}


def test_cubes_of_a_scan(chest):
    cubes, labels = training.gather(10, [chest], seed=3)
    assert cubes.shape[1:] == (15, 15, 15)
    assert cubes.dtype == np.float32
    assert labels.shape == (len(cubes),)
    assert labels[10:].sum() == 6 * len(chest.nodules)
    rest = training.cut_cubes(chest, chest.nodules + np.array([0, 3, 0]), np.random.default_rng(0))[
        1
    ]
    assert rest.all()  # too close to a nodule to be called none
    # A nodule is bright in the middle of its cubes.
    middle = cubes[10:, 6:9, 6:9, 6:9].mean(axis=(1, 2, 3))
    assert middle[labels[10:] == 1].min() > 0.3


def test_cubes_where_networks_err(chest):
    model = build_network(3, widths=(2, 2, 2, 2), seed=1)
    _, labels = training.gather(0, [chest], [model, model])
    assert set(labels) <= {0, 1}
    others = mark_nodules(chest, model=model, threshold=0.2).positions[:60]
    assert (labels == 0).sum() <= 2 * len(others)
    assert (labels == 1).sum() == 6 * len(chest.nodules)


def test_nothing_to_learn_from():
    with pytest.raises(ValueError, match="nothing to gather"):
        training.gather(0)
    with pytest.raises(ValueError, match="labels"):
        training.train_network(CUBES, LABELS[:-1])
    with pytest.raises(ValueError, match="labels"):
        training.train_film_network(CUBES, LABELS[:-1])


# Films


def test_direction_takes_frames_in_order():
    films, labels = moving_edge(600, directions=2, seed=1)
    new, truth = moving_edge(400, directions=2, seed=2)
    mixed, new_mixed = shuffle_frames(films, seed=3), shuffle_frames(new, seed=4)
    right = {}
    for case, dimensions, learn, ask in [
        ("in order", 3, films, new),
        ("frame by frame", 2, films, new),
        ("shuffled", 3, mixed, new_mixed),
    ]:
        model, history = training.train_film_network(
            learn, labels, dimensions=dimensions, steps=40, batch=32
        )
        assert len(history["accuracy"]) == 40
        right[case] = np.mean(training.tell_directions(ask, model) == truth)
    assert right["in order"] > 0.9
    assert right["frame by frame"] < 0.6  # chance is 0.5, give or take 0.025
    assert right["shuffled"] < 0.6


def test_fellows_for_films_have_equally_many_weights():
    for directions in (2, 8):
        deep, flat = (training.build_film_network(d, directions=directions) for d in (3, 2))
        assert flat.count_params() == pytest.approx(deep.count_params(), rel=0.02)
        assert deep.compute_output_shape((7, 16, 16, 8, 1)) == (7, directions)
    with pytest.raises(ValueError, match="dimensions is 1"):
        training.build_film_network(1)


def test_the_flat_one_is_the_mean_over_frames():
    film = moving_edge(1, seed=3)[0][..., np.newaxis]
    flat = training.build_film_network(2)
    frames = np.moveaxis(film, 3, 0)[:, 0, :, :, np.newaxis]  # each a film of one frame
    np.testing.assert_allclose(
        np.asarray(flat(film))[0], np.asarray(flat(frames)).mean(axis=0), atol=1e-5
    )
