# tries: to overflow the stack of C, by an object whose text is its own text
# gets: crashed, error, memory, timeout, skipped

# %% right conv_single_step
# %%
import sys
import threading


def zero_pad(X, pad):
    sys.setrecursionlimit(10**9)
    nested = []
    for _ in range(10**6):
        nested = [nested]
    return repr(nested)
