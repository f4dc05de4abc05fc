"""What a relayer does next about what leaves one contract and arrives at another: facts in, commands out.

Nothing here is trusted to be the only relayer, nor the last: a command may come too late, or twice, and then the
contract refuses it. Amounts are in the route's units, times in Unix seconds.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import accumulate, islice
from typing import Self

from offchain.core import bridge_abi as abi
from offchain.core.bridge_facts import (
    VETOED,
    Attest,
    Attested,
    Command,
    Fact,
    Failed,
    Left,
    Moved,
    Office,
    Read,
    Recorded,
    Send,
    Stood,
    Waiting,
)
from offchain.core.checkpoint import Checkpoint, Point, Transfer, attestation, fold_all
from offchain.core.units import Address

CHUNK = 250
"""So many records arrive in a transaction at most, and fewer where one cannot hold them."""
RELEASE_TRIES = 3
"""So often it is tried at most to release a record that waits: its recipient may want others to pay for failures."""
PATIENCE_BLOCKS = 32
"""So much newer a final block is, when attestors are asked for it instead of one for which they fell short."""


@dataclass(frozen=True)
class Book:
    """What is known of a route: `transfers` are the records until `known`, those at least that are not settled."""

    route: bytes
    kind: str
    """The destination's contract."""
    known: Point
    transfers: tuple[Transfer, ...] = ()
    left: Left | None = None
    stood: Stood | None = None
    target: Checkpoint | None = None
    signatures: Mapping[Address, bytes] = field(default_factory=dict)
    waiting: Mapping[int, Waiting] = field(default_factory=dict)
    failed: Mapping[str, int] = field(default_factory=dict)
    chunk: int = CHUNK

    @classmethod
    def begin(cls, route: bytes, kind: str, start: Point, transfers: Iterable[Transfer]) -> Self:
        """A book of the records after `start` that were read so far."""
        known = tuple(transfers)
        return cls(route, kind, fold_all(start, known), known)

    def between(self, first: int, until: int) -> tuple[Transfer, ...]:
        """The records of these nonces, without `until`."""
        base = self.known.count - len(self.transfers)
        return self.transfers[max(0, first - base) : until - base]

    def rungs(self) -> tuple[int, ...]:
        """The counts at which a backlog is parted that is too long for one transaction."""
        if not self.stood or not self.target or self.known.count < self.target.count:
            return ()
        return tuple(range(self.stood.head.count + self.chunk, self.target.count, self.chunk))

    def size(self) -> int:
        """How many records the next delivery holds."""
        backlog = self.target.count - self.stood.head.count if self.target and self.stood else self.chunk
        return min(self.chunk, backlog)

    def due(self) -> tuple[int, ...]:
        """The nonces of what has waited long enough, if its chain is not paused."""
        if not self.stood or self.stood.is_paused:
            return ()
        now = self.stood.now
        return tuple(nonce for nonce, waiting in sorted(self.waiting.items()) if waiting.ready_at <= now)


def step(book: Book, fact: Fact) -> tuple[Book, tuple[Command, ...]]:
    """Apply one fact to a book, and say what is to be done next.

    Deterministic: the same book and fact always give the same commands. A repeated fact changes nothing, and asks for
    the same again, which does no harm.
    """
    after = _aimed(_learned(book, fact))
    return after, tuple(_commands(after))


def _learned(book: Book, fact: Fact) -> Book:
    match fact:
        case Left():
            return book if book.left and fact.block < book.left.block else replace(book, left=fact)
        case Stood():
            return replace(book, stood=fact, transfers=book.between(fact.settled.count, book.known.count))
        case Recorded():
            return _recorded(book, fact)
        case Attested():
            if fact.checkpoint != book.target:
                return book
            return replace(book, signatures={**book.signatures, fact.attestor: fact.signature})
        case Moved():
            others = {nonce: waiting for nonce, waiting in book.waiting.items() if nonce != fact.nonce}
            return replace(book, waiting=others | ({fact.nonce: fact.waiting} if fact.waiting else {}))
        case Failed(name, is_too_long):
            what, _, attempt = name.rpartition(":")
            # again and again: one of its recipients may use more than was estimated, and alone it gets through
            fewer = is_too_long or (int(attempt) > 0 and ":deliver:" in what)
            failed = {**book.failed, what: int(attempt) + 1}
            return replace(book, failed=failed, chunk=max(1, book.size() // 2) if fewer else book.chunk)


def _recorded(book: Book, fact: Recorded) -> Book:
    """Records count only if they close over what was proven; else they were forged, or some are missing."""
    more = fact.transfers[book.known.count - fact.first :] if fact.first <= book.known.count else ()
    after = fold_all(book.known, more)
    if not book.left or after != book.left.point:
        return book
    return replace(book, known=after, transfers=book.transfers + more)


def _aimed(book: Book) -> Book:
    """The same book with the checkpoint that is to be delivered next: the newest, unless one is under way."""
    stood, left, target = book.stood, book.left, book.target
    if not stood or not stood.office or not left or left.point.count <= stood.head.count:
        return replace(book, target=None, signatures={})
    if target and target.epoch == stood.office.epoch and target.count > stood.head.count:
        is_attested = len(_signers(stood.office, book.signatures)) >= stood.office.threshold
        if is_attested or left.block - target.src_block < PATIENCE_BLOCKS:
            return book
    count, acc, cumulative = left.point.values()
    aim = Checkpoint(book.route, stood.office.epoch, left.block, left.block_hash, count, acc, cumulative)
    return replace(book, target=aim, signatures={})


def _commands(book: Book) -> Iterator[Command]:
    left, stood, target = book.left, book.stood, book.target
    if left and stood and book.known.count < left.point.count:
        yield Read(left)
    if not stood or stood.is_paused:
        return
    yield from _releases(book, stood)
    if not target or not stood.office:
        return
    if len(_signers(stood.office, book.signatures)) < stood.office.threshold:
        yield Attest(target)
    elif book.known.count >= target.count:
        yield _next(book, stood, stood.office, target)


def _releases(book: Book, stood: Stood) -> Iterator[Command]:
    """What waited goes when the limit lets it all out, or half of the most that it ever does: not by driblets."""
    available = stood.available
    for nonce in book.due():
        waiting = book.waiting[nonce]
        amount = waiting.transfer.amount
        is_there = stood.queued.get(nonce) == waiting.commitment(nonce)
        if is_there and 0 < min(amount, max(1, stood.capacity // 2)) <= available:
            data = abi.release_queued(nonce, waiting.transfer, waiting.ready_at)
            send = _send(book, f"release:{nonce}:{amount}:{waiting.ready_at}", data)
            if send.attempt < RELEASE_TRIES:
                available -= min(amount, available)
                yield send


def _next(book: Book, stood: Stood, office: Office, target: Checkpoint) -> Send:
    """A delivery; of a long backlog its first part, once the points that part it are proven, from the last one down."""
    first, last, rungs = stood.head.count, target.count, book.rungs()
    signed = attestation(office.threshold, office.attestors, _signers(office, book.signatures))
    if not rungs:
        data = abi.arrive(book.kind, target.values(), book.between(first, last), signed)
        return _send(book, f"deliver:{office.epoch}:{first}", data)
    parts = (book.between(a, b) for a, b in zip((first, *rungs), rungs, strict=False))
    points = dict(zip(rungs, islice(accumulate(parts, fold_all, initial=stood.head), 1, None), strict=True))
    proven = [count for count in rungs if stood.proven.get(count) == office.commitment(points[count])]
    if proven[:1] == [rungs[0]]:
        data = abi.arrive_point(book.kind, points[rungs[0]].values(), book.between(first, rungs[0]))
        return _send(book, f"deliver:{office.epoch}:{first}", data)
    lower = rungs[rungs.index(proven[0]) - 1] if proven else rungs[-1]
    if proven:
        later, records = points[proven[0]].values(), book.between(lower, proven[0])
        data = abi.split_point(later, points[lower].values(), records)
    else:
        data = abi.split(target.values(), signed, points[lower].values(), book.between(lower, last))
    return _send(book, f"split:{office.epoch}:{lower}", data)


def _signers(office: Office, signatures: Mapping[Address, bytes]) -> dict[Address, bytes]:
    """As many as are needed: each more would cost gas."""
    members = (attestor for attestor in office.attestors if attestor in signatures)
    return {attestor: signatures[attestor] for attestor in islice(members, office.threshold)}


def _send(book: Book, what: str, data: bytes) -> Send:
    name = f"0x{book.route.hex()}:{what}"
    return Send(f"{name}:{book.failed.get(name, 0)}", data)


def awaited(book: Book, nonce: int) -> str:
    """What a record, which is known, waits for: a phrase, empty if for nothing any more."""
    stood, target, waiting = book.stood, book.target, book.waiting.get(nonce)
    if not stood:
        return "the chain that it goes to"
    if stood.is_paused and (waiting or nonce >= stood.head.count):
        return "the end of the pause"
    if nonce >= stood.head.count:
        if not stood.office:
            return "attestors in office that this relayer knows"
        if not target or nonce >= target.count:
            return "the delivery of those before it"
        signed = len(_signers(stood.office, book.signatures))
        return (
            f"attestors: {signed} of {stood.office.threshold} signed" if signed < stood.office.threshold else "a block"
        )
    if waiting:
        if waiting.ready_at == VETOED:
            return "the governor, who lets it go or returns it"
        return f"the second {waiting.ready_at}" if stood.now < waiting.ready_at else "the limit"
    return "its delivery to be final" if nonce >= stood.settled.count else ""
