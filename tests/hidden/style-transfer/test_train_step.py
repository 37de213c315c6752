"""Hidden checks of train_step."""

import numpy as np
import pytest
from style_oracles import steps

from coursekit.checks import expect
from coursekit.checks.style_transfer import painted

pytestmark = pytest.mark.exercise("train_step")


def draw(rng, shape, reach=0.2):
    """A picture, one to move to, at most `reach` from gray, and slopes of several sizes."""
    image = rng.uniform(0.3, 0.7, shape).astype("float32")
    target = rng.uniform(0.5 - reach, 0.5 + reach, shape).astype("float32")
    # Where there is hardly a slope, Adam's first step is as long as elsewhere, and mostly rounding.
    target = np.where(abs(target - image) < 0.05, image + np.float32(0.1), target)
    return image, target, rng.uniform(0.5, 2, shape).astype("float32")


def follows(student, problem, optimizer, settings, n, *, atol=1e-5):
    """After each step the picture is the one that the oracle has."""
    _, images = painted(student.train_step, *problem, optimizer, settings, n)
    pictures = steps(*problem, optimizer, settings, n)
    for t, (image, want) in enumerate(zip(images, pictures), start=1):
        expect.close(image, want, f"image after step {t} with {optimizer}", atol=atol)


@pytest.mark.points(2)
def test_optimizers_that_remember(student, rng):
    """Several steps of Adam, and of gradient descent with momentum

    Hint: If one step of plain gradient descent is right: does the optimizer that was handed in
    take every step, with all that it remembers of those before?
    """
    for optimizer, settings in (
        ("Adam", {"learning_rate": 0.02}),
        ("SGD", {"learning_rate": 0.05, "momentum": 0.75}),
    ):
        follows(student, draw(rng, (1, 2, 5, 3)), optimizer, settings, 5, atol=1e-4)


@pytest.mark.points(1)
def test_back_from_the_border(student, rng):
    """Pixels come to the border, stay there as long as they have to, and leave it again

    Hint: A pixel of 0 or of 1 is a pixel like others: only what is beyond is brought back.
    """
    image, target, scale = draw(rng, (1, 4, 3, 3), reach=1.1)
    image[0, 0], image[0, 1] = 0, 1
    follows(student, (image, target, scale), "SGD", {"learning_rate": 0.2}, 4)


@pytest.mark.points(2)
def test_pictures_and_costs_of_any_size(student, rng):
    """Pictures of any height and width, with steep costs and flat ones

    Hint: If the other checks pass: is a size typed in, is the gradient scaled or limited on its
    way to the optimizer, or is a step taken back? Each call takes one step, also up.
    """
    for shape, slope, rate, n, room in (
        ((1, 5, 3, 3), 1, 0.1, 2, 1),
        ((1, 1, 1, 3), 1e-3, 0.1, 2, 1),
        ((1, 8, 12, 3), 1e4, 0.1, 2, 1),
        # Beyond the valley: the cost rises. All near to gray, so that no pixel leaves the range.
        ((1, 6, 4, 3), 1, 1.2, 1, 0.15),
    ):
        image, target, scale = draw(rng, shape)
        image, target = (0.5 + room * (picture - 0.5) for picture in (image, target))
        problem = image.astype("float32"), target.astype("float32"), (slope * scale).astype("f")
        follows(student, problem, "SGD", {"learning_rate": rate / slope}, n)
