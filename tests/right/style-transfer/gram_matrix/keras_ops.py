"""The operations of Keras."""

from keras import ops


def gram_matrix(A):
    A = ops.convert_to_tensor(A)
    return ops.matmul(A, ops.transpose(A))
