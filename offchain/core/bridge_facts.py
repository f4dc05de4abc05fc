"""What a relayer learns, and what it is to do: the words of offchain.core.bridge."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations, islice
from typing import Self

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from offchain.core.bridge_abi import RECORD
from offchain.core.checkpoint import Checkpoint, Point, Transfer, attestor_set
from offchain.core.units import Address

VETOED = 2**48 - 1
_TRIES = 50_000


@dataclass(frozen=True)
class Office:
    """The attestors in office."""

    epoch: int
    threshold: int
    attestors: tuple[Address, ...]

    @cached_property
    def set_hash(self) -> bytes:
        """What the contract keeps of it."""
        return attestor_set(self.epoch, self.threshold, self.attestors)

    @classmethod
    def find(cls, set_hash: bytes, epoch: int, candidates: Iterable[Address]) -> Self | None:
        """The set in office, if all its members are among the candidates; sets that lack few of them come first."""
        known = sorted(set(candidates), key=str.lower)
        sets = (chosen for size in range(len(known), 0, -1) for chosen in combinations(known, size))
        offices = (cls(epoch, t, chosen) for chosen in sets for t in range(1, len(chosen) + 1))
        return next((office for office in islice(offices, _TRIES) if office.set_hash == set_hash), None)

    def commitment(self, point: Point) -> bytes:
        """What the contract keeps of a point that was proven under this office."""
        return keccak(encode(("bytes32", "bytes32", "uint128"), (self.set_hash, point.acc, point.cumulative)))


@dataclass(frozen=True)
class Waiting:
    """A record that waits at its destination; `ready_at` is VETOED if it is."""

    transfer: Transfer
    ready_at: int

    def commitment(self, nonce: int) -> bytes:
        """What the contract keeps of it."""
        types = ("uint256", RECORD, "uint256")
        return keccak(encode(types, (nonce, self.transfer, self.ready_at)))


@dataclass(frozen=True)
class Left:
    """An outbox as of a final block, proven against its header."""

    block: int
    block_hash: bytes
    point: Point


@dataclass(frozen=True)
class Stood:
    """An inbox at the head of its chain, and `settled`, as of its final block; the office is None if nobody known is.

    `queued` and `proven` are what the contract keeps of records that wait, by nonce, and of `rungs`, by count.
    """

    head: Point
    settled: Point
    office: Office | None
    is_paused: bool
    now: int
    available: int
    capacity: int
    queued: Mapping[int, bytes] = field(default_factory=dict)
    proven: Mapping[int, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Recorded:
    """Records from nonce `first` on, as the source's logs have them."""

    first: int
    transfers: tuple[Transfer, ...]


@dataclass(frozen=True)
class Attested:
    """An attestor's compact signature of a checkpoint, which was checked."""

    checkpoint: Checkpoint
    attestor: Address
    signature: bytes


@dataclass(frozen=True)
class Moved:
    """What waits of a record, as of a final block: None if nothing does any more."""

    nonce: int
    waiting: Waiting | None


@dataclass(frozen=True)
class Failed:
    """What was sent for a command reverted, or was given up; or no transaction can hold it."""

    name: str
    is_too_long: bool = False


Fact = Left | Stood | Recorded | Attested | Moved | Failed


@dataclass(frozen=True)
class Read:
    """Read the records up to here from the source's logs."""

    left: Left


@dataclass(frozen=True)
class Attest:
    """Ask the attestors for their signatures."""

    checkpoint: Checkpoint


@dataclass(frozen=True)
class Send:
    """Call the destination. The name says what for, and which attempt it is: of one name, only one is ever sent."""

    name: str
    data: bytes

    @property
    def attempt(self) -> int:
        """From 0 on."""
        return int(self.name.rpartition(":")[2])


Command = Read | Attest | Send
