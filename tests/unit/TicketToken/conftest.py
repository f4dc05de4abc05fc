"""A merchant who issues tickets, and people who hold them."""

from contextlib import contextmanager

import pytest
from brownie import accounts

from tests.conftest import GOVERNOR_DELAY_SECONDS
from tests.support import reverts, send

SEAT, OTHER_SEAT, FREE_SEAT = 7, 8, 9


@pytest.fixture(scope="session")
def friend():
    """Somebody whom a holder may approve."""
    return accounts[7]


@pytest.fixture(scope="module")
def blank(deploy, governor, guardian, merchant):
    """Tickets of which none is issued; the merchant may."""
    ticket = deploy("TicketToken", "Concert Tickets", "TICKET", GOVERNOR_DELAY_SECONDS, governor, guardian)
    send(governor, ticket.grantRole, ticket.MERCHANT_ROLE(), merchant)
    return ticket


@pytest.fixture(scope="module")
def ticket(blank, merchant, payer):
    """Two of them are the payer's."""
    for seat in (SEAT, OTHER_SEAT):
        send(merchant, blank.issue, payer, seat, "")
    return blank


@pytest.fixture
def state(ticket, payer, merchant, friend, stranger, governor, guardian):
    """Owners, approvals and counts of all tickets and people."""
    people = (payer, merchant, friend, stranger, governor, guardian)

    def state():
        found = {("balance", str(each)): ticket.balanceOf(each) for each in people}
        found |= {("owner", seat): str(ticket.ownerOf(seat)) for seat in (SEAT, OTHER_SEAT)}
        found |= {("approved", seat): str(ticket.getApproved(seat)) for seat in (SEAT, OTHER_SEAT)}
        found |= {("operator", str(a), str(b)): ticket.isApprovedForAll(a, b) for a in people for b in people}
        return found | {("redeemed", seat): ticket.isRedeemed(seat) for seat in (SEAT, OTHER_SEAT)}

    return state


@pytest.fixture
def refused(state):
    """Expect exactly this typed error, and that nothing about any ticket has changed."""

    @contextmanager
    def refused(error, *values):
        before = state()
        with reverts(error, *values):
            yield
        assert state() == before

    return refused


@pytest.fixture
def changes(state):
    """What a call changed, old and new, by its place."""

    def changes(act):
        before = state()
        act()
        after = state()
        return {place: (before[place], after[place]) for place in before if before[place] != after[place]}

    return changes
