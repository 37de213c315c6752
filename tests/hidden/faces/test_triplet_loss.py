"""Hidden checks of triplet_loss."""

import numpy as np
import pytest
from face_oracles import gaps, triplet_gradients, triplet_sum

from coursekit.checks import expect, probes

pytestmark = pytest.mark.exercise("triplet_loss")


def draw(rng, m, n, alpha, dtype="float32"):
    """A batch in which some triplets cost something and some do not, none just at the bound."""
    while True:
        anchor = rng.standard_normal((m, n))
        positive, negative = (anchor + rng.standard_normal((m, n)) for _ in range(2))
        y_pred = [f.astype(dtype) for f in (anchor, positive, negative)]
        inside = np.array(gaps(y_pred, alpha))
        costly = np.sum(inside > 0)
        if np.abs(inside).min() > 0.01 and ((m < 3 and costly) or 2 <= costly < m):
            return y_pred


@pytest.mark.points(2)
def test_batches_of_any_size(student, rng):
    """Batches and encodings of any size and length, a batch of one too

    Hint: If the other checks pass: is a size typed in, does an axis of length 1 get lost, or is
    y_true used?
    """
    for m, n, alpha, dtype in (
        (5, 8, 0.2, "float32"),
        (1, 6, 0.5, "float32"),
        (2, 1, 0.5, "float32"),
        (32, 128, 4.0, "float32"),
        (4, 4, 1.0, "float64"),
    ):
        y_pred = draw(rng, m, n, alpha, dtype)
        want = triplet_sum(y_pred, alpha)
        for y_true in (None, np.ones(m, dtype)):
            expect.scalar(
                student.triplet_loss(y_true, y_pred, alpha),
                want,
                f"loss of {m} triplet{'s' * (m > 1)}, n = {n}",
                suspects={
                    "This is the mean over the batch: their sum is asked for.": want / m,
                    "y_true was used: it says nothing here.": want - m,
                },
            )


@pytest.mark.points(2)
def test_gradients_of_a_batch(student, rng):
    """Every triplet that costs something sends its gradient to all its encodings

    Hint: If the loss is right: does every part of it come from y_pred by operations of TensorFlow
    or Keras, for every triplet? tf.stop_gradient and NumPy cut gradients off.
    """
    for m, n, alpha in ((6, 5, 0.4), (1, 3, 0.2)):
        y_pred = draw(rng, m, n, alpha)
        came = student.triplet_loss.through(probes.gradients, None, y_pred, alpha)
        _, slopes = expect.items(came, 2, "triplet_loss with its gradients")
        slopes = expect.items(slopes, 3, "The gradients")
        wanted = triplet_gradients(y_pred, alpha)
        for slope, want, name in zip(slopes, wanted, ("anchors", "positives", "negatives")):
            expect.true(slope is not None, f"No gradient arrives at the {name}.")
            expect.close(
                slope,
                want,
                f"Gradient of the {name}",
                atol=1e-4,
                suspects={"The gradient was divided by the size of the batch.": want / m},
            )


@pytest.mark.points(1)
def test_nan_is_not_hidden(student, rng):
    """Where an encoding holds NaN, the loss is NaN

    Hint: NaN > 0 is False, and so is NaN <= 0: a choice of the losses above 0 leaves NaN out. What
    does a maximum do with it?
    """
    y_pred = draw(rng, 4, 3, 0.2)
    y_pred[int(rng.integers(3))][int(rng.integers(4)), 1] = np.nan
    loss = expect.array(student.triplet_loss(None, y_pred), "loss", ())
    expect.true(np.isnan(loss), "The loss of a batch with NaN should be NaN, and is a number.")
