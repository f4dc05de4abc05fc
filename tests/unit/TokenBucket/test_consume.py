"""consume: what the bucket holds may leave, more waits in the caller's queue."""

import pytest

from tests.support import NATIVE, emitted, event, wait

CAPACITY = 10**24
DAY = 86_400


def test_the_whole_capacity_may_leave_at_once(limiter, asset, configure, consume):
    configure(asset, CAPACITY, DAY)
    assert consume(asset, CAPACITY)
    assert limiter.available(asset) == 0


def test_what_is_more_than_the_bucket_holds_is_refused_and_writes_nothing(asset, configure, consume, slot_of):
    start = configure(asset, 1000, 1000)
    assert consume(asset, 400, start + 1)
    before = slot_of(asset)
    assert not consume(asset, 602, start + 2)
    assert slot_of(asset) == before
    assert consume(asset, 601, start + 2)


@pytest.mark.parametrize("amount", [CAPACITY + 1, 2**96, 2**255, 2**256 - 1])
def test_more_than_the_capacity_is_refused_however_much_it_is(asset, configure, consume, amount):
    configure(asset, CAPACITY, DAY)
    wait(DAY)
    assert not consume(asset, amount)


def test_a_refusal_is_an_answer_and_not_a_revert(limiter, asset, configure, consume):
    configure(asset, 10, DAY)
    tx = limiter.consume(asset, 11)
    assert tx.status == 1
    assert emitted(tx, limiter) == [event("Answered", asset, 11, False)]


def test_consuming_nothing_is_granted_and_writes_nothing(asset, configure, consume, slot_of):
    start = configure(asset, 1000, 1000)
    assert consume(asset, 1000, start + 1)
    before = slot_of(asset)
    assert consume(asset, 0, start + 50)
    assert slot_of(asset) == before


def test_an_asset_never_configured_grants_nothing_but_nothing(limiter, asset, consume, slot_of):
    assert limiter.available(asset) == 0
    assert not consume(asset, 1)
    assert consume(asset, 0)
    assert slot_of(asset) == bytes(32)


def test_assets_do_not_share_their_limits(limiter, asset, configure, consume, slot_of):
    configure(asset, 1000, DAY)
    configure(NATIVE, 500, DAY)
    before = slot_of(NATIVE)
    assert consume(asset, 1000)
    assert slot_of(NATIVE) == before
    assert consume(NATIVE, 500)
    assert not consume(NATIVE, 500)


@pytest.mark.parametrize(("seconds", "back"), [(1, 3), (2, 6), (3, 10), (299, 996), (300, 1000), (10**9, 1000)])
def test_what_left_comes_back_evenly_and_rounded_down(asset, configure, consume, seconds, back):
    start = configure(asset, 1000, 300)
    assert consume(asset, 1000, start)
    assert not consume(asset, back + 1, start + seconds)
    assert consume(asset, back, start + seconds)


def test_a_part_of_a_unit_that_a_consumption_cuts_off_is_lost_to_the_outflow(limiter, asset, configure, consume):
    start = configure(asset, 10, 20)
    assert consume(asset, 10, start)
    assert consume(asset, 1, start + 3)  # 1.5 had come back
    assert not consume(asset, 1, start + 4)
    assert consume(asset, 1, start + 5)


def test_time_without_outflow_saves_nothing_beyond_the_capacity(asset, configure, consume):
    start = configure(asset, 1000, 10)
    assert not consume(asset, 1001, start + 10**6)
    assert consume(asset, 1000, start + 10**6)
    assert not consume(asset, 101, start + 10**6 + 1)


def test_the_widest_bucket_neither_overflows_nor_loses_a_unit(limiter, asset, configure, consume):
    widest, longest = 2**96 - 1, 2**24 - 1
    start = configure(asset, widest, longest)
    assert consume(asset, widest, start)
    assert consume(asset, widest * (longest - 1) // longest, start + longest - 1)
    assert consume(asset, widest // longest, start + longest)
    assert consume(asset, widest, start + 2**40 - 2**32)
    assert limiter.available(asset) == 0
