"""Masks over all triples at once."""

import numpy as np


def semi_hard_triplets(encodings, labels, alpha):
    X, y = np.asarray(encodings), np.asarray(labels)
    d = ((X[:, None, :] - X[None, :, :]) ** 2).sum(axis=-1)
    same = np.equal.outer(y, y)
    gap = d[:, None, :] - d[:, :, None]
    mask = (gap > 0) & (d[:, None, :] < d[:, :, None] + alpha)
    mask &= same[:, :, None] & ~same[:, None, :]
    mask[np.arange(len(y)), np.arange(len(y))] = False
    return np.stack(np.nonzero(mask), axis=1)
