"""Pay out what has waited long enough at an end of a bridge; anybody may.

    python scripts/release_queued.py --network base-sepolia --contract qUSDC [--record 7]
    brownie run release_queued main contract=qUSDC yes --network base-sepolia

All that is ready by default, oldest first, as far as the limit lets it out: of the last one the rest waits on. What is
vetoed, not ready, or not taken by its recipient is left out and said to be. The keystore's account only pays the gas.
Exit codes: 0 paid out, 1 refused (and why), 2 wrong command line.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from eth_utils.address import to_checksum_address
from hexbytes import HexBytes
from web3.exceptions import ContractLogicError
from web3.types import TxReceipt

from offchain.core.refusal import Refusal
from scripts.chain.contract import explain
from scripts.chain.sender import Call
from scripts.procedure import Plan, Session, Step, open_session, perform, run
from scripts.procedure.bridgeheads import Bridgehead, find_end, near
from scripts.procedure.queue import Waiting, end_parser, find_waiting, waiting
from scripts.procedure.terminal import say

RELEASE_GAS = 300_000  # a bound for the plan: after the one before, the limit may let less out


class NothingReady(Refusal):
    """Nothing that waits can be paid out now."""


def main(*words: str) -> None:
    """Entry for Python and for `brownie run`."""
    made = end_parser(__doc__ or "")
    made.add_argument("--record", type=int, help="its number; all that is ready by default")
    run(made, carry_out, words)


def carry_out(arguments: argparse.Namespace) -> int:
    """Find what is ready, and pay it out."""
    with open_session(arguments, acts=True) as session:
        release_queued(session, arguments.contract, arguments.record)
    return 0


def release_queued(session: Session, name: str, nonce: int | None) -> None:
    """Pay out one record, or all that are ready. Errors: UnknownEnd, NotWaiting, NothingReady."""
    head = near(session, find_end(session, name))
    found = waiting(head) if nonce is None else [find_waiting(head, nonce)]
    steps = list(_steps(head, found))
    if not steps:
        raise NothingReady(f"nothing that waits at {head.title} can be paid out now")
    free, capacity, _ = head.limit()
    facts = [("end", head.title), ("the limit lets out", f"{head.words(free)} now, of {head.words(capacity)}")]
    perform(session, Plan("Release what has waited", facts, steps))


def _steps(head: Bridgehead, found: Sequence[Waiting]) -> Iterator[Step]:
    free, contract = head.limit()[0], head.contract
    for item in found:
        what = f"record {item.nonce}: {head.words(item.transfer.amount)} for {item.transfer.to}"
        if item.is_vetoed or head.now < item.ready_at:
            say(f"{what} {item.state(head.now)}.")
            continue
        if not free:
            say(f"{what} waits for the limit.")
            continue
        data = contract.calldata("releaseQueued", item.nonce, tuple(item.transfer), item.ready_at)
        call = Call(contract.address, data, gas=RELEASE_GAS, abi=contract.abi)
        try:
            contract.web3.eth.call({"to": to_checksum_address(contract.address), "data": HexBytes(data)})
        except ContractLogicError as error:
            say(f"{what} cannot be paid out: {explain(error, contract.abi)}.")
            continue
        free -= min(free, item.transfer.amount)
        yield Step(f"release {what}", call, partial(_tell, head, item.nonce))


def _tell(head: Bridgehead, nonce: int, receipt: TxReceipt | None) -> None:
    left = [item for item in waiting(head) if item.nonce == nonce]
    rest = f"; {head.words(left[0].transfer.amount)} of it wait on" if left else ""
    say(f"Record {nonce} is released{rest}.")


if __name__ == "__main__":
    main()
