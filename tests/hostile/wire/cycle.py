# tries: values that hold themselves
# gets: failed

# %% right conv_single_step
# %%
def zero_pad(X, pad):
    cycle = [X]
    cycle.append((cycle, {"cycle": cycle}))
    return cycle
