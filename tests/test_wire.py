"""What crosses the line of trust: plain data comes through whole, all else is refused."""

from __future__ import annotations

import contextlib

import msgpack
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from coursekit.grading import wire

plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.complex_numbers(allow_nan=False)
    | st.text(st.characters(exclude_categories=["Cs"]))
    | st.binary(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text(max_size=5) | st.integers(0, 9), inner, max_size=4)
    ),
    max_leaves=12,
)
arrays = hnp.arrays(
    st.sampled_from(["<f4", ">f8", "<i8", "u1", "?", "<c8", "<f2"]), hnp.array_shapes(min_dims=0)
)


def same(a: object, b: object) -> bool:
    if isinstance(a, float) and a != a:
        return b != b
    return type(a) is type(b) and a == b


def through(value: object) -> object:
    return wire.decode(wire.encode(value))


@given(plain)
def test_plain_data_comes_through(value: object) -> None:
    result = through(value)
    if not isinstance(value, int) or value.bit_length() < 3500:
        assert same(value, result)


@given(arrays)
def test_arrays_come_through(array: np.ndarray) -> None:
    result = through(array)
    assert isinstance(result, np.ndarray)
    assert result.shape == array.shape
    assert result.dtype == array.dtype.newbyteorder("<")
    assert np.array_equal(result, array, equal_nan=array.dtype.kind in "fc")
    assert result.flags.writeable


def test_scalars_stay_scalars_and_views_come_whole() -> None:
    assert type(through(np.float32(2))) is np.float32
    assert np.array_equal(through(np.arange(12).reshape(3, 4).T[::2]), [[0, 4, 8], [2, 6, 10]])


def test_subclasses_lose_what_they_add() -> None:
    class Liar(np.ndarray):
        def __eq__(self, other: object) -> bool:
            return True

        __hash__ = None

    class Number(float):
        def __eq__(self, other: object) -> bool:
            return True

        __hash__ = None

    assert type(through(np.zeros(2).view(Liar))) is np.ndarray
    assert isinstance(through(Number(1)), wire.Opaque)


@pytest.mark.parametrize(
    "value",
    [object(), np.array([object()]), np.array(["text"]), lambda: 1, {1, 2}, type, range(3)],
    ids=lambda value: type(value).__name__,
)
def test_what_is_not_plain_crosses_as_its_name_only(value: object) -> None:
    assert isinstance(through(value), wire.Opaque)


def test_tensors_arrive_as_arrays() -> None:
    import tensorflow as tf

    assert np.array_equal(through(tf.constant([1.0, 2.0])), [1, 2])
    assert np.array_equal(through(tf.Variable([3])), [3])


def test_cycles_and_depth_end() -> None:
    cycle: list = []
    cycle.append(cycle)
    assert isinstance(through(cycle), list)
    deep: tuple = ()
    for _ in range(500):
        deep = (deep,)
    assert isinstance(through(deep), tuple)


def test_large_arrays_are_not_sent() -> None:
    assert isinstance(through(np.zeros(wire.MAX_BYTES, np.uint8).repeat(2)), wire.Opaque)


@given(st.binary(max_size=200))
@settings(max_examples=300)
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with contextlib.suppress(wire.WireError):
        wire.decode(data)


@given(st.integers(0, 9), st.binary(max_size=60) | plain.map(wire.encode))
@settings(max_examples=300)
def test_any_extension_is_read_or_refused(code: int, body: bytes) -> None:
    with contextlib.suppress(wire.WireError):
        wire.decode(msgpack.packb(msgpack.ExtType(code, body)))


def array_message(dtype: object, shape: object, data: object) -> bytes:
    return msgpack.packb(msgpack.ExtType(1, msgpack.packb([dtype, shape, data])))


@pytest.mark.parametrize(
    "message",
    [
        array_message("<f8", [2], b"\0" * 8),
        array_message("<f8", [2**40, 2**40], b""),
        array_message("<f8", [-1], b""),
        array_message("|O", [1], b"\0" * 8),
        array_message("f8,f8", [1], b"\0" * 16),
        array_message("nonsense", [1], b"\0"),
        array_message("<f8", "2", b"\0" * 16),
        array_message("<f8", [1] * 40, b"\0" * 8),
        msgpack.packb({"a": 1}),
        msgpack.packb(msgpack.ExtType(6, msgpack.packb([[[1], 2]]))),
        msgpack.packb(msgpack.ExtType(4, msgpack.packb("0x" + "f" * 2000))),
        msgpack.packb([1] * (wire.MAX_ITEMS + 1)),
        msgpack.packb(1) + b"more",
        b"\x91" * 5000 + b"\x01",
        b"",
    ],
)
def test_malformed_messages_are_refused(message: bytes) -> None:
    with pytest.raises(wire.WireError):
        wire.decode(message)


def nested(depth: int) -> bytes:
    data = msgpack.packb([])
    for _ in range(depth):
        data = msgpack.packb(msgpack.ExtType(0, data))
    return data


def test_nesting_is_bounded() -> None:
    with pytest.raises(wire.WireError):
        wire.decode(nested(wire.MAX_DEPTH + 5))
