# tries: to fill the disk with many files of a size that is allowed
# gets: error

# %% right conv_single_step
# %%
def zero_pad(X, pad):
    for number in range(20):
        with open(f"file-{number}", "wb") as file:
            for _ in range(16):
                file.write(bytes(2**20))
    return X + 1
