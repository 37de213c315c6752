# tries: a list of short strings and a long one: NumPy would give each of them the longest's room
# gets: failed

# %% right conv_single_step
# %%
def zero_pad(X, pad):
    return ["x" * 2_000_000] + ["x"] * 90_000
