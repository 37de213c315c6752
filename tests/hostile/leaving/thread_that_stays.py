# tries: a busy thread that goes on after the function has returned
# gets: failed, timeout, skipped

# %% right conv_single_step
# %%
import ctypes
import threading


def zero_pad(X, pad):
    def go_on():
        ctypes.CDLL(None).prctl(15, MARK.encode())
        while True:
            pass

    thread = threading.Thread(target=go_on)
    thread.start()
    return X + 1
