# tries: to end by a signal that has no name
# gets: crashed, timeout, skipped

# %% right conv_single_step
# %%
def zero_pad(X, pad):
    import os
    import time

    os.kill(os.getpid(), 36)
    time.sleep(30)
