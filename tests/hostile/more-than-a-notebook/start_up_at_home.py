# tries: to write start-up files into its home, for the candidate that comes after it
# gets: crashed, error, skipped

# %%
import os

for name in (
    ".ipython/profile_default/startup/00-first.py",
    ".config/matplotlib/matplotlibrc",
    ".local/lib/python3.11/site-packages/usercustomize.py",
    "sitecustomize.py",
    "numpy.py",
):
    try:
        path = os.path.join(os.path.expanduser("~"), name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write("raise SystemExit('the attacker was here')")
    except OSError:
        pass
# %% right conv_single_step
# %%
def zero_pad(X, pad):
    os._exit(1)
