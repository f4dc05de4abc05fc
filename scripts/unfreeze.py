"""Propose that the governor wallet frees all of an account's frozen tokens. Sends nothing.

    python scripts/unfreeze.py --network sepolia --token QUSD --account 0x…
    brownie run unfreeze main token=QUSD account=0x… yes --network sepolia

To free a part, freeze less: freeze.py sets what is frozen in all.
Exit codes: 0 written, 1 refused (and why), 2 wrong command line.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from offchain.core.refusal import Refusal
from offchain.core.units import NOTHING
from scripts.papers.invoice import parse_address
from scripts.procedure import Session, open_session, run
from scripts.procedure.coins import REGULATED, Holding, coin_parser, find_coin, propose_act


class NothingFrozen(Refusal):
    """Nothing of the account's is frozen."""


def main(*words: str) -> None:
    """Entry for Python and for `brownie run`."""
    run(coin_parser(__doc__ or "", account="whose tokens"), carry_out, words)


def carry_out(arguments: argparse.Namespace) -> int:
    """Read whose tokens are to be freed, and write the proposal."""
    with open_session(arguments, acts=False) as session:
        unfreeze(session, arguments)
    return 0


def unfreeze(session: Session, arguments: argparse.Namespace) -> None:
    """Write the proposal. Errors: NotIssued, NothingFrozen, InvalidAddress, WouldRevert, Declined."""
    coin, account = find_coin(session, arguments.token, *REGULATED), parse_address(arguments.account, "the account")
    now = coin.holding(account)
    if not now.frozen:
        raise NothingFrozen(f"nothing of what {account} holds of {coin.made.symbol} is frozen")
    facts = coin.change(account, now, Holding(now.balance, NOTHING))
    propose_act(session, coin, "setFrozenTokens", (account, NOTHING), facts, arguments)


if __name__ == "__main__":
    main()
