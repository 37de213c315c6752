"""The beat network and its measures: cases done by hand, streams, students' functions."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

import coursekit
from coursekit.signals import Recording, measures, network, patients, training
from coursekit.signals.measures import match, score
from coursekit.signals.network import DELAY, RATE, Marks, Stream, build_network, mark_beats
from coursekit.weights import load_weights, save_weights

NAN = pytest.approx(float("nan"), nan_ok=True)


@pytest.fixture(scope="module")
def shipped():
    return network.load_network()


@pytest.fixture(scope="module")
def people():
    return patients(12, 20, seed=77)


def small_network(seed=1):
    return build_network((1, 2, 4), f=3, channels=4, seed=seed)


def test_importing_loads_numpy_only():
    code = (
        "import sys, coursekit.signals.network, coursekit.signals.measures\n"
        "import coursekit.signals.training\n"
        "sys.exit(any(m in sys.modules for m in ('tensorflow', 'keras', 'scipy', 'wfdb')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# Measures, by hand


def recording(beats, kinds=None, *, rate=100, seconds=10):
    return Recording(np.zeros(round(seconds * rate)), rate, np.array(beats, int), kinds)


def pairs(true, found, **options):
    return [tuple(pair) for pair in match(true, found, **{"rate": 100} | options).tolist()]


def test_pairs_by_hand():
    assert pairs([100, 200, 300], [98, 203, 400]) == [(0, 0), (1, 1)]
    assert pairs([], [10]) == pairs([10], []) == pairs([], []) == []


def test_the_edge_of_the_tolerance_counts():
    assert pairs([100], [105]) == pairs([105], [100]) == [(0, 0)]
    assert pairs([100], [106]) == []
    assert pairs([100], [106], within=0.06) == [(0, 0)]
    # 0.15 * 360 is a hair less than 54 as a float.
    assert pairs([1000], [1054], rate=360, within=0.15) == [(0, 0)]


def test_a_beat_takes_one_mark_and_the_nearest():
    assert pairs([100], [97, 101, 104]) == [(0, 1)]
    assert pairs([98, 101], [100]) == [(1, 0)]


def test_more_pairs_go_before_nearer_ones():
    # The mark at 104 is nearest to the beat at 105; then the beat at 100 would go without.
    assert pairs([100, 105], [104, 109]) == [(0, 0), (1, 1)]


@pytest.mark.parametrize("seed", range(5))
def test_pairs_are_the_best_of_all(seed):
    from itertools import combinations

    rng = np.random.default_rng(seed)
    true, found = (np.sort(rng.choice(40, 5, replace=False)) for _ in range(2))
    near = [(i, j) for i in range(5) for j in range(5) if abs(true[i] - found[j]) <= 5]

    def worth(chosen):
        return len(chosen), -sum(abs(true[i] - found[j]) for i, j in chosen)

    best = max(
        worth(chosen)
        for count in range(6)
        for chosen in combinations(near, count)
        if len({i for i, _ in chosen}) == len({j for _, j in chosen}) == count
    )
    assert worth(pairs(true, found)) == best


def test_scores_by_hand():
    true = recording([100, 200, 300, 400], ["normal", "premature", "normal", "premature"])
    found = np.array([102, 199, 303, 600])
    kinds = np.array(["normal", "normal", "premature", "premature"])
    scores = score(true, (found, kinds))
    assert scores.counts.tolist() == [[1, 1, 0], [1, 0, 1], [0, 1, 0]]
    assert (scores.found, scores.missed, scores.extra) == (3, 1, 1)
    assert scores.sensitivity == scores.ppv == scores.f1 == 0.75
    assert scores.premature_sensitivity == scores.premature_ppv == 0
    assert sorted(scores.errors) == [-10, 20, 30]
    assert scores.timing == 20
    assert scores.timing_median == 20
    assert "sensitivity 75.00%, PPV 75.00%" in str(scores)
    assert scores.table().splitlines()[2].split() == ["premature", "1", "0", "1"]


def test_double_marks_are_extra_ones():
    scores = score(recording([100, 200]), np.array([99, 101, 101, 200]))
    assert (scores.found, scores.missed, scores.extra) == (2, 0, 2)
    assert scores.ppv == 0.5
    assert scores.f1 == pytest.approx(2 / 3)


def test_nothing_marked_and_nothing_to_mark():
    missed = score(recording([100, 200]), np.array([], int))
    assert missed.sensitivity == 0
    assert missed.ppv == NAN
    assert missed.f1 == 0
    assert missed.timing == NAN
    assert missed.timing_median == NAN
    extra = score(recording([]), np.array([5]))
    assert extra.sensitivity == NAN
    assert extra.ppv == 0
    assert extra.premature_sensitivity == NAN
    assert extra.premature_ppv == NAN


def test_recordings_are_pooled_by_their_beats():
    one, other = recording([100]), recording([100, 200, 300])
    together = score([one, other], [np.array([100]), np.array([100])])
    assert together.sensitivity == 0.5  # not the mean of 1 and 1/3
    apart = score(one, np.array([100])) + score(other, np.array([100]))
    assert (apart.counts == together.counts).all()


def test_two_lists_of_beats_are_no_beats_and_kinds():
    one, other = recording([100]), recording([200])
    assert score([one, other], (np.array([100]), np.array([200]))).found == 2
    assert score([one, other], (np.array([100]), np.array([], int))).found == 1
    # One recording in a list has its pair as it is alone.
    assert score([one], (np.array([100]), np.array(["premature"]))).counts[0, 1] == 1
    assert score(recording([100, 200]), (100, 200)).found == 2
    assert score(one, ([], [])).missed == 1


def test_what_comes_before_the_start_does_not_count():
    true = recording([98, 150, 300])
    # The first mark is before the start, the second belongs to a beat that is.
    scores = score(true, np.array([20, 101, 300, 400]), start=1)
    assert (scores.found, scores.missed, scores.extra) == (1, 1, 1)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: match([3, 2], [1], rate=100), "true must be a list"),
        (lambda: match([1], [1], rate=0), "a rate is above 0"),
        (lambda: score([recording([1])], []), "marks of 0 recordings"),
        (lambda: score(recording([1]), (np.array([1]), np.array([]))), "0 kinds for 1 marks"),
        (lambda: score(recording([1]), (np.array([1]), np.array(["odd"]))), 'not "odd"'),
        (lambda: score(recording([1]), recording([1], rate=200)), "samples of 200 Hz"),
        (lambda: match([1], [float("nan")], rate=100), "found must be a list"),
        (lambda: score(recording([1]), np.array([1.5])), "those are whole numbers"),
        (lambda: score(recording([1]), ([1.0], ["normal"])), "those are whole numbers"),
        (lambda: score(recording([1]), ([1], [2])), "kinds, which are strings"),
        (lambda: score(recording([1]), ([1], [2], [3])), "kinds, which are strings"),
        (lambda: score(recording([1]), [1], start=float("nan")), "start is nan"),
        (
            lambda: score([recording([1]), recording([2])], ([1, 2], ["normal", "normal"])),
            "marks of 1 recordings, but 2 recordings",
        ),
    ],
)
def test_wrong_measures_say_what_is_wrong(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()


# The network


def test_the_shipped_network_marks_beats(shipped, people):
    scores = score(people, [mark_beats(one, model=shipped) for one in people])
    assert scores.sensitivity > 0.985
    assert scores.ppv > 0.985
    assert scores.timing < 8
    assert scores.premature_sensitivity > 0.8
    assert scores.premature_ppv > 0.8


def test_the_shipped_network_is_small_and_sees_seconds(shipped):
    assert 5_000 < shipped.count_params() < 20_000
    assert 2 <= network.field_of(shipped) / RATE < 5
    assert network.SHIPPED.stat().st_size < 100_000


def test_no_output_looks_ahead_or_beyond_its_field(shipped, rng):
    x = rng.normal(size=(1, 900, 1)).astype(np.float32)
    field, at = network.field_of(shipped), 700
    before = network.run_network(shipped, x)[0, at]
    others = x.copy()
    others[0, at + 1 :] = 9
    others[0, : at - field + 1] = 9
    np.testing.assert_allclose(network.run_network(shipped, others)[0, at], before, atol=1e-4)
    others[0, at - field + 1] += 9
    assert np.abs(network.run_network(shipped, others)[0, at] - before).max() > 1e-4


def test_marks_come_in_the_samples_of_the_recording(shipped, people):
    one = people[0]
    marks = mark_beats(one, model=shipped)
    same = mark_beats(one.signal, one.rate, model=shipped)
    assert marks.rate == one.rate == 250
    assert marks.probabilities.shape == (20 * RATE, 3)
    np.testing.assert_allclose(marks.probabilities.sum(axis=1), 1, rtol=1e-5)
    np.testing.assert_array_equal(marks.beats, same.beats)
    assert (marks.confidence >= 0.5).all()
    coarse = mark_beats(one.resampled(RATE), model=shipped)
    assert np.abs(marks.beats - 2 * coarse.beats).max() == 0
    # Where the marks are, the probabilities are: they are shifted back by the delay.
    assert marks.probabilities[coarse.beats, 1:].sum(axis=1).min() > 0.3


def test_an_offset_changes_nothing(shipped, people):
    one = people[1]
    shifted = mark_beats(one.signal + np.float32(2), one.rate, model=shipped)
    np.testing.assert_array_equal(shifted.beats, mark_beats(one, model=shipped).beats)


def test_a_higher_threshold_marks_no_more(shipped, people):
    few, many = (mark_beats(people[2], model=shipped, threshold=t).beats for t in (0.99, 0.1))
    assert len(few) <= len(many)
    assert set(few) <= set(many)


@pytest.mark.parametrize("size", [250, 40, 3])
def test_a_stream_marks_what_the_whole_marks(shipped, people, size):
    one = people[3].resampled(RATE)
    trace, whole = one.signal[:, 0], mark_beats(one, model=shipped)
    cuts = np.sort(np.random.default_rng(size).choice(len(trace), len(trace) // 250))
    if size < 250:  # small chunks for a while, which crosses beats and the field's end
        cuts = np.union1d(cuts, np.arange(500, 500 + 10 * size, size))
    assert len(whole.beats) > 10
    stream = Stream(shipped)
    parts = [stream.feed(chunk) for chunk in np.split(trace, cuts)]
    together = sum([*parts[1:], stream.finish()], start=parts[0])
    np.testing.assert_array_equal(together.beats, whole.beats)
    np.testing.assert_array_equal(together.kinds, whole.kinds)
    np.testing.assert_allclose(together.confidence, whole.confidence, atol=1e-4)
    np.testing.assert_allclose(together.probabilities, whole.probabilities, atol=1e-4)


def test_a_stream_marks_a_beat_half_a_second_after_it(shipped, people):
    trace = people[3].resampled(RATE).signal[:, 0]
    beat = mark_beats(trace, RATE, model=shipped).beats[4]
    stream = Stream(shipped)
    wait = DELAY + network.APART + network._NEAR + 1
    assert beat in stream.feed(trace[: beat + wait]).beats


def test_a_network_of_single_taps_streams_too(rng):
    trace, model = rng.normal(size=400), build_network((1,), f=1, channels=4)
    whole, stream = mark_beats(trace, RATE, model=model), Stream(model)
    together = stream.feed(trace[:200]) + stream.feed(trace[200:]) + stream.finish()
    assert len(whole.beats) > 0
    assert together.beats.tolist() == whole.beats.tolist()
    assert together.probabilities.shape == (400, 3)


def test_a_long_recording_goes_in_block_by_block(shipped, people, monkeypatch):
    whole = mark_beats(people[4], model=shipped)
    monkeypatch.setattr(network, "_BLOCK", 700)
    np.testing.assert_array_equal(mark_beats(people[4], model=shipped).beats, whole.beats)


def test_short_and_empty_traces(shipped):
    for n in (0, 1, 10):
        marks = mark_beats(np.zeros(n), RATE, model=shipped)
        assert marks.probabilities.shape == (n, 3)
    assert len(mark_beats(np.zeros(2000), RATE, model=shipped).beats) == 0


def test_beats_of_equal_odds_are_marked_once():
    logits = np.zeros((60, 3), np.float32)
    logits[:, 1] = 5
    tops, kinds, _ = network._peaks(logits, 0, 60, 0.5)
    assert tops.tolist() == [2]
    assert kinds.tolist() == ["normal"]


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: mark_beats(np.zeros(9)), "needs its rate"),
        (lambda: mark_beats(np.zeros((9, 2)), RATE, lead=2, model=0), "no lead 2"),
        (lambda: Stream(small_network(), threshold=1), "between 0 and 1"),
        (lambda: Stream(small_network()).feed(np.zeros((3, 1))), "finite numbers of shape"),
        (lambda: Stream(small_network()).feed([0, np.nan]), "finite numbers"),
        (lambda: build_network(()), "one layer at least"),
    ],
)
def test_wrong_arguments_say_what_is_wrong(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()


def test_a_finished_stream_takes_no_more():
    stream = Stream(small_network())
    assert len(stream.finish().beats) == 0
    with pytest.raises(ValueError, match="finished"):
        stream.feed(np.zeros(3))


def test_another_kind_of_network_is_refused():
    import keras

    model = keras.Sequential([keras.Input((None, 1)), keras.layers.Dense(3, name="odd")])
    with pytest.raises(ValueError, match="'odd' is no causal Conv1D"):
        mark_beats(np.zeros(9), RATE, model=model)


# By students' functions


def my_conv1d_forward(A_prev, W, b, hparameters):
    stride, pad = hparameters["stride"], hparameters["pad"]
    (m, n_prev, _), (f, _, n_C) = A_prev.shape, W.shape
    n = (n_prev + 2 * pad - f) // stride + 1
    framed = np.pad(A_prev, ((0, 0), (pad, pad), (0, 0)))
    Z = np.zeros((m, n, n_C))
    for t in range(n):
        Z[:, t] = np.tensordot(framed[:, t * stride : t * stride + f], W, 2) + b[0]
    return Z, (A_prev, W, b, hparameters)


def my_causal_pad(X, f):
    m, _, n_C = X.shape
    return np.concatenate([np.zeros((m, f - 1, n_C)), X], axis=1)


@pytest.mark.parametrize(
    "functions", [(my_conv1d_forward,), (my_causal_pad,), (my_conv1d_forward, my_causal_pad)]
)
def test_students_functions_give_what_the_library_gives(shipped, people, functions):
    from contextlib import ExitStack

    one = people[5].cut(0, 9)
    expected = mark_beats(one, model=shipped)
    calls = []

    def noted(function):
        def call(*arguments):
            calls.append(function.__name__)
            return function(*arguments)

        return call

    with ExitStack() as stack:
        for function in functions:
            name = function.__name__.removeprefix("my_")
            stack.enter_context(coursekit.use(noted(function), name))
        marks = mark_beats(one, model=shipped)
    # The network ran twice, for the trace and for its end; eight layers each.
    assert len(calls) == 16 * len(functions)
    np.testing.assert_array_equal(marks.beats, expected.beats)
    np.testing.assert_array_equal(marks.kinds, expected.kinds)
    np.testing.assert_allclose(marks.probabilities, expected.probabilities, atol=1e-4)
    calls.clear()
    mark_beats(one, model=shipped)
    assert not calls


def fails(*_):
    raise IndexError("index 9 is out of bounds\nand more")


@pytest.mark.parametrize(
    ("name", "function", "sentence"),
    [
        (
            "conv1d_forward",
            fails,
            r"your conv1d_forward failed, given A_prev of shape \(1, 52, 1\) and W of shape "
            r"\(3, 1, 4\) in layer 'conv1': IndexError: index 9 is out of bounds$",
        ),
        ("conv1d_forward", lambda A, W, b, h: A @ W[0], "must return a pair"),
        (
            "conv1d_forward",
            lambda A, W, b, h: (A @ W[0], None),
            r"Z of your conv1d_forward.* has shape \(1, 52, 4\), but it must have shape "
            r"\(1, 50, 4\)",
        ),
        ("conv1d_forward", lambda A, W, b, h: ("none", None), "no array of numbers"),
        ("conv1d_forward", lambda A, W, b, h: (np.nan * A[:, 2:] @ W[0], 0), "NaN or infinite"),
        ("causal_pad", fails, r"your causal_pad failed, given X of shape \(1, 50, 1\) and f = 3"),
        (
            "causal_pad",
            lambda X, f: np.pad(X, ((0, 0), (f, f), (0, 0))),
            r"your causal_pad.* in layer 'conv1', has shape \(1, 56, 1\), but it must have shape "
            r"\(1, 52, 1\)",
        ),
    ],
)
def test_failing_functions_are_named(name, function, sentence):
    with coursekit.use(function, name), pytest.raises(ValueError, match=sentence):
        network.run_network(small_network(), np.zeros((1, 50, 1), np.float32))


# Training


def test_training_learns_and_starts_anew_the_same(people, tmp_path):
    options = {"steps": 40, "batch": 8, "seconds": 4, "learning_rate": 1e-2, "progress": False}
    model, history = training.train_network(people[:6], model=small_network(), **options)
    loss = np.array(history["loss"])
    assert len(loss) == 40
    assert loss[-10:].mean() < 0.5 * loss[:5].mean()
    save_weights(model, tmp_path / "beats.npz")
    again = small_network(seed=2)
    load_weights(again, tmp_path / "beats.npz")
    x = np.ones((1, 20, 1), np.float32)
    np.testing.assert_array_equal(network.run_network(again, x), network.run_network(model, x))
    _, other = training.train_network(people[:6], model=small_network(), **options | {"steps": 2})
    # The rate of a step depends on how many there are, the first loss does not.
    assert other["loss"][0] == pytest.approx(loss[0], rel=1e-4)


def test_every_lead_is_a_trace_and_classes_lie_on_the_beats():
    two = Recording(np.arange(600.0).reshape(300, 2), RATE, [50, 299], ["normal", "premature"])
    traces, classes, starts = training._material([two], 200)
    assert len(traces) == len(classes) == 600
    assert np.flatnonzero(classes == 1).tolist() == [*range(48, 53), *range(348, 353)]
    assert np.flatnonzero(classes == 2).tolist() == [297, 298, 299, 597, 598, 599]
    assert starts.tolist() == [*range(51), *range(300, 351)]


def test_faster_and_slower_pieces_take_their_classes_along(rng):
    trace, classes = np.arange(2000.0), np.repeat(np.arange(20), 100)
    starts = rng.integers(1000, size=50)
    pieces, wanted = training.cut(trace, classes, starts, 700, rng)
    np.testing.assert_array_equal(pieces[:, 0], starts)
    speeds = np.diff(pieces, axis=1)
    np.testing.assert_allclose(speeds, np.broadcast_to(speeds[:, :1], speeds.shape), rtol=1e-9)
    assert 0.8 <= speeds.min() < 0.9 < 1.1 < speeds.max() <= 1.25
    assert 10 < (np.abs(speeds[:, 0] - 1) < 1e-9).sum() < 40
    assert (np.abs(pieces - (100 * wanted + 49.5)) <= 50).all()


def test_pieces_begin_at_zero_and_hold_their_end(rng):
    pieces = training.augment(rng.normal(size=(5, 30)), rng)
    assert pieces.shape == (5, 30 + DELAY, 1)
    assert (pieces[:, 0] == 0).all()
    assert (pieces[:, 30:] == pieces[:, 29:30]).all()


def test_recordings_to_train_on_have_to_be_long_enough():
    with pytest.raises(ValueError, match="'short' lasts 1 s, but pieces to train"):
        training.train_network([Recording(np.zeros(100), 100, [], name="short")])
    with pytest.raises(ValueError, match="no recordings"):
        training.train_network([])


def test_network_and_detectors_are_measured_on_the_same_traces(people, monkeypatch):
    monkeypatch.setattr(training, "mark_beats", lambda one, model: perfect(one))
    scores = training.compare(people[:2])
    assert {"network", "Pan-Tompkins"} <= set(scores)
    beats = sum(len(one.beats) for one in people[:2])
    assert all(each.found + each.missed == beats for each in scores.values())
    assert scores["network"].f1 == 1
    assert scores["Pan-Tompkins"].sensitivity > 0.8


def perfect(one):
    none = np.zeros(0)
    return Marks(one.beats, one.kinds, none, none, one.rate)


def test_measures_and_network_know_the_same_kinds():
    assert network.CLASSES[1:] == network.KINDS == measures.KINDS
