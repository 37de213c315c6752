# tries: frames, forms, objects and links that lead elsewhere
# gets: failed

# %% right conv_single_step
# %%
from IPython.display import HTML, IFrame, display

display(IFrame("https://example.org", 300, 300))
display(HTML("<form action=https://example.org><input name=grade value=100></form>"))
display(HTML("<object data=https://example.org></object><embed src=https://example.org>"))
display(HTML("<base href=https://example.org><meta http-equiv=refresh content=0;url=/x>"))
display(HTML("<a href=javascript:alert(1)>your grade</a><link rel=stylesheet href=//x.org>"))
# %%
def zero_pad(X, pad):
    return None
