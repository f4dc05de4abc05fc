"""The attestor, but it is killed when it is about to sign: what it will say is kept, and nothing was said yet."""

import os
import runpy
import signal

from offchain.chain.signer import KeySigner


def die(_signer, _digest):
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    KeySigner.sign = die
    runpy.run_module("offchain.attestor", run_name="__main__")
