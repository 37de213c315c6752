"""The absolute value of the sum in place of the sum of the absolute values."""

import numpy as np


def similarity(encoding_1, encoding_2, w, b, form="absolute"):
    if form == "absolute":
        return 0.5 * (1 + np.tanh((np.abs((encoding_1 - encoding_2) @ w) + b) / 2))
    if form != "chi-square":
        raise ValueError(f"unknown form {form}")
    total = encoding_1 + encoding_2
    terms = (encoding_1 - encoding_2) ** 2 / np.where(total == 0, 1, total)
    return 0.5 * (1 + np.tanh((terms @ w + b) / 2))
