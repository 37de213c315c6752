"""Invented electrocardiograms, the recording that holds them, and the classical detectors."""

from types import SimpleNamespace

import numpy as np
import pytest

from coursekit.signals import Recording, electrocardiogram, patients
from coursekit.signals.detectors import pan_tompkins, premature_by_timing, stages, xqrs
from coursekit.signals.plots import draw_ecg

CLEAN = {"noise": 0.0, "drift": 0.0, "hum": 0.0, "muscle": 0.0}


def width(trace, rate, share=0.1):
    """Milliseconds for which a piece of a trace is more than a share of its highest point away."""
    swing = np.abs(trace - np.median(trace))
    above = np.flatnonzero(swing > share * swing.max())
    return 1e3 * (above[-1] - above[0] + 1) / rate


def around(recording, kind, before, after):
    """Pieces of the trace around the beats of a kind, shape (beats, samples), in seconds."""
    first, last = round(before * recording.rate), round(after * recording.rate)
    beats = recording.beats[recording.kinds == kind]
    beats = beats[(beats > -first) & (beats < len(recording.signal) - last)]
    return np.stack([recording.signal[beat + first : beat + last, 0] for beat in beats])


# The model


def test_the_equation_holds():
    """z' = -sum a dtheta exp(...) - (z - z_0), integrated by another method on a fine grid."""
    from scipy.integrate import solve_ivp

    from coursekit.signals.simulate import _pull, _solve

    rate, omega = 1000, 2 * np.pi / 0.8
    waves = [(0.3, 0.02, 1.0), (0.55, 0.05, 0.3), (0.15, 0.025, 0.1)]
    t = np.arange(1000) / rate
    drive = sum(h * _pull(t, place, wide) for place, wide, h in waves)
    z_0 = 0.2 * np.sin(2 * np.pi * 0.25 * t)

    def paper(time, z):
        theta, slope = omega * time, 0.2 * np.sin(2 * np.pi * 0.25 * time) - z[0]
        for place, wide, height in waves:
            dtheta, b = theta - omega * place, omega * wide
            a = height * omega / b**2
            slope -= a * dtheta * np.exp(-(dtheta**2) / (2 * b**2))
        return [slope]

    expected = solve_ivp(paper, (0, 1), [0.0], t_eval=t, rtol=1e-7, atol=1e-7, max_step=0.02)
    np.testing.assert_allclose(_solve(drive + z_0, rate), expected.y[0], atol=2e-3)


def test_the_rhythm_has_the_spectrum_of_the_paper():
    from coursekit.signals.simulate import _tachogram

    rr = _tachogram(np.random.default_rng(0), 2000, 0.5)
    f, power = np.fft.rfftfreq(len(rr), 0.5), np.abs(np.fft.rfft(rr)) ** 2
    low, high = (f > 0.04) & (f < 0.15), (f > 0.15) & (f < 0.4)
    assert power[low].sum() / power[high].sum() == pytest.approx(0.5, abs=0.02)
    assert f[low][power[low].argmax()] == pytest.approx(0.1, abs=0.01)
    assert f[high][power[high].argmax()] == pytest.approx(0.25, abs=0.01)
    assert (rr.mean(), rr.std()) == pytest.approx((0, 1), abs=1e-6)


@pytest.mark.parametrize("heart_rate", [50, 75, 120])
def test_rate_and_variability_are_those_asked_for(heart_rate):
    # The spectrum is so narrow that two minutes may be livelier than the next two.
    settings = {"heart_rate": heart_rate, "premature": 0, "variability": 0.03, "rate": 125}
    hearts = [electrocardiogram(300, seed=seed, **settings) for seed in range(5)]
    rr = np.concatenate([np.diff(heart.beats) / heart.rate for heart in hearts])
    assert 60 / rr.mean() == pytest.approx(heart_rate, rel=0.01)
    assert rr.std() / rr.mean() == pytest.approx(0.03, rel=0.12)


@pytest.mark.parametrize("heart_rate", [50, 70, 100])
def test_waves_are_as_wide_as_a_cardiologist_expects(heart_rate):
    rate = 1000
    for seed in range(4):
        heart = electrocardiogram(
            20, rate=rate, heart_rate=heart_rate, premature=0, seed=seed, **CLEAN
        )
        root = np.sqrt(60 / heart_rate)
        beat = np.median(around(heart, "normal", -0.3 * np.sqrt(root), 0.44 * root), axis=0)
        r = round(0.3 * np.sqrt(root) * rate)
        assert 55 <= width(beat[r - 70 : r + 80], rate, share=0.05) <= 115  # QRS complex
        level = np.median(beat[: round(0.04 * rate)])
        rest = beat[r + 100 :] - level
        t_peak = rest.argmax() + 100
        assert 0.22 * root < t_peak / rate < 0.32 * root
        # QT from the onset of QRS, some 45 ms before R, to where the T wave has ended.
        t_end = 100 + np.flatnonzero(rest > 0.05 * rest.max())[-1]
        assert 0.34 <= (t_end / rate + 0.045) / root <= 0.46  # Bazett
        p_peak = beat[: r - 60].argmax() - r
        assert 0.10 < -p_peak / rate < 0.2
        assert 0.03 < beat[r + p_peak] - level < 0.25
        assert 0.7 < beat[r] - level < 1.4


def test_ventricular_beats_are_wide_and_their_pause_makes_up():
    for seed in range(4):
        heart = electrocardiogram(
            60,
            rate=500,
            premature=0.12,
            ventricular=1,
            couplets=0,
            bigeminy=0,
            variability=0.0,
            heart_rate=60,
            seed=seed,
            **CLEAN,
        )
        rr = np.diff(heart.beats) / heart.rate
        early = np.flatnonzero(heart.kinds[1:-1] == "premature") + 1
        assert len(early) >= 2
        assert (rr[early - 1] < 0.85).all()
        # The two intervals together are two of the usual ones.
        np.testing.assert_allclose(rr[early - 1] + rr[early], 2.0, atol=0.02)
        wide = np.median(around(heart, "premature", -0.12, 0.13), axis=0)
        narrow = np.median(around(heart, "normal", -0.12, 0.13), axis=0)
        assert width(wide, 500, 0.2) > 2 * width(narrow, 500, 0.2)
        complete = np.median(around(heart, "premature", -0.15, 0.6), axis=0)
        level, r = complete[0], round(0.15 * 500)
        late = complete[r + round(0.2 * 500) :] - level
        t_wave = late[np.abs(late).argmax()]
        assert np.sign(t_wave) == -np.sign(complete[r] - level)


def test_atrial_beats_are_narrow_and_start_the_rhythm_anew():
    heart = electrocardiogram(
        60,
        rate=500,
        premature=0.12,
        ventricular=0,
        bigeminy=0,
        variability=0,
        heart_rate=60,
        seed=3,
        **CLEAN,
    )
    rr = np.diff(heart.beats) / heart.rate
    early = np.flatnonzero(heart.kinds[1:-1] == "premature") + 1
    assert len(early) >= 2
    assert (rr[early - 1] < 0.85).all()
    assert (rr[early] >= 0.99).all()
    assert (rr[early - 1] + rr[early] < 1.95).all()
    wide = np.median(around(heart, "premature", -0.06, 0.08), axis=0)
    narrow = np.median(around(heart, "normal", -0.06, 0.08), axis=0)
    np.testing.assert_allclose(wide - wide[0], narrow - narrow[0], atol=0.12)


def test_beats_are_the_extremes_of_the_trace():
    """For upright, turned and ventricular beats, in each lead, at each rate."""
    for rate in (128, 250, 360):
        for lead in ("II", "V5"):
            for inverted in (False, True):
                heart = electrocardiogram(
                    20, rate=rate, leads=lead, inverted=inverted, premature=0.2, seed=7, **CLEAN
                )
                reach = round(0.05 * rate)
                for beat in heart.beats[(heart.beats > reach)]:
                    piece = heart.signal[max(0, beat - reach) : beat + reach + 1, 0]
                    offset = np.abs(piece - np.median(heart.signal)).argmax() - reach
                    assert abs(offset) <= 1, (rate, lead, inverted, beat)


def test_the_long_run_share_of_premature_beats():
    for share, bigeminy in ((0.2, 0.0), (0.2, 0.6), (0.35, 0.2)):
        kinds = electrocardiogram(
            2500, rate=100, heart_rate=150, premature=share, bigeminy=bigeminy, seed=1, **CLEAN
        ).kinds
        assert np.mean(kinds == "premature") == pytest.approx(share, rel=0.12)
    assert (electrocardiogram(60, premature=0, seed=1).kinds == "normal").all()


def test_couplets_and_bigeminy():
    def of(**settings):
        heart = electrocardiogram(600, rate=100, premature=0.2, ventricular=1, seed=5, **settings)
        return heart.kinds == "premature"

    alone = of(couplets=0, bigeminy=0)
    assert not (alone[1:] & alone[:-1]).any()
    pairs = of(couplets=1, bigeminy=0)
    assert (pairs[1:] & pairs[:-1]).sum() > 0.4 * pairs.sum()

    def every_second(early):
        return np.mean(early[2:][early[:-2]])

    assert every_second(of(couplets=0, bigeminy=0.9)) > 0.8
    assert every_second(alone) < 0.5


def test_the_same_seed_the_same_patient():
    first, second = electrocardiogram(5, seed=9), electrocardiogram(5, seed=9)
    np.testing.assert_array_equal(first.signal, second.signal)
    assert not np.array_equal(first.signal, electrocardiogram(5, seed=10).signal)


def test_noise_does_not_move_the_heart_nor_other_noise():
    base = electrocardiogram(20, seed=3, premature=0.2, **CLEAN)
    for name, size in (("noise", 0.1), ("drift", 0.5), ("hum", 0.2), ("muscle", 0.2)):
        added = electrocardiogram(20, seed=3, premature=0.2, **{**CLEAN, name: size})
        np.testing.assert_array_equal(added.beats, base.beats)
        np.testing.assert_array_equal(added.kinds, base.kinds)
        alone = added.signal - base.signal
        twice = electrocardiogram(20, seed=3, premature=0.2, **{**CLEAN, name: 2 * size})
        np.testing.assert_allclose(twice.signal - base.signal, 2 * alone, atol=1e-5)


def test_disturbances_lie_where_they_belong():
    """Most of each one's power is in its band, and its size is about what was asked for."""
    base = electrocardiogram(60, seed=3, motion=0, **CLEAN).signal[:, 0]
    for name, low, high, least, most in (
        ("drift", 0.0, 0.6, 0.3, 1.2),
        ("hum", 49.5, 50.5, 0.6, 0.85),
        ("muscle", 15.0, 100.0, 0.3, 0.9),
        ("noise", 0.0, 125.0, 0.97, 1.03),
        ("motion", 0.0, 5.0, 0.05, 0.6),
    ):
        noisy = electrocardiogram(60, seed=3, **{**CLEAN, name: 1.0}).signal[:, 0]
        added = (noisy - base).astype(float)
        power = np.abs(np.fft.rfft(added)) ** 2
        f = np.fft.rfftfreq(len(added), 1 / 250)
        assert power[(f >= low) & (f <= high)].sum() > 0.9 * power.sum(), name
        assert least < added.std() < most, name


def test_hum_of_another_country():
    settings = {"seed": 3, "hum": 0.5, "noise": 0, "drift": 0, "muscle": 0}
    sixty = electrocardiogram(20, mains=60, **settings).signal[:, 0]
    power = np.abs(np.fft.rfft(sixty))
    f = np.fft.rfftfreq(len(sixty), 1 / 250)
    assert f[40 * 20 :][power[40 * 20 :].argmax()] == pytest.approx(60, abs=0.5)


def test_leads_show_the_same_beats():
    three = electrocardiogram(10, leads=("II", "V1", "V5"), seed=2, premature=0, **CLEAN)
    assert three.signal.shape == (2500, 3)
    at = three.signal[three.beats]
    assert (at[:, [0, 2]] > 0.5).all()
    # The right side of the chest sees the heart turn away.
    assert three.signal[:, 1].min() < -0.3
    assert three.signal[:, 1].max() < 0.6


def test_patients_differ():
    many = patients(40, 20, seed=1)
    rates = [60 * len(one.beats) / one.seconds for one in many]
    assert min(rates) < 60 < 115 < max(rates)
    heights = [np.median(one.signal[one.beats, 0]) for one in many]
    assert min(heights) < -0.3 < 1 < max(heights)
    share = [np.mean(one.kinds == "premature") for one in many]
    assert min(share) == 0 < 0.15 < max(share)
    assert len({one.leads for one in many}) == 3
    assert len({one.name for one in many}) == 40
    np.testing.assert_array_equal(patients(3, 20, seed=1)[2].signal, many[2].signal)
    assert patients(1, 20, seed=1, rate=360, leads=("II", "V1"))[0].signal.shape == (7200, 2)


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ({"seconds": 0}, "seconds lies between 1 and"),
        ({"heart_rate": 300}, "heart_rate lies between 30 and 180, not at 300"),
        ({"premature": 0.9}, "premature lies between 0 and 0.4, not at 0.9"),
        ({"rate": 50}, "rate lies between 100 and"),
        ({"muscle": -1}, "muscle lies between 0 and"),
        ({"bigeminy": 2}, "bigeminy lies between 0 and 0.95"),
        ({"noise": float("nan")}, "noise lies between"),
        ({"leads": ("II", "aVR")}, "leads are some of II, V1, V5, not .*aVR"),
        ({"leads": ()}, "leads are some of II, V1, V5, not none"),
        ({"rate": "250"}, "rate lies between 100 and .* not at '250'"),
        ({"mains": 0}, "mains lies between 10 and 400, not at 0"),
        ({"mains": -50}, "mains lies between 10 and 400, not at -50"),
        ({"mains": float("nan")}, "mains lies between 10 and 400, not at nan"),
    ],
)
def test_settings_out_of_range(setting, sentence):
    with pytest.raises(ValueError, match=sentence):
        electrocardiogram(**setting)


def test_there_are_no_fewer_than_no_patients():
    assert patients(0, seed=1) == []
    with pytest.raises(ValueError, match="n is -1, but there are 0 patients or more"):
        patients(-1, seed=1)


# The recording


def small(**changed):
    given = {"signal": np.zeros((100, 2)), "rate": 100, "beats": [10, 50], "kinds": None}
    return Recording(**{**given, **changed})


def test_a_recording_fills_in_what_is_missing():
    one = Recording(np.arange(10), 5)
    assert (one.signal.shape, one.signal.dtype) == ((10, 1), np.float32)
    assert (one.seconds, one.leads, len(one.beats)) == (2, ("lead 1",), 0)
    assert small().kinds.tolist() == ["normal", "normal"]
    assert Recording(np.arange(10), 5, leads="V5").leads == ("V5",)
    # However short a cut of a dozen leads is, it is no array that was transposed.
    assert Recording(np.zeros((500, 12)), 250).cut(0, 0.004).signal.shape == (1, 12)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"signal": np.zeros((2, 3, 4))}, r"a signal has shape \(n, leads\)"),
        ({"signal": np.zeros((0, 1))}, "with at least one sample"),
        ({"signal": np.full((100, 1), np.nan)}, "finite numbers only"),
        ({"signal": np.ones((100, 2)) * 1j}, "a signal holds real numbers"),
        ({"signal": np.zeros((2, 5000))}, "5000 leads of 2 samples; transpose it"),
        ({"signal": np.zeros((100, 65))}, "65 leads of 100 samples; transpose it"),
        ({"signal": np.zeros((12, 50))}, "50 leads of 12 samples; transpose it"),
        ({"rate": 0}, "a rate is a positive number of hertz, not 0"),
        ({"rate": None}, "a rate is a positive number of hertz, not None"),
        ({"rate": "250"}, "a rate is a positive number of hertz, not '250'"),
        ({"beats": [0.5, 2.0]}, "beats are a list of whole numbers"),
        ({"beats": [50, 10]}, "beats have to increase"),
        ({"beats": [10, 10]}, "beats have to increase"),
        ({"beats": [10, 100]}, "beats lie between samples 0 and 99, not between 10 and 100"),
        ({"kinds": ["normal"]}, "1 kinds for 2 beats"),
        ({"kinds": ["normal", "late"]}, '"normal" or "premature", not "late"'),
        ({"leads": ["II"]}, "1 names of leads for 2 leads"),
        ({"leads": "II"}, "1 names of leads for 2 leads"),
    ],
)
def test_what_does_not_fit_together(changed, sentence):
    with pytest.raises(ValueError, match=sentence):
        small(**changed)


def test_a_cut_keeps_its_beats():
    whole = small(signal=np.arange(200).reshape(100, 2), kinds=["premature", "normal"], name="x")
    part = whole.cut(0.4, 0.8)
    assert (part.beats.tolist(), part.kinds.tolist()) == ([10], ["normal"])
    np.testing.assert_array_equal(part.signal, whole.signal[40:80])
    # A beat at the start of a cut is in it, one at its end is not.
    assert whole.cut(0.1, 0.5).beats.tolist() == [0]
    assert (part.name, part.seconds) == ("x", pytest.approx(0.4))
    with pytest.raises(ValueError, match=r"from 0\.5 s to 2 s does not lie in a recording of 1 s"):
        whole.cut(0.5, 2)
    for start, stop in ((float("nan"), 1), (0, float("nan")), (0, float("inf"))):
        with pytest.raises(ValueError, match="does not lie in a recording of 1 s"):
            whole.cut(start, stop)


@pytest.mark.parametrize("rate", [125, 200, 360])
def test_another_rate_moves_nothing(rate):
    heart = electrocardiogram(10, seed=1, premature=0.2, drift=0.3, noise=0, muscle=0, hum=0)
    other = heart.resampled(rate)
    assert len(other.signal) == 10 * rate
    np.testing.assert_allclose(other.beats / rate, heart.beats / 250, atol=0.5 / rate + 1e-9)
    np.testing.assert_array_equal(other.kinds, heart.kinds)
    t = np.arange(len(other.signal)) / rate
    straight = np.interp(t, np.arange(2500) / 250, heart.signal[:, 0])
    assert np.abs(other.signal[:, 0] - straight)[t < 9.9].max() < 0.06
    with pytest.raises(ValueError, match="positive number of hertz"):
        heart.resampled(-1)
    # A trace far off zero does not ring at its ends.
    np.testing.assert_allclose(
        Recording(np.full(500, 3.0), 250).resampled(rate).signal, 3, atol=0.01
    )
    assert Recording([3.0], 250).resampled(rate).signal[0, 0] == 3
    with pytest.raises(ValueError, match=r"takes a rate of at least 0\.25 Hz, not 1e-09 Hz"):
        heart.resampled(1e-9)


# The detectors


def agreement(true, found, rate, within=0.05):
    """Sensitivity, positive predictive value, and the times by which found beats are off."""
    distance = np.abs(np.subtract.outer(true, found)) / rate
    off = distance.min(axis=1)
    hits = (off <= within).sum()
    return hits / len(true), hits / len(found), off[off <= within]


@pytest.mark.parametrize("rate", [125, 200, 250, 360, 1000])
def test_pan_tompkins_on_clean_traces(rate):
    for seed, heart_rate in enumerate((48, 65, 88)):
        heart = electrocardiogram(
            30, rate=rate, heart_rate=heart_rate, premature=0.08, seed=seed, inverted=seed == 1
        )
        found = pan_tompkins(heart.signal, rate)
        sensitivity, ppv, off = agreement(heart.beats, found, rate)
        assert sensitivity == 1
        assert ppv == 1
        assert np.median(off) <= 0.005


def test_pan_tompkins_on_all_kinds_of_patients():
    many = patients(30, 20, seed=11)
    hits = [agreement(p.beats, pan_tompkins(p.signal, p.rate), p.rate)[:2] for p in many]
    sensitivity, ppv = np.mean(hits, axis=0)
    assert sensitivity > 0.97
    assert ppv > 0.97


def test_pan_tompkins_does_not_mind_units_or_offset():
    heart = electrocardiogram(20, seed=6, premature=0.1)
    found = pan_tompkins(heart.signal, 250)
    np.testing.assert_array_equal(pan_tompkins(1e3 * heart.signal + 5000, 250), found)
    np.testing.assert_array_equal(pan_tompkins(-heart.signal[:, 0], 250), found)


def test_pan_tompkins_searches_back_for_a_weak_beat():
    heart = electrocardiogram(30, seed=2, premature=0, variability=0.01, **CLEAN)
    signal = heart.signal[:, 0].copy()
    weak = heart.beats[20]
    # At 45 % of its height a beat has 20 % of the energy: below the threshold, above half of it.
    signal[weak - 60 : weak + 110] *= 0.45
    assert agreement(heart.beats, pan_tompkins(signal, 250), 250)[:2] == (1, 1)


def test_pan_tompkins_takes_wide_early_beats_for_t_waves():
    """Within 360 ms, what is less than half as steep as the beat before counts as its T wave."""
    heart = electrocardiogram(
        60, seed=16, heart_rate=125, premature=0.15, ventricular=1, couplets=0, **CLEAN
    )
    found = pan_tompkins(heart.signal, 250)
    early = heart.beats[heart.kinds == "premature"]
    usual = heart.beats[heart.kinds == "normal"]
    assert agreement(usual, found, 250)[0] > 0.98
    assert agreement(early, found, 250)[0] < 0.9


def test_the_filters_are_those_of_the_paper():
    """Recomputed by the paper's difference equations, sample by sample."""
    x = np.random.default_rng(0).standard_normal(200)

    def at(values, n):
        return values[n] if n >= 0 else 0.0

    low, high, slope = np.zeros(200), np.zeros(200), np.zeros(200)
    for n in range(200):
        # y(n) = 2y(n-1) - y(n-2) + x(n) - 2x(n-6) + x(n-12), of gain 36
        low[n] = 2 * at(low, n - 1) - at(low, n - 2)
        low[n] += (x[n] - 2 * at(x, n - 6) + at(x, n - 12)) / 36
    for n in range(200):
        high[n] = at(low, n - 16) - sum(at(low, n - k) for k in range(32)) / 32
    for n in range(200):
        # As in the paper, but two samples later, since nobody knows what comes.
        slope[n] = (high[n] + 2 * at(high, n - 1) - 2 * at(high, n - 3) - at(high, n - 4)) / 8
    energy = [np.sum(slope[max(0, n - 29) : n + 1] ** 2) / 30 for n in range(200)]
    for got, expected in zip(stages(x), (high, slope, energy)):
        np.testing.assert_allclose(got, expected, atol=1e-9)


def test_xqrs_is_a_second_peer():
    heart = electrocardiogram(15, seed=3, premature=0, rate=1000)
    sensitivity, ppv, off = agreement(heart.beats, xqrs(heart.signal, 1000), 1000)
    assert sensitivity >= 0.9
    assert ppv == 1
    assert np.median(off) <= 0.005


def test_what_a_detector_cannot_take():
    with pytest.raises(ValueError, match=r"takes one lead, shape \(n,\), not \(500, 2\)"):
        pan_tompkins(np.zeros((500, 2)), 250)
    with pytest.raises(ValueError, match=r"the thresholds need 2 s to start, not 0\.40 s"):
        pan_tompkins(np.zeros(100), 250)
    with pytest.raises(ValueError, match="positive number of hertz"):
        pan_tompkins(np.zeros(500), 0)
    with pytest.raises(ValueError, match="positive number of hertz, not None"):
        pan_tompkins(np.zeros(500), None)
    assert pan_tompkins(np.zeros(1000), 250).tolist() == []
    for detector in (pan_tompkins, xqrs):
        with pytest.raises(ValueError, match="finite numbers only; fill its gaps first"):
            detector(np.full(1000, np.nan), 250)
        with pytest.raises(ValueError, match="needs at least 50 Hz, not 5 Hz"):
            detector(np.zeros(1000), 5)
    with pytest.raises(ValueError, match=r"xqrs needs 2 s, not 0\.04 s"):
        xqrs(np.zeros(10), 250)


def test_premature_by_timing():
    beats = np.cumsum([0, 250, 250, 250, 150, 350, 250, 250, 250, 250])
    kinds = premature_by_timing(beats, 250)
    assert np.flatnonzero(kinds == "premature").tolist() == [4]
    # A share of the time around, so that a fast heart is not early throughout.
    np.testing.assert_array_equal(premature_by_timing(beats // 2, 250), kinds)
    assert np.flatnonzero(premature_by_timing(beats, 250, share=0.5) == "premature").size == 0
    assert premature_by_timing([10, 20], 250).tolist() == ["normal", "normal"]
    heart = electrocardiogram(120, premature=0.1, bigeminy=0, couplets=0, seed=2, heart_rate=65)
    assert np.mean(premature_by_timing(heart.beats, 250) == heart.kinds) > 0.95
    for wrong in ([200, 100, 300], [100, 100, 200], [[100, 200, 300]], [1, np.nan, 3]):
        with pytest.raises(ValueError, match="beats are a list of samples that increase"):
            premature_by_timing(wrong, 250)
    with pytest.raises(ValueError, match="a rate is a positive number of hertz, not 0"):
        premature_by_timing(beats, 0)
    with pytest.raises(ValueError, match="share is 0, but it is a part of the usual time"):
        premature_by_timing(beats, 250, share=0)


# The drawing


@pytest.fixture
def heart():
    return electrocardiogram(10, seed=4, premature=0.25, leads=("II", "V1"))


@pytest.fixture(autouse=True)
def no_figures_left():
    import matplotlib.pyplot as plt

    yield
    plt.close("all")


def marks(ax):
    """Where each kind of mark stands, by its label."""
    return {line.get_label(): line for line in ax.lines if line.get_marker() not in ("None", "")}


def test_a_drawing_shows_trace_and_beats(heart):
    ax = draw_ecg(heart, start=2, stop=8)
    trace = next(line for line in ax.lines if len(line.get_xdata()) == 6 * 250)
    np.testing.assert_array_equal(trace.get_ydata(), heart.signal[500:2000, 0])
    assert trace.get_xdata()[0] == 2
    inside = (heart.beats >= 500) & (heart.beats < 2000)
    drawn = marks(ax)
    for kind in ("normal", "premature"):
        at = heart.beats[inside & (heart.kinds == kind)]
        np.testing.assert_allclose(drawn[kind].get_xdata(), at / 250)
        np.testing.assert_array_equal(drawn[kind].get_ydata(), heart.signal[at, 0])
    assert drawn["normal"].get_marker() != drawn["premature"].get_marker()
    assert ax.get_ylabel() == "II (mV)"


def test_boxes_of_the_paper(heart):
    ax = draw_ecg(heart, stop=8)
    upright, level = (np.array(lines.get_segments()) for lines in ax.collections)
    np.testing.assert_allclose(np.diff(upright[:, 0, 0]), 0.2)
    np.testing.assert_allclose(np.diff(level[:, 0, 1]), 0.5)
    # A close look shows the small boxes as well.
    small = np.array(draw_ecg(heart, stop=2).collections[0].get_segments())
    np.testing.assert_allclose(np.diff(small[:, 0, 0]), 0.04)


def test_what_was_found_stands_under_the_trace(heart):
    found = SimpleNamespace(beats=heart.beats + 2, kinds=heart.kinds)
    ax = draw_ecg(heart, found=found, lead="V1")
    drawn = marks(ax)
    at = found.beats[found.kinds == "premature"]
    np.testing.assert_allclose(drawn["premature, as found"].get_xdata(), at / 250)
    assert drawn["normal, as found"].get_ydata().max() < heart.signal[:, 1].min()
    assert ax.get_ylabel() == "V1 (mV)"
    plain = marks(draw_ecg(heart, found=heart.beats, beats=False))
    assert list(plain) == ["beat, as found"]


def test_marks_of_another_rate_are_drawn_where_they_were_found(heart):
    at = heart.resampled(125).beats
    found = SimpleNamespace(beats=at, kinds=heart.kinds, rate=125.0)
    drawn = marks(draw_ecg(heart, found=found))
    is_early = heart.kinds == "premature"
    np.testing.assert_allclose(drawn["premature, as found"].get_xdata(), at[is_early] / 125)
    np.testing.assert_allclose(drawn["normal, as found"].get_xdata(), at[~is_early] / 125)


def test_marks_that_are_no_list(heart):
    for wrong in (np.zeros((2, 3), int), (heart.beats, heart.kinds), ["a"], 3):
        with pytest.raises(ValueError, match="found is one list of samples, or Marks"):
            draw_ecg(heart, found=wrong)
    with pytest.raises(ValueError, match="found has 1 kinds for 2 beats"):
        draw_ecg(heart, found=SimpleNamespace(beats=[1, 2], kinds=["normal"]))


def test_a_drawing_of_what_is_not_there(heart):
    with pytest.raises(ValueError, match='no lead "V5" here, only II, V1'):
        draw_ecg(heart, lead="V5")
    with pytest.raises(ValueError, match="lead 2 of a recording with 2, counted from 0"):
        draw_ecg(heart, lead=2)
    with pytest.raises(ValueError, match="does not lie in a recording of 10 s"):
        draw_ecg(heart, stop=11)
