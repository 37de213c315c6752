"""Signals: beats in an electrocardiogram.

- `recording`: a trace with its beats; `simulate`: patients who do not exist.
- `records`: recordings of real patients, in the format of PhysioNet.
- `network`: a 1D convolutional network that marks beats, also while they come; `training`: how it
  learned to.
- `detectors`: how beats were found before there were networks.
- `measures`: how often marks are right, and how exact in time; `plots`: traces on paper.

TensorFlow, SciPy, Matplotlib and wfdb are loaded where they are used.
"""

from coursekit.signals.detectors import pan_tompkins, premature_by_timing
from coursekit.signals.measures import score
from coursekit.signals.network import Marks, Stream, build_network, load_network, mark_beats
from coursekit.signals.plots import draw_ecg
from coursekit.signals.recording import Recording
from coursekit.signals.records import load_folder, load_record
from coursekit.signals.simulate import electrocardiogram, patients

__all__ = [
    "Marks",
    "Recording",
    "Stream",
    "build_network",
    "draw_ecg",
    "electrocardiogram",
    "load_folder",
    "load_network",
    "load_record",
    "mark_beats",
    "pan_tompkins",
    "patients",
    "premature_by_timing",
    "score",
]
