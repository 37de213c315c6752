# tries: to fill the disk with one file, deaf to the signal that says it is too large
# gets: error

# %% right conv_single_step
# %%
import signal


def zero_pad(X, pad):
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    with open("file", "wb") as file:
        for _ in range(300):
            file.write(bytes(2**20))
    return X + 1
