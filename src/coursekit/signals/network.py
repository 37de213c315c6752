"""The beat network: a 1D ConvNet that marks heartbeats, and tells normal from premature ones.

Convolutions are causal and dilated, as in WaveNet (A. van den Oord et al., 2016) and in temporal
convolutional networks (S. Bai, J. Z. Kolter and V. Koltun, 2018): no output looks ahead, and each
layer's filters have their taps twice as far apart as those of the layer before. So seven layers of
filters with five taps see four seconds, which holds three beats even of a slow heart. For every
sample of a trace the network gives three numbers: how much speaks for no beat, a normal beat, and a
premature beat, `DELAY` samples ago. The delay lets it see the whole QRS complex and the start of
the T wave before it answers.

Traces are in millivolts, at 125 Hz; the first sample counts as zero. Nothing else is normalized:
training shows the network high and low traces. So a beat can be marked while the trace comes in
(`Stream`), and is marked the same afterwards (`mark_beats`).

`training.py` makes the weights. After `coursekit.use(my_conv1d_forward)` the network runs on your
convolution, and after `coursekit.use(my_causal_pad)` on your padding.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from coursekit.exercises import own
from coursekit.layers import convolve, pad_causally
from coursekit.signals.recording import KINDS, resample
from coursekit.weights import load_weights

# Made by `python -m coursekit.signals.training`.
SHIPPED = Path(__file__).parent / "weights" / "beats.npz"

RATE = 125  # hertz
DELAY = 40  # samples, 320 ms: the network's answer is about that long ago
APART = 25  # samples, 200 ms: no heart beats twice within
CLASSES = ("no beat", *KINDS)

_NEAR = 4  # samples: how far to each side of a peak the answers about one beat reach
_BLOCK = 75_000  # samples, 10 minutes: as much of a long recording as goes in at once


@dataclass(frozen=True, eq=False)
class Marks:
    """Beats that were found. `a + b` puts later marks behind earlier ones.

    Attributes
    ----------
    beats : int ndarray, shape (k,)
        Samples of the R peaks.
    kinds : ndarray of str, shape (k,)
        "normal" or "premature".
    confidence : ndarray, shape (k,)
        The probability of a beat there, of whichever kind.
    probabilities : ndarray, shape (n, 3), float32
        For each moment, at 125 Hz whatever `rate` is: no beat, normal, premature.
    rate : float
        Samples in a second, in hertz, that `beats` are counted in.
    """

    beats: np.ndarray
    kinds: np.ndarray
    confidence: np.ndarray
    probabilities: np.ndarray
    rate: float

    def __add__(self, other: Marks) -> Marks:
        if other.rate != self.rate:
            raise ValueError(
                f"marks at {self.rate:g} Hz and at {other.rate:g} Hz do not go together"
            )
        names = ("beats", "kinds", "confidence", "probabilities")
        return Marks(
            *(np.concatenate([getattr(self, name), getattr(other, name)]) for name in names),
            self.rate,
        )


def build_network(
    dilations: Sequence[int] = (1, 2, 4, 8, 16, 32, 64),
    *,
    f: int = 5,
    channels: int = 18,
    seed: int = 0,
):
    """A beat network with random weights.

    Parameters
    ----------
    dilations : sequence of int
        For each layer the distance between two taps of a filter, in samples.
    f : int
        Taps of a filter.
    channels : int
        Filters of each layer.
    seed : int
        Fixes the random weights.

    Returns
    -------
    keras.Model
        Takes traces (m, n, 1) in mV at 125 Hz, of any length `n`; gives (m, n, 3), for every
        sample the logits of `CLASSES`.

    Raises
    ------
    ValueError
        If a number is too small.
    """
    if not dilations or min(dilations) < 1 or f < 1 or channels < 1:
        raise ValueError(
            f"dilations {tuple(dilations)}, f {f}, channels {channels}: a beat network has one "
            "layer at least, and whole numbers of at least 1"
        )
    from keras import Input, Model, initializers, layers

    x = traces = Input((None, 1), name="traces")
    for number, dilation in enumerate(dilations, 1):
        x = layers.Conv1D(
            channels,
            f,
            padding="causal",
            dilation_rate=dilation,
            activation="relu",
            # A seed for every layer, so that the global random state is neither used nor changed.
            kernel_initializer=initializers.HeNormal(seed=1000 * seed + number),
            name=f"conv{number}",
        )(x)
    logits = layers.Conv1D(
        len(CLASSES),
        1,
        kernel_initializer=initializers.GlorotNormal(seed=1000 * seed),
        name="classes",
    )(x)
    return Model(traces, logits, name="beats")


def load_network():
    """The beat network that the package ships, trained on simulated patients.

    Returns
    -------
    keras.Model
        A new copy with every call: training it further changes nobody else's.

    Raises
    ------
    ValueError, FileNotFoundError
        If the file of weights is damaged or missing.
    """
    model = build_network()
    load_weights(model, SHIPPED)
    return model


@functools.cache
def _shipped():
    return load_network()


def mark_beats(
    signal: Any,
    rate: float | None = None,
    *,
    lead: int = 0,
    model: Any = None,
    threshold: float = 0.5,
) -> Marks:
    """Mark the beats of a recording; by your `conv1d_forward` and `causal_pad` after `use`.

    Parameters
    ----------
    signal : Recording, or array_like of shape (n,) or (n, leads)
        A trace in millivolts.
    rate : float
        Its samples in a second. A Recording has its own.
    lead : int
        Which lead to look at.
    model : keras.Model, optional
        As `build_network` makes them; the shipped one where there is none.
    threshold : float
        The least probability of a beat, above 0 and below 1.

    Returns
    -------
    Marks
        In samples of the recording.

    Raises
    ------
    ValueError
        If the rate is missing, the signal is none, or your function fails: the sentence names it.
    """
    if hasattr(signal, "signal"):
        signal, rate = signal.signal, signal.rate
    if rate is None or not rate > 0:
        raise ValueError(f"rate is {rate}, but a trace that is an array needs its rate in hertz")
    signal = np.asarray(signal, np.float32)
    if signal.ndim == 2 and -signal.shape[1] <= lead < signal.shape[1]:
        signal = signal[:, lead]
    if signal.ndim != 1:
        raise ValueError(f"a signal of shape {signal.shape} has no lead {lead}")
    last = len(signal) - 1
    if rate != RATE and len(signal):
        signal = resample(signal, rate, RATE)

    stream = Stream(model, threshold=threshold)
    blocks = [stream.feed(signal[i : i + _BLOCK]) for i in range(0, len(signal), _BLOCK)]
    marks = sum(blocks, start=_no_marks()) + stream.finish()
    if rate == RATE:
        return marks
    beats = np.minimum(np.rint(marks.beats * (rate / RATE)).astype(np.int64), last)
    return Marks(beats, marks.kinds, marks.confidence, marks.probabilities, float(rate))


class Stream:
    """Marks beats while the trace comes in.

    A beat is known about half a second after its R peak: 320 ms until the network answers, and
    200 ms in which a better place for it might come.

    Parameters
    ----------
    model, threshold
        As `mark_beats` takes them. With one model, a stream gives the same beats and kinds as the
        recording as a whole, whatever the chunks.

    Notes
    -----
    Streams have 125 Hz. At another rate, bring the trace to 125 Hz before: the filter that this
    takes has a delay of its own, and what it may be is for you to say.
    """

    def __init__(self, model: Any = None, *, threshold: float = 0.5) -> None:
        if not 0 < threshold < 1:
            raise ValueError(f"threshold is {threshold}, but a probability lies between 0 and 1")
        self._model = _shipped() if model is None else model
        self._threshold = threshold
        self._field = field_of(self._model)
        self._first = None  # the first sample, which counts as zero
        self._recent = np.zeros(0, np.float32)  # samples that the next output may depend on
        self._answers = 0  # outputs so far
        self._logits = np.zeros((0, len(CLASSES)), np.float32)  # the last ones, which ...
        self._start = 0  # ... begin with the moment of this number
        self._decided = 0  # moments before this one are done with

    def feed(self, chunk: np.ndarray) -> Marks:
        """Take more samples (n,), in mV at 125 Hz; give the marks that became certain.

        Their beats count samples from the beginning of the stream, and their probabilities go on
        where those of the last call ended. Raises ValueError if the chunk is no such samples, the
        stream is finished, or your function fails.
        """
        chunk = np.asarray(chunk, np.float32)
        if chunk.ndim != 1 or not np.isfinite(chunk).all():
            raise ValueError(
                f"a chunk of shape {chunk.shape} came, but a stream takes one lead: finite numbers "
                "of shape (n,)"
            )
        if self._recent is None:
            raise ValueError("this stream is finished; start another one")
        if not len(chunk):
            return _no_marks()
        if self._first is None:
            self._first = chunk[0]
        self._recent = np.concatenate([self._recent, chunk - self._first])
        return self._mark(self._run(len(chunk)), APART)

    def finish(self) -> Marks:
        """End the stream: the marks of its last half second.

        What the network still waits for is taken to be like the last sample.
        """
        if self._recent is None or not len(self._recent):
            self._recent = None
            return _no_marks()
        last = self._recent[-1]
        self._recent = np.concatenate([self._recent, np.full(DELAY, last, np.float32)])
        marks = self._mark(self._run(DELAY), 0)
        self._recent = None
        return marks

    def _run(self, n: int) -> np.ndarray:
        """The logits for the last `n` samples."""
        logits = run_network(self._model, self._recent[np.newaxis, :, np.newaxis])[0, -n:]
        # The zeros that layers put before a window that starts within the trace reach its first
        # outputs only; those of the last samples are what they would be in the trace as a whole.
        self._recent = self._recent[-max(1, self._field - 1) :]
        return logits

    def _mark(self, logits: np.ndarray, wait: int) -> Marks:
        """Marks of all moments that have `wait` moments behind them."""
        early = max(0, min(DELAY - self._answers, len(logits)))  # about what was before the trace
        self._answers += len(logits)
        logits = logits[early:]
        self._logits = np.concatenate([self._logits, logits])
        end = self._start + len(self._logits)
        until = max(self._decided, end - wait)
        beats, kinds, confidence = _peaks(
            self._logits, self._decided - self._start, until - self._start, self._threshold
        )
        marks = Marks(beats + self._start, kinds, confidence, _softmax(logits), float(RATE))
        self._decided = until
        drop = max(0, until - APART - self._start)
        self._logits, self._start = self._logits[drop:], self._start + drop
        return marks


def _peaks(logits: np.ndarray, first: int, until: int, threshold: float):
    """Beats from `first` to before `until`: where a beat is likeliest within 200 ms each way."""
    if until <= first:
        nobody = _no_marks()
        return nobody.beats, nobody.kinds, nobody.confidence
    # By odds, not by probabilities: of these many are 1 to the last digit.
    odds = np.logaddexp(logits[:, 1], logits[:, 2]) - logits[:, 0]
    framed = np.pad(odds, APART, constant_values=-np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(framed, 2 * APART + 1)
    likely = windows.argmax(axis=1) == APART  # the first one, where several are as high
    likely &= odds >= np.log(threshold / (1 - threshold))
    tops = first + np.flatnonzero(likely[first:until])

    beats, kinds, confidence = [], [], []
    probabilities = _softmax(logits)
    for top in tops:
        around = np.arange(max(0, top - _NEAR), min(len(odds), top + _NEAR + 1))
        p = probabilities[around, 1:].sum(axis=0)
        weights = probabilities[around, 1:].sum(axis=1)
        beats.append(round(float(weights @ around / weights.sum())))
        kinds.append(KINDS[p.argmax()])
        confidence.append(probabilities[top, 1:].sum())
    return np.array(beats, np.int64), np.array(kinds, "<U9"), np.array(confidence)


def _no_marks() -> Marks:
    none = np.zeros(0)
    kinds, probabilities = np.zeros(0, "<U9"), np.zeros((0, len(CLASSES)), np.float32)
    return Marks(none.astype(np.int64), kinds, none, probabilities, float(RATE))


def _softmax(logits: np.ndarray) -> np.ndarray:
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


# The network itself, by Keras or by the student's functions


def field_of(model: Any) -> int:
    """The receptive field of a beat network in samples: each layer adds (f - 1) dilation."""
    return 1 + sum(
        (layer.kernel_size[0] - 1) * layer.dilation_rate[0] for layer in _convolutions(model)
    )


def run_network(model: Any, traces: np.ndarray) -> np.ndarray:
    """The logits of a batch of traces: (m, n, 1) to (m, n, 3), by your functions after `use`.

    Raises
    ------
    ValueError
        If your function fails, or gives something else than it should: the sentence names it, the
        layer and the shapes.
    """
    if not (own("conv1d_forward") or own("causal_pad")):
        return np.asarray(model(traces, training=False))
    A = traces
    for layer in _convolutions(model):
        A = _by_own(layer, A)
        if layer.activation.__name__ == "relu":
            A = np.maximum(A, 0)
    return A


def _convolutions(model: Any) -> list:
    found = []
    for layer in model.layers:
        if type(layer).__name__ == "InputLayer":
            continue
        known = type(layer).__name__ == "Conv1D" and layer.strides == (1,)
        if not known or layer.activation.__name__ not in ("relu", "linear"):
            raise ValueError(
                f"layer {layer.name!r} is no causal Conv1D of stride 1 with ReLU or nothing behind "
                "it, as beat networks are made of; see build_network"
            )
        found.append(layer)
    return found


def _by_own(layer: Any, A_prev: np.ndarray) -> np.ndarray:
    """One layer, before its ReLU, by the student's functions where there are any.

    Samples that lie `dilation` apart never meet the ones between them. So the signal is dealt out
    into that many signals, like cards, which become a batch; an ordinary convolution of each is
    the dilated one of the whole, without a product with a zero.
    """
    import tensorflow as tf
    from keras import layers

    (f,), (d,) = layer.kernel_size, layer.dilation_rate
    m, n, n_C_prev = A_prev.shape
    more = -n % d  # behind the end, where nothing looks back from
    dealt = np.pad(A_prev, ((0, 0), (0, more), (0, 0)))
    dealt = dealt.reshape(m, -1, d, n_C_prev).swapaxes(1, 2).reshape(m * d, -1, n_C_prev)

    if own("causal_pad"):
        X_pad = pad_causally(dealt, f, layer.name)
    else:
        X_pad = np.asarray(layers.ZeroPadding1D((f - 1, 0))(dealt))
    if own("conv1d_forward"):
        Z = convolve("conv1d_forward", X_pad, layer, (*dealt.shape[:2], layer.filters))
    else:
        Z = tf.nn.bias_add(tf.nn.conv1d(X_pad, layer.kernel, 1, "VALID"), layer.bias).numpy()
    return Z.reshape(m, d, -1, Z.shape[-1]).swapaxes(1, 2).reshape(m, n + more, -1)[:, :n]
