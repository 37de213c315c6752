"""einsum, a small number in place of a sum of 0, and the sigmoid as half a tanh."""

import numpy as np


def similarity(encoding_1, encoding_2, w, b, form="absolute"):
    forms = {
        "absolute": lambda f, g: np.abs(f - g),
        "chi-square": lambda f, g: (f - g) ** 2 / np.maximum(f + g, 1e-12),
    }
    if form not in forms:
        raise ValueError(f"form is one of {list(forms)}")
    terms = forms[form](np.asarray(encoding_1, float), np.asarray(encoding_2, float))
    return (1 + np.tanh((np.einsum("...n,n->...", terms, w) + b) / 2)) / 2
