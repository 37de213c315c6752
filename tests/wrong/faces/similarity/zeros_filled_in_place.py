"""Puts a 1 in place of zeros, in the argument itself."""

import numpy as np


def similarity(encoding_1, encoding_2, w, b, form="absolute"):
    if form == "absolute":
        terms = np.abs(encoding_1 - encoding_2)
    elif form == "chi-square":
        terms = (encoding_1 - encoding_2) ** 2
        encoding_1 += encoding_2
        encoding_1[encoding_1 == 0] = 1
        terms = terms / encoding_1
    else:
        raise ValueError(f"unknown form {form}")
    return 0.5 * (1 + np.tanh((terms @ w + b) / 2))
