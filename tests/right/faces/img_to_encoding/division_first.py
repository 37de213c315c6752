"""Divides first, and looks at the result."""

import numpy as np


def img_to_encoding(image, model):
    row = np.asarray(model(np.asarray(image)[np.newaxis])).flatten()
    with np.errstate(all="ignore"):
        encoding = row / np.sqrt(np.sum(np.square(row)))
    if not np.isclose(np.dot(encoding, encoding), 1):
        raise ValueError("the model's row has no direction")
    return encoding
