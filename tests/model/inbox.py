"""The reference model of what arrives at a bridge contract, and of what waits there.

Source: interfaces/IInbox.sol. Each act makes its checks in the contract's own order. What ends the waiting is in
queue.py. What comes of a payment is the heir's to say; which recipients refuse one is the world's, and is handed in.
Records are handed in packed, as the contract takes them. Amounts are in the route's units.
"""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Self, TypeVar

from eth_abi.abi import encode
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from offchain.core.checkpoint import Attestation, Checkpoint, Point, Transfer, fold_all
from offchain.core.units import ZERO_ADDRESS, Address, Seconds, Timestamp, TokenUnits
from tests.model.act import Call, Event, Outcome, Rejected
from tests.model.attestors import NO_SET, AttestedBook, Recover, require_attested
from tests.model.breaker import require_open
from tests.model.limiter import Bucket
from tests.model.limits import available_of, take
from tests.model.outbox import EMPTY

RECORD_BYTES = 52
VETOED = Timestamp(2**48 - 1)
NOBODY: frozenset[Address] = frozenset()


@dataclass(frozen=True)
class Waiting:
    """A record that waits; its `ready_at` is VETOED if it is."""

    transfer: Transfer
    ready_at: Timestamp

    def hash_of(self, nonce: int) -> bytes:
        """What the contract keeps of it."""
        types = ("uint256", "address", "address", "uint256", "uint256")
        return keccak(encode(types, (nonce, *self.transfer, self.ready_at)))


@dataclass(frozen=True, kw_only=True)
class InboxBook(AttestedBook):
    """What arrived, what waits by nonce, and the points that `split` proved, by count, each with the set in office."""

    arrived: Point = EMPTY
    waiting: Mapping[int, Waiting] = field(default_factory=dict)
    proven: Mapping[int, tuple[Point, bytes]] = field(default_factory=dict)
    large_shift: int
    delay_seconds: Seconds

    @property
    def queued_total(self) -> int:
        """The sum of all that waits."""
        return sum(waiting.transfer.amount for waiting in self.waiting.values())

    @property
    def large_amount(self) -> int:
        """Above which amount a record waits: a part of what the limit lets out at most."""
        bucket = self.buckets.get(self.limited, Bucket())
        return bucket.capacity // self.base_units >> self.large_shift

    @abstractmethod
    def paid(self, to: Address, amount: TokenUnits) -> Outcome[Self]:
        """What a payment to a recipient is: who gains what."""


AnyInbox = TypeVar("AnyInbox", bound=InboxBook)


def arrive(
    book: AnyInbox,
    call: Call,
    checkpoint: Checkpoint,
    records: bytes,
    attestation: Attestation,
    recover: Recover,
    refusing: frozenset[Address] = NOBODY,
) -> Outcome[AnyInbox]:
    """Everything up to a checkpoint arrives: `deliver` and `release`.

    Raises ContractPaused, those of `require_attested` and of `_arrive`.
    """
    require_open(book, call.now)
    require_attested(book, checkpoint, attestation, recover)
    return _arrive(book, call, checkpoint.point, records, refusing)


def arrive_at(
    book: AnyInbox, call: Call, point: Point, records: bytes, refusing: frozenset[Address] = NOBODY
) -> Outcome[AnyInbox]:
    """Everything up to a proven point arrives: `deliverPoint` and `releasePoint`.

    Raises ContractPaused, NoAttestors, UnknownPoint and those of `_arrive`.
    """
    require_open(book, call.now)
    _require_proven(book, point)
    return _arrive(book, call, point, records, refusing)


def split(
    book: AnyInbox,
    call: Call,
    checkpoint: Checkpoint,
    attestation: Attestation,
    point: Point,
    records: bytes,
    recover: Recover,
) -> Outcome[AnyInbox]:
    """Prove an earlier point from a checkpoint.

    Raises those of `require_attested` and of `_split`.
    """
    require_attested(book, checkpoint, attestation, recover)
    return _split(book, checkpoint.point, point, records)


def split_point(book: AnyInbox, call: Call, later: Point, point: Point, records: bytes) -> Outcome[AnyInbox]:
    """Prove an earlier point from a proven one.

    Raises NoAttestors, UnknownPoint and those of `_split`.
    """
    _require_proven(book, later)
    return _split(book, later, point, records)


def _arrive(
    book: AnyInbox, call: Call, until: Point, records: bytes, refusing: frozenset[Address]
) -> Outcome[AnyInbox]:
    """The records between what has arrived and `until`, each once, in order.

    Raises AlreadyArrived, WrongRecordsLength, WrongAccumulator, WrongCumulative.
    """
    if until.count <= book.arrived.count:
        raise Rejected("AlreadyArrived", until.count, book.arrived.count)
    transfers = _require_closed(book.arrived, until, records)
    first, left = book.arrived.count, left_in(book, call.now)
    values = {"first": first, "count": until.count, "acc": until.acc, "cumulative": until.cumulative}
    outcome, total = Outcome(replace(book, arrived=until), events=(Event("Arrived", values),)), 0
    for nonce, transfer in enumerate(transfers, first):
        waits = transfer.amount > min(left - total, book.large_amount)
        if waits or transfer.to in (ZERO_ADDRESS, book.address) or transfer.to in refusing:
            waiting = Waiting(transfer, Timestamp(call.now + book.delay_seconds))
            outcome = outcome.then(partial(_queue, nonce=nonce, waiting=waiting))
        else:
            total += transfer.amount
            outcome = outcome.then(partial(_pay, transfer=transfer))
    limited = take(outcome.book, book.limited, TokenUnits(total * book.base_units), call.now)[0]
    return Outcome(limited, outcome.transfers, outcome.events)


def _split(book: AnyInbox, later: Point, point: Point, records: bytes) -> Outcome[AnyInbox]:
    """Raises PointOutOfRange, WrongRecordsLength, WrongAccumulator, WrongCumulative."""
    if not book.arrived.count < point.count < later.count:
        raise Rejected("PointOutOfRange", point.count, book.arrived.count, later.count)
    _require_closed(point, later, records)
    values = {"count": point.count, "acc": point.acc, "cumulative": point.cumulative}
    changed = replace(book, proven={**book.proven, point.count: (point, book.office)})
    return Outcome(changed, events=(Event("PointProven", values),))


def _require_closed(start: Point, end: Point, records: bytes) -> list[Transfer]:
    """What the records are, if they lead from one point to the other."""
    expected = (end.count - start.count) * RECORD_BYTES
    if len(records) != expected:
        raise Rejected("WrongRecordsLength", len(records), expected)
    transfers = unpacked(records)
    got = fold_all(start, transfers)
    if got.acc != end.acc:
        raise Rejected("WrongAccumulator", got.acc, end.acc)
    if got.cumulative != end.cumulative:
        raise Rejected("WrongCumulative", got.cumulative, end.cumulative)
    return transfers


def unpacked(records: bytes) -> list[Transfer]:
    """Sender, recipient and amount of each: 20, 20 and 12 bytes."""
    pieces = (records[start : start + RECORD_BYTES] for start in range(0, len(records), RECORD_BYTES))
    return [
        Transfer(_address(piece[:20]), _address(piece[20:40]), TokenUnits(int.from_bytes(piece[40:], "big")))
        for piece in pieces
    ]


def _address(word: bytes) -> Address:
    return Address(to_checksum_address(word))


def _queue(book: AnyInbox, nonce: int, waiting: Waiting) -> Outcome[AnyInbox]:
    sender, to, amount = waiting.transfer
    values = {"nonce": nonce, "from": sender, "to": to, "amount": amount, "readyAt": waiting.ready_at}
    return Outcome(rewritten(book, nonce, waiting), events=(Event("TransferQueued", values),))


def _pay(book: AnyInbox, transfer: Transfer) -> Outcome[AnyInbox]:
    return book.paid(transfer.to, transfer.amount)


def left_in(book: InboxBook, now: Timestamp) -> int:
    """What the limit lets out now, in the route's units."""
    return available_of(book, book.limited, now) // book.base_units


def rewritten(book: AnyInbox, nonce: int, waiting: Waiting | None) -> AnyInbox:
    """What waits under a nonce from now on; nothing if it is None."""
    others = {place: each for place, each in book.waiting.items() if place != nonce}
    return replace(book, waiting={**others, nonce: waiting} if waiting else others)


def _require_proven(book: InboxBook, point: Point) -> None:
    """Under the set in office: a rotation ends it."""
    if book.office == NO_SET:
        raise Rejected("NoAttestors")
    if book.proven.get(point.count) != (point, book.office):
        packed = encode(("bytes32", "bytes32", "uint256"), (book.office, point.acc, point.cumulative))
        raise Rejected("UnknownPoint", point.count, keccak(packed))
