"""Electrocardiograms of patients who do not exist.

The heart is the model of McSharry, Clifford, Tarassenko and Smith, "A dynamical model for
generating synthetic electrocardiogram signals", IEEE Transactions on Biomedical Engineering 50
(2003), 289-294. An angle theta goes around once in a beat, and pulls the voltage z up and down
where it passes the waves of the heartbeat:

    theta' = omega(t) = 2 pi / RR(t)
    z' = - sum_i a_i dtheta_i exp(-dtheta_i^2 / (2 b_i^2)) - (z - z_0),  dtheta_i = theta - theta_i

The paper's other two equations draw theta onto a circle. Here it is on the circle from the start,
so that only these two are left, and the second one is a linear filter. RR(t) has the paper's
spectrum.

Three things go beyond the paper. Each beat measures theta from its own R peak, so that a beat may
come early without squeezing the one before it. There are premature beats, from the ventricles and
from the atria, and the disturbances of real leads. And a wave is told by its height h in
millivolts, and its place t_i and width s_i in time: with theta_i = omega t_i, b_i = omega s_i and
a_i = h omega / b_i^2, the speed omega cancels, and what z follows is a bump of that height and
width:

    - a_i dtheta_i exp(-dtheta_i^2 / (2 b_i^2)) = d/dt h exp(-(t - t_i)^2 / (2 s_i^2))
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Real

import numpy as np

from coursekit.signals.recording import Recording

# Each wave at one beat in a second: place and width (ms), and height (mV) in each lead. The width
# is the standard deviation of the bump. Two bumps make a T wave that rises slowly and falls fast.
_LEADS = ("II", "V1", "V5")
_WAVES = {  #  place, width,     II     V1     V5
    "P1": (-162, 19, 0.085, 0.06, 0.06),
    "P2": (-140, 19, 0.085, -0.03, 0.06),
    "Q": (-27, 8, -0.11, 0.00, -0.13),
    "R": (0, 11, 1.05, 0.28, 1.35),
    "S": (28, 10, -0.20, -0.95, -0.28),
    "T1": (232, 52, 0.16, 0.02, 0.17),
    "T2": (282, 34, 0.19, 0.04, 0.20),
}
# A beat that starts in a ventricle: wide, notched, no P, and T against it. As parts of its height.
_VENTRICULAR = {  # place, width, part
    "W1": (-34, 18, 0.38),
    "W2": (0, 20, 1.00),
    "W3": (42, 21, 0.50),
    "T1": (235, 66, -0.26),
    "T2": (305, 42, -0.24),
}
_QRS = ("Q", "R", "S", "W1", "W2", "W3", "W4")

_WARM_UP = 6.0  # seconds before the recording, in which the filter forgets how it started
_REACH = (-0.45, 0.75)  # seconds around an R peak that its waves reach
_BREATHING = 0.25  # hertz; also the upper peak of the spectrum of RR
_MAYER = 0.1  # hertz: waves of blood pressure, the lower peak


@dataclass(frozen=True)
class _Beats:
    """What the rhythm says of each beat: its R peak in s, and where it came from."""

    times: np.ndarray
    sources: np.ndarray  # "sinus", "atrium" or "ventricle"
    lone_p: np.ndarray  # times of R peaks that a P wave announced and that never came


def electrocardiogram(
    seconds: float = 30,
    *,
    rate: float = 250,
    heart_rate: float = 70,
    variability: float = 0.04,
    premature: float = 0.1,
    ventricular: float = 0.75,
    couplets: float = 0.1,
    bigeminy: float = 0.1,
    amplitude: float = 1.0,
    inverted: bool = False,
    leads: Sequence[str] = ("II",),
    noise: float = 0.01,
    drift: float = 0.1,
    hum: float = 0.01,
    muscle: float = 0.02,
    motion: float = 0.0,
    mains: float = 50,
    seed: int = 0,
    name: str | None = None,
) -> Recording:
    """Record an invented patient.

    The seed decides the shape of the waves, the rhythm and the noise, each apart from the others:
    with more noise the same seed still gives the same heart, beat by beat.

    Parameters
    ----------
    seconds : float
        How long.
    rate : float
        Samples in a second, at least 100 Hz.
    heart_rate : float
        Beats in a minute, 30 to 180.
    variability : float
        Standard deviation of the time between normal beats, as a part of its mean, 0 to 0.2.
    premature : float
        Share of beats that come early, 0 to 0.4, in the long run.
    ventricular : float
        Share of premature beats that start in a ventricle. They are wide and leave a pause that
        makes up for their haste. The others start in an atrium: narrow, and the rhythm starts anew.
    couplets : float
        Chance that a ventricular beat is followed by another one at once.
    bigeminy : float
        Chance that the normal beat after a premature one is followed by a premature one again, if
        that is more than the chance after any other, 0 to 0.95.
    amplitude : float
        Factor on the heights of all waves; 1 gives an R peak of about 1 mV in lead II.
    inverted : bool
        Whether the electrodes were swapped, which turns the heart's part upside down.
    leads : sequence of str
        Out of "II", "V1" and "V5". Beats are placed by the first one.
    noise : float
        Standard deviation of white noise, in mV, as all of the following.
    drift : float
        Size of the baseline z_0, which follows the breath and wanders.
    hum : float
        Amplitude of the mains.
    muscle : float
        Standard deviation of the noise of muscles, 20 to 90 Hz, where it comes in its bursts.
    motion : float
        Size of the jolts of a loose electrode, about six in a minute.
    mains : float
        Frequency of the mains in hertz: 50 or 60, on railways 16.7, on aircraft 400.
    seed : int
    name : str, optional
        By default "patient " and the seed.

    Returns
    -------
    Recording
        Its beats are the extremes of the QRS complexes before any noise, exact to the sample.

    Raises
    ------
    ValueError
        For a setting out of its range, or a lead that is not there.
    """
    _within("seconds", seconds, 1, 1e5)
    _within("rate", rate, 100, 1e5)
    _within("heart_rate", heart_rate, 30, 180)
    _within("variability", variability, 0, 0.2)
    _within("premature", premature, 0, 0.4)
    _within("ventricular", ventricular, 0, 1)
    _within("couplets", couplets, 0, 1)
    _within("bigeminy", bigeminy, 0, 0.95)
    for title, size in (
        ("amplitude", amplitude),
        ("noise", noise),
        ("drift", drift),
        ("hum", hum),
        ("muscle", muscle),
        ("motion", motion),
    ):
        _within(title, size, 0, 100)
    _within("mains", mains, 10, 400)
    leads = (leads,) if isinstance(leads, str) else tuple(leads)
    unknown = [lead for lead in leads if lead not in _LEADS]
    if unknown or not leads:
        raise ValueError(f"leads are some of {', '.join(_LEADS)}, not {unknown or 'none'}")

    # A stream of random numbers for each part, so that no part moves another.
    for_rhythm, for_shape, for_noise = np.random.default_rng(seed).spawn(3)
    start, n = round(_WARM_UP * rate), round(seconds * rate)
    span = (start + n) / rate
    beats = _rhythm(
        for_rhythm,
        span,
        60 / heart_rate,
        variability,
        _chance(premature, ventricular * couplets, bigeminy),
        ventricular,
        couplets,
        bigeminy,
    )
    shapes = _shapes(for_shape, [_LEADS.index(lead) for lead in leads], 60 / heart_rate)
    sign = amplitude * (-1 if inverted else 1)
    drive, peaks = _draw(beats, shapes, start + n, rate)
    baseline = _baseline(for_noise.spawn(1)[0], start + n, len(leads), rate)
    signal = _solve(sign * drive + drift * baseline, rate)[start:]
    signal += _disturbances(for_noise, n, len(leads), rate, noise, hum, muscle, motion, mains)

    inside = (peaks >= start) & (peaks < start + n)
    kinds = np.where(beats.sources == "sinus", "normal", "premature")
    return Recording(
        signal,
        rate,
        peaks[inside] - start,
        kinds[inside],
        leads,
        f"patient {seed}" if name is None else name,
    )


def patients(
    n: int,
    seconds: float = 30,
    *,
    seed: int,
    rate: float = 250,
    leads: Sequence[str] | None = None,
) -> list[Recording]:
    """Record many patients, as different as they come.

    Heart rates of 45 to 130, steady and unsteady rhythms, low and high voltages, one trace in seven
    upside down, none to a quarter of premature beats, and leads from clean to bad.

    Parameters
    ----------
    n : int
    seconds : float
        For each.
    seed : int
        Two seeds give two populations.
    rate : float
    leads : sequence of str, optional
        As in `electrocardiogram`. By default one lead: II for two patients in three, else V1 or V5.

    Returns
    -------
    list of Recording

    Raises
    ------
    ValueError
        For fewer than 0 patients, or what `electrocardiogram` refuses.
    """
    if n < 0:
        raise ValueError(f"n is {n}, but there are 0 patients or more")
    found = []
    for number, rng in enumerate(np.random.default_rng(seed).spawn(n)):
        # How bad the leads are on the whole, and of what: most are good, some are not.
        bad = rng.beta(1.2, 1.6)
        lead = str(rng.choice(["II", "V1", "V5"], p=[2 / 3, 1 / 6, 1 / 6]))
        found.append(
            electrocardiogram(
                seconds,
                rate=rate,
                heart_rate=rng.uniform(45, 130),
                variability=rng.uniform(0.01, 0.07),
                premature=0.0 if rng.random() < 0.2 else rng.uniform(0, 0.25),
                ventricular=rng.choice([0.0, 0.4, 0.75, 1.0], p=[0.15, 0.25, 0.3, 0.3]),
                couplets=rng.choice([0.0, 0.3], p=[0.6, 0.4]),
                bigeminy=rng.choice([0.0, 0.8], p=[0.75, 0.25]),
                amplitude=np.exp(rng.uniform(np.log(0.45), np.log(1.8))),
                inverted=rng.random() < 1 / 7,
                leads=(lead,) if leads is None else leads,
                noise=0.005 + 0.08 * bad * rng.random(),
                drift=0.02 + 0.8 * bad * rng.random(),
                hum=0.25 * bad * rng.random() ** 2,
                muscle=0.01 + 0.5 * bad * rng.random() ** 1.5,
                motion=3.0 * bad * rng.random() * (rng.random() < 0.5),
                mains=rng.choice([50, 60]),
                seed=int(rng.integers(2**31)),
                name=f"patient {number + 1}",
            )
        )
    return found


def _within(name: str, value: float, low: float, high: float) -> None:
    if not (isinstance(value, Real) and low <= value <= high):
        raise ValueError(f"{name} lies between {low:g} and {high:g}, not at {value!r}")


def _chance(share: float, doubles: float, bigeminy: float) -> float:
    """Chance of a premature beat after an ordinary one, so that `share` of all beats are early.

    An event has 1 + doubles early beats and one normal beat behind it, which starts the next event
    with the chance `bigeminy`, so that share = (1 + doubles) / (2 + doubles + ordinary) with
    ordinary = (1 - bigeminy) / chance. A bigeminy below the chance counts as the chance itself.
    """
    if share == 0:
        return 0.0
    ordinary = (1 + doubles) / share - (2 + doubles)
    return min((1 - bigeminy) / ordinary, 1 / (1 + ordinary))


def _tachogram(rng: np.random.Generator, seconds: float, step: float) -> np.ndarray:
    """How the time between beats varies, mean 0 and standard deviation 1, every `step` seconds.

    The spectrum is the paper's: two Gaussians, 0.01 Hz wide, the lower with half the power of the
    upper one, with random phases.
    """
    n = 2 ** int(np.ceil(np.log2(max(seconds, 512) / step)))
    f = np.fft.rfftfreq(n, step)
    power = 0.5 * np.exp(-0.5 * ((f - _MAYER) / 0.01) ** 2)
    power += np.exp(-0.5 * ((f - _BREATHING) / 0.01) ** 2)
    phases = rng.uniform(0, 2 * np.pi, len(f))
    values = np.fft.irfft(np.sqrt(power) * np.exp(1j * phases), n)
    return values / values.std()


def _rhythm(
    rng: np.random.Generator,
    span: float,
    interval: float,
    variability: float,
    chance: float,
    ventricular: float,
    couplets: float,
    bigeminy: float,
) -> _Beats:
    """Let the sinus node beat through `span` seconds, and others beat before it."""
    step = 0.5
    slow = _tachogram(rng, span, step)
    # A focus keeps its distance from the beat before it; each patient has one in either place.
    early = {"atrium": rng.uniform(0.58, 0.78), "ventricle": rng.uniform(0.52, 0.72)}
    beats, lone_p = [], []
    sinus = rng.uniform(0, interval)
    again = False  # whether the beat before this one was premature
    while sinus < span + 1:
        RR = interval * (1 + variability * float(np.clip(slow[int(sinus / step)], -2, 2)))
        beats.append((sinus, "sinus"))
        happens = rng.random() < (max(bigeminy, chance) if again else chance)
        again = happens
        if not happens:
            sinus += RR
            continue
        source = "ventricle" if rng.random() < ventricular else "atrium"
        part = early[source] * (1 + 0.03 * float(np.clip(rng.standard_normal(), -2, 2)))
        time = sinus + float(np.clip(part * RR, min(0.32, 0.75 * RR), 0.8 * RR))
        beats.append((time, source))
        if source == "atrium":
            # The early beat reaches the sinus node too, which starts anew after it.
            sinus = time + RR * rng.uniform(1.0, 1.12)
            continue
        while rng.random() < couplets and beats[-2][1] != "ventricle":
            time += float(np.clip(rng.uniform(0.55, 0.7) * RR, min(0.34, 0.75 * RR), 0.8 * RR))
            beats.append((time, "ventricle"))
        # The sinus node knows nothing of it, but finds the ventricles still at rest.
        sinus += RR
        while sinus - time < 0.72 * RR:
            lone_p.append(sinus)
            sinus += RR
    times, sources = zip(*beats)
    return _Beats(np.array(times), np.array(sources), np.array(lone_p))


def _shapes(rng: np.random.Generator, columns: list[int], interval: float) -> dict[str, list]:
    """The waves of one patient by the source of a beat: (name, place s, width s, heights mV)."""
    # Waves lie further apart in a slow heart: by the root of the interval, as in the paper and in
    # Bazett's rule for the QT interval; P moves less, and QRS hardly at all.
    slow = np.sqrt(interval)
    stretch = {"P": np.sqrt(slow), "T": slow}
    normal, atrial = [], []
    delay, t_height, width = rng.uniform(-18, 18), rng.uniform(0.55, 1.5), rng.uniform(0.88, 1.15)
    depth = {"Q": rng.uniform(0, 1.5), "S": rng.uniform(0.4, 1.8)}
    for wave, (place, spread, *heights) in _WAVES.items():
        heights = np.array(heights)[columns] * rng.uniform(0.85, 1.15)
        factor = stretch.get(wave[0], width)
        if wave[0] == "P":
            place -= delay
        elif wave[0] == "T":
            heights = heights * t_height
        else:
            heights = heights * depth.get(wave, 1.0)
        normal.append((wave, place * factor / 1e3, spread * factor / 1e3, heights))
        if wave[0] == "P":
            # From elsewhere in the atrium, and so of another shape and nearer.
            heights = heights * (rng.uniform(0.5, 1.1) if wave == "P1" else rng.uniform(-0.8, 0.4))
            place += 12
        atrial.append((wave, place * factor / 1e3, spread * factor / 1e3, heights))

    # Where the focus lies decides which way it points, in each lead.
    height = rng.choice([-1, 1], size=len(_LEADS), p=[0.4, 0.6]) * rng.uniform(0.9, 1.6)
    notch, width = rng.uniform(0.2, 1.5), rng.uniform(0.95, 1.25)
    ventricular = []
    for wave, (place, spread, part) in _VENTRICULAR.items():
        factor = width if wave[0] == "W" else slow
        part = part * (notch if wave == "W3" else 1.0) * rng.uniform(0.85, 1.15)
        ventricular.append(
            (wave, place * factor / 1e3, spread * factor / 1e3, part * height[columns])
        )
    # A notch, sharper than the rest, somewhere in the complex.
    sharp = (rng.uniform(-0.030, 0.045), rng.uniform(0.008, 0.012))
    ventricular.append(("W4", *sharp, rng.uniform(-0.3, 0.3) * height[columns]))
    return {"sinus": normal, "atrium": atrial, "ventricle": ventricular}


def _draw(
    beats: _Beats, shapes: dict[str, list], n: int, rate: float
) -> tuple[np.ndarray, np.ndarray]:
    """The pull of all waves on z, shape (n, leads), and the sample of each beat's R peak."""
    drive = np.zeros((n, len(shapes["sinus"][0][3])))
    peaks = np.zeros(len(beats.times), np.int64)
    for source, waves in shapes.items():
        which = np.flatnonzero(beats.sources == source)
        if not len(which):
            continue
        samples, time = _around(beats.times[which], rate)
        qrs = 0.0
        for wave, place, width, heights in waves:
            _add(drive, samples, _pull(time, place, width), heights)
            if wave in _QRS:
                qrs = qrs + heights[0] * _bump(time, place, width)
        # A P wave or a T wave may be higher than a small QRS complex: only this one counts.
        highest = np.abs(qrs).argmax(axis=1)
        peaks[which] = samples[np.arange(len(which)), highest]
    if len(beats.lone_p):
        samples, time = _around(beats.lone_p, rate)
        for wave, place, width, heights in shapes["sinus"]:
            if wave[0] == "P":
                _add(drive, samples, _pull(time, place, width), heights)
    return drive, peaks


def _around(times: np.ndarray, rate: float) -> tuple[np.ndarray, np.ndarray]:
    """Samples that the waves of each beat reach, shape (beats, samples), and seconds from its R."""
    reach = np.arange(int(_REACH[0] * rate), int(_REACH[1] * rate) + 1)
    samples = np.rint(times * rate).astype(np.int64)[:, None] + reach
    return samples, samples / rate - times[:, None]


def _bump(time: np.ndarray, place: float, width: float) -> np.ndarray:
    return np.exp(-((time - place) ** 2) / (2 * width**2))


def _pull(time: np.ndarray, place: float, width: float) -> np.ndarray:
    """The derivative of a bump of height 1, which is what pulls z along it."""
    return -(time - place) / width**2 * _bump(time, place, width)


def _add(drive: np.ndarray, samples: np.ndarray, pull: np.ndarray, heights: np.ndarray) -> None:
    inside = (samples >= 0) & (samples < len(drive))
    at = samples[inside]
    for lead, height in enumerate(heights):
        drive[:, lead] += np.bincount(at, pull[inside] * height, len(drive))


def _solve(forcing: np.ndarray, rate: float) -> np.ndarray:
    """z' = forcing - z by the trapezoid rule, which moves nothing in time."""
    from scipy.signal import lfilter

    half = 0.5 / rate
    return lfilter([half, half], [1 + half, half - 1], forcing, axis=0)


def _baseline(rng: np.random.Generator, n: int, leads: int, rate: float) -> np.ndarray:
    """z_0 of about 1 mV: a breath and a slow walk, in each lead its own mixture."""
    t = np.arange(n) / rate
    breath = _BREATHING * rng.uniform(0.8, 1.3)
    # A few waves below the breath, of random phase, wander as a real baseline does.
    slow = rng.uniform(0.03, 0.2, size=(4, 1))
    walk = np.sin(2 * np.pi * slow * t + rng.uniform(0, 2 * np.pi, (4, 1)))
    lungs = np.sin(2 * np.pi * breath * t + rng.uniform(0, 2 * np.pi))
    mixed = rng.uniform(0.4, 1.0, leads) * lungs[:, None]
    return mixed + walk.T @ rng.uniform(-0.6, 0.6, (4, leads))


def _disturbances(
    rng: np.random.Generator,
    n: int,
    leads: int,
    rate: float,
    noise: float,
    hum: float,
    muscle: float,
    motion: float,
    mains: float,
) -> np.ndarray:
    """What the leads add to the heart, in mV, shape (n, leads)."""
    from scipy.signal import butter, lfilter, sosfilt

    for_noise, for_hum, for_muscle, for_motion = rng.spawn(4)
    t = (np.arange(n) / rate)[:, None]
    total = noise * for_noise.standard_normal((n, leads))

    turn = 2 * np.pi * mains * t + for_hum.uniform(0, 2 * np.pi)
    swell = 1 + 0.2 * np.sin(2 * np.pi * for_hum.uniform(0.05, 0.3) * t)
    if mains < rate / 2:
        total += hum * swell * np.sin(turn)
    if 3 * mains < rate / 2:
        total += 0.15 * hum * np.sin(3 * turn + 1)

    band = butter(2, [20, min(90, 0.45 * rate)], "bandpass", fs=rate, output="sos")
    tremor = sosfilt(band, for_muscle.standard_normal((n, leads)), axis=0)
    tremor /= tremor.std() + 1e-12
    # Tension comes and goes within some seconds.
    knots = np.arange(0, n / rate + 2, 2.0)
    tension = for_muscle.choice([0.15, 0.5, 1.0], size=len(knots), p=[0.4, 0.35, 0.25])
    total += muscle * np.interp(t, knots, tension) * tremor

    jolts = for_motion.poisson(6 * n / rate / 60)
    kicks = np.zeros((n, leads))
    at = for_motion.integers(0, n, jolts)
    np.add.at(kicks, at, for_motion.uniform(-1, 1, (jolts, leads)))
    # A jolt rises within 50 ms and takes half a second to settle.
    for seconds in (0.05, 0.5):
        keep = np.exp(-1 / (seconds * rate))
        kicks = lfilter([1 - keep], [1, -keep], kicks, axis=0)
    peak = 0.8 / (0.5 * rate)  # about, of the answer to one kick
    total += motion / peak * kicks
    return total
