"""Hidden checks of compute_content_cost."""

import pytest
from style_oracles import content, content_gradient

from coursekit.checks import expect
from coursekit.checks.style_transfer import at_rest, value_of, with_slopes

pytestmark = pytest.mark.exercise("compute_content_cost")


@pytest.mark.points(2)
def test_blocks_of_any_size(student, rng):
    """Blocks of any size, also of one channel or one position, and large activations

    Hint: If the other checks pass: is a size typed in, does an axis of length 1 get lost, is
    height taken for width, or is something kept from one call to the next?
    """
    for shape, size in (
        ((1, 4, 7, 5), 1),
        ((1, 4, 7, 5), 2),
        ((1, 6, 3, 1), 1),
        ((1, 1, 1, 8), 1),
        ((1, 5, 2, 3), 1000),
        ((1, 12, 9, 16), 0.1),
    ):
        a_C, a_G = (size * rng.standard_normal((2, *shape))).astype("float32")
        value, slopes = with_slopes(student.compute_content_cost, a_C, a_G)
        expect.scalar(value, content(a_C, a_G), f"J_content of blocks {shape}")
        # Whether there is a gradient at all is the business of a check of its own.
        if len(slopes) == 2 and slopes[1] is not None:
            expect.close(slopes[1], content_gradient(a_C, a_G), "Gradient of a_G", atol=1e-4)


@pytest.mark.points(1)
def test_nothing_to_do(student, rng):
    """Where the two blocks are equal, the cost is 0 and so is its gradient

    Hint: Painting often starts here.
    """
    a_C = rng.standard_normal((1, 3, 4, 2)).astype("float32")
    at_rest(student.compute_content_cost, a_C, "J_content")
    # And a block near it, so that 0 is no answer to everything.
    value = value_of(student.compute_content_cost, a_C, a_C + 1)
    expect.true(expect.array(value, "J_content", ()) > 0, "J_content should not be 0 here.")
