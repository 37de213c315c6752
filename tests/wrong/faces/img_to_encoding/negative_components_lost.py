"""A ReLU takes the negative components away."""

import numpy as np


def img_to_encoding(image, model):
    encoding = np.maximum(np.array(model(np.expand_dims(image, axis=0)))[0], 0)
    length = np.linalg.norm(encoding)
    if not np.isfinite(length) or length == 0:
        raise ValueError("no encoding")
    return encoding / length
