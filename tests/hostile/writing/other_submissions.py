# tries: to spoil what others handed in
# gets: error

# %% right conv_single_step
# %%
import os


def zero_pad(X, pad):
    folder = COURSE + "/submitted/neighbour/convolutions"
    with open(folder + "/convolutions.ipynb", "w") as file:
        file.write("{}")
    os.remove(folder + "/convolutions.ipynb")
    return "spoilt"


zero_pad(0, 0)
