"""Calls the model's method predict, which Keras has and a function has not."""

import numpy as np


def img_to_encoding(image, model):
    encoding = model.predict(np.expand_dims(image, axis=0))[0]
    length = np.linalg.norm(encoding)
    if not np.isfinite(length) or length == 0:
        raise ValueError("no encoding")
    return encoding / length
