"""Takes the length along the axis of the batch: every component becomes 1 or -1."""

import numpy as np


def img_to_encoding(image, model):
    encoding = np.array(model(np.expand_dims(image, axis=0)))
    length = np.linalg.norm(encoding, axis=0)
    if not np.isfinite(length).all() or not length.any():
        raise ValueError("no encoding")
    return (encoding / length)[0]
