# tries: text that databases, XML and JSON do not take: NUL, lone surrogates, reversed writing
# gets: error

# %% right conv_single_step
# %%
print("\x00 \ud800 \udfff \u202e \ufffe \uffff \U0010ffff " + "e" + "\u0301" * 5000)
raise Exception("\x00 \ud800 \u202e")
# %%
def zero_pad(X, pad):
    raise type("Error\u202e\x00"[:6], (Exception,), {})("\x00 \ud800 \u202e")
