"""issue: the merchant makes a ticket, each number once."""

import pytest

from tests.support import NATIVE, emitted, event, reverts
from tests.unit.TicketToken.conftest import FREE_SEAT, SEAT


def test_a_ticket_is_issued_to_its_first_holder(blank, merchant, payer):
    tx = blank.issue(payer, SEAT, "", {"from": merchant})
    assert emitted(tx, blank) == [event("Transfer", NATIVE, payer, SEAT)]
    assert (blank.ownerOf(SEAT), blank.balanceOf(payer)) == (payer, 1)
    assert (blank.getApproved(SEAT), blank.isRedeemed(SEAT), blank.tokenURI(SEAT)) == (NATIVE, False, "")


def test_a_ticket_says_where_it_is_described(blank, merchant, payer):
    tx = blank.issue(payer, SEAT, "ipfs://concert/7", {"from": merchant})
    assert emitted(tx, blank) == [event("Transfer", NATIVE, payer, SEAT), event("MetadataUpdate", SEAT)]
    assert blank.tokenURI(SEAT) == "ipfs://concert/7"


def test_issuing_changes_nobody_else_s_tickets(ticket, merchant, payer, stranger, friend, changes):
    changed = changes(lambda: ticket.issue(stranger, FREE_SEAT, "", {"from": merchant}))
    assert changed == {("balance", str(stranger)): (0, 1)}


@pytest.mark.parametrize("number", [0, 2**256 - 1])
def test_any_number_is_a_ticket(blank, merchant, payer, number):
    blank.issue(payer, number, "", {"from": merchant})
    assert blank.ownerOf(number) == payer


def test_a_number_is_issued_once(ticket, merchant, stranger, refused):
    for to in (stranger, merchant):
        with refused("ERC721InvalidSender", NATIVE):
            ticket.issue(to, SEAT, "", {"from": merchant})


def test_a_redeemed_number_is_not_issued_again(ticket, payer, merchant, stranger, refused):
    ticket.approve(merchant, SEAT, {"from": payer})
    ticket.redeem(SEAT, {"from": merchant})
    with refused("TicketUsed", SEAT):
        ticket.issue(stranger, SEAT, "", {"from": merchant})


def test_nobody_holds_no_ticket(ticket, merchant, refused):
    with refused("ERC721InvalidReceiver", NATIVE):
        ticket.issue(NATIVE, FREE_SEAT, "", {"from": merchant})


@pytest.mark.parametrize("role", ["governor", "guardian", "payer", "stranger", "deployer"])
def test_nobody_else_issues(request, ticket, refused, role):
    account = request.getfixturevalue(role)
    with refused("AccessControlUnauthorizedAccount", account, bytes(ticket.MERCHANT_ROLE())):
        ticket.issue(account, FREE_SEAT, "", {"from": account})


def test_a_merchant_that_was_dismissed_issues_no_more(ticket, governor, merchant, refused):
    ticket.revokeRole(ticket.MERCHANT_ROLE(), merchant, {"from": governor})
    with refused("AccessControlUnauthorizedAccount", merchant, bytes(ticket.MERCHANT_ROLE())):
        ticket.issue(merchant, FREE_SEAT, "", {"from": merchant})


def test_a_contract_is_not_asked_whether_it_takes_tickets(deploy, ticket, merchant):
    contract = deploy("Recorder")
    ticket.issue(contract, FREE_SEAT, "", {"from": merchant})
    assert (ticket.ownerOf(FREE_SEAT), contract.sender()) == (contract, NATIVE)


def test_nothing_is_issued_during_a_pause(ticket, merchant, payer, refused, paused_until):
    with refused("ContractPaused", paused_until(ticket)):
        ticket.issue(payer, FREE_SEAT, "", {"from": merchant})


def test_a_ticket_that_was_not_issued_is_nothing(ticket, payer, friend):
    for view in (ticket.ownerOf, ticket.getApproved, ticket.tokenURI):
        with reverts("ERC721NonexistentToken", FREE_SEAT):
            view(FREE_SEAT)
    assert not ticket.isRedeemed(FREE_SEAT)
