"""Returns an array of truth values in place of indices."""

import numpy as np


def semi_hard_triplets(encodings, labels, alpha):
    encodings, labels = np.asarray(encodings), np.asarray(labels)
    d = np.sum((encodings[:, None] - encodings) ** 2, axis=-1)
    same = labels[:, None] == labels
    mask = (d[:, :, None] < d[:, None]) & (d[:, None] < d[:, :, None] + alpha)
    return mask & same[:, :, None] & ~same[:, None] & ~np.eye(len(d), dtype=bool)[:, :, None]
