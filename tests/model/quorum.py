"""The reference model of an owner set, and of when enough of it agreed.

Source: interfaces/IMultiSig.sol (Quorum, requireQuorum), interfaces/IMultiSigFactory.sol. Checks are made in the
contract's own order.
"""

from collections.abc import Callable, Collection, Sequence

from eth_utils.address import to_canonical_address

from offchain.core.units import Address
from scripts.papers.agreement import Quorum, owner_set_of
from tests.model.act import Rejected

MAX_OWNERS = 50

Signed = Callable[[Address, bytes, bytes], bool]
"""Whether (owner, digest, signature) is one of the owner, by its key or by its code (ERC-1271).

The caller brings it as a fact: what lies on a curve, and what another contract answers, is not the model's matter.
"""


def require_sound(threshold: int, owners: Sequence[Address], wallet: Address) -> None:
    """An owner set that a wallet can have; the owners ascend.

    Raises InvalidThreshold, TooManyOwners, OwnerOutOfOrder, SelfOwner.
    """
    count = len(owners)
    if not 0 < threshold <= count:
        raise Rejected("InvalidThreshold", threshold, count)
    if count > MAX_OWNERS:
        raise Rejected("TooManyOwners", count, MAX_OWNERS)
    previous = bytes(20)
    for index, owner in enumerate(owners):
        if to_canonical_address(owner) <= previous:
            raise Rejected("OwnerOutOfOrder", index, owner)
        if owner == wallet:
            raise Rejected("SelfOwner", owner)
        previous = to_canonical_address(owner)


def require_quorum(
    owner_set: bytes,
    digest: bytes,
    quorum: Quorum,
    approvals: Collection[tuple[bytes, Address]],
    signed: Signed,
) -> None:
    """At least the threshold of the owners signed the digest or approved it on chain.

    Raises TooManyOwners, WrongOwnerSet, UnknownSigner, InvalidSignature, WrongSignaturesLength, ThresholdNotMet.
    """
    threshold, owners, signers, signatures = quorum
    if len(owners) > MAX_OWNERS:
        raise Rejected("TooManyOwners", len(owners), MAX_OWNERS)
    got = owner_set_of(threshold, owners)
    if got != owner_set:
        raise Rejected("WrongOwnerSet", got, owner_set)
    if signers >> len(owners):
        raise Rejected("UnknownSigner", signers, len(owners))

    count = end = 0
    for index, owner in enumerate(owners):
        if not signers >> index & 1:
            continue
        length = int.from_bytes(_read(signatures, end, 2))
        signature = _read(signatures, end + 2, length)
        if not (signed(owner, digest, signature) if length else (digest, owner) in approvals):
            raise Rejected("InvalidSignature", owner, digest)
        count, end = count + 1, end + 2 + length
    if end != len(signatures):
        raise Rejected("WrongSignaturesLength", len(signatures), end)
    if count < threshold:
        raise Rejected("ThresholdNotMet", count, threshold)


def _read(signatures: bytes, start: int, length: int) -> bytes:
    """Behind the end of the calldata there are zeros."""
    return signatures[start : start + length].ljust(length, b"\0")
