# tries: ten megabytes of output from the function, and as much from a cell
# gets: failed

# %% right conv_single_step
# %%
def zero_pad(X, pad):
    print("x" * 10**7)


zero_pad(0, 0)
