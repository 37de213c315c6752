"""What crosses the line of trust: plain data comes through whole, all else is refused."""

from __future__ import annotations

import contextlib
import json
import socket

import msgpack
import nbformat
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from coursekit.checks import engine, expect
from coursekit.grading import wire
from coursekit.grading.judge import RemoteStudent, _plain_output
from coursekit.grading.sandbox import Candidate, CandidateGone, Limits
from coursekit.grading.submission import Submission

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
    # What indexing an array of text gives is text.
    name = through(np.array(["Ada", "Björn"])[1])
    assert type(name) is str
    assert name == "Björn"


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


# --- what a forger sends -------------------------------------------------------------------------

# MessagePack of every kind, extensions of every number, arrays that are none.
_bodies = st.binary(max_size=20)
_array_parts = st.tuples(
    st.sampled_from(["<f8", "|b1", "<c16", "|O", "<f2", "|V0", "<U1", "f,f", ">i4"])
    | st.text(max_size=9),
    st.lists(st.integers(-1, 3) | st.integers(0, 2**64 - 1), max_size=4) | st.none(),
    _bodies | st.sampled_from([bytes(n) for n in (0, 1, 2, 8, 16, 24)]),
).map(list)
_leaves = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats()
    | st.text(max_size=8)
    | _bodies
    | st.sampled_from(
        ["id", "value", "args", "raised", "done", "outputs", "output_type", "stream", "error",
         "display_data", "data", "text", "name", "MemoryError", "0x" + "f" * 999, "-1", "1_0"]
    )
)  # fmt: skip


def packed(value: object) -> bytes:
    return msgpack.packb(value, use_bin_type=True)


def _extensions(inner: st.SearchStrategy) -> st.SearchStrategy:
    def extension(code: int, value: object) -> msgpack.ExtType:
        return msgpack.ExtType(code, value if type(value) is bytes else packed(value))

    # Code 6 is a dict: mostly a list of pairs, so that it is read.
    pairs = st.lists(st.tuples(_leaves, inner).map(list), max_size=5)
    return (
        st.builds(extension, st.integers(0, 9) | st.integers(0, 127), inner | _array_parts)
        | st.builds(extension, st.sampled_from([1, 2]), _array_parts)
        | st.builds(extension, st.just(6), pairs)
        | st.builds(lambda s, n: msgpack.Timestamp(s, n), st.integers(0, 9), st.integers(0, 9))
    )


forged = st.recursive(
    _leaves,
    lambda inner: (
        st.lists(inner, max_size=4)
        | _extensions(inner)
        | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=20,
)
PLAIN = (bool, int, float, complex, str, bytes, list, tuple, dict, np.ndarray, np.generic)


def read(value: object) -> object:
    """What the judge makes of a forged message; nothing where it refuses."""
    with contextlib.suppress(wire.WireError):
        return wire.decode(packed(value))
    return None


def assert_plain(value: object, depth: int = 0) -> None:
    """Plain data and nothing else, all the way down."""
    assert depth < 60
    assert value is None or isinstance(value, (*PLAIN, wire.Opaque)), type(value)
    if isinstance(value, np.ndarray | np.generic):
        assert value.dtype.kind in "biufc"
        assert not value.dtype.hasobject
    elif isinstance(value, dict):
        for key, item in value.items():
            assert_plain(key, depth + 1)
            assert_plain(item, depth + 1)
    elif isinstance(value, list | tuple):
        for item in value:
            assert_plain(item, depth + 1)


@given(forged)
@settings(max_examples=500)
def test_what_is_read_is_plain_data_all_the_way_down(value: object) -> None:
    assert_plain(read(value))


@given(st.text(max_size=9) | st.text("<>=|biufcOSUV()[],:1248 ", max_size=8))
@settings(max_examples=500)
def test_any_dtype_is_read_or_refused(name: str) -> None:
    with contextlib.suppress(wire.WireError):
        assert_plain(wire.decode(array_message(name, [1], bytes(8))))


class Nobody:
    """Stands where a candidate's process would be."""

    def __init__(self, channel: socket.socket) -> None:
        self.channel = channel

    def status(self, seconds: float) -> int:
        return 1

    def close(self) -> None:
        self.channel.close()


@given(st.lists(forged.map(packed) | st.binary(max_size=30), max_size=3), st.binary(max_size=6))
@settings(max_examples=200)
def test_any_stream_is_a_message_or_a_verdict(messages: list[bytes], rest: bytes) -> None:
    ours, theirs = socket.socketpair()
    theirs.sendall(wire.frame({"layers": []}))
    for message in messages:
        theirs.sendall(wire.HEADER.pack(len(message)) + message)
    theirs.sendall(rest)
    theirs.close()
    with Candidate(Nobody(ours)) as candidate:
        for _ in range(len(messages) + 1):
            verdict = "error"
            try:
                assert isinstance(candidate.receive(10), dict)
            except CandidateGone as gone:
                verdict = gone.verdict
            assert verdict in {"error", "timeout", "memory", "crashed"}


def remote() -> RemoteStudent:
    """A student whose candidate is never started."""
    return RemoteStudent(Submission("work.py", "", ((0, ""),)), lambda: None, Limits())


REPLY_KEYS = ("value", "args", "kwargs", "raised", "missing", "id")
replies = st.dictionaries(st.sampled_from(REPLY_KEYS) | st.text(max_size=3), forged, max_size=6)
# Most of what is drawn freely is refused early; these come further.
nearly = st.fixed_dictionaries({"value": forged, "args": st.just([1]) | forged, "kwargs": forged})
raised = st.fixed_dictionaries({"raised": st.lists(forged, min_size=3, max_size=3)})


@given(replies | nearly | raised)
@settings(max_examples=500)
def test_any_reply_is_a_call_or_an_error_of_the_students(reply: dict) -> None:
    decoded = {key: read(value) for key, value in reply.items()}
    said, verdict = "", "error"
    try:
        call = remote()._understand("zero_pad", decoded, (np.ones(1),))
        with contextlib.suppress(expect.CheckFailed):
            expect.unchanged(call, ("X",))
    except engine.StudentError as error:
        said, verdict = [str(error), error.hint, error.detail], error.verdict
    assert verdict in {"error", "timeout", "memory"}
    assert len(json.dumps(said)) < 20_000


@given(forged)
@settings(max_examples=500)
def test_any_value_is_compared_or_refused(value: object) -> None:
    value = read(value)
    for judged in (
        lambda: expect.close(value, np.ones((2, 3)), "Z", suspects={"zeros": np.zeros(2)}),
        lambda: expect.scalar(value, 1.0, "z"),
        lambda: expect.items(value, 2, "f"),
        lambda: expect.mapping(value, "cache", ("stride",)),
    ):
        try:
            judged()
        except expect.CheckFailed as failure:
            said = [failure.message, failure.expected, failure.got, failure.hint]
            assert len(json.dumps(said)) < 5000


OUTPUT_KEYS = ("output_type", "name", "text", "data", "ename", "evalue", "traceback", "metadata")
kinds = st.sampled_from(["stream", "error", "display_data", "execute_result"]) | forged
shown = st.fixed_dictionaries(
    {"output_type": kinds},
    optional={key: st.text(max_size=5) | forged for key in OUTPUT_KEYS[1:]},
)


@given(st.lists(shown | forged, max_size=4) | forged, forged | st.lists(forged, max_size=4))
@settings(max_examples=500)
def test_any_outputs_are_shown_as_text_or_left_out(outputs: object, said: object) -> None:
    student = remote()
    decoded = [
        {key: read(value) for key, value in item.items()} if type(item) is dict else read(item)
        for item in (outputs if type(outputs) is list else [outputs])
    ]
    student._learn({"done": 0, "outputs": decoded, "raised": read(said)})
    assert all(type(note) is str and len(note) < 1000 for note in student.notes)
    for output in student.outputs[0]:
        node = nbformat.from_dict(output)
        node.setdefault("traceback", []) if node.output_type == "error" else None
        node.setdefault("metadata", {}) if node.output_type == "display_data" else None
        nbformat.validate(node, ref=node.output_type, version=4)
    json.dumps([student.notes, student.outputs], allow_nan=False)


@given(forged)
def test_anything_is_an_output_or_nothing(value: object) -> None:
    output = _plain_output(read(value))
    assert output is None or output["output_type"] in ("stream", "error", "display_data")


@given(st.integers(-5, 20_000) | st.integers())
def test_news_of_any_cell_is_bounded(index: int) -> None:
    student = remote()
    for _ in range(3):
        student._learn({"done": index, "outputs": [], "raised": ["ValueError", "x" * 10**6, 1]})
    assert len(student.notes) <= 1
    assert sum(map(len, student.notes)) < 1000
