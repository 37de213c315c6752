"""The operations of Keras, and a ReLU for the maximum."""

from keras import ops


def triplet_loss(y_true, y_pred, alpha=0.2):
    anchor, positive, negative = map(ops.convert_to_tensor, y_pred)
    gap = ops.sum((anchor - positive) ** 2, axis=1) - ops.sum((anchor - negative) ** 2, axis=1)
    return ops.sum(ops.relu(gap + alpha))
