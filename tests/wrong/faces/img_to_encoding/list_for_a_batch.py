"""Hands the model a list with the picture; a network takes that for a list of its inputs."""

import numpy as np


def img_to_encoding(image, model):
    encoding = np.array(model([image]))[0]
    length = np.linalg.norm(encoding)
    if not np.isfinite(length) or length == 0:
        raise ValueError("no encoding")
    return encoding / length
