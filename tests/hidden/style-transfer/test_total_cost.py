"""Hidden checks of total_cost."""

import numpy as np
import pytest

from coursekit.checks import expect
from coursekit.checks.style_transfer import arrives, with_slopes

pytestmark = pytest.mark.exercise("total_cost")


@pytest.mark.points(1)
def test_gradient_of_both(student, rng):
    """Costs of any size, and gradients that arrive at content and style

    Hint: The costs are tensors, and their weighted sum is one, as long as neither is made a plain
    number.
    """
    for size in (1, 1e4, 1e-3):
        J_content, J_style = (size * rng.uniform(0.5, 2, 2)).astype("float32")
        alpha, beta = rng.uniform(1, 50, 2).tolist()
        costs = np.array(J_content), np.array(J_style)
        value, slopes = with_slopes(student.total_cost, *costs, alpha, beta)
        expect.scalar(value, alpha * float(J_content) + beta * float(J_style), "J")
        slopes = arrives(slopes, ("J_content", "J_style"))
        for slope, want, name in zip(slopes, (alpha, beta), ("J_content", "J_style")):
            expect.scalar(slope, want, f"Gradient of {name}")
