"""TensorFlow's gradient of its own convolution, in float32."""

import tensorflow as tf


def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    s, p = hparameters["stride"], hparameters["pad"]
    A, K, bias = (tf.constant(x, tf.float32) for x in (A_prev, W, b))
    with tf.GradientTape() as tape:
        tape.watch([A, K, bias])
        padded = tf.pad(A, [[0, 0], [p, p], [p, p], [0, 0]])
        Z = tf.nn.conv2d(padded, K, s, "VALID") + bias
    return tape.gradient(Z, [A, K, bias], output_gradients=tf.cast(dZ, tf.float32))
