"""The measures of face recognition: cases done by hand, all galleries tried, other libraries."""

from __future__ import annotations

import itertools
import subprocess
import sys

import numpy as np
import pytest

from coursekit.faces import measures


def points(*values: float) -> np.ndarray:
    """Encodings of one number each, so that squared distances can be read off."""
    return np.array(values, float)[:, None]


def people(count: int, pictures: int, *, noise: float = 1.4, seed: int = 0, n: int = 16):
    """Unit vectors around a center for each person."""
    rng = np.random.default_rng(seed)
    centers = np.repeat(rng.normal(size=(count, n)), pictures, axis=0)
    encodings = centers + noise * rng.normal(size=centers.shape)
    encodings /= np.linalg.norm(encodings, axis=1, keepdims=True)
    return encodings.astype(np.float32), np.repeat(np.arange(count), pictures)


def overlapping(seed: int = 0, *, ties: bool = False) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    genuine, impostor = rng.gamma(4, 0.2, 300), rng.gamma(9, 0.2, 4000)
    return (genuine.round(1), impostor.round(1)) if ties else (genuine, impostor)


def test_importing_loads_numpy_only():
    code = (
        "import sys, coursekit.faces.measures\n"
        "sys.exit(any(m in sys.modules for m in ('tensorflow', 'sklearn', 'scipy', 'matplotlib')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# Pairs


def test_distances_are_those_of_a_loop(rng):
    a, b = rng.normal(size=(7, 5)), rng.normal(size=(4, 5))
    expected = [[sum((x - y) ** 2 for x, y in zip(row, other)) for other in b] for row in a]
    np.testing.assert_allclose(measures.distances(a, b), expected, rtol=1e-12)


def test_distances_to_oneself_are_zero_and_none_is_negative(rng):
    a = 1000 + 1e-4 * rng.normal(size=(50, 64))
    squared = measures.distances(a)
    assert (squared.diagonal() == 0).all()
    assert (squared >= 0).all()


def test_pairs_by_hand():
    genuine, impostor = measures.pairs(points(0, 1, 3, 7), ["ann", "bob", "ann", "bob"])
    assert sorted(genuine) == [9, 36]
    assert sorted(impostor) == [1, 4, 16, 49]


def test_pairs_come_out_the_same_in_blocks(rng, monkeypatch):
    encodings, labels = people(9, 4)
    order = rng.permutation(len(labels))
    whole = measures.pairs(encodings, labels)
    monkeypatch.setattr(measures, "_BLOCK", 100)
    for one, other in zip(whole, measures.pairs(encodings[order], labels[order])):
        np.testing.assert_allclose(np.sort(one), np.sort(other), atol=1e-12)
    assert len(whole[0]) == 9 * 6
    assert len(whole[0]) + len(whole[1]) == 36 * 35 // 2


# ROC


def test_roc_by_hand():
    curve = measures.roc([1, 3], [2, 4], corners=False)
    assert curve.thresholds.tolist() == [-np.inf, 1, 2, 3, 4]
    assert curve.false_accept_rates.tolist() == [0, 0, 0.5, 0.5, 1]
    assert curve.true_accept_rates.tolist() == [0, 0.5, 0.5, 1, 1]


def test_equal_distances_make_one_step():
    curve = measures.roc([1, 2, 2], [2, 2, 3, 3])
    assert curve.thresholds.tolist() == [-np.inf, 1, 2, 3]
    assert curve.false_accept_rates.tolist() == [0, 0, 0.5, 1]
    np.testing.assert_allclose(curve.true_accept_rates, [0, 1 / 3, 1, 1])


@pytest.mark.parametrize("ties", [False, True])
def test_roc_is_that_of_scikit_learn(ties):
    from sklearn.metrics import auc, roc_curve

    genuine, impostor = overlapping(ties=ties)
    truth = np.repeat([1, 0], [len(genuine), len(impostor)])
    false, true, scores = roc_curve(
        truth, -np.concatenate([genuine, impostor]), drop_intermediate=False
    )
    curve = measures.roc(genuine, impostor, corners=False)
    np.testing.assert_allclose(curve.false_accept_rates, false)
    np.testing.assert_allclose(curve.true_accept_rates, true)
    np.testing.assert_array_equal(curve.thresholds[1:], -scores[1:])
    # Corners alone are the same curve, of fewer points.
    short = measures.roc(genuine, impostor)
    assert len(short.thresholds) <= len(curve.thresholds)
    assert auc(short.false_accept_rates, short.true_accept_rates) == pytest.approx(auc(false, true))
    kept = np.isin(curve.thresholds, short.thresholds)
    np.testing.assert_array_equal(curve.true_accept_rates[kept], short.true_accept_rates)
    if not ties:
        assert len(short.thresholds) < len(curve.thresholds) / 3


@pytest.mark.parametrize("ties", [False, True])
def test_equal_error_rate_is_the_root_on_the_curve_of_scikit_learn(ties):
    from scipy.optimize import brentq
    from sklearn.metrics import roc_curve

    genuine, impostor = overlapping(3, ties=ties)
    truth = np.repeat([1, 0], [len(genuine), len(impostor)])
    false, true, _ = roc_curve(truth, -np.concatenate([genuine, impostor]), drop_intermediate=False)
    rate, threshold = measures.equal_error_rate(genuine, impostor)
    # Both axes by the place on the curve, since the false accept rate stands still on its steps.
    places = np.arange(len(false))
    place = brentq(
        lambda x: np.interp(x, places, false) - 1 + np.interp(x, places, true), 0, places[-1]
    )
    assert rate == pytest.approx(np.interp(place, places, false), abs=1e-9)
    assert np.mean(impostor < threshold) <= rate <= np.mean(impostor <= threshold + 0.1)


@pytest.mark.parametrize(
    ("genuine", "impostor", "rate", "threshold"),
    [
        ([1, 2], [4, 5], 0, 3),  # the middle of the gap
        ([4, 5], [1, 2], 1, 3),
        ([1, 3], [2, 4], 0.5, 2.5),
        ([1, 2, 3, 10], [2.5, 8, 9, 11], 0.25, 5.5),
        ([2, 2], [2, 2], 0.5, 2),  # all equal: on the diagonal
        ([1, 2, 2], [2, 3], 2 / 7, 11 / 7),  # on a slanted step, both kinds at 2
    ],
)
def test_equal_error_rate_by_hand(genuine, impostor, rate, threshold):
    assert measures.equal_error_rate(genuine, impostor) == pytest.approx((rate, threshold))


def test_true_accept_rate_by_hand():
    genuine = [0.5, 1.5, 2.5, 3.5]
    impostor = np.arange(1, 101) * 1.0
    assert measures.true_accept_rate(genuine, impostor, 0.01) == 0.5
    assert measures.true_accept_rate(genuine, impostor, [0.01, 0.02, 0.029, 1]).tolist() == [
        0.5,
        0.75,
        0.75,
        1,
    ]
    assert measures.threshold_at(impostor, 1) == np.inf


def test_a_threshold_lets_none_of_several_equal_impostors_in_if_that_is_one_too_many():
    impostor = np.array([1.0, 2, 2, 2, *range(3, 99)])
    genuine = [0.5, 1.9, 2.0, 3.0]
    threshold = measures.threshold_at(impostor, 0.02)
    assert 1.9 < threshold < 2
    assert np.mean(impostor <= threshold) == 0.01
    assert measures.true_accept_rate(genuine, impostor, 0.02) == 0.5
    assert measures.true_accept_rate(genuine, impostor, 0.04) == 0.75


@pytest.mark.parametrize("rate", [1e-3, 2e-3, 1e-2, 0.29, 0.7])
@pytest.mark.parametrize("ties", [False, True])
def test_true_accept_rate_is_the_best_that_the_curve_allows(rate, ties):
    genuine, impostor = overlapping(5, ties=ties)
    false, true, _ = measures.roc(genuine, impostor, corners=False)
    best = true[false <= rate * (1 + 1e-12)].max()
    assert measures.true_accept_rate(genuine, impostor, rate) == pytest.approx(best)


def test_too_few_impostors_are_no_measure():
    with pytest.raises(
        ValueError,
        match=r"0\.001 cannot be measured on 999 impostor pairs; it takes at least 1,000",
    ):
        measures.true_accept_rate([1], np.arange(999), 1e-3)
    assert measures.true_accept_rate([0.5], np.arange(1000) + 1, 1e-3) == 1


# Bands


def test_band_of_a_population_holds_the_rate_of_another():
    encodings, labels = people(60, 4)
    band = measures.roc_band(encodings, labels, false_accept_rates=[0.01, 0.1, 0.5], draws=150)
    assert (band.lower <= band.true_accept_rates).all()
    assert (band.true_accept_rates <= band.upper).all()
    genuine, impostor = measures.pairs(encodings, labels)
    low, high = band.equal_error_rate
    assert low < measures.equal_error_rate(genuine, impostor).rate < high
    # The truth, from many more people.
    genuine, impostor = measures.pairs(*people(1200, 4, seed=1))
    truth = measures.true_accept_rate(genuine, impostor, band.false_accept_rates)
    assert (band.lower - 0.02 < truth).all()
    assert (truth < band.upper + 0.02).all()
    assert 0.02 < band.upper[0] - band.lower[0] < 0.35


def test_each_draw_counts_the_pairs_of_the_people_drawn():
    encodings, labels = people(12, 3, seed=4)
    thresholds = np.array([0.2, 0.7, 1.1, 4.0])
    weights = np.random.default_rng(0).multinomial(12, np.full(12, 1 / 12), size=5)
    false, true = measures._accepted_by_draw(
        encodings.astype(float), labels, weights.astype(np.float32), thresholds
    )
    squared = measures.distances(encodings)
    for draw, weight in enumerate(weights):
        counts = np.zeros((2, 4))
        for a, b in itertools.combinations(range(36), 2):
            same = labels[a] == labels[b]
            times = weight[labels[a]] * (1 if same else weight[labels[b]])
            counts[int(same)] += times * (squared[a, b] <= thresholds)
        np.testing.assert_allclose(false[draw], counts[0] / counts[0, -1], rtol=1e-6)
        np.testing.assert_allclose(true[draw], counts[1] / counts[1, -1], rtol=1e-6)


def test_pairs_that_hang_together_widen_the_band():
    """The same people with every picture shown six times: more pairs, but no more people."""
    encodings, labels = people(40, 3, seed=2)
    once = measures.roc_band(encodings, labels, false_accept_rates=[0.1])
    often = measures.roc_band(np.repeat(encodings, 6, 0), np.repeat(labels, 6), draws=200)
    at = np.argmin(np.abs(often.false_accept_rates - 0.1))
    width = often.upper[at] - often.lower[at]
    assert width > 0.6 * (once.upper[0] - once.lower[0])


def test_band_is_the_same_from_the_same_seed():
    encodings, labels = people(15, 3)
    one, same, other = (
        measures.roc_band(encodings, labels, draws=20, seed=seed) for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(one.lower, same.lower)
    assert (one.lower != other.lower).any()
    assert len(one.false_accept_rates) == 61
    assert one.false_accept_rates[-1] == one.lower[-1] == one.upper[-1] == 1


def test_wilson_by_the_book():
    # Newcombe, Two-sided confidence intervals for the single proportion, 1998, table I, method 3.
    np.testing.assert_allclose(measures.wilson(81 / 263, 263), [0.2553, 0.3662], atol=5e-5)
    np.testing.assert_allclose(measures.wilson(0 / 20, 20), [0, 0.1611], atol=5e-5)
    np.testing.assert_allclose(measures.wilson(1 / 29, 29), [0.0061, 0.1718], atol=5e-5)


# Identification


def test_rank_1_by_hand():
    """Ann's pictures are next to each other; Bob's lie on both sides of Ann's."""
    found = measures.rank_1(points(10, 11, 0, 18), ["ann", "ann", "bob", "bob"], [1, 2])
    assert found.rates.tolist() == [1, 0.5]
    assert (found.lower[1], found.upper[1]) != (0.5, 0.5)
    assert (found.lower[0], found.upper[0]) == (1, 1)


def all_galleries(squared: np.ndarray, size: int, threshold: float) -> tuple[float, float, float]:
    """Rank-1, true identification and false alarm rate with every gallery tried."""
    n = len(squared)
    first, identified, alarms = [], [], []
    for person in range(n):
        rest = [j for j in range(n) if j != person]
        for others in itertools.combinations(rest, size - 1):
            own = squared[person, person]
            nearest = all(own < squared[person, j] for j in others)
            first.append(nearest)
            identified.append(nearest and own <= threshold)
        for gallery in itertools.combinations(rest, size) if size < n else ():
            alarms.append(min(squared[person, j] for j in gallery) <= threshold)
    return np.mean(first), np.mean(identified), np.mean(alarms) if alarms else np.nan


@pytest.fixture
def eight() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Eight people, two pictures each; enrolled is the first in the one draw of these tests."""
    encodings, labels = people(8, 2, noise=1.0, n=4, seed=11)
    (drawn,) = measures._presented(encodings.astype(float), labels, np.arange(8), 1, 0)
    return encodings, labels, drawn[3]


@pytest.mark.parametrize("size", [1, 2, 5, 7])
def test_rates_are_those_of_all_galleries(eight, size):
    encodings, labels, squared = eight
    threshold = 0.6
    first, identified, alarms = all_galleries(squared, size, threshold)
    if size > 1:
        assert 0 < identified < first < 1
    found = measures.rank_1(encodings, labels, [size, 8], draws=1)
    assert found.rates[0] == pytest.approx(first)
    assert found.rates[1] == pytest.approx(all_galleries(squared, 8, threshold)[0])
    both = measures.open_set(encodings, labels, [size], threshold=threshold, draws=1)
    assert both.rates[0] == pytest.approx(identified)
    assert both.false_alarm_rates[0] == pytest.approx(alarms)


@pytest.mark.parametrize("size", [1, 3, 7])
@pytest.mark.parametrize("rate", [0.05, 0.3, 0.9, 1.0])
def test_the_threshold_for_a_false_alarm_rate_is_the_largest(eight, size, rate):
    encodings, labels, squared = eight
    found = measures.open_set(encodings, labels, [size], false_alarm_rate=rate, draws=1)
    threshold = found.thresholds[0]
    _, identified, alarms = all_galleries(squared, size, threshold)
    assert found.false_alarm_rates[0] == pytest.approx(alarms)
    assert found.rates[0] == pytest.approx(identified)
    assert alarms <= rate + 1e-12
    if rate < 1:
        above = np.nextafter(np.nextafter(threshold, 9), 9)
        assert all_galleries(squared, size, above)[2] > rate


def test_leaving_one_person_out_is_what_the_jackknife_says(eight):
    _, _, squared = eight
    own = squared.diagonal()
    nearer = squared < own[:, None]
    sizes = np.array([1, 3, 7, 8])
    total = measures._Rates(8, sizes)
    within = np.ones((8, 4))
    total.add(nearer, np.ones(8, bool), within)
    for out in range(8):
        stay = np.delete(np.arange(8), out)
        rest = squared[np.ix_(stay, stay)]
        expected = [all_galleries(rest, min(size, 7), np.inf)[0] for size in sizes]
        np.testing.assert_allclose(total.left_out[out], expected)


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    truth = measures.rank_1(*people(1500, 3, seed=99, noise=1.1), [10], draws=5).rates[0]
    inside = 0
    for seed in range(60):
        found = measures.rank_1(*people(40, 3, seed=seed, noise=1.1), [10], draws=5)
        inside += found.lower[0] <= truth <= found.upper[0]
    assert 0.5 < truth < 0.98
    # 95 % of 60 is 57; a right interval falls below 51 about twice in a thousand times.
    assert inside >= 51


def test_one_encoding_for_all_finds_people_by_lot():
    """What a network that maps everything to one point is worth, and no more."""
    encodings = np.ones((400, 8))
    found = measures.rank_1(encodings, np.repeat(np.arange(200), 2), [1, 2, 10, 100], draws=50)
    np.testing.assert_allclose(found.rates, [1, 1 / 2, 1 / 10, 1 / 100], atol=0.005)


def test_errors_grow_with_the_gallery_up_to_a_thousand():
    encodings, labels = people(1001, 2, noise=0.6)
    sizes = (1, 10, 100, 1000)
    found = measures.rank_1(encodings, labels, sizes, draws=3)
    assert found.rates[0] == 1
    assert (np.diff(found.rates) < 0).all()
    assert (found.lower <= found.rates).all()
    assert (found.rates <= found.upper).all()
    strangers = measures.open_set(encodings, labels, sizes, false_alarm_rate=0.01, draws=3)
    assert (strangers.false_alarm_rates <= 0.01).all()
    assert (strangers.false_alarm_rates > 0.008).all()
    assert (np.diff(strangers.thresholds) < 0).all()
    assert (strangers.rates <= found.rates).all()


def test_who_has_one_picture_is_enrolled_and_never_presented():
    encodings = points(0, 0.1, 5, 5.1, 0.04)
    found = measures.rank_1(encodings, [1, 1, 2, 2, 3], [3], draws=40)
    # The third person is nearer to the first than the first's own picture; the second is safe.
    assert found.rates[0] == pytest.approx(0.5)


def test_drawing_is_the_same_from_the_same_seed():
    encodings, labels = people(30, 4)
    one, same, other = (
        measures.rank_1(encodings, labels, [20], draws=2, seed=seed).rates for seed in (5, 5, 6)
    )
    assert one == same != other


# What cannot be measured


E, L = people(4, 2)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: measures.pairs(E, np.zeros(8)), "all pictures are of 0.0: impostor pairs need"),
        (lambda: measures.pairs(E, np.arange(8)), "no person has two pictures"),
        (lambda: measures.pairs(E, L[:5]), r"labels has shape \(5,\), but 8 encodings"),
        (lambda: measures.pairs(np.zeros((0, 4)), []), r"encodings has shape \(0, 4\)"),
        (lambda: measures.pairs(np.zeros((2, 8, 8, 3)), [0, 1]), r"must be \(m, n\)"),
        (lambda: measures.distances([[0.0, 1], [np.nan, 2]]), "encoding 1 holds NaN"),
        (lambda: measures.distances([[1.0]], [[1.0, 2]]), "encodings of 1 and of 2 numbers"),
        (lambda: measures.roc([], [1]), r"the genuine distances have shape \(0,\)"),
        (lambda: measures.roc([1], [1, np.nan]), "the impostor distances hold NaN"),
        (lambda: measures.equal_error_rate([1], []), "the impostor distances have"),
        (lambda: measures.true_accept_rate([1], [1], 0), "must be above 0 and at most 1"),
        (lambda: measures.true_accept_rate([1], [1], np.nan), "must be above 0 and at most 1"),
        (lambda: measures.roc_band(E, L), "4 people are too few"),
        (lambda: measures.rank_1(E, L, [5]), "gallery of 5 cannot be drawn from 4 people; the l"),
        (lambda: measures.rank_1(E, L, [0]), "whole numbers of people"),
        (lambda: measures.rank_1(E, L, [1.5]), "whole numbers of people"),
        (lambda: measures.rank_1(E, np.zeros(8), [1]), "there is one person only"),
        (lambda: measures.rank_1(E, np.arange(8), [1]), "no person has two pictures"),
        (lambda: measures.rank_1(E, L, [2], draws=0), "at least once"),
        (lambda: measures.rank_1(E, L, [2], confidence=95), "confidence is 95"),
        (lambda: measures.open_set(E, L, [4], threshold=1), "a stranger among them; the largest"),
        (lambda: measures.open_set(E, L, [2]), "either threshold or false_alarm_rate"),
        (lambda: measures.open_set(E, L, [2], threshold=np.nan), "threshold is NaN"),
        (lambda: measures.open_set(E, L, [2], false_alarm_rate=0), "must lie between 0 and 1"),
        (
            lambda: measures.open_set(E, L, [2], false_alarm_rate=1e-4, draws=1),
            "on 12 comparisons of strangers; it takes at least 10,000",
        ),
    ],
)
def test_what_cannot_be_measured_is_said_in_one_sentence(call, sentence):
    with pytest.raises(ValueError, match=sentence) as error:
        call()
    assert "\n" not in str(error.value)
