# tries: links to the course in the scratch folder, so that cleaning up deletes the course
# gets: failed, error

# %% right conv_single_step
# %%
import os


def zero_pad(X, pad):
    for name in ("submitted", "gradebook.db", ".", "tests"):
        try:
            os.symlink(f"{COURSE}/{name}", f"link-{len(os.listdir())}")
        except OSError:
            pass
    os.makedirs("locked/in", exist_ok=True)
    os.chmod("locked/in", 0)
    os.chmod("locked", 0)
    return X + 1
