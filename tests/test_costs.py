"""The exercises of "style-transfer": figures worked out by hand, and what the library needs."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

import coursekit
from coursekit.exercises import exercises_of
from coursekit.style import costs
from coursekit.style.costs import (
    compute_content_cost,
    compute_layer_style_cost,
    compute_style_cost,
    gram_matrix,
    total_cost,
    train_step,
)


def blocks(rng: np.random.Generator, *shape: int) -> list[np.ndarray]:
    """Two blocks of activations as they come out of a ReLU."""
    return list(np.maximum(rng.standard_normal((2, *shape)), 0).astype("float32"))


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(7)


def test_import_needs_no_tensorflow() -> None:
    code = "import sys, coursekit.style.costs; print(len(sys.modules))"
    heavy = "; assert not {'tensorflow', 'keras', 'skimage', 'matplotlib'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code + heavy], check=True, capture_output=True)


def test_exercises_are_those_of_the_assignment() -> None:
    names = [entry.name for entry in exercises_of("style-transfer")]
    assert names == [
        "compute_content_cost",
        "gram_matrix",
        "compute_layer_style_cost",
        "compute_style_cost",
        "total_cost",
        "train_step",
    ]
    assert all(hasattr(costs, name) for name in names)


def test_costs_grow_as_the_chapters_say(rng: np.random.Generator) -> None:
    a, b = blocks(rng, 1, 4, 6, 3)
    content, style = float(compute_content_cost(a, b)), float(compute_layer_style_cost(a, b))
    # Twice the activations: four times the content cost, sixteen times the style cost.
    assert float(compute_content_cost(2 * a, 2 * b)) == pytest.approx(4 * content)
    assert float(compute_layer_style_cost(2 * a, 2 * b)) == pytest.approx(16 * style, rel=1e-5)
    # A picture repeated beside itself costs the same.
    twice = [np.concatenate([block, block], axis=2) for block in (a, b)]
    assert float(compute_content_cost(*twice)) == pytest.approx(content)
    assert float(compute_layer_style_cost(*twice)) == pytest.approx(style, rel=1e-5)


def test_style_forgets_where_things_are(rng: np.random.Generator) -> None:
    a, _ = blocks(rng, 1, 5, 4, 3)
    moved = rng.permutation(a.reshape(-1, 3)).reshape(a.shape)
    assert float(compute_layer_style_cost(a, moved)) < 1e-10
    assert float(compute_content_cost(a, moved)) > 0.01
    # Not so where one channel moves without the others: together or not is what counts.
    alone = a.copy()
    alone[..., 0] = rng.permutation(a[..., 0].ravel()).reshape(a.shape[:3])
    assert float(compute_layer_style_cost(a, alone)) > 1e-5


def test_gram_matrix_is_symmetric_and_no_vector_makes_it_negative(
    rng: np.random.Generator,
) -> None:
    A = rng.standard_normal((4, 9)).astype("float32")
    G = np.asarray(gram_matrix(A))
    np.testing.assert_array_equal(G, G.T)
    assert np.linalg.eigvalsh(G).min() > -1e-4
    # The checkerboard of the lecture: two channels that fire together, and two that never do.
    together, apart = (
        np.array([[1, 0, 1, 0]] * 2, "f4"),
        np.array([[1, 0, 1, 0], [0, 1, 0, 1]], "f4"),
    )
    assert np.asarray(gram_matrix(together)).tolist() == [[2, 2], [2, 2]]
    assert np.asarray(gram_matrix(apart)).tolist() == [[2, 0], [0, 2]]


def test_large_layers_stay_in_the_range_of_float32(rng: np.random.Generator) -> None:
    a, b = (1e4 * block for block in blocks(rng, 1, 64, 64, 8))
    assert np.isfinite(compute_layer_style_cost(a, b))


def test_a_layer_uses_the_gram_matrix_in_use(rng: np.random.Generator) -> None:
    a, b = blocks(rng, 1, 2, 3, 4)
    shapes = []

    def mine(A: object) -> object:
        shapes.append(tuple(A.shape))
        return np.ones((4, 4), "float32") * len(shapes)

    with coursekit.use(mine, exercise="gram_matrix"):
        assert float(compute_layer_style_cost(a, b)) == pytest.approx(16 / 48**2)
        assert float(compute_style_cost([a], [b], [3.0])) == pytest.approx(3 * 16 / 48**2)
    assert shapes == [(4, 6)] * 4


def test_style_over_layers_is_the_weighted_sum(rng: np.random.Generator) -> None:
    layers = [blocks(rng, 1, 8 // k, 6 // k, 2 * k) for k in (1, 2)]
    single = [float(compute_layer_style_cost(S, G)) for S, G in layers]
    a_S, a_G = zip(*layers)
    together = float(compute_style_cost(a_S, a_G, [0.2, 0.7]))
    assert together == pytest.approx(0.2 * single[0] + 0.7 * single[1])
    assert float(total_cost(2.0, together)) == pytest.approx(20 + 40 * together)


@pytest.mark.parametrize("cost", [compute_content_cost, compute_layer_style_cost])
def test_shapes_that_do_not_fit_are_refused(cost: object) -> None:
    with pytest.raises(ValueError, match="incompatible"):
        cost(np.zeros((1, 2, 3, 4), "float32"), np.zeros((1, 2, 1, 4), "float32"))


def test_lists_that_do_not_fit_are_refused(rng: np.random.Generator) -> None:
    a, b = blocks(rng, 1, 2, 2, 2)
    for lists in (([a], [b], [1.0, 2.0]), ([a, a], [b], [1.0])):
        with pytest.raises(ValueError, match="argument"):
            compute_style_cost(*lists)


def test_what_makes_no_sense_is_refused() -> None:
    import keras
    import tensorflow as tf

    with pytest.raises(ValueError, match="must have rank 2"):
        gram_matrix(np.zeros((1, 2, 3, 4), "float32"))
    with pytest.raises(ValueError, match="beta is -1, but weights are at least 0"):
        total_cost(1.0, 1.0, beta=-1)
    image = tf.Variable(np.full((1, 1, 1, 3), 0.5, "float32"))
    with pytest.raises(ValueError, match="no gradient of the cost arrives at the picture"):
        train_step(image, lambda _: tf.constant(1.0), keras.optimizers.SGD(0.1))


def test_steps_lower_the_cost_and_keep_the_range(rng: np.random.Generator) -> None:
    """The whole of it, with the picture itself for activations; in a graph, as when compiled."""
    import keras
    import tensorflow as tf

    C, S = (rng.uniform(0, 1, (1, 4, 6, 3)).astype("float32") for _ in range(2))
    image = tf.Variable(C)

    @tf.function
    def cost(picture: tf.Tensor) -> tf.Tensor:
        J_style = compute_style_cost([S], [picture], [1.0])
        return total_cost(compute_content_cost(C, picture), J_style, 0.1, 1e4)

    optimizer = keras.optimizers.Adam(0.02)
    optimizer.build([image])
    compiled = tf.function(train_step)
    history = [float(compiled(image, cost, optimizer)) for _ in range(20)]
    assert history[0] == pytest.approx(1e4 * float(compute_layer_style_cost(S, C)), rel=1e-4)
    assert history[-1] < 0.3 * history[0]
    assert 0 <= image.numpy().min() <= image.numpy().max() <= 1


def test_a_step_from_the_content_has_a_gradient_that_is_finite() -> None:
    import tensorflow as tf

    a = tf.random.stateless_uniform((1, 3, 4, 2), seed=(1, 2))
    for cost in (compute_content_cost, compute_layer_style_cost):
        with tf.GradientTape() as tape:
            tape.watch(a)
            J = cost(tf.stop_gradient(a), a)
        assert float(J) == 0
        assert not np.any(tape.gradient(J, a))
