"""np.expand_dims and np.linalg.norm."""

import numpy as np


def img_to_encoding(image, model):
    encoding = np.array(model(np.expand_dims(image, axis=0)))
    length = np.linalg.norm(encoding, ord=2)
    if length == 0 or not np.isfinite(length):
        raise ValueError("the model gave no direction")
    return (encoding / length).reshape(-1)
