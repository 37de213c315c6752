# tries: to read where no memory is
# gets: crashed, skipped

# %% right conv_single_step
# %%
def zero_pad(X, pad):
    import ctypes

    ctypes.string_at(0)
