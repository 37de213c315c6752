"""Faces as points: the loss that trains an encoder, and what is decided by its encodings.

An *encoding* is a vector of `n` numbers for one picture of one face. Two encodings are compared by
their squared distance: small for two pictures of one person, large for two people. The letters are
those of the chapters: `A`, `P`, `N` for anchor, positive and negative; `alpha` for the margin.
Every function here is an exercise; what starts with an underscore serves only the references.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from coursekit.exercises import exercise

if TYPE_CHECKING:
    import tensorflow as tf


@exercise("faces")
def triplet_loss(y_true: Any, y_pred: Any, alpha: float = 0.2) -> tf.Tensor:
    """The triplet loss of a batch: by how much its triplets miss the margin, in sum.

    A triplet is three pictures: an anchor A, another picture P of the same person (the positive),
    and a picture N of somebody else (the negative). P should be nearer to A than N is, by the
    margin `alpha` at least. For each triplet of the batch the loss counts by how much that fails,
    and nothing where it holds::

        loss = sum over the batch of max(||f(A) - f(P)||**2 - ||f(A) - f(N)||**2 + alpha, 0)

    where `||v||**2` is the sum of the squares of the `n` components of `v`.

    Parameters
    ----------
    y_true : object
        Not used, and may be None. Keras hands every loss the true values first; here there are
        none, for the triplets themselves say who is who.
    y_pred : list of three arrays or tensors, each of shape (m, n)
        The encodings of the `m` anchors, of their positives, and of their negatives. Floating,
        all of one type; of any length, not only 1.
    alpha : float
        The margin, at least 0.

    Returns
    -------
    loss : tensor, shape ()
        The sum over the batch, a floating TensorFlow tensor that gradients flow through: compute
        it from `y_pred` with operations of TensorFlow or Keras. Where an encoding holds NaN, the
        loss is NaN, so that a broken network does not look like a trained one.

    Notes
    -----
    Where the inside of the maximum is exactly 0, any slope between its two sides is right.

    The reference raises `ValueError` if the three have not one shape; yours need not.

    Source: F. Schroff, D. Kalenichenko and J. Philbin, "FaceNet: A unified embedding for face
    recognition and clustering", 2015.
    """
    import tensorflow as tf

    anchor, positive, negative = map(tf.convert_to_tensor, y_pred)
    anchor.shape.assert_is_compatible_with(positive.shape)
    anchor.shape.assert_is_compatible_with(negative.shape)
    to_positive = tf.reduce_sum(tf.square(anchor - positive), axis=1)
    to_negative = tf.reduce_sum(tf.square(anchor - negative), axis=1)
    return tf.reduce_sum(tf.maximum(to_positive - to_negative + alpha, 0))


@exercise("faces")
def img_to_encoding(image: np.ndarray, model: Callable) -> np.ndarray:
    """The encoding of one picture: what the model makes of it, scaled to length 1.

    Parameters
    ----------
    image : ndarray, shape (n_H, n_W, n_C)
        One picture. Its numbers are what the model expects; hand them on as they are. Left
        unchanged.
    model : callable
        Takes a batch of pictures, shape (m, n_H, n_W, n_C), and returns a NumPy array or a
        TensorFlow tensor of shape (m, n), a row for each picture. Here the batch has one picture.

    Returns
    -------
    encoding : ndarray, shape (n,)
        A NumPy array, whatever the model returned, of length 1: the squares of its components add
        up to 1.

    Raises
    ------
    ValueError
        If the model's row has no direction to keep: if its length is 0, NaN or infinite.

    Notes
    -----
    Source: week 4 of the lecture notes, "Siamese network"; F. Schroff et al., "FaceNet", 2015, for
    the length of 1.
    """
    row = np.asarray(model(image[np.newaxis]))[0]
    length = np.linalg.norm(row)
    if not 0 < length < np.inf:
        raise ValueError(
            f"the model's encoding of this picture has length {length}, but only a length that is "
            "finite and above 0 can be scaled to 1"
        )
    return row / length


@exercise("faces")
def verify(
    encoding: np.ndarray, identity: str, database: Mapping[str, np.ndarray], threshold: float
) -> tuple[float, bool]:
    """Is this the person that they say they are?

    One comparison: the encoding of whoever stands at the door with the one that the database
    keeps for the name that they gave.

    Parameters
    ----------
    encoding : ndarray, shape (n,)
        The encoding of the new picture, of any length. Left unchanged.
    identity : str
        The name that the person gave.
    database : dict of str to ndarray
        For each name the encoding of one picture, shape (n,), of any length. Left unchanged.
    threshold : float
        The largest squared distance that still counts as the same person.

    Returns
    -------
    distance : float
        The squared distance between the two encodings.
    same : bool
        Whether the distance is at most `threshold`. An encoding that holds NaN is nobody's: its
        distance is NaN, and `same` is False.

    Raises
    ------
    KeyError
        If the database has no such name. The message holds the name.

    Notes
    -----
    The reference raises `ValueError` if the two encodings have not one shape; yours need not.

    Source: week 4 of the lecture notes, "Face verification vs. face recognition".
    """
    if identity not in database:
        raise KeyError(f"{identity!r} is not in the database of {len(database)} people")
    distance = _squared_distance(encoding, database[identity])
    return distance, distance <= threshold


@exercise("faces")
def who_is_it(
    encoding: np.ndarray, database: Mapping[str, np.ndarray], threshold: float
) -> tuple[float, str | None]:
    """Who is this, if it is anybody whom we know?

    The encoding is compared with all of the database, and the nearest person is who it is, unless
    even the nearest is too far away.

    Parameters
    ----------
    encoding : ndarray, shape (n,)
        The encoding of the new picture, of any length. Left unchanged.
    database : dict of str to ndarray
        For each name the encoding of one picture, shape (n,), of any length. May be empty. Left
        unchanged.
    threshold : float
        The largest squared distance that still counts as the same person.

    Returns
    -------
    distance : float
        The squared distance to the nearest person, whether near enough or not; infinity if the
        database is empty.
    name : str or None
        The name of the nearest person, or None if `distance` is larger than `threshold` or the
        database is empty. Of several who are equally near it is the one who comes first in the
        database. An encoding that holds NaN is nobody's: the name is None, and the distance may
        be any number, or NaN.

    Notes
    -----
    The reference raises `ValueError` if the encodings have not one shape; yours need not.

    Source: week 4 of the lecture notes, "Face verification vs. face recognition".
    """
    nearest, name = np.inf, None
    for candidate, known in database.items():
        distance = _squared_distance(encoding, known)
        if distance < nearest:
            nearest, name = distance, candidate
    return nearest, name if nearest <= threshold else None


@exercise("faces")
def semi_hard_triplets(encodings: np.ndarray, labels: np.ndarray, alpha: float) -> np.ndarray:
    """All triplets of a batch from which there is something to learn, but not too much.

    For the triplet of anchor `a`, positive `p` and negative `n` let `d(i, j)` be the squared
    distance between the encodings `i` and `j`. The triplet is *semi-hard* if the negative is
    farther from the anchor than the positive is, but by less than the margin::

        d(a, p) < d(a, n) < d(a, p) + alpha

    Beyond the margin there is nothing to learn; before the positive the triplet is hard, and
    training on those alone often ends with one encoding for all.

    Parameters
    ----------
    encodings : ndarray, shape (m, n)
        The encodings of a batch of `m` pictures, of any length. Left unchanged.
    labels : ndarray or list, shape (m,)
        Who is on each picture: any whole numbers, or names; equal for equal people, in no order.
    alpha : float
        The margin, above 0.

    Returns
    -------
    triplets : int ndarray, shape (t, 3)
        A row `(a, p, n)` of indices into the batch for each semi-hard triplet: `a` and `p` are two
        different pictures of one person, `n` is a picture of somebody else. Every such triplet
        once, in the order of `a`, for equal `a` of `p`, for equal `a` and `p` of `n`. Where there
        is none, the shape is (0, 3).

    Notes
    -----
    The reference takes memory for `m**3` truth values several times, a quarter of a gigabyte each
    for a batch of 600. It raises `ValueError` if there is not one label for each encoding; yours
    need not.

    Source: F. Schroff, D. Kalenichenko and J. Philbin, "FaceNet: A unified embedding for face
    recognition and clustering", 2015, section 3.2.
    """
    who = np.asarray(labels)
    if who.shape != encodings.shape[:1]:
        raise ValueError(
            f"labels have the shape {who.shape}, but {len(encodings)} encodings need one each"
        )
    d = np.stack([np.sum((encodings - one) ** 2, axis=1) for one in encodings])
    same = who[:, np.newaxis] == who
    pairs = same & ~np.eye(len(who), dtype=bool)
    # Axes: anchor, positive, negative. Whoever is a stranger to the positive is one to the anchor.
    to_positive, to_negative = d[:, :, np.newaxis], d[:, np.newaxis]
    semi_hard = (to_positive < to_negative) & (to_negative < to_positive + alpha)
    return np.argwhere(semi_hard & pairs[:, :, np.newaxis] & ~same)


@exercise("faces")
def similarity(
    encoding_1: np.ndarray,
    encoding_2: np.ndarray,
    w: np.ndarray,
    b: float,
    form: str = "absolute",
) -> float | np.ndarray:
    """The probability that two pictures show one person, by logistic regression on their encodings.

    With the encodings `f` and `g` of the two pictures and the components `k = 1 ... n` it is ::

        "absolute":    sigma(sum over k of w_k * |f_k - g_k| + b)
        "chi-square":  sigma(sum over k of w_k * (f_k - g_k)**2 / (f_k + g_k) + b)

    where `sigma(z) = 1 / (1 + exp(-z))`.

    Parameters
    ----------
    encoding_1, encoding_2 : ndarray, shape (n,) or (m, n)
        Two encodings, or two batches of `m`, compared row by row; both of one shape. For
        "chi-square" no component is negative (they come out of a ReLU). Left unchanged.
    w : ndarray, shape (n,)
        A weight for each component, of any sign. Left unchanged.
    b : float
        The bias.
    form : {"absolute", "chi-square"}
        How components are compared; "absolute" if left out.

    Returns
    -------
    probability : float, or ndarray of shape (m,)
        Between 0 and 1 and never NaN, however large the sum inside of sigma is. In "chi-square" a
        component that is 0 in both encodings adds 0 to the sum.

    Raises
    ------
    ValueError
        If `form` is neither of the two.

    Notes
    -----
    Source: Y. Taigman, M. Yang, M. Ranzato and L. Wolf, "DeepFace: Closing the gap to human-level
    performance in face verification", 2014, sections 4.1 and 4.2.
    """
    difference = np.abs(encoding_1 - encoding_2)
    if form == "chi-square":
        # Where both are 0, 0 / 1 takes the place of 0 / 0.
        total = encoding_1 + encoding_2
        difference = difference**2 / np.where(total == 0, 1, total)
    elif form != "absolute":
        raise ValueError(f"form is {form!r}, but it must be 'absolute' or 'chi-square'")
    # The sigmoid by way of its logarithm: exp(-z) alone overflows where z is far below 0.
    return np.exp(-np.logaddexp(0, -(difference @ w + b)))


def _squared_distance(encoding_1: np.ndarray, encoding_2: np.ndarray) -> float:
    """The squared Euclidean distance of two encodings (n,)."""
    if np.shape(encoding_1) != np.shape(encoding_2):
        raise ValueError(
            f"two encodings have the shapes {np.shape(encoding_1)} and {np.shape(encoding_2)}, but "
            "only encodings of one shape (n,) can be compared"
        )
    return float(np.sum((encoding_1 - encoding_2) ** 2))
