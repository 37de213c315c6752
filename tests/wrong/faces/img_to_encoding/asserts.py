"""Raises an AssertionError where a ValueError is asked for."""

import numpy as np


def img_to_encoding(image, model):
    encoding = np.array(model(np.expand_dims(image, axis=0)))[0]
    length = np.linalg.norm(encoding)
    assert np.isfinite(length) and length > 0
    return encoding / length
