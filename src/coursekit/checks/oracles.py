"""Oracles of checks: slow and plain on purpose, so that nothing is worked out twice."""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable
from typing import TypeVar

from coursekit.grading import wire

Answer = TypeVar("Answer")
_MOST = 10_000


def oracle(function: Callable[..., Answer]) -> Callable[..., Answer]:
    """Remember a function's answers: a class is judged on the same inputs, student by student.

    Arguments are compared by what they hold, and each call gets an answer of its own to keep.
    """
    answers: dict[bytes, Answer] = {}

    @functools.wraps(function)
    def remembered(*args: object, **kwargs: object) -> Answer:
        key = wire.encode([list(args), kwargs])
        if key not in answers:
            if len(answers) >= _MOST:
                answers.clear()
            answers[key] = function(*args, **kwargs)
        return copy.copy(answers[key])

    return remembered
