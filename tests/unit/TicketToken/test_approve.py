"""approve and setApprovalForAll: whom a holder lets move one ticket, or all of its own."""

import pytest

from tests.support import NATIVE, emitted, event
from tests.unit.TicketToken.conftest import FREE_SEAT, OTHER_SEAT, SEAT


def test_a_holder_approves_one_account_for_one_ticket(ticket, payer, friend, changes):
    changed = changes(lambda: ticket.approve(friend, SEAT, {"from": payer}))
    assert changed == {("approved", SEAT): (NATIVE, str(friend))}


def test_an_approval_is_one_event(ticket, payer, friend):
    tx = ticket.approve(friend, SEAT, {"from": payer})
    assert emitted(tx, ticket) == [event("Approval", payer, friend, SEAT)]


def test_a_later_approval_replaces_the_former(ticket, payer, friend, stranger, changes):
    ticket.approve(friend, SEAT, {"from": payer})
    changed = changes(lambda: ticket.approve(stranger, SEAT, {"from": payer}))
    assert changed == {("approved", SEAT): (str(friend), str(stranger))}
    assert changes(lambda: ticket.approve(NATIVE, SEAT, {"from": payer})) == {
        ("approved", SEAT): (str(stranger), NATIVE)
    }


def test_an_operator_approves_for_the_holder(ticket, payer, friend, stranger):
    ticket.setApprovalForAll(friend, True, {"from": payer})
    tx = ticket.approve(stranger, SEAT, {"from": friend})
    assert emitted(tx, ticket) == [event("Approval", payer, stranger, SEAT)]


@pytest.mark.parametrize("role", ["stranger", "merchant", "governor", "guardian"])
def test_nobody_else_approves(request, ticket, refused, role):
    account = request.getfixturevalue(role)
    with refused("ERC721InvalidApprover", account):
        ticket.approve(account, SEAT, {"from": account})


def test_whoever_is_approved_for_one_ticket_approves_nobody(ticket, payer, friend, stranger, refused):
    ticket.approve(friend, SEAT, {"from": payer})
    with refused("ERC721InvalidApprover", friend):
        ticket.approve(stranger, SEAT, {"from": friend})


def test_a_ticket_that_was_not_issued_is_approved_to_nobody(ticket, payer, friend, refused):
    with refused("ERC721NonexistentToken", FREE_SEAT):
        ticket.approve(friend, FREE_SEAT, {"from": payer})


def test_a_holder_names_an_operator_and_dismisses_it(ticket, payer, friend, changes):
    place = ("operator", str(payer), str(friend))
    assert changes(lambda: ticket.setApprovalForAll(friend, True, {"from": payer})) == {place: (False, True)}
    assert changes(lambda: ticket.setApprovalForAll(friend, False, {"from": payer})) == {place: (True, False)}


@pytest.mark.parametrize("approved", [True, False])
def test_naming_an_operator_is_one_event(ticket, payer, friend, approved):
    tx = ticket.setApprovalForAll(friend, approved, {"from": payer})
    assert emitted(tx, ticket) == [event("ApprovalForAll", payer, friend, approved)]


def test_nobody_is_no_operator(ticket, payer, refused):
    with refused("ERC721InvalidOperator", NATIVE):
        ticket.setApprovalForAll(NATIVE, True, {"from": payer})


def test_nobody_has_no_operator(ticket, payer, friend, merchant):
    for account in (payer, friend, merchant, NATIVE):
        assert not ticket.isApprovedForAll(NATIVE, account)


def test_an_operator_outlives_the_sale_of_one_ticket_and_reaches_no_buyer_s(ticket, payer, friend, stranger, refused):
    ticket.setApprovalForAll(friend, True, {"from": payer})
    ticket.transferFrom(payer, stranger, SEAT, {"from": friend})
    with refused("ERC721InsufficientApproval", friend, SEAT):
        ticket.transferFrom(stranger, friend, SEAT, {"from": friend})
    ticket.transferFrom(payer, friend, OTHER_SEAT, {"from": friend})
    assert ticket.ownerOf(OTHER_SEAT) == friend


def test_a_pause_blocks_no_approval(ticket, payer, friend, paused_until):
    paused_until(ticket)
    ticket.approve(friend, SEAT, {"from": payer})
    ticket.setApprovalForAll(friend, True, {"from": payer})
    assert ticket.getApproved(SEAT) == friend
