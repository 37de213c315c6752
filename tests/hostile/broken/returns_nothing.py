# tries: nothing: the return statement is missing
# gets: failed

# %% right conv_single_step
# %%
import numpy as np


def zero_pad(X, pad):
    X_pad = np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
