"""Verify a deployment: params, local build and record against the chain. Reads only; needs no key.

    python scripts/verify.py --network sepolia
    brownie run verify --network sepolia

Every address is computed anew from the build and the params; code, record, settings and roles must agree, and the audit
trails must fold to the heads that the chain holds. A key alone that can mint, seize, freeze, block or configure is a
mismatch, and so is an end of a bridge with other attestors, threshold, queue, limit or peer than was chosen. What is
merely worth knowing is listed as a note. At the end stands every account with a part to play, and what a stolen key of
it would cost.
Exit codes: 0 all agrees, 1 something differs (every mismatch is listed) or is refused, 2 wrong command line.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.chain.contract import Contract
from scripts.papers.deployment import Planned
from scripts.procedure import Session, open_session, parser, run
from scripts.procedure.bridging import attestor_rows
from scripts.procedure.expected import FEE_TAKING, GOVERNOR, expected_contracts, governed
from scripts.procedure.inspection import NO_ANSWER, Check, check_code, check_record, read
from scripts.procedure.powers import Key, is_owned_by_a_key, keys
from scripts.procedure.settings import check_governed, check_wallet
from scripts.procedure.terminal import say, table


def main(*words: str) -> None:
    """Entry for Python and for `brownie run`."""
    run(parser(__doc__ or "", acts=False), carry_out, words)


def carry_out(arguments: argparse.Namespace) -> int:
    """Check everything, then show it."""
    with open_session(arguments, acts=False) as session:
        checks = list(verify(session))
        holders = list_keys(session)
    say(f"Verify Quittance on {session.network.name} ({session.network.id}, chain {session.network.chain_id})")
    table([(c.contract, c.what, _short(c), _verdict(c)) for c in checks])
    say("Who has a part to play, and what a stolen key would cost:")
    table([(k.part, k.account, "key" if k.owned else "contract", k.theft) for k in holders])
    wrong = [check for check in checks if not check.agrees]
    for check in wrong:
        found, expected = _plain(check.found), _plain(check.expected)
        print(f"Mismatch: {check.contract}: {check.what} is {found}, expected {expected}", file=sys.stderr)
    judged = sum(not check.note for check in checks)
    say(f"{judged - len(wrong)} of {judged} agree.")
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
            yield from check_record(session, planned, record)
        yield from check_code(session, planned, record)
    found = {planned.contract: _contract(session, planned) for planned in expected}
    yield from check_wallet(session, found[GOVERNOR])
    for name in governed(session.params):
        yield from check_governed(session, found[name], name, found[GOVERNOR].address)


def list_keys(session: Session) -> list[Key]:
    """Every account with a part in the deployment, by the params and, for the fees, by the chain."""
    recipients = {}
    for planned in expected_contracts(session):
        if planned.contract in FEE_TAKING:
            recipient = read(_contract(session, planned), "feeRecipient")
            if recipient != NO_ANSWER:
                recipients[planned.contract] = recipient
    rows = keys(session, session.params.in_force.governance, recipients)
    attesting = [Key(part, who, is_owned_by_a_key(session, who), cost) for part, who, cost in attestor_rows(session)]
    return [*rows, *attesting]


def _contract(session: Session, planned: Planned) -> Contract:
    return Contract(session.web3, planned.address, session.artifact(planned.build).abi)


def _verdict(check: Check) -> str:
    return "note" if check.note else "ok" if check.agrees else "DIFFERS"


def _plain(value: Any) -> Any:
    return f"0x{value.hex()}" if isinstance(value, bytes) else value


def _short(check: Check) -> str:
    found = check.found
    text = ", ".join(map(str, found)) if isinstance(found, list) else str(_plain(found))
    return text if check.note or len(text) <= 66 else f"{text[:63]}..."


if __name__ == "__main__":
    main()
