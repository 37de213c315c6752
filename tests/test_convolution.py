"""The reference solutions against loops, TensorFlow and finite differences; their manners."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import signal

from coursekit import convolution
from coursekit.convolution import (
    causal_pad,
    conv1d_forward,
    conv3d_forward,
    conv_backward,
    conv_forward,
    conv_output_shape,
    conv_single_step,
    pool_backward,
    pool_forward,
    zero_pad,
)

# Examples cost little here, but the first one pays for threads and imports.
few = settings(max_examples=40, deadline=None, derandomize=True)


def draw(rng: np.random.Generator, *shape: int, dtype=np.float64) -> np.ndarray:
    """Normal numbers that nobody can write to."""
    array = rng.standard_normal(shape).astype(dtype)
    array.flags.writeable = False
    return array


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(2024)


# ---------------------------------------------------------------------------------------------
# The oracles: one number at a time, as the formulas say.


def loop_conv_forward(A_prev, W, b, stride, pad):
    m, n_H_prev, n_W_prev, n_C_prev = A_prev.shape
    f, _, _, n_C = W.shape
    X = np.zeros((m, n_H_prev + 2 * pad, n_W_prev + 2 * pad, n_C_prev))
    X[:, pad : pad + n_H_prev, pad : pad + n_W_prev] = A_prev
    n_H, n_W = (X.shape[1] - f) // stride + 1, (X.shape[2] - f) // stride + 1
    Z = np.zeros((m, n_H, n_W, n_C))
    for i, h, w, c in np.ndindex(Z.shape):
        for y, x, k in np.ndindex(f, f, n_C_prev):
            Z[i, h, w, c] += X[i, h * stride + y, w * stride + x, k] * W[y, x, k, c]
        Z[i, h, w, c] += b[0, 0, 0, c]
    return Z


def loop_conv_backward(dZ, A_prev, W, stride, pad):
    _, n_H_prev, n_W_prev, n_C_prev = A_prev.shape
    f, _, _, n_C = W.shape
    dA_prev, dW, db = np.zeros(A_prev.shape), np.zeros(W.shape), np.zeros((1, 1, 1, n_C))
    for i, h, w, c in np.ndindex(dZ.shape):
        db[0, 0, 0, c] += dZ[i, h, w, c]
        for y, x, k in np.ndindex(f, f, n_C_prev):
            row, column = h * stride + y - pad, w * stride + x - pad
            if 0 <= row < n_H_prev and 0 <= column < n_W_prev:
                dA_prev[i, row, column, k] += dZ[i, h, w, c] * W[y, x, k, c]
                dW[y, x, k, c] += dZ[i, h, w, c] * A_prev[i, row, column, k]
    return dA_prev, dW, db


def loop_pool_forward(A_prev, f, stride, mode):
    m, n_H_prev, n_W_prev, n_C = A_prev.shape
    n_H, n_W = (n_H_prev - f) // stride + 1, (n_W_prev - f) // stride + 1
    A = np.zeros((m, n_H, n_W, n_C))
    for i, h, w, c in np.ndindex(A.shape):
        window = A_prev[i, h * stride : h * stride + f, w * stride : w * stride + f, c]
        A[i, h, w, c] = window.max() if mode == "max" else window.mean()
    return A


def loop_pool_backward(dA, A_prev, f, stride, mode):
    dA_prev = np.zeros(A_prev.shape)
    for i, h, w, c in np.ndindex(dA.shape):
        places = [(h * stride + y, w * stride + x) for y in range(f) for x in range(f)]
        if mode == "max":
            places = [max(places, key=lambda place: A_prev[i, place[0], place[1], c])]
        for row, column in places:
            dA_prev[i, row, column, c] += dA[i, h, w, c] / len(places)
    return dA_prev


def correlate_forward(A_prev, W, b, stride, pad):
    """What SciPy computes channel by channel, for any number of spatial axes."""
    axes = W.ndim - 2
    X = np.pad(A_prev, [(0, 0), *[(pad, pad)] * axes, (0, 0)])
    taken = (slice(None, None, stride),) * axes
    return np.stack(
        [
            np.stack(
                [
                    sum(
                        signal.correlate(x[..., k], W[..., k, c], "valid", method="direct")
                        for k in range(W.shape[-2])
                    )[taken]
                    + b.ravel()[c]
                    for c in range(W.shape[-1])
                ],
                axis=-1,
            )
            for x in X
        ]
    )


def slope(function, array, direction, step=1e-6):
    """How fast `function` grows when `array` moves along `direction`."""
    return (function(array + step * direction) - function(array - step * direction)) / (2 * step)


# ---------------------------------------------------------------------------------------------
# What the functions compute.

sides = st.integers(1, 8)
seeds = st.integers(0, 2**32 - 1)


@st.composite
def conv_layers(draw_from, axes=2, channels=(1, 2, 3)):
    """Arguments of a convolutional layer that fit each other."""
    pad, f = draw_from(st.integers(0, 2)), draw_from(st.integers(1, 4))
    least = max(1, f - 2 * pad)
    m, n_C = draw_from(st.integers(1, 3)), draw_from(st.integers(1, 3))
    n_C_prev = draw_from(st.sampled_from(channels))
    sizes = [draw_from(st.integers(least, least + 5)) for _ in range(axes)]
    rng = np.random.default_rng(draw_from(seeds))
    A_prev = draw(rng, m, *sizes, n_C_prev)
    W, b = draw(rng, *[f] * axes, n_C_prev, n_C), draw(rng, *[1] * (axes + 1), n_C)
    return A_prev, W, b, {"stride": draw_from(st.integers(1, 3)), "pad": pad}


@st.composite
def pool_layers(draw_from):
    """Arguments of `pool_forward` that fit each other."""
    f = draw_from(st.integers(1, 4))
    n_H_prev, n_W_prev = (draw_from(st.integers(f, f + 6)) for _ in range(2))
    rng = np.random.default_rng(draw_from(seeds))
    A_prev = draw(rng, draw_from(st.integers(1, 3)), n_H_prev, n_W_prev, 2)
    hparameters = {"f": f, "stride": draw_from(st.integers(1, 3))}
    return A_prev, hparameters, draw_from(st.sampled_from(["max", "average"]))


@given(shape=st.tuples(st.integers(0, 3), sides, sides, sides), pad=st.integers(0, 3))
@few
def test_zero_pad_is_what_numpy_pads(shape, pad):
    X = np.random.default_rng(0).standard_normal(shape)
    np.testing.assert_array_equal(
        zero_pad(X, pad), np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    )


def test_zero_pad_gives_a_new_array_even_without_a_border(rng):
    X = rng.standard_normal((1, 2, 3, 1))
    assert not np.shares_memory(zero_pad(X, 0), X)


@given(f=st.integers(1, 5), n_C_prev=st.integers(1, 4), seed=seeds)
@few
def test_conv_single_step_is_a_sum_of_products_and_a_scalar(f, n_C_prev, seed):
    rng = np.random.default_rng(seed)
    a, W, b = draw(rng, f, f, n_C_prev), draw(rng, f, f, n_C_prev), draw(rng, 1, 1, 1)
    Z = conv_single_step(a, W, b)
    assert np.shape(Z) == ()
    assert isinstance(Z, np.floating)
    want = sum(float(a[place]) * float(W[place]) for place in np.ndindex(a.shape)) + b.item()
    assert float(Z) == pytest.approx(want, rel=1e-10, abs=1e-12)


@given(layer=conv_layers())
@few
def test_convolution_is_what_the_loop_computes(layer):
    A_prev, W, b, hparameters = layer
    stride, pad = hparameters["stride"], hparameters["pad"]
    Z, cache = conv_forward(*layer)
    np.testing.assert_allclose(Z, loop_conv_forward(A_prev, W, b, stride, pad), atol=1e-12)

    dZ = draw(np.random.default_rng(1), *Z.shape)
    got = conv_backward(dZ, cache)
    want = loop_conv_backward(dZ, A_prev, W, stride, pad)
    for mine, other in zip(got, want):
        assert mine.shape == other.shape
        np.testing.assert_allclose(mine, other, atol=1e-12)


FORWARD = {1: conv1d_forward, 2: conv_forward, 3: conv3d_forward}
# Either way through the code, whatever the size of an example.
WAYS = {"columns": 10**9, "in place": 0}


@pytest.mark.parametrize("rows", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("axes", FORWARD)
@given(data=st.data())
@settings(few, max_examples=25)
def test_convolution_is_what_scipy_computes_in_any_dimension(axes, rows, data):
    A_prev, W, b, hparameters = layer = data.draw(conv_layers(axes=axes, channels=(1, 3, 16)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(convolution, "_PRODUCT_ROWS", rows)
        patch.setattr(convolution, "_BLOCK_BYTES", data.draw(st.sampled_from([2**21, 2000])))
        patch.setattr(convolution, "_BLOCK_WINDOWS", 2)
        Z, cache = FORWARD[axes](*layer)
    assert all(kept is sent for kept, sent in zip(cache, layer, strict=True))
    want = correlate_forward(A_prev, W, b, **hparameters)
    np.testing.assert_allclose(Z, want, atol=1e-12)
    assert conv_output_shape(A_prev.shape[1:], W.shape, **hparameters) == Z.shape[1:]


@given(
    axes=st.lists(st.tuples(st.integers(1, 9), st.integers(1, 4)), min_size=1, max_size=5),
    stride=st.integers(1, 3),
    pad=st.integers(0, 2),
)
@few
def test_output_shape_counts_the_places_of_a_filter(axes, stride, pad):
    axes = [(n, min(f, n + 2 * pad)) for n, f in axes]
    places = [len(range(0, n + 2 * pad - f + 1, stride)) for n, f in axes]
    n_prev, f = zip(*axes)
    got = conv_output_shape((*n_prev, 2), (*f, 2, 7), stride, pad)
    assert got == (*places, 7)
    assert all(type(n) is int for n in got)


@given(shape=st.tuples(st.integers(0, 3), sides, sides), f=st.integers(1, 4))
@few
def test_causal_pad_puts_zeros_before_the_signal(shape, f):
    X = np.random.default_rng(0).standard_normal(shape)
    X_pad = causal_pad(X, f)
    assert X_pad.shape == (shape[0], f - 1 + shape[1], shape[2])
    assert not X_pad[:, : f - 1].any()
    np.testing.assert_array_equal(X_pad[:, f - 1 :], X)
    assert not np.shares_memory(X_pad, X)


def test_behind_causal_pad_a_filter_never_looks_ahead(rng):
    X, W, b = draw(rng, 2, 30, 3), draw(rng, 5, 3, 4), draw(rng, 1, 1, 4)
    still = {"stride": 1, "pad": 0}
    Z, _ = conv1d_forward(causal_pad(X, 5), W, b, still)
    assert Z.shape == (2, 30, 4)
    for now in (0, 3, 17):
        until_now, _ = conv1d_forward(causal_pad(X[:, : now + 1], 5), W, b, still)
        np.testing.assert_allclose(Z[:, : now + 1], until_now, atol=1e-12)


@given(layer=pool_layers())
@few
def test_pooling_is_what_the_loop_computes(layer):
    A_prev, hparameters, mode = layer
    f, stride = hparameters["f"], hparameters["stride"]
    A, cache = pool_forward(*layer)
    np.testing.assert_allclose(A, loop_pool_forward(A_prev, f, stride, mode), atol=1e-12)

    dA = draw(np.random.default_rng(1), *A.shape)
    want = loop_pool_backward(dA, A_prev, f, stride, mode)
    np.testing.assert_allclose(pool_backward(dA, cache, mode), want, atol=1e-12)


# Shapes that between them take every way through the code: windows copied or not, laid out along
# the window or along the image, one block or many.
LAYERS = [
    # m, n_H, n_W, n_C_prev, n_C, f, stride, pad
    (4, 14, 12, 1, 3, 5, 1, 0),
    (2, 17, 23, 3, 8, 7, 2, 3),
    (3, 16, 20, 16, 6, 3, 1, 1),
    (2, 9, 31, 20, 5, 5, 1, 0),
    (2, 8, 8, 24, 40, 3, 1, 2),
    (3, 10, 7, 32, 16, 1, 1, 0),
    (3, 10, 7, 32, 16, 1, 2, 0),
    (1, 11, 13, 12, 8, 3, 3, 2),
]


@pytest.mark.parametrize("block", [2**21, 4000], ids=["one block", "many blocks"])
@pytest.mark.parametrize("layer", LAYERS, ids=str)
def test_convolution_is_what_tensorflow_computes(layer, block, rng, monkeypatch):
    monkeypatch.setattr(convolution, "_BLOCK_BYTES", block)
    monkeypatch.setattr(convolution, "_BLOCK_WINDOWS", block // 1000)
    monkeypatch.setattr(convolution, "_PRODUCT_ROWS", WAYS["in place"])
    m, n_H, n_W, n_C_prev, n_C, f, stride, pad = layer
    A_prev, b = draw(rng, m, n_H, n_W, n_C_prev), draw(rng, 1, 1, 1, n_C)
    W = draw(rng, f, f, n_C_prev, n_C)
    border = [[0, 0], [pad, pad], [pad, pad], [0, 0]]
    x, filters, bias = tf.constant(A_prev), tf.constant(W), tf.constant(b)
    with tf.GradientTape() as tape:
        tape.watch([x, filters, bias])
        want = tf.nn.conv2d(x, filters, stride, border) + bias
    dZ = draw(rng, *want.shape)

    Z, cache = conv_forward(A_prev, W, b, {"stride": stride, "pad": pad})
    np.testing.assert_allclose(Z, want, rtol=1e-9, atol=1e-9)
    gradients = tape.gradient(want, [x, filters, bias], tf.constant(dZ))
    for mine, other in zip(conv_backward(dZ, cache), gradients):
        np.testing.assert_allclose(mine, other, rtol=1e-9, atol=1e-9)


# Large enough for several blocks, and for the way without copies.
@pytest.mark.parametrize(
    ("sizes", "n_C_prev", "n_C", "f", "stride", "pad"),
    [
        ((70_001,), 1, 5, 16, 1, 8),
        ((30_000,), 16, 6, 5, 1, 0),
        ((9_000,), 3, 8, 40, 4, 20),
        ((21, 34, 27), 16, 4, 3, 1, 1),
        ((40, 37, 52), 1, 6, 3, 1, 0),
        ((24, 31, 18), 4, 8, 2, 2, 0),
    ],
    ids=str,
)
def test_signals_and_volumes_of_real_size_are_what_tensorflow_computes(
    sizes, n_C_prev, n_C, f, stride, pad, rng
):
    axes = len(sizes)
    A_prev = draw(rng, 2, *sizes, n_C_prev, dtype=np.float32)
    W = draw(rng, *[f] * axes, n_C_prev, n_C, dtype=np.float32)
    b = draw(rng, *[1] * (axes + 1), n_C, dtype=np.float32)
    Z, _ = FORWARD[axes](A_prev, W, b, {"stride": stride, "pad": pad})
    X = np.pad(A_prev, [(0, 0), *[(pad, pad)] * axes, (0, 0)])
    if axes == 1:
        want = tf.nn.conv1d(X, W, stride, "VALID") + b
    else:
        want = tf.nn.conv3d(X, W, [1, stride, stride, stride, 1], "VALID") + b
    assert Z.dtype == np.float32
    np.testing.assert_allclose(Z, want, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("block", [2**21, 2000], ids=["one block", "many blocks"])
@pytest.mark.parametrize("mode", ["max", "average"])
@pytest.mark.parametrize(("f", "stride"), [(1, 1), (2, 2), (3, 1), (3, 2), (2, 3)])
def test_pooling_is_what_tensorflow_computes(f, stride, mode, block, rng, monkeypatch):
    monkeypatch.setattr(convolution, "_BLOCK_BYTES", block)
    A_prev = draw(rng, 3, 9, 12, 5, dtype=np.float32)
    operation = tf.nn.max_pool2d if mode == "max" else tf.nn.avg_pool2d
    x = tf.constant(A_prev)
    with tf.GradientTape() as tape:
        tape.watch(x)
        want = operation(x, f, stride, "VALID")
    dA = draw(rng, *want.shape, dtype=np.float32)

    A, cache = pool_forward(A_prev, {"f": f, "stride": stride}, mode)
    np.testing.assert_allclose(A, want, rtol=1e-5, atol=1e-6)
    gradient = tape.gradient(want, x, tf.constant(dA))
    np.testing.assert_allclose(pool_backward(dA, cache, mode), gradient, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(("stride", "pad"), [(1, 0), (1, 1), (2, 0), (3, 2)])
def test_conv_backward_is_the_slope_of_the_cost(stride, pad, rng):
    hparameters = {"stride": stride, "pad": pad}
    arrays = {
        "A_prev": draw(rng, 2, 6, 7, 3),
        "W": draw(rng, 3, 3, 3, 4),
        "b": draw(rng, 1, 1, 1, 4),
    }
    Z, cache = conv_forward(**arrays, hparameters=hparameters)
    dZ = draw(rng, *Z.shape)
    for (name, array), gradient in zip(arrays.items(), conv_backward(dZ, cache)):

        def cost(value, name=name):
            Z, _ = conv_forward(**(arrays | {name: value}), hparameters=hparameters)
            return np.sum(Z * dZ)

        direction = draw(rng, *array.shape)
        assert slope(cost, array, direction) == pytest.approx(
            np.sum(gradient * direction), rel=1e-6
        )


@pytest.mark.parametrize("mode", ["max", "average"])
@pytest.mark.parametrize(("f", "stride"), [(2, 2), (3, 1), (2, 3)])
def test_pool_backward_is_the_slope_of_the_cost(f, stride, mode, rng):
    hparameters = {"f": f, "stride": stride}
    A_prev = draw(rng, 2, 7, 8, 3)
    A, cache = pool_forward(A_prev, hparameters, mode)
    dA = draw(rng, *A.shape)
    direction = draw(rng, *A_prev.shape)
    expected = np.sum(pool_backward(dA, cache, mode) * direction)
    got = slope(lambda x: np.sum(pool_forward(x, hparameters, mode)[0] * dA), A_prev, direction)
    assert got == pytest.approx(expected, rel=1e-6)


def test_the_filter_is_not_flipped():
    A_prev = np.arange(6.0).reshape(1, 1, 6, 1)
    W = np.array([[1.0, 10.0], [0.0, 0.0]]).reshape(2, 2, 1, 1)
    X = np.concatenate([A_prev, A_prev], axis=1)
    Z, _ = conv_forward(X, W, np.zeros((1, 1, 1, 1)), {"stride": 1, "pad": 0})
    assert Z.ravel().tolist() == [10.0, 21.0, 32.0, 43.0, 54.0]


@pytest.mark.parametrize("n_C", [1, 4])
def test_max_pooling_of_a_flat_image_gives_each_gradient_once(n_C):
    A_prev = np.zeros((1, 6, 6, n_C))
    A, cache = pool_forward(A_prev, {"f": 3, "stride": 1})
    dA_prev = pool_backward(np.ones_like(A), cache)
    assert dA_prev.sum() == A.size


def test_max_pooling_of_negative_numbers_does_not_see_zeros():
    A, _ = pool_forward(-np.ones((1, 4, 4, 1)), {"f": 2, "stride": 2})
    assert (A == -1).all()


def test_maximum_is_the_default_mode(rng):
    A_prev = draw(rng, 1, 4, 4, 2)
    A, cache = pool_forward(A_prev, {"f": 2, "stride": 2})
    np.testing.assert_array_equal(A, pool_forward(A_prev, {"f": 2, "stride": 2}, "max")[0])
    np.testing.assert_array_equal(pool_backward(A, cache), pool_backward(A, cache, "max"))


@pytest.mark.parametrize("n_C_prev", [2, 16])
def test_a_batch_of_none_is_a_batch(n_C_prev, rng):
    W, b = draw(rng, 3, 3, n_C_prev, 4), draw(rng, 1, 1, 1, 4)
    nothing = np.zeros((0, 5, 6, n_C_prev))
    Z, cache = conv_forward(nothing, W, b, {"stride": 1, "pad": 0})
    assert Z.shape == (0, 3, 4, 4)
    dA_prev, dW, _ = conv_backward(Z, cache)
    assert dA_prev.shape == nothing.shape
    assert not dW.any()
    A, cache = pool_forward(nothing, {"f": 2, "stride": 2})
    assert pool_backward(A, cache).shape == nothing.shape
    for axes in (1, 3):
        nothing = np.zeros((0, *[40] * axes, n_C_prev))
        W, b = draw(rng, *[3] * axes, n_C_prev, 4), draw(rng, *[1] * (axes + 1), 4)
        Z, _ = FORWARD[axes](nothing, W, b, {"stride": 1, "pad": 0})
        assert Z.shape == (0, *[38] * axes, 4)
    assert causal_pad(np.zeros((0, 5, 2)), 3).shape == (0, 7, 2)


# ---------------------------------------------------------------------------------------------
# Manners: caches, types, unchanged arguments, errors.


def test_caches_hold_what_was_given(rng):
    A_prev, W, b = draw(rng, 1, 4, 4, 2), draw(rng, 2, 2, 2, 3), draw(rng, 1, 1, 1, 3)
    given_to_conv = (A_prev, W, b, {"stride": 1, "pad": 1})
    _, cache = conv_forward(*given_to_conv)
    assert isinstance(cache, tuple)
    assert all(kept is sent for kept, sent in zip(cache, given_to_conv, strict=True))
    given_to_pool = (A_prev, {"f": 2, "stride": 2})
    _, cache = pool_forward(*given_to_pool)
    assert isinstance(cache, tuple)
    assert all(kept is sent for kept, sent in zip(cache, given_to_pool, strict=True))


def everything(dtype) -> dict[str, np.ndarray]:
    """All results of all layers for small arrays of one type."""
    rng = np.random.default_rng(5)

    def whole(*shape):
        return rng.integers(-4, 5, shape).astype(dtype)

    A_prev, W, b = whole(2, 6, 7, 3), whole(3, 3, 3, 4), whole(1, 1, 1, 4)
    Z, cache = conv_forward(A_prev, W, b, {"stride": 2, "pad": 1})
    dA_prev, dW, db = conv_backward(whole(*Z.shape), cache)
    results = {"Z": Z, "dA_prev": dA_prev, "dW": dW, "db": db}
    for mode in ("max", "average"):
        A, cache = pool_forward(A_prev, {"f": 3, "stride": 2}, mode)
        results[f"A {mode}"] = A
        results[f"dA_prev {mode}"] = pool_backward(whole(*A.shape), cache, mode)
    for axes in (1, 3):
        layer = whole(2, *[7] * axes, 3), whole(*[3] * axes, 3, 4), whole(*[1] * (axes + 1), 4)
        results[f"Z {axes}D"], _ = FORWARD[axes](*layer, {"stride": 2, "pad": 1})
    results["step"] = conv_single_step(A_prev[0, :3, :3], W[..., 0], b[..., 0])
    return results


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_results_have_the_type_of_the_arguments(dtype):
    for name, result in everything(dtype).items():
        assert result.dtype == dtype, name
    assert zero_pad(np.ones((1, 2, 2, 1), dtype), 1).dtype == dtype
    assert causal_pad(np.ones((1, 2, 1), dtype), 2).dtype == dtype


@pytest.mark.parametrize("dtype", [np.int64, np.int8])
def test_whole_numbers_are_computed_as_floating_ones(dtype):
    got, want = everything(dtype), everything(np.float64)
    for name, result in got.items():
        assert result.dtype == np.float64, name
        np.testing.assert_allclose(result, want[name], err_msg=name)
    assert zero_pad(np.ones((1, 2, 2, 1), dtype), 1).dtype == dtype
    assert causal_pad(np.ones((1, 2, 1), dtype), 2).dtype == dtype


def test_lists_are_taken_for_arrays():
    Z, cache = conv_forward(
        [[[[1], [2]], [[3], [4]]]], [[[[2]]]], [[[[1]]]], {"stride": 1, "pad": 0}
    )
    assert Z.ravel().tolist() == [3.0, 5.0, 7.0, 9.0]
    dA_prev, _, _ = conv_backward([[[[1], [0]], [[0], [1]]]], cache)
    assert dA_prev.ravel().tolist() == [2.0, 0.0, 0.0, 2.0]


@pytest.mark.parametrize("order", ["C", "F"])
def test_arguments_are_left_unchanged(order, rng):
    def own(*shape):
        return np.array(rng.standard_normal(shape), order=order)

    calls = [(zero_pad, (own(2, 5, 6, 3), pad)) for pad in (0, 2)]
    calls.append((conv_single_step, (own(3, 3, 2), own(3, 3, 2), own(1, 1, 1))))
    for n_C_prev, f, stride, pad in [(3, 3, 1, 0), (3, 3, 2, 1), (16, 3, 1, 0), (16, 1, 1, 0)]:
        layer = (own(2, 9, 9, n_C_prev), own(f, f, n_C_prev, 4), own(1, 1, 1, 4))
        layer += ({"stride": stride, "pad": pad},)
        calls.append((conv_forward, layer))
        Z, cache = conv_forward(*layer)
        calls.append((conv_backward, (own(*Z.shape), cache)))
    calls += [(causal_pad, (own(2, 5, 3), f)) for f in (1, 3)]
    calls.append((conv_output_shape, ([9, 8, 2], [3, 2, 2, 4], 2, 1)))
    for axes, n in [(1, 500), (3, 12)]:
        for n_C_prev, f, stride, pad in [(3, 3, 2, 1), (16, 3, 1, 0), (16, 1, 1, 0)]:
            layer = own(2, *[n] * axes, n_C_prev), own(*[f] * axes, n_C_prev, 4)
            layer += own(*[1] * (axes + 1), 4), {"stride": stride, "pad": pad}
            calls.append((FORWARD[axes], layer))
    for mode in ("max", "average"):
        for f, stride in [(1, 1), (2, 2), (3, 1)]:
            layer = (own(2, 6, 7, 3), {"f": f, "stride": stride}, mode)
            calls.append((pool_forward, layer))
            A, cache = pool_forward(*layer)
            calls.append((pool_backward, (own(*A.shape), cache, mode)))

    for function, arguments in calls:
        before = copy.deepcopy(arguments)
        result = function(*arguments)
        np.testing.assert_equal(arguments, before, err_msg=function.__name__)
        outputs = result if isinstance(result, tuple) else (result,)
        inputs = [value for value in arguments if isinstance(value, np.ndarray)]
        for output in outputs:
            if isinstance(output, np.ndarray):
                assert not any(np.shares_memory(output, value) for value in inputs)


@pytest.mark.parametrize("axes", FORWARD)
def test_arrays_may_lie_in_memory_as_they_like(axes, rng):
    A_prev = draw(rng, 3, *[40, 9, 24][:axes], 32)
    W, b = draw(rng, *[3] * axes, 32, 4), draw(rng, *[1] * (axes + 1), 8)
    views = A_prev[::2, ..., ::-2], np.flip(W, 0)[..., 1::2, :], b[..., ::2]
    for hparameters in ({"stride": 1, "pad": 0}, {"stride": 2, "pad": 1}):
        Z, _ = FORWARD[axes](*views, hparameters)
        want, _ = FORWARD[axes](*map(np.ascontiguousarray, views), hparameters)
        np.testing.assert_allclose(Z, want, atol=1e-12)


A = np.ones((1, 4, 5, 2))
W = np.ones((3, 3, 2, 6))
B = np.ones((1, 1, 1, 6))
CONV = {"stride": 1, "pad": 0}
POOL = {"f": 2, "stride": 2}
TIGHT = np.ones((1, 2, 3, 6))
SIGNALS = np.ones((1, 9, 2)), np.ones((3, 2, 6)), np.ones((1, 1, 6))
SCANS = np.ones((1, 4, 5, 6, 2)), np.ones((3, 3, 3, 2, 6)), np.ones((1, 1, 1, 1, 6))

REFUSED = [
    (
        zero_pad,
        (np.ones((4, 5)), 1),
        "X has shape (4, 5), but it must have the shape (m, n_H, n_W, n_C)",
    ),
    (zero_pad, (A, -1), "pad is -1, but it must be a whole number of at least 0"),
    (zero_pad, (A, 1.5), "pad is 1.5, but it must be a whole number of at least 0"),
    (zero_pad, (A, True), "pad is True, but it must be a whole number of at least 0"),
    (zero_pad, (np.array([[[["a"]]]]), 1), "X has dtype <U1, but it must hold real numbers"),
    (
        conv_single_step,
        (A[0], W[..., 0], B[..., :1]),
        "b has shape (1, 1, 1, 1), but it must have the shape (1, 1, 1)",
    ),
    (
        conv_single_step,
        (A[0], W[..., 0], B[..., 0]),
        "W has shape (3, 3, 2), but it must have the shape of a_slice_prev, (4, 5, 2)",
    ),
    (
        conv_single_step,
        (A, W[..., 0], B[..., 0]),
        "a_slice_prev has shape (1, 4, 5, 2), but it must have the shape (f, f, n_C_prev)",
    ),
    (
        conv_forward,
        (A[0], W, B, CONV),
        "A_prev has shape (4, 5, 2), but it must have the shape (m, n_H_prev, n_W_prev, n_C_prev)",
    ),
    (
        conv_forward,
        (A, W[0], B, CONV),
        "W has shape (3, 2, 6), but it must have the shape (f, f, n_C_prev, n_C)",
    ),
    (
        conv_forward,
        (A, W[:2], B, CONV),
        "W has shape (2, 3, 2, 6), but its filters must be square, f by f, f >= 1",
    ),
    (
        conv_forward,
        (A, W[:0, :0], B, CONV),
        "W has shape (0, 0, 2, 6), but its filters must be square, f by f, f >= 1",
    ),
    (
        conv_forward,
        (A, W[:, :, :1], B, CONV),
        "W has shape (3, 3, 1, 6), but"
        " its third size must be the 2 channels of A_prev, whose shape is (1, 4, 5, 2)",
    ),
    (
        conv_forward,
        (A, W, B[0], CONV),
        "b has shape (1, 1, 6), but it must have the shape (1, 1, 1, 6)",
    ),
    (
        conv_forward,
        (A, W, B[..., :5], CONV),
        "b has shape (1, 1, 1, 5), but it must have the shape (1, 1, 1, 6)",
    ),
    (
        conv_forward,
        (A, W, B, {"stride": 0, "pad": 0}),
        "hparameters['stride'] is 0, but it must be a whole number of at least 1",
    ),
    (
        conv_forward,
        (A, W, B, {"stride": 1, "pad": -2}),
        "hparameters['pad'] is -2, but it must be a whole number of at least 0",
    ),
    (
        conv_forward,
        (A, W, B, {"stride": 2.0, "pad": 0}),
        "hparameters['stride'] is 2.0, but it must be a whole number of at least 1",
    ),
    (
        conv_forward,
        (A, W, B, {"stride": 1}),
        "hparameters has no 'pad', but it must have 'stride' and 'pad'",
    ),
    (conv_forward, (A, W, B, 1), "hparameters is 1, but it must be a dict with 'stride' and 'pad'"),
    (
        conv_forward,
        (A[:, :2], W, B, CONV),
        "W has filters of 3 x 3, but"
        " they must not be larger than the padded image, 2 x 5 (A_prev has shape (1, 2,"
        " 5, 2), pad is 0)",
    ),
    (
        conv1d_forward,
        (A, SIGNALS[1], SIGNALS[2], CONV),
        "A_prev has shape (1, 4, 5, 2), but it must have the shape (m, n_prev, n_C_prev)",
    ),
    (
        conv1d_forward,
        (SIGNALS[0], W, B, CONV),
        "W has shape (3, 3, 2, 6), but it must have the shape (f, n_C_prev, n_C)",
    ),
    (
        conv1d_forward,
        (SIGNALS[0], SIGNALS[1][:0], SIGNALS[2], CONV),
        "W has shape (0, 2, 6), but its filters must be at least one sample long",
    ),
    (
        conv1d_forward,
        (SIGNALS[0][..., :1], *SIGNALS[1:], CONV),
        "W has shape (3, 2, 6), but"
        " its second size must be the 1 channels of A_prev, whose shape is (1, 9, 1)",
    ),
    (
        conv1d_forward,
        (*SIGNALS[:2], B, CONV),
        "b has shape (1, 1, 1, 6), but it must have the shape (1, 1, 6)",
    ),
    (
        conv1d_forward,
        (SIGNALS[0][:, :2], *SIGNALS[1:], CONV),
        "W has filters of 3, but they must not be larger than the padded signal, 2 (A_prev has"
        " shape (1, 2, 2), pad is 0)",
    ),
    (
        conv1d_forward,
        (*SIGNALS, {"stride": 0, "pad": 0}),
        "hparameters['stride'] is 0, but it must be a whole number of at least 1",
    ),
    (
        conv3d_forward,
        (A, *SCANS[1:], CONV),
        "A_prev has shape (1, 4, 5, 2), but"
        " it must have the shape (m, n_H_prev, n_W_prev, n_D_prev, n_C_prev)",
    ),
    (
        conv3d_forward,
        (SCANS[0], SCANS[1][:, :, :2], SCANS[2], CONV),
        "W has shape (3, 3, 2, 2, 6), but its filters must be cubes, f by f by f, f >= 1",
    ),
    (
        conv3d_forward,
        (SCANS[0][..., :1], *SCANS[1:], CONV),
        "W has shape (3, 3, 3, 2, 6), but"
        " its fourth size must be the 1 channels of A_prev, whose shape is (1, 4, 5, 6, 1)",
    ),
    (
        conv3d_forward,
        (*SCANS[:2], B, CONV),
        "b has shape (1, 1, 1, 6), but it must have the shape (1, 1, 1, 1, 6)",
    ),
    (
        conv3d_forward,
        (SCANS[0][:, :, :, :1], *SCANS[1:], CONV),
        "W has filters of 3 x 3 x 3, but they must not be larger than the padded volume, 4 x 5 x 1"
        " (A_prev has shape (1, 4, 5, 1, 2), pad is 0)",
    ),
    (
        conv3d_forward,
        (*SCANS, {"stride": 1, "pad": 0.5}),
        "hparameters['pad'] is 0.5, but it must be a whole number of at least 0",
    ),
    (causal_pad, (A, 3), "X has shape (1, 4, 5, 2), but it must have the shape (m, n, n_C)"),
    (causal_pad, (A[0], 0), "f is 0, but it must be a whole number of at least 1"),
    (causal_pad, (A[0], 2.0), "f is 2.0, but it must be a whole number of at least 1"),
    (
        conv_output_shape,
        (14, (5, 1, 16), 1, 0),
        "input_shape is 14, but it must be a tuple of whole numbers",
    ),
    (
        conv_output_shape,
        ((14, 0), (5, 1, 16), 1, 0),
        "input_shape[1] is 0, but it must be a whole number of at least 1",
    ),
    (
        conv_output_shape,
        ((14, 1), (5.0, 1, 16), 1, 0),
        "filter_shape[0] is 5.0, but it must be a whole number of at least 1",
    ),
    (
        conv_output_shape,
        ((14, 14, 1), (5, 1, 16), 1, 0),
        "input_shape is (14, 14, 1) and filter_shape (5, 1, 16), but they must be"
        " (n_1, ..., n_d, n_C_prev) and (f_1, ..., f_d, n_C_prev, n_C) with the same d >= 1",
    ),
    (
        conv_output_shape,
        ((3,), (3, 16), 1, 0),
        "input_shape is (3,) and filter_shape (3, 16), but they must be"
        " (n_1, ..., n_d, n_C_prev) and (f_1, ..., f_d, n_C_prev, n_C) with the same d >= 1",
    ),
    (
        conv_output_shape,
        ((14, 1), (5, 2, 16), 1, 0),
        "filter_shape is (5, 2, 16), but"
        " its last but one size must be the 1 channels of input_shape, which is (14, 1)",
    ),
    (
        conv_output_shape,
        ((9, 4, 1), (3, 7, 1, 16), 1, 1),
        "filter_shape is (3, 7, 1, 16), but a filter must not be larger than the padded input,"
        " 11 x 6 (input_shape is (9, 4, 1), pad is 1)",
    ),
    (
        conv_output_shape,
        ((14, 1), (5, 1, 16), 0, 0),
        "stride is 0, but it must be a whole number of at least 1",
    ),
    (
        conv_output_shape,
        ((14, 1), (5, 1, 16), 1, -1),
        "pad is -1, but it must be a whole number of at least 0",
    ),
    (
        pool_forward,
        (A[0], POOL),
        "A_prev has shape (4, 5, 2), but it must have the shape (m, n_H_prev, n_W_prev, n_C)",
    ),
    (
        pool_forward,
        (A, {"f": 5, "stride": 1}),
        "hparameters['f'] is 5, but"
        " the window must not be larger than the image, 4 x 5 (A_prev has shape (1, 4, 5, 2))",
    ),
    (
        pool_forward,
        (A, {"f": 0, "stride": 1}),
        "hparameters['f'] is 0, but it must be a whole number of at least 1",
    ),
    (
        pool_forward,
        (A, {"f": 2, "stride": 0}),
        "hparameters['stride'] is 0, but it must be a whole number of at least 1",
    ),
    (pool_forward, (A, {"stride": 1}), "hparameters has no 'f', but it must have 'f' and 'stride'"),
    (pool_forward, (A, POOL, "mean"), "mode is 'mean', but it must be 'max' or 'average'"),
    (
        conv_backward,
        (TIGHT[:, 1:], (A, W, B, CONV)),
        "dZ has shape (1, 1, 3, 6), but"
        " it must have the shape (1, 2, 3, 6) of the output that belongs to the cache",
    ),
    (
        conv_backward,
        (TIGHT[0], (A, W, B, CONV)),
        "dZ has shape (2, 3, 6), but it must have the shape (m, n_H, n_W, n_C)",
    ),
    (
        conv_backward,
        (TIGHT, (A, W, B)),
        "cache is a tuple of 3, but it must be the tuple (A_prev, W, b, hparameters)",
    ),
    (
        conv_backward,
        (TIGHT, None),
        "cache is None, but it must be the tuple (A_prev, W, b, hparameters)",
    ),
    (
        conv_backward,
        (TIGHT, (A, W, B, {"stride": 0, "pad": 0})),
        "hparameters['stride'] is 0, but it must be a whole number of at least 1",
    ),
    (
        pool_backward,
        (A, (A, POOL)),
        "dA has shape (1, 4, 5, 2), but"
        " it must have the shape (1, 2, 2, 2) of the output that belongs to the cache",
    ),
    (
        pool_backward,
        (A, (A,)),
        "cache is a tuple of 1, but it must be the tuple (A_prev, hparameters)",
    ),
    (
        pool_backward,
        (A[:, :2, :2], (A, POOL), "min"),
        "mode is 'min', but it must be 'max' or 'average'",
    ),
]


@pytest.mark.parametrize(
    ("function", "arguments", "sentence"),
    REFUSED,
    ids=[f"{function.__name__}: {sentence[:40]}" for function, _, sentence in REFUSED],
)
def test_what_cannot_be_is_refused_with_a_sentence(function, arguments, sentence):
    with pytest.raises(ValueError) as error:
        function(*arguments)
    assert str(error.value) == sentence


@pytest.mark.parametrize(
    "function",
    [
        zero_pad,
        conv_single_step,
        conv_forward,
        pool_forward,
        conv_backward,
        pool_backward,
        causal_pad,
        conv1d_forward,
        conv3d_forward,
    ],
    ids=lambda function: function.__name__,
)
def test_a_docstring_tells_all_that_a_student_needs(function):
    text = " ".join(function.__doc__.split())
    for part in ("Parameters ----", "Returns ----", "Notes ----", "Source: ", "yours need not"):
        assert part in text
    code = function.__wrapped__.__code__
    for name in code.co_varnames[: code.co_argcount]:
        assert f" {name} : " in text
    assert "Left unchanged" in text
