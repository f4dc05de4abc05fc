"""configureLimit: sets what may leave from now on, and adds nothing to what could leave before."""

import pytest

from tests.support import NATIVE, emitted, event, reverts

MAX_CAPACITY = 2**96 - 1
MAX_REFILL_SECONDS = 2**24 - 1
DAY = 86_400


def test_the_first_configuration_fills_the_bucket(limiter, asset):
    tx = limiter.configureLimit(asset, 1000, DAY)
    assert emitted(tx, limiter) == [event("LimitConfigured", asset, 1000, DAY, 1000)]
    assert limiter.available(asset) == 1000
    assert limiter.limitOf(asset) == (1000, DAY)


def test_an_asset_never_configured_has_no_capacity_and_no_refill(limiter, asset):
    assert limiter.limitOf(asset) == (0, 0)


def test_one_slot_holds_the_whole_of_an_asset(asset, configure, consume, slot_of):
    start = configure(asset, 1000, DAY)
    consume(asset, 400, start + 7)
    packed = (start + 7) << 216 | DAY << 192 | 600 << 96 | 1000
    assert int.from_bytes(slot_of(asset), "big") == packed


@pytest.mark.parametrize(("capacity", "refill_seconds"), [(10**9, 1), (1001, 100), (1000, 1)])
def test_a_wider_limit_adds_nothing_to_what_is_there(limiter, asset, configure, consume, capacity, refill_seconds):
    start = configure(asset, 1000, 100)
    consume(asset, 1000, start)
    configure(asset, capacity, refill_seconds, start)
    assert limiter.available(asset) == 0


def test_what_came_back_before_a_change_came_at_the_old_rate(limiter, asset, configure, consume):
    start = configure(asset, 1000, 100)
    consume(asset, 1000, start)
    configure(asset, 10**6, 1000, start + 10)
    assert not consume(asset, 1101, start + 11)  # 10 s of 10 a second, then 1 s of 1,000
    assert consume(asset, 1100, start + 11)


def test_a_narrower_limit_takes_away_what_is_beyond_it(limiter, asset, configure):
    configure(asset, 1000, 100)
    tx = limiter.configureLimit(asset, 60, 100)
    assert emitted(tx, limiter) == [event("LimitConfigured", asset, 60, 100, 60)]
    assert limiter.available(asset) == 60


def test_narrowing_and_widening_again_gives_nothing_back(limiter, asset, configure):
    start = configure(asset, 1000, DAY)
    configure(asset, 10, DAY, start)
    configure(asset, 1000, DAY, start)
    assert limiter.available(asset) == 10


def test_a_capacity_of_nothing_queues_all_and_is_a_configuration(limiter, asset, configure, consume):
    start = configure(asset, 0, DAY)
    assert not consume(asset, 1)
    assert consume(asset, 0)
    configure(asset, 1000, 1000, start)
    assert not consume(asset, 2, start + 1)
    assert consume(asset, 1, start + 1)


def test_a_change_is_the_named_asset_s_alone(limiter, asset, configure, slot_of):
    configure(NATIVE, 500, DAY)
    before = slot_of(NATIVE)
    configure(asset, 7, 7)
    assert slot_of(NATIVE) == before


@pytest.mark.parametrize("capacity", [MAX_CAPACITY + 1, 2**256 - 1])
def test_a_capacity_beyond_96_bits_reverts(limiter, asset, capacity):
    with reverts("CapacityTooLarge", asset, capacity, MAX_CAPACITY):
        limiter.configureLimit(asset, capacity, DAY)


@pytest.mark.parametrize("refill_seconds", [0, MAX_REFILL_SECONDS + 1, 2**256 - 1])
def test_a_refill_in_no_time_or_in_more_than_24_bits_reverts(limiter, asset, refill_seconds):
    with reverts("InvalidRefill", asset, refill_seconds, MAX_REFILL_SECONDS):
        limiter.configureLimit(asset, 1000, refill_seconds)


def test_a_refused_change_leaves_the_limit_as_it_was(limiter, asset, configure, slot_of):
    configure(asset, 1000, DAY)
    before = slot_of(asset)
    with reverts("InvalidRefill", asset, 0, MAX_REFILL_SECONDS):
        limiter.configureLimit(asset, 5, 0)
    assert slot_of(asset) == before
