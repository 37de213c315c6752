# tries: megabytes in the name, the text and the notes of an exception
# gets: error

# %% right conv_single_step
# %%
raise type("x" * 10**6, (Exception,), {})("y" * 10**7)
# %%
def zero_pad(X, pad):
    raise type("x" * 10**6, (Exception,), {})("y" * 10**7)
