"""Returns zeros where the model gives zeros."""

import numpy as np


def img_to_encoding(image, model):
    encoding = np.array(model(np.expand_dims(image, axis=0)))[0]
    length = np.linalg.norm(encoding)
    if not np.isfinite(length):
        raise ValueError("no encoding")
    return encoding / length if length else encoding
