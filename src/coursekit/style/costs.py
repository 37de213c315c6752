"""What a painting costs: how far its activations are from the content's and from the style's.

A network sees a picture as *activations*, at each layer a block (1, n_H, n_W, n_C). The letters
are those of the chapters: `a_C`, `a_S`, `a_G` for the activations of the content, the style and
the generated picture, `J` for a cost, `alpha` and `beta` for the weights of content and style.
Every function here is an exercise. None of them knows where activations come from.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from coursekit.exercises import exercise


@exercise("style-transfer")
def compute_content_cost(a_C: Any, a_G: Any) -> Any:
    """How far the generated picture is from the content, at one layer.

    The sum of the squares of all differences between the two blocks of activations, scaled::

        J_content = 1 / (4 * n_H * n_W * n_C) * sum of (a_C - a_G)**2

    Parameters
    ----------
    a_C, a_G : tensor, shape (1, n_H, n_W, n_C)
        The activations of the content picture and of the generated picture, float32. Height,
        width and number of channels may be any, also 1.

    Returns
    -------
    J_content : tensor, shape ()
        A float32 TensorFlow tensor that gradients flow through: compute it with operations of
        TensorFlow or Keras. Where the two blocks are equal, the cost is 0 and so are its
        gradients: painting often starts from the content picture.

    Notes
    -----
    The reference raises `ValueError` if the two have not one shape; yours need not.

    Source: week 4 of the lecture notes, "Content cost function"; L. A. Gatys, A. S. Ecker and
    M. Bethge, "A neural algorithm of artistic style", 2015, where the constant is 1/2.
    """
    import tensorflow as tf

    a_C, a_G = tf.convert_to_tensor(a_C), tf.convert_to_tensor(a_G)
    a_C.shape.assert_is_compatible_with(a_G.shape)
    # The mean is the sum divided by n_H * n_W * n_C.
    return tf.reduce_mean(tf.square(a_C - a_G)) / 4


@exercise("style-transfer")
def gram_matrix(A: Any) -> Any:
    """The Gram matrix of one layer: which channels are active together, in sum over all positions.

    Each row of `A` holds what one channel does at all positions of a picture. The entry in row
    `k` and column `l` of the result multiplies channel `k` with channel `l` at each position, and
    adds up::

        G[k, l] = sum over the positions i of A[k, i] * A[l, i]

    No mean is taken off, and nothing is divided by the number of positions.

    Parameters
    ----------
    A : tensor, shape (n_C, n_H * n_W)
        The activations of one picture, float32, of any sign: a row for each channel, a column
        for each position. There may be one channel only, or one position.

    Returns
    -------
    G : tensor, shape (n_C, n_C)
        A float32 TensorFlow tensor that gradients flow through.

    Notes
    -----
    The reference raises `ValueError` if `A` has not two axes; yours need not.

    Source: week 4 of the lecture notes, "Style matrix"; L. A. Gatys, A. S. Ecker and M. Bethge,
    "A neural algorithm of artistic style", 2015.
    """
    import tensorflow as tf

    A = tf.convert_to_tensor(A)
    A.shape.assert_has_rank(2)
    return tf.matmul(A, A, transpose_b=True)


@exercise("style-transfer")
def compute_layer_style_cost(a_S: Any, a_G: Any) -> Any:
    """How far the generated picture is from the style, at one layer.

    The activations of each picture are unrolled to shape (n_C, n_H * n_W), a row for each channel.
    The Gram matrices of the two are subtracted, all differences squared and added up::

        J_layer = 1 / (2 * n_H * n_W * n_C)**2 * sum over k and l of (G_S[k, l] - G_G[k, l])**2

    Parameters
    ----------
    a_S, a_G : tensor, shape (1, n_H, n_W, n_C)
        The activations of the style picture and of the generated picture, float32. Height, width
        and number of channels may be any, also 1, and height and width differ as a rule.

    Returns
    -------
    J_layer : tensor, shape ()
        A float32 TensorFlow tensor that gradients flow through. Where the two blocks are equal,
        the cost is 0 and so are its gradients.

    Notes
    -----
    The reference raises `ValueError` if the two have not one shape; yours need not. Pictures of
    two sizes are the library's business: it divides each Gram matrix by the positions of its own.

    Source: week 4 of the lecture notes, "Style cost function"; L. A. Gatys, A. S. Ecker and
    M. Bethge, "A neural algorithm of artistic style", 2015.
    """
    import tensorflow as tf

    a_S, a_G = tf.convert_to_tensor(a_S), tf.convert_to_tensor(a_G)
    a_S.shape.assert_is_compatible_with(a_G.shape)
    G_S, G_G = (gram_matrix(tf.transpose(tf.reshape(a, [-1, a.shape[-1]]))) for a in (a_S, a_G))
    # Divided before the square: the squares of large Gram matrices leave the range of float32.
    return tf.reduce_sum(tf.square((G_S - G_G) / (2 * tf.cast(tf.size(a_G), a_G.dtype))))


@exercise("style-transfer")
def compute_style_cost(a_S: Sequence, a_G: Sequence, weights: Sequence[float]) -> Any:
    """How far the generated picture is from the style, over several layers.

    The style costs of the layers, each multiplied by the weight of its layer, are added up::

        J_style = sum over the layers of weights[layer] * J_layer

    where `J_layer` is what `compute_layer_style_cost` gives for that layer.

    Parameters
    ----------
    a_S, a_G : list of tensors, each of shape (1, n_H, n_W, n_C)
        For each layer the activations of the style picture, and of the generated picture; at
        least one layer. At each layer the two have one shape; every layer has a shape of its own.
        The lists are left unchanged.
    weights : list of float
        A weight for each layer, at least 0, in the same order. They are taken as they are,
        whatever they add up to. The list is left unchanged.

    Returns
    -------
    J_style : tensor, shape ()
        A float32 TensorFlow tensor; gradients flow through it to every layer.

    Notes
    -----
    The reference raises `ValueError` if the three have not one length; yours need not.

    Source: week 4 of the lecture notes, "Style cost function".
    """
    layers = zip(weights, a_S, a_G, strict=True)
    return sum(weight * compute_layer_style_cost(S, G) for weight, S, G in layers)


@exercise("style-transfer")
def total_cost(J_content: Any, J_style: Any, alpha: float = 10, beta: float = 40) -> Any:
    """What a painting costs altogether.

    ::

        J = alpha * J_content + beta * J_style

    Parameters
    ----------
    J_content, J_style : tensor, shape ()
        The content cost and the style cost, float32.
    alpha, beta : float
        The weights of content and style, at least 0.

    Returns
    -------
    J : tensor, shape ()
        A float32 TensorFlow tensor; gradients flow through it to both costs.

    Notes
    -----
    The reference raises `ValueError` if a weight is below 0; yours need not.

    Source: week 4 of the lecture notes, "Cost function"; L. A. Gatys, A. S. Ecker and M. Bethge,
    "A neural algorithm of artistic style", 2015.
    """
    import tensorflow as tf

    if alpha < 0 or beta < 0:
        raise ValueError(f"alpha is {alpha} and beta is {beta}, but weights are at least 0")
    # A tensor also where both costs are plain numbers.
    return tf.add(alpha * J_content, beta * J_style)


@exercise("style-transfer")
def train_step(image: Any, cost: Callable, optimizer: Any) -> Any:
    """One step of painting: the pixels move so that the cost falls, and stay in range.

    The pixels are what is trained here, as weights are elsewhere: the optimizer gets the gradient
    of the cost with respect to the pixels, as it is, and takes one step with it. After that every
    pixel below 0 becomes 0 and every pixel above 1 becomes 1.

    Parameters
    ----------
    image : tf.Variable, shape (1, n_H, n_W, 3)
        The picture, float32, all pixels from 0 to 1. It is changed in place: after the call the
        same variable holds the new pixels.
    cost : callable
        `cost(image)` is the cost of a picture of the same shape as `image`, a float32 tensor of
        shape () that gradients flow through.
    optimizer : Keras optimizer
        Any of `tf.keras.optimizers`, with a learning rate of its own. The same optimizer is handed
        to each of many steps, for it may remember earlier gradients, as Adam does.

    Returns
    -------
    J : tensor, shape ()
        The cost that the picture had before the step.

    Notes
    -----
    The reference raises `ValueError` if no gradient of the cost arrives at the picture; yours need
    not.

    Source: week 4 of the lecture notes, "Find the generated image G".
    """
    import tensorflow as tf

    with tf.GradientTape() as recorder:
        J = cost(image)
    gradient = recorder.gradient(J, image)
    if gradient is None:
        raise ValueError(
            "no gradient of the cost arrives at the picture: a cost is computed from the picture "
            "that it is given, with operations of TensorFlow or Keras"
        )
    optimizer.apply_gradients([(gradient, image)])
    image.assign(tf.clip_by_value(image, 0, 1))
    return J
