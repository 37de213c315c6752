"""Leaves out a component only where all rows of a batch are 0."""

import numpy as np
from scipy.special import expit


def similarity(encoding_1, encoding_2, w, b, form="absolute"):
    f, g = np.asarray(encoding_1), np.asarray(encoding_2)
    if form == "chi-square":
        keep = (f + g > 0) if f.ndim == 1 else (f + g > 0).any(axis=0)
        f, g, w = f[..., keep], g[..., keep], w[keep]
        difference = (f - g) ** 2 / (f + g)
    elif form == "absolute":
        difference = np.abs(f - g)
    else:
        raise ValueError(form)
    return expit(difference @ w + b)
