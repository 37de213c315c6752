# tries: objects that show themselves by code of their own, which fails, loops or leaves
# gets: failed

# %% right conv_single_step
# %%
class Shows:
    def __init__(self, act):
        self.act = act

    def _repr_html_(self):
        return self.act()

    def _repr_mimebundle_(self, **kwargs):
        return self.act()

    def __repr__(self):
        return self.act()


Shows(lambda: 1 / 0)
# %%
Shows(lambda: {"text/html": 7})
# %%
def for_ever():
    while True:
        pass


# %%
Shows(for_ever)
# %%
raise Exception(Shows(lambda: 1 / 0))
# %%
def zero_pad(X, pad):
    return Shows(for_ever)
