"""How good are answers about nodules?

Of single candidates the *ROC curve* tells it: at each threshold the share of nodules that are
called nodules, against the share of vessels that are. The area under it (AUC) is the chance that a
nodule gets the higher score of a nodule and a vessel drawn at random.

Of whole scans it takes the *FROC curve* (free-response ROC): the share of nodules that were marked,
against the number of false marks a scan. There a share of vessels has no meaning, since a scan
holds no fixed number of places that are none. It is the measure of the LUNA16 challenge (Setio et
al., 2017), whose rules are followed here: a mark counts if it lies within the nodule, further marks
on the same nodule count neither for nor against, and all other marks are false.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


class Roc(NamedTuple):
    """The receiver operating characteristic, a point for each threshold; thresholds descend."""

    false_positive_rates: np.ndarray
    sensitivities: np.ndarray
    thresholds: np.ndarray


class Froc(NamedTuple):
    """The free-response curve, a point for each threshold; thresholds descend."""

    false_marks: np.ndarray  # a scan
    sensitivities: np.ndarray
    thresholds: np.ndarray


def roc(labels: ArrayLike, scores: ArrayLike) -> Roc:
    """The ROC curve of scores.

    Parameters
    ----------
    labels : array_like, shape (m,)
        1 for a nodule, 0 for anything else; both must occur.
    scores : array_like, shape (m,)
        Higher means more like a nodule: probabilities or any other numbers.

    Returns
    -------
    Roc
        From the threshold that calls nothing a nodule to the one that calls everything so.

    Raises
    ------
    ValueError
        If labels and scores do not fit together.
    """
    from sklearn.metrics import roc_curve

    return Roc(*roc_curve(*_labeled(labels, scores)))


def auc(labels: ArrayLike, scores: ArrayLike) -> float:
    """The area under the ROC curve: 1 where every nodule scores above every vessel, 0.5 at chance.

    Takes and raises what `roc` does. Equal scores count half.
    """
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(*_labeled(labels, scores)))


def accuracy(labels: ArrayLike, probabilities: ArrayLike, threshold: float = 0.5) -> float:
    """The share of candidates on the right side of the threshold; raises what `roc` does."""
    labels, probabilities = _labeled(labels, probabilities)
    return float(np.mean((probabilities >= threshold) == labels))


def froc(scans, marks, within_mm: float | None = None) -> Froc:
    """The FROC curve of marks on whole scans.

    Parameters
    ----------
    scans : Scan or sequence of Scan
        With their true nodules.
    marks : Marks or sequence of Marks
        What `mark_nodules` found on each, down to a low threshold: the curve ends where they do.
    within_mm : float, optional
        How far from the middle of a nodule a mark may lie; the nodule's own radius if left out.

    Returns
    -------
    Froc
        Its first point is at no mark at all. Each further one lowers the threshold to the next
        confidence.

    Raises
    ------
    ValueError
        If there are not as many marks as scans, no scan holds a nodule, or `within_mm` is not
        positive.
    """
    if hasattr(scans, "voxels"):
        scans, marks = [scans], [marks]
    if len(scans) != len(marks):
        raise ValueError(f"there are {len(scans)} scans, but marks of {len(marks)}")
    if within_mm is not None and not within_mm > 0:
        raise ValueError(f"within_mm is {within_mm}, but it must be a positive distance")
    best, false = [np.zeros(0)], [np.zeros(0)]
    for scan, (positions, confidences) in zip(scans, marks):
        positions = np.reshape(np.asarray(positions, float), (-1, 3))
        apart = (positions[:, None] - scan.nodules[None]) * np.asarray(scan.spacing)
        limits = scan.radii if within_mm is None else within_mm
        hits = np.linalg.norm(apart, axis=-1) <= limits  # (marks, nodules)
        confidences = np.asarray(confidences, float)
        best.append(np.where(hits, confidences[:, None], -np.inf).max(axis=0, initial=-np.inf))
        false.append(confidences[~hits.any(axis=1)])
    best, false = np.concatenate(best), np.concatenate(false)
    if not len(best):
        raise ValueError("no scan holds a nodule, but sensitivity is a share of nodules")
    found = best[np.isfinite(best)]
    thresholds = np.concatenate([[np.inf], np.unique(np.concatenate([found, false]))[::-1]])
    return Froc(
        (false >= thresholds[:, None]).sum(axis=1) / len(scans),
        (best >= thresholds[:, None]).mean(axis=1),
        thresholds,
    )


def sensitivity_at(curve: Froc, false_marks: float | Sequence[float]) -> float | np.ndarray:
    """The share of nodules found where at most so many false marks a scan are allowed.

    Parameters
    ----------
    curve : Froc
    false_marks : float or sequence of float
        At least 0.

    Returns
    -------
    float or ndarray
        A share for each. Nothing is interpolated: the threshold is one that can be set.

    Raises
    ------
    ValueError
        If a number is negative.
    """
    allowed = np.atleast_1d(np.asarray(false_marks, float))
    if not (allowed >= 0).all():
        raise ValueError(f"false_marks is {false_marks}, but it must be at least 0")
    last = np.searchsorted(curve.false_marks, allowed, side="right") - 1
    shares = curve.sensitivities[last]
    return float(shares[0]) if np.ndim(false_marks) == 0 else shares


def _labeled(labels: ArrayLike, scores: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    labels, scores = np.asarray(labels), np.asarray(scores, float)
    if labels.ndim != 1 or labels.shape != scores.shape:
        raise ValueError(
            f"labels have shape {labels.shape} and scores {scores.shape}, but both must be (m,): "
            "one of each for a candidate"
        )
    if not np.isfinite(scores).all():
        raise ValueError("the scores hold NaN or infinity, but all must be finite")
    if set(np.unique(labels)) != {0, 1}:
        raise ValueError(
            f"labels are {np.unique(labels).tolist()}, but they must be 0 and 1, and both occur"
        )
    return labels.astype(int), scores
