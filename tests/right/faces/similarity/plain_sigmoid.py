"""The formula as it stands: NumPy warns of exp(1000), and 1 / infinity is 0."""

import numpy as np


def similarity(encoding_1, encoding_2, w, b, form="absolute"):
    if form == "absolute":
        terms = np.abs(encoding_1 - encoding_2)
    elif form == "chi-square":
        terms = np.nan_to_num((encoding_1 - encoding_2) ** 2 / (encoding_1 + encoding_2))
    else:
        raise ValueError(form)
    return 1 / (1 + np.exp(-(np.dot(terms, w) + b)))
