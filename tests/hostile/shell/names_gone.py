# tries: to delete what the candidate itself needs
# gets: passed

# %% right zero_pad
# %%
import builtins

__name__ = None
del builtins.print, builtins.input
# %%
import sys

for name in list(sys.modules):
    if name.startswith("coursekit"):
        del sys.modules[name]
# %% right conv_single_step
