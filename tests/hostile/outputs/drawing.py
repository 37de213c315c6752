# tries: scripts in a drawing, and a picture that is none
# gets: failed

# %% right conv_single_step
# %%
from IPython.display import SVG, display

display(SVG("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(1)</script></svg>"))
display({"image/png": "\"><script>alert(1)</script>", "text/plain": "a picture"}, raw=True)
display({"image/jpeg": "not base64 at all %%%", "text/plain": "a picture"}, raw=True)
display({"image/png\" onload=\"alert(1)": "iVBORw0KGgo=", "text/plain": "a picture"}, raw=True)
# %%
def zero_pad(X, pad):
    return None
