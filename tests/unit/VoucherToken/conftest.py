"""A merchant who issues vouchers, and people who hold them."""

from contextlib import contextmanager

import pytest
from brownie import accounts

from tests.conftest import GOVERNOR_DELAY_SECONDS
from tests.support import reverts, send

COFFEE, NIGHT, CAKE = KINDS = 5, 6, 7
STOCK = 1000


@pytest.fixture(scope="session")
def friend():
    """Somebody whom a holder may approve."""
    return accounts[7]


@pytest.fixture(scope="module")
def voucher(deploy, governor, guardian, merchant, payer):
    """1000 coffees and 1000 nights are the payer's; the merchant may issue more."""
    voucher = deploy("VoucherToken", "https://shop/{id}.json", GOVERNOR_DELAY_SECONDS, governor, guardian)
    send(governor, voucher.grantRole, voucher.MERCHANT_ROLE(), merchant)
    for kind in (COFFEE, NIGHT):
        send(merchant, voucher.issue, payer, kind, STOCK)
    return voucher


@pytest.fixture
def state(voucher, payer, merchant, friend, stranger, governor, guardian):
    """Balances, supplies and approvals of all kinds and people."""
    people = (payer, merchant, friend, stranger, governor, guardian)

    def state():
        found = {("balance", str(each), kind): voucher.balanceOf(each, kind) for each in people for kind in KINDS}
        found |= {("supply", kind): voucher.totalSupply["uint256"](kind) for kind in KINDS}
        return found | {("operator", str(a), str(b)): voucher.isApprovedForAll(a, b) for a in people for b in people}

    return state


@pytest.fixture
def refused(state):
    """Expect exactly this typed error, and that nothing about any voucher has changed."""

    @contextmanager
    def refused(error, *values):
        before = state()
        with reverts(error, *values):
            yield
        assert state() == before

    return refused


@pytest.fixture
def changes(state):
    """By how much a call changed what, by its place."""

    def changes(act):
        before = state()
        act()
        after = state()
        return {place: after[place] - before[place] for place in before if before[place] != after[place]}

    return changes
