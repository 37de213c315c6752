"""The length by einsum, in float64."""

import numpy as np


def img_to_encoding(image, model):
    rows = np.asarray(model(np.stack([image])), dtype=np.float64)
    squared = np.einsum("mn,mn->", rows, rows)
    if not np.isfinite(squared) or not squared:
        raise ValueError("an encoding must be finite and not all zeros")
    return rows[0] / np.sqrt(squared)
