"""Takes a row without a positive number for zeros."""

import numpy as np


def img_to_encoding(image, model):
    row = np.asarray(model(image[np.newaxis]))[0]
    if not np.isfinite(row).all() or row.max() <= 0:
        raise ValueError("no direction")
    return row / np.linalg.norm(row)
