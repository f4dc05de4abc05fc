"""The reference model of a bridge's attestors: whose checkpoint counts, who is in office, who lied.

Source: interfaces/IInbox.sol, EIP-712, ERC-2098. Each act makes its checks in the contract's own order. Whose key made
a signature is not worked out here: `recover` is handed in, and gives None for what is nobody's.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from offchain.core.checkpoint import (
    SIGNATURE_BYTES,
    Attestation,
    Checkpoint,
    Domain,
    attestor_set,
    digest,
)
from offchain.core.units import ZERO_ADDRESS, Address
from tests.model import breaker
from tests.model.act import Call, Event, Outcome, Rejected
from tests.model.breaker import record
from tests.model.outbox import NO_ROUTE, OutboxBook, require_governor

MAX_ATTESTORS = 32
NO_SET = bytes(32)

Recover = Callable[[bytes, bytes], Address | None]


@dataclass(frozen=True, kw_only=True)
class AttestedBook(OutboxBook):
    """The set in office, none after an equivocation until there is another; and who equivocated."""

    name: str
    version: str
    epoch: int
    office: bytes
    disabled: frozenset[Address] = frozenset()

    @property
    def domain(self) -> Domain:
        """The domain in which checkpoints for this contract are signed."""
        return Domain(self.name, self.version, self.chain_id, self.address)


AnyAttested = TypeVar("AnyAttested", bound=AttestedBook)


def require_attested(book: AttestedBook, checkpoint: Checkpoint, attestation: Attestation, recover: Recover) -> None:
    """Who signed exactly this, and who is said to be absent, are together the set in office: enough of it signed.

    Raises WrongRoute, UnknownSigner, WrongSignaturesLength, ThresholdNotMet, InvalidSignature and those of
    `require_office`.
    """
    threshold, signers, absent, signatures = attestation
    require_route(book, checkpoint)
    signed = signers.bit_count()
    count = signed + len(absent)
    if signers >> count:
        raise Rejected("UnknownSigner", signers, count)
    if len(signatures) != signed * SIGNATURE_BYTES:
        raise Rejected("WrongSignaturesLength", len(signatures), signed * SIGNATURE_BYTES)
    if signed < threshold:
        raise Rejected("ThresholdNotMet", signed, threshold)
    members, others, hashed = [], iter(absent), digest(checkpoint, book.domain)
    starts = iter(range(0, len(signatures), SIGNATURE_BYTES))
    for place in range(count):
        if signers >> place & 1:
            start = next(starts)
            signer = recover(hashed, signatures[start : start + SIGNATURE_BYTES])
            if signer is None:
                raise Rejected("InvalidSignature", place, hashed)
            members.append(signer)
        else:
            members.append(next(others))
    require_office(book, checkpoint, threshold, members)


def require_route(book: AttestedBook, checkpoint: Checkpoint) -> None:
    """Raises WrongRoute."""
    if checkpoint.route_id != book.inbound or book.inbound == NO_ROUTE:
        raise Rejected("WrongRoute", checkpoint.route_id, book.inbound)


def require_office(book: AttestedBook, checkpoint: Checkpoint, threshold: int, attestors: Sequence[Address]) -> None:
    """These are the set in office, and the checkpoint was signed in its time.

    Raises NoAttestors, WrongEpoch, WrongAttestors.
    """
    named = attestor_set(checkpoint.epoch, threshold, attestors)
    if book.office == NO_SET:
        raise Rejected("NoAttestors")
    if checkpoint.epoch != book.epoch:
        raise Rejected("WrongEpoch", checkpoint.epoch, book.epoch)
    if named != book.office:
        raise Rejected("WrongAttestors", named, book.office)


def rotate(book: AnyAttested, call: Call, threshold: int, attestors: Sequence[Address]) -> Outcome[AnyAttested]:
    """Put another set in office.

    Raises AccessControlUnauthorizedAccount and those of `require_set`.
    """
    require_governor(book, call.caller)
    require_set(book, threshold, attestors)
    epoch = book.epoch + 1
    changed = replace(book, epoch=epoch, office=attestor_set(epoch, threshold, attestors))
    event = Event("AttestorsRotated", {"epoch": epoch, "threshold": threshold, "attestors": tuple(attestors)})
    types, values = ("uint64", "uint256", "address[]"), (epoch, threshold, list(attestors))
    return Outcome(changed, events=(event,)).then(lambda after: record(after, call, "rotate", types, values))


def require_set(book: AttestedBook, threshold: int, attestors: Sequence[Address]) -> None:
    """Raises TooManyAttestors, InvalidThreshold, AttestorOutOfOrder, DisabledAttestor."""
    if len(attestors) > MAX_ATTESTORS:
        raise Rejected("TooManyAttestors", len(attestors), MAX_ATTESTORS)
    if not 0 < threshold <= len(attestors):
        raise Rejected("InvalidThreshold", threshold, len(attestors))
    last = ZERO_ADDRESS
    for index, attestor in enumerate(attestors):
        if int(attestor, 16) <= int(last, 16):
            raise Rejected("AttestorOutOfOrder", index, attestor)
        if attestor in book.disabled:
            raise Rejected("DisabledAttestor", attestor)
        last = attestor


def prove_equivocation(
    book: AnyAttested,
    call: Call,
    first: Checkpoint,
    first_signature: bytes,
    second: Checkpoint,
    second_signature: bytes,
    threshold: int,
    attestors: Sequence[Address],
    recover: Recover,
) -> Outcome[AnyAttested]:
    """One in office signed two states that exclude each other: it is disabled, nobody is in office, and a pause runs.

    Raises WrongRoute, those of `require_office`, NoEquivocation, NotAnAttestor.
    """
    require_route(book, first)
    require_office(book, first, threshold, attestors)
    if not conflict(first, second):
        raise Rejected("NoEquivocation")
    hashes = digest(first, book.domain), digest(second, book.domain)
    signers = recover(hashes[0], first_signature), recover(hashes[1], second_signature)
    signer = signers[0] or ZERO_ADDRESS
    if signers[0] != signers[1] or signer not in attestors:
        raise Rejected("NotAnAttestor", signer)
    event = Event("EquivocationProven", {"attestor": signer, "first": hashes[0], "second": hashes[1]})
    changed = replace(book, office=NO_SET, disabled=book.disabled | {signer})
    return Outcome(changed, events=(event,)).then(lambda after: breaker.trip(after, call, hashes[0]))


def conflict(first: Checkpoint, second: Checkpoint) -> bool:
    """Whether the two exclude each other: no honest attestor signs both.

    To sign the same state again at a later block is honest, and an outbox without records has no hash before its route.
    """
    if (first.route_id, first.epoch) != (second.route_id, second.epoch):
        return False
    forked = first.src_block == second.src_block and first.src_block_hash != second.src_block_hash
    return forked or (0 < first.count == second.count and first.point != second.point)
