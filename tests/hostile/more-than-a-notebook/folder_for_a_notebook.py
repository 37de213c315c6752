# tries: a folder with the notebook's name
# gets: error

# %% file convolutions.ipynb/convolutions.ipynb
{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
