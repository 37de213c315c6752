# tries: nothing: the exercise's name is a number
# gets: error

# %% right conv_single_step
# %%
zero_pad = 10
