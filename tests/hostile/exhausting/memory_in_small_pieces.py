# tries: all memory, a little at a time, and no way back when it is gone
# gets: memory, crashed, timeout, error, skipped

# %% right conv_single_step
# %%
def zero_pad(X, pad):
    pieces = []
    while True:
        try:
            pieces.append(bytearray(2**16))
        except MemoryError:
            pass
