"""Looks only at how the form begins."""

import numpy as np


def similarity(encoding_1, encoding_2, w, b, form="absolute"):
    terms = np.abs(encoding_1 - encoding_2)
    if form.startswith("chi"):
        total = encoding_1 + encoding_2
        terms = terms**2 / np.where(total == 0, 1, total)
    elif not form.startswith("abs"):
        raise ValueError(f"unknown form {form}")
    return 0.5 * (1 + np.tanh((terms @ w + b) / 2))
