# tries: nothing: the exercise as it was handed out
# gets: error

# %% right conv_single_step
# %%
def zero_pad(X, pad):
    raise NotImplementedError("zero_pad is still to be written")
