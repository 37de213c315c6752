"""Hidden checks of img_to_encoding, with linear models."""

import numpy as np
import pytest
from face_oracles import linear_encoding

from coursekit.checks import expect, probes
from coursekit.checks.faces import encoded

pytestmark = pytest.mark.exercise("img_to_encoding")


@pytest.mark.points(2)
def test_any_picture_and_model(student, rng):
    """Pictures and models of many kinds; the picture stays as it was

    Hint: If the other checks pass: may the picture be of other sizes or numbers, may the model
    return a tensor or an array, may its row be short or hold a 0, and is the picture unchanged?
    """
    for shape, n, dtype, scale, tensor in (
        ((4, 6, 3), 8, "float32", 1, False),
        ((7, 5, 3), 4, "float32", 1, True),
        ((5, 5, 1), 128, "uint8", 1, True),
        ((6, 3, 3), 3, "float32", 1e-4, False),
    ):
        size = shape[0] * shape[1] * shape[2]
        # Small weights, so that rows are short, and one component that is 0.
        weights = (rng.standard_normal((size, n)) * scale).astype("float32")
        weights[:, int(rng.integers(n))] = 0
        # Two pictures, one after the other: the second has an encoding of its own.
        for _ in range(2):
            # Colors of a picture in whole numbers, otherwise fractions of both signs.
            colors, fractions = rng.integers(1, 256, shape), rng.standard_normal(shape)
            image = (colors if dtype == "uint8" else fractions).astype(dtype)
            value, after = encoded(student, image, weights, tensor)
            expect.close(value, linear_encoding(image, weights), "encoding", atol=1e-4)
            expect.true(
                np.array_equal(expect.array(after, "image", shape), image),
                "The function changed the picture; arguments are left unchanged.",
            )


@pytest.mark.points(1)
def test_rows_without_a_direction(student, rng):
    """A row of zeros, of NaN or of infinity is a ValueError

    Hint: Look at the length before you divide by it: 0, NaN and infinity are no lengths.
    """
    image = rng.integers(1, 9, (3, 4, 3)).astype("float32")
    rows = [(number, rng.permutation([number, 0, 1, 2])) for number in (np.nan, np.inf, -np.inf)]
    for number, row in ((0, np.zeros(4)), *rows):
        name = "zeros" if number == 0 else "a NaN" if np.isnan(number) else "an infinity"
        weights = np.zeros((image.size, 4), "float32")
        weights[0] = row
        came = student.img_to_encoding.through(probes.encoding_raised, "ValueError", image, weights)
        was_raised, _ = expect.items(came, 2, "img_to_encoding")
        expect.true(
            was_raised is True,
            f"img_to_encoding should raise a ValueError for a row of the model with {name}.",
        )
    # These have a direction: their sum is 0, or nothing in them is above 0. They are not refused.
    for row in ([1, -1, 2, -2], [0, -1, -2, 0]):
        weights[0] = rng.permutation(row)
        value, _ = encoded(student, image, weights)
        expect.array(value, "encoding", (4,))
