# tries: nothing: the function calls itself
# gets: error

# %% right conv_single_step
# %%
def zero_pad(X, pad):
    return zero_pad(X, pad)
