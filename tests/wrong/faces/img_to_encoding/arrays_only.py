"""Calls a method that arrays have and tensors have not."""

import numpy as np


def img_to_encoding(image, model):
    encoding = model(np.expand_dims(image, axis=0)).flatten()
    length = np.linalg.norm(encoding)
    if not np.isfinite(length) or length == 0:
        raise ValueError("no encoding")
    return encoding / length
