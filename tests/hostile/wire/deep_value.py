# tries: to overflow the writer's stack with a value of a hundred thousand levels
# gets: failed

# %% right conv_single_step
# %%
def zero_pad(X, pad):
    value = []
    for _ in range(100_000):
        value = [value]
    return value
