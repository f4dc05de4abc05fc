"""redeem: once, by the merchant, with the holder's consent; what is redeemed no longer moves."""

import pytest

from tests.support import emitted, event, send
from tests.unit.TicketToken.conftest import FREE_SEAT, OTHER_SEAT, SEAT


@pytest.fixture
def redeemed(ticket, payer, merchant):
    """The payer's ticket, redeemed with consent."""
    ticket.approve(merchant, SEAT, {"from": payer})
    return ticket.redeem(SEAT, {"from": merchant})


def test_the_merchant_redeems_a_ticket_that_its_holder_approved(ticket, payer, redeemed):
    assert emitted(redeemed, ticket) == [event("TicketRedeemed", SEAT, payer)]
    assert (ticket.isRedeemed(SEAT), ticket.ownerOf(SEAT), ticket.balanceOf(payer)) == (True, payer, 2)
    assert not ticket.isRedeemed(OTHER_SEAT)


def test_approval_of_all_is_consent(ticket, payer, merchant):
    ticket.setApprovalForAll(merchant, True, {"from": payer})
    ticket.redeem(SEAT, {"from": merchant})
    assert ticket.isRedeemed(SEAT)


def test_a_merchant_redeems_what_it_holds_itself(ticket, merchant):
    ticket.issue(merchant, FREE_SEAT, "", {"from": merchant})
    ticket.redeem(FREE_SEAT, {"from": merchant})
    assert ticket.isRedeemed(FREE_SEAT)


def test_without_consent_nothing_is_redeemed(ticket, merchant, refused):
    with refused("ERC721InsufficientApproval", merchant, SEAT):
        ticket.redeem(SEAT, {"from": merchant})


def test_consent_that_was_taken_back_is_none(ticket, payer, merchant, refused):
    for approve, revoke in (
        ((ticket.approve, merchant, SEAT), (ticket.approve, "0x" + "00" * 20, SEAT)),
        ((ticket.setApprovalForAll, merchant, True), (ticket.setApprovalForAll, merchant, False)),
    ):
        for method, *arguments in (approve, revoke):
            send(payer, method, *arguments)
        with refused("ERC721InsufficientApproval", merchant, SEAT):
            ticket.redeem(SEAT, {"from": merchant})


def test_the_seller_s_consent_is_not_the_buyer_s(ticket, payer, merchant, friend, refused):
    ticket.approve(merchant, SEAT, {"from": payer})
    ticket.transferFrom(payer, friend, SEAT, {"from": payer})
    with refused("ERC721InsufficientApproval", merchant, SEAT):
        ticket.redeem(SEAT, {"from": merchant})


def test_a_ticket_that_was_not_issued_is_not_redeemed(ticket, merchant, refused):
    with refused("ERC721NonexistentToken", FREE_SEAT):
        ticket.redeem(FREE_SEAT, {"from": merchant})


@pytest.mark.parametrize("role", ["payer", "governor", "guardian", "stranger"])
def test_nobody_else_redeems_not_even_the_holder(request, ticket, payer, refused, role):
    account = request.getfixturevalue(role)
    if account != payer:
        ticket.setApprovalForAll(account, True, {"from": payer})
    with refused("AccessControlUnauthorizedAccount", account, bytes(ticket.MERCHANT_ROLE())):
        ticket.redeem(SEAT, {"from": account})


def test_a_ticket_is_redeemed_once(ticket, merchant, redeemed, refused):
    with refused("TicketUsed", SEAT):
        ticket.redeem(SEAT, {"from": merchant})


@pytest.mark.parametrize("by", ["payer", "merchant"])
@pytest.mark.parametrize("safely", [True, False])
def test_a_redeemed_ticket_does_not_move(request, ticket, payer, stranger, redeemed, refused, by, safely):
    move = ticket.safeTransferFrom["address,address,uint256"] if safely else ticket.transferFrom
    with refused("TicketUsed", SEAT):
        move(payer, stranger, SEAT, {"from": request.getfixturevalue(by)})


def test_other_tickets_move_on(ticket, payer, stranger, redeemed):
    ticket.transferFrom(payer, stranger, OTHER_SEAT, {"from": payer})
    assert ticket.ownerOf(OTHER_SEAT) == stranger


def test_a_pause_blocks_no_redemption(ticket, payer, merchant, paused_until):
    ticket.approve(merchant, SEAT, {"from": payer})
    paused_until(ticket)
    ticket.redeem(SEAT, {"from": merchant})
    assert ticket.isRedeemed(SEAT)
