"""The audit trail off chain: folds an exported log and proves it complete against the head on the chain.

Source: interfaces/IAuditTrail.sol. A log is whole if it folds to the contract's `auditHead` in `auditLength` records:
whoever drops, swaps, edits or inserts one would have to find a collision of keccak256.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from eth_abi.abi import decode, encode
from eth_abi.exceptions import EncodingError
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

GENESIS_TYPEHASH = keccak(text="AuditTrail(uint256 chainId,address contract)")
ACT_RECORDED = keccak(text="ActRecorded(uint256,address,bytes32,uint256,bytes,bytes32)")


@dataclass(frozen=True)
class AuditRecord:
    """One record as its event has it: `at` in Unix seconds, `kind` and `head` 32 bytes, `head` the chain's after it."""

    index: int
    actor: str
    kind: bytes
    at: int
    payload: bytes
    head: bytes


class BrokenTrail(Exception):  # noqa: N818  (a finding about a log, named for what it says)
    """The log is not what the contract recorded. `index` is the first record known to be concerned, None if unknown."""

    def __init__(self, index: int | None, finding: str) -> None:
        super().__init__(finding)
        self.index = index


class RecordDropped(BrokenTrail):
    """The log has no record of this index."""


class RecordInserted(BrokenTrail):
    """The log has more records of this index than the one there can be, or one that the contract has not reached."""


class RecordSwapped(BrokenTrail):
    """The record of this index stands elsewhere than in its place."""


class RecordEdited(BrokenTrail):
    """The record of this index does not lead from the head before it to its own."""


class WrongHead(BrokenTrail):
    """Each record follows from the one before, yet not to the contract's head.

    One or more were rewritten, heads and all, so the log itself cannot tell which; or it is another contract's log.
    """


def genesis(chain_id: int, contract: str) -> bytes:
    """The head of an empty trail, which binds it to chain and contract."""
    return keccak(encode(("bytes32", "uint256", "address"), (GENESIS_TYPEHASH, chain_id, contract)))


def head_after(head: bytes, record: AuditRecord) -> bytes:
    """The head of the chain once `record` follows on `head`; the record's own `head` is not looked at."""
    types = ("bytes32", "uint256", "uint256", "address", "bytes32", "bytes32")
    values = (head, record.index, record.at, record.actor, record.kind, keccak(record.payload))
    return keccak(encode(types, values))


def fold(records: Iterable[AuditRecord], chain_id: int, contract: str) -> bytes:
    """The head to which these records lead, in this order, from the genesis."""
    head = genesis(chain_id, contract)
    for record in records:
        head = head_after(head, record)
    return head


def record_of(topics: Sequence[bytes], data: bytes) -> AuditRecord:
    """The record in a raw log of ActRecorded.

    Raises ValueError if the log is of another event.
    """
    if len(topics) != 4 or topics[0] != ACT_RECORDED:
        raise ValueError("not a log of ActRecorded")
    at, payload, head = decode(("uint256", "bytes", "bytes32"), data)
    actor = to_checksum_address(topics[2][12:])
    return AuditRecord(int.from_bytes(topics[1], "big"), actor, topics[3], at, payload, head)


def verify(records: Sequence[AuditRecord], chain_id: int, contract: str, head: bytes, length: int) -> None:
    """Prove that `records` are all that the contract recorded, and as it did: `head` and `length` are the chain's.

    Raises BrokenTrail, of the kind that names what was done to the first record concerned. The proof is the fold alone.
    The naming trusts the heads in the log: who rewrites them too is still found, if later, or by WrongHead.
    """
    before = genesis(chain_id, contract)
    for place, record in enumerate(records):
        if record.index != place:
            raise _misplaced(records, place)
        if not _follows(before, record):
            raise _altered(records, place)
        before = record.head
    if len(records) < length:
        raise RecordDropped(len(records), f"the log ends before record {len(records)} of {length}")
    if len(records) > length:
        raise RecordInserted(length, f"record {length} is in the log, and the contract made {length} only")
    if before != head:
        raise WrongHead(None, f"the log leads to {before.hex()}, the contract's head is {head.hex()}")


def _follows(before: bytes, record: AuditRecord) -> bool:
    try:
        return len(record.kind) == 32 and head_after(before, record) == record.head  # a shorter kind would be padded
    except EncodingError:  # no such actor or time can have been recorded
        return False


def _misplaced(records: Sequence[AuditRecord], place: int) -> BrokenTrail:
    found = records[place].index
    if found < place:
        return RecordInserted(found, f"record {found} is in the log a second time, in place {place}")
    if any(record.index == place for record in records[place:]):
        return RecordSwapped(place, f"record {place} stands later in the log, record {found} in its place")
    return RecordDropped(place, f"record {place} is not in the log, record {found} stands in its place")


def _altered(records: Sequence[AuditRecord], place: int) -> BrokenTrail:
    if sum(record.index == place for record in records) > 1:
        return RecordInserted(place, f"record {place} is in the log more than once, first one that does not follow")
    return RecordEdited(place, f"record {place} does not lead from the head before it to the head it names")
