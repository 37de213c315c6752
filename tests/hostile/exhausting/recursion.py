# tries: recursion without an end, and without Python's limit
# gets: memory, crashed, error, timeout, skipped

# %% right conv_single_step
# %%
import sys


def zero_pad(X, pad):
    sys.setrecursionlimit(2**31 - 1)
    return zero_pad(X, pad)
