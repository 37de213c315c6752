"""Takes NaN away only at the end, with all that was in the sum."""

import numpy as np


def similarity(encoding_1, encoding_2, w, b, form="absolute"):
    if form == "absolute":
        terms = np.abs(encoding_1 - encoding_2)
    elif form == "chi-square":
        total = encoding_1 + encoding_2
        terms = (encoding_1 - encoding_2) ** 2 / total
    else:
        raise ValueError(f"unknown form {form}")
    z = terms @ w + b
    return np.nan_to_num(0.5 * (1 + np.tanh(z / 2)), nan=0.5)
