"""Makes whole numbers of the picture."""

import numpy as np


def img_to_encoding(image, model):
    encoding = np.array(model(image.astype(np.uint8)[np.newaxis]))[0]
    length = np.linalg.norm(encoding)
    if not np.isfinite(length) or length == 0:
        raise ValueError("no encoding")
    return encoding / length
