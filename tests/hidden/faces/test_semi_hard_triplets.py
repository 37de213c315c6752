"""Hidden checks of semi_hard_triplets."""

import numpy as np
import pytest
from face_oracles import room_at_the_bounds, semi_hard

from coursekit.checks import expect
from coursekit.checks.faces import triples

pytestmark = pytest.mark.exercise("semi_hard_triplets")


def draw(rng, labels, n, alpha, scale=1.0):
    """Encodings with several semi-hard triplets and none just at a bound."""
    while True:
        encodings = scale * rng.standard_normal((len(labels), n))
        if room_at_the_bounds(encodings, labels, alpha) > 1e-4 * alpha:
            want = semi_hard(encodings, labels, alpha)
            if len(want) > 3:
                return encodings, want


@pytest.mark.points(2)
def test_batches_of_any_kind(student, rng):
    """Batches of any size, people in any order; the arguments stay as they were

    Hint: If the other checks pass: is the order of the rows right, are labels any whole numbers,
    and are the encodings unchanged?
    """
    for people, pictures, n, alpha, scale in (
        (3, 3, 4, 1.0, 1),
        (2, 4, 1, 2.0, 1),
        (4, 2, 16, 9.0, 2),
    ):
        # Far from 0 on both sides, and all of them different.
        names = 10 * rng.integers(300, 999, people) * rng.choice([-1, 1], people)
        names += np.arange(people)
        labels = rng.permutation(np.repeat(names, pictures))
        encodings, want = draw(rng, labels.tolist(), n, alpha, scale)
        call = student.semi_hard_triplets.trace(encodings, labels, alpha)
        triples(call.value, want, {"The columns are a, p, n.": want[:, [0, 2, 1]]})
        expect.unchanged(call, ("encodings", "labels", "alpha"))


@pytest.mark.points(1)
def test_labels_that_are_names(student, rng):
    """Labels may be names, in a list

    Hint: Labels are compared with ==, and nothing else is done with them.
    """
    labels = [name for name in ("Vera", "Wim", "Xenia") for _ in range(3)]
    rng.shuffle(labels)
    encodings, want = draw(rng, labels, 5, 1.5)
    triples(student.semi_hard_triplets(encodings, labels, 1.5), want)


@pytest.mark.points(1)
def test_just_at_the_bounds(student, rng):
    """Neither as near as the positive nor just at the margin

    Hint: Both comparisons are strict.
    """
    # On a line in quarters: every distance is exact, and so is its square. From the anchor 0 the
    # positive is at 1; the others are as near, nearer, at the margin, beyond it and between.
    # The last is another picture of the first's person, with the same encoding.
    places = np.array([0, 1, -1, 0.5, 1.5, -1.5, 1.75, 1.25, -1.25, 0])
    labels = np.array([4, 4, 1, 1, 2, 2, 3, 3, 5, 4])
    encodings = np.zeros((10, 4))
    encodings[:, int(rng.integers(4))] = places
    order = rng.permutation(10)
    encodings, labels = encodings[order], labels[order]
    want = semi_hard(encodings, labels.tolist(), 1.25)
    came = student.semi_hard_triplets(encodings, labels, 1.25)
    triples(came, want, hint="A triplet that is just at one of the two bounds is no semi-hard one.")
