"""What a token is from its constructor on."""

import pytest
from brownie import chain

from offchain.core.checkpoint import route_id
from tests.support import reverts
from tests.unit.bridge_cases.conftest import trust_of
from tests.unit.bridge_cases.route import (
    CAPACITY,
    LARGE_AMOUNT,
    LARGE_SHIFT,
    OTHER_CHAIN,
    PEER,
    PEER_ASSET,
    QUEUE_SECONDS,
    REFILL_SECONDS,
)

ZERO_ADDRESS = "0x" + "00" * 20
HOUR, WEEK = 3600, 7 * 24 * 3600


@pytest.fixture
def make(deploy, governor, guardian):
    """A token from its arguments; any may be another than usual."""

    def make(decimals=18, chain_id=OTHER_CHAIN, vault=PEER, asset=PEER_ASSET, queue_seconds=QUEUE_SECONDS):
        *trust, _, capacity, refill = trust_of(governor, guardian)
        trust = (*trust, queue_seconds, capacity, refill)
        return deploy("BridgeToken", trust, "Bridged Coin", "BCOIN", decimals, chain_id, vault, asset)

    return make


def test_it_begins_with_its_routes_and_no_supply(token_route):
    contract = token_route.contract
    here, there = token_route.ends()
    out, back = route_id(here, there), route_id(there, here)
    assert (bytes(contract.outboundRoute()), bytes(contract.inboundRoute())) == (out, back)
    outbox, inbox = contract.outbox(), contract.inbox()
    assert (outbox[:2], bytes(outbox[2])) == ((0, 0), out)
    assert (inbox[:2], bytes(inbox[2])) == ((0, 0), back)
    assert (contract.totalSupply(), contract.queuedTotal()) == (0, 0)


def test_name_symbol_decimals_and_version_are_as_said(make):
    contract = make(decimals=6)
    assert (contract.name(), contract.symbol(), contract.decimals()) == ("Bridged Coin", "BCOIN", 6)
    assert contract.version() == "1.0.0"


def test_native_coin_may_be_what_it_stands_for(make):
    make(asset=ZERO_ADDRESS)


def test_the_other_chain_is_another_and_its_vault_somebody(make):
    for chain_id, vault in ((0, PEER), (chain.id, PEER), (OTHER_CHAIN, ZERO_ADDRESS)):
        with reverts("InvalidPeer", chain_id, vault):
            make(chain_id=chain_id, vault=vault)


def test_a_queue_has_its_bounds_from_the_beginning(make):
    for seconds in (0, HOUR - 1, WEEK + 1):
        with reverts("InvalidQueueDelay", seconds, HOUR, WEEK):
            make(queue_seconds=seconds)


def test_set_queue_and_limit_are_in_force_at_once(token_route):
    contract = token_route.contract
    assert bytes(contract.attestorSet()) == token_route.set_of(2, token_route.addresses)
    assert (contract.epoch(), contract.queueOf()) == (1, (CAPACITY >> LARGE_SHIFT, QUEUE_SECONDS))
    assert contract.queueOf()[0] == LARGE_AMOUNT
    assert contract.limitOf(contract) == (CAPACITY, REFILL_SECONDS)
