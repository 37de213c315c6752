"""Figures on faces show what they are given, on any ground, and nothing by color alone."""

from __future__ import annotations

import subprocess
import sys
import warnings

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from coursekit import plotting
from coursekit.faces import measures, plots


@pytest.fixture(autouse=True)
def _style():
    with plt.rc_context(), warnings.catch_warnings():
        warnings.simplefilter("error")
        plotting.use_style()
        yield
        plt.close("all")


def people(noise: float):
    rng = np.random.default_rng(0)
    encodings = np.repeat(rng.normal(size=(30, 8)), 3, axis=0)
    return encodings + noise * rng.normal(size=encodings.shape), np.repeat(np.arange(30), 3)


def lines_of(ax):
    """Line style, color and marker of each curve."""
    return [(line.get_linestyle(), line.get_color(), line.get_marker()) for line in ax.lines]


def pictures(count: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (count, 16, 16, 3)).astype(np.uint8)


def test_importing_loads_no_matplotlib():
    code = "import sys, coursekit.faces.plots; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_roc_shows_each_curve_and_the_bands():
    band = measures.roc_band(*people(0.4), draws=30)
    curve = measures.roc(*measures.pairs(*people(0.8)))
    ax = plots.roc({"encoder": band, "pixels": curve})
    ax.figure.canvas.draw()
    assert ax.get_xscale() == "log"
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["encoder", "pixels"]
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), band.true_accept_rates)
    np.testing.assert_array_equal(
        ax.lines[1].get_xdata(), curve.false_accept_rates[curve.false_accept_rates > 0]
    )
    assert len(ax.collections) == 1
    (one, other) = lines_of(ax)
    assert one[0] != other[0]
    assert one[1] != other[1]


def test_identification_shows_sizes_as_numbers():
    sizes = [1, 5, 20]
    closed = measures.rank_1(*people(0.5), sizes, draws=3)
    strangers = measures.open_set(*people(0.5), sizes, threshold=3.0, draws=3)
    ax = plots.identification({"known": closed, "strangers too": strangers})
    ax.figure.canvas.draw()
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["1", "5", "20"]
    np.testing.assert_array_equal(ax.lines[1].get_ydata(), strangers.rates)
    assert len(ax.collections) == 2
    assert len({marker for _, _, marker in lines_of(ax)}) == 2
    assert ax.get_ylabel() == "identification rate"


def test_histogram_gives_shares_and_the_threshold():
    ax = plots.distances([0.1, 0.1, 0.9], np.linspace(1, 2, 500), threshold=0.95, bins=20)
    ax.figure.canvas.draw()
    outlines = [patch for patch in ax.patches if patch.get_label() in ("same person", "two people")]
    for outline in outlines:
        assert outline.get_data().values.sum() == pytest.approx(1)
    assert len({outline.get_linestyle() for outline in outlines}) == 2
    assert any(patch.get_hatch() for patch in ax.patches)
    assert ax.lines[0].get_xdata() == [0.95, 0.95]
    assert {text.get_text()[-6:].strip("→ ←") for text in ax.texts} >= {"reject"}


def test_sheet_tells_accepted_from_rejected_by_mark_and_line():
    figure = plots.sheet(
        pictures(5), list("abcde"), accepted=[True, False, None, True, False], columns=3
    )
    figure.canvas.draw()
    (ax,) = figure.axes
    assert len(ax.images) == 5
    texts = [text.get_text() for text in ax.texts]
    assert [text for text in texts if text in "abcde"] == list("abcde")
    assert [text for text in texts if text not in "abcde"] == ["✓", "✗", "✓", "✗"]
    styles = [patch.get_linestyle() for patch in ax.patches]
    assert styles[0] == styles[2] != styles[1] == styles[3]
    # The fourth picture begins the second row.
    left, right, bottom, top = ax.images[3].get_extent()
    assert (left, right) == (0, 1)
    assert top > ax.images[0].get_extent()[2]
    assert bottom > top


@pytest.mark.parametrize(
    "images",
    [
        pictures(1),
        np.zeros((3, 25, 25), np.uint8),
        [np.zeros((8, 12, 1)), np.full((12, 8, 3), 255, np.uint8)],
        pictures(20),
    ],
)
def test_sheet_takes_what_the_loaders_give(images):
    plots.sheet(images).canvas.draw()


def test_figures_have_no_ground_of_their_own():
    for figure in (
        plots.sheet(pictures(2)),
        plots.roc({"one": measures.roc([1, 2], [2, 3])}).figure,
        plots.distances([1, 2], [2, 3]).figure,
    ):
        assert figure.get_facecolor()[3] == 0
        assert figure.axes[0].get_facecolor()[3] == 0


def test_what_does_not_fit_is_said():
    with pytest.raises(ValueError, match="1 captions for 2 pictures"):
        plots.sheet(pictures(2), ["one"])
    with pytest.raises(ValueError, match="3 verdicts for 2 pictures"):
        plots.sheet(pictures(2), accepted=[True] * 3)
    with pytest.raises(ValueError, match="at least one picture"):
        plots.sheet([])
    with pytest.raises(ValueError, match="at least one curve by its name"):
        plots.roc({})
