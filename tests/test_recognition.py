"""The exercises of "faces": figures worked out by hand, and what the library needs of them."""

from __future__ import annotations

import math
import subprocess
import sys

import numpy as np
import pytest

import coursekit
from coursekit.faces import recognition
from coursekit.faces.door import open_door
from coursekit.faces.recognition import (
    img_to_encoding,
    semi_hard_triplets,
    similarity,
    triplet_loss,
    verify,
    who_is_it,
)

DATABASE = {"Ada": np.array([0.8, 0.6]), "Ben": np.array([-0.28, 0.96])}


def unit(rng: np.random.Generator, m: int, n: int) -> np.ndarray:
    rows = rng.standard_normal((m, n))
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(7)


def test_import_needs_no_tensorflow() -> None:
    code = "import sys, coursekit.faces.recognition, coursekit.faces.door; print(len(sys.modules))"
    heavy = "; assert not {'tensorflow', 'keras', 'sklearn', 'matplotlib'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code + heavy], check=True, capture_output=True)


# --- triplet_loss


def test_loss_of_encodings_that_are_all_alike_is_the_margin() -> None:
    same = np.ones((5, 3), "float32")
    assert float(triplet_loss(None, [same, same, same], 0.3)) == pytest.approx(1.5)
    # Without a margin nothing is left to learn: the collapse that the margin is for.
    assert float(triplet_loss(None, [same, same, same], 0.0)) == 0


def test_loss_is_linear_in_the_batch_and_bounded_on_the_sphere(rng: np.random.Generator) -> None:
    y_pred = [unit(rng, 64, 16) for _ in range(3)]
    whole = float(triplet_loss(None, y_pred, 0.2))
    halves = [float(triplet_loss(None, [f[part] for f in y_pred], 0.2))
              for part in (slice(32), slice(32, None))]  # fmt: skip
    assert whole == pytest.approx(sum(halves))
    assert 0 < whole <= 64 * 4.2


def test_loss_takes_tensors_of_a_graph_and_trains() -> None:
    import tensorflow as tf

    negative = tf.Variable([[0.1, 0.0]])
    anchor, positive = tf.zeros((1, 2)), tf.constant([[0.5, 0.0]])

    @tf.function(input_signature=[tf.TensorSpec([None, 2])])
    def step(anchor: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            loss = triplet_loss(None, [anchor, positive, negative], 0.2)
        negative.assign_sub(0.1 * tape.gradient(loss, negative))
        return loss

    losses = [float(step(anchor)) for _ in range(20)]
    assert losses[0] == pytest.approx(0.25 - 0.01 + 0.2)
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] == 0


def test_loss_agrees_with_semi_hard_triplets(rng: np.random.Generator) -> None:
    encodings, labels = unit(rng, 12, 4), np.repeat(np.arange(4), 3)
    found = semi_hard_triplets(encodings, labels, 0.2)
    assert len(found)
    # What is semi-hard costs something, and less than the margin.
    for row in found:
        cost = float(triplet_loss(None, [encodings[[i]] for i in row], 0.2))
        assert 0 < cost < 0.2


# --- encodings


@pytest.mark.parametrize("kind", ["array", "tensor"])
def test_encoding_of_one_picture(kind: str, rng: np.random.Generator) -> None:
    import tensorflow as tf

    image = rng.integers(0, 256, (4, 5, 3), dtype=np.uint8)
    before = image.copy()

    def model(batch: np.ndarray) -> object:
        assert batch.shape == (1, 4, 5, 3)
        rows = np.array([[3.0, 0.0, -4.0]], "float32")
        return rows if kind == "array" else tf.constant(rows)

    encoding = img_to_encoding(image, model)
    assert type(encoding) is np.ndarray
    np.testing.assert_allclose(encoding, [0.6, 0, -0.8], rtol=1e-6)
    assert np.array_equal(image, before)


@pytest.mark.parametrize("number", [0.0, math.nan, math.inf, -math.inf])
def test_rows_without_a_direction_are_refused(number: float) -> None:
    with pytest.raises(ValueError, match="finite and above 0"):
        img_to_encoding(np.zeros((2, 2, 3)), lambda batch: np.full((1, 4), number))


# --- decisions


def test_verify_by_hand() -> None:
    visitor = np.array([0.6, 0.8])
    distance, same = verify(visitor, "Ada", DATABASE, 0.25)
    assert distance == pytest.approx(0.08)
    assert same is True
    assert verify(visitor, "Ben", DATABASE, 0.25) == (pytest.approx(0.8), False)
    with pytest.raises(KeyError, match="'Zoe' is not in the database of 2 people"):
        verify(visitor, "Zoe", DATABASE, 0.25)


def test_who_is_it_agrees_with_verify(rng: np.random.Generator) -> None:
    database = {f"person {i}": f for i, f in enumerate(unit(rng, 50, 8))}
    for encoding in unit(rng, 20, 8):
        distances = {name: verify(encoding, name, database, 0.5)[0] for name in database}
        nearest = min(distances, key=distances.get)
        distance, name = who_is_it(encoding, database, 0.5)
        assert distance == distances[nearest]
        assert name == (nearest if distance <= 0.5 else None)


def test_nobody_and_nan() -> None:
    assert who_is_it(np.zeros(2), {}, math.inf) == (math.inf, None)
    broken = np.array([0.6, math.nan])
    assert who_is_it(broken, DATABASE, math.inf)[1] is None
    distance, same = verify(broken, "Ada", DATABASE, math.inf)
    assert math.isnan(distance)
    assert same is False
    # Somebody whose own entry is broken is not found, and keeps nobody else from being found.
    assert who_is_it(DATABASE["Ben"], {"Bad": broken} | DATABASE, 0.1) == (0, "Ben")


@pytest.mark.parametrize("decide", [lambda f: verify(f, "Ada", DATABASE, 1.0),
                                    lambda f: who_is_it(f, DATABASE, 1.0)])  # fmt: skip
def test_encodings_of_other_shapes_are_refused(decide: object) -> None:
    for encoding in (np.zeros(3), np.zeros((1, 2)), np.zeros(1)):
        with pytest.raises(ValueError, match=r"only encodings of one shape \(n,\)"):
            decide(encoding)


def test_door_runs_on_the_exercises_in_use() -> None:
    def model(batch: np.ndarray) -> np.ndarray:
        return batch[:, 0, :2, 0]

    image = np.array([[[8.0], [6.0]]])
    assert open_door(image, DATABASE, model, 0.5) == (True, "Ada", pytest.approx(0))
    assert open_door(-image, DATABASE, model, 0.5)[:2] == (False, None)
    with coursekit.use(lambda encoding, database, threshold: (9.0, "me"), exercise="who_is_it"):
        assert open_door(-image, DATABASE, model, 0.5) == (True, "me", 9.0)


# --- semi_hard_triplets


def test_labels_may_be_numbers_names_or_lists(rng: np.random.Generator) -> None:
    encodings = unit(rng, 12, 3)
    names = list("bcabcabcabca")
    found = semi_hard_triplets(encodings, names, 0.5)
    assert len(found)
    for labels in (np.array(names), [ord(name) * 1000 for name in names]):
        assert np.array_equal(semi_hard_triplets(encodings, labels, 0.5), found)
    assert [tuple(row) for row in found] == sorted(tuple(row) for row in found)


def test_labels_that_do_not_fit_are_refused() -> None:
    for labels in ([1, 2], [[1, 2, 3]]):
        with pytest.raises(ValueError, match="3 encodings need one each"):
            semi_hard_triplets(np.zeros((3, 2)), labels, 0.2)


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="incompatible"):
        triplet_loss(None, [np.zeros((2, 3)), np.zeros((2, 3)), np.zeros((1, 3))])


# --- similarity


@pytest.mark.parametrize("form", ["absolute", "chi-square"])
def test_probability_is_the_same_both_ways_and_row_by_row(
    form: str, rng: np.random.Generator
) -> None:
    f, g = rng.uniform(0, 1, (2, 9, 5))
    w = rng.standard_normal(5)
    found = similarity(f, g, w, 0.3, form)
    np.testing.assert_allclose(found, similarity(g, f, w, 0.3, form))
    np.testing.assert_allclose(found, [similarity(*row, w, 0.3, form) for row in zip(f, g)])
    np.testing.assert_allclose(similarity(f, f, w, 0.3, form), 1 / (1 + math.exp(-0.3)))


def test_extremes_give_no_warning() -> None:
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        zeros = np.zeros(3)
        for b, want in ((-1e6, 0), (0, 0.5), (1e6, 1)):
            for form in ("absolute", "chi-square"):
                assert similarity(zeros, zeros, np.ones(3), float(b), form) == want


def test_unknown_form_is_named() -> None:
    with pytest.raises(ValueError, match="form is 'cosine', but it must be 'absolute' or"):
        similarity(np.zeros(2), np.zeros(2), np.zeros(2), 0.0, "cosine")


def test_exercises_are_those_of_the_assignment() -> None:
    from coursekit.exercises import exercises_of

    assert [entry.name for entry in exercises_of("faces")] == [
        "triplet_loss",
        "img_to_encoding",
        "verify",
        "who_is_it",
        "semi_hard_triplets",
        "similarity",
    ]
    assert all(hasattr(recognition, entry.name) for entry in exercises_of("faces"))
