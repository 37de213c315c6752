# tries: memory that belongs to a file in memory, and so to no process
# gets: memory, error, crashed, failed, skipped

# %% right conv_single_step
# %%
import mmap
import os


def zero_pad(X, pad):
    held = []
    for _ in range(64):
        file = os.memfd_create("held")
        os.truncate(file, 2**24)
        memory = mmap.mmap(file, 2**24)
        memory.write(b"x" * 2**24)
        held.append((file, memory))
    return X + 1
