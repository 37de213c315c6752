"""A tanh in place of the sigmoid."""

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
    z = terms @ w + b
    return np.tanh(z)
