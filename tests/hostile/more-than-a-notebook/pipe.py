# tries: a named pipe, so that whoever reads it waits for ever
# gets: error

# %% pipe convolutions.ipynb
