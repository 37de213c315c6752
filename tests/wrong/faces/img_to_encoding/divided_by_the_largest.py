"""Divides by the largest component."""

import numpy as np


def img_to_encoding(image, model):
    encoding = np.array(model(np.expand_dims(image, axis=0)))[0]
    if not np.isfinite(encoding).all() or not encoding.any():
        raise ValueError("no encoding")
    return encoding / np.abs(encoding).max()
