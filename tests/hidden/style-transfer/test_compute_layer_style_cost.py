"""Hidden checks of compute_layer_style_cost."""

import pytest
from style_oracles import layer, layer_gradient

from coursekit.checks import expect
from coursekit.checks.style_transfer import at_rest, value_of, with_slopes

pytestmark = pytest.mark.exercise("compute_layer_style_cost")


def draw(rng, shape, size=1):
    """Two blocks of activations of any sign, whose Gram matrices differ clearly."""
    return (size * rng.standard_normal((2, *shape)) * [[[[[1]]]], [[[[1.5]]]]]).astype("float32")


@pytest.mark.points(2)
def test_blocks_of_any_size(student, rng):
    """Blocks of any size: one channel, one position, a large layer

    Hint: If the other checks pass: is a size typed in, does an axis of length 1 get lost, is
    something kept from one call to the next, or do whole numbers of 32 bits overflow? The square
    of a layer's size is a large number.
    """
    for shape, size in (
        ((1, 4, 7, 5), 1),
        ((1, 4, 7, 5), 2),
        ((1, 6, 3, 1), 1),
        ((1, 1, 1, 8), 1),
        ((1, 3, 1, 3), 1),
        ((1, 5, 2, 3), 100),
        ((1, 24, 25, 40), 1),
    ):
        a_S, a_G = draw(rng, shape, size)
        value = value_of(student.compute_layer_style_cost, a_S, a_G)
        expect.scalar(value, layer(a_S, a_G), f"J_layer of blocks {shape}", rtol=3e-4)


@pytest.mark.points(2)
def test_gradient(student, rng):
    """The gradient runs through all activations of the generated picture

    Hint: If the cost is right: does every part of it come from a_G by operations of TensorFlow or
    Keras? tf.stop_gradient and NumPy cut gradients off.
    """
    for shape in ((1, 3, 4, 5), (1, 5, 2, 2)):
        a_S, a_G = draw(rng, shape)
        _, slopes = with_slopes(student.compute_layer_style_cost, a_S, a_G)
        slope = expect.items(slopes, 2, "The gradients")[1]
        expect.true(slope is not None, "No gradient arrives at a_G.")
        want = layer_gradient(a_S, a_G)
        half = "Only one of the two factors of the Gram matrix passes the gradient on."
        expect.close(slope, want, "Gradient of a_G", atol=3e-4, suspects={half: want / 2})


@pytest.mark.points(1)
def test_nothing_to_do(student, rng):
    """Where the two blocks are equal, the cost is 0 and so is its gradient

    Hint: Where a picture has reached the style, nothing should happen.
    """
    a_S, a_G = draw(rng, (1, 3, 4, 2))
    at_rest(student.compute_layer_style_cost, a_S, "J_layer")
    # And another block, so that 0 is no answer to everything.
    value = value_of(student.compute_layer_style_cost, a_S, a_G)
    expect.true(expect.array(value, "J_layer", ()) > 0, "J_layer should not be 0 here.")
