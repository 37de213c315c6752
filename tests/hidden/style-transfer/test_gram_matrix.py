"""Hidden checks of gram_matrix."""

import pytest
from style_oracles import gram, gram_gradient

from coursekit.checks import expect
from coursekit.checks.style_transfer import value_of, with_slopes

pytestmark = pytest.mark.exercise("gram_matrix")


@pytest.mark.points(3)
def test_matrices_of_any_size(student, rng):
    """Any number of channels and positions, also one channel, one position, or as many as channels

    Hint: If the other checks pass: is a size typed in, does an axis of length 1 get lost, or does
    something happen to numbers that are negative or large?
    """
    for shape, size in (
        ((5, 12), 1),
        ((4, 4), 1),
        ((1, 6), 1),
        ((6, 1), 1),
        ((1, 1), 1),
        ((3, 2), 1000),
        ((7, 40), 0.1),
    ):
        A = (size * rng.standard_normal(shape)).astype("float32")
        want = gram(A)
        expect.close(
            value_of(student.gram_matrix, A),
            want,
            f"G of {shape[0]} x {shape[1]} activations",
            atol=1e-5,
            suspects={
                "The mean of each channel was taken off.": gram(A - A.mean(axis=1, keepdims=True)),
                "Something was divided by the number of positions.": want / shape[1],
                "Positions are multiplied with positions: channels are asked for.": A.T @ A,
            },
        )


@pytest.mark.points(1)
def test_gradient(student, rng):
    """The gradient runs through both factors of every product

    Hint: If the matrix is right: does every part of it come from A by operations of TensorFlow or
    Keras? tf.stop_gradient and NumPy cut gradients off.
    """
    for shape in ((4, 7), (2, 2)):
        A = rng.standard_normal(shape).astype("float32")
        slope = expect.items(with_slopes(student.gram_matrix, A)[1], 1, "The gradients")[0]
        expect.true(slope is not None, "No gradient arrives at A.")
        want = gram_gradient(A)
        half = "Only one of the two factors passes the gradient on."
        expect.close(slope, want, "Gradient of A", atol=1e-4, suspects={half: want / 2})
