# tries: a link to somebody else's whole folder in place of one's own
# attacks: conv_single_step
# gets: error

# %% link . ../neighbour/convolutions
