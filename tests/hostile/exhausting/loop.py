# tries: to run for ever
# gets: timeout, skipped

# %% right conv_single_step
# %%
def zero_pad(X, pad):
    while True:
        pass
