"""Verify a deployment: params, local build and record against the chain. Reads only; needs no key.

    python scripts/verify.py --network sepolia
    brownie run verify --network sepolia

Every address is computed anew from the build and the params; code, record and the contracts' settings must agree.
Exit codes: 0 all agrees, 1 something differs (every mismatch is listed) or is refused, 2 wrong command line.
"""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from eth_utils.crypto import keccak
from hexbytes import HexBytes

from offchain.chain.contract import CallRefused, Contract, NoContract
from offchain.chain.record import Deployed, Record
from offchain.chain.sender import Sender
from offchain.core.deployment import PROXY, Planned
from offchain.core.units import NATIVE
from scripts.procedure import Session, open_session, parser, run
from scripts.procedure.expected import expected_contracts
from scripts.procedure.terminal import say, table

GUARDIAN_ROLE = keccak(text="GUARDIAN_ROLE")


@dataclass(frozen=True)
class Check:
    """One thing that must agree."""

    contract: str
    what: str
    expected: Any
    found: Any

    @property
    def agrees(self) -> bool:
        """Whether what was found is what was expected."""
        return bool(self.expected == self.found)


def main(*words: str) -> None:
    """Entry for Python and for `brownie run`."""
    run(parser(__doc__ or "", acts=False), carry_out, words)


def carry_out(arguments: argparse.Namespace) -> int:
    """Check everything, then show it."""
    with open_session(arguments, acts=False) as session:
        checks = list(verify(session))
    say(f"Verify Quittance on {session.network.name} ({session.network.id}, chain {session.network.chain_id})")
    table([(c.contract, c.what, _short(c.found), "ok" if c.agrees else "DIFFERS") for c in checks])
    wrong = [check for check in checks if not check.agrees]
    for check in wrong:
        print(f"Mismatch: {check.contract}: {check.what} is {check.found}, expected {check.expected}", file=sys.stderr)
    say(f"{len(checks) - len(wrong)} of {len(checks)} agree.")
    return 1 if wrong else 0


def verify(session: Session) -> Iterator[Check]:
    """Every check of a deployment. Errors: MissingRecord, InvalidFile."""
    record = session.record()
    yield Check("record", "network", session.network.id, record.network)
    yield Check("record", "chain id", session.network.chain_id, record.chain_id)
    yield Check("record", "nothing pending", None, record.pending and record.pending.signed.hash)
    expected = expected_contracts(session)
    yield Check("record", "contracts", sorted(p.contract for p in expected), sorted(record.deployed))
    for planned in expected:
        if planned.contract in record.deployed:
            yield from _check_record(session, planned, record)
        yield from _check_code(session, planned)
        yield from _check_settings(session, planned, record)


def _check_record(session: Session, planned: Planned, record: Record) -> Iterator[Check]:
    kept, name = record.deployed[planned.contract], planned.contract
    yield Check(name, "recorded address", planned.address, kept.address)
    yield Check(name, "recorded arguments", list(planned.arguments), list(kept.constructor_args))
    yield Check(name, "recorded salt", f"0x{planned.salt.hex()}", kept.salt)
    yield Check(name, "recorded init code hash", f"0x{keccak(planned.init_code).hex()}", kept.init_code_hash)
    code = session.code(planned.address)
    yield Check(name, "recorded runtime code hash", f"0x{keccak(code).hex()}", kept.runtime_code_hash)
    yield Check(name, "recorded compiler", session.artifact(name).compiler, kept.compiler)
    yield Check(name, "recorded transaction", kept.block, _block_of(session, planned, kept))


def _block_of(session: Session, planned: Planned, kept: Deployed) -> int | str | None:
    """The block in which the recorded transaction deployed this contract; None if somebody else sent it."""
    if kept.transaction is None:
        return None
    receipt = Sender(session.web3, NATIVE, None, 1).receipt(kept.transaction)
    if receipt is None:
        return "unknown to the chain"
    transaction = session.web3.eth.get_transaction(HexBytes(kept.transaction))
    if receipt["status"] != 1 or transaction["to"] != PROXY or bytes(transaction["input"]) != planned.calldata:
        return "another transaction"
    return receipt["blockNumber"]


def _check_code(session: Session, planned: Planned) -> Iterator[Check]:
    code = session.code(planned.address)
    found = "as built" if planned.is_code(code) else f"{len(code)} other bytes" if code else "none"
    yield Check(planned.contract, f"code at {planned.address}", "as built", found)


def _check_settings(session: Session, planned: Planned, record: Record) -> Iterator[Check]:
    params, name = session.params, planned.contract
    contract = Contract(session.web3, planned.address, session.artifact(name).abi)
    yield Check(name, "governor", params.governor, _read(contract, "defaultAdmin"))
    yield Check(name, "governor's successor", [NATIVE, 0], _read(contract, "pendingDefaultAdmin"))
    yield Check(name, "governor delay (seconds)", params.governor_delay_seconds, _read(contract, "defaultAdminDelay"))
    yield Check(name, "governor's next delay", [0, 0], _read(contract, "pendingDefaultAdminDelay"))
    yield Check(name, "guardian has its role", True, _read(contract, "hasRole", GUARDIAN_ROLE, params.guardian))
    yield Check(name, "fee (basis points)", params.fee_bps, _read(contract, "feeBps"))
    yield Check(name, "fee recipient", params.fee_recipient, _read(contract, "feeRecipient"))
    kept = record.deployed.get(name)
    yield Check(name, "version", kept.version if kept else None, _read(contract, "version"))
    yield Check(name, "paused", "no", _paused(session, contract))


def _paused(session: Session, contract: Contract) -> str:
    until = _read(contract, "pausedUntil")
    now = session.web3.eth.get_block("latest")["timestamp"]
    return "no" if isinstance(until, int) and until <= now else f"until {until}"


def _read(contract: Contract, name: str, *arguments: Any) -> Any:
    """The answer, or that there is none: one missing contract must not hide the other mismatches."""
    try:
        answer = contract.read(name, *arguments)
    except (NoContract, CallRefused):
        return "no answer"
    return list(answer) if isinstance(answer, tuple) else answer


def _short(value: Any) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= 66 else f"{text[:63]}..."


if __name__ == "__main__":
    main()
