# tries: every file descriptor of the machine
# gets: error

# %% right conv_single_step
# %%
import os


def zero_pad(X, pad):
    held = [os.pipe() for _ in range(100_000)]
    return len(held)
