# tries: a shell that runs code of the attacker's in place of each later cell
# gets: failed, error

# %% right conv_single_step
# %%
shell = get_ipython()
run = shell.run_cell


def instead(source, *args, **kwargs):
    return run("def zero_pad(X, pad):\n    return 10", *args, **kwargs)


shell.run_cell = instead
# %%
never_seen = True
