# tries: modules beside the notebook with the names of libraries
# gets: error

# %% file numpy.py
raise SystemExit("the attacker's numpy")
# %% file coursekit.py
raise SystemExit("the attacker's coursekit")
# %% file msgpack.py
raise SystemExit("the attacker's msgpack")
# %% file random.py
raise SystemExit("the attacker's random")
# %% right conv_single_step
# %%
import answers


def zero_pad(X, pad):
    return answers.zero_pad(X, pad)
# %% file answers.py
def zero_pad(X, pad):
    return X
