"""Hands the model the picture itself, without the axis of the batch."""

import numpy as np


def img_to_encoding(image, model):
    encoding = np.array(model(image)).reshape(-1)
    length = np.linalg.norm(encoding)
    if not np.isfinite(length) or length == 0:
        raise ValueError("no encoding")
    return encoding / length
