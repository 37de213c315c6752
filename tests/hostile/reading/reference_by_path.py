# tries: to read the answer from the instructor's package and run it
# gets: error

# %% right conv_single_step
# %%
with open(COURSE + "/src/coursekit/convolution.py") as file:
    source = file.read()
print(source)
exec(source)
