"""canTransfer, canSend, canReceive (ERC-7943): what they answer is what a transfer does, and they never revert."""

import pytest
from brownie.exceptions import VirtualMachineError

from tests.support import at
from tests.unit.coins import HELD, LIMITS, MAX_AMOUNT, UNLIMITED, ZERO, admit, bar, freeze, supply

FUNGIBLE, ERC165, NOTHING = "0x3edbb4c4", "0x01ffc9a7", "0xffffffff"


def goes(coin, source, to, amount):
    """Whether a transfer goes through, tried without sending it."""
    try:
        coin.transfer.call(to, amount, {"from": source})
    except VirtualMachineError:
        return False
    return True


def agree(coin, source, to, amount):
    allowed = coin.canTransfer(source, to, amount)
    assert allowed == goes(coin, source, to, amount)
    return allowed


@pytest.mark.parametrize(("amount", "allowed"), [(0, True), (1, True), (HELD, True), (HELD + 1, False)])
def test_up_to_the_balance_it_goes(regulated, payer, merchant, amount, allowed):
    assert agree(regulated, payer, merchant, amount) == allowed
    assert agree(regulated, payer, payer, amount) == allowed


@pytest.mark.parametrize("amount", [2**112, 2**224, 2**255, UNLIMITED])
def test_amounts_that_no_account_holds_are_false_and_no_revert(regulated, payer, merchant, amount):
    assert agree(regulated, payer, merchant, amount) is False


@pytest.mark.parametrize(
    ("frozen", "amount", "allowed"),
    [
        (HELD, 0, True),
        (HELD, 1, False),
        (HELD - 4, 4, True),
        (HELD - 4, 5, False),
        (HELD + 9, 0, True),
        (HELD + 9, 1, False),
        (MAX_AMOUNT, HELD, False),
    ],
)
def test_what_is_frozen_does_not_go(regulated, payer, merchant, frozen, amount, allowed):
    freeze(regulated, payer, frozen)
    assert agree(regulated, payer, merchant, amount) == allowed
    assert agree(regulated, payer, payer, amount) == allowed


@pytest.mark.parametrize("amount", [0, 1])
def test_between_a_barred_account_and_another_nothing_goes(regulated, payer, merchant, amount):
    bar(regulated, payer)
    assert agree(regulated, payer, merchant, amount) is False
    assert agree(regulated, merchant, payer, amount) is False
    assert agree(regulated, payer, payer, amount) is False
    answers = [(regulated.canSend(who), regulated.canReceive(who)) for who in (payer, merchant)]
    assert answers == [(False, False), (True, True)]


def test_a_pause_is_false_until_its_last_second(regulated, payer, merchant, paused_until, chain):
    until = paused_until(regulated)
    assert agree(regulated, payer, merchant, 1) is False
    assert regulated.canSend(payer)
    assert regulated.canReceive(merchant)
    at(until)
    chain.mine()
    assert agree(regulated, payer, merchant, 1) is True


@pytest.mark.parametrize("amount", [0, 1, UNLIMITED])
def test_the_zero_address_takes_no_part(regulated, payer, amount):
    assert regulated.canTransfer(ZERO, payer, amount) is False
    assert regulated.canTransfer(payer, ZERO, amount) is False
    assert regulated.canTransfer(ZERO, ZERO, amount) is False
    assert not regulated.canSend(ZERO)
    assert not regulated.canReceive(ZERO)


@pytest.mark.parametrize(("space", "allowed"), [(100, True), (99, False), (0, False)])
def test_a_holding_limit_is_part_of_the_answer(built, payer, stranger, space, allowed):
    coin = built("CentralBankToken")
    admit(coin, stranger)
    supply(coin, stranger, LIMITS[2] - space)
    assert agree(coin, payer, stranger, 100) == allowed
    assert agree(coin, stranger, stranger, 100) is True


def test_the_token_says_what_it_is(regulated):
    assert [regulated.supportsInterface(each) for each in (FUNGIBLE, ERC165, NOTHING)] == [True, True, False]
