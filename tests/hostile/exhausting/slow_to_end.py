# tries: an object that takes for ever to be freed, and one that is slow to be written
# gets: timeout, error, crashed, skipped

# %% right conv_single_step
# %%
import time

import numpy as np


class Slow(np.ndarray):
    def __array_finalize__(self, other):
        time.sleep(997)

    def __del__(self):
        while True:
            time.sleep(1)


def zero_pad(X, pad):
    return X.view(Slow)
