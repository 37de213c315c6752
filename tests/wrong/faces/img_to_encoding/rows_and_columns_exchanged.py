"""Turns the picture on its side."""

import numpy as np


def img_to_encoding(image, model):
    encoding = np.array(model(np.transpose(image, (1, 0, 2))[np.newaxis]))[0]
    length = np.linalg.norm(encoding)
    if not np.isfinite(length) or length == 0:
        raise ValueError("no encoding")
    return encoding / length
