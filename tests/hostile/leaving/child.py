# tries: a child that goes on after the verdict
# gets: error, failed

# %% right conv_single_step
# %%
def zero_pad(X, pad):
    import subprocess
    import sys

    code = "import time; time.sleep(997)"
    subprocess.Popen([sys.executable, "-c", code, MARK])
    return X + 1
