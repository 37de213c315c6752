"""Recordings of real patients, as PhysioNet keeps them.

A record of the MIT-BIH Arrhythmia Database is three files: a header `100.hea`, two leads in
`100.dat` at 360 Hz, and the beats that two cardiologists marked in `100.atr`. The package wfdb,
from those who keep the format, reads them. Nothing is fetched: the files have to be there.

A beat is "premature" if its code says so:

    A  atrial, premature               a  the same, aberrated         J  junctional, premature
    S  supraventricular, premature     V  ventricular, premature      r  the same, on a T wave

All other beats are "normal" here, which only means that they are not premature: N, L, R and B
(conducted as usual, or through one bundle), the escape beats e, j, n and E (which come late), F
(the fusion of a ventricular beat with a normal one, at the time of the normal one), / and f (paced,
and fused with it), Q (without a class), ? (not yet learned). The groups of the standard ANSI/AAMI
EC57 are others: there E belongs to V, F stands alone, and records with a pacemaker are left out
(102, 104, 107 and 217 in that database). Marks that are no beats, such as changes of rhythm and the
waves of ventricular flutter, are skipped.
"""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import numpy as np

from coursekit.signals.recording import Recording

PREMATURE = frozenset("AaJSVr")
BEATS = PREMATURE | frozenset("NLRBejnEF/fQ?")

_MILLIVOLTS = {"mv": 1.0, "uv": 1e-3, "µv": 1e-3, "μv": 1e-3, "v": 1e3, "nv": 1e-6}


def load_record(
    path: str | Path, *, lead: int | str | None = None, annotator: str = "atr"
) -> Recording:
    """Read one record with its beats.

    Parameters
    ----------
    path : path
        The record, such as `mitdb/100`, with or without its `.hea`.
    lead : int or str, optional
        One lead, by its number from 0 or its name, such as "MLII". By default all.
    annotator : str
        The ending of the file with the beats.

    Returns
    -------
    Recording
        In millivolts, at the rate of the record, with the beats where they were marked. Where a
        lead has gaps, they are bridged by straight lines.

    Raises
    ------
    FileNotFoundError
        For a file that is not there.
    ValueError
        For a damaged record, one without beats, or a lead that it does not have.
    ImportError
        Where wfdb is missing.
    """
    wfdb = _wfdb()
    path = Path(path)
    path = path.with_suffix("") if path.suffix == ".hea" else path
    _there(path, f"{path.name}.hea")
    header = _read(path, "header", wfdb.rdheader, str(path))
    for file in _files(header):
        _there(path, file)
    _there(path, f"{path.name}.{annotator}")

    record = _read(path, "signal", wfdb.rdrecord, str(path))
    marks = _read(path, "beats", wfdb.rdann, str(path), annotator)
    names = tuple(record.sig_name or ())
    if record.p_signal is None or not names:
        raise ValueError(f"record {path.name} has no lead")
    columns = list(range(len(names))) if lead is None else [_column(path, names, lead)]
    signal = np.stack([_millivolts(path, record, column) for column in columns], axis=1)

    symbols = np.array(marks.symbol, str)
    is_beat = np.isin(symbols, list(BEATS))
    if not is_beat.any():
        raise ValueError(f"record {path.name} has no beat among its {len(symbols)} annotations")
    # The beats may count at a rate of their own.
    scale = record.fs / marks.fs if marks.fs else 1.0
    beats = np.rint(np.asarray(marks.sample)[is_beat] * scale).astype(np.int64)
    beats, first = np.unique(beats, return_index=True)
    kinds = np.where(np.isin(symbols[is_beat][first], list(PREMATURE)), "premature", "normal")
    if beats[0] < 0 or beats[-1] >= len(signal):
        raise ValueError(
            f"record {path.name} has a beat at sample {beats[-1]}, after its {len(signal)} samples"
        )
    return Recording(
        signal, record.fs, beats, kinds, [names[column] for column in columns], path.name
    )


def load_folder(
    folder: str | Path, *, lead: int | str | None = None, annotator: str = "atr"
) -> list[Recording]:
    """Read all records of a folder, in the order of their names.

    Parameters
    ----------
    folder : path
    lead, annotator
        As in `load_record`.

    Returns
    -------
    list of Recording

    Raises
    ------
    FileNotFoundError
        For a folder that is not there or that has no record.
    ValueError
        Where records cannot be read. The message says which, and what is wrong with each.
    ImportError
        Where wfdb is missing.
    """
    _wfdb()
    folder = Path(folder)
    if not folder.is_dir():
        raise FileNotFoundError(f"there is no folder {folder}")
    paths = sorted(folder.glob("*.hea"))
    if not paths:
        raise FileNotFoundError(f"no record in {folder}: there is no file that ends in .hea")
    recordings, wrong = [], []
    for path in paths:
        try:
            recordings.append(load_record(path, lead=lead, annotator=annotator))
        except (FileNotFoundError, ValueError) as error:
            wrong.append(str(error))
    if wrong:
        raise ValueError(
            f"{len(wrong)} of {len(paths)} records in {folder} cannot be read:\n"
            + "\n".join(f"- {sentence}" for sentence in wrong)
        )
    return recordings


def _wfdb() -> ModuleType:
    try:
        import wfdb
    except ImportError as error:
        raise ImportError(
            'records are read by wfdb, which is missing: pip install "coursekit[records]"'
        ) from error
    return wfdb


def _there(path: Path, file: str) -> None:
    if not path.with_name(file).is_file():
        raise FileNotFoundError(f"record {path.name} has no file {file} in {path.parent}")


def _read(path: Path, part: str, read, *arguments):
    """What wfdb reads. A damaged file may make it raise anything."""
    try:
        return read(*arguments)
    except Exception as error:
        raise ValueError(
            f"record {path.name} is damaged: its {part} cannot be read ({error})"
        ) from error


def _files(header) -> list[str]:
    """Names of the files that hold the signal, each once."""
    return list(dict.fromkeys(getattr(header, "file_name", None) or []))


def _column(path: Path, names: tuple[str, ...], lead: int | str) -> int:
    if isinstance(lead, str) and lead in names:
        return names.index(lead)
    if not isinstance(lead, str) and 0 <= lead < len(names):
        return int(lead)
    raise ValueError(f"record {path.name} has the leads {', '.join(names)}, and no {lead!r}")


def _millivolts(path: Path, record, column: int) -> np.ndarray:
    """One lead in mV, without gaps."""
    name, unit = record.sig_name[column], str(record.units[column])
    if unit.lower() not in _MILLIVOLTS:
        raise ValueError(f'record {path.name} has lead {name} in "{unit}", which is no voltage')
    voltage = record.p_signal[:, column] * _MILLIVOLTS[unit.lower()]
    known = np.isfinite(voltage)
    if not known.any():
        raise ValueError(f"record {path.name} has nothing in lead {name}")
    samples = np.arange(len(voltage))
    return np.interp(samples, samples[known], voltage[known])
