"""Whatever is not chi-square is absolute."""

import numpy as np


def similarity(encoding_1, encoding_2, w, b, form="absolute"):
    terms = np.abs(encoding_1 - encoding_2)
    if form == "chi-square":
        total = encoding_1 + encoding_2
        terms = terms**2 / np.where(total == 0, 1, total)
    return 0.5 * (1 + np.tanh((terms @ w + b) / 2))
