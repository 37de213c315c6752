# tries: Markdown, LaTeX and templates that become active when they are rendered
# gets: failed

# %% right conv_single_step
# %%
from IPython.display import Latex, Markdown, display

display(Markdown("[your grade](javascript:alert(1)) <script>alert(1)</script>"))
display(Latex(r"$\href{javascript:alert(1)}{x}$ \input{/etc/passwd}"))
print("{{ 7 * 7 }} {% include '/etc/passwd' %} ${7*7} <%= 7*7 %>")
# %%
def zero_pad(X, pad):
    return "{{ 7 * 7 }}"
