"""What a vault is from its constructor on."""

import pytest

from tests.support import NATIVE, reverts
from tests.unit.bridge_cases.route import CAPACITY, LARGE_AMOUNT, QUEUE_SECONDS, REFILL_SECONDS, unused_address

NOBODY = unused_address("no token")


@pytest.mark.parametrize("own, of_route, unit", [(18, 18, 1), (18, 6, 10**12), (18, 0, 10**18), (2, 2, 1), (2, 0, 100)])
def test_its_unit_follows_from_the_decimals(build_vault, deploy, own, of_route, unit):
    asset = deploy({18: "TestToken", 2: "LowDecimalsToken"}[own])
    contract = build_vault(asset, decimals=own, route_decimals=of_route).contract
    assert (contract.token(), contract.unit(), contract.version()) == (asset.address, unit, "1.0.0")


def test_coin_has_eighteen_decimals(build_vault):
    contract = build_vault(NATIVE, route_decimals=9).contract
    assert (contract.token(), contract.unit()) == (NATIVE, 10**9)
    with reverts("WrongDecimals", 6, 18):
        build_vault(NATIVE, decimals=6, route_decimals=6)


def test_the_decimals_are_the_tokens_own_and_the_routes_are_no_more(build_vault, deploy):
    asset = deploy("LowDecimalsToken")
    for decimals, of_route, values in ((18, 2, (18, 2)), (0, 0, (0, 2)), (2, 3, (3, 2))):
        with reverts("WrongDecimals", *values):
            build_vault(asset, decimals=decimals, route_decimals=of_route)


def test_what_is_no_token_has_no_vault(build_vault, stranger):
    for asset in (NOBODY, stranger):
        with reverts("NotAToken", asset):
            build_vault(asset)


def test_set_queue_and_limit_are_in_force_at_once(unlisted):
    contract = unlisted.contract
    assert bytes(contract.attestorSet()) == unlisted.set_of(2, unlisted.addresses)
    assert (contract.epoch(), contract.queueOf()) == (1, (LARGE_AMOUNT, QUEUE_SECONDS))
    assert contract.limitOf(unlisted.asset) == (CAPACITY, REFILL_SECONDS)
    assert (contract.queuedTotal(), contract.pausedUntil()) == (0, 0)


def test_checkpoints_are_signed_for_this_vault(unlisted):
    domain = unlisted.domain
    assert (domain.name, domain.version) == ("Quittance Bridge", "1.0.0")
    assert domain.contract == unlisted.contract.address
