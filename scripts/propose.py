"""Propose an act of the governor wallet: a file for its owners to sign. Sends nothing and needs no key.

    python scripts/propose.py --network sepolia --pay --to 0x… --amount 1.5ether [--token USDC]
    python scripts/propose.py --network sepolia --pay-batch --payout 0x…:1.5ether --payout 0x…:2ether [--token USDC]
    python scripts/propose.py --network sepolia --call 'PaymentProcessor.setFee(100)' [--call … as one operation]
    python scripts/propose.py --network sepolia --change-owners --owner 0x… --owner 0x… --threshold 2
    python scripts/propose.py --network sepolia --cancel 0x<operation>
    brownie run propose main pay to=0x… amount=1.5ether yes --network sepolia

A call names a contract of the deployment or a token of params.json: Governor.configureLimit, setGuardian, updateDelay,
unpause, PaymentProcessor.setFee, grantRole, and so on, numbers in base units; or `0x<target>:0x<calldata>`.
The file goes to deployments/<network>/proposals/. Next come approve.py (each owner) and execute.py (anybody).
Exit codes: 0 written, 1 refused (and why), 2 wrong command line.
"""

import argparse
import re
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from web3.exceptions import ContractLogicError, Web3RPCError

from offchain.core.refusal import Refusal
from offchain.core.units import NATIVE, Address, Seconds, Timestamp, TokenUnits
from scripts.chain.contract import Contract, explain
from scripts.papers import agreement
from scripts.papers.agreement import Act, in_order
from scripts.papers.amount import BASE_UNITS, NATIVE_UNITS, parse_amount
from scripts.papers.invoice import parse_address
from scripts.procedure import Session, open_session, parser, run
from scripts.procedure.calls import Call, parse_call
from scripts.procedure.expected import GOVERNOR, known_tokens
from scripts.procedure.proposals import VALID_SECONDS, offer, propose, vocabulary
from scripts.procedure.words import plain_duration

Facts = list[tuple[str, str]]


class InvalidProposal(Refusal):
    """The arguments name no act, or more than one."""


def main(*words: str) -> None:
    """Entry for Python and for `brownie run`."""
    run(_arguments(), carry_out, words)


def carry_out(arguments: argparse.Namespace) -> int:
    """Read what is proposed, and write it for the owners."""
    with open_session(arguments, acts=False) as session:
        make, facts = _act(arguments, session)
        proposal = propose(session, make, arguments.nonce, arguments.valid_seconds)
        offer(session, proposal, yes=arguments.yes, more=facts)
    return 0


def operation(
    session: Session, calls: list[Call], predecessor: bytes, delay_seconds: int | None
) -> tuple[Callable[[int, Timestamp], Act], Facts]:
    """Calls as one operation, by default after the least delay; and what each would come to if it were made now."""
    wallet = session.deployed(GOVERNOR)
    delay = Seconds(wallet.read("getMinDelay") if delay_seconds is None else delay_seconds)
    facts = [("ready", f"{plain_duration(delay)} after it is submitted"), *_rehearsed(session, wallet, calls)]
    return lambda nonce, deadline: agreement.operation(calls, predecessor, delay, nonce, deadline), facts


def _arguments() -> argparse.ArgumentParser:
    made = parser(__doc__ or "", acts=True)
    made.add_argument("--pay", action="store_true", help="a payment: with --to, --amount, --token")
    made.add_argument("--pay-batch", action="store_true", help="a payment of several: with --payout, --token")
    made.add_argument("--change-owners", action="store_true", help="another owner set: with --owner, --threshold")
    made.add_argument("--call", action="append", default=[], help="a call; repeated, they succeed or fail as one")
    made.add_argument("--cancel", metavar="OPERATION", help="the end of a pending operation")
    made.add_argument("--to", help="the payee's address")
    made.add_argument("--amount", help="with its unit: 1.5ether, 12.5USDC of a token in params.json, 7units")
    made.add_argument("--token", help="an address, or a symbol of params.json; left out for native coin")
    made.add_argument("--payout", action="append", default=[], metavar="TO:AMOUNT")
    made.add_argument("--owner", action="append", default=[])
    made.add_argument("--threshold", type=int)
    made.add_argument("--predecessor", default="0x" + "00" * 32, help="an operation that must be done first")
    made.add_argument("--delay-seconds", type=int, help="of an operation; the wallet's least by default")
    made.add_argument("--nonce", type=int, help="the number of the act; the wallet's next by default")
    made.add_argument("--valid-seconds", type=int, default=VALID_SECONDS, help="to submit it in (default: %(default)s)")
    return made


def _act(arguments: argparse.Namespace, session: Session) -> tuple[Callable[[int, Timestamp], Act], Facts]:
    asked = [bool(arguments.pay), bool(arguments.pay_batch), bool(arguments.change_owners)]
    if sum([*asked, bool(arguments.call), bool(arguments.cancel)]) != 1:
        raise InvalidProposal("name one of --pay, --pay-batch, --change-owners, --call, --cancel")
    if arguments.pay:
        return _payment(arguments, session)
    if arguments.pay_batch:
        return _batch(arguments, session)
    if arguments.change_owners:
        return owner_change(session, arguments.threshold, arguments.owner)
    if arguments.cancel:
        key = word(arguments.cancel)
        return lambda nonce, deadline: agreement.cancellation(key, nonce, deadline), []
    known = vocabulary(session)
    calls = [parse_call(text, known) for text in arguments.call]
    return operation(session, calls, word(arguments.predecessor), arguments.delay_seconds)


def _payment(arguments: argparse.Namespace, session: Session) -> tuple[Callable[[int, Timestamp], Act], Facts]:
    if not (arguments.to and arguments.amount):
        raise InvalidProposal("a payment needs --to and --amount")
    token, units = _asset(arguments.token, session)
    to, amount = parse_address(arguments.to, "the payee"), TokenUnits(parse_amount(arguments.amount, units))
    return lambda nonce, deadline: agreement.payment(to, amount, token, nonce, deadline), _way(session, token, amount)


def _batch(arguments: argparse.Namespace, session: Session) -> tuple[Callable[[int, Timestamp], Act], Facts]:
    token, units = _asset(arguments.token, session)
    payouts = []
    for text in arguments.payout:
        to, _, amount = text.partition(":")
        payouts.append((parse_address(to, "a payee"), TokenUnits(parse_amount(amount, units))))
    if not payouts:
        raise InvalidProposal("a batch needs --payout 0x…:1.5ether, once for each payee")
    total = sum(amount for _, amount in payouts)
    return lambda nonce, deadline: agreement.batch(token, payouts, nonce, deadline), _way(session, token, total)


def owner_change(
    session: Session, threshold: int | None, owners: list[str]
) -> tuple[Callable[[int, Timestamp], Act], Facts]:
    """Another owner set, the owners in whatever order. Errors: InvalidProposal, InvalidAddress."""
    chosen = in_order([parse_address(owner, "an owner") for owner in owners])
    if threshold is None or not 0 < threshold <= len(chosen) or len(set(chosen)) != len(chosen):
        raise InvalidProposal("an owner set needs --owner for each, none twice, and a --threshold that they can meet")
    ready = plain_duration(session.deployed(GOVERNOR).read("getMinDelay"))
    facts = [("ready", f"{ready} after it is submitted")]
    return lambda nonce, deadline: agreement.owner_change(threshold, chosen, nonce, deadline), facts


def word(text: str) -> bytes:
    """32 bytes in hex. Errors: InvalidProposal."""
    if not re.fullmatch(r"0x[0-9a-fA-F]{64}", text):
        raise InvalidProposal(f"{text!r} is no id of an operation: 0x and 64 hexadecimal digits")
    return bytes.fromhex(text[2:])


def _asset(text: str | None, session: Session) -> tuple[Address, dict[str, int]]:
    """The token, and the units that its amounts may be in: decimals are the operator's word, never the node's."""
    if text is None:
        return NATIVE, dict(NATIVE_UNITS)
    tokens = known_tokens(session)
    if text in tokens:
        return Address(tokens[text].address), {**BASE_UNITS, text: tokens[text].decimals}
    address = parse_address(text, "the token")
    vouched = {symbol: token.decimals for symbol, token in tokens.items() if token.address == address}
    return address, {**BASE_UNITS, **vouched}


def _way(session: Session, token: Address, amount: int) -> Facts:
    wallet, known = session.deployed(GOVERNOR), vocabulary(session)
    free = wallet.read("available", token)
    if amount <= free:
        return [("within the limit", f"it goes at once: {known.amount(token, free)} may leave now")]
    ready = plain_duration(wallet.read("getMinDelay"))
    return [("above the limit", f"it waits {ready}: {known.amount(token, free)} may leave at once now")]


def _rehearsed(session: Session, wallet: Contract, calls: list[Call]) -> Facts:
    """Whether each call would succeed if the wallet made it now; much may change until it does."""
    facts = []
    every = [entry for abi in vocabulary(session).abis.values() for entry in abi]
    for target, value, data in calls:
        try:
            call = {"from": wallet.address, "to": target, "value": hex(value), "data": f"0x{data.hex()}"}
            session.web3.eth.call(call)  # type: ignore[arg-type]
        except ContractLogicError as error:
            facts.append(("as things are", f"the call of {target} would revert: {explain(error, every)}"))
        except Web3RPCError as error:
            facts.append(("as things are", f"the call of {target} cannot be tried: {str(error)[:200]}"))
    return facts


if __name__ == "__main__":
    main()
