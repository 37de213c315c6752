"""Measures of marked beats: how many were found, and how many of the marks were beats.

A true beat and a mark belong together if they are at most 50 ms apart, one to one. Then, as in the
standard ANSI/AAMI EC57 for testing such programs:

- sensitivity = found beats / true beats;
- positive predictive value (PPV) = found beats / marks.

EC57 grants 150 ms. Here it is 50, half the width of a QRS complex, so that a mark on its edge does
not pass. Over many recordings beats are counted together ("gross" in EC57), so
that a recording counts by its beats.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from coursekit.signals.recording import KINDS

_OUTCOMES = (*KINDS, "none")


@dataclass(frozen=True, eq=False)
class Scores:
    """Counts of beats and marks, and what follows from them. `a + b` pools two of them.

    A share of nothing, such as the sensitivity where there are no beats, is NaN.

    Attributes
    ----------
    counts : int ndarray, shape (3, 3)
        Rows are what a beat is, columns what it was marked as: "normal", "premature", "none". The
        last row holds marks without a beat, the last column beats without a mark.
    errors : ndarray
        Of every mark with a beat: how much later than the beat it is, in ms.
    """

    counts: np.ndarray
    errors: np.ndarray = field(repr=False)

    @property
    def found(self) -> int:
        """Beats with a mark, of whatever kind."""
        return int(self.counts[:2, :2].sum())

    @property
    def missed(self) -> int:
        """Beats without a mark (false negatives)."""
        return int(self.counts[:2, 2].sum())

    @property
    def extra(self) -> int:
        """Marks without a beat (false positives)."""
        return int(self.counts[2, :2].sum())

    @property
    def sensitivity(self) -> float:
        """Share of the beats that have a mark."""
        return _share(self.found, self.missed)

    @property
    def ppv(self) -> float:
        """Positive predictive value: share of the marks that have a beat."""
        return _share(self.found, self.extra)

    @property
    def f1(self) -> float:
        """Harmonic mean of sensitivity and PPV: 2 found / (2 found + missed + extra)."""
        return _share(2 * self.found, self.missed + self.extra)

    @property
    def premature_sensitivity(self) -> float:
        """Share of the premature beats that are marked as premature."""
        row = self.counts[1]
        return _share(row[1], row.sum() - row[1])

    @property
    def premature_ppv(self) -> float:
        """Share of the marks "premature" that have a premature beat."""
        column = self.counts[:, 1]
        return _share(column[1], column.sum() - column[1])

    @property
    def timing(self) -> float:
        """Mean distance between a beat and its mark, in ms."""
        return float(np.abs(self.errors).mean()) if len(self.errors) else float("nan")

    @property
    def timing_median(self) -> float:
        """Median distance between a beat and its mark, in ms."""
        return float(np.median(np.abs(self.errors))) if len(self.errors) else float("nan")

    def __add__(self, other: Scores) -> Scores:
        return Scores(self.counts + other.counts, np.concatenate([self.errors, other.errors]))

    def __str__(self) -> str:
        return (
            f"sensitivity {self.sensitivity:.2%}, PPV {self.ppv:.2%}, timing {self.timing:.0f} ms; "
            f"premature: sensitivity {self.premature_sensitivity:.1%}, "
            f"PPV {self.premature_ppv:.1%}"
        )

    def table(self) -> str:
        """The counts as text: a row for what beats are, a column for what they were marked as."""
        lines = ["is \\ marked as".ljust(16) + "".join(name.rjust(11) for name in _OUTCOMES)]
        for name, row in zip(_OUTCOMES, self.counts):
            cells = [str(count) for count in row]
            if name == "none":
                cells[-1] = "-"  # nobody counts the moments without beat and without mark
            lines.append(name.ljust(16) + "".join(cell.rjust(11) for cell in cells))
        return "\n".join(lines)


def match(true: np.ndarray, found: np.ndarray, *, rate: float, within: float = 0.05) -> np.ndarray:
    """Pair beats with marks, each with one at most: as many pairs as can be, and then the nearest.

    Parameters
    ----------
    true, found : array_like, shapes (k,) and (l,)
        Beats and marks in samples, increasing.
    rate : float
        Samples in a second.
    within : float
        Seconds between a beat and its mark, at most.

    Returns
    -------
    int ndarray, shape (pairs, 2)
        For each pair the place in `true` and the place in `found`.

    Raises
    ------
    ValueError
        If `true` or `found` is no increasing list, or `rate` or `within` makes no sense.
    """
    from scipy.optimize import linear_sum_assignment

    true, found = _times(true, "true"), _times(found, "found")
    if not (rate > 0 and within >= 0):
        raise ValueError(
            f"rate is {rate} and within is {within}, but a rate is above 0, and within at least 0"
        )
    # In samples, with room for the rounding of the product: a mark at the very edge counts.
    reach = within * rate * (1 + 1e-9)

    # Times apart by more than the reach share no pair: cut there, and each group is small.
    times = np.concatenate([true, found])
    order = np.argsort(times, kind="stable")
    cuts = np.flatnonzero(np.diff(times[order]) > reach) + 1
    pairs = []
    for group in np.split(order, cuts):
        rows, columns = group[group < len(true)], group[group >= len(true)] - len(true)
        if not (len(rows) and len(columns)):
            continue
        distance = np.abs(true[rows][:, np.newaxis] - found[columns])
        # One pair more is worth any distance.
        cost = np.where(distance <= reach, distance - (reach + 1) * (len(group) + 1), 0.0)
        for i, j in zip(*linear_sum_assignment(cost)):
            if distance[i, j] <= reach:
                pairs.append((rows[i], columns[j]))
    return np.array(pairs, np.int64).reshape(-1, 2)


def score(recordings: Any, marks: Any, *, within: float = 0.05, start: float = 0.0) -> Scores:
    """Compare marks with the beats that a recording has.

    Parameters
    ----------
    recordings : Recording or list of Recording
        With their true beats.
    marks : Marks, int ndarray of shape (k,), pair of beats and kinds, or a list of these
        For each recording one, in its own samples, whole numbers. Beats without kinds count as
        normal ones. A tuple is such a pair if its second part holds strings.
    within : float
        Seconds between a beat and its mark, at most.
    start : float
        Seconds at the beginning that do not count: detectors that adapt have to settle first.

    Returns
    -------
    Scores
        Of all recordings together.

    Raises
    ------
    ValueError
        If there are not as many marks as recordings, or marks have another rate, are no whole
        numbers, or do not increase.
    """
    if not start >= 0:
        raise ValueError(f"start is {start}, but it is a number of seconds, at least 0")
    if hasattr(recordings, "signal"):
        recordings, marks = [recordings], [marks]
    elif _is_pair(marks):
        marks = [marks]
    recordings, marks = list(recordings), list(marks)
    if len(recordings) != len(marks):
        raise ValueError(
            f"there are marks of {len(marks)} recordings, but {len(recordings)} recordings"
        )
    total = Scores(np.zeros((3, 3), int), np.zeros(0))
    for recording, marked in zip(recordings, marks):
        total += _score(recording, *_beats_and_kinds(recording, marked), within, start)
    return total


def _score(recording: Any, found: np.ndarray, kinds: np.ndarray, within: float, start: float):
    true, rate = recording.beats, recording.rate
    is_kind, marked_kind = _numbers(recording.kinds), _numbers(kinds)
    pairs = match(true, found, rate=rate, within=within)
    # A mark belongs to its beat: if that is before the start, the mark is no extra one.
    extra = np.setdiff1d(np.flatnonzero(found >= start * rate), pairs[:, 1])
    pairs = pairs[true[pairs[:, 0]] >= start * rate]
    missed = np.setdiff1d(np.flatnonzero(true >= start * rate), pairs[:, 0])
    counts = np.zeros((3, 3), int)
    np.add.at(counts, (is_kind[pairs[:, 0]], marked_kind[pairs[:, 1]]), 1)
    np.add.at(counts, (is_kind[missed], 2), 1)
    np.add.at(counts, (2, marked_kind[extra]), 1)
    return Scores(counts, (found[pairs[:, 1]] - true[pairs[:, 0]]) * (1000 / rate))


def _beats_and_kinds(recording: Any, marked: Any) -> tuple[np.ndarray, np.ndarray]:
    if hasattr(marked, "beats"):
        if marked.rate != recording.rate:
            raise ValueError(
                f"the marks are in samples of {marked.rate:g} Hz, but the recording "
                f"has {recording.rate:g} Hz"
            )
        return marked.beats, marked.kinds
    beats, kinds = marked, None
    if isinstance(marked, tuple) and any(np.ndim(part) for part in marked):
        if not (_is_pair(marked) or [np.size(part) for part in marked[1:]] == [0]):
            raise ValueError(
                "the marks of one recording are a list of beats, or a pair of beats and kinds, "
                "which are strings, not a tuple of several lists of beats"
            )
        beats, kinds = marked
    beats = np.asarray(beats)
    if beats.size and not np.issubdtype(beats.dtype, np.integer):
        raise ValueError("marks are in samples, and those are whole numbers")
    if kinds is None:
        return beats, np.full(beats.shape, KINDS[0])
    kinds = np.asarray(kinds)
    if beats.shape != kinds.shape:
        raise ValueError(f"there are {kinds.size} kinds for {beats.size} marks")
    return beats, kinds


def _is_pair(marked: Any) -> bool:
    """Whether these are beats and their kinds, and no two lists of beats."""
    if not (isinstance(marked, tuple) and len(marked) == 2) or hasattr(marked[1], "beats"):
        return False
    kinds = marked[1]
    return np.ndim(kinds) == 1 and len(kinds) > 0 and all(isinstance(kind, str) for kind in kinds)


def _numbers(kinds: Sequence[str]) -> np.ndarray:
    kinds = np.asarray(kinds, str)
    for kind in np.setdiff1d(kinds, KINDS).tolist():
        raise ValueError(f'a beat is "normal" or "premature", not "{kind}"')
    return (kinds == "premature").astype(int)


def _times(values: np.ndarray, name: str) -> np.ndarray:
    values = np.asarray(values, float)
    if values.ndim != 1 or not np.isfinite(values).all() or np.any(np.diff(values) < 0):
        raise ValueError(f"{name} must be a list of samples that do not decrease")
    return values


def _share(part: float, rest: float) -> float:
    return float(part / (part + rest)) if part + rest else float("nan")
