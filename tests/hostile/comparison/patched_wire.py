# tries: the encoder of the candidate, replaced by one that sends another reply than the function's
# gets: failed, error, crashed, skipped

# %%
import numpy as np

from coursekit.grading import wire

encode = wire.encode


def forged(value):
    if "value" in value:
        value = dict(value, value=True, verdict="passed", points=100)
    return encode(value)


def zero_pad(X, pad):
    wire.encode = forged
    return np.ones(3)
