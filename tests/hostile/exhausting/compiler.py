# tries: source that costs the compiler its stack, its memory or its time
# gets: passed

# %% right zero_pad
# %%
exec("(" * 10**5)
# %%
exec("-" * 10**6 + "1")
# %%
exec("x = " + "[" * 90 + "]" * 90 + "\n" + "1+" * 10**5 + "1")
# %%
exec("((1," * 10 + ")" * 20)
# %%
import ast

ast.literal_eval("[" * 10**6)
# %% right conv_single_step
