"""What a verification finds: checks that must agree, notes that need not, and the ones about record and code."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from eth_utils.crypto import keccak
from hexbytes import HexBytes

from offchain.core.units import NATIVE
from scripts.chain.contract import CallRefused, Contract, NoContract
from scripts.chain.sender import Sender
from scripts.papers.deployment import Planned
from scripts.procedure.record import Deployed, Record
from scripts.procedure.session import Session

NO_ANSWER = "no answer"


@dataclass(frozen=True)
class Check:
    """One thing that must agree; a note is told and judged by nobody."""

    contract: str
    what: str
    expected: Any
    found: Any
    note: bool = False

    @property
    def agrees(self) -> bool:
        """Whether what was found is what was expected."""
        return self.note or bool(self.expected == self.found)


def note(contract: str, what: str, found: Any) -> Check:
    """Something the operator should know, which is not wrong."""
    return Check(contract, what, None, found, note=True)


def read(contract: Contract, name: str, *arguments: Any) -> Any:
    """The answer, or that there is none: one missing contract must not hide the other mismatches."""
    try:
        answer = contract.read(name, *arguments)
    except (NoContract, CallRefused):
        return NO_ANSWER
    return list(answer) if isinstance(answer, tuple) else answer


def check_record(session: Session, planned: Planned, record: Record) -> Iterator[Check]:
    """The record of a contract against build and params, and its transaction against the chain."""
    kept, name = record.deployed[planned.contract], planned.contract
    yield Check(name, "recorded address", planned.address, kept.address)
    yield Check(name, "recorded arguments", list(planned.arguments), list(kept.constructor_args))
    yield Check(name, "recorded salt", f"0x{planned.salt.hex()}", kept.salt)
    yield Check(name, "recorded init code hash", f"0x{keccak(planned.init_code).hex()}", kept.init_code_hash)
    code = session.code(planned.address)
    yield Check(name, "recorded runtime code hash", f"0x{keccak(code).hex()}", kept.runtime_code_hash)
    yield Check(name, "recorded compiler", session.artifact(planned.build).compiler, kept.compiler)
    yield Check(name, "recorded transaction", kept.block, _block_of(session, planned, kept))


def check_code(session: Session, planned: Planned, record: Record) -> Iterator[Check]:
    """The code at the address that build and params make, byte by byte, immutables aside."""
    code, kept = session.code(planned.address), record.deployed.get(planned.contract)
    found = "as built" if planned.is_code(code) else f"{len(code)} other bytes" if code else "none"
    yield Check(planned.contract, f"code at {planned.address}", "as built", found)
    contract = Contract(session.web3, planned.address, session.artifact(planned.build).abi)
    yield Check(planned.contract, "version", kept.version if kept else None, read(contract, "version"))


def _block_of(session: Session, planned: Planned, kept: Deployed) -> int | str | None:
    """The block in which the recorded transaction deployed this contract; None if somebody else sent it."""
    if kept.transaction is None:
        return None
    receipt = Sender(session.web3, NATIVE, None, 1).receipt(kept.transaction)
    if receipt is None:
        return "unknown to the chain"
    transaction = session.web3.eth.get_transaction(HexBytes(kept.transaction))
    if receipt["status"] != 1 or transaction["to"] != planned.creator:
        return "another transaction"
    return receipt["blockNumber"] if bytes(transaction["input"]) == planned.calldata else "another transaction"
