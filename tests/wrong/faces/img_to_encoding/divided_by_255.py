"""Scales the picture to 0 ... 1, which is the model's business."""

import numpy as np


def img_to_encoding(image, model):
    encoding = np.array(model(np.expand_dims(image / 255, axis=0)))[0]
    length = np.linalg.norm(encoding)
    if not np.isfinite(length) or length == 0:
        raise ValueError("no encoding")
    return encoding / length
