# tries: one computation in C that no interrupt of Python's can stop
# gets: timeout, memory, skipped

# %% right conv_single_step
# %%
def zero_pad(X, pad):
    return 7 ** (7**11)
