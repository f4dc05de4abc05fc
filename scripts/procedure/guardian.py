"""What the guardian's scripts share: the contracts it guards, and whose turn it is."""

import argparse
from collections.abc import Sequence

from offchain.chain.contract import Contract
from offchain.core.refusal import Refusal
from scripts.procedure.arguments import parser
from scripts.procedure.expected import GOVERNED, GOVERNOR
from scripts.procedure.session import Session

GUARDED = (GOVERNOR, *GOVERNED)


class UnknownContract(Refusal):
    """No contract of that name has a guardian."""


class NotGuardian(Refusal):
    """The account is not the guardian that params.json names."""


def guardian_parser(description: str) -> argparse.ArgumentParser:
    """A parser with `--contract`, all of them by default."""
    made = parser(description, acts=True)
    made.add_argument("--contract", action="append", default=[], help=f"one of {', '.join(GUARDED)}; all by default")
    return made


def guarded(session: Session, names: Sequence[str]) -> dict[str, Contract]:
    """The contracts of these names, or all. Errors: UnknownContract, MissingRecord, NoContract."""
    for name in names:
        if name not in GUARDED:
            raise UnknownContract(f"no contract with a guardian is called {name!r}; known are {', '.join(GUARDED)}")
    return {name: session.deployed(name) for name in names or GUARDED}


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
