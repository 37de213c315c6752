# tries: to change NumPy for everybody, and to leave a start-up file beside it
# gets: error

# %% right conv_single_step
# %%
import sys

import numpy


def zero_pad(X, pad):
    with open(numpy.__file__, "a"):
        return "could be written"


for entry in sys.path:
    try:
        with open(entry + "/coursekit_hostile.pth", "w") as file:
            file.write("# left by a submission\n")
        print("left in", entry)
    except OSError:
        pass
