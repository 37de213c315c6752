# tries: to spoil NumPy, the shell and the package in the memory that it shares with the warm parent
# gets: failed, error, crashed, skipped

# %%
import gc
import sys

import numpy as np

for name in ("zeros", "pad", "sum", "array", "asarray", "ascontiguousarray", "ones"):
    setattr(np, name, lambda *args, **kwargs: 1 / 0)
for module in [m for name, m in list(sys.modules.items()) if name.startswith("coursekit.checks")]:
    vars(module).clear()
sys.path.clear()
sys.meta_path.clear()
gc.disable()
# %%
def zero_pad(X, pad):
    return X + 1
