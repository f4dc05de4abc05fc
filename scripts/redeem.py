"""Propose that the governor wallet takes tokens back and destroys them: redemption. Sends nothing.

    python scripts/redeem.py --network sepolia --token QUSD --amount 1250.50QUSD
    python scripts/redeem.py --network sepolia --token QCB --amount 100QCB --from 0x…
    brownie run redeem main token=QUSD amount=1250.50QUSD yes --network sepolia

Of most tokens it burns what holders have sent to the wallet. A central bank also redeems an account's own, with
`--from`, which must have approved the wallet for it. What the token would refuse now is refused here, in its words.
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
from scripts.procedure.coins import Holding, coin_parser, find_coin, propose_act
from scripts.procedure.expected import GOVERNOR

CALLED = {"Stablecoin": "burn", "CentralBankToken": "redeem", "Bep20Token": "burn"}


class OwnTokensOnly(Refusal):
    """The token lets nobody destroy what another holds."""


def main(*words: str) -> None:
    """Entry for Python and for `brownie run`."""
    made = coin_parser(__doc__ or "", amount="with its unit: 12.5QUSD, 7units")
    made.add_argument("--from", dest="holder", help="whose tokens a central bank redeems; the wallet's by default")
    run(made, carry_out, words)


def carry_out(arguments: argparse.Namespace) -> int:
    """Read what is to be redeemed, and write the proposal."""
    with open_session(arguments, acts=False) as session:
        redeem(session, arguments)
    return 0


def redeem(session: Session, arguments: argparse.Namespace) -> None:
    """Write the proposal. Errors: NotIssued, OwnTokensOnly, InvalidAddress, InvalidAmount, WouldRevert, Declined."""
    coin, wallet = find_coin(session, arguments.token, *CALLED), session.deployed(GOVERNOR).address
    amount, called = coin.parse(arguments.amount), CALLED[coin.made.contract]
    holder = parse_address(arguments.holder, "the holder") if arguments.holder else wallet
    if called == "burn" and holder != wallet:
        raise OwnTokensOnly(f"{coin.made.symbol} is redeemed by its holder: let {holder} send it to {wallet} first")
    now, supply = coin.holding(holder), coin.contract.read("totalSupply")
    facts = coin.change(holder, now, Holding(TokenUnits(now.balance - amount), now.frozen))
    facts.append(("supply", f"{coin.words(supply)}, then {coin.words(supply - amount)}"))
    if holder != wallet:
        facts.append(("approved to the wallet", coin.words(coin.contract.read("allowance", holder, wallet))))
    propose_act(session, coin, called, (amount,) if called == "burn" else (holder, amount), facts, arguments)


if __name__ == "__main__":
    main()
