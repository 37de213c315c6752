# tries: to change owners, rights, times and names of the course's files, and to delete them
# gets: error

# %% right conv_single_step
# %%
import os
import shutil


def zero_pad(X, pad):
    done = 0
    for act in (
        lambda: os.chmod(COURSE + "/gradebook.db", 0o777),
        lambda: os.utime(COURSE + "/gradebook.db", (0, 0)),
        lambda: os.chown(COURSE + "/gradebook.db", 1, 1),
        lambda: os.rename(COURSE + "/gradebook.db", COURSE + "/gone.db"),
        lambda: shutil.rmtree(COURSE + "/submitted"),
        lambda: os.link(COURSE + "/gradebook.db", "gradebook.db"),
        lambda: os.truncate(COURSE + "/gradebook.db", 0),
    ):
        try:
            act()
            done += 1
        except OSError:
            pass
    return done or 1 / 0
