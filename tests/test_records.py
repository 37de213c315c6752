"""Records in the format of PhysioNet, which the tests write with wfdb."""

import builtins

import numpy as np
import pytest
import wfdb

from coursekit.signals import electrocardiogram
from coursekit.signals.records import BEATS, load_folder, load_record

RATE = 360


def write(folder, name, beats=(), symbols=(), *, signal=None, units=None, extension="atr", **ann):
    """A record of 4 s with two leads, as the MIT-BIH database has them."""
    if signal is None:
        time = np.arange(4 * RATE) / RATE
        signal = np.stack([np.sin(time), 0.5 * np.cos(3 * time)], axis=1)
    leads = signal.shape[1]
    wfdb.wrsamp(
        name,
        fs=RATE,
        units=units or ["mV"] * leads,
        sig_name=["MLII", "V5"][:leads],
        p_signal=signal,
        fmt=["212"] * leads,
        # As in the MIT-BIH database: 200 steps to a millivolt, 11 bits.
        adc_gain=[200.0] * leads,
        baseline=[0] * leads,
        write_dir=str(folder),
    )
    if len(beats):
        wfdb.wrann(
            name, extension, np.asarray(beats), symbol=list(symbols), write_dir=str(folder), **ann
        )
    return signal


def test_a_record_comes_back_as_it_was_written(tmp_path):
    signal = write(tmp_path, "100", [50, 350, 600], "NVN")
    recording = load_record(tmp_path / "100")
    assert recording.rate == RATE
    assert recording.leads == ("MLII", "V5")
    assert recording.name == "100"
    # Half a step of the converter.
    np.testing.assert_allclose(recording.signal, signal, atol=0.5 / 200 + 1e-6)
    assert recording.beats.tolist() == [50, 350, 600]
    assert recording.kinds.tolist() == ["normal", "premature", "normal"]


def test_an_invented_patient_survives_the_file(tmp_path):
    patient = electrocardiogram(10, rate=RATE, premature=0.3, leads=("II", "V5"), seed=4)
    symbols = ["V" if kind == "premature" else "N" for kind in patient.kinds]
    write(tmp_path, "p", patient.beats, symbols, signal=patient.signal.astype(float))
    recording = load_record(tmp_path / "p.hea")
    assert "premature" in recording.kinds
    np.testing.assert_array_equal(recording.beats, patient.beats)
    np.testing.assert_array_equal(recording.kinds, patient.kinds)
    np.testing.assert_allclose(recording.signal, patient.signal, atol=0.5 / 200 + 1e-6)


@pytest.mark.parametrize(
    ("symbols", "kind"),
    [("AaJSVr", "premature"), ("NLRBejn", "normal"), ("EF/fQ?", "normal")],
)
def test_codes_of_beats(tmp_path, symbols, kind):
    write(tmp_path, "r", 100 * np.arange(1, len(symbols) + 1), symbols)
    recording = load_record(tmp_path / "r")
    assert recording.kinds.tolist() == [kind] * len(symbols)


def test_the_codes_are_those_that_wfdb_counts_as_beats():
    codes = wfdb.io.annotation
    table = codes.ann_label_table
    numbers = dict(zip(table.symbol, table.label_store))
    counted = {symbol for symbol, number in numbers.items() if codes.is_qrs[number]}
    # PhysioNet's own list has the waves of ventricular flutter among the marks that are no beats.
    assert counted - {"!"} == BEATS


def test_marks_that_are_no_beats_are_skipped(tmp_path):
    write(tmp_path, "r", [10, 50, 90, 200, 300], ["+", "N", "~", "x", "A"])
    recording = load_record(tmp_path / "r")
    assert recording.beats.tolist() == [50, 300]
    assert recording.kinds.tolist() == ["normal", "premature"]


@pytest.mark.parametrize("lead", [1, "V5"])
def test_one_lead(tmp_path, lead):
    signal = write(tmp_path, "r", [50], "N")
    recording = load_record(tmp_path / "r", lead=lead)
    assert recording.leads == ("V5",)
    np.testing.assert_allclose(recording.signal, signal[:, 1:], atol=0.5 / 200 + 1e-6)


@pytest.mark.parametrize("lead", [2, -1, "V1"])
def test_a_lead_that_is_not_there(tmp_path, lead):
    write(tmp_path, "r", [50], "N")
    with pytest.raises(ValueError, match="record r has the leads MLII, V5, and no"):
        load_record(tmp_path / "r", lead=lead)


def test_microvolts_become_millivolts(tmp_path):
    time = np.arange(2 * RATE) / RATE
    write(tmp_path, "r", [50], "N", signal=5 * np.sin(time)[:, None], units=["uV"])
    recording = load_record(tmp_path / "r")
    np.testing.assert_allclose(recording.signal[:, 0], 5e-3 * np.sin(time), atol=5e-6)


def test_a_unit_that_is_no_voltage(tmp_path):
    write(tmp_path, "r", [50], "N", units=["mV", "mmHg"])
    with pytest.raises(ValueError, match='record r has lead V5 in "mmHg", which is no voltage'):
        load_record(tmp_path / "r")
    assert load_record(tmp_path / "r", lead="MLII").leads == ("MLII",)


def test_gaps_are_bridged(tmp_path):
    signal = np.linspace(0, 1, 2 * RATE)[:, None].repeat(2, axis=1)
    broken = signal.copy()
    broken[100:140, 0] = np.nan
    write(tmp_path, "r", [50], "N", signal=broken)
    np.testing.assert_allclose(load_record(tmp_path / "r").signal, signal, atol=0.01)
    write(tmp_path, "s", [50], "N", signal=np.where([True, False], np.nan, signal))
    with pytest.raises(ValueError, match="record s has nothing in lead MLII"):
        load_record(tmp_path / "s")


def test_beats_may_count_at_a_rate_of_their_own(tmp_path):
    write(tmp_path, "r", [25, 100], "NN", fs=RATE / 2)
    assert load_record(tmp_path / "r").beats.tolist() == [50, 200]


def test_beats_of_another_annotator(tmp_path):
    write(tmp_path, "r", [50, 90], "NV", extension="ecg")
    assert load_record(tmp_path / "r", annotator="ecg").beats.tolist() == [50, 90]


@pytest.mark.parametrize("ending", ["hea", "dat", "atr"])
def test_a_missing_file_is_named(tmp_path, ending):
    write(tmp_path, "r", [50], "N")
    (tmp_path / f"r.{ending}").unlink()
    with pytest.raises(FileNotFoundError, match=rf"record r has no file r\.{ending} in "):
        load_record(tmp_path / "r")


def test_a_record_without_beats(tmp_path):
    write(tmp_path, "r", [50, 70], ["+", "~"])
    with pytest.raises(ValueError, match="record r has no beat among its 2 annotations"):
        load_record(tmp_path / "r")


def test_a_beat_after_the_end(tmp_path):
    write(tmp_path, "r", [50, 5000], "NN")
    with pytest.raises(ValueError, match="record r has a beat at sample 5000, after its 1440"):
        load_record(tmp_path / "r")


def test_damaged_files(tmp_path):
    write(tmp_path, "r", [50], "N")
    (tmp_path / "r.dat").write_bytes(b"short")
    with pytest.raises(ValueError, match="record r is damaged: its signal cannot be read"):
        load_record(tmp_path / "r")
    (tmp_path / "r.hea").write_text("nothing like a header\n")
    with pytest.raises(ValueError, match="record r is damaged: its header cannot be read"):
        load_record(tmp_path / "r")


def test_a_folder_in_the_order_of_its_names(tmp_path):
    for name in ("200", "101", "119"):
        write(tmp_path, name, [50], "N")
    assert [recording.name for recording in load_folder(tmp_path)] == ["101", "119", "200"]
    assert load_folder(tmp_path, lead="V5")[0].leads == ("V5",)


def test_a_folder_says_what_is_wrong_with_which_record(tmp_path):
    for name in ("a", "b", "c"):
        write(tmp_path, name, [50], "N")
    (tmp_path / "a.atr").unlink()
    (tmp_path / "c.dat").write_bytes(b"short")
    with pytest.raises(ValueError) as raised:
        load_folder(tmp_path)
    first, *others = str(raised.value).splitlines()
    assert first == f"2 of 3 records in {tmp_path} cannot be read:"
    assert others[0].startswith("- record a has no file a.atr")
    assert others[1].startswith("- record c is damaged: its signal")


def test_a_folder_without_records(tmp_path):
    with pytest.raises(FileNotFoundError, match="no record in"):
        load_folder(tmp_path)
    with pytest.raises(FileNotFoundError, match="there is no folder"):
        load_folder(tmp_path / "none")


def test_without_wfdb(tmp_path, monkeypatch):
    real = builtins.__import__

    def without(name, *rest):
        if name.split(".")[0] == "wfdb":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ImportError, match=r'pip install "coursekit\[records\]"'):
        load_record(tmp_path / "r")
    with pytest.raises(ImportError, match=r'pip install "coursekit\[records\]"'):
        load_folder(tmp_path)
