"""The operations of Keras."""

import numpy as np
from keras import ops


def similarity(encoding_1, encoding_2, w, b, form="absolute"):
    difference = np.abs(np.asarray(encoding_1) - np.asarray(encoding_2))
    if form == "chi-square":
        total = encoding_1 + encoding_2
        difference = difference**2 / np.where(total > 0, total, 1)
    elif form != "absolute":
        raise ValueError(f"form {form!r} is unknown")
    return ops.convert_to_numpy(ops.sigmoid(ops.sum(difference * w, axis=-1) + b))
