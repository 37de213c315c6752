"""The stack gives what TensorFlow gives, layer by layer, forward and backward."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from coursekit.style import stack as module
from coursekit.style.stack import Conv, Pool, Stack, gram


def conv(rng, name, f, n_C_prev, n_C):
    kernel = rng.standard_normal((f, f, n_C_prev, n_C)) * np.sqrt(2 / (f * f * n_C_prev))
    return Conv(name, kernel.astype(np.float32), rng.standard_normal(n_C).astype(np.float32) / 4)


@pytest.fixture
def layers():
    rng = np.random.default_rng(0)
    return [
        conv(rng, "one", 3, 3, 8),
        conv(rng, "two", 3, 8, 7),
        Pool("average"),
        conv(rng, "three", 5, 7, 6),
        Pool("max"),
        conv(rng, "four", 3, 6, 4),
    ]


@pytest.fixture
def always(monkeypatch):
    """Compile all convolutions of 3 by 3, however small."""
    monkeypatch.setattr(module, "_LARGE", 0)
    monkeypatch.setattr(module, "_PAIRS", 0)


def plainly(layers, images):
    """All activations by name, in float64 and with TensorFlow's own gradients."""
    A, found = tf.cast(images, tf.float64), {}
    for layer in layers:
        if isinstance(layer, Pool):
            kind = {"max": "MAX", "average": "AVG"}[layer.kind]
            A = tf.nn.pool(A, (2, 2), kind, strides=(2, 2), padding="VALID")
        else:
            A = tf.nn.relu(tf.nn.conv2d(A, layer.kernel.astype(float), 1, "SAME") + layer.bias)
            found[layer.name] = A
    return found


def value_and_gradients(activations, images, wanted):
    """Activations, and gradients with respect to `images` of a cost that looks at all of them."""
    with tf.GradientTape() as tape:
        tape.watch(images)
        found = activations(images, wanted)
        weights = [np.random.default_rng(1).standard_normal(a.shape) for a in found]
        J = tf.add_n([tf.reduce_sum(tf.cast(a, tf.float64) * w) for a, w in zip(found, weights)])
    return [*found, tape.gradient(J, images)]


def far(found, expected):
    """Largest difference, in units of the root mean square of what is expected."""
    expected = expected.numpy().astype(float)
    return np.abs(found.numpy() - expected).max() / np.sqrt(np.mean(expected**2))


CASES = [
    ("eager", (1, 33, 18, 3)),
    ("eager", (2, 4, 5, 3)),
    ("graph", (1, 33, 18, 3)),
    ("compiled", (1, 33, 18, 3)),
    ("compiled", (2, 4, 5, 3)),
]


@pytest.mark.parametrize(("how", "shape"), CASES)
def test_activations_and_gradients_are_those_of_plain_layers(layers, how, shape, request):
    if how == "compiled":
        request.getfixturevalue("always")
    images = tf.constant(np.random.default_rng(2).uniform(0, 1, shape), tf.float32)
    wanted = ["four", "one", "three"]
    stack = Stack(layers)

    def step(images):
        return value_and_gradients(stack, images, wanted)

    found = (step if how == "eager" else tf.function(step))(images)
    expected = value_and_gradients(
        lambda x, names: [plainly(layers, x)[name] for name in names], images, wanted
    )
    assert [a.dtype for a in found] == [tf.float32] * 4
    assert [a.shape for a in found] == [a.shape for a in expected]
    assert [far(a, b) < 2e-5 for a, b in zip(found, expected)] == [True] * 4


def test_large_convolutions_are_compiled_and_those_of_unknown_size_are_not(layers, always):
    stack, images = Stack(layers), tf.random.stateless_uniform((1, 16, 20, 3), seed=(0, 0))
    (eager,) = stack(images, ["four"])
    assert not stack._spectra
    sizeless = tf.function(
        lambda x: stack(x, ["four"]), input_signature=[tf.TensorSpec((1, None, None, 3))]
    )
    assert far(sizeless(images)[0], eager) < 1e-5
    assert not stack._spectra
    known = tf.function(lambda x: stack(x, ["four"]))
    assert far(known(images)[0], eager) < 1e-5
    assert list(stack._spectra) == ["one", "two", "four"]


def test_where_tensorflow_cannot_compile_it_goes_without(layers, always, monkeypatch):
    monkeypatch.setattr(module, "_compiles", lambda: False)
    stack, images = Stack(layers), tf.random.stateless_uniform((1, 16, 20, 3), seed=(0, 0))
    (found,) = tf.function(lambda x: stack(x, ["four"]))(images)
    assert far(found, stack(images, ["four"])[0]) < 1e-5
    assert not stack._spectra


def test_nothing_deeper_than_wanted_is_computed(layers):
    stack = Stack(layers)
    graph = tf.function(lambda x: stack(x, ["two", "one", "two"])).get_concrete_function(
        tf.TensorSpec((1, 8, 8, 3))
    )
    assert [a.shape[-1] for a in graph.outputs] == [7, 8, 7]
    kinds = [operation.type for operation in graph.graph.get_operations()]
    assert kinds.count("Conv2D") == 2
    assert "AvgPool" not in kinds


def test_winograd_matrices_correlate_exactly_as_a_sliding_sum():
    B_T, G, A_T = module._matrices()
    rng = np.random.default_rng(3)
    d, g = rng.standard_normal(6), rng.standard_normal(3)
    found = A_T @ ((G @ g) * (B_T @ d))
    np.testing.assert_allclose(found, np.correlate(d, g, "valid"), atol=1e-12)


def test_large_kernels_lose_few_digits_to_winograd():
    rng = np.random.default_rng(4)
    layer = conv(rng, "deep", 3, 256, 32)
    images = rng.uniform(0, 1, (1, 12, 12, 256)).astype(np.float32)
    found = module._winograd(tf.constant(images), tf.constant(module._spectrum(layer.kernel)))
    expected = tf.nn.conv2d(images.astype(float), layer.kernel.astype(float), 1, "SAME")
    assert far(found, expected) < 1e-5


@pytest.mark.parametrize("shape", [(1, 5, 7, 4), (1, 1, 1, 1), (1, 2, 3, 9)])
def test_gram_matrix_and_its_gradient_are_those_of_the_formula(shape):
    rng = np.random.default_rng(5)
    a = tf.constant(rng.standard_normal(shape))
    weights = rng.standard_normal((shape[-1], shape[-1]))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(a)
        expected = tf.einsum("mijk,mijl->kl", a, a)
        J_expected, J = tf.reduce_sum(weights * expected), tf.reduce_sum(weights * gram(a))
    np.testing.assert_allclose(gram(a), expected, atol=1e-12)
    np.testing.assert_allclose(tape.gradient(J, a), tape.gradient(J_expected, a), atol=1e-12)


def test_a_layer_that_is_not_there_is_named_with_those_that_are(layers):
    with pytest.raises(ValueError, match="'five'; there are one, two, three, four"):
        Stack(layers)(np.zeros((1, 8, 8, 3)), ["one", "five"])


def broken(layers, at, layer):
    return [*layers[:at], layer, *layers[at + 1 :]]


def test_layers_that_do_not_fit_are_refused_in_a_sentence(layers):
    rng = np.random.default_rng(6)
    cases = [
        (1, conv(rng, "two", 3, 5, 7), r"kernel of two has shape \(3, 3, 5, 7\).*8, n_C\)"),
        (0, Conv("one", np.zeros((3, 3, 3), np.float32), np.zeros(3)), "kernel of one has shape"),
        (5, Conv("four", layers[5].kernel, np.zeros(3)), r"bias of four .* 4 channels take \(4,\)"),
        (1, Conv("one", layers[1].kernel, layers[1].bias), "two layers are named one"),
        (2, Pool("mean"), "pooling is 'mean', but it must be 'max' or 'average'"),
    ]
    for at, layer, message in cases:
        with pytest.raises(ValueError, match=message):
            Stack(broken(layers, at, layer))
