"""Plain data across the line of trust: what may cross, how it is written, how big it may be.

MessagePack carries None, bool, int, float, str, bytes, list and dict; extension types add
tuples, NumPy arrays and scalars, complex numbers, and `Opaque` for anything else, of which only
the type's name crosses. Nothing that is decoded runs code.
"""

from __future__ import annotations

import math
import re
import socket
import struct
import sys
from typing import Any, NamedTuple

import msgpack
import numpy as np

MAX_BYTES = 64 * 2**20  # one message
MAX_ITEMS = 100_000  # in one list or tuple
MAX_PAIRS = 1_000  # in one dict; keys can be made to collide
MAX_TOTAL = 300_000  # items of all lists of a message together
MAX_TEXT = 2_000_000  # characters in one string
MAX_DEPTH = 20
MAX_READ = 6 * MAX_BYTES  # of a message with all that is read again within it

_TUPLE, _ARRAY, _SCALAR, _COMPLEX, _INTEGER, _OPAQUE, _PAIRS = range(7)
_KINDS = "biufc"  # bool, int, uint, float, complex: no objects, no strings, no records
# NumPy reads longer names as a language of their own, and parses some as Python.
_DTYPE = re.compile(rf"[<>|=]?[{_KINDS}][0-9]{{1,2}}")


class WireError(ValueError):
    """What came is no message that this side accepts."""


class Opaque(NamedTuple):
    """A value that does not cross; `type` names its type."""

    type: str


# --- writing ------------------------------------------------------------------------------


def encode(value: Any) -> bytes:
    """Write a value as bytes; what is not plain data becomes `Opaque`.

    Raises
    ------
    WireError
        If the message would be larger than `MAX_BYTES`.
    """
    data = _pack(_plain(value, MAX_DEPTH))
    if len(data) > MAX_BYTES:
        raise WireError(f"a value of {len(data):,} bytes is larger than {MAX_BYTES:,} bytes")
    return data


def _pack(value: Any) -> bytes:
    return msgpack.packb(value, use_bin_type=True)


def _ext(code: int, value: Any) -> msgpack.ExtType:
    return msgpack.ExtType(code, _pack(value))


def _plain(value: Any, depth: int) -> Any:
    # Exact types first: a subclass may lie about itself, so it crosses as what NumPy or the
    # base type makes of it.
    kind = type(value)
    if depth < 0:
        return _ext(_OPAQUE, "something nested too deeply")
    if value is None or kind in (bool, float):
        return value
    if kind is str:
        # Lone surrogates are legal in Python and not in UTF-8.
        return value[:MAX_TEXT].encode("utf-8", "replace").decode("utf-8")
    if kind is np.str_:
        return _plain(str(value), depth)
    if kind is bytes:
        return value
    if kind is int:
        if -(2**63) <= value < 2**63:
            return value
        return _ext(_INTEGER, hex(value)[:1000]) if value.bit_length() < 3500 else math.inf
    if kind is complex:
        return _ext(_COMPLEX, [value.real, value.imag])
    if kind in (list, tuple):
        if len(value) > MAX_ITEMS:
            return _ext(_OPAQUE, f"{kind.__name__} of {len(value)} items")
        items = [_plain(item, depth - 1) for item in value]
        return items if kind is list else _ext(_TUPLE, items)
    if kind is dict:
        if len(value) > MAX_PAIRS:
            return _ext(_OPAQUE, f"dict of {len(value)} items")
        return _ext(
            _PAIRS, [[_plain(k, depth - 1), _plain(v, depth - 1)] for k, v in value.items()]
        )
    if isinstance(value, np.generic):
        return _array(np.asarray(value), _SCALAR)
    if isinstance(value, np.ndarray):
        return _array(np.asarray(value), _ARRAY)
    if isinstance(value, Opaque):
        return _ext(_OPAQUE, value.type[:200])
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return _plain(tuple(value), depth)
    if _is_tensor(value):
        return _array(np.asarray(value), _ARRAY)
    return _ext(_OPAQUE, f"{kind.__module__}.{kind.__qualname__}"[:200])


def _is_tensor(value: Any) -> bool:
    # Only if TensorFlow is loaded already can a value be one of its tensors.
    tf = sys.modules.get("tensorflow")
    return tf is not None and isinstance(value, tf.Tensor | tf.Variable)


def _array(array: np.ndarray, code: int) -> msgpack.ExtType:
    if array.dtype.kind not in _KINDS:
        return _ext(_OPAQUE, f"numpy array of dtype {array.dtype}"[:200])
    if array.nbytes > MAX_BYTES:
        return _ext(_OPAQUE, f"numpy array of {array.nbytes} bytes")
    array = np.ascontiguousarray(array).reshape(array.shape)
    # Little-endian on the wire, whatever the array was.
    array = array.astype(array.dtype.newbyteorder("<"), copy=False)
    return _ext(code, [array.dtype.str, list(array.shape), array.tobytes()])


# --- reading ------------------------------------------------------------------------------


def decode(data: bytes) -> Any:
    """Read what `encode` wrote, trusting nothing.

    Raises
    ------
    WireError
        If the bytes are no message, or one beyond the limits of this module.
    """
    # Two levels more than the writer makes: the name of what it cut off lies deeper still.
    return _decode(data, MAX_DEPTH + 2, [MAX_TOTAL, MAX_READ])


def _decode(data: bytes, depth: int, left: list[int]) -> Any:
    def count(items: list) -> list:
        # A list of lists takes fifty times the memory of its bytes.
        left[0] -= 1 + len(items)
        if left[0] < 0:
            raise WireError(f"a message holds more than {MAX_TOTAL:,} items")
        return items

    if len(data) > MAX_BYTES:
        raise WireError(f"a message of {len(data):,} bytes is larger than {MAX_BYTES:,} bytes")
    if depth < 0:
        raise WireError(f"a message is nested deeper than {MAX_DEPTH} levels")
    # What lies within an extension is copied: deep nesting would multiply a message's size.
    left[1] -= len(data)
    if left[1] < 0:
        raise WireError("a message holds too much in too many levels")
    try:
        return msgpack.unpackb(
            data,
            raw=False,
            strict_map_key=True,
            list_hook=count,
            ext_hook=lambda code, body: _decode_ext(code, body, depth - 1, left),
            max_str_len=4 * MAX_TEXT,
            max_bin_len=MAX_BYTES,
            max_array_len=MAX_ITEMS,
            max_map_len=0,  # dicts cross as lists of pairs
            max_ext_len=MAX_BYTES,
            timestamp=1,  # MessagePack's own times are numbers here
        )
    except WireError:
        raise
    except (ValueError, TypeError, OverflowError, RecursionError, msgpack.UnpackException) as error:
        # No word of the message: it may be shown to people, and holds what a student chose.
        raise WireError(f"a message cannot be read ({type(error).__name__})") from None


def _decode_ext(code: int, body: bytes, depth: int, left: list[int]) -> Any:
    value = _decode(body, depth, left)
    if code == _TUPLE and isinstance(value, list):
        return tuple(value)
    if code == _PAIRS and isinstance(value, list):
        if len(value) > MAX_PAIRS:
            raise WireError(f"a dict of {len(value):,} pairs")
        if any(not isinstance(pair, list) or len(pair) != 2 for pair in value):
            raise WireError("a dict that is no list of pairs")
        return dict(value)  # an unhashable key is a TypeError, caught in _decode
    if code in (_ARRAY, _SCALAR):
        array = _decode_array(value)
        return array if code == _ARRAY or array.ndim else array[()]
    if code == _COMPLEX and isinstance(value, list) and len(value) == 2:
        return complex(float(value[0]), float(value[1]))
    if code == _INTEGER and isinstance(value, str) and len(value) <= 1000:
        return int(value, 16)
    if code == _OPAQUE and isinstance(value, str):
        return Opaque(value[:200])
    raise WireError(f"a message holds an unknown or malformed item (type {code})")


def _decode_array(value: Any) -> np.ndarray:
    if not isinstance(value, list) or len(value) != 3:
        raise WireError("an array without dtype, shape and data")
    dtype_name, shape, data = value
    if not isinstance(dtype_name, str) or not _DTYPE.fullmatch(dtype_name):
        raise WireError("an array of a dtype that does not cross")
    if not isinstance(data, bytes):
        raise WireError("an array whose data are malformed")
    dtype = np.dtype(dtype_name)
    if not isinstance(shape, list) or len(shape) > 32:
        raise WireError("an array of more than 32 axes")
    if any(type(n) is not int or n < 0 for n in shape):
        raise WireError("an array whose shape is malformed")
    if math.prod(shape) * dtype.itemsize != len(data):
        raise WireError("an array whose shape and data do not agree")
    # A copy: what the frame buffer holds is read-only.
    return np.frombuffer(data, dtype).reshape(shape).copy()


# --- frames -------------------------------------------------------------------------------

HEADER = struct.Struct("<I")


def frame(value: Any) -> bytes:
    """A value as it goes over a stream: four bytes of length, then the message."""
    data = encode(value)
    return HEADER.pack(len(data)) + data


def read_exactly(stream: socket.socket, n: int) -> bytes:
    """The next `n` bytes of a stream that blocks.

    Raises
    ------
    EOFError
        If it ends before.
    """
    parts = bytearray()
    while len(parts) < n:
        part = stream.recv(min(n - len(parts), 2**20))
        if not part:
            raise EOFError
        parts += part
    return bytes(parts)
