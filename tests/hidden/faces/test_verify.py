"""Hidden checks of verify."""

import numpy as np
import pytest
from face_oracles import squared

from coursekit.checks import expect
from coursekit.checks.faces import decision

pytestmark = pytest.mark.exercise("verify")


def draw(rng, people=4, n=8):
    """An encoding in quarters, and a database of people near it."""
    here = rng.integers(-8, 9, n) / 4
    names = ("Emil", "Fay", "Gil", "Hana", "Ida", "Jon")
    return here, {name: here + rng.integers(-4, 5, n) / 4 for name in names[:people]}


@pytest.mark.points(1)
def test_at_the_threshold(student, rng):
    """Encodings of any kind; whoever is just at the threshold is the same person

    Hint: "At most" means that the threshold itself still counts.
    """
    for n, people in ((3, 2), (128, 5)):
        here, database = draw(rng, people, n)
        for name, known in database.items():
            want = squared(here, known)
            distance, _ = decision(student.verify(here, name, database, 1.0))
            expect.scalar(distance, want, "distance")
    # 0.75² + 1² is 1.25², so that a root that is squared again is exact as well.
    here, database = draw(rng)
    step = np.zeros(8)
    step[:2] = 0.75, -1
    database["Kim"] = here + rng.permutation(step)
    for threshold, want in ((1.5625, True), (1.5624, False), (1.5626, True)):
        distance, same = decision(student.verify(here, "Kim", database, threshold))
        expect.scalar(distance, 1.5625, "distance")
        where = "at" if threshold == 1.5625 else "just beside"
        expect.true(
            same == want, f"same should be {want} for a distance {where} the threshold: {same}."
        )
    # Nothing is nearer than the very encoding of the database, and 0 is a threshold as well.
    distance, same = decision(student.verify(here, "Zoe", {"Zoe": here.copy()}, 0.0))
    expect.scalar(distance, 0, "distance")
    expect.true(same, "same should be True for two equal encodings, and is False.")


@pytest.mark.points(1)
def test_nan_is_nobody(student, rng):
    """An encoding that holds NaN is nobody's

    Hint: Every comparison with NaN is False. Which comparison opens the door, which keeps it shut?
    """
    here, database = draw(rng)
    for places in ([2], range(8)):
        broken = here.copy()
        broken[list(places)] = np.nan
        for name in database:
            distance, same = decision(student.verify(broken, name, database, 100.0))
            expect.true(not same, "same should be False for an encoding with NaN, and is True.")
            expect.true(
                np.isnan(expect.array(distance, "distance", ())),
                "The distance of an encoding with NaN should be NaN, and is a number.",
            )
    # Also where it is the database that holds it.
    _, same = decision(student.verify(here, "Emil", {"Emil": broken}, 100.0))
    expect.true(not same, "same should be False where the database holds NaN, and is True.")


@pytest.mark.points(1)
def test_arguments_stay_as_they_were(student, rng):
    """Encoding and database are left unchanged

    Hint: Look for -=, for pop and for assignments into the database or the encoding.
    """
    here, database = draw(rng)
    for name, threshold in (("Fay", 100.0), ("Emil", 0.0)):
        call = student.verify.trace(here, name, database, threshold)
        # Doing nothing at all changes nothing either, and earns nothing.
        decision(call.value)
        expect.unchanged(call, ("encoding", "identity", "database", "threshold"))
