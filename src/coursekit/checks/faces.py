"""Public checks of the assignment "faces".

They ship with the student's package: encodings of a few quarters, whose distances can be worked
out on paper. None of them holds a solution to copy.
"""

import numpy as np
import pytest

from coursekit.checks import expect, probes

# --- what the checks here and the hidden ones ask of returned values


def decision(value):
    """Distance and answer of `verify`, each of its kind."""
    distance, same = expect.items(value, 2, "verify")
    _distance(distance)
    is_array = isinstance(same, np.ndarray) and same.shape == () and same.dtype.kind == "b"
    expect.true(
        is_array or isinstance(same, bool | np.bool_),
        f"The second value should be True or False, and is {expect.kind(same)}.",
        "The order is: first the squared distance, then whether it is the same person.",
    )
    return distance, bool(same)


def found(value):
    """Distance and name of `who_is_it`, each of its kind."""
    distance, name = expect.items(value, 2, "who_is_it")
    _distance(distance)
    expect.true(
        name is None or type(name) is str,
        f"The second value should be a name or None, and is {expect.kind(name)}.",
        "The order is: first the squared distance, then the name.",
    )
    return distance, name


def _distance(value):
    expect.true(
        value is not None and not isinstance(value, str | bool | np.bool_),
        f"The first value should be the squared distance, and is {expect.kind(value)}.",
        "The order is: first the squared distance, then the answer.",
    )
    expect.array(value, "distance", ())


def same_name(name, want, hint=""):
    """`name` is who should be found."""
    if name != want:
        shown = "None" if name is None else f"a name, {name!r}"
        raise expect.CheckFailed(
            "The name is not the one that it should be.",
            expected="None" if want is None else f"the name {want!r}",
            got=shown[:80],
            hint=hint,
        )


# --- triplet_loss


def _triplets(rng, to_positive, to_negative, n=4):
    """Three batches of encodings with the distances that are given, along axes of their own."""
    anchor = rng.integers(-8, 9, (len(to_positive), n)) / 4
    positive, negative = anchor.copy(), anchor.copy()
    for i, (p, q) in enumerate(zip(to_positive, to_negative)):
        one, other = rng.permutation(n)[:2]
        positive[i, one] += p
        negative[i, other] -= q
    return [f.astype("float32") for f in (anchor, positive, negative)]


@pytest.mark.exercise("triplet_loss")
@pytest.mark.points(2)
def test_triplet_loss_worked_example(student, rng):
    """Three triplets: one that is good already, a hard one, one without a margin

    Hint: Work it out on paper: a squared distance to the positive, one to the negative, and the
    margin for each triplet; what is below zero counts as zero; then add up.
    """
    # Squared: 0.25 and 2.25, then 1 and 0.25, then 1 and 1.
    y_pred = _triplets(rng, [0.5, 1, 1], [1.5, 0.5, 1])
    expect.scalar(
        student.triplet_loss(None, y_pred),
        1.15,
        "loss",
        suspects={
            "This is the mean over the batch: their sum is asked for.": 1.15 / 3,
            "The distances are not squared.": 0.9,
            "The maximum was taken once, of a sum over the batch: every triplet has its own.": 0,
            "A triplet that is good already counts as zero, not below zero.": -0.65,
            "An absolute value stands where the maximum should be.": 2.95,
            "Positive and negative changed places.": 2.4,
            "The margin is subtracted.": 0.55,
            "The margin is missing.": 0.75,
            "The margin was added after the maximum.": 1.35,
            "Only the worst triplet was counted.": 0.95,
            "The squares of a distance are added up, not averaged.": 0.5875,
            "Triplets were mixed: every positive met every negative. Look at the shapes.": 2.5,
        },
    )


@pytest.mark.exercise("triplet_loss")
@pytest.mark.points(1)
def test_triplet_loss_margin(student, rng):
    """The margin is `alpha`, once for each triplet

    Hint: `alpha` is an argument; 0.2 is only what it is when nobody says anything else.
    """
    # Squared: 1 and 1.5625, then 2.25 and 1; the differences are -0.5625 and 1.25.
    y_pred = _triplets(rng, [1, 1.5], [1.25, 1])
    for alpha, want in ((0.0, 1.25), (1.0, 2.6875), (2.5, 5.6875)):
        expect.scalar(
            student.triplet_loss(None, y_pred, alpha),
            want,
            f"loss with alpha = {alpha}",
            suspects={
                "alpha was not used: 0.2 stood in its place.": 1.45,
                "alpha was not used at all.": 1.25,
                "The margin was added once for each component.": (
                    max(4 * alpha - 0.5625, 0) + 4 * alpha + 1.25
                ),
                "The margin was added once for the whole batch.": alpha + 0.6875,
            },
        )


@pytest.mark.exercise("triplet_loss")
@pytest.mark.points(1)
def test_triplet_loss_has_a_gradient(student):
    """The loss of one triplet has gradients with respect to all three encodings

    Hint: Use operations of TensorFlow or Keras from the encodings to the loss: NumPy in between
    cuts the gradient off.
    """
    y_pred = [np.array([f], "float32") for f in ([0, 0], [1, 0], [0, 0.5])]
    came = student.triplet_loss.through(probes.gradients, None, y_pred)
    _, slopes = expect.items(came, 2, "triplet_loss with its gradients")
    # By hand: the loss is p² - q² + 0.2 with (p, 0) and (0, q) at 1 and 0.5.
    wanted = ([[-2, 1]], [[2, 0]], [[0, -1]])
    for slope, want, name in zip(
        expect.items(slopes, 3, "The gradients"), wanted, ("anchor", "positive", "negative")
    ):
        expect.true(slope is not None, f"No gradient arrives at the {name}.")
        hint = "A gradient arrives, but another one: is the loss itself right?"
        expect.close(slope, want, f"Gradient of the {name}", atol=1e-5, hint=hint)


# --- img_to_encoding


def _picture(rng, shape=(4, 6, 3), n=5):
    """A picture in eighths, and the weights of a linear model."""
    image = rng.integers(1, 9, shape).astype("float32") / 8
    weights = rng.integers(-4, 5, (image.size, n)).astype("float32") / 4
    return image, weights


def encoded(student, image, weights, tensor=False):
    """The encoding as it came, after a look at what the model was handed."""
    came = expect.mapping(
        student.img_to_encoding.through(probes.encoding, image, weights, tensor),
        "img_to_encoding with its model",
        ("value", "tensor", "image", "shapes", "batches"),
    )
    batch = image[np.newaxis]
    shapes, batches = came["shapes"], came["batches"]
    if not isinstance(shapes, list) or not isinstance(batches, list) or not shapes:
        raise expect.CheckFailed(
            "The model was never called.",
            hint="The encoding is what the model makes of a batch: model(batch).",
        )
    for shape, handed in zip(shapes, batches):
        if shape != list(batch.shape):
            raise expect.CheckFailed(
                "The model was handed something else than a batch of one picture.",
                expected=f"an array of shape {batch.shape}",
                got="no array" if shape is None else f"an array of shape {_sizes(shape)}",
                hint="A batch has an axis more than a picture, in front, here of length 1.",
            )
        scaled = "The numbers were scaled: the model takes them as they are."
        expect.close(handed, batch, "batch", suspects={scaled: batch / 255})
    expect.true(
        came["tensor"] is False,
        "The encoding should be a NumPy array, and is a tensor.",
        "np.asarray(tensor) and tensor.numpy() are arrays.",
    )
    return came["value"], came["image"]


def _sizes(shape):
    """A shape as it is written, if it is one."""
    plain = isinstance(shape, list) and all(type(size) is int for size in shape)
    return tuple(shape) if plain else "unknown"


@pytest.mark.exercise("img_to_encoding")
@pytest.mark.points(1)
def test_encoding_batch_of_one(student, rng):
    """The model is handed a batch of one picture, with its numbers as they are

    Hint: np.expand_dims, reshape or an index with np.newaxis puts an axis in front.
    """
    image, weights = _picture(rng)
    encoded(student, image, weights)


@pytest.mark.exercise("img_to_encoding")
@pytest.mark.points(1)
def test_encoding_has_length_one(student):
    """The encoding is the model's row, scaled to length 1

    Hint: The length of a vector is the root of the sum of its squares.
    """
    image = np.ones((1, 2, 3), "float32")
    row = np.array([3, -4], "float32")
    weights = np.zeros((6, 2), "float32")
    weights[2] = row
    value, _ = encoded(student, image, weights)
    want = np.array([0.6, -0.8])
    expect.close(
        value,
        want,
        "encoding",
        suspects={
            "It is the model's row as it came, not scaled.": row,
            "The axis of the batch is still there.": want[np.newaxis],
            "The row was divided by the sum of its squares: the length is its root.": row / 25,
            "The row was divided by the sum of its numbers.": -row,
            "The row was divided by the sum of its absolute values.": row / 7,
            "The row was divided by its largest number.": row / 4,
            "The length was taken along the axis of the batch.": [1, -1],
            "The negative numbers became 0.": [1, 0],
        },
    )


# --- verify


def _people(rng):
    """A database of three people; each differs from `here` by the squared distance of its name."""
    here = rng.integers(-8, 9, 4) / 4
    steps = {"Ada": [0.5, 0.5, 0, 0.5], "Ben": [0, 1.5, 1, 0], "Cleo": [-0.25, -0.25, -0.25, -0.25]}
    return here, {name: here + step for name, step in steps.items()}


# Squared distances of the three from `here`.
_ADA, _BEN, _CLEO = 0.75, 3.25, 0.25


@pytest.mark.exercise("verify")
@pytest.mark.points(1)
def test_verify_distance(student, rng):
    """The squared distance to the person of that name

    Hint: Subtract, square, add up. Only the encoding stored under the name that was given counts.
    """
    here, database = _people(rng)
    for name, want, norm in (("Ada", _ADA, 0.75**0.5), ("Ben", _BEN, 3.25**0.5)):
        distance, _ = decision(student.verify(here, name, database, 1.0))
        expect.scalar(
            distance,
            want,
            "distance",
            suspects={
                "It is the distance, not its square.": norm,
                "It is the mean of the squares: their sum is asked for.": want / 4,
                "Somebody else's encoding was taken: use the name that was given.": _CLEO,
                "The differences were added up before they were squared.": (
                    2.25 if name == "Ada" else 6.25
                ),
                "These are absolute differences: square them.": 1.5 if name == "Ada" else 2.5,
            },
        )


@pytest.mark.exercise("verify")
@pytest.mark.points(1)
def test_verify_threshold(student, rng):
    """The same person up to the threshold, and not beyond it

    Hint: The squared distance is compared with the threshold that was given.
    """
    here, database = _people(rng)
    for name, threshold, want in (
        ("Ada", 1.0, True),
        ("Ada", 0.8, True),
        ("Ada", 0.7, False),
        ("Ben", 2.0, False),
        ("Ben", 4.0, True),
    ):
        _, same = decision(student.verify(here, name, database, threshold))
        expect.true(
            same == want,
            f"With a squared distance of {_ADA if name == 'Ada' else _BEN} and a threshold of "
            f"{threshold}, same should be {want}, and is {same}.",
        )


@pytest.mark.exercise("verify")
@pytest.mark.points(1)
def test_verify_unknown_name(student, rng):
    """A name that is not in the database is a KeyError with that name

    Hint: Somebody who gives a name that nobody has is no case for a comparison.
    """
    here, database = _people(rng)
    came = student.verify.through(probes.raised, "KeyError", here, "Dora", database, 1.0)
    was_raised, text = expect.items(came, 2, "verify with an unknown name")
    expect.true(was_raised is True, "verify should raise a KeyError for a name that nobody has.")
    expect.true(
        "Dora" in str(text), "The text of the KeyError should hold the name that nobody has."
    )


# --- who_is_it


@pytest.mark.exercise("who_is_it")
@pytest.mark.points(1)
def test_who_is_nearest(student, rng):
    """The nearest person, with the squared distance

    Hint: Compare with everybody, and keep the smallest distance and its name.
    """
    here, database = _people(rng)
    names = ("Cleo", "Ada", "Ben")
    for order in (("Ben", "Ada", "Cleo"), ("Cleo", "Ben", "Ada")):
        distance, name = found(student.who_is_it(here, {n: database[n] for n in order}, 2.0))
        same_name(name, names[0], "It is whoever is nearest, wherever the name stands.")
        expect.scalar(
            distance,
            _CLEO,
            "distance",
            suspects={
                "It is the distance, not its square.": 0.5,
                "It is the mean of the squares: their sum is asked for.": 0.0625,
                "The squares of all people were added up.": _ADA + _BEN + _CLEO,
                "These are absolute differences: square them.": 1,
            },
        )


@pytest.mark.exercise("who_is_it")
@pytest.mark.points(1)
def test_who_is_a_stranger(student, rng):
    """Nobody is near enough: no name, but the distance of the nearest

    Hint: The nearest person is looked for first; the threshold comes after that.
    """
    here, database = _people(rng)
    distance, name = found(student.who_is_it(here, database, 0.2))
    same_name(name, None, "The nearest is farther away than the threshold.")
    suspects = {
        "The distance is not squared.": 0.5,
        "That is the threshold: the distance of the nearest person is asked for.": 0.2,
        "The distance of the nearest person is asked for, though they are too far away.": np.inf,
    }
    expect.scalar(distance, _CLEO, "distance", suspects=suspects)
    del database["Cleo"]
    distance, name = found(student.who_is_it(here, database, 0.8))
    same_name(name, "Ada", "The threshold that was given counts, and the squared distance.")
    expect.scalar(distance, _ADA, "distance", suspects={"It is not squared.": 0.75**0.5})


@pytest.mark.exercise("who_is_it")
@pytest.mark.points(1)
def test_who_is_in_an_empty_database(student, rng):
    """In an empty database nobody is found, infinitely far away

    Hint: What is the smallest of no distances? A search that starts at infinity knows.
    """
    here, _ = _people(rng)
    for threshold in (1.0, np.inf):
        distance, name = found(student.who_is_it(here, {}, threshold))
        same_name(name, None)
        expect.scalar(distance, np.inf, "distance")


# --- semi_hard_triplets

# Places on a line, and who is there. From the first the others are at 0.25, 0.0625, 0.5625 and
# 2.25, squared; only the third is of the same person.
_PLACES = np.array([1.5, 2, 1.25, 0.75, 3])
_WHO = np.array([7, 3, 7, 5, 3])


def triples(value, want, suspects=None, hint=""):
    """`value` is an array of index triples, equal to `want`."""
    came = expect.array(value, "triplets")
    if came.ndim == 2 and came.shape[1] == 3:
        expect.true(
            came.dtype.kind in "iu" or not len(came),
            "The triplets should be whole numbers, and are not: they are used as indices.",
            "Give the array dtype=int.",
        )
        if len(came) != len(want):
            alike = [
                text for text, other in (suspects or {}).items() if np.array_equal(came, other)
            ]
            raise expect.CheckFailed(
                f"There are too {'many' if len(came) > len(want) else 'few'} triplets.",
                expected=f"{len(want)} triplets",
                got=f"{len(came)} triplets",
                hint=alike[0] if alike else hint,
            )
    expect.close(came, want, "triplets", suspects=suspects, hint=hint)


@pytest.mark.exercise("semi_hard_triplets")
@pytest.mark.points(2)
def test_semi_hard_worked_example(student, rng):
    """Five pictures of three people, on a line

    Hint: Draw the line. For each pair of one person look for the others who are farther from the
    anchor than the positive, but by less than alpha, in squared distances.
    """
    encodings = np.zeros((5, 3))
    encodings[:, int(rng.integers(3))] = _PLACES
    encodings += rng.integers(-4, 5, 3) / 4
    first, second, third = [[0, 2, 1], [0, 2, 3]], [[1, 4, 3]], [[2, 0, 1], [2, 0, 3]]
    hard = [[1, 4, 0], [1, 4, 2]]
    easy = [[0, 2, 4]], [[2, 0, 4], [4, 1, 0], [4, 1, 2], [4, 1, 3]]
    want = np.array(first + second + third)
    suspects = {
        "A picture is no positive of itself: a and p are two different pictures.": [
            *([0, 0, 1], [0, 0, 3], *first, [1, 1, 0], [1, 1, 2], *second),
            *(*third, [2, 2, 1], [2, 2, 3], [3, 3, 0], [3, 3, 2]),
        ],
        "Hard triplets are in it: the negative is nearer than the positive.": (
            first + hard + second + third
        ),
        "These are the hard triplets: the negative is nearer than the positive.": hard,
        "Easy triplets are in it: beyond the margin there is nothing to learn.": (
            first + easy[0] + second + third + easy[1]
        ),
        "The distances are not squared.": first + second + third + [[4, 1, 0]],
        "Each pair gives two triplets: either of the two may be the anchor.": first + second,
        "The upper bound is the margin beyond the positive, not the margin alone.": first + third,
        "alpha was not used.": [[0, 2, 1], [2, 0, 3]],
        "The triplets are right, but in another order than the docstring says.": [
            *([0, 2, 1], [2, 0, 1], [0, 2, 3], [1, 4, 3], [2, 0, 3])
        ],
        "The columns are the anchor, the positive, the negative.": want[:, [0, 2, 1]],
        "These are labels: indices into the batch are asked for.": _WHO[want],
    }
    triples(student.semi_hard_triplets(encodings, _WHO, 0.75), want, suspects)


@pytest.mark.exercise("semi_hard_triplets")
@pytest.mark.points(1)
def test_semi_hard_none(student):
    """Where there is no triplet, the array has three columns and no rows

    Hint: An empty list becomes an array of shape (0,): what has to be done to have columns?
    """
    want = np.zeros((0, 3), dtype=int)
    for who in ([1, 1, 1], [1, 2, 3], [4, 4, 9]):
        # The third is far away from both.
        encodings = np.array([[0.0, 0], [0.5, 0], [8, 8]])
        triples(
            student.semi_hard_triplets(encodings, np.array(who), 0.5),
            want,
            {"Nothing was found, as it should be; but the shape is (0, 3).": np.zeros(0)},
            hint="Here no triplet is semi-hard: look at who is who, and at both comparisons.",
        )


# --- similarity


def _sigma(z):
    return 1 / (1 + np.exp(-z))


# Two encodings and weights: sums by hand are in the checks.
_F, _G = np.array([0.5, 0, 1, 0.25]), np.array([0, 0.5, 0.5, 0.75])
_W, _B = np.array([-1.0, 2, -3, 1]), 0.625


@pytest.mark.exercise("similarity")
@pytest.mark.points(1)
def test_similarity_absolute(student):
    """The form "absolute", and what is taken when no form is given

    Hint: First the absolute differences, then the weights, then the sum, then the bias.
    """
    # Differences 0.5, 0.5, 0.5, 0.5; weighted -0.5, 1, -1.5, 0.5: the sum is -0.5.
    suspects = {
        "The bias is missing.": _sigma(-0.5),
        "The bias is subtracted.": _sigma(-1.125),
        "The sign in the exponent is turned.": _sigma(-0.125),
        "This is the sum itself: the sigmoid is missing.": 0.125,
        "The differences are not absolute.": _sigma(-2.875),
        "The absolute value was taken after the sum: it is taken of each difference.": (
            _sigma(4.125)
        ),
        "The differences were squared.": _sigma(0.375),
        "The weights are missing.": _sigma(2.625),
        "This is the mean over the components: their sum is asked for.": _sigma(0.5),
        "A decision came: the probability is asked for.": 0,
        "This is a tanh, not a sigmoid.": np.tanh(0.125),
        "The bias was added to each component.": _sigma(2),
        "This is the form chi-square.": _sigma(0.875),
    }
    for form in ((), ("absolute",)):
        came = student.similarity(_F, _G, _W, _B, *form)
        expect.scalar(came, _sigma(0.125), "probability", suspects=suspects)


@pytest.mark.exercise("similarity")
@pytest.mark.points(1)
def test_similarity_chi_square(student):
    """The form "chi-square"

    Hint: The square of each difference is divided by the sum of the same two components.
    """
    # 0.25/0.5, 0.25/0.5, 0.25/1.5, 0.25/1; weighted -0.5, 1, -0.5, 0.25.
    suspects = {
        "The bias is missing.": _sigma(0.25),
        "The squares are not divided by the sums.": _sigma(0.375),
        "The differences are not squared.": _sigma(-1 + 2 - 1 + 0.5 + _B),
        "The sum below is squared as well: only the difference is.": (
            _sigma(-1 + 2 - 1 / 3 + 0.25 + _B)
        ),
        "The squares were divided by one sum over all components.": _sigma(-0.25 / 3.5 + _B),
        "This is the form absolute.": _sigma(0.125),
        "The bias is subtracted.": _sigma(-0.375),
        "This is the sum itself: the sigmoid is missing.": 0.875,
    }
    came = student.similarity(_F, _G, _W, _B, "chi-square")
    expect.scalar(came, _sigma(0.875), "probability", suspects=suspects)


@pytest.mark.exercise("similarity")
@pytest.mark.points(1)
def test_similarity_unknown_form(student):
    """Another form is a ValueError

    Hint: What should happen to a form that is misspelt? An else that says so is better than a
    number that nobody asked for.
    """
    for form in ("cosine", "chi", "abs"):
        came = student.similarity.through(probes.raised, "ValueError", _F, _G, _W, _B, form)
        was_raised, _ = expect.items(came, 2, f"similarity with the form {form!r}")
        expect.true(was_raised is True, f"similarity should raise a ValueError for form={form!r}.")
