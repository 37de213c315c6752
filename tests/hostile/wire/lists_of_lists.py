# tries: many lists, none of them too long
# gets: failed, error, skipped

# %% right conv_single_step
# %%
def zero_pad(X, pad):
    return [[[] for _ in range(90_000)] for _ in range(10)]
