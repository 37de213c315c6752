# tries: to run for ever, whatever interrupts it
# gets: timeout, skipped

# %% right conv_single_step
# %%
def zero_pad(X, pad):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
