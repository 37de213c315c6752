"""The operations of Keras, and everything in one function."""

from keras import ops


def compute_style_cost(a_S, a_G, weights):
    total = 0.0
    for style, generated, weight in zip(a_S, a_G, weights, strict=True):
        n_C = style.shape[-1]
        S, G = (ops.reshape(a, (-1, n_C)) for a in (style, generated))
        D = ops.matmul(ops.transpose(S), S) - ops.matmul(ops.transpose(G), G)
        total = total + weight * ops.sum(D * D) / (2 * S.shape[0] * n_C) ** 2
    return total
