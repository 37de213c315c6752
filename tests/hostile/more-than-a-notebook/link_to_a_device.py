# tries: a link to a device that never ends
# gets: error

# %% link convolutions.ipynb /dev/zero
