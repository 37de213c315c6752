# tries: a coroutine as the exercise, and a cell that waits for one that never ends
# gets: failed

# %% right conv_single_step
# %%
async def zero_pad(X, pad):
    return X


# %%
import asyncio

await asyncio.sleep(10**9)
