"""Public checks of the assignment "style-transfer".

They ship with the student's package: activations of whole numbers and quarters, whose costs can
be worked out on paper. None of them holds a solution to copy.
"""

import numpy as np
import pytest

from coursekit.checks import expect, probes

# --- what the checks here and the hidden ones ask of returned values


def with_slopes(function, *args):
    """Value of a student's function of tensors, and its gradients, one for each array in `args`."""
    value, slopes = expect.items(function.through(probes.gradients, *args), 2, "The function")
    return value, slopes if isinstance(slopes, list) else []


def value_of(function, *args):
    """What a student's function makes of tensors."""
    return with_slopes(function, *args)[0]


def is_float32(value, name):
    """`value` came as float32."""
    dtype = expect.array(value, name).dtype
    expect.true(
        dtype == np.float32,
        f"{name} should be float32, and is not.",
        "Everything that comes in is float32. Was something cast, or computed by NumPy?",
    )


def arrives(slopes, names):
    """The gradients, of which none may be missing or without any slope."""
    slopes = expect.items(slopes, len(names), "The gradients")
    for slope, name in zip(slopes, names):
        expect.true(
            slope is not None,
            f"No gradient arrives at {name}.",
            "Use operations of TensorFlow or Keras from the activations to the result: NumPy in "
            "between cuts the gradient off, and so does tf.stop_gradient.",
        )
        slope = expect.array(slope, f"Gradient of {name}")
        expect.true(np.any(slope != 0), f"The gradient that arrives at {name} is 0 everywhere.")
    return slopes


def at_rest(function, a, name):
    """Of a block and itself both the cost and its gradient in the second are 0."""
    value, slopes = with_slopes(function, a, a)
    expect.true(
        abs(expect.array(value, name, ())) < 1e-6,
        f"{name} should be 0 where the two blocks are equal, and is not.",
    )
    # Whether a gradient arrives at all is the business of a check of its own.
    slope = expect.items(slopes, 2, "The gradients")[1]
    slope = 0 if slope is None else expect.array(slope, "Gradient of a_G")
    expect.true(
        not np.any(np.isnan(slope)),
        "The gradient of a_G is NaN where the two blocks are equal.",
        "A root has no slope at 0. The squares alone have one.",
    )
    expect.true(
        np.all(np.abs(slope) < 1e-6),
        "The gradient of a_G should be 0 where the two blocks are equal, and is not.",
    )


def painted(function, image, target, scale, optimizer, settings, steps=1):
    """Costs and pictures of some steps against the cost sum of scale * (image - target)²."""
    came = function.through(probes.painting, image, target, scale, optimizer, settings, steps)
    came = expect.mapping(came, "train_step with its picture", ("costs", "images"))
    costs = expect.items(came["costs"], steps, "The costs")
    return costs, expect.items(came["images"], steps, "The pictures")


# --- compute_content_cost


def _contents(rng):
    """Activations of 2 x 1 positions and 3 channels; the squares of the differences sum to 14.5."""
    a_C = rng.integers(-8, 9, (1, 2, 1, 3)) / 4
    differences = rng.permutation([1, -2, 0, 3, 0.5, -0.5]).reshape(a_C.shape)
    return a_C.astype("float32"), (a_C + differences).astype("float32")


@pytest.mark.exercise("compute_content_cost")
@pytest.mark.points(2)
def test_content_cost_worked_example(student, rng):
    """Two positions, three channels: the squares of the differences add up to 14.5

    Hint: Square each difference, add up, and divide by four times the number of activations.
    """
    expect.scalar(
        value_of(student.compute_content_cost, *_contents(rng)),
        14.5 / 24,
        "J_content",
        suspects={
            "This is the sum itself: the constant in front is missing.": 14.5,
            "The constant is 1/2, as in the paper: here it is another.": 7.25,
            "This is the mean of the squares: a factor is missing.": 14.5 / 6,
            "A 2 is missing below the line: is there a 4, and are all sizes there?": 14.5 / 12,
            "The constant is squared: that is the one of the style.": 14.5 / 144,
            "The constant is squared, and need not be.": 14.5 / 576,
            "Four times the constant that it should be: is the 4 in it twice?": 14.5 / 96,
            "Absolute differences were added up: square them.": 7 / 24,
            "The differences are not squared.": 2 / 24,
            "The differences are not squared, and have the other sign.": -2 / 24,
            "The differences were added up before they were squared.": 4 / 24,
            "A root was taken of the sum.": 14.5**0.5 / 24,
            "1 / 4 * n_H multiplies by n_H: put all that is below the line into brackets.": 21.75,
            "Not every size is in the constant: height, width and channels are.": 14.5 / 8,
            "The height is in the constant twice, and the width is not.": 14.5 / 48,
        },
    )


@pytest.mark.exercise("compute_content_cost")
@pytest.mark.points(1)
def test_content_cost_has_a_gradient(student, rng):
    """A float32 tensor, from which a gradient arrives at the generated picture"""
    value, slopes = with_slopes(student.compute_content_cost, *_contents(rng))
    is_float32(value, "J_content")
    arrives(slopes[1:], ("a_G",))


# --- gram_matrix

_A = np.array([[1, 2, 0], [0, -1, 3]], "float32")


@pytest.mark.exercise("gram_matrix")
@pytest.mark.points(2)
def test_gram_worked_example(student):
    """Two channels, three positions

    Hint: The result has a row and a column for each channel. What is summed over are positions.
    """
    want = np.array([[5, -2], [-2, 10]])
    suspects = {
        "These are positions with positions: channels with channels are asked for.": [
            *([1, 2, 0], [2, 5, -3], [0, -3, 9])
        ],
        "The mean of each channel was taken off: it stays.": [[2, -4], [-4, 26 / 3]],
        "The sums were divided by the number of positions: they stay as they are.": want / 3,
        "The sums were divided by the number of activations: they stay as they are.": want / 6,
        "The sums were divided by the number of channels: they stay as they are.": want / 2,
        "Each channel was scaled to length 1: it stays as it is.": [
            *([1, -2 / 50**0.5], [-2 / 50**0.5, 1])
        ],
        "A reshape is no transpose: it reads the numbers on in their order.": [[1, 2], [-3, 9]],
        "There is an axis too much in front.": want[np.newaxis],
        "Only each channel with itself is there.": [[5, 0], [0, 10]],
        "Only one half of the matrix is there: channel 1 with 2 and channel 2 with 1.": [
            *([5, -2], [0, 10])
        ],
        "Negative sums lost their sign.": abs(want),
        "Negative activations became 0.": [[5, 0], [0, 9]],
        "The sums were squared: that is for the cost.": want**2,
    }
    came = value_of(student.gram_matrix, _A)
    expect.close(came, want, "G", suspects=suspects)


@pytest.mark.exercise("gram_matrix")
@pytest.mark.points(1)
def test_gram_has_a_gradient(student):
    """A float32 tensor that gradients flow through"""
    value, slopes = with_slopes(student.gram_matrix, _A)
    is_float32(value, "G")
    arrives(slopes, ("A",))


# --- compute_layer_style_cost

# Activations at three positions, a column each, and of two channels, a row each. The Gram
# matrices are [[5, -1], [-1, 13]] and [[9, -3], [-3, 14]], the squares of the differences 25.
_OF_S = np.array([[1, 0, 2], [3, 0, -2]], "float32")
_OF_G = np.array([[1, 2, -2], [3, -1, 2]], "float32")


def _block(rows, n_H, n_W):
    """Rows of channels as a block of activations."""
    return rows.T.reshape(1, n_H, n_W, -1)


@pytest.mark.exercise("compute_layer_style_cost")
@pytest.mark.points(2)
def test_layer_style_cost_worked_example(student):
    """Three positions in a row, two channels

    Hint: Unroll both to (n_C, n_H * n_W), take both Gram matrices, subtract, square, add up; then
    the constant.
    """
    blocks = _block(_OF_S, 1, 3), _block(_OF_G, 1, 3)
    expect.scalar(
        value_of(student.compute_layer_style_cost, *blocks),
        25 / 144,
        "J_layer",
        suspects={
            "This is the sum itself: the constant in front is missing.": 25,
            "The constant is not squared: (2 * n_H * n_W * n_C)**2 is below the line.": 25 / 12,
            "The constant is that of the content.": 25 / 24,
            "There is no 2 in the constant, or not every size.": 25 / 36,
            "The height is in the constant twice, and the width is not.": 25 / 16,
            "The 2 in the constant is not squared: it is within the brackets.": 25 / 72,
            "The constant has a 2 within its brackets, not a 4.": 25 / 576,
            "The square below the line multiplies in place of dividing: look at brackets.": 225,
            "The differences are not squared.": 9 / 144,
            "The differences were added up before they were squared.": 1 / 144,
            "Was a root taken of the sum? The norm is squared.": 5 / 144,
            "A root was taken: neither norm nor constant is squared.": 5 / 12,
            "This is a mean over the entries: their sum is asked for.": 25 / 4 / 144,
            "Positions were compared with positions, or n_C is in the wrong place.": 227 / 144,
            "A reshape is no transpose: which axis comes last in a_S, and which comes last in "
            "(n_C, n_H * n_W)?": 179 / 144,
            "The mean of each channel was taken off: it stays.": 214 / 3 / 144,
            "The Gram matrices were divided by the number of positions, too.": 25 / 9 / 144,
            "The Gram matrices were divided by the number of activations, too.": 25 / 36 / 144,
            "This is one Gram matrix of the difference: there are two matrices.": 1337 / 144,
            "Only each channel with itself was counted.": 17 / 144,
            "Only one half of the matrix was counted.": 21 / 144,
            "Activations were compared: their Gram matrices are.": 37 / 144,
        },
    )


@pytest.mark.exercise("compute_layer_style_cost")
@pytest.mark.points(1)
def test_layer_style_cost_forgets_places(student):
    """Two rows and three columns: where something is does not count

    Hint: The same activations in other places have the same Gram matrix. Does a column of your
    unrolled matrix hold all channels of one position?
    """
    places = np.concatenate([_OF_S, 2 * _OF_G], axis=1)
    turned, changed = places[:, [4, 2, 5, 0, 1, 3]], places.copy()
    changed[0, 1] = 1  # G[0, 0] becomes 1 larger; channel 1 is 0 there.
    for other, want, hint in (
        (turned, 0, "These are the same activations in other places: the cost is 0."),
        (changed, 1 / 24**2, ""),
    ):
        blocks = _block(places, 2, 3), _block(other, 2, 3)
        came = value_of(student.compute_layer_style_cost, *blocks)
        expect.true(
            abs(expect.array(came, "J_layer", ()) - want) < 1e-7,
            f"J_layer should be {'0' if want == 0 else '1 / 576'} here, and is something else.",
            hint,
        )


@pytest.mark.exercise("compute_layer_style_cost")
@pytest.mark.points(1)
def test_layer_style_cost_has_a_gradient(student):
    """A float32 tensor, from which a gradient arrives at the generated picture"""
    blocks = _block(_OF_S, 1, 3), _block(_OF_G, 1, 3)
    value, slopes = with_slopes(student.compute_layer_style_cost, *blocks)
    is_float32(value, "J_layer")
    arrives(slopes[1:], ("a_G",))


# --- compute_style_cost

# Two layers: two positions of one channel, and one position of two channels. By hand: the Gram
# matrices differ by 5, and by [[-3, 0], [0, 3]]; 5² / 4² = 1.5625 and 18 / 4² = 1.125.
_LAYERS_S = [np.array([3, 1], "float32").reshape(1, 1, 2, 1), np.array([[[[1, 2]]]], "float32")]
_LAYERS_G = [np.array([1, 2], "float32").reshape(1, 1, 2, 1), np.array([[[[2, 1]]]], "float32")]


@pytest.mark.exercise("compute_style_cost")
@pytest.mark.points(2)
def test_style_cost_worked_example(student):
    """Two layers that cost 1.5625 and 1.125, with the weights 0.5 and 2

    Hint: Go through the layers: each has its two activations and its weight.
    """
    expect.scalar(
        value_of(student.compute_style_cost, _LAYERS_S, _LAYERS_G, [0.5, 2.0]),
        3.03125,
        "J_style",
        suspects={
            "The weights were not used.": 2.6875,
            "The weights were not used, and this is the mean over the layers.": 1.34375,
            "The weights were divided by their sum: they are taken as they are.": 1.2125,
            "This is the mean over the layers: their sum is asked for.": 1.515625,
            "Only the first layer was counted: is a return inside of the loop?": 0.78125,
            "Only the last layer was counted: is the sum overwritten in the loop?": 2.25,
            "The weights met the wrong layers.": 3.6875,
            "The weights are squared.": 4.890625,
            "Everything was counted twice.": 6.0625,
            "The layers of the two lists were mixed: the first belongs to the first.": 3.375,
            "All weights were added up before they were used.": 6.71875,
            "The layers were multiplied: they are added up.": 0.78125 * 2.25,
        },
    )


@pytest.mark.exercise("compute_style_cost")
@pytest.mark.points(1)
def test_style_cost_weights(student):
    """A weight of 0 switches a layer off; equal weights need not add up to 1; lists stay

    Hint: Take the weights as they are.
    """
    for weights, want in (([0.0, 1.0], 1.125), ([1.0, 0.0], 1.5625), ([1.0, 1.0], 2.6875)):
        expect.scalar(
            value_of(student.compute_style_cost, _LAYERS_S, _LAYERS_G, weights),
            want,
            f"J_style with the weights {weights}",
            suspects={"The weights were not used.": 2.6875},
        )
    same = student.compute_style_cost.through(probes.kept, _LAYERS_S, _LAYERS_G, [0.5, 2.0])
    for stayed, name in zip(expect.items(same, 3, "The function"), ("a_S", "a_G", "weights")):
        expect.true(
            stayed,
            f"The function changed the list {name}; lists are left unchanged.",
            "Painting hands in the same lists in every step. Look for pop, sort, and for "
            "assignments into a list.",
        )


# --- total_cost


def _scalars(*values):
    return [np.array(value, "float32") for value in values]


@pytest.mark.exercise("total_cost")
@pytest.mark.points(1)
def test_total_cost_defaults(student):
    """Content 0.5 and style 0.25, with the weights 10 and 40

    Hint: alpha belongs to the content, beta to the style; both have a value when none is given.
    """
    value = value_of(student.total_cost, *_scalars(0.5, 0.25))
    expect.scalar(
        value,
        15,
        "J",
        suspects={
            "alpha and beta, or content and style, changed places.": 22.5,
            "alpha and beta were not used.": 0.75,
            "Both were multiplied by alpha.": 7.5,
            "Both were multiplied by beta.": 30,
            "alpha and beta were divided by their sum: they are taken as they are.": 0.3,
            "The costs were multiplied: they are added up.": 50,
            "The style is subtracted.": -5,
            "Only the content was counted.": 5,
            "Only the style was counted.": 10,
        },
    )


@pytest.mark.exercise("total_cost")
@pytest.mark.points(1)
def test_total_cost_weights(student):
    """Other weights, also 0, and a float32 tensor

    Hint: alpha and beta are arguments; 10 and 40 are only what they are when nobody says
    anything else.
    """
    for alpha, beta, want in ((1, 2, 1.0), (8.0, 0.0, 4.0), (0, 100, 25.0), (0.5, 0.5, 0.375)):
        value = value_of(student.total_cost, *_scalars(0.5, 0.25), alpha, beta)
        expect.scalar(
            value,
            want,
            f"J with alpha = {alpha} and beta = {beta}",
            suspects={
                "alpha and beta were not used: 10 and 40 stood in their place.": 15,
                "alpha was not used: 10 stood in its place.": 5 + 0.25 * beta,
                "beta was not used: 40 stood in its place.": 0.5 * alpha + 10,
                "alpha and beta, or content and style, changed places.": 0.25 * alpha + 0.5 * beta,
            },
        )
        is_float32(value, "J")


# --- train_step


def _canvas(rng, shape=(1, 2, 3, 3)):
    """A picture of pixels in the middle of the range, and another one to move to."""
    image, target = rng.integers(3, 14, (2, *shape)) / 16
    target = np.where(target == image, target + 0.125, target)
    return image.astype("float32"), target.astype("float32")


@pytest.mark.exercise("train_step")
@pytest.mark.points(2)
def test_train_step_moves_the_pixels(student, rng):
    """One step of plain gradient descent: the pixels of the variable move against the gradient

    Hint: A tape records the cost; the optimizer applies its gradient to the variable itself. A new
    picture under the same name is another picture.
    """
    image, target = _canvas(rng)
    half = np.full_like(image, 0.5)  # so that the gradient is image - target
    _, (after,) = painted(student.train_step, image, target, half, "SGD", {"learning_rate": 0.25})
    step = 0.25 * (image - target)
    expect.close(
        after,
        image - step,
        "image",
        suspects={
            "The variable is as it was: the new pixels belong into it.": image,
            "The step goes up the slope: the cost rises.": image + step,
            "These are two steps.": image - step - 0.75 * step,
            "The gradient was scaled by its norm: hand it on as it is.": (
                image - step / np.linalg.norm(4 * step)
            ),
            "The gradient was averaged over the pixels: each has its own.": image - step.mean(),
            "Only the sign of the gradient was used.": image - 0.25 * np.sign(step),
            "The pixels were rounded.": np.round((image - step) * 255) / 255,
            "The pixels went beyond all bounds: has the picture become 0 to 255?": (
                255 * (image - step)
            ),
            "The learning rate is not the optimizer's own.": image - 0.04 * step,
        },
    )


@pytest.mark.exercise("train_step")
@pytest.mark.points(1)
def test_train_step_keeps_the_range(student):
    """Pixels that leave 0 to 1 come back to 0 or to 1

    Hint: After the optimizer's step the variable is assigned once more.
    """
    image = np.array([0.25, 0.75, 0.5, 0.125, 0.875, 0.5], "float32").reshape(1, 1, 2, 3)
    target = np.array([-0.5, 1.5, 0.75, 0.125, 0.5, -1], "float32").reshape(image.shape)
    half = np.full_like(image, 0.5)
    _, (after,) = painted(student.train_step, image, target, half, "SGD", {"learning_rate": 1.0})
    expect.close(
        after,
        np.array([0, 1, 0.75, 0.125, 0.5, 0]).reshape(image.shape),
        "image",
        suspects={
            "The pixels are out of range: clip them after the step.": target,
            "Pixels above 1 are still there: the brightest is 1, not 255.": np.maximum(target, 0),
            "Pixels below 0 are still there.": np.minimum(target, 1),
            "The range was stretched: only what is beyond 0 and 1 changes.": (target + 1) / 2.5,
        },
    )


@pytest.mark.exercise("train_step")
@pytest.mark.points(1)
def test_train_step_returns_the_cost(student, rng):
    """What comes back is the cost before the step, in each of two steps

    Hint: The tape has computed it already.
    """
    image, target = _canvas(rng)
    ones = np.ones_like(image)
    rate = {"learning_rate": 0.125}
    costs, _ = painted(student.train_step, image, target, ones, "SGD", rate, steps=2)
    # Each step takes a quarter of the way, so that 9/16 of the cost are left.
    want = np.sum((image - target) ** 2)
    for cost, part in zip(costs, (1, 0.5625)):
        expect.scalar(
            cost,
            part * want,
            "J",
            suspects={
                "That is the cost after the step: the one before it is asked for.": (
                    0.5625 * part * want
                ),
                "That is by how much the cost fell: the cost before the step is asked for.": (
                    0.4375 * part * want
                ),
            },
        )
