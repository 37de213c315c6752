# tries: to wait for a lock that nobody holds the key of
# gets: timeout, skipped

# %% right conv_single_step
# %%
def zero_pad(X, pad):
    import threading

    lock = threading.Lock()
    lock.acquire()
    while True:
        try:
            lock.acquire()
        except BaseException:
            pass
