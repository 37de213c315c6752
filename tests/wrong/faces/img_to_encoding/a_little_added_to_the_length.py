"""Adds a little to the length against division by 0: short rows stay shorter than 1."""

import numpy as np


def img_to_encoding(image, model):
    encoding = np.array(model(np.expand_dims(image, axis=0)))[0]
    length = np.linalg.norm(encoding)
    if not np.isfinite(length) or length == 0:
        raise ValueError("no encoding")
    return encoding / (length + 1e-5)
