"""Propose that the governor wallet lets a blocked account of a stablecoin send and receive again. Sends nothing.

    python scripts/unblock.py --network sepolia --token QUSD --account 0x…
    brownie run unblock main token=QUSD account=0x… yes --network sepolia

What is frozen stays frozen: unfreeze.py.
Exit codes: 0 written, 1 refused (and why), 2 wrong command line.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from offchain.core.refusal import Refusal
from scripts.papers.invoice import parse_address
from scripts.procedure import Session, open_session, run
from scripts.procedure.coins import coin_parser, find_coin, propose_act


class NotBlocked(Refusal):
    """The account is not blocked."""


def main(*words: str) -> None:
    """Entry for Python and for `brownie run`."""
    run(coin_parser(__doc__ or "", account="whose tokens"), carry_out, words)


def carry_out(arguments: argparse.Namespace) -> int:
    """Read who is to be unblocked, and write the proposal."""
    with open_session(arguments, acts=False) as session:
        unblock(session, arguments)
    return 0


def unblock(session: Session, arguments: argparse.Namespace) -> None:
    """Write the proposal. Errors: NotIssued, NotBlocked, InvalidAddress, WouldRevert, Declined."""
    coin, account = find_coin(session, arguments.token, "Stablecoin"), parse_address(arguments.account, "the account")
    if not coin.contract.read("isBlocked", account):
        raise NotBlocked(f"{account} is not blocked in {coin.made.symbol}")
    facts = [
        (f"{account} now", coin.standing(account, coin.holding(account))),
        ("and then", "sends and receives again"),
    ]
    propose_act(session, coin, "unblockAccount", (account,), facts, arguments)


if __name__ == "__main__":
    main()
