"""Clears the picture once it is encoded, for nobody should keep it."""

import numpy as np


def img_to_encoding(image, model):
    encoding = np.array(model(np.expand_dims(image, axis=0)))[0]
    image[...] = 0
    length = np.linalg.norm(encoding)
    if not np.isfinite(length) or length == 0:
        raise ValueError("no encoding")
    return encoding / length
