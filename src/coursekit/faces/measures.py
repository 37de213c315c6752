"""How good is a set of encodings? The measures of face verification and identification.

All measures start from squared distances. A pair of pictures is *genuine* if both show one person,
and an *impostor* pair otherwise; it is *accepted* if its distance is at most the threshold. The
false accept rate is the share of impostor pairs that are accepted, the true accept rate the share
of genuine pairs (FAR and VAL in Schroff, Kalenichenko, Philbin, FaceNet, 2015, section 4; FMR and
1 - FNMR in ISO/IEC 19795-1 and in NIST's reports).

Pairs are no independent trials: a face that is hard to tell from others spoils all pairs that it is
in. Every interval here therefore takes people, not pairs, as what was sampled.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

_BLOCK = 4_000_000  # distances held at a time where all are gone through
_FEWEST_PEOPLE = 10  # for a bootstrap


class Roc(NamedTuple):
    """The receiver operating characteristic, a point for each threshold; thresholds ascend."""

    false_accept_rates: np.ndarray
    true_accept_rates: np.ndarray
    thresholds: np.ndarray


class EqualError(NamedTuple):
    """Where as many impostors are accepted as genuine pairs are rejected."""

    rate: float
    threshold: float


class RocBand(NamedTuple):
    """True accept rates at given false accept rates, with an interval for each."""

    false_accept_rates: np.ndarray
    true_accept_rates: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    equal_error_rate: tuple[float, float]


class Identification(NamedTuple):
    """Rank-1 identification rates by the number of people enrolled, with an interval for each."""

    sizes: np.ndarray
    rates: np.ndarray
    lower: np.ndarray
    upper: np.ndarray


class OpenSet(NamedTuple):
    """Identification when strangers come too, by the number of people enrolled."""

    sizes: np.ndarray
    thresholds: np.ndarray
    false_alarm_rates: np.ndarray
    rates: np.ndarray
    lower: np.ndarray
    upper: np.ndarray


def distances(a: ArrayLike, b: ArrayLike | None = None) -> np.ndarray:
    """Squared distances between the rows of `a` and the rows of `b`.

    Parameters
    ----------
    a : array_like, shape (m, n)
    b : array_like, shape (q, n), optional
        The rows of `a` if left out; then the diagonal is exactly 0.

    Returns
    -------
    ndarray, shape (m, q), float64
        Computed as ``||a||² + ||b||² - 2ab`` in float64 and cut off at 0. The difference cancels
        for rows that are almost equal: the error is about 1e-15 times the squared lengths.

    Raises
    ------
    ValueError
        If the encodings are no matrices of finite numbers, or of different lengths.
    """
    itself = b is None
    a = _encodings(a)
    b = a if itself else _encodings(b)
    if a.shape[1] != b.shape[1]:
        raise ValueError(
            f"encodings of {a.shape[1]} and of {b.shape[1]} numbers have no distance; "
            "both must come from one encoder"
        )
    squared = _squared(a, b)
    if itself:
        np.fill_diagonal(squared, 0)
    return squared


def pairs(encodings: ArrayLike, labels: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Squared distances of all pairs of pictures, the genuine ones and the impostors.

    Parameters
    ----------
    encodings : array_like, shape (m, n)
    labels : array_like, shape (m,)
        Who is on each picture: numbers or names, in any order.

    Returns
    -------
    genuine, impostor : ndarray, shapes (g,) and (i,), float64
        Each of the ``m (m - 1) / 2`` pairs once.

    Raises
    ------
    ValueError
        If the input does not fit together, or holds no genuine or no impostor pair.
    """
    encodings, people, names = _labeled(encodings, labels)
    if len(names) == 1:
        raise ValueError(f"all pictures are of {names[0]!r}: impostor pairs need two people")
    if len(names) == len(people):
        raise ValueError("no person has two pictures: there is no genuine pair")
    genuine, impostor = [], []
    rows = max(1, _BLOCK // len(people))
    for start in range(0, len(people), rows):
        block = slice(start, start + rows)
        squared = _squared(encodings[block], encodings[start:])
        same = people[block, None] == people[None, start:]
        once = np.triu(np.ones(same.shape, bool), 1)
        genuine.append(squared[same & once])
        impostor.append(squared[~same & once])
    return np.concatenate(genuine), np.concatenate(impostor)


def roc(genuine: ArrayLike, impostor: ArrayLike, *, corners: bool = True) -> Roc:
    """The ROC curve: what each threshold accepts.

    Parameters
    ----------
    genuine, impostor : array_like, shapes (g,) and (i,)
        Squared distances, as `pairs` gives them.
    corners : bool
        Leave out points on a straight line between their neighbors: the same curve, far smaller.

    Returns
    -------
    Roc
        The first threshold is minus infinity, which accepts nothing; then come the distinct
        distances. Equal distances make one step, slanted if both kinds are among them.

    Raises
    ------
    ValueError
        If either kind is missing or not finite.
    """
    genuine, impostor = _both(genuine, impostor)
    genuine, impostor = np.sort(genuine), np.sort(impostor)
    thresholds = np.unique(np.concatenate([genuine, impostor]))
    false = np.append(0, np.searchsorted(impostor, thresholds, side="right"))
    true = np.append(0, np.searchsorted(genuine, thresholds, side="right"))
    thresholds = np.append(-np.inf, thresholds)
    if corners:
        # Equal steps one after another lie on a line.
        bend = (np.diff(false, 2) != 0) | (np.diff(true, 2) != 0)
        keep = np.concatenate([[True], bend, [True]])
        false, true, thresholds = false[keep], true[keep], thresholds[keep]
    return Roc(false / len(impostor), true / len(genuine), thresholds)


def equal_error_rate(genuine: ArrayLike, impostor: ArrayLike) -> EqualError:
    """The error rate at the threshold where both kinds of error are equally frequent.

    The rates jump from one distance to the next. Where they cross within a jump, both are
    interpolated on a line, and the threshold with them. Where they are equal over a gap between
    two distances, as for kinds that do not overlap, the threshold is the middle of the gap.

    Returns
    -------
    EqualError
        ``(rate, threshold)``.

    Raises
    ------
    ValueError
        If either kind is missing or not finite.
    """
    # All distances are needed here: the crossing may lie between two corners.
    curve = roc(genuine, impostor, corners=False)
    rate, place = _crossing(curve.false_accept_rates, 1 - curve.true_accept_rates)
    thresholds = curve.thresholds.copy()
    thresholds[0] = thresholds[1]
    low = int(place)
    if place == low and low + 1 < len(thresholds):
        return EqualError(rate, float(thresholds[low : low + 2].mean()))
    return EqualError(rate, float(np.interp(place, np.arange(len(thresholds)), thresholds)))


def threshold_at(impostor: ArrayLike, false_accept_rate: float) -> float:
    """The largest threshold that accepts no more than this share of impostor pairs.

    Raises
    ------
    ValueError
        If there are fewer than ``1 / false_accept_rate`` impostor pairs: then not even one may be
        accepted, and nothing is measured. One is the least; for a rate known within a third of
        itself, 30 errors are wanted (the rule of 30: Doddington et al., The NIST speaker
        recognition evaluation, 2000). The test of LFW has 3,000 impostor pairs (Huang et al.,
        2007), so a false accept rate of 1e-3 rests on three of them.
    """
    impostor = _sample(impostor, "impostor")
    if not 0 < false_accept_rate <= 1:
        raise ValueError(
            f"the false accept rate is {false_accept_rate:g}, but it must be above 0 and at most 1"
        )
    # 0.001 * 3000 may come out a little below 3.
    allowed = int(np.floor(false_accept_rate * len(impostor) * (1 + 1e-12)))
    if allowed < 1:
        raise ValueError(
            f"a false accept rate of {false_accept_rate:g} cannot be measured on {len(impostor):,} "
            f"impostor pairs; it takes at least {int(np.ceil(1 / false_accept_rate)):,}"
        )
    if allowed >= len(impostor):
        return float("inf")
    # Just below the first distance that would be one too many, and any that are equal to it.
    return float(np.nextafter(np.partition(impostor, allowed)[allowed], -np.inf))


def true_accept_rate(
    genuine: ArrayLike,
    impostor: ArrayLike,
    false_accept_rates: float | Sequence[float] = (1e-2, 1e-3),
) -> float | np.ndarray:
    """The share of genuine pairs accepted, at thresholds that let so many impostors in at most.

    Parameters
    ----------
    genuine, impostor : array_like, shapes (g,) and (i,)
        Squared distances, as `pairs` gives them.
    false_accept_rates : float or sequence of float
        Above 0, at most 1.

    Returns
    -------
    float or ndarray
        A rate for each. Nothing is interpolated: the threshold is one that can be set.

    Raises
    ------
    ValueError
        If either kind is missing or not finite, or if the impostors are too few; see
        `threshold_at`.
    """
    genuine, impostor = _both(genuine, impostor)
    rates = [
        float(np.mean(genuine <= threshold_at(impostor, rate)))
        for rate in np.atleast_1d(false_accept_rates)
    ]
    return rates[0] if np.ndim(false_accept_rates) == 0 else np.array(rates)


def roc_band(
    encodings: ArrayLike,
    labels: ArrayLike,
    *,
    false_accept_rates: ArrayLike | None = None,
    draws: int = 200,
    confidence: float = 0.95,
    seed: int = 0,
) -> RocBand:
    """How far the ROC could lie elsewhere with other people: a bootstrap over people.

    Each draw takes as many people as there are, with replacement. A genuine pair then counts as
    often as its person was drawn, an impostor pair as often as the one times as often as the
    other. Drawing pairs instead would take pairs of one person for independent, and give a band
    that is much too narrow (Bolle, Ratha, Pankanti, Error analysis of pattern recognition systems:
    the subsets bootstrap, 2004).

    Parameters
    ----------
    encodings : array_like, shape (m, n)
    labels : array_like, shape (m,)
    false_accept_rates : array_like, shape (r,), optional
        Where to give intervals; left out, 61 from the smallest that can be measured, at least
        1e-5, to 1.
    draws : int
        Sets of people drawn.
    confidence : float
        Share of the draws that the interval holds at each rate.
    seed : int

    Returns
    -------
    RocBand
        Rates (r,), and the interval of the equal error rate. Each rate has its own interval: it
        is not said that the whole curve stays inside. The draws are read off at some 150
        thresholds, and interpolated between these. Where not one error was seen, a
        bootstrap sees none either: an interval of no width is then no certainty.

    Raises
    ------
    ValueError
        If there are fewer than 10 people, or too few impostors for a rate.
    """
    genuine, impostor = map(np.sort, pairs(encodings, labels))
    encodings, people, names = _labeled(encodings, labels)
    z = _two_sided(confidence)
    if len(names) < _FEWEST_PEOPLE:
        raise ValueError(
            f"{len(names)} people are too few to say how far others would differ; "
            f"a band takes at least {_FEWEST_PEOPLE}"
        )
    if draws < 1:
        raise ValueError(f"draws is {draws}, but at least one set of people must be drawn")
    if false_accept_rates is None:
        false_accept_rates = np.geomspace(max(1e-5, 1 / len(impostor)), 1, 61)
        false_accept_rates[-1] = 1
    rates = np.atleast_1d(np.asarray(false_accept_rates, float))
    accepted = np.asarray(true_accept_rate(genuine, impostor, rates))

    # How often each person is in each draw.
    n = len(names)
    rng = np.random.default_rng(seed)
    weights = rng.multinomial(n, np.full(n, 1 / n), size=draws).astype(np.float32)
    false, true = _accepted_by_draw(encodings, people, weights, _grid(genuine, impostor))
    false, true = (rate[~np.isnan(false[:, 0] + true[:, 0])] for rate in (false, true))
    if not len(false):
        raise ValueError("too few people have two pictures: no draw holds a genuine pair")

    at_rates = np.array([np.interp(rates, f, t) for f, t in zip(false, true)])
    equal = [_crossing(f, 1 - t)[0] for f, t in zip(false, true)]
    tails = [NormalDist().cdf(-z), NormalDist().cdf(z)]
    lower, upper = np.quantile(at_rates, tails, axis=0)
    low, high = np.quantile(equal, tails)
    return RocBand(rates, accepted, lower, upper, (float(low), float(high)))


def rank_1(
    encodings: ArrayLike,
    labels: ArrayLike,
    sizes: Sequence[int] = (1, 10, 100, 1000),
    *,
    draws: int = 20,
    confidence: float = 0.95,
    seed: int = 0,
) -> Identification:
    """How often the right person is the nearest of K who are enrolled with one picture each.

    Each draw enrolls one picture of every person and presents another. For each picture presented
    it counts the people who are nearer than the right one; a tie is decided by lot. That count
    gives the share of all galleries of K people, the right one among them, in which nobody is
    nearer (hypergeometric), so the rate is the mean over all galleries of the drawn pictures and
    not over some.

    Parameters
    ----------
    encodings : array_like, shape (m, n)
    labels : array_like, shape (m,)
        Whoever has but one picture is enrolled and never presented.
    sizes : sequence of int
        The numbers K of people enrolled, from 1 to the number of people there are.
    draws : int
        How often pictures are drawn.
    confidence : float
    seed : int

    Returns
    -------
    Identification
        Arrays (len(sizes),). The intervals are Wilson's, for as many independent trials as the
        jackknife over people finds the rate to be worth: each person is left out once, both as one
        who is presented and as one who is mistaken for others. A draw holds the squared distances
        between all people in memory.

    Raises
    ------
    ValueError
        If nobody has two pictures, or a gallery is larger than the number of people.
    """
    encodings, people, names = _labeled(encodings, labels)
    sizes = _gallery_sizes(sizes, len(names), strangers=False)
    z = _two_sided(confidence)
    total = _Rates(len(names), sizes)
    for _, nearer, presented, _ in _presented(encodings, people, names, draws, seed):
        total.add(nearer, presented, np.ones((len(names), len(sizes))))
    return Identification(sizes, *total.with_interval(z))


def open_set(
    encodings: ArrayLike,
    labels: ArrayLike,
    sizes: Sequence[int] = (1, 10, 100),
    *,
    threshold: float | None = None,
    false_alarm_rate: float | None = None,
    draws: int = 20,
    confidence: float = 0.95,
    seed: int = 0,
) -> OpenSet:
    """Identification where strangers come too, who should be nobody.

    Somebody enrolled is identified if they are the nearest of the K and within the threshold. A
    stranger raises a false alarm if anybody of the K is within the threshold. These are the true
    and the false positive identification rate (TPIR and FPIR) of NIST's face recognition reports.
    Galleries are drawn as in `rank_1`; each picture presented stands once for somebody enrolled,
    and once for a stranger to galleries without its person.

    Parameters
    ----------
    encodings, labels, sizes, draws, confidence, seed
        As in `rank_1`; K is at most one less than the number of people, for the stranger.
    threshold : float
        Either this squared distance, for all K.
    false_alarm_rate : float
        Or the largest threshold that raises no more false alarms than this, for each K.

    Returns
    -------
    OpenSet
        Arrays (len(sizes),): thresholds, false alarm rates, and true identification rates with
        their intervals. An interval takes its threshold as given.

    Raises
    ------
    ValueError
        As in `rank_1`; if not exactly one of the two is given; if strangers were compared too
        few times to speak of the false alarm rate.
    """
    if (threshold is None) == (false_alarm_rate is None):
        raise ValueError("give either threshold or false_alarm_rate, and not both")
    encodings, people, names = _labeled(encodings, labels)
    sizes = _gallery_sizes(sizes, len(names), strangers=True)
    z = _two_sided(confidence)
    drawn, strangers = [], []
    for own, nearer, presented, squared in _presented(encodings, people, names, draws, seed):
        drawn.append((own, nearer, presented))
        strangers.append(np.sort(_without_own(squared), axis=1))
    strangers = np.concatenate(strangers)

    # The chance that a gallery of K without the stranger holds one of the nearer people.
    alarms = 1 - _free_of(np.arange(len(names)), len(names) - 1, sizes)  # (nearer people, K)
    if threshold is None:
        thresholds = _alarm_thresholds(strangers, alarms, sizes, false_alarm_rate)
    elif np.isnan(threshold):
        raise ValueError("the threshold is NaN, but it must be a number")
    else:
        thresholds = np.full(len(sizes), float(threshold))
    false = np.array(
        [alarms[(strangers <= limit).sum(axis=1), k].mean() for k, limit in enumerate(thresholds)]
    )
    total = _Rates(len(names), sizes)
    for own, nearer, presented in drawn:
        total.add(nearer, presented, own[:, None] <= thresholds)
    return OpenSet(sizes, thresholds, false, *total.with_interval(z))


def wilson(rate: ArrayLike, trials: ArrayLike, confidence: float = 0.95) -> np.ndarray:
    """Wilson's interval of a rate seen in independent trials (Wilson, 1927).

    Unlike the rate plus or minus its standard error it stays within 0 and 1, and has a width even
    where the rate is 0 or 1.

    Returns
    -------
    ndarray, shape (2, ...)
        Lower and upper ends.
    """
    rate, trials = np.asarray(rate, float), np.asarray(trials, float)
    z = _two_sided(confidence)
    shrink = 1 + z**2 / trials
    center = (rate + z**2 / (2 * trials)) / shrink
    half = z / shrink * np.sqrt(rate * (1 - rate) / trials + z**2 / (4 * trials**2))
    # Rounding must not push an end past the rate itself.
    return np.stack([np.minimum(center - half, rate), np.maximum(center + half, rate)]).clip(0, 1)


class _Rates:
    """Mean identification rates over draws, and those that leaving one person out gives."""

    def __init__(self, n: int, sizes: np.ndarray) -> None:
        self.n, self.sizes, self.draws = n, sizes, 0
        self.rates = np.zeros(len(sizes))
        self.left_out = np.zeros((n, len(sizes)))
        self.full = _free_of(np.arange(n), n - 1, sizes - 1)
        # Without one person the largest gallery is one smaller.
        self.less = _free_of(np.arange(n), n - 2, np.minimum(sizes, n - 1) - 1)

    def add(self, nearer: np.ndarray, presented: np.ndarray, within: np.ndarray) -> None:
        """Add a draw.

        Parameters
        ----------
        nearer : bool ndarray, shape (n, n)
            Whether person j is nearer to the picture of person i than i's own enrolled one.
        presented : bool ndarray, shape (n,)
            Whether person i has a picture to present.
        within : ndarray, shape (n, len(sizes))
            Whether the right person is near enough.
        """
        rivals = nearer.sum(axis=1)
        count = presented.sum()
        weight = presented[:, None] * within
        self.rates += (weight * self.full[rivals]).sum(axis=0) / count
        stays = weight * self.less[rivals]
        # Where j is among the rivals, leaving j out leaves one rival fewer.
        gains = weight * self.less[np.maximum(rivals - 1, 0)] - stays
        sums = stays.sum(axis=0) - stays + nearer.T.astype(float) @ gains
        self.left_out += sums / np.maximum(count - presented, 1)[:, None]
        self.draws += 1

    def with_interval(self, z: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        rates = (self.rates / self.draws).clip(0, 1)
        around = self.left_out / self.draws
        variance = (self.n - 1) / self.n * ((around - around.mean(axis=0)) ** 2).sum(axis=0)
        worth = np.full(len(rates), float(self.n))
        np.divide(rates * (1 - rates), variance, out=worth, where=variance > 1e-15)
        worth = np.maximum(worth, 1)
        worth[(self.sizes == 1) & (rates == 1)] = np.inf  # the nearest of one: no trial at all
        lower, upper = wilson(rates, worth, 1 - 2 * NormalDist().cdf(-z))
        return rates, lower, upper


def _presented(encodings: np.ndarray, people: np.ndarray, names: Sequence, draws: int, seed: int):
    """Draw for each person a picture to enroll and another to present, `draws` times.

    Yields ``own`` (n,), the distance of each picture presented to its own person's; ``nearer``
    (n, n), who of the others is nearer to it; ``presented`` (n,), whether there is a second
    picture; ``squared`` (n, n), row i the distances of person i's picture to everybody's.
    """
    if draws < 1:
        raise ValueError(f"draws is {draws}, but pictures must be drawn at least once")
    counts = np.bincount(people)
    if counts.max() < 2:
        raise ValueError("no person has two pictures: one is enrolled, another is presented")
    order = np.argsort(people, kind="stable")
    first = np.cumsum(counts) - counts
    rng = np.random.default_rng(seed)
    for _ in range(draws):
        enrolled = rng.integers(counts)
        shown = (enrolled + 1 + rng.integers(np.maximum(counts - 1, 1))) % counts
        squared = _squared(encodings[order[first + shown]], encodings[order[first + enrolled]])
        own = squared.diagonal().copy()
        lot = rng.random(len(names))
        nearer = squared < own[:, None]
        nearer |= (squared == own[:, None]) & (lot < lot[:, None])
        yield own, nearer, counts > 1, squared


def _without_own(squared: np.ndarray) -> np.ndarray:
    """The matrix (n, n) without its diagonal, (n, n - 1)."""
    n = len(squared)
    return squared[~np.eye(n, dtype=bool)].reshape(n, n - 1)


def _free_of(rivals: np.ndarray, others: int, drawn: np.ndarray) -> np.ndarray:
    """The chance that people drawn from the others without replacement are none of the rivals.

    Parameters
    ----------
    rivals : int ndarray, shape (r,)
        How many of the others are rivals.
    others : int
    drawn : int ndarray, shape (s,)
        How many are drawn, at most `others`.

    Returns
    -------
    ndarray, shape (r, s)
        C(others - rivals, drawn) / C(others, drawn).
    """
    log = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, others + 1)))])
    free = others - rivals[:, None]
    rest = free - drawn
    # Logarithms of factorials; the order of the differences makes no rivals exactly 1.
    chance = (log[np.maximum(free, 0)] - log[np.maximum(rest, 0)]) - (
        log[others] - log[others - drawn]
    )
    return np.where(rest >= 0, np.exp(np.minimum(chance, 0)), 0.0)


def _alarm_thresholds(
    strangers: np.ndarray, alarms: np.ndarray, sizes: np.ndarray, rate: float
) -> np.ndarray:
    """For each K the largest threshold that raises false alarms at no more than this rate.

    Parameters
    ----------
    strangers : ndarray, shape (s, n - 1)
        Each stranger's distances to everybody else, ascending.
    alarms : ndarray, shape (n, len(sizes))
        The chance of an alarm by the number of people within the threshold.
    """
    if not 0 < rate <= 1:
        raise ValueError(f"the false alarm rate is {rate:g}, but it must lie between 0 and 1")
    comparisons = len(strangers) * strangers.shape[1]
    if comparisons * rate < 1:
        raise ValueError(
            f"a false alarm rate of {rate:g} cannot be measured on {comparisons:,} comparisons of "
            f"strangers; it takes at least {int(np.ceil(1 / rate)):,}"
        )
    # A gallery of one raises the fewest alarms: no threshold exceeds the one for it.
    last = min(int(comparisons * rate) + 1, comparisons - 1)
    seen = strangers <= np.partition(strangers, last, axis=None)[last]
    ranks, seen = np.nonzero(seen)[1], strangers[seen]
    by_distance = np.argsort(seen)
    ranks, seen = ranks[by_distance], seen[by_distance]
    thresholds = np.full(len(sizes), np.inf)
    for k, steps in enumerate(np.diff(alarms, axis=0).T):
        raised = np.cumsum(steps[ranks]) / len(strangers)
        first = int(np.searchsorted(raised, rate * (1 + 1e-9), side="right"))
        if first < len(seen):
            # Just below the first distance that is one too many, and any that are equal to it.
            thresholds[k] = np.nextafter(seen[first], -np.inf)
    return thresholds


def _accepted_by_draw(
    encodings: np.ndarray, people: np.ndarray, weights: np.ndarray, thresholds: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """False and true accept rates (draws, thresholds) of each set of people drawn.

    Pairs are counted by their two people and by the first threshold that accepts them, one person
    against all later ones at a time: memory stays at people times thresholds.
    """
    n, bins = weights.shape[1], len(thresholds) + 1
    order = np.argsort(people, kind="stable")
    encodings, people = encodings[order], people[order]
    ends = np.cumsum(np.bincount(people))
    genuine = np.zeros((n, bins))
    impostor = np.zeros((len(weights), bins))
    for i, end in enumerate(ends):
        start = ends[i - 1] if i else 0
        found = np.searchsorted(thresholds, _squared(encodings[start:end], encodings[start:]))
        within = found[:, : end - start][np.triu_indices(end - start, 1)]
        genuine[i] = np.bincount(within, minlength=bins)
        later = people[end:] - i - 1
        cells = (later * bins + found[:, end - start :]).ravel()
        counted = np.bincount(cells, minlength=(n - i - 1) * bins).reshape(n - i - 1, bins)
        impostor += weights[:, i, None] * (weights[:, i + 1 :] @ counted.astype(np.float32))
    rates = []
    for counted in (impostor, weights @ genuine):
        summed = np.cumsum(counted, axis=1)
        with np.errstate(invalid="ignore"):  # a draw without a pair is left out by who calls
            rates.append(summed[:, :-1] / summed[:, -1:])
    return rates[0], rates[1]


def _grid(genuine: np.ndarray, impostor: np.ndarray) -> np.ndarray:
    """Thresholds that follow both tails: 12 for a tenfold false accept rate, and 65 quantiles."""
    decades = int(np.ceil(np.log10(len(impostor)))) + 1
    tail = np.geomspace(1 / len(impostor), 1, 12 * decades)
    return np.unique(
        np.concatenate(
            [
                [-1.0],  # accepts nothing
                np.quantile(impostor, tail.clip(0, 1), method="lower"),
                np.quantile(genuine, np.linspace(0, 1, 65), method="lower"),
                [max(genuine.max(), impostor.max())],
            ]
        )
    )


def _crossing(false_accepts: np.ndarray, false_rejects: np.ndarray) -> tuple[float, float]:
    """The rate where the two meet, and the place as a fractional index."""
    gap = false_accepts - false_rejects
    after = int(np.argmax(gap >= 0))
    if gap[after] == 0:
        return float(false_accepts[after]), float(after)
    part = gap[after - 1] / (gap[after - 1] - gap[after])
    rate = false_accepts[after - 1] + part * (false_accepts[after] - false_accepts[after - 1])
    return float(rate), float(after - 1 + part)


def _squared(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    squared = a @ b.T
    squared *= -2
    squared += np.einsum("ij,ij->i", a, a)[:, None]
    squared += np.einsum("ij,ij->i", b, b)
    return np.maximum(squared, 0, out=squared)


def _encodings(encodings: ArrayLike) -> np.ndarray:
    encodings = np.asarray(encodings)
    if encodings.ndim != 2 or encodings.size == 0:
        raise ValueError(
            f"encodings has shape {encodings.shape}, but it must be (m, n): a row of n numbers for "
            "each of m pictures"
        )
    encodings = encodings.astype(np.float64, copy=False)
    finite = np.isfinite(encodings).all(axis=1)
    if not finite.all():
        raise ValueError(
            f"encoding {int(np.argmin(finite))} holds NaN or infinity, but a distance needs finite "
            "numbers"
        )
    return encodings


def _labeled(encodings: ArrayLike, labels: ArrayLike) -> tuple[np.ndarray, np.ndarray, list]:
    """Encodings (m, n), a number from 0 for the person on each (m,), and the people's labels."""
    encodings, labels = _encodings(encodings), np.asarray(labels)
    if labels.shape != (len(encodings),):
        raise ValueError(
            f"labels has shape {labels.shape}, but {len(encodings)} encodings need "
            f"({len(encodings)},)"
        )
    names, people = np.unique(labels, return_inverse=True)
    return encodings, people, names.tolist()


def _sample(values: ArrayLike, kind: str) -> np.ndarray:
    values = np.asarray(values, dtype=float)
    if values.ndim != 1 or values.size == 0:
        raise ValueError(
            f"the {kind} distances have shape {values.shape}, but there must be a list of at least "
            "one"
        )
    if not np.isfinite(values).all():
        raise ValueError(f"the {kind} distances hold NaN or infinity, but all must be finite")
    return values


def _both(genuine: ArrayLike, impostor: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    return _sample(genuine, "genuine"), _sample(impostor, "impostor")


def _gallery_sizes(sizes: Sequence[int], people: int, *, strangers: bool) -> np.ndarray:
    sizes = np.atleast_1d(np.asarray(sizes))
    if people < 2:
        raise ValueError("there is one person only: identification needs at least two")
    if sizes.size == 0 or not np.issubdtype(sizes.dtype, np.integer) or sizes.min() < 1:
        raise ValueError(f"sizes is {sizes.tolist()}, but galleries hold whole numbers of people")
    largest = people - strangers
    if sizes.max() > largest:
        others = ", a stranger among them" if strangers else ""
        raise ValueError(
            f"a gallery of {sizes.max():,} cannot be drawn from {people:,} people{others}; "
            f"the largest is {largest:,}"
        )
    return sizes


def _two_sided(confidence: float) -> float:
    if not 0 < confidence < 1:
        raise ValueError(f"confidence is {confidence:g}, but it must lie between 0 and 1")
    return NormalDist().inv_cdf(0.5 + confidence / 2)
