"""A loop over the components; the result is a list."""

import math


def img_to_encoding(image, model):
    row = [float(number) for number in model(image.reshape(1, *image.shape))[0]]
    length = math.sqrt(sum(number * number for number in row))
    if math.isnan(length) or math.isinf(length) or length == 0:
        raise ValueError(f"length {length}")
    return [number / length for number in row]
