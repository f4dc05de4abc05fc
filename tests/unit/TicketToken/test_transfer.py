"""transferFrom and safeTransferFrom: one ticket changes hands, its approval ends, and nothing else changes."""

import pytest

from tests.support import NATIVE, at, emitted, event, reverts, reverts_silently
from tests.unit.TicketToken.conftest import FREE_SEAT, OTHER_SEAT, SEAT

WAYS = pytest.mark.parametrize("way", ["plain", "safe", "safe with data"])


@pytest.fixture
def move(ticket):
    """Move a ticket in one of the three ways of the standard."""

    def move(way, source, to, seat, by):
        if way == "plain":
            return ticket.transferFrom(source, to, seat, {"from": by})
        if way == "safe":
            return ticket.safeTransferFrom["address,address,uint256"](source, to, seat, {"from": by})
        return ticket.safeTransferFrom["address,address,uint256,bytes"](source, to, seat, b"for you", {"from": by})

    return move


@WAYS
@pytest.mark.parametrize("by", ["holder", "approved", "operator"])
def test_holder_approved_and_operator_move_a_ticket(ticket, payer, friend, stranger, move, changes, way, by):
    ticket.approve(friend if by == "approved" else stranger, SEAT, {"from": payer})
    if by == "operator":
        ticket.setApprovalForAll(friend, True, {"from": payer})
    approved = ticket.getApproved(SEAT)
    changed = changes(lambda: move(way, payer, stranger, SEAT, payer if by == "holder" else friend))
    assert changed == {
        ("balance", str(payer)): (2, 1),
        ("balance", str(stranger)): (0, 1),
        ("owner", SEAT): (str(payer), str(stranger)),
        ("approved", SEAT): (str(approved), NATIVE),
    }


@WAYS
def test_a_move_is_one_event(ticket, payer, stranger, move, way):
    assert emitted(move(way, payer, stranger, SEAT, payer), ticket) == [event("Transfer", payer, stranger, SEAT)]


@WAYS
def test_a_move_to_oneself_ends_the_approval_and_changes_nothing_else(ticket, payer, friend, move, changes, way):
    ticket.approve(friend, SEAT, {"from": payer})
    changed = changes(lambda: move(way, payer, payer, SEAT, payer))
    assert changed == {("approved", SEAT): (str(friend), NATIVE)}


@WAYS
def test_whoever_was_approved_moves_it_once(ticket, payer, friend, stranger, move, refused, way):
    ticket.approve(friend, SEAT, {"from": payer})
    move(way, payer, stranger, SEAT, friend)
    with refused("ERC721InsufficientApproval", friend, SEAT):
        move(way, stranger, friend, SEAT, friend)


@WAYS
@pytest.mark.parametrize("by", ["stranger", "merchant", "governor", "guardian"])
def test_nobody_else_moves_a_ticket(request, payer, move, refused, way, by):
    account = request.getfixturevalue(by)
    with refused("ERC721InsufficientApproval", account, SEAT):
        move(way, payer, account, SEAT, account)


@WAYS
def test_an_approval_of_one_ticket_is_none_of_another(ticket, payer, friend, move, refused, way):
    ticket.approve(friend, SEAT, {"from": payer})
    with refused("ERC721InsufficientApproval", friend, OTHER_SEAT):
        move(way, payer, friend, OTHER_SEAT, friend)


@WAYS
@pytest.mark.parametrize("source", ["zero", "stranger"])
def test_a_ticket_moves_from_its_holder_alone(payer, stranger, move, refused, way, source):
    source = NATIVE if source == "zero" else stranger
    with refused("ERC721IncorrectOwner", source, SEAT, payer):
        move(way, source, stranger, SEAT, payer)


@WAYS
def test_a_ticket_does_not_move_to_nobody(payer, move, refused, way):
    with refused("ERC721InvalidReceiver", NATIVE):
        move(way, payer, NATIVE, SEAT, payer)


@WAYS
def test_a_ticket_that_was_not_issued_does_not_move(payer, stranger, move, refused, way):
    for source in (payer, NATIVE):
        with refused("ERC721NonexistentToken", FREE_SEAT):
            move(way, source, stranger, FREE_SEAT, payer)


@WAYS
def test_a_pause_blocks_moves_until_it_ends(ticket, payer, stranger, move, refused, paused_until, way):
    until = paused_until(ticket)
    with refused("ContractPaused", until):
        move(way, payer, stranger, SEAT, payer)
    at(until)
    move(way, payer, stranger, SEAT, payer)
    assert ticket.ownerOf(SEAT) == stranger


@pytest.mark.parametrize("way", ["safe", "safe with data"])
@pytest.mark.parametrize("name", ["GasEatingReceiver", "ContractOwner"])
def test_a_contract_that_takes_no_tickets_gets_none_safely(deploy, payer, move, refused, way, name):
    contract = deploy(name)
    with refused("ERC721InvalidReceiver", contract):
        move(way, payer, contract, SEAT, payer)
    move("plain", payer, contract, SEAT, payer)


@pytest.mark.parametrize("way", ["safe", "safe with data"])
def test_a_contract_that_answers_everything_with_nothing_gets_none_safely(deploy, ticket, payer, move, way):
    contract = deploy("Recorder")
    with reverts_silently():
        move(way, payer, contract, SEAT, payer)
    assert ticket.ownerOf(SEAT) == payer


@pytest.mark.parametrize("way", ["safe", "safe with data"])
def test_a_contract_is_told_when_it_holds_the_ticket(deploy, ticket, payer, move, way):
    collector = deploy("Collector")
    move(way, payer, collector, SEAT, payer)
    assert (collector.heldInHook(), ticket.ownerOf(SEAT)) == ((1,), collector)


@pytest.mark.parametrize("way", ["safe", "safe with data"])
def test_a_contract_may_pass_the_ticket_on_when_it_is_told(deploy, ticket, payer, stranger, move, way):
    collector = deploy("Collector")
    collector.passOn(stranger)
    move(way, payer, collector, SEAT, payer)
    assert (ticket.ownerOf(SEAT), ticket.balanceOf(collector), ticket.balanceOf(stranger)) == (stranger, 0, 1)


def test_a_hook_cannot_take_back_the_ticket_that_it_was_not_given(deploy, ticket, payer, stranger, move):
    """From within the hook of one ticket, the giver's other ones are as safe as ever."""
    collector = deploy("Collector")
    collector.arm(ticket, ticket.transferFrom.encode_input(payer, collector, OTHER_SEAT))
    move("safe", payer, collector, SEAT, payer)
    assert (collector.called(), collector.succeeded()) == (True, False)
    assert ticket.ownerOf(OTHER_SEAT) == payer


def test_nobody_s_balance_is_not_asked_for(ticket):
    with reverts("ERC721InvalidOwner", NATIVE):
        ticket.balanceOf(NATIVE)
