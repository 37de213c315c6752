"""A recording of the heart: its leads, and where its beats are."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real

import numpy as np

KINDS = ("normal", "premature")
_MOST_LEADS = 64
_USUAL_LEADS = 12  # a short cut of so many may have fewer samples than leads


@dataclass(frozen=True, eq=False)
class Recording:
    """An electrocardiogram, with its beats if they are known.

    Parameters
    ----------
    signal : array_like, shape (n, leads) or (n,)
        Voltages in millivolts, kept as float32. One lead may come without its axis.
    rate : float
        Samples in a second, in hertz.
    beats : array_like of int, shape (k,)
        Samples of the R peaks, increasing, counted from 0.
    kinds : array_like of str, shape (k,), optional
        "normal" or "premature" for each beat. By default all are normal.
    leads : sequence of str, optional
        A name for each lead, or the name of a single one. By default "lead 1", "lead 2" and so on.
    name : str
        Whose recording it is.

    Raises
    ------
    ValueError
        Where these do not fit together. The sentence says what does not.
    """

    signal: np.ndarray
    rate: float
    beats: np.ndarray = ()
    kinds: np.ndarray | None = None
    leads: tuple[str, ...] | None = None
    name: str = ""

    def __post_init__(self) -> None:
        if np.iscomplexobj(self.signal):
            raise ValueError("a signal holds real numbers, millivolts, not complex ones")
        signal = np.asarray(self.signal, np.float32)
        signal = signal[:, None] if signal.ndim == 1 else signal
        if signal.ndim != 2 or signal.size == 0:
            raise ValueError(
                f"a signal has shape (n, leads) with at least one sample, not {signal.shape}"
            )
        n, columns = signal.shape
        if columns > _MOST_LEADS or columns > max(n, _USUAL_LEADS):
            raise ValueError(
                f"a signal has shape (n, leads), but {signal.shape} would be {columns} leads of "
                f"{n} samples; transpose it"
            )
        if not np.isfinite(signal).all():
            raise ValueError("a signal holds finite numbers only; fill its gaps first")
        check_rate(self.rate)

        beats = np.asarray(self.beats)
        if beats.ndim != 1 or (beats.size and not np.issubdtype(beats.dtype, np.integer)):
            raise ValueError("beats are a list of whole numbers, the samples of the R peaks")
        beats = beats.astype(np.int64)
        if np.any(np.diff(beats) <= 0):
            raise ValueError("beats have to increase from one to the next")
        if beats.size and (beats[0] < 0 or beats[-1] >= len(signal)):
            raise ValueError(
                f"beats lie between samples 0 and {len(signal) - 1}, "
                f"not between {beats[0]} and {beats[-1]}"
            )
        kinds = ["normal"] * len(beats) if self.kinds is None else self.kinds
        kinds = np.asarray(kinds, str)
        if kinds.shape != beats.shape:
            raise ValueError(f"{kinds.size} kinds for {beats.size} beats")
        for kind in kinds.tolist():
            if kind not in KINDS:
                raise ValueError(f'a beat is "normal" or "premature", not "{kind}"')
        leads = self.leads
        if leads is None:
            leads = [f"lead {number + 1}" for number in range(signal.shape[1])]
        leads = (leads,) if isinstance(leads, str) else tuple(str(lead) for lead in leads)
        if len(leads) != signal.shape[1]:
            raise ValueError(f"{len(leads)} names of leads for {signal.shape[1]} leads")

        for field, value in (
            ("signal", signal),
            ("rate", float(self.rate)),
            ("beats", beats),
            ("kinds", kinds),
            ("leads", leads),
        ):
            object.__setattr__(self, field, value)

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.signal) / self.rate

    def cut(self, start: float, stop: float) -> Recording:
        """The stretch from `start` to `stop`, both in seconds, with the beats in it."""
        ends = np.rint([start * self.rate, stop * self.rate])
        if not 0 <= ends[0] < ends[1] <= len(self.signal):  # nor is NaN anywhere
            raise ValueError(
                f"a cut from {start:g} s to {stop:g} s does not lie in a recording "
                f"of {self.seconds:g} s"
            )
        first, last = ends.astype(int).tolist()
        inside = (self.beats >= first) & (self.beats < last)
        return Recording(
            self.signal[first:last],
            self.rate,
            self.beats[inside] - first,
            self.kinds[inside],
            self.leads,
            self.name,
        )

    def resampled(self, rate: float) -> Recording:
        """The same at another rate in hertz; what the new rate cannot hold is filtered out.

        The beats go to the samples nearest to where they were.
        """
        check_rate(rate)
        if rate == self.rate:
            return self
        signal = resample(self.signal, self.rate, rate)
        beats = np.rint(self.beats * (rate / self.rate)).astype(np.int64)
        beats = np.minimum(beats, len(signal) - 1)
        # At a very low rate two beats may fall on one sample: the first of them stays.
        beats, first = np.unique(beats, return_index=True)
        return Recording(signal, rate, beats, self.kinds[first], self.leads, self.name)


def check_rate(rate: float) -> None:
    """Refuse what is no number of samples in a second."""
    if not (isinstance(rate, Real) and np.isfinite(rate) and rate > 0):
        raise ValueError(f"a rate is a positive number of hertz, not {rate!r}")


def resample(signal: np.ndarray, old: float, new: float) -> np.ndarray:
    """Bring a signal, shape (n, ...), from `old` to `new` hertz without moving it in time."""
    from fractions import Fraction

    from scipy.signal import resample_poly

    ratio = Fraction(new / old).limit_denominator(1000)
    if not ratio:
        raise ValueError(
            f"a signal of {old:g} Hz takes a rate of at least {old / 1000:g} Hz, not {new:g} Hz"
        )
    if len(signal) == 1:  # too few for a line
        return np.repeat(np.asarray(signal, np.float32), max(1, round(float(ratio))), axis=0)
    # The ends are taken as straight lines, so that a trace off zero does not ring there.
    return resample_poly(signal, ratio.numerator, ratio.denominator, axis=0, padtype="line").astype(
        np.float32
    )
