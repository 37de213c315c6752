"""Looks for NaN and infinity in the first number only."""

import numpy as np


def img_to_encoding(image, model):
    row = np.asarray(model(image[np.newaxis]))[0]
    if not np.isfinite(row[0]) or not row.any():
        raise ValueError("no direction")
    return row / np.linalg.norm(row)
