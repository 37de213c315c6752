"""Pure Python with lists and an exact sum."""

import math


def conv_single_step(a_slice_prev, W, b):
    products = [x * y for x, y in zip(a_slice_prev.ravel().tolist(), W.ravel().tolist())]
    return math.fsum([*products, b.ravel().tolist()[0]])
