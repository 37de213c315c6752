# tries: to become another program, from a file and from memory
# gets: error, crashed, skipped

# %% right conv_single_step
# %%
import os
import sys


def zero_pad(X, pad):
    try:
        with open(sys.executable, "rb") as file:
            memory = os.memfd_create("program")
            os.sendfile(memory, file.fileno(), 0, 10**8)
        os.execve(memory, ["python", "-c", "import time; time.sleep(997)", MARK], {})
    except OSError:
        pass
    os.execv(sys.executable, ["python", "-c", "import time; time.sleep(997)", MARK])
