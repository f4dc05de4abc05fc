"""What the guardian's scripts share: the contracts it guards, and whose turn it is."""

import argparse
from collections.abc import Sequence

from offchain.core.refusal import Refusal
from scripts.chain.contract import Contract
from scripts.procedure.arguments import parser
from scripts.procedure.expected import GOVERNOR, governed
from scripts.procedure.session import Session


class UnknownContract(Refusal):
    """No contract of that name has a guardian."""


class NotGuardian(Refusal):
    """The account is not the guardian that params.json names."""


def guardian_parser(description: str) -> argparse.ArgumentParser:
    """A parser with `--contract`, all of them by default."""
    made = parser(description, acts=True)
    return add_contract(made)


def add_contract(made: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """The argument that names contracts."""
    known = "Governor, PaymentProcessor, SecurePayment, Settlement, or a token or a bridge, by its name"
    made.add_argument("--contract", action="append", default=[], help=f"{known}; all by default")
    return made


def guarded(session: Session, names: Sequence[str]) -> dict[str, Contract]:
    """The contracts of these names, or all. Errors: UnknownContract, MissingRecord, NoContract."""
    every = (GOVERNOR, *governed(session.params))
    for name in names:
        if name not in every:
            raise UnknownContract(f"no contract with a guardian is called {name!r}; known are {', '.join(every)}")
    return {name: session.deployed(name) for name in names or every}


def require_guardian(session: Session) -> str:
    """The session's account, which must be the guardian. Errors: NotGuardian."""
    assert session.sender is not None
    guardian = session.params.in_force.governance.guardian
    if session.sender.address != guardian:
        raise NotGuardian(f"the keystore's account is {session.sender.address}, the guardian is {guardian}")
    return guardian


def now(session: Session) -> int:
    """The time of the newest block, in Unix seconds."""
    return int(session.web3.eth.get_block("latest")["timestamp"])
