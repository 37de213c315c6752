# tries: a link that leads to itself
# gets: error

# %% link convolutions.ipynb convolutions.ipynb
