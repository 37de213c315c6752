# tries: nothing: cells that fail in the ways that cells do
# gets: passed

# %% right zero_pad
# %%
1 / 0
# %%
assert False
# %%
undefined
# %%
import no_such_module
# %%
input("your name? ")
# %% right conv_single_step
