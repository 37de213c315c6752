"""tf.pad and tf.nn.conv1d; Z is a tensor."""

import tensorflow as tf


def conv1d_forward(A_prev, W, b, hparameters):
    stride, pad = hparameters["stride"], hparameters["pad"]
    X = tf.pad(tf.convert_to_tensor(A_prev), [[0, 0], [pad, pad], [0, 0]])
    Z = tf.nn.conv1d(X, tf.convert_to_tensor(W), stride=stride, padding="VALID")
    return Z + b, (A_prev, W, b, hparameters)
