"""Where the token bucket is not OpenZeppelin's, on purpose; where it is, the stateful test compares them."""

from tests.support import at


def test_a_wider_limit_adds_nothing_where_openzeppelin_adds_the_difference(deploy, limiter, asset, configure, consume):
    peer = deploy("PeerOutflow")
    peer.configureLimit(asset, 1000, 100)
    start = configure(asset, 1000, 100)
    for bucket in (peer, limiter):
        at(start)
        bucket.consume(asset, 1000)
    for bucket in (peer, limiter):
        at(start)
        bucket.configureLimit(asset, 10**6, 100)
    assert (peer.available(asset), limiter.available(asset)) == (10**6 - 1000, 0)


def test_a_narrower_limit_keeps_what_fits_where_openzeppelin_takes_away_what_was_used(
    deploy, limiter, asset, configure, consume
):
    peer = deploy("PeerOutflow")
    peer.configureLimit(asset, 1000, 100)
    start = configure(asset, 1000, 100)
    for bucket in (peer, limiter):
        at(start)
        bucket.consume(asset, 500)
    for bucket in (peer, limiter):
        at(start)
        bucket.configureLimit(asset, 600, 100)
    assert (peer.available(asset), limiter.available(asset)) == (100, 500)
