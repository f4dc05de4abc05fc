"""Export the audit trails as JSON lines and prove them complete. Reads only; needs no key.

    python scripts/audit_trail.py --network sepolia [--contract Governor] [--out DIR]
    python scripts/audit_trail.py --network sepolia --contract Governor --log Governor.jsonl
    brownie run audit_trail main --network sepolia

Each trail is folded and compared with the head that the contract holds at one block: a record that was dropped,
swapped, edited or inserted is found and named. With --log that very file is judged, whoever exported it; without, the
node's logs are, and written to deployments/<network>/audit/<Contract>.jsonl. The head is the node's word: ask one that
you trust.
Exit codes: 0 whole, 1 not whole, or refused (and why), 2 wrong command line.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from eth_utils.address import to_checksum_address

from offchain.core.refusal import Refusal
from scripts.chain.contract import Contract
from scripts.papers.audit import AuditRecord, BrokenTrail
from scripts.procedure import Session, open_session, parser, run
from scripts.procedure.guardian import add_contract, guarded
from scripts.procedure.logs import Trail, first_block, read_trail
from scripts.procedure.record import write_whole
from scripts.procedure.terminal import say

BROKEN = 1
FIELDS = {"contract", "index", "at", "actor", "kind", "payload", "head"}


class InvalidLog(Refusal):
    """The file is no export of an audit trail."""


def main(*words: str) -> None:
    """Entry for Python and for `brownie run`."""
    made = add_contract(parser(__doc__ or "", acts=False))
    made.add_argument("--out", type=Path, help="where to write, in place of deployments/<network>/audit")
    made.add_argument("--log", type=Path, help="an export to judge, of the one contract that is named")
    run(made, carry_out, words)


def carry_out(arguments: argparse.Namespace) -> int:
    """Fold and judge each trail."""
    if arguments.log and len(arguments.contract) != 1:
        raise InvalidLog("name the --contract that the log is of")
    with open_session(arguments, acts=False) as session:
        whole = [
            _judge(session, name, contract, arguments)
            for name, contract in guarded(session, arguments.contract).items()
        ]
    return 0 if all(whole) else BROKEN


def export(trail: Trail) -> str:
    """The trail as JSON lines, a record each."""
    lines = [
        json.dumps(
            {
                "contract": trail.contract,
                "index": record.index,
                "at": record.at,
                "actor": record.actor,
                "kind": _spelled(record.kind),
                "payload": f"0x{record.payload.hex()}",
                "head": f"0x{record.head.hex()}",
            }
        )
        for record in trail.records
    ]
    return "".join(f"{line}\n" for line in lines)


def read_log(text: str, contract: str) -> Iterator[AuditRecord]:
    """The records of an export. Errors: InvalidLog."""
    for number, line in enumerate(text.splitlines(), 1):
        try:
            entry = json.loads(line)
            if entry.keys() != FIELDS or entry["contract"] != contract:
                raise InvalidLog(f"line {number} is no record of {contract}")
            if type(entry["index"]) is not int or type(entry["at"]) is not int:
                raise InvalidLog(f"line {number} has no whole numbers")
            kind = entry["kind"].encode().ljust(32, b"\0") if entry["kind"][:2] != "0x" else _bytes(entry["kind"])
            actor, payload, head = to_checksum_address(entry["actor"]), _bytes(entry["payload"]), _bytes(entry["head"])
            yield AuditRecord(entry["index"], actor, kind, entry["at"], payload, head)
        except (ValueError, TypeError, AttributeError, RecursionError):
            raise InvalidLog(f"line {number} is malformed") from None


def _judge(session: Session, name: str, contract: Contract, arguments: argparse.Namespace) -> bool:
    last = session.web3.eth.block_number
    if arguments.log:
        records = list(read_log(_text(arguments.log), contract.address))
        head, length = contract.read("auditHead", block=last), contract.read("auditLength", block=last)
        trail = Trail(contract.address, last, records, head, length)
    else:
        trail = read_trail(contract, first_block(session.web3, contract.address), last)
    try:
        trail.prove(session.network.chain_id)
    except BrokenTrail as finding:
        print(f"{type(finding).__name__}: {name}: {finding}", file=sys.stderr, flush=True)
        return False
    block = session.web3.eth.get_block(last)["hash"].to_0x_hex()
    say(f"{name} {contract.address}: {trail.length} records, whole; head 0x{trail.head.hex()} at block {last} {block}")
    if not arguments.log:
        _write((arguments.out or session.folder / "audit") / f"{name}.jsonl", trail)
    return True


def _write(path: Path, trail: Trail) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, export(trail))
    say(f"  {path}")


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidLog(f"{path} cannot be read: {error}") from None


def _spelled(kind: bytes) -> str:
    """The verb's name; a kind that is none stays in hex."""
    name = kind.rstrip(b"\0")
    return name.decode() if name.isalnum() and name[:2] != b"0x" else f"0x{kind.hex()}"


def _bytes(text: str) -> bytes:
    if text[:2] != "0x":
        raise ValueError(text)
    return bytes.fromhex(text[2:])


if __name__ == "__main__":
    main()
