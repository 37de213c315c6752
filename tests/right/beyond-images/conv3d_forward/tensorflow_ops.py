"""tf.pad and tf.nn.conv3d; Z is a tensor."""

import tensorflow as tf


def conv3d_forward(A_prev, W, b, hparameters):
    stride, pad = hparameters["stride"], hparameters["pad"]
    around = [[0, 0]] + 3 * [[pad, pad]] + [[0, 0]]
    X = tf.pad(tf.convert_to_tensor(A_prev), around)
    Z = tf.nn.conv3d(X, tf.convert_to_tensor(W), [1, stride, stride, stride, 1], "VALID")
    return Z + b, (A_prev, W, b, hparameters)
