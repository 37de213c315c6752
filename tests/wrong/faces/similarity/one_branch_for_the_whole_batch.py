"""The way around the overflow is chosen once for all rows of a batch."""

import numpy as np


def similarity(encoding_1, encoding_2, w, b, form="absolute"):
    f, g = np.asarray(encoding_1), np.asarray(encoding_2)
    total = np.where(f + g == 0, 1, f + g)
    if form not in ("absolute", "chi-square"):
        raise ValueError(form)
    z = (np.abs(f - g) if form == "absolute" else (f - g) ** 2 / total) @ w + b
    if np.all(z >= 0):
        return 1 / (1 + np.exp(-z))
    return np.exp(z) / (1 + np.exp(z))
