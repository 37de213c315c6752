# tries: the exception by which the engine itself tells a verdict, with the verdict "passed"
# gets: error

# %% right conv_single_step
# %%
from coursekit.checks.engine import StudentError


def zero_pad(X, pad):
    raise StudentError("passed", "all checks passed, 10 of 10 points")
