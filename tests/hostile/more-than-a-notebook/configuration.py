# tries: configuration of nbgrader, Jupyter and the course beside the notebook
# gets: failed

# %% file nbgrader_config.py
raise SystemExit("the attacker's configuration")
# %% file jupyter_config.py
raise SystemExit("the attacker's configuration")
# %% file ipython_config.py
raise SystemExit("the attacker's configuration")
# %% file matplotlibrc
backend: module://os
# %% file tests/hidden/convolutions/test_zero_pad.py
raise SystemExit("the attacker's checks")
# %% file .coursekit/documents/convolutions/attacker.json
{"document": {"score": 100}}
# %% right conv_single_step
# %%
def zero_pad(X, pad):
    return "passed"
