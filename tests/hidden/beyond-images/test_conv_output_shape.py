"""Hidden checks of conv_output_shape."""

import pytest
from dimension_oracles import shape_by_counting

from coursekit.checks.beyond_images import shape_of

pytestmark = pytest.mark.exercise("conv_output_shape")


@pytest.mark.points(2)
def test_any_number_of_axes(student, rng):
    """One axis, two, three, four or five, each with a length and a filter side of its own

    Hint: If the public checks pass: how many spatial axes there are stands in the length of
    input_shape, and nowhere else.
    """
    for d in (1, 2, 3, 4, 5, 1, 2):
        stride, pad = int(rng.integers(1, 4)), int(rng.integers(0, 3))
        sides = rng.integers(1, 5, d) + 2 * pad
        # The last window ends where the axis ends: rounding is another check's business.
        lengths = sides - 2 * pad + stride * (1 + rng.permutation(6)[:d])
        n_C_prev, n_C = 1 + rng.permutation(9)[:2]
        shape = (*map(int, lengths), int(n_C_prev))
        filters = (*map(int, sides), int(n_C_prev), int(n_C))
        want = shape_by_counting(shape, filters, stride, pad)
        shape_of(student.conv_output_shape(shape, filters, stride, pad), want)
    for shape, filters, pad, hint in (
        (
            (6, 6, 2, 2),
            (3, 5, 2, 2, 7),
            1,
            "Two axes may be as long, and an axis as long as there are channels: go by the place "
            "in the tuple, not by the number that stands there.",
        ),
        ((5, 4, 2), (1, 2, 2, 3), 3, "The pad counts in full, however small the filter is."),
    ):
        want = shape_by_counting(shape, filters, 1, pad)
        shape_of(student.conv_output_shape(shape, filters, 1, pad), want, hint=hint)


@pytest.mark.points(1)
def test_windows_that_do_not_fit(student):
    """What is left over at the end of an axis is not used

    Hint: If the other checks pass: a window that would stick out is no window, so round down.
    """
    for shape, filters, stride, pad in (
        ((8, 1), (3, 1, 2), 2, 0),
        ((9, 12, 3), (3, 5, 3, 4), 5, 0),
        ((7, 8, 11, 1), (3, 2, 4, 1, 5), 3, 1),
    ):
        want = shape_by_counting(shape, filters, stride, pad)
        shape_of(student.conv_output_shape(shape, filters, stride, pad), want)


@pytest.mark.points(1)
def test_a_single_place(student):
    """Where a filter has a single place, the axis has length one, and stays

    Hint: A filter may be larger than the input, as long as it fits between the zeros.
    """
    for shape, filters, stride, pad in (
        ((7, 3), (7, 3, 6), 1, 0),
        ((5, 9, 2), (5, 3, 2, 4), 2, 0),
        ((1, 3, 4, 2), (5, 7, 8, 2, 3), 9, 2),
    ):
        want = shape_by_counting(shape, filters, stride, pad)
        shape_of(student.conv_output_shape(shape, filters, stride, pad), want)
