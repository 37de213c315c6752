"""Cuts the picture to a square."""

import numpy as np


def img_to_encoding(image, model):
    side = min(image.shape[:2])
    encoding = np.array(model(image[np.newaxis, :side, :side]))[0]
    length = np.linalg.norm(encoding)
    if not np.isfinite(length) or length == 0:
        raise ValueError("no encoding")
    return encoding / length
