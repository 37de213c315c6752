# tries: a link to somebody else's notebook in place of one's own
# attacks: conv_single_step
# gets: error

# %% link convolutions.ipynb ../../neighbour/convolutions/convolutions.ipynb
