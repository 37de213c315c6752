"""What checks say of a returned value, in words that a student can use.

Each function either returns the value in a safe form or raises `CheckFailed`. Returned values
may be anything at all: a check hands them to these functions before it does anything else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from coursekit.grading.wire import Opaque

# A message shows at most this many numbers of an array.
_SHOWN = 6


class CheckFailed(AssertionError):
    """A check's verdict on a value that is not as the docstring says.

    Attributes
    ----------
    message : str
        One sentence; gives no expected values away.
    expected, got : str
        What was expected and what came, for the instructor and, in public checks, the student.
    hint : str
        The likeliest cause.
    """

    def __init__(self, message: str, *, expected: str = "", got: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message, self.expected, self.got, self.hint = message, expected, got, hint


def describe(value: Any) -> str:
    """A short text for any value: type and shape for arrays, a few numbers, never a long dump."""
    if isinstance(value, np.ndarray):
        if value.size == 0:
            return f"empty array of shape {value.shape}"
        if value.size == 1:
            return (
                f"{_numbers(value)} (array of shape {value.shape})"
                if value.ndim
                else (f"{_numbers(value)}")
            )
        return f"array of shape {value.shape}: {_numbers(value)}"
    if isinstance(value, Opaque):
        return f"an object of type {value.type}"
    if isinstance(value, tuple | list):
        kind = type(value).__name__
        return f"{kind} of {len(value)} item{'s' * (len(value) != 1)}"
    if isinstance(value, dict):
        keys = ", ".join(repr(key)[:30] for key in list(value)[:6])
        return f"dict with keys {keys}" if keys else "empty dict"
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."


def kind(value: Any) -> str:
    """What sort of value it is, in words that students' code has no say in.

    A message may be shown for hidden checks too, and must not carry their inputs.
    """
    if isinstance(value, Opaque):
        return "some other object"
    if isinstance(value, tuple | list):
        few = f" of {len(value)} item{'s' * (len(value) != 1)}" if len(value) < 10 else ""
        return f"a {type(value).__name__}{few}"
    names = {dict: "a dict", str: "text", bytes: "bytes", np.ndarray: "an array"}
    return "None" if value is None else names.get(type(value), "a single value")


def _is_numeric(value: Any, depth: int = 32) -> bool:
    """Whether lists hold numbers alone: NumPy gives each text in a list the room of the longest."""
    if type(value) in (list, tuple):
        return depth > 0 and all(_is_numeric(item, depth - 1) for item in value)
    return isinstance(value, bool | int | float | complex | np.ndarray | np.generic)


def _numbers(array: np.ndarray) -> str:
    flat = array.ravel()[:_SHOWN]
    text = ", ".join(_number(number) for number in flat)
    return text + (", ..." if array.size > _SHOWN else "")


def _number(number: Any) -> str:
    if isinstance(number, np.floating | np.complexfloating):
        return f"{number:.5g}"
    return str(number)


def items(value: Any, n: int, name: str) -> tuple:
    """`value` as a tuple of exactly `n` items (a list does as well)."""
    if isinstance(value, tuple | list) and not isinstance(value, Opaque) and len(value) == n:
        return tuple(value)
    raise CheckFailed(
        f"{name} should return {n} values, and returned {kind(value)}.",
        expected=f"{n} values",
        got=describe(value),
        hint="The function ends without a return statement."
        if value is None
        else "Compare the return statement with the docstring.",
    )


def array(value: Any, name: str, shape: tuple[int, ...] | None = None) -> np.ndarray:
    """`value` as a real, numeric array, of exactly `shape` where one is given."""
    if value is None:
        raise CheckFailed(
            f"{name} should be an array, and is None.",
            expected="an array",
            got="None",
            hint="The function ends without a return statement, or returns a variable never set.",
        )
    result = None
    if _is_numeric(value):
        try:
            result = np.asarray(value)
        except (ValueError, TypeError, OverflowError):
            result = None  # ragged lists, or lists of things that are no numbers
    if result is None or result.dtype.kind not in "biuf":
        raise CheckFailed(
            f"{name} should be an array of real numbers, and is {kind(value)}.",
            expected="an array of real numbers",
            got=describe(value),
        )
    if shape is not None and result.shape != tuple(shape):
        raise CheckFailed(
            f"{name} has the wrong shape.",
            expected=f"shape {tuple(shape)}",
            got=f"shape {result.shape}",
            hint=_shape_hint(result.shape, tuple(shape)),
        )
    return result


def _shape_hint(got: tuple[int, ...], want: tuple[int, ...]) -> str:
    if len(got) != len(want):
        return f"It has {len(got)} axes in place of {len(want)}."
    if sorted(got) == sorted(want):
        return "The axes are in another order than the docstring says."
    wrong = [str(axis) for axis, (a, b) in enumerate(zip(got, want)) if a != b]
    return f"Look at ax{'i' if len(wrong) == 1 else 'e'}s {', '.join(wrong)} (counted from 0)."


def close(
    value: Any,
    want: Any,
    name: str,
    *,
    rtol: float = 1e-4,
    atol: float = 1e-6,
    suspects: Mapping[str, Any] | None = None,
    hint: str = "",
) -> np.ndarray:
    """`value` has the shape of `want`, and its numbers up to rounding.

    Parameters
    ----------
    value : Any
        What the student's function returned.
    want : array_like
        What an independent oracle says.
    name : str
        The quantity's name in the docstring.
    rtol, atol : float
        Tolerances; `atol` is relative to the largest number in `want`. The defaults let
        float32 pass.
    suspects : mapping of str to array_like, optional
        Hints, each with the numbers that the mistake it names would give; the first that
        matches what came is shown.
    hint : str
        Shown when no suspect matches.
    """
    want = np.asarray(want)
    result = array(value, name)

    def like(other: Any) -> bool:
        other = np.asarray(other)
        return result.shape == other.shape and bool(
            np.allclose(result, other, rtol=rtol, atol=atol * _scale(other))
        )

    # Suspects come before the shape: some mistakes show in the shape alone.
    matching = "" if like(want) else next((h for h, s in (suspects or {}).items() if like(s)), "")
    if result.shape != want.shape:
        try:
            array(result, name, want.shape)
        except CheckFailed as failure:
            failure.hint = matching or failure.hint
            raise
    if like(want):
        return result
    if not np.all(np.isfinite(result)) and np.all(np.isfinite(want)):
        raise CheckFailed(
            f"{name} holds NaN or infinity.",
            expected=_numbers(want),
            got=_numbers(result),
            hint=matching or "Look for a division by zero, or an array made by np.empty.",
        )
    off = ~np.isclose(result, want, rtol=rtol, atol=atol * _scale(want))
    first = tuple(int(i) for i in np.argwhere(off)[0])
    place = f"at {name}[{', '.join(map(str, first))}]" if first else ""
    raise CheckFailed(
        f"{name} has the right shape, but {int(off.sum())} of its {off.size} numbers are wrong."
        if off.size > 1
        else f"{name} is the wrong number.",
        expected=f"{_number(want[first])} {place}".strip(),
        got=f"{_number(result[first])} {place}".strip(),
        hint=matching or _dtype_hint(result, want) or hint,
    )


def _scale(want: np.ndarray) -> float:
    """The largest number in `want`, leaving out NaN and infinity; never 0."""
    return float(np.max(np.abs(want[np.isfinite(want)]), initial=1e-12))


def _dtype_hint(result: np.ndarray, want: np.ndarray) -> str:
    if result.dtype.kind in "iub" and want.dtype.kind == "f":
        return "The numbers were stored as integers, so their fractions were lost."
    if result.size and not result.any():
        return "Every number is zero: was anything stored in the result?"
    return ""


def scalar(
    value: Any,
    want: Any,
    name: str,
    *,
    rtol: float = 1e-4,
    atol: float = 1e-6,
    suspects: Mapping[str, Any] | None = None,
    hint: str = "",
) -> float:
    """`value` is one number, of shape `()`, and equal to `want` up to rounding."""
    result = array(value, name)
    if result.shape != ():
        raise CheckFailed(
            f"{name} should be a single number, and is an array.",
            expected="a scalar, of shape ()",
            got=f"shape {result.shape}",
            hint="A one-element array is not a scalar: something of shape "
            f"{result.shape} is still in the sum."
            if result.size == 1
            else "Was everything added up?",
        )
    return float(close(result, want, name, rtol=rtol, atol=atol, suspects=suspects, hint=hint))


def mapping(value: Any, name: str, keys: tuple[str, ...] = ()) -> dict:
    """`value` is a dict that holds at least `keys`."""
    if not isinstance(value, dict) or any(key not in value for key in keys):
        wanted = "a dict" + (f" with {', '.join(map(repr, keys))}" if keys else "")
        raise CheckFailed(
            f"{name} should be {wanted}, and is {kind(value)}.",
            expected=wanted,
            got=describe(value),
        )
    return value


def true(condition: Any, message: str, hint: str = "") -> None:
    """`condition` holds; `message` says what was expected and what came."""
    if not bool(condition):
        raise CheckFailed(message, hint=hint)


def unchanged(call: Any, names: tuple[str, ...] | None = None) -> None:
    """The function left its arguments as they were.

    Parameters
    ----------
    call : Call
        What `student.<exercise>.trace(...)` returned.
    names : tuple of str, optional
        Names of the positional arguments, for the message.
    """
    for i, (before, after) in enumerate(zip(call.sent, call.args, strict=True)):
        if not _same(before, after):
            name = names[i] if names and i < len(names) else f"argument {i + 1}"
            raise CheckFailed(
                f"The function changed its argument {name}; arguments are left unchanged.",
                expected=f"{name} as it was",
                got=f"another {name}",
                hint="Work on a copy, and look for assignments into the argument or +=, *=.",
            )


def _same(before: Any, after: Any) -> bool:
    """Equality of plain data by type, shape and value; never runs code of what came."""
    if isinstance(before, np.ndarray):
        return (
            isinstance(after, np.ndarray)
            and before.shape == after.shape
            and before.dtype == after.dtype
            and np.array_equal(before, after, equal_nan=before.dtype.kind in "fc")
        )
    if isinstance(before, tuple | list):
        return (
            type(before) is type(after)
            and len(before) == len(after)
            and all(_same(a, b) for a, b in zip(before, after))
        )
    if isinstance(before, dict):
        return (
            isinstance(after, dict)
            and list(before) == list(after)
            and all(_same(before[key], after[key]) for key in before)
        )
    return type(before) is type(after) and (before == after or (before != before))
