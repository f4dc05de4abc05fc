"""Propose that the governor wallet blocks an account of a stablecoin: it neither sends nor receives. Sends nothing.

    python scripts/block.py --network sepolia --token QUSD --account 0x…
    brownie run block main token=QUSD account=0x… yes --network sepolia

What a blocked account holds stays where it is; seize.py can move it. To end it: unblock.py.
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


class AlreadyBlocked(Refusal):
    """The account is blocked already."""


def main(*words: str) -> None:
    """Entry for Python and for `brownie run`."""
    run(coin_parser(__doc__ or "", account="whose tokens"), carry_out, words)


def carry_out(arguments: argparse.Namespace) -> int:
    """Read who is to be blocked, and write the proposal."""
    with open_session(arguments, acts=False) as session:
        block(session, arguments)
    return 0


def block(session: Session, arguments: argparse.Namespace) -> None:
    """Write the proposal. Errors: NotIssued, AlreadyBlocked, InvalidAddress, WouldRevert, Declined."""
    coin, account = find_coin(session, arguments.token, "Stablecoin"), parse_address(arguments.account, "the account")
    if coin.contract.read("isBlocked", account):
        raise AlreadyBlocked(f"{account} is blocked already in {coin.made.symbol}")
    facts = [
        (f"{account} now", coin.standing(account, coin.holding(account))),
        ("and then", "neither sends nor receives; what it holds stays"),
    ]
    propose_act(session, coin, "blockAccount", (account,), facts, arguments)


if __name__ == "__main__":
    main()
