"""How beats were found before there were networks: filters and thresholds.

`pan_tompkins` is the detector of J. Pan and W. J. Tompkins, "A real-time QRS detection algorithm",
IEEE Transactions on Biomedical Engineering 32 (1985), 230-236, written anew. `xqrs` is
the one that comes with wfdb. Neither tells normal from premature beats; `premature_by_timing` does.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from coursekit.signals.recording import check_rate, resample

_RATE = 200  # hertz: the paper's filters have whole numbers for this rate only
_LOWEST = 50  # hertz: below it little is left of a QRS complex
_REFRACTORY = 40  # samples, 200 ms: no heart beats twice within
_NEAR = 72  # samples, 360 ms: what comes so soon may be the T wave
_WINDOW = 30  # samples, 150 ms: as wide as the widest QRS complex
_DELAY = 5 + 16 + 2  # samples by which low-pass, high-pass and derivative come late


def pan_tompkins(signal: np.ndarray, rate: float) -> np.ndarray:
    """Find the beats of one lead as Pan and Tompkins did in 1985.

    A band-pass filter of about 5 to 12 Hz keeps the QRS complex, its derivative is squared and
    averaged over 150 ms, and two pairs of thresholds follow the heights of beats and of noise. A
    peak counts as a beat if both the average and the filtered trace are above theirs, if it is not
    within 200 ms of the last beat, and if, within 360 ms, it is not less than half as steep, as a T
    wave is. Where no beat comes for 1.66 times the usual time, the detector goes back and takes the
    highest peak above half the thresholds.

    The filters hold for 200 Hz: a signal at another rate is brought to it first. The paper says
    when a beat is found, not where its R peak is: that is put on the highest point, up or down, of
    the lead between 4 and 30 Hz.

    Parameters
    ----------
    signal : array_like, shape (n,) or (n, 1)
        One lead, in any unit, at least 2 s of it, from which the thresholds start.
    rate : float
        Hertz.

    Returns
    -------
    ndarray of int, shape (k,)
        Samples of the R peaks, at the rate of the signal, increasing.

    Raises
    ------
    ValueError
        For several leads, gaps, a rate below 50 Hz, or less than 2 s.
    """
    lead = _one_lead(signal, rate)
    if len(lead) < 2 * rate:
        raise ValueError(f"the thresholds need 2 s to start, not {len(lead) / rate:.2f} s")
    # What comes out late must not be lost at the end.
    at_200 = resample(lead - lead[0], rate, _RATE).astype(float)
    at_200 = np.append(at_200, np.full(_RATE, at_200[-1]))
    filtered, slope, energy = stages(at_200)
    found = np.array(_decide(filtered, np.abs(slope), energy), dtype=float)
    # The average over 150 ms peaks where the window holds the whole complex.
    middle = (found - _DELAY - _WINDOW / 2) * (rate / _RATE)
    return _r_peaks(lead, rate, middle)


def stages(lead: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The signals within the detector: band-pass, derivative, and the average of its square.

    Parameters
    ----------
    lead : array_like, shape (n,)
        One lead at 200 Hz.

    Returns
    -------
    filtered, slope, energy : ndarray, shape (n,)
        They come 21, 23 and up to 53 samples after the lead.
    """
    from scipy.signal import lfilter

    # Low-pass: (1 - z^-6)^2 / (1 - z^-1)^2 is a triangle of 11 numbers with sum 36.
    triangle = np.convolve(np.ones(6), np.ones(6)) / 36
    low = lfilter(triangle, 1, lead)
    # High-pass: the trace of 16 samples ago, less the average of 32.
    comb = -np.ones(32) / 32
    comb[16] += 1
    filtered = lfilter(comb, 1, low)
    # Derivative: the paper's, but two samples later, since nobody knows what comes.
    slope = lfilter(np.array([1, 2, 0, -2, -1]) / 8, 1, filtered)
    energy = lfilter(np.ones(_WINDOW) / _WINDOW, 1, slope**2)
    return filtered, slope, energy


@dataclass
class _Levels:
    """The heights of beats and of noise in one signal, and the threshold between them."""

    beat: float
    noise: float

    @property
    def threshold(self) -> float:
        return self.noise + 0.25 * (self.beat - self.noise)

    def saw(self, peak: float, is_beat: bool, weight: float = 0.125) -> None:
        if is_beat:
            self.beat += weight * (peak - self.beat)
        else:
            self.noise += weight * (peak - self.noise)


@dataclass
class _Pace:
    """The paper's two averages of the time between beats, in samples."""

    last: list[float] = field(default_factory=list)  # the eight most recent
    usual: list[float] = field(default_factory=list)  # the eight most recent that were usual

    def saw(self, interval: float) -> None:
        usual = self.average
        self.last = [*self.last[-7:], interval]
        if usual is None or 0.92 * usual <= interval <= 1.16 * usual:
            self.usual = [*self.usual[-7:], interval]
        if self.regular:
            self.usual = list(self.last)

    @property
    def average(self) -> float | None:
        return float(np.mean(self.usual)) if self.usual else None

    @property
    def regular(self) -> bool:
        """Whether all of the last eight lie between 92 % and 116 % of the average."""
        usual = self.average
        return usual is not None and all(0.92 * usual <= i <= 1.16 * usual for i in self.last)


def _decide(filtered: np.ndarray, steep: np.ndarray, energy: np.ndarray) -> list[int]:
    """Go through the peaks of the energy in time, and keep those that are beats."""
    from scipy.signal import find_peaks

    peaks, _ = find_peaks(energy, distance=_REFRACTORY)
    before = [slice(max(0, peak - _WINDOW - 5), peak + 1) for peak in peaks.tolist()]
    heights = energy[peaks]
    swings = np.array([np.abs(filtered[part]).max() for part in before])
    slopes = np.array([steep[part].max() for part in before])

    # The paper starts with what the first two seconds show. Half the highest, in case it was a
    # premature beat, which may be far higher than the others.
    first = slice(0, 2 * _RATE)
    high = _Levels(0.5 * energy[first].max(), 0.5 * energy[first].mean())
    swing = _Levels(0.5 * np.abs(filtered[first]).max(), 0.5 * np.abs(filtered[first]).mean())
    pace = _Pace()
    beats: list[int] = []  # numbers of peaks

    def passes(number: int, part: float) -> bool:
        above = heights[number] > part * high.threshold
        return above and swings[number] > part * swing.threshold

    def is_t_wave(number: int) -> bool:
        near = bool(beats) and peaks[number] - peaks[beats[-1]] < _NEAR
        return near and slopes[number] < 0.5 * slopes[beats[-1]]

    def take(number: int, weight: float) -> None:
        high.saw(heights[number], True, weight)
        swing.saw(swings[number], True, weight)
        if beats:
            pace.saw(peaks[number] - peaks[beats[-1]])
        beats.append(number)

    def search_back(until: int, number: int) -> None:
        """Take the highest peak above half the thresholds while too long a time has no beat."""
        while beats and pace.average and until - peaks[beats[-1]] > 1.66 * pace.average:
            missed = [
                old
                for old in range(beats[-1] + 1, number)
                if peaks[old] - peaks[beats[-1]] >= _REFRACTORY
                and passes(old, 0.5)
                and not is_t_wave(old)
            ]
            if not missed:
                return
            take(max(missed, key=lambda old: heights[old]), 0.25)

    for number, peak in enumerate(peaks.tolist()):
        search_back(peak, number)
        if beats and peak - peaks[beats[-1]] < _REFRACTORY:
            continue
        # An unsteady heart gets the lower thresholds at once.
        part = 1.0 if pace.regular or len(beats) < 2 else 0.5
        if passes(number, part) and not is_t_wave(number):
            take(number, 0.125)
        else:
            high.saw(heights[number], False)
            swing.saw(swings[number], False)
    search_back(len(energy), len(peaks))
    return [int(peaks[number]) for number in beats]


def xqrs(signal: np.ndarray, rate: float) -> np.ndarray:
    """Find the beats of one lead with wfdb's own detector, put on the R peaks as above.

    The signal is brought to 250 Hz first: at 1000 Hz that detector finds no beat at all.

    Parameters
    ----------
    signal : array_like, shape (n,) or (n, 1)
    rate : float
        Hertz.

    Returns
    -------
    ndarray of int, shape (k,)

    Raises
    ------
    ValueError
        For several leads, gaps, a rate below 50 Hz, or less than 2 s.
    ImportError
        Where wfdb is missing.
    """
    lead = _one_lead(signal, rate)
    try:
        from wfdb.processing import xqrs_detect
    except ImportError as error:
        raise ImportError(
            'xqrs comes with wfdb, which is missing: pip install "coursekit[records]"'
        ) from error
    if len(lead) < 2 * rate:
        raise ValueError(f"xqrs needs 2 s, not {len(lead) / rate:.2f} s")
    at_250 = resample(lead, rate, 250).astype(float)
    found = np.asarray(xqrs_detect(at_250, 250, verbose=False), float)
    return _r_peaks(lead, rate, found * (rate / 250))


def premature_by_timing(beats: np.ndarray, rate: float, *, share: float = 0.84) -> np.ndarray:
    """Call a beat premature if it comes early for its time.

    Early is less than `share` of the median time between the beats around, five before and five
    after. What a beat looks like does not count.

    Parameters
    ----------
    beats : array_like of int, shape (k,)
        Samples of the R peaks, increasing.
    rate : float
        Hertz.
    share : float

    Returns
    -------
    ndarray of str, shape (k,)
        "normal" or "premature". The first beat has none before it, and is normal.

    Raises
    ------
    ValueError
        If the beats do not increase, or `rate` or `share` is no number above 0.
    """
    beats = np.asarray(beats, float)
    if beats.ndim != 1 or not np.all(np.diff(beats) > 0):
        raise ValueError("beats are a list of samples that increase from one to the next")
    check_rate(rate)
    if not share > 0:
        raise ValueError(f"share is {share}, but it is a part of the usual time, above 0")
    kinds = np.full(len(beats), "normal", dtype="<U9")
    if len(beats) < 3:
        return kinds
    intervals = np.diff(beats) / rate
    # At the ends the window is shorter.
    around = np.pad(intervals, 5, constant_values=np.nan)
    usual = np.nanmedian(np.lib.stride_tricks.sliding_window_view(around, 11), axis=1)
    kinds[1:][intervals < share * usual] = "premature"
    return kinds


def _one_lead(signal: np.ndarray, rate: float) -> np.ndarray:
    lead = np.asarray(signal, float)
    if lead.ndim == 2 and lead.shape[1] == 1:
        lead = lead[:, 0]
    if lead.ndim != 1 or not len(lead):
        raise ValueError(f"a detector takes one lead, shape (n,), not {np.shape(signal)}")
    check_rate(rate)
    if rate < _LOWEST:
        raise ValueError(f"a detector needs at least {_LOWEST} Hz, not {rate:g} Hz")
    if not np.isfinite(lead).all():
        raise ValueError("a detector takes finite numbers only; fill its gaps first")
    return lead


def _r_peaks(lead: np.ndarray, rate: float, near: np.ndarray) -> np.ndarray:
    """The highest points, up or down, of the lead within 80 ms of where beats were found."""
    from scipy.signal import butter, sosfiltfilt

    if not len(near):
        return np.zeros(0, np.int64)
    band = butter(1, [4, min(30, 0.45 * rate)], "bandpass", fs=rate, output="sos")
    swing = np.abs(sosfiltfilt(band, lead))
    reach = round(0.08 * rate)
    samples = np.rint(near).astype(np.int64)[:, None] + np.arange(-reach, reach + 1)
    inside = (samples >= 0) & (samples < len(lead))
    values = np.where(inside, swing[np.clip(samples, 0, len(lead) - 1)], -1)
    best = samples[np.arange(len(near)), values.argmax(axis=1)]
    return np.unique(np.clip(best, 0, len(lead) - 1))
