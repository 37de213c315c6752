"""tf.pad and tf.nn.conv2d; Z and the cache's arrays are tensors."""

import tensorflow as tf


def conv_forward(A_prev, W, b, hparameters):
    stride, pad = hparameters["stride"], hparameters["pad"]
    A_prev, W, b = (tf.convert_to_tensor(x) for x in (A_prev, W, b))
    X = tf.pad(A_prev, [[0, 0], [pad, pad], [pad, pad], [0, 0]])
    Z = tf.nn.conv2d(X, W, strides=stride, padding="VALID") + b
    return Z, (A_prev, W, b, hparameters)
