"""Hidden checks of who_is_it."""

import numpy as np
import pytest
from face_oracles import squared

from coursekit.checks import expect
from coursekit.checks.faces import found, same_name

pytestmark = pytest.mark.exercise("who_is_it")


def step(rng, n=6):
    """A step of length 1.25 in quarters, in any direction: a root squared again is exact."""
    places = np.zeros(n)
    places[:2] = rng.permutation([0.75, 1.0]) * rng.choice([-1, 1], 2)
    return rng.permutation(places)


@pytest.mark.points(1)
def test_large_database(student, rng):
    """Many people, encodings of any length; the database stays as it was

    Hint: Everybody counts, however many and however far away, and nobody is entered or taken out.
    """
    for people, n, spread in ((30, 128, 1), (2, 3, 4000), (7, 4, 4), (1, 5, 1)):
        here = rng.standard_normal(n)
        numbers = rng.permutation(100)[:people]
        database = {f"person {k}": here + spread * rng.standard_normal(n) for k in numbers}
        distances = {name: squared(here, known) for name, known in database.items()}
        nearest = min(distances, key=distances.get)
        want = distances[nearest]
        for threshold in (1.1 * want, 0.9 * want):
            call = student.who_is_it.trace(here, database, threshold)
            distance, name = found(call.value)
            expect.scalar(distance, want, "distance")
            same_name(name, nearest if threshold > want else None)
            expect.unchanged(call, ("encoding", "database", "threshold"))


@pytest.mark.points(1)
def test_at_the_threshold(student, rng):
    """Whoever is just at the threshold is near enough

    Hint: None only if the distance is larger than the threshold.
    """
    here = rng.integers(-8, 9, 6) / 4
    database = {"Lea": here + 4 * step(rng), "Mo": here + step(rng), "Nia": here - 2 * step(rng)}
    for threshold, want in ((1.5625, "Mo"), (1.5624, None)):
        distance, name = found(student.who_is_it(here, database, threshold))
        expect.scalar(distance, 1.5625, "distance")
        same_name(name, want, "A distance that is just the threshold counts as near.")


@pytest.mark.points(1)
def test_equally_near(student, rng):
    """Of several who are equally near, the first in the database

    Hint: Does a later person take over only by being nearer, or by being as near, too?
    """
    here = rng.integers(-8, 9, 6) / 4
    people = {"Ole": 2 * step(rng), "Uma": step(rng), "Pia": step(rng), "Ray": 3 * step(rng)}
    for order in (("Ole", "Uma", "Pia", "Ray"), ("Pia", "Ray", "Uma", "Ole")):
        database = {name: here + people[name] for name in order}
        distance, name = found(student.who_is_it(here, database, 5.0))
        expect.scalar(distance, 1.5625, "distance")
        same_name(name, "Uma" if order[0] == "Ole" else "Pia")


@pytest.mark.points(1)
def test_nan_is_nobody(student, rng):
    """An encoding that holds NaN is nobody's

    Hint: Every comparison with NaN is False. Which comparison gives a name, which takes it away?
    """
    here = rng.integers(-8, 9, 6) / 4
    database = {"Sam": here + step(rng), "Tess": here, "Uwe": here - step(rng)}
    for places in ([1], range(6)):
        broken = here.copy()
        broken[list(places)] = np.nan
        distance, name = found(student.who_is_it(broken, database, 100.0))
        expect.array(distance, "distance", ())
        expect.true(name is None, "The name should be None for an encoding with NaN.")
    # Finding nobody at all earns nothing.
    _, name = found(student.who_is_it(here, database, 100.0))
    same_name(name, "Tess")
