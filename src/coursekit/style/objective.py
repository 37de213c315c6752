"""The cost J(G) of one picture size, out of an extractor, a content and styles.

Everything that does not depend on G is computed once. The library's own costs differ from the
exercises in one thing: each Gram matrix is divided by the positions of its own picture, so that
style pictures of all sizes will do. Where G and S have one size, that is the same formula.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from coursekit.datasets import pictures
from coursekit.exercises import own
from coursekit.style.stack import gram

STYLE_EXERCISES = ("compute_style_cost", "compute_layer_style_cost", "gram_matrix")
COST_EXERCISES = ("compute_content_cost", *STYLE_EXERCISES, "total_cost")


def build_cost(
    extractor: Any,
    content: np.ndarray | None,
    styles: Sequence[np.ndarray],
    shape: tuple[int, int],
    *,
    alpha: float,
    beta: float,
    total_variation: float,
    content_layer: str,
    style_weights: Mapping[str, float],
    style_shares: Sequence[float],
) -> tuple[Callable, Any, bool]:
    """The cost of a picture as a function of its pixels.

    Parameters
    ----------
    extractor : Extractor
    content : ndarray, shape (\\*shape, 3), or None
    styles : list of ndarray, each of shape (h, w, 3)
    shape : (int, int)
        Height and width of G.
    alpha, beta, total_variation, content_layer, style_weights, style_shares
        As `transfer` takes them; the shares add up to 1.

    Returns
    -------
    cost : callable
        `cost(image)` for an image (1, n_H, n_W, 3) is a tensor of shape ().
    parts : tf.Variable, shape (3,)
        After each call of `cost`: content, style and variation, before weighting.
    plain : bool
        Whether no exercise of a student is part of it, so that it may be compiled.

    Raises
    ------
    ValueError
        If a student's exercise fails, or no gradient gets through it.
    """
    import tensorflow as tf

    students = {name: _guarded(name) for name in COST_EXERCISES if own(name)}
    plain = not students
    if not plain:
        # The exercises ask for style and generated picture of one size.
        styles = [pictures.resize(pictures.cut_to_ratio(style, shape), shape) for style in styles]
    features = tf.function(extractor, autograph=False) if not plain else extractor
    names = tuple(name for name, weight in style_weights.items() if weight > 0)
    weights = [float(style_weights[name]) for name in names]
    compare_content = content is not None and alpha > 0
    compare_style = bool(names) and beta > 0
    wanted = (*(names if compare_style else ()), *([content_layer] if compare_content else []))
    wanted = tuple(dict.fromkeys(wanted))

    def look(picture, layers):
        return extractor(picture[np.newaxis].astype(np.float32), layers)

    content_cost = students.get("compute_content_cost", _content_cost)
    a_C = look(content, [content_layer])[content_layer] if compare_content else None
    compared = []
    if compare_style:
        for style in styles:
            a_S = look(style, names)
            compared.append(_style_cost([a_S[name] for name in names], weights, students))
    add_up = students.get(
        "total_cost", lambda J_content, J_style, a, b: a * J_content + b * J_style
    )
    parts = tf.Variable(tf.zeros(3), trainable=False)

    def pieces(image):
        a_G = features(image, wanted) if wanted else {}
        J_content = J_style = tf.constant(0.0)
        if compare_content:
            J_content = content_cost(a_C, a_G[content_layer])
        if compare_style:
            at_layers = [a_G[name] for name in names]
            costs = [share * of(at_layers) for share, of in zip(style_shares, compared)]
            J_style = tf.add_n(costs)
        V = _variation(image)
        parts.assign(tf.stack([J_content, J_style, V]))
        return J_content, J_style, add_up(J_content, J_style, alpha, beta), V

    def cost(image):
        *_, J, V = pieces(tf.convert_to_tensor(image))
        return J + total_variation * V

    if not plain:
        _try_gradients(pieces, students, shape, compare_content, compare_style)
    return cost, parts, plain


def _content_cost(a_C, a_G):
    import tensorflow as tf

    return tf.nn.l2_loss(a_G - a_C) / (2 * np.size(a_C))  # l2_loss halves already


def _variation(image):
    """Mean squared difference between neighbors, along both axes."""
    import tensorflow as tf

    down, across = image[:, 1:] - image[:, :-1], image[:, :, 1:] - image[:, :, :-1]
    return tf.reduce_mean(tf.square(down)) + tf.reduce_mean(tf.square(across))


def _style_cost(a_S, weights, students):
    """`a_G -> J_style` for one style picture: the most of it that is the student's own."""
    if "compute_style_cost" in students:
        return lambda a_G: students["compute_style_cost"](a_S, a_G, weights)
    if "compute_layer_style_cost" in students:
        layer_cost = students["compute_layer_style_cost"]
        return lambda a_G: sum(w * layer_cost(S, G) for w, S, G in zip(weights, a_S, a_G))
    own_gram = students.get("gram_matrix")
    targets = [_gram(S, own_gram) for S in a_S]
    return lambda a_G: sum(
        w * _squares(target - _gram(G, own_gram), G.shape[-1])
        for w, target, G in zip(weights, targets, a_G)
    )


def _gram(a, students):
    """Gram matrix of activations (1, n_H, n_W, n_C), divided by n_H n_W."""
    import tensorflow as tf

    _, n_H, n_W, n_C = a.shape
    if students:
        return students(tf.transpose(tf.reshape(a, [n_H * n_W, n_C]))) / (n_H * n_W)
    return gram(a) / (n_H * n_W)


def _squares(difference, n_C):
    import tensorflow as tf

    return tf.reduce_sum(tf.square(difference)) / (2 * n_C) ** 2


def _guarded(name):
    """A student's exercise that answers in one sentence where it fails."""
    import tensorflow as tf

    function = own(name)

    def call(*arguments):
        try:
            value = function(*arguments)
        except Exception as error:
            raise _failed(name, error) from error
        shape = (arguments[0].shape[0],) * 2 if name == "gram_matrix" else ()
        if not tf.is_tensor(value):
            raise ValueError(
                f"your {name} returned {type(value).__name__}, but gradients flow through tensors "
                "only: compute it with operations of TensorFlow or Keras, not NumPy"
            )
        if tuple(value.shape) != shape or value.dtype != tf.float32:
            raise ValueError(
                f"your {name} returned a tensor of shape {tuple(value.shape)} and type "
                f"{value.dtype.name}, but it must be of shape {shape} and type float32"
            )
        return value

    return call


def _try_gradients(pieces, students, shape, compare_content, compare_style):
    """A ValueError that names the exercise that no gradient gets through, if there is one."""
    import tensorflow as tf

    rng = np.random.default_rng(0)
    image = tf.constant(rng.uniform(0, 1, (1, *shape, 3)), tf.float32)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(image)
        J_content, J_style, J, _ = pieces(image)
    tried = [(["compute_content_cost"], J_content if compare_content else None)]
    tried += [(STYLE_EXERCISES, J_style if compare_style else None), (["total_cost"], J)]
    for names, value in tried:
        name = next((name for name in names if name in students), None)
        if name and value is not None and tape.gradient(value, image) is None:
            raise ValueError(
                f"no gradient gets through your {name}: compute it from its arguments with "
                "operations of TensorFlow or Keras, not NumPy"
            )


def guarded_step(train_step, image, cost, optimizer):
    """One step by a student's `train_step`; a ValueError in one sentence where it fails."""
    import tensorflow as tf

    before = image.numpy()
    try:
        J = train_step(image, cost, optimizer)
    except (ValueError, FloatingPointError) as error:
        if str(error).startswith("your "):  # one of the costs, and it has said so
            raise
        raise _failed("train_step", error) from error
    except Exception as error:
        raise _failed("train_step", error) from error
    after = image.numpy()
    if np.ndim(J) or not (tf.is_tensor(J) or isinstance(J, float | np.floating | np.ndarray)):
        raise ValueError("your train_step must return the cost before the step, one number")
    if not np.isfinite(after).all():
        raise ValueError(
            "after your train_step pixels are NaN or infinite: the gradient of the cost is, or the "
            "step made them so"
        )
    if after.min() < 0 or after.max() > 1:
        raise ValueError("your train_step must leave all pixels from 0 to 1")
    if np.array_equal(before, after):
        raise ValueError(
            "your train_step left the picture as it was: the variable it is given must change"
        )
    return J


def _failed(name, error):
    said = (str(error).strip() or "no message").splitlines()[0]
    return ValueError(f"your {name} failed: {type(error).__name__}: {said}")
