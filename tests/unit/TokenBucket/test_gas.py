"""What breaker and limiter add to a call, measured in the same run as OpenZeppelin's."""

import pytest

CAPACITY, AMOUNT, DAY = 10**24, 10**20, 86_400
MOST_FOR_LIMITER = 6_107
MOST_FOR_BOTH = 6_600


@pytest.fixture
def cost(deploy, governor, asset):
    """What a measured call costs, of ours or of OpenZeppelin, with buckets in use since long."""
    ours, peer = deploy("SafetyCosts", governor), deploy("PeerCosts")
    ours.configureLimit(asset, CAPACITY, DAY)
    peer.configureLimit(CAPACITY, DAY)
    for contract in (ours, peer):
        contract.measureLimiter(asset, AMOUNT)
    contracts = {"ours": ours, "peer": peer}

    def cost(whose, call):
        limited = call in ("measureLimiter", "measureBoth")
        answer = getattr(contracts[whose], call)(*((asset, AMOUNT) if limited else ())).events["Cost"]
        assert answer["granted"] == limited
        return answer["gas"]

    return cost


def test_the_limiter_costs_less_than_its_target_and_than_openzeppelins(cost):
    gas = cost("ours", "measureLimiter")
    assert gas <= MOST_FOR_LIMITER
    assert gas < cost("peer", "measureLimiter")


def test_breaker_and_limiter_together_cost_less_than_their_target(cost):
    """The slot of the pause is one that every call reads anyway, for the fee."""
    gas = cost("ours", "measureBoth") - cost("ours", "measureBare")
    assert gas <= MOST_FOR_BOTH
    assert gas < cost("peer", "measureLimiter") + cost("peer", "measureBreaker")
