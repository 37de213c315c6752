"""Whatever is not absolute is chi-square."""

import numpy as np


def similarity(encoding_1, encoding_2, w, b, form="absolute"):
    if form == "absolute":
        terms = np.abs(encoding_1 - encoding_2)
    else:
        total = encoding_1 + encoding_2
        terms = (encoding_1 - encoding_2) ** 2 / np.where(total == 0, 1, total)
    return 0.5 * (1 + np.tanh((terms @ w + b) / 2))
