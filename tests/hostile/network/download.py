# tries: a data set or an answer from the web, as a notebook might without any malice
# gets: error

# %% right conv_single_step
# %%
from urllib.request import urlopen


def zero_pad(X, pad):
    return urlopen(f"http://localhost:{PORT}/answers.npy", timeout=1).read()
