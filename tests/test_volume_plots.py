"""Figures of volumes stand upright on any ground, and mark nothing by color alone."""

from __future__ import annotations

import base64
import io
import re
import warnings

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.patches import Circle, Rectangle
from PIL import Image

from coursekit import plotting
from coursekit.frames import FrameSlider
from coursekit.volumes import plots
from coursekit.volumes.films import moving_edge
from coursekit.volumes.scan import Scan

SAID = {"alt": "A volume", "caption": "What is seen."}


@pytest.fixture(autouse=True)
def _style():
    with plt.rc_context(), warnings.catch_warnings():
        warnings.simplefilter("error")
        plotting.use_style()
        yield
        plt.close("all")


def dot(row: int, col: int, height: int) -> np.ndarray:
    """A volume that is dark but for one voxel."""
    voxels = np.zeros((6, 8, 10), np.float32)
    voxels[row, col, height] = 1
    return voxels


def body(spacing=1.0) -> Scan:
    """A scan with one nodule in front, on the left side, near the head."""
    return Scan(dot(1, 6, 8), spacing, nodules=[[1, 6, 8]], radii=[1.2])


def brightest(picture: np.ndarray) -> tuple[int, int]:
    return np.unravel_index(np.argmax(picture), picture.shape)


# Where the voxel of `body` lies in a picture: row, column. Heads up, fronts up or to the left.
PLACES = {0: (1, 6), 1: (1, 1), 2: (1, 6)}


@pytest.mark.parametrize("axis", PLACES)
def test_slices_stand_upright(axis):
    index = (1, 6, 8)[axis]
    figure = plots.slices(body(), [0, index, -1], axis=axis)
    figure.canvas.draw()
    (ax,) = figure.axes
    shown = [image.get_array() for image in ax.images]
    assert len(shown) == 3
    assert brightest(shown[1]) == PLACES[axis]
    assert shown[0].max() == shown[2].max() == 0
    last = body().shape[axis] - 1
    assert [text.get_text() for text in ax.texts] == [f"slice {k}" for k in (0, index, last)]


def test_slices_are_chosen_evenly_and_long_voxels_stay_long():
    figure = plots.slices(body((1, 1, 3)), axis=0, columns=2)
    (ax,) = figure.axes
    assert [text.get_text() for text in ax.texts] == [f"slice {k}" for k in (0, 1, 2, 4, 5)]
    left, right, bottom, top = ax.images[0].get_extent()
    assert (bottom - top) / (right - left) == pytest.approx(10 * 3 / 8)
    # The third picture begins the second row.
    assert ax.images[2].get_extent()[0] == 0
    assert ax.images[2].get_extent()[3] > bottom


def test_marks_differ_in_shape_and_lie_around_their_places():
    figure = plots.slices(body(), [8, 2], nodules=True, found=[[4, 2, 8], [1, 1, 2]])
    (ax,) = figure.axes
    rings = [patch for patch in ax.patches if isinstance(patch, Circle)]
    squares = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
    assert len(rings) == 1
    assert len(squares) == 2
    left, right, _, top = ax.images[0].get_extent()
    pixel = (right - left) / 8
    assert rings[0].center == pytest.approx((left + 6.5 * pixel, top + 1.5 * pixel))
    assert rings[0].radius > 1.2 * pixel
    middle = np.add(squares[0].xy, squares[0].get_width() / 2)
    assert middle == pytest.approx((left + 2.5 * pixel, top + 4.5 * pixel))
    assert rings[0].get_edgecolor() != squares[0].get_edgecolor()
    left = ax.images[1].get_extent()[0]
    assert squares[1].get_x() + squares[1].get_width() / 2 == pytest.approx(left + 1.5 * pixel)


def frames_of(slider: FrameSlider) -> list[np.ndarray]:
    found = re.findall(r'src="data:image/jpeg;base64,([^"]*)"', slider._repr_html_())
    return [np.asarray(Image.open(io.BytesIO(base64.b64decode(data)))) for data in found]


def test_slices_to_scroll_hold_the_voxels():
    slider = plots.scroll(body((1, 1, 2)), axis=1, **SAID)
    assert isinstance(slider, FrameSlider)
    assert list(slider.labels) == [f"slice {k}" for k in range(8)]
    assert slider.start == 4
    assert not slider.smooth
    frames = frames_of(slider)
    assert len(frames) == 8
    times = frames[0].shape[1] // 6
    assert frames[0].shape == (10 * 2 * times, 6 * times)
    assert frames[0].shape[0] >= 160
    row, col = 2 * times, times  # the upper left corner of the voxel
    assert frames[6][row : row + 2 * times, col : col + times].min() > 240
    assert frames[5].max() < 10


def test_marked_slices_say_so():
    slider = plots.scroll(
        body(), nodules=True, found=[[1, 6, 8], [1, 6, 7]], window=(0, 1), start=8, **SAID
    )
    assert slider.labels[8] == "slice 8, nodule, 2 found"
    assert slider.labels[7] == "slice 7, nodule, 2 found"
    assert slider.labels[0] == "slice 0"
    plain, marked = (frames_of(slider)[k].astype(int) for k in (0, 8))
    assert np.ptp(plain, axis=-1).max() < 8
    times = marked.shape[1] // 8
    colored = np.ptp(marked, axis=-1) > 60
    assert not colored[times : 2 * times, 6 * times : 7 * times].any()  # marks do not cover
    ring = marked[int(1.5 * times), int(6.5 * times - 2.7 * times)]
    assert ring[0] > ring[2] + 60
    square = marked[int(1.5 * times), int((6.5 - 4.5 * 1.15) * times)]
    assert square[2] > square[0] + 60


def test_labels_and_names_may_be_given():
    film, _ = moving_edge(1, (8, 8, 3))
    labels = ["0 ms", "40 ms", "80 ms"]
    slider = plots.scroll(film[0], labels=labels, name="frame", start=0, **SAID)
    assert list(slider.labels) == labels
    assert slider.name == "frame"


def test_projections_look_along_each_axis():
    figure = plots.projections(body((1, 2, 3)), nodules=True)
    figure.canvas.draw()
    assert len(figure.axes) == 3
    for axis, ax in enumerate(figure.axes):
        (image,) = ax.images
        assert image.get_array().max() == 1
        assert brightest(image.get_array()) == PLACES[axis]
        assert ax.get_xlabel() == "mm"
        (ring,) = ax.patches
        step = (2, 1, 2)[axis], (3, 3, 1)[axis]
        row, col = PLACES[axis]
        assert ring.center == pytest.approx(((col + 0.5) * step[0], (row + 0.5) * step[1]))
    front = figure.axes[0]
    assert front.images[0].get_extent() == [0, 16, 30, 0]
    # Height is counted from the feet.
    at = dict(zip(front.get_yticks(), (t.get_text() for t in front.get_yticklabels())))
    assert at[30] == "0"


def test_projections_may_average_and_leave_out():
    voxels = dot(1, 6, 8)
    voxels[4, 6, 8] = 0.5
    inside = np.ones(voxels.shape, bool)
    inside[1] = False
    figure = plots.projections(voxels, inside=inside)
    assert figure.axes[0].images[0].get_array().max() == 0.5
    mean = plots.projections(voxels, how="mean").axes[0].images[0].get_array()
    assert brightest(mean) == (1, 6)
    assert mean.max() == 1
    with pytest.raises(ValueError, match='how is \'median\', but it is "max" or "mean"'):
        plots.projections(voxels, how="median")


def ball(shape=(24, 24, 24), center=(12, 12, 12), radius=7.0) -> np.ndarray:
    grid = np.stack(np.indices(shape), -1)
    return np.clip(radius + 0.5 - np.linalg.norm(grid - np.array(center), axis=-1), 0, 1)


def picture_of(ax) -> tuple[np.ndarray, float]:
    """The drawing, and how many millimeters a pixel is wide."""
    (image,) = ax.images
    left, right, _, _ = image.get_extent()
    return image.get_array(), (right - left) / image.get_array().shape[1]


@pytest.mark.parametrize("turn", [0, 35])
def test_the_surface_of_a_ball_is_a_disk(turn):
    ax = plots.surface(ball(), 0.5, turn=turn, pixels=160, title="ball")
    ax.figure.canvas.draw()
    picture, pixel = picture_of(ax)
    area = picture[..., 3].sum() * pixel**2
    assert area == pytest.approx(np.pi * 7**2, rel=0.06)
    assert picture[0, 0, 3] == 0
    assert ax.get_title() == "ball"
    # Lit from the upper left.
    rows, cols = np.nonzero(picture[..., 3] > 0.99)
    light = picture[..., :3].mean(-1)[rows, cols]
    upper_left = (rows - rows.mean()) + (cols - cols.mean()) < 0
    assert light[upper_left].mean() > light[~upper_left].mean() + 0.1
    assert len(ax.lines) == 12


def test_surfaces_stand_upright_and_hide_what_is_behind():
    high = ball(center=(12, 17, 17), radius=4)
    picture, _ = picture_of(plots.surface(high, 0.5, turn=0, tilt=0, pixels=100))
    rows, cols = np.nonzero(picture[..., 3] > 0.5)
    assert rows.mean() < 0.4 * picture.shape[0]
    assert cols.mean() > 0.6 * picture.shape[1]
    # A small nodule in front of a large one, then behind it.
    for front, orange in ((4, True), (20, False)):
        both = ball() + ball(center=(front, 12, 12), radius=2)
        scan = Scan(both, nodules=[[front, 12, 12]], radii=[2])
        ax = plots.surface(scan, 0.5, turn=0, tilt=0, pixels=100, nodules=True, box=False)
        picture, _ = picture_of(ax)
        middle = picture[len(picture) // 2, picture.shape[1] // 2]
        assert (middle[0] > middle[2]) == orange
        assert not ax.lines


def test_a_surface_may_be_that_of_a_part():
    both = ball(center=(12, 6, 12), radius=3) + ball(center=(12, 18, 12), radius=3)
    inside = np.zeros(both.shape, bool)
    inside[:, 12:] = True
    picture, pixel = picture_of(plots.surface(both, 0.5, inside=inside, turn=0, tilt=0))
    assert picture[..., 3].sum() * pixel**2 == pytest.approx(np.pi * 9, rel=0.2)
    with pytest.raises(ValueError, match="no voxel to look at"):
        plots.surface(both, inside=np.zeros(both.shape, bool))
    with pytest.raises(ValueError, match=re.escape("inside has shape (2, 2)")):
        plots.surface(both, inside=np.ones((2, 2), bool))


def test_a_surface_of_nothing_is_empty():
    picture, _ = picture_of(plots.surface(np.zeros((5, 5, 5)), 0.5, pixels=20))
    assert picture[..., 3].max() == 0


def test_a_strip_shows_all_frames_in_one_scale():
    film = np.zeros((4, 4, 3))
    film[..., 1], film[..., 2] = 0.5, 1
    (ax,) = plots.film_strip(film, frame_ms=40).axes
    assert [image.get_array().mean() for image in ax.images] == [0, 0.5, 1]
    assert {image.get_clim() for image in ax.images} == {(0, 1)}
    assert [text.get_text() for text in ax.texts] == ["0 ms", "40 ms", "80 ms"]
    (ax,) = plots.film_strip(film).axes
    assert [text.get_text() for text in ax.texts] == ["t = 0", "t = 1", "t = 2"]


def test_motion_is_a_slant_in_space_and_time():
    film = np.zeros((5, 6, 4))
    for t in range(4):
        film[2, 1 + t, t] = 1  # to the right
        film[4 - t, 0, t] += 0.5  # up
    ax = plots.space_time(film, title="slant")
    ax.figure.canvas.draw()
    shown = ax.images[0].get_array()
    assert shown.shape == (4, 6)
    assert [int(row.argmax()) for row in shown] == [1, 2, 3, 4]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("column", "frame")
    ax = plots.space_time(film, column=0, frame_ms=40)
    assert [int(row.argmax()) for row in ax.images[0].get_array()] == [4, 3, 2, 1]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("row", "time in ms")
    assert ax.images[0].get_extent()[2:] == [140, -20]
    with pytest.raises(ValueError, match="a row or a column, not both"):
        plots.space_time(film, row=1, column=1)


def test_a_block_shows_three_faces():
    voxels = np.zeros((6, 8, 10))
    voxels[:, :, 0], voxels[0], voxels[:, -1] = 1.0, 0.5, 0.25
    voxels[3, 4, 0] = 0
    ax = plots.block(voxels, axes=("rows", "columns", "frames"), window=(0, 1))
    ax.figure.canvas.draw()
    picture = ax.images[0].get_array()
    n_H, n_W, _ = picture.shape
    wide, high = 8 / (8 + 5), 3.6 / (6 + 3.6)
    assert picture[int((high + 0.05) * n_H), int(0.05 * n_W), 0] == pytest.approx(0.5)  # row 0
    front = picture[int((high + (1 - high) * 2.5 / 6) * n_H), int(wide * n_W * 2.5 / 8)]
    assert front.tolist() == [1, 1, 1, 1]
    hole = picture[int((high + (1 - high) * 3.5 / 6) * n_H), int(wide * n_W * 4.5 / 8)]
    assert hole.tolist() == [0, 0, 0, 1]
    assert picture[int(0.5 * high * n_H), int(0.5 * n_W)].tolist() == [0.5, 0.5, 0.5, 1]
    side = picture[int(0.5 * n_H), int(0.8 * n_W)]
    assert 0 < side[0] < 0.25
    assert picture[0, 0, 3] == picture[-1, -1, 3] == 0
    assert [text.get_text() for text in ax.texts] == ["rows", "columns", "frames"]


@pytest.mark.parametrize(
    ("draw", "said"),
    [
        (lambda: plots.slices(np.zeros((4, 4))), "the volume has shape (4, 4)"),
        (lambda: plots.slices(body(), axis=3), "axis is 3"),
        (lambda: plots.slices(body(), [10]), "there is no slice 10 among 10"),
        (lambda: plots.slices(body(), [1], titles=["a", "b"]), "2 titles for 1 slices"),
        (lambda: plots.slices(dot(1, 1, 1), nodules=True), "only a Scan knows of nodules"),
        (lambda: plots.film_strip(np.zeros((2, 3, 4, 5))), "it is a Scan or has three axes"),
        (lambda: plots.slices(np.full((2, 2, 2), np.nan)), "the volume holds NaN or infinity"),
        (lambda: plots.slices(dot(1, 1, 1) * 1j), "the volume is complex"),
        (lambda: plots.slices(body(), []), "indices is []"),
        (lambda: plots.slices(body(), 3), "indices is 3"),
        (lambda: plots.slices(body(), [1.5]), "there is no slice 1.5 among 10"),
        (lambda: plots.slices(body(), window=(1, 0)), "window is (1, 0)"),
        (lambda: plots.slices(body(), window=(0, np.nan)), "window is (0, nan)"),
        (lambda: plots.slices(body(), window=(1,)), "window is (1,)"),
        (lambda: plots.slices(body(), columns=0), "columns is 0"),
        (lambda: plots.slices(body(), size=-1), "size is -1"),
        (lambda: plots.slices(body(), found=[[1, 2], [3, 4], [5, 6]]), "found has shape (3, 2)"),
        (lambda: plots.scroll(body(), found=[[np.nan, 1, 1]], **SAID), "places have shape (k, 3)"),
        (lambda: plots.scroll(body(), start=10, **SAID), "there is no slice 10 among 10"),
        (lambda: plots.scroll(body(), labels=["a"], **SAID), "10 frames need as many labels"),
        (lambda: plots.scroll(np.zeros((4, 4, 1)), **SAID), "two frames or more"),
        (lambda: plots.projections(body(), size=0), "size is 0"),
        (lambda: plots.surface(body(), np.nan), "level=nan"),
        (lambda: plots.surface(body(), turn=np.nan), "turn=nan"),
        (lambda: plots.surface(body(), pixels=0), "pixels is 0"),
        (lambda: plots.surface(dot(1, 1, 1), nodules=True), "only a Scan knows of nodules"),
        (lambda: plots.film_strip(dot(1, 1, 1), frame_ms=np.nan), "frame_ms is nan"),
        (lambda: plots.space_time(dot(1, 1, 1), row=6), "there is no row 6 among 6"),
        (lambda: plots.space_time(dot(1, 1, 1), column=-9), "there is no column -9 among 8"),
        (lambda: plots.block(body(), axes=("rows", "columns")), "axes holds 2 names"),
        (lambda: plots.block(body(), pixels=0), "pixels is 0"),
    ],
)
def test_what_cannot_be_drawn_is_named(draw, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        draw()


def test_a_last_axis_of_one_channel_is_taken():
    (ax,) = plots.slices(dot(1, 6, 8)[..., None], [8]).axes
    assert brightest(ax.images[0].get_array()) == (1, 6)
