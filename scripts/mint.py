"""Propose that the governor wallet mints, or as a central bank issues, tokens to an account. Sends nothing.

    python scripts/mint.py --network sepolia --token QUSD --to 0x… --amount 1250.50QUSD
    brownie run mint main token=QUSD to=0x… amount=1250.50QUSD yes --network sepolia

The amount is in the token's own unit, converted exactly, or in `units` for base units. The owners sign the proposal
(approve.py), it is submitted, and it runs after the wallet's delay (execute.py). Of a stablecoin it comes out of the
wallet's allowance as a minter. What the token would refuse now is refused here, in the token's own words.
Exit codes: 0 written, 1 refused (and why), 2 wrong command line.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from offchain.core.units import TokenUnits
from scripts.papers.invoice import parse_address
from scripts.procedure import Session, open_session, run
from scripts.procedure.coins import Holding, coin_parser, find_coin, propose_act

CALLED = {"Stablecoin": "mint", "CentralBankToken": "issue", "Bep20Token": "mint"}


def main(*words: str) -> None:
    """Entry for Python and for `brownie run`."""
    made = coin_parser(__doc__ or "", to="who gets the tokens", amount="with its unit: 12.5QUSD, 7units")
    run(made, carry_out, words)


def carry_out(arguments: argparse.Namespace) -> int:
    """Read what is to be minted, and write the proposal."""
    with open_session(arguments, acts=False) as session:
        mint(session, arguments)
    return 0


def mint(session: Session, arguments: argparse.Namespace) -> None:
    """Write the proposal. Errors: NotIssued, InvalidAddress, InvalidAmount, WouldRevert, Declined."""
    coin = find_coin(session, arguments.token, *CALLED)
    to, amount = parse_address(arguments.to, "the receiver"), coin.parse(arguments.amount)
    now, supply = coin.holding(to), coin.contract.read("totalSupply")
    facts = coin.change(to, now, Holding(TokenUnits(now.balance + amount), now.frozen))
    facts.append(("supply", f"{coin.words(supply)}, then {coin.words(supply + amount)}"))
    propose_act(session, coin, CALLED[coin.made.contract], (to, amount), facts, arguments)


if __name__ == "__main__":
    main()
