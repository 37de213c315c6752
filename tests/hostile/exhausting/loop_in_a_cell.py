# tries: to run for ever while the notebook is loaded
# gets: passed

# %% right zero_pad
# %%
while True:
    pass
# %% right conv_single_step
