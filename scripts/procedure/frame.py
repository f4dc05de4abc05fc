"""The frame around every script: arguments in, exit code out, one sentence for everything that is refused."""

import argparse
import signal
import sys
from collections.abc import Callable, Sequence
from types import FrameType

import requests
from web3.exceptions import Web3Exception

from offchain.core.refusal import Refusal
from scripts.procedure import arguments
from scripts.procedure.terminal import say

REFUSED, INTERRUPTED, TERMINATED = 1, 130, 143


def run(parser: argparse.ArgumentParser, carry_out: Callable[[argparse.Namespace], int], words: Sequence[str]) -> None:
    """Run a script and exit: with the code that `carry_out` answers, 1 for a refusal, 2 for a wrong command line."""
    signal.signal(signal.SIGTERM, _terminate)
    asked = arguments.read(parser, words)
    try:
        code = carry_out(asked)
    except Refusal as refusal:
        code = _refuse(str(refusal))
    except Web3Exception as error:
        code = _refuse(f"RpcFailed: the RPC endpoint answers with an error: {str(error)[:300]}")
    except requests.RequestException as error:
        # Its text may hold the endpoint's address, and that a secret.
        code = _refuse(f"RpcUnreachable: the connection to the RPC endpoint failed ({type(error).__name__})")
    except KeyboardInterrupt:
        say("\nInterrupted. Run it again to go on.")
        code = INTERRUPTED
    if code or not arguments.under_brownie():
        sys.exit(code)


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr, flush=True)
    return REFUSED


def _terminate(number: int, frame: FrameType | None) -> None:
    """Leave by an exception, so that a local chain that was started is stopped."""
    sys.exit(TERMINATED)
