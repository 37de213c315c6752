"""Adds so much to the sum below that small components suffer."""

import numpy as np


def similarity(encoding_1, encoding_2, w, b, form="absolute"):
    if form == "absolute":
        terms = np.abs(encoding_1 - encoding_2)
    elif form == "chi-square":
        total = encoding_1 + encoding_2 + 1e-3
        terms = (encoding_1 - encoding_2) ** 2 / total
    else:
        raise ValueError(f"unknown form {form}")
    z = terms @ w + b
    return 0.5 * (1 + np.tanh(z / 2))
