# tries: eighty megabytes of rich output
# gets: failed

# %% right conv_single_step
# %%
from IPython.display import HTML, display

for _ in range(40):
    display(HTML("x" * 1_900_000))
# %%
def zero_pad(X, pad):
    return None
