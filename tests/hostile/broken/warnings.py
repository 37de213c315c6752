# tries: nothing: warnings, messages on stderr, a logger and a figure
# gets: passed

# %%
import logging
import sys
import warnings

import matplotlib.pyplot as plt

warnings.warn("careful")
logging.error("careful")
print("careful", file=sys.stderr)
warnings.simplefilter("error")
plt.plot([1, 2])
# %% right zero_pad
# %% right conv_single_step
