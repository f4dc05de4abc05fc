"""The reference model of the limiter: its arithmetic by hand, and the law that its outflow keeps, both ways."""

from fractions import Fraction

import pytest
from hypothesis import assume, settings
from hypothesis import strategies as st
from hypothesis.core import given  # the package's own `given` is Brownie's, which reverts a chain: here is none

from tests.model.limiter import (
    MAX_CAPACITY,
    MAX_REFILL_SECONDS,
    Bucket,
    Limit,
    LimitRefused,
    Outflow,
    available,
    breach,
    configure,
    consume,
    exact_level,
)

T0 = 1_800_000_000
DAY = 86_400


def test_an_asset_never_configured_grants_nothing_but_nothing():
    assert available(Bucket(), T0) == 0
    assert consume(Bucket(), 1, T0) == (Bucket(), False)
    assert consume(Bucket(), 0, T0) == (Bucket(), True)


def test_the_first_configuration_fills_the_bucket():
    assert available(configure(Bucket(), 1000, DAY, T0), T0) == 1000


def test_what_was_consumed_comes_back_with_time_rounded_down():
    bucket, granted = consume(configure(Bucket(), 1000, 300, T0), 1000, T0)
    assert granted
    levels = [available(bucket, T0 + seconds) for seconds in (0, 1, 2, 3, 299, 300, 10**9)]
    assert levels == [0, 3, 6, 10, 996, 1000, 1000]


def test_more_than_the_bucket_holds_is_refused_and_changes_nothing():
    bucket, _ = consume(configure(Bucket(), 1000, 300, T0), 400, T0)
    assert consume(bucket, 601, T0) == (bucket, False)
    assert consume(bucket, 600, T0) == (Bucket(1000, 0, 300, T0), True)


def test_a_new_limit_settles_at_the_old_rate_and_adds_nothing():
    bucket, _ = consume(configure(Bucket(), 1000, 100, T0), 1000, T0)
    assert configure(bucket, 10**9, 1, T0 + 10) == Bucket(10**9, 100, 1, T0 + 10)
    assert configure(bucket, 60, 1, T0 + 10) == Bucket(60, 60, 1, T0 + 10)


def test_a_limit_of_nothing_raised_later_starts_empty():
    bucket = configure(configure(Bucket(), 0, DAY, T0), 1000, 100, T0)
    assert (available(bucket, T0), available(bucket, T0 + 1)) == (0, 10)


@pytest.mark.parametrize(
    ("capacity", "refill_seconds", "error", "got", "limit"),
    [
        (MAX_CAPACITY + 1, 0, "CapacityTooLarge", MAX_CAPACITY + 1, MAX_CAPACITY),
        (1, 0, "InvalidRefill", 0, MAX_REFILL_SECONDS),
        (1, MAX_REFILL_SECONDS + 1, "InvalidRefill", MAX_REFILL_SECONDS + 1, MAX_REFILL_SECONDS),
    ],
)
def test_a_limit_out_of_range_is_refused(capacity, refill_seconds, error, got, limit):
    with pytest.raises(LimitRefused) as refusal:
        configure(Bucket(), capacity, refill_seconds, T0)
    assert (refusal.value.error, refusal.value.values) == (error, (got, limit))


CAPACITIES = st.one_of(st.integers(0, 1000), st.integers(0, MAX_CAPACITY))
WINDOWS = st.one_of(st.integers(1, 100), st.integers(1, MAX_REFILL_SECONDS))
STEPS = st.lists(
    st.tuples(
        st.one_of(st.just(0), st.integers(0, 200), st.integers(0, 10**9)),
        st.one_of(st.none(), st.fractions(0, Fraction(5, 4)), st.tuples(CAPACITIES, WINDOWS)),
    ),
    max_size=15,
)


@settings(max_examples=150)
@given(first=st.tuples(CAPACITIES, WINDOWS), steps=STEPS)
def test_the_bucket_keeps_the_law_and_stays_below_the_exact_level_by_less_than_a_unit_a_write(first, steps):
    """A step waits, then takes a share of what is available, or changes the limit."""
    bucket, now, writes = configure(Bucket(), *first, T0), T0, 0
    history = [Limit(T0, *first)]
    for wait, act in steps:
        now += wait
        if isinstance(act, tuple):
            before = available(bucket, now)
            bucket = configure(bucket, *act, now)
            assert available(bucket, now) == min(before, act[0])
            history.append(Limit(now, *act))
            writes += 1
        elif act is not None:
            amount = int(available(bucket, now) * act)
            bucket, granted = consume(bucket, amount, now)
            if granted and amount:
                history.append(Outflow(now, amount))
                writes += 1
        level = exact_level(history, now)
        assert level - writes - 1 < available(bucket, now) <= level
        assert available(bucket, now) <= bucket.capacity
    assert breach(history) is None


@settings(max_examples=150)
@given(
    first=st.tuples(st.integers(1, 1000), st.integers(1, 100)),
    flows=st.lists(st.tuples(st.integers(0, 50), st.integers(1, 400)), min_size=1, max_size=10),
)
def test_the_law_is_broken_exactly_if_the_exact_level_falls_below_nothing(first, flows):
    history, now, lowest = [Limit(T0, *first)], T0, Fraction(0)
    for wait, amount in flows:
        now += wait
        history.append(Outflow(now, amount))
        lowest = min(lowest, exact_level(history, now))
    assert (breach(history) is not None) == (lowest < 0)


def test_one_unit_too_much_breaks_the_law_and_is_located():
    history = [Limit(T0, 100, 10), Outflow(T0, 1), Outflow(T0 + 50, 100), Outflow(T0 + 53, 30)]
    assert breach(history) is None
    assert breach([*history, Outflow(T0 + 53, 1)]) == (2, 4)


def test_a_raised_limit_allows_no_more_at_once_than_before():
    history = [Limit(T0, 100, 100), Outflow(T0, 100), Limit(T0, 10**6, 10**6)]
    assert breach([*history, Outflow(T0 + 5, 5)]) is None
    assert breach([*history, Outflow(T0 + 5, 6)]) == (1, 3)


@settings(max_examples=100)
@given(capacity=st.integers(1, MAX_CAPACITY), window=WINDOWS, elapsed=st.integers(0, 2**40), level=st.integers(0, 100))
def test_no_step_of_the_contract_s_arithmetic_leaves_137_bits(capacity, window, elapsed, level):
    held = capacity * level // 100
    assume(elapsed + T0 < 2**40)
    assert elapsed * capacity < 2**136
    assert held + elapsed * capacity // window < 2**137
    assert available(Bucket(capacity, held, window, T0), T0 + elapsed) <= capacity
