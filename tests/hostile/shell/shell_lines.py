# tries: commands of the system's shell, and an installation in the middle of grading
# gets: passed

# %%
!echo out of the notebook > "$HOME/out.txt"; sleep 3
%pip install numpy
%conda install numpy
# %% right zero_pad
# %%
%%bash
kill -9 $PPID; kill -9 1
# %%
%%script python3
import os; os.kill(os.getppid(), 9)
# %%
found = !ls /
%sx ls /
%system ls /
# %% right conv_single_step
