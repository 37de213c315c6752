# tries: a namespace in which every exercise is there, and returns whatever is wanted
# gets: failed, error, crashed, skipped

# %% right conv_single_step
# %%
class Anything(dict):
    def get(self, name, default=None):
        return dict.get(self, name) or self

    def __call__(self, *args, **kwargs):
        return self

    def __eq__(self, other):
        return True

    __hash__ = None


shell = get_ipython()
everything = Anything(shell.user_ns)
shell.user_ns = everything
