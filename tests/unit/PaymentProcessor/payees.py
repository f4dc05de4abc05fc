"""The usual batch: five payees who have nothing yet, one to five ether."""

from brownie import Wei

from tests.support import payment_id
from tests.unit.keys import fresh_address, payout

BATCH = payment_id("salaries, November")
PAYEES = [fresh_address(number) for number in range(5)]
AMOUNTS = [Wei("1 ether") * (number + 1) for number in range(5)]
TOTAL = sum(AMOUNTS)
PAYOUTS = [payout(to, amount) for to, amount in zip(PAYEES, AMOUNTS, strict=True)]
