# tries: kinds of output that need a program of their own to show, and that are no text
# gets: failed

# %% right conv_single_step
# %%
display({"application/vnd.jupyter.widget-view+json": {"model_id": "1", "version_major": 2}}, raw=True)
display({"application/vnd.plotly.v1+json": {"data": [[[[]]]] * 100}}, raw=True)
display({"application/json": float("nan"), "text/html": None, "text/plain": 7}, raw=True)
display({7: "a kind that is no text", "": "no kind", "x" * 100_000: "a long kind"}, raw=True)
# %%
def zero_pad(X, pad):
    return None
