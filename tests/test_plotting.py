"""The figure helpers draw what they are given, legibly, and leave no warnings."""

import subprocess
import sys
import warnings

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from coursekit import plotting


@pytest.fixture(autouse=True)
def _style():
    with plt.rc_context(), warnings.catch_warnings():
        warnings.simplefilter("error")
        plotting.use_style()
        yield
        plt.close("all")


def texts(ax):
    return [text.get_text() for text in ax.texts]


def luminance(color):
    channels = np.array(to_rgb(color))
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return linear @ (0.2126, 0.7152, 0.0722)


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_importing_loads_no_matplotlib():
    code = "import sys, coursekit.plotting; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("ground", ["#ffffff", "#121212", "#2a313d"])
@pytest.mark.parametrize(
    "color", [plotting.BLUE, plotting.ORANGE, plotting.GREEN, plotting.PURPLE, plotting.INK]
)
def test_colors_stand_out_on_light_and_dark(color, ground):
    assert contrast(color, ground) >= 2.8


def test_figures_have_no_ground_of_their_own():
    fig, ax = plt.subplots()
    assert fig.get_facecolor()[3] == 0
    assert ax.get_facecolor()[3] == 0


def test_matrix_shows_every_number():
    ax = plotting.matrix([[1, -2.5], [3, 0]], title="three", xlabel="columns", ylabel="rows")
    assert texts(ax) == ["1", "\N{MINUS SIGN}2.5", "3", "0"]
    assert (ax.get_title(), ax.get_xlabel(), ax.get_ylabel()) == ("three", "columns", "rows")


def test_matrix_rows_run_downwards():
    ax = plotting.matrix([[1, 2], [3, 4]])
    places = {text.get_text(): text.get_position() for text in ax.texts}
    assert ax.yaxis_inverted()
    assert places["1"][1] < places["3"][1]
    assert places["1"][0] < places["2"][0]


@pytest.mark.parametrize("signed", [False, True])
def test_numbers_stand_out_on_their_cells(signed):
    ax = plotting.matrix(np.linspace(-8, 8, 33).reshape(3, 11), signed=signed, fmt="{:.1f}")
    cells = [patch for patch in ax.patches if patch.get_fill()]
    assert len(cells) == len(ax.texts) == 33
    for cell, text in zip(cells, ax.texts):
        assert contrast(cell.get_facecolor()[:3], text.get_color()) >= 4.5


def test_matrix_frames_the_window():
    ax = plotting.matrix(np.zeros((5, 5)), highlight=(1, 2, 3, 2))
    frames = [patch for patch in ax.patches if not patch.get_fill()]
    assert {patch.get_bbox().bounds for patch in frames} == {(2, 1, 2, 3)}


@pytest.mark.parametrize(
    "values", [[[0, 0], [0, 0]], [[5]], [1, 2, 3], [[True, False]], [[np.nan, 1.0]], [[1e9, 1e-9]]]
)
def test_matrix_takes_odd_values(values):
    plotting.matrix(values).figure.canvas.draw()


@pytest.mark.parametrize("values", [np.zeros((2, 2, 2)), np.zeros((0, 3))])
def test_matrix_refuses_what_is_none(values):
    with pytest.raises(ValueError, match="must be a matrix"):
        plotting.matrix(values)


def test_matrix_does_not_change_its_values():
    values = np.array([[1.0, -2.0]])
    plotting.matrix(values, signed=True)
    np.testing.assert_array_equal(values, [[1.0, -2.0]])


def test_equation_draws_parts_in_order():
    fig = plotting.equation(
        np.ones((3, 3)),
        "*",
        [[1, 0]],
        "=",
        np.zeros((2, 2)),
        titles=["image", "filter", "output"],
        highlight={2: (0, 0, 1, 1)},
        signed=(1,),
    )
    fig.canvas.draw()
    assert [ax.get_title() for ax in fig.axes] == ["image", "", "filter", "", "output"]
    lefts = [ax.get_position().x0 for ax in fig.axes]
    assert lefts == sorted(lefts)
    assert texts(fig.axes[1]) == ["\N{ASTERISK OPERATOR}"]
    framed = [i for i, ax in enumerate(fig.axes) if any(not p.get_fill() for p in ax.patches)]
    assert framed == [4]


def test_equation_cells_have_one_size():
    fig = plotting.equation(np.ones((6, 6)), "*", np.ones((3, 3)), "=", np.ones((4, 4)))
    fig.canvas.draw()
    sizes = [
        ax.get_window_extent().height / abs(np.diff(ax.get_ylim())[0])
        for ax in fig.axes
        if ax.patches
    ]
    assert np.ptp(sizes) / min(sizes) < 0.02


def test_equation_takes_highlight_as_a_list():
    fig = plotting.equation([[1]], "=", [[1]], highlight=[None, (0, 0, 1, 1)], signed=True)
    assert any(not patch.get_fill() for patch in fig.axes[2].patches)


def test_equation_counts_titles():
    with pytest.raises(ValueError, match="1 titles for 2 matrices"):
        plotting.equation([[1]], "=", [[1]], titles=["one"])
    with pytest.raises(ValueError, match="at least one matrix"):
        plotting.equation("=")


@pytest.mark.parametrize(
    "picture",
    [
        np.zeros((4, 5)),
        np.zeros((4, 5, 1)),
        np.full((4, 5, 3), 200, dtype=np.uint8),
        np.linspace(-1, 2, 60).reshape(4, 5, 3),
        np.eye(4, dtype=bool),
        np.arange(20).reshape(4, 5),
    ],
)
def test_image_takes_gray_and_color(picture):
    ax = plotting.image(picture, title="picture")
    ax.figure.canvas.draw()
    assert ax.get_title() == "picture"
    assert len(ax.get_xticks()) == 0


def test_signed_image_puts_zero_in_the_middle():
    shown = plotting.image(np.array([[-1.0, 0.0], [0.0, 4.0]]), signed=True).images[0]
    low, high = shown.get_clim()
    assert low == -high < 0


def test_bytes_keep_their_brightness():
    shown = plotting.image(np.array([[100, 110]], dtype=np.uint8)).images[0]
    assert shown.get_clim() == (0, 255)


def test_image_refuses_a_batch():
    with pytest.raises(ValueError, match="picture has shape"):
        plotting.image(np.zeros((1, 2, 3, 3)))


def test_images_fill_a_grid():
    fig = plotting.images([np.eye(3)] * 5, list("abcde"), columns=3, signed=[1])
    fig.canvas.draw()
    assert [ax.get_title() for ax in fig.axes] == [*"abcde", ""]
    assert len(fig.axes) == 6


def test_images_count_titles():
    with pytest.raises(ValueError, match="1 titles for 2 pictures"):
        plotting.images([np.eye(2)] * 2, ["one"])


@pytest.mark.parametrize(
    "parts",
    [
        ((6, 6, 3), "*", (3, 3, 3), "=", (4, 4, 1)),
        ((39, 39, 3), "->", (37, 37, 10), "->", (17, 17, 20), "->", (7, 7, 40), "->", (1, 1, 1960)),
        ((1, 1, 1),),
    ],
)
def test_volumes_are_labelled_with_their_shapes(parts):
    fig = plotting.volumes(*parts)
    fig.canvas.draw()
    shapes = [" × ".join(map(str, part)) for part in parts if not isinstance(part, str)]
    shown = texts(fig.axes[0])
    assert [text for text in shown if "×" in text] == shapes


def test_volumes_have_titles():
    fig = plotting.volumes((2, 2, 1), "=", (2, 2, 1), titles=["in", "out"])
    assert {"in", "out"} <= set(texts(fig.axes[0]))
    with pytest.raises(ValueError, match="1 titles for 2 boxes"):
        plotting.volumes((2, 2, 1), (2, 2, 1), titles=["in"])
    with pytest.raises(ValueError, match="at least one shape"):
        plotting.volumes("=")


def test_volume_tells_the_room_it_takes():
    _, ax = plt.subplots()
    wide, high = plotting.volume(ax, (4, 2, 3), label="box", scale=0.5)
    assert wide > 1
    assert high > 2
    assert texts(ax) == ["box"]


def test_two_runs_give_the_same_file(tmp_path):
    files = []
    for name in ("one.svg", "two.svg"):
        fig = plotting.equation([[1, 2]], "=", [[3, 4]])
        fig.savefig(tmp_path / name, metadata={"Date": None})
        files.append((tmp_path / name).read_text())
    assert files[0] == files[1]
