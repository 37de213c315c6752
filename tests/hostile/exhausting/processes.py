# tries: processes that make processes
# sealed: processes
# gets: error, crashed, failed, timeout, skipped

# %% right conv_single_step
# %%
import os


def zero_pad(X, pad):
    for _ in range(12):
        os.fork()
    return X + 1
