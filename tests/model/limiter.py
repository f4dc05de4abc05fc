"""The reference model of TokenBucket: a limit on what leaves, per asset, exact in integers; and the law it must keep.

Source: interfaces/ITokenBucket.sol. Amounts are base units of the asset, times Unix seconds. The rate of a bucket is
the fraction capacity / refill_seconds.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

MAX_CAPACITY = 2**96 - 1
MAX_REFILL_SECONDS = 2**24 - 1


class LimitRefused(Exception):  # noqa: N818  (an answer of the contract, foreseen, not a fault)
    """The contract's typed error with its values, the asset left out."""

    def __init__(self, error: str, got: int, limit: int) -> None:
        super().__init__(error, got, limit)
        self.error = error
        self.values = (got, limit)


@dataclass(frozen=True)
class Bucket:
    """One asset's slot: `available` is what it held at the second `updated_at`. As made, it was never configured."""

    capacity: int = 0
    available: int = 0
    refill_seconds: int = 0
    updated_at: int = 0


def available(bucket: Bucket, now: int) -> int:
    """What may leave at `now`, not before the bucket's last update: rounded down, and never above the capacity."""
    if not bucket.capacity:
        return 0
    refilled = (now - bucket.updated_at) * bucket.capacity // bucket.refill_seconds
    return min(bucket.capacity, bucket.available + refilled)


def consume(bucket: Bucket, amount: int, now: int) -> tuple[Bucket, bool]:
    """Take `amount` out; False, and the same bucket, if it holds less. 0 is always granted and changes nothing."""
    held = available(bucket, now)
    if amount > held:
        return bucket, False
    return (replace(bucket, available=held - amount, updated_at=now) if amount else bucket), True


def configure(bucket: Bucket, capacity: int, refill_seconds: int, now: int) -> Bucket:
    """Change the limit from `now` on. The first configuration fills the bucket, no later one adds to what it holds.

    Raises LimitRefused: CapacityTooLarge, then InvalidRefill.
    """
    if capacity > MAX_CAPACITY:
        raise LimitRefused("CapacityTooLarge", capacity, MAX_CAPACITY)
    if not 0 < refill_seconds <= MAX_REFILL_SECONDS:
        raise LimitRefused("InvalidRefill", refill_seconds, MAX_REFILL_SECONDS)
    held = available(bucket, now) if bucket.refill_seconds else capacity
    return Bucket(capacity, min(held, capacity), refill_seconds, now)


@dataclass(frozen=True)
class Limit:
    """From the second `at` on the asset has this limit."""

    at: int
    capacity: int
    refill_seconds: int

    @property
    def rate(self) -> Fraction:
        """Base units a second."""
        return Fraction(self.capacity, self.refill_seconds)


@dataclass(frozen=True)
class Outflow:
    """At the second `at`, `amount` left within the limit."""

    at: int
    amount: int


History = Sequence[Limit | Outflow]
"""What happened to one asset, in its order; a limit comes first."""


def exact_level(history: History, now: int) -> Fraction:
    """What an ideal bucket, which rounds nothing, holds at `now` after this history; below 0 if too much left."""
    limit, level, since = Limit(0, 0, 1), Fraction(0), 0
    for number, fact in enumerate([*history, Outflow(now, 0)]):
        level = min(Fraction(limit.capacity), level + limit.rate * (fact.at - since))
        since = fact.at
        if isinstance(fact, Outflow):
            level -= fact.amount
        else:
            level = min(level, Fraction(fact.capacity)) if number else Fraction(fact.capacity)
            limit = fact
    return level


def breach(history: History) -> tuple[int, int] | None:
    """The first interval in which more left than the law allows, as positions in the history; None if there is none.

    The law, invariant 40: from any outflow to any later one, both included, leaves at most the capacity in force at the
    beginning and what the rates in force bring until the end. Exact in fractions, and written from the law and not from
    the bucket, so that it can judge it.
    """
    for start, first in enumerate(history):
        if isinstance(first, Limit):
            continue
        limit = next(fact for fact in reversed(history[:start]) if isinstance(fact, Limit))
        allowed, since = Fraction(limit.capacity), first.at
        for end, fact in enumerate(history[start:], start):
            allowed += limit.rate * (fact.at - since)
            since = fact.at
            if isinstance(fact, Limit):
                limit = fact
                continue
            allowed -= fact.amount
            if allowed < 0:
                return start, end
    return None
