"""NumPy and SciPy's sigmoid."""

import numpy as np
from scipy.special import expit


def similarity(encoding_1, encoding_2, w, b, form="absolute"):
    if form == "absolute":
        terms = np.abs(encoding_1 - encoding_2)
    elif form == "chi-square":
        total = encoding_1 + encoding_2
        square = (encoding_1 - encoding_2) ** 2
        terms = np.divide(square, total, out=np.zeros_like(square), where=total > 0)
    else:
        raise ValueError(f"unknown form: {form}")
    return expit(np.sum(w * terms, axis=-1) + b)
