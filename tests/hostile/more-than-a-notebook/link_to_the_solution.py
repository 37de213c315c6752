# tries: a link to the instructor's notebook, whose cells would come back as feedback
# gets: error

# %% link convolutions.ipynb ../../../solutions/convolutions/convolutions.ipynb
