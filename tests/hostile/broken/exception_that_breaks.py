# tries: nothing: an exception that cannot be shown
# gets: error, crashed, skipped

# %% right conv_single_step
# %%
class Bad(Exception):
    def __str__(self):
        raise RuntimeError


def zero_pad(X, pad):
    raise Bad
