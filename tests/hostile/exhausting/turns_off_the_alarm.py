# tries: to run for ever after it has turned off whatever would stop it
# gets: timeout, skipped

# %% right conv_single_step
# %%
import signal
import sys


def zero_pad(X, pad):
    for number in range(1, 65):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
    for timer in (signal.ITIMER_REAL, signal.ITIMER_PROF, signal.ITIMER_VIRTUAL):
        signal.setitimer(timer, 0)
    sys.setswitchinterval(10**6)
    while True:
        pass
