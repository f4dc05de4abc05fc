"""Show where a transfer over a bridge is, and what it waits for. Reads the two chains alone; needs no key.

    python scripts/transfer_status.py --network sepolia --contract VaultUSDC --record 7 [--follow] [--json]
    python scripts/transfer_status.py --network sepolia --contract VaultUSDC --transaction 0x…
    brownie run transfer_status main contract=VaultUSDC record=7 --network sepolia

The end named is the one that the transfer left. Both networks' RPC addresses must be in the environment; what they say
is believed. With --follow it goes on, and tells each change, until the transfer is paid out or returned.
Exit codes: 0 completed, 1 refused (and why), 2 wrong command line, 3 under way, or returned to its sender.
"""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from offchain.core.refusal import Refusal
from scripts.papers.bridge import VAULT
from scripts.procedure import open_session, parser, run
from scripts.procedure.bridgeheads import Bridgehead, both
from scripts.procedure.crossings import COMPLETED, OVER, Crossing, cross, find_record
from scripts.procedure.terminal import say, table
from scripts.procedure.words import utc

NOT_COMPLETED = 3
POLL_SECONDS = 5.0


class InvalidQuestion(Refusal):
    """The arguments name no transfer, or two."""


def main(*words: str) -> None:
    """Entry for Python and for `brownie run`."""
    made = parser(__doc__ or "", acts=False)
    made.add_argument("--contract", required=True, help="the end that the transfer left, by its name in params.json")
    made.add_argument("--record", type=int, help="its number there")
    made.add_argument("--transaction", help="the transaction that locked or burned")
    made.add_argument("--follow", action="store_true", help="go on until it is paid out or returned")
    made.add_argument("--json", action="store_true", help="print one JSON object for each state")
    run(made, carry_out, words)


def carry_out(arguments: argparse.Namespace) -> int:
    """Read both chains, and tell; with --follow again and again."""
    if (arguments.record is None) == (arguments.transaction is None):
        raise InvalidQuestion("name --record or --transaction")
    tell = _tell_json if arguments.json else _tell
    with open_session(arguments, acts=False) as session:
        here, there = both(session, arguments.contract)
        told: Crossing | None = None
        while True:
            # anew each time: until it is final, a record may move to another block or be gone
            found = cross(here, there, find_record(here, arguments.record, arguments.transaction))
            if told is None or found.status != told.status:
                tell(here, there, found)
            elif found.waits_for != told.waits_for and not arguments.json:
                say(f"  waits for {found.waits_for}")
            if not arguments.follow or found.status in OVER:
                return 0 if found.status == COMPLETED else NOT_COMPLETED
            told = found
            time.sleep(POLL_SECONDS)


def _tell(here: Bridgehead, there: Bridgehead, found: Crossing) -> None:
    say(f"{found.status.capitalize()}: record {found.nonce} from {here.network.name} to {there.network.name}")
    table(
        [
            ("progress", found.progress),
            ("amount", here.words(found.transfer.amount)),
            ("from", found.transfer.sender),
            ("to", found.transfer.to),
            *found.steps,
            *([("waits for", found.waits_for)] if found.waits_for else []),
        ]
    )


def _tell_json(here: Bridgehead, there: Bridgehead, found: Crossing) -> None:
    """The fields of a cross-chain payment, and what this one waits for."""
    token = here.contract.read("token") if here.kind == VAULT else here.contract.address
    fields: dict[str, Any] = {
        "source_chain": here.network.id,
        "target_chain": there.network.id,
        "amount": str(found.transfer.amount),
        "token_address": token,
        "sender": found.transfer.sender,
        "recipient": found.transfer.to,
        "bridge_contract": here.contract.address,
        "status": found.status,
        "timestamp": utc(found.timestamp),
        "nonce": found.nonce,
        "source_transaction": found.event.transaction,
        "target_transaction": found.target_transaction,
        "waits_for": found.waits_for,
    }
    say(json.dumps(fields, indent=2))


if __name__ == "__main__":
    main()
