"""The product with the weights is the other way round, and fails for batches."""

import numpy as np


def similarity(encoding_1, encoding_2, w, b, form="absolute"):
    if form == "absolute":
        terms = np.abs(encoding_1 - encoding_2)
    elif form == "chi-square":
        total = encoding_1 + encoding_2
        total = np.where(total == 0, 1, total)
        terms = (encoding_1 - encoding_2) ** 2 / total
    else:
        raise ValueError(f"unknown form {form}")
    z = np.dot(w, terms) + b
    return 0.5 * (1 + np.tanh(z / 2))
