"""What is burned leaves as a record."""

import pytest

from offchain.core.checkpoint import Transfer, fold_all
from tests.support import at, emitted, event
from tests.unit.bridge_cases.route import DAY, LARGE_AMOUNT, unused_address

PAYEE, OTHER = unused_address("payee of what is burned"), unused_address("other payee of what is burned")
ZERO_ADDRESS = "0x" + "00" * 20
HELD = 1_000


@pytest.fixture
def held(token_route, payer):
    """A token of which the payer holds some."""
    token_route.record((payer, HELD)).arrive()
    return token_route


def test_the_balance_goes_and_one_record_closes_over_it(held, payer):
    contract, before = held.contract, held.sent()
    assert contract.burn.call(PAYEE, 100, {"from": payer}) == before.count
    tx = contract.burn(PAYEE, 100, {"from": payer})
    after = fold_all(before, [Transfer(payer.address, PAYEE, 100)])
    assert emitted(tx, contract) == [
        event("Transfer", payer, ZERO_ADDRESS, 100),
        event("Burned", 0, payer, PAYEE, 100, after.acc),
    ]
    assert held.sent() == after
    assert (contract.balanceOf(payer), contract.totalSupply()) == (HELD - 100, HELD - 100)


def test_records_follow_each_other_whoever_burns(held, payer, stranger):
    held.contract.transfer(stranger, 300, {"from": payer})
    before = held.sent()
    left = held.leave(payer, [(PAYEE, 1), (OTHER, 2)]) + held.leave(stranger, [(PAYEE, 300)])
    assert held.sent() == fold_all(before, left)
    assert held.contract.totalSupply() == HELD - 303


def test_all_of_a_balance_may_be_burned_and_no_more(held, payer, refused):
    with refused("ERC20InsufficientBalance", payer, HELD, HELD + 1, of=held):
        held.contract.burn(PAYEE, HELD + 1, {"from": payer})
    held.contract.burn(PAYEE, HELD, {"from": payer})
    assert (held.contract.balanceOf(payer), held.contract.totalSupply()) == (0, 0)


def test_a_record_needs_amount_and_recipient_and_fits_its_bits(held, payer, refused):
    for error, to, amount in (
        (("ZeroAmount",), PAYEE, 0),
        (("ZeroRecipient",), ZERO_ADDRESS, 1),
        (("AmountTooLarge", 2**96, 2**96 - 1), PAYEE, 2**96),
    ):
        with refused(*error, of=held):
            held.contract.burn(to, amount, {"from": payer})


def test_nobody_burns_what_another_holds(held, payer, stranger, refused):
    held.contract.approve(stranger, HELD, {"from": payer})
    with refused("ERC20InsufficientBalance", stranger, 0, 1, of=held):
        held.contract.burn(PAYEE, 1, {"from": stranger})


def test_the_limit_is_for_what_arrives_alone(held, payer):
    held.record(*[(payer, LARGE_AMOUNT)] * 3).arrive()
    left = held.available()
    held.contract.burn(PAYEE, 3 * LARGE_AMOUNT, {"from": payer})
    assert held.available() == left


def test_a_pause_blocks_it_to_its_last_second(held, payer, guardian, refused):
    until = held.contract.pause(DAY, {"from": guardian}).timestamp + DAY
    at(until - 1)
    with refused("ContractPaused", until, of=held):
        held.contract.burn(PAYEE, 1, {"from": payer})
    at(until)
    held.contract.burn(PAYEE, 1, {"from": payer})
