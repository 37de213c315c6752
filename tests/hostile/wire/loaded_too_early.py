# tries: to tell the judge that all cells are run, and then to take its calls in a cell
# gets: failed, error, crashed, timeout, skipped

# %%
import os
import stat
from contextlib import suppress

from coursekit.grading import wire


def say(data):
    """Write into every socket of this process; one of them leads to the judge."""
    for fd in range(3, 256):
        with suppress(OSError):
            if stat.S_ISSOCK(os.fstat(fd).st_mode):
                os.write(fd, data)

say(wire.frame({"loaded": True, "id": 1}))
for number in range(2, 40):
    say(wire.frame({"id": number, "value": "passed", "args": [1, 2], "kwargs": {}}))
# %%
def zero_pad(X, pad):
    return X + 1
