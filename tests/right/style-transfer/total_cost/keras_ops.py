"""The operations of Keras."""

from keras import ops


def total_cost(J_content, J_style, alpha=10, beta=40):
    return ops.add(ops.multiply(J_content, alpha), ops.multiply(J_style, beta))
