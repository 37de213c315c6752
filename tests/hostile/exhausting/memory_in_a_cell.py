# tries: all memory, kept in a global while other functions are called
# gets: passed

# %% right zero_pad
# %%
kept = []
while True:
    kept.append(bytearray(b"x" * 2**24))
# %% right conv_single_step
