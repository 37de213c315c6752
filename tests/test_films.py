"""Films of an edge: it moves as its label says, and no single frame shows where to."""

from __future__ import annotations

import re

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures

from coursekit.volumes.films import direction_names, moving_edge, shuffle_frames

# Rows and columns that one step leads over.
STEPS = {
    "right": (0, 1),
    "up right": (-1, 1),
    "up": (-1, 0),
    "up left": (-1, -1),
    "left": (0, -1),
    "down left": (1, -1),
    "down": (1, 0),
    "down right": (1, 1),
}


def shifted(frame: np.ndarray, rows: int, cols: int) -> tuple[np.ndarray, tuple]:
    """A frame moved, and where no pixel came from outside."""
    inside = np.zeros(frame.shape, bool)
    n_H, n_W = frame.shape
    inside[max(rows, 0) : n_H + min(rows, 0), max(cols, 0) : n_W + min(cols, 0)] = True
    return np.roll(frame, (rows, cols), (0, 1)), inside


@pytest.mark.parametrize("directions", [2, 4, 8])
def test_edges_move_as_their_labels_say(directions):
    straight = moving_edge(8 * directions, directions=directions, speed=1, noise=0, seed=1)
    slanted = moving_edge(8 * directions, directions=directions, speed=np.sqrt(2), noise=0, seed=1)
    names = direction_names(directions)
    assert len(names) == directions
    seen = set()
    for film, other, label in zip(straight[0], slanted[0], straight[1]):
        rows, cols = STEPS[names[label]]
        film = other if rows and cols else film
        for t in range(film.shape[-1] - 1):
            before, inside = shifted(film[:, :, t], rows, cols)
            np.testing.assert_allclose(before[inside], film[inside, t + 1], rtol=0, atol=1e-4)
        assert np.ptp(film) > 0.3
        seen.add(names[label])
    assert seen == set(names)


def test_films_are_balanced_and_drawn_the_same_again():
    films, labels = moving_edge(10, (12, 20, 5), seed=2)
    assert films.shape == (10, 12, 20, 5)
    assert films.dtype == np.float32
    assert sorted(np.bincount(labels)) == [2, 2, 3, 3]
    np.testing.assert_array_equal(films, moving_edge(10, (12, 20, 5), seed=2)[0])
    assert np.abs(films - moving_edge(10, (12, 20, 5), seed=3)[0]).mean() > 0.05


@pytest.mark.parametrize("t", [0, 7])
def test_no_single_frame_tells_left_from_right(t):
    """Nor do the first and the last, where an edge could be on the side it comes from."""
    films, labels = moving_edge(1600, (4, 12, 8), directions=2, seed=4)
    rows = films[:, :, :, t].mean(1)
    # A line through the pixels and their products: it can learn any one edge and its place.
    model = make_pipeline(PolynomialFeatures(2), LogisticRegression(C=0.1, max_iter=200))
    right = model.fit(rows[:800], labels[:800]).score(rows[800:], labels[800:])
    assert abs(right - 0.5) < 0.07


def leftward(films: np.ndarray) -> np.ndarray:
    """Whether brightness changes in time as it does in space, as under motion to the left."""
    rows = films.mean(1)
    in_space = rows[:, 2:, :-1] - rows[:, :-2, :-1]
    in_time = rows[:, 1:-1, 1:] - rows[:, 1:-1, :-1]
    return (in_space * in_time).sum((1, 2)) > 0


def test_the_order_of_frames_tells_left_from_right():
    films, labels = moving_edge(400, (8, 16, 8), directions=2, seed=5)
    assert (leftward(films) == labels).mean() > 0.97
    mixed = shuffle_frames(films, seed=1)
    assert abs((leftward(mixed) == labels).mean() - 0.5) < 0.15
    # Run backwards, a film shows the other direction.
    assert (leftward(films[..., ::-1]) != labels).mean() > 0.97


def test_slow_motion_changes_every_frame():
    films, _ = moving_edge(20, speed=(0.2, 0.4), noise=0, seed=6)
    assert np.all(np.abs(np.diff(films, axis=-1)).max((1, 2)) > 0.01)


def test_noise_is_as_strong_as_said():
    quiet, _ = moving_edge(20, noise=0, seed=7)
    loud, _ = moving_edge(20, noise=0.2, seed=7)
    assert (loud - quiet).std() == pytest.approx(0.2, rel=0.02)


def test_shuffling_keeps_the_frames_of_each_film():
    films, _ = moving_edge(12, (5, 6, 7), seed=8)
    mixed = shuffle_frames(films, seed=2)
    orders = set()
    for before, after in zip(films, mixed):
        frames = [frame.tobytes() for frame in np.moveaxis(before, -1, 0)]
        order = [frames.index(frame.tobytes()) for frame in np.moveaxis(after, -1, 0)]
        assert sorted(order) == list(range(7))
        orders.add(tuple(order))
    assert len(orders) > 6
    with pytest.raises(ValueError, match=re.escape("films have shape (5, 6, 7)")):
        shuffle_frames(films[0])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"n": 0}, "n=0"),
        ({"n": 2, "shape": (4, 4)}, "(n_H, n_W, n_T)"),
        ({"n": 2, "directions": 3}, "directions is 3"),
        ({"n": 2, "speed": 0}, "speed is 0"),
        ({"n": 2, "speed": (2, 1)}, "speed is (2, 1)"),
        ({"n": 2, "speed": 4}, "below a quarter of the picture, 4 pixels"),
        ({"n": 2, "noise": -1}, "noise is -1"),
        ({"n": 2, "noise": np.nan}, "noise is nan"),
        ({"n": 2.5}, "n=2.5"),
        ({"n": 2, "shape": 16}, "shape=16"),
        ({"n": 2, "shape": (np.nan, 16, 8)}, "all of them whole numbers"),
        ({"n": 2, "speed": (1, 2, 3)}, "speed is (1, 2, 3)"),
        ({"n": 2, "speed": np.nan}, "speed is nan"),
        ({"n": 2, "directions": 4.0}, "directions is 4.0"),
    ],
)
def test_films_that_cannot_be_drawn_are_named(options, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        moving_edge(**options)
