"""Divides 0 by 0 where the model gives zeros."""

import numpy as np


def img_to_encoding(image, model):
    encoding = np.array(model(np.expand_dims(image, axis=0)))[0]
    return encoding / np.linalg.norm(encoding)
