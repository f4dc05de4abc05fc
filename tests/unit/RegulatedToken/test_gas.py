"""What a transfer costs, in its receipt: the holder's own, to an account that holds some already."""

from tests.support import send
from tests.unit.coins import HELD, admit, supply
from tests.unit.keys import fresh_address

MOST_FOR_A_TRANSFER = 37_000
FIAT_TOKEN = 45_155  # Circle's, as published
AMOUNT = 125_500_000


def test_a_transfer_costs_less_than_its_target(regulated, payer):
    payee = fresh_address("payee of a coin")
    admit(regulated, payee)
    supply(regulated, payee, 1)
    assert send(payer, regulated.transfer, payee, AMOUNT) <= MOST_FOR_A_TRANSFER < FIAT_TOKEN
    assert regulated.balanceOf(payee) == AMOUNT + 1


def test_a_transfer_to_oneself_and_of_everything_costs_no_more(regulated, payer, merchant):
    assert send(payer, regulated.transfer, payer, AMOUNT) <= MOST_FOR_A_TRANSFER
    assert send(payer, regulated.transfer, merchant, HELD) <= MOST_FOR_A_TRANSFER
