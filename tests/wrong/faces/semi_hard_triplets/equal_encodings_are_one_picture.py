"""Two pictures with equal encodings are taken for one picture."""

import numpy as np


def semi_hard_triplets(encodings, labels, alpha):
    m = len(labels)
    d = np.sum((encodings[:, None] - encodings) ** 2, axis=-1)
    found = [
        (a, p, n)
        for a in range(m)
        for p in range(m)
        for n in range(m)
        if not np.array_equal(encodings[a], encodings[p])
        and labels[a] == labels[p] != labels[n]
        and d[a, p] < d[a, n] < d[a, p] + alpha
    ]
    return np.array(found, int).reshape(-1, 3)
