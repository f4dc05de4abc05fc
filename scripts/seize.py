"""Propose that the governor wallet moves tokens by force from one account to another. Sends nothing.

    python scripts/seize.py --network sepolia --token QUSD --from 0x… --to 0x… --amount 250QUSD
    brownie run seize main token=QUSD from=0x… to=0x… amount=250QUSD yes --network sepolia

For what a court orders, or to give back what was stolen. It takes frozen tokens too, the free ones first, also of a
blocked account and during a pause; the receiver must be one that may receive. It is on the token's audit trail.
Exit codes: 0 written, 1 refused (and why), 2 wrong command line.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from offchain.core.refusal import Refusal
from offchain.core.units import TokenUnits
from scripts.papers.invoice import parse_address
from scripts.procedure import Session, open_session, run
from scripts.procedure.coins import REGULATED, Holding, coin_parser, find_coin, propose_act


class SelfSeizure(Refusal):
    """Holder and receiver are one."""


def main(*words: str) -> None:
    """Entry for Python and for `brownie run`."""
    made = coin_parser(__doc__ or "", to="who gets the tokens", amount="with its unit: 12.5QUSD, 7units")
    made.add_argument("--from", dest="holder", required=True, help="whose tokens are taken")
    run(made, carry_out, words)


def carry_out(arguments: argparse.Namespace) -> int:
    """Read what is to be seized, and write the proposal."""
    with open_session(arguments, acts=False) as session:
        seize(session, arguments)
    return 0


def seize(session: Session, arguments: argparse.Namespace) -> None:
    """Write the proposal. Errors: NotIssued, SelfSeizure, InvalidAddress, InvalidAmount, WouldRevert, Declined."""
    coin = find_coin(session, arguments.token, *REGULATED)
    holder, to = parse_address(arguments.holder, "the holder"), parse_address(arguments.to, "the receiver")
    if holder == to:
        raise SelfSeizure(f"{holder} would get its own tokens, and lose nothing but what is frozen of them")
    amount, now, receiver = coin.parse(arguments.amount), coin.holding(holder), coin.holding(to)
    frozen = now.frozen or 0
    forced = max(0, amount - max(0, now.balance - frozen))
    left = Holding(TokenUnits(now.balance - amount), TokenUnits(frozen - forced))
    facts = coin.change(holder, now, left)
    facts += coin.change(to, receiver, Holding(TokenUnits(receiver.balance + amount), receiver.frozen))
    propose_act(session, coin, "forcedTransfer", (holder, to, amount), facts, arguments)


if __name__ == "__main__":
    main()
