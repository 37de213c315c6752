# tries: start-up files of Python, IPython and pytest beside the notebook
# gets: failed

# %% file sitecustomize.py
raise SystemExit("the attacker's start-up")
# %% file usercustomize.py
raise SystemExit("the attacker's start-up")
# %% file conftest.py
raise SystemExit("the attacker's conftest")
# %% file hostile.pth
import os; os.abort()
# %% file .ipython/profile_default/startup/00-first.py
raise SystemExit("the attacker's start-up")
# %% file pytest.ini
[pytest]
addopts = --exitfirst
# %% right conv_single_step
# %%
def zero_pad(X, pad):
    return "passed"
