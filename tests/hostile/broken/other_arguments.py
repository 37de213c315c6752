# tries: nothing: the function takes other arguments
# gets: error

# %% right conv_single_step
# %%
def zero_pad(image):
    return image
