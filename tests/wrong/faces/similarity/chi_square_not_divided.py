"""The squares of chi-square are not divided."""

import numpy as np


def similarity(encoding_1, encoding_2, w, b, form="absolute"):
    if form == "absolute":
        terms = np.abs(encoding_1 - encoding_2)
    elif form == "chi-square":
        terms = (encoding_1 - encoding_2) ** 2
    else:
        raise ValueError(f"unknown form {form}")
    z = terms @ w + b
    return 0.5 * (1 + np.tanh(z / 2))
