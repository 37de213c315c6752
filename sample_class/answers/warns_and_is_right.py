"""Right, with a warning and a line on stderr in each call."""

import sys
import warnings

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def pool_forward(A_prev, hparameters, mode="max"):
    warnings.simplefilter("always")
    warnings.warn("this function will be faster some day", FutureWarning, stacklevel=2)
    print("pooling with", hparameters, file=sys.stderr)
    f, stride = hparameters["f"], hparameters["stride"]
    windows = sliding_window_view(A_prev, (f, f), axis=(1, 2))[:, ::stride, ::stride]
    # Averages of nothing: NumPy warns of each.
    np.mean([])
    A = windows.max(axis=(4, 5)) if mode == "max" else windows.mean(axis=(4, 5))
    return A, (A_prev, hparameters)
