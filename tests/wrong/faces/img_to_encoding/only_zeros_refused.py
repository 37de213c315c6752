"""Refuses zeros, but not NaN."""

import numpy as np


def img_to_encoding(image, model):
    encoding = np.array(model(np.expand_dims(image, axis=0)))[0]
    length = np.linalg.norm(encoding)
    if length == 0:
        raise ValueError("no encoding")
    return encoding / length
