# tries: markup in the names of classes, exceptions and files
# gets: failed

# %% right conv_single_step
# %%
raise type("<img src=x onerror=alert(1)>", (Exception,), {})("<script>alert(1)</script>")
# %%
def zero_pad(X, pad):
    return type("<img src=x onerror=alert(1)>", (), {})()
