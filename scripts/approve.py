"""Agree to a proposal as one of the wallet's owners. Signing needs no chain: only the file and the owner's keystore.

    python scripts/approve.py --network sepolia --file 0007-Payment-1a2b3c4d.json
    python scripts/approve.py --network sepolia --file … --signature 0x…    (made elsewhere: a hardware wallet)
    python scripts/approve.py --network sepolia --file … --on-chain         (an account's approval by transaction)
    brownie run approve main file=… yes --network development

What is signed is worked out anew from the file and shown in words, decoded by this machine's own builds and params. The
keystore is QUITTANCE_KEYSTORE's. The signature is added to the file, which goes back to whoever collects.
An owner that is a contract calls `approve(digest)` of the wallet itself; --on-chain prints digest and calldata.
Exit codes: 0 agreed, 1 refused (and why), 2 wrong command line.
"""

import argparse
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from offchain.config import Settings
from offchain.core.refusal import Refusal
from offchain.core.units import Address
from scripts.chain.keystore import unlock
from scripts.chain.sender import Call
from scripts.chain.signature import parse, recover, sign
from scripts.papers.proposal import Proposal
from scripts.procedure import Plan, Session, Step, open_desk, open_session, parser, perform, run
from scripts.procedure.expected import GOVERNOR
from scripts.procedure.proposals import approvals, load, save, show, vocabulary
from scripts.procedure.session import Desk
from scripts.procedure.terminal import ask_secret, confirm, say


class NotAnOwner(Refusal):
    """The account is none of the owners who may agree."""


class AlreadyAgreed(Refusal):
    """This owner has agreed already."""


class InvalidSignature(Refusal):
    """The text is no signature."""


def main(*words: str) -> None:
    """Entry for Python and for `brownie run`."""
    made = parser(__doc__ or "", acts=True)
    made.add_argument("--file", type=Path, required=True, help="the proposal")
    made.add_argument("--signature", help="one that was made elsewhere by eth_signTypedData_v4, to be added")
    made.add_argument("--on-chain", action="store_true", help="approve by transaction in place of a signature")
    run(made, carry_out, words)


def carry_out(arguments: argparse.Namespace) -> int:
    """Sign, add a signature, or approve on chain."""
    if arguments.on_chain:
        with open_session(arguments, acts=True) as session:
            approve_on_chain(session, load([arguments.file], session))
        return 0
    desk = open_desk(arguments)
    proposal = load([arguments.file], desk)
    show(desk, proposal)
    _warn(desk, proposal)
    signed = _imported(proposal, arguments.signature) if arguments.signature else _signed(proposal, yes=arguments.yes)
    save(arguments.file, signed)
    say(f"The signature is in {arguments.file}: hand the file back.")
    return 0


def approve_on_chain(session: Session, proposal: Proposal) -> None:
    """Approve the act's digest by a transaction of the session's account. Errors: NotAnOwner, AlreadyAgreed."""
    assert session.sender is not None
    wallet, owner = session.deployed(GOVERNOR), session.sender.address
    agreed = approvals(wallet, proposal)
    show(session, proposal, agreed)
    _require_silent(proposal, owner, owner in agreed)
    call = Call(wallet.address, wallet.calldata("approve", proposal.digest), abi=wallet.abi)
    facts = [("owner", owner), ("calldata", f"0x{call.data.hex()}")]
    step = Step(f"approve 0x{proposal.digest.hex()} on chain", call, lambda receipt: say("Approved."))
    perform(session, Plan("Approve an act", facts, [step]))


def _signed(proposal: Proposal, *, yes: bool) -> Proposal:
    settings = Settings.offline()
    key = unlock(settings.require_keystore(), settings.password_file, ask_secret)
    _require_silent(proposal, key.address, Address(key.address) in proposal.signatures)
    if not yes:
        confirm(f"Sign it as {key.address}?")
    return sign(proposal, key)


def _imported(proposal: Proposal, text: str) -> Proposal:
    if not re.fullmatch(r"0x[0-9a-fA-F]{128,130}", text) or len(text) % 2:
        raise InvalidSignature("a signature is 0x and 130 hexadecimal digits, or 128 in the compact form of ERC-2098")
    return proposal.with_signature(parse(bytes.fromhex(text[2:])), recover)


def _require_silent(proposal: Proposal, account: str, agreed: bool) -> None:
    if account not in proposal.owners:
        raise NotAnOwner(f"{account} is none of the owners of the wallet that this proposal is for")
    if agreed:
        raise AlreadyAgreed(f"{account} has agreed to this proposal already")


def _warn(desk: Desk, proposal: Proposal) -> None:
    """An owner set that params.json does not know binds nobody, unless it is the wallet's by now."""
    if proposal.domain.owner_set != desk.params.in_force.governance.owner_set:
        known = vocabulary(desk)
        strangers = [owner for owner in proposal.owners if owner not in known.names]
        say(f"NOTE: this owner set is not that of params.json ({len(strangers)} unknown owners).")


if __name__ == "__main__":
    main()
