"""Hidden checks of similarity."""

import numpy as np
import pytest
from face_oracles import probability

from coursekit.checks import expect

pytestmark = pytest.mark.exercise("similarity")

FORMS = ("absolute", "chi-square")


def draw(rng, *shape):
    """Two batches above 0, and weights for which the sums are moderate."""
    f, g = rng.uniform(0.1, 1, (2, *shape))
    return f, g, rng.standard_normal(shape[-1]), float(rng.uniform(-1, 1))


@pytest.mark.points(1)
def test_batches(student, rng):
    """Batches are compared row by row; the encodings stay as they were

    Hint: The sum runs over the components, the last axis, and the batch is left: also if it is a
    batch of one.
    """
    for form in FORMS:
        for m, n in ((4, 6), (1, 5), (6, 6)):
            f, g, w, b = draw(rng, m, n)
            want = np.array([probability(*rows, w, b, form) for rows in zip(f, g)])
            call = student.similarity.trace(f, g, w, b, form)
            expect.close(
                call.value,
                want,
                f"probability ({form}, m = {m}, n = {n})",
                suspects={
                    "Only the first row of the batch was computed."
                    if m > 1
                    else "The axis of the batch is lost: a batch of one is a batch.": want[0]
                },
            )
            expect.unchanged(call, ("encoding_1", "encoding_2", "w", "b", "form"))


@pytest.mark.points(1)
def test_large_sums(student, rng):
    """A probability, however large the sum is

    Hint: exp(1000) is infinite, and infinity by infinity is NaN; math.exp refuses it. For which
    sign of z is exp(-z) small?
    """
    for form in FORMS:
        f, g, w, _ = draw(rng, 5)
        for b in (100.0, 800.0, 1e5):
            for z, want in ((b, 1), (-b, 0)):
                came = expect.array(student.similarity(f, g, w, z, form), "probability", ())
                expect.true(
                    abs(came - want) < 1e-6,
                    f"The probability ({form}) is NaN, or not near {want}, where the sum is large.",
                )
        # A sum far above 0 and one far below it in the same batch.
        f, g = np.full((2, 5), 0.5), np.full((2, 5), 0.5)
        f[0, 1], f[1, 3] = 1, 1
        came = student.similarity(f, g, np.array([0, 1e4, 0, -1e4, 0]), 0.5, form)
        expect.close(came, [1, 0], f"probability ({form})")


@pytest.mark.points(1)
def test_zeros_in_both(student, rng):
    """In chi-square, components that are 0 in both encodings add nothing

    Hint: 0 / 0 is NaN, and one NaN spoils a sum. Where both are 0, what should be added?
    """
    f, g, w, b = draw(rng, 6)
    f[[0, 2]], g[[2, 3]] = 0, 0
    # Small components, too, as the outputs of a ReLU are, here and there.
    f[4], g[4], w[4] = 2e-4, 6e-4, 4e3
    want = probability(f, g, w, b, "chi-square")
    expect.scalar(student.similarity(f, g, w, b, "chi-square"), want, "probability")
    # In a batch each row has zeros of its own.
    came = student.similarity(np.stack([f, g, g]), np.stack([g, f, g]), w, b, "chi-square")
    alike = probability(g, g, w, b, "chi-square")
    expect.close(came, [want, want, alike], "probability of a batch")
    nothing = np.zeros(6)
    want = probability(nothing, nothing, w, b, "chi-square")
    came = student.similarity(nothing, nothing, w, b, "chi-square")
    expect.scalar(came, want, "probability of two encodings of zeros")
