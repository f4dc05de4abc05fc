"""What the reference models of all contracts with limits share: a bucket for each asset.

The bucket itself is in limiter.py. Source: interfaces/ITokenBucket.sol.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from offchain.core.units import Address, Timestamp, TokenUnits
from tests.model.act import Event, Outcome, Rejected
from tests.model.limiter import Bucket, LimitRefused, available, configure, consume


@dataclass(frozen=True, kw_only=True)
class LimitedBook:
    """The buckets by asset; an asset that was never configured has none, and nothing of it leaves."""

    buckets: Mapping[Address, Bucket] = field(default_factory=dict)


AnyLimited = TypeVar("AnyLimited", bound=LimitedBook)


def available_of(book: LimitedBook, asset: Address, now: Timestamp) -> TokenUnits:
    """What may leave now, in base units of the asset."""
    return TokenUnits(available(book.buckets.get(asset, Bucket()), now))


def take(book: AnyLimited, asset: Address, amount: TokenUnits, now: Timestamp) -> tuple[AnyLimited, bool]:
    """Take an amount, in base units, out of the asset's bucket; False, and the same book, if it holds less."""
    bucket, granted = consume(book.buckets.get(asset, Bucket()), amount, now)
    return (replace(book, buckets={**book.buckets, asset: bucket}) if granted else book), granted


def configure_limit(
    book: AnyLimited, now: Timestamp, asset: Address, capacity: TokenUnits, refill_seconds: int
) -> Outcome[AnyLimited]:
    """Set the limit of an asset; whoever calls this has checked that the caller may.

    Raises CapacityTooLarge, InvalidRefill.
    """
    try:
        bucket = configure(book.buckets.get(asset, Bucket()), capacity, refill_seconds, now)
    except LimitRefused as refusal:
        raise Rejected(refusal.error, asset, *refusal.values) from refusal
    values = {"asset": asset, "capacity": capacity, "refillSeconds": refill_seconds, "available": bucket.available}
    changed = replace(book, buckets={**book.buckets, asset: bucket})
    return Outcome(changed, events=(Event("LimitConfigured", values),))
