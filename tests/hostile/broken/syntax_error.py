# tries: nothing: a slip in a cell between two good ones
# gets: passed

# %% right zero_pad
# %%
def f(:
# %% right conv_single_step
