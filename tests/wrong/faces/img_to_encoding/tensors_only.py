"""Calls a method that tensors have and arrays have not."""

import numpy as np


def img_to_encoding(image, model):
    encoding = model(np.expand_dims(image, axis=0)).numpy()[0]
    length = np.linalg.norm(encoding)
    if not np.isfinite(length) or length == 0:
        raise ValueError("no encoding")
    return encoding / length
