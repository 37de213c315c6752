# tries: magics that read files, reload, time, debug and change the folder
# gets: passed

# %% right zero_pad
# %%
%cd ..
%env PYTHONPATH=.
%load_ext autoreload
%autoreload 2
%config InteractiveShell.ast_node_interactivity = "all"
%xmode Verbose
%pdb on
# %%
%run -i /etc/passwd
# %%
%load /etc/passwd
# %%
%timeit -n 1 -r 1 None
# %%
%reset -f
# %% right zero_pad
# %% right conv_single_step
# %%
%nothing_of_this_name
