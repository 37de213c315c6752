"""Takes any form that begins as one of the two does."""

import numpy as np
from scipy.special import expit


def similarity(encoding_1, encoding_2, w, b, form="absolute"):
    f, g = np.asarray(encoding_1), np.asarray(encoding_2)
    total = np.where(f + g == 0, 1, f + g)
    if form.startswith("abs"):
        return expit(np.abs(f - g) @ w + b)
    if form != "chi-square":
        raise ValueError(form)
    return expit(((f - g) ** 2 / total) @ w + b)
