"""TensorFlow in float32 with explicit padding."""

import numpy as np
import tensorflow as tf


def conv_forward(A_prev, W, b, hparameters):
    stride, pad = hparameters["stride"], hparameters["pad"]
    Z = tf.nn.conv2d(
        np.asarray(A_prev, np.float32),
        np.asarray(W, np.float32),
        strides=[1, stride, stride, 1],
        padding=[[0, 0], [pad, pad], [pad, pad], [0, 0]],
    )
    Z = tf.nn.bias_add(Z, np.asarray(b, np.float32).reshape(-1))
    return Z.numpy(), (A_prev, W, b, hparameters)
