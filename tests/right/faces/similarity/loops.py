"""Loops over pairs and components, and a sigmoid in two cases."""

import math

import numpy as np


def similarity(encoding_1, encoding_2, w, b, form="absolute"):
    if form not in ("absolute", "chi-square"):
        raise ValueError("form must be absolute or chi-square")
    if np.ndim(encoding_1) == 2:
        return [similarity(f, g, w, b, form) for f, g in zip(encoding_1, encoding_2)]
    z = float(b)
    for f, g, weight in zip(encoding_1, encoding_2, w):
        if form == "absolute":
            z += weight * abs(f - g)
        elif f + g > 0:
            z += weight * (f - g) ** 2 / (f + g)
    if z >= 0:
        return 1 / (1 + math.exp(-z))
    return math.exp(z) / (1 + math.exp(z))
