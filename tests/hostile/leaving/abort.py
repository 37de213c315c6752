# tries: to abort, and to leave a dump of its memory
# gets: crashed, skipped

# %% right conv_single_step
# %%
def zero_pad(X, pad):
    import os
    import resource

    try:
        resource.setrlimit(resource.RLIMIT_CORE, (-1, -1))
    except (OSError, ValueError):
        pass
    os.abort()
