"""Propose that the governor wallet freezes part of what an account holds, or will hold. Sends nothing.

    python scripts/freeze.py --network sepolia --token QUSD --account 0x… --amount 250QUSD
    brownie run freeze main token=QUSD account=0x… amount=250QUSD yes --network sepolia

The amount is what is frozen in all from then on, not what is added; it may be more than the account holds. Frozen
tokens are neither sent nor redeemed. To end it: unfreeze.py. To block an account of a stablecoin altogether: block.py.
Exit codes: 0 written, 1 refused (and why), 2 wrong command line.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.papers.invoice import parse_address
from scripts.procedure import Session, open_session, run
from scripts.procedure.coins import REGULATED, Holding, coin_parser, find_coin, propose_act


def main(*words: str) -> None:
    """Entry for Python and for `brownie run`."""
    amount = "what is frozen in all, with its unit: 12.5QUSD, 7units"
    run(coin_parser(__doc__ or "", account="whose tokens", amount=amount), carry_out, words)


def carry_out(arguments: argparse.Namespace) -> int:
    """Read what is to be frozen, and write the proposal."""
    with open_session(arguments, acts=False) as session:
        freeze(session, arguments)
    return 0


def freeze(session: Session, arguments: argparse.Namespace) -> None:
    """Write the proposal. Errors: NotIssued, InvalidAddress, InvalidAmount, WouldRevert, Declined."""
    coin = find_coin(session, arguments.token, *REGULATED)
    account, amount = parse_address(arguments.account, "the account"), coin.parse(arguments.amount)
    now = coin.holding(account)
    facts = coin.change(account, now, Holding(now.balance, amount))
    if amount > now.balance:
        facts.append(("note", "that is more than it holds: what comes in is frozen as well"))
    if amount < (now.frozen or 0):
        facts.append(("note", f"that is less than is frozen now: it frees {coin.words((now.frozen or 0) - amount)}"))
    propose_act(session, coin, "setFrozenTokens", (account, amount), facts, arguments)


if __name__ == "__main__":
    main()
