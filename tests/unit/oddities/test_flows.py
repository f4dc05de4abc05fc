"""Every flow of the processor, of SecurePayment and of a wallet with every odd token, to the base unit.

Then what the table cannot say: more than one step, other amounts, both of a token's addresses.
"""

import pytest

from tests.support import send, spelled
from tests.unit.oddities import processor_flows, secure_flows, signed_flows, wallet_flows
from tests.unit.oddities.case import LOAN, Case, Step, view
from tests.unit.oddities.dai import permit_of_dai
from tests.unit.oddities.judge import OVERFLOW, judge, require
from tests.unit.oddities.processor_flows import INVOICE
from tests.unit.oddities.table import MULTISIG, PAYMENT_PROCESSOR, SECURE_PAYMENT, SIGNED_PAYMENTS, cells
from tests.unit.oddities.tokens import MAX, UNIT
from tests.unit.oddities.world import DEPOSITED, FEES, SHARE


@pytest.mark.parametrize(("flow", "oddity", "word"), cells(PAYMENT_PROCESSOR))
def test_the_processor_with_an_odd_token(world, flow, oddity, word):
    judge(world, world.processor, processor_flows.FLOWS[flow], oddity, word)


@pytest.mark.parametrize(("flow", "oddity", "word"), cells(SIGNED_PAYMENTS))
def test_the_processor_with_an_odd_token_and_a_payer_who_signs(world, flow, oddity, word):
    judge(world, world.processor, signed_flows.FLOWS[flow], oddity, word)


@pytest.mark.parametrize(("flow", "oddity", "word"), cells(SECURE_PAYMENT))
def test_secure_payment_with_an_odd_token(world, flow, oddity, word):
    judge(world, world.secure, secure_flows.FLOWS[flow], oddity, word)


@pytest.mark.parametrize(("flow", "oddity", "word"), cells(MULTISIG))
def test_a_wallet_with_an_odd_token(world, flow, oddity, word):
    judge(world, world.wallet, wallet_flows.FLOWS[flow], oddity, word)


@pytest.fixture
def attempt(world):
    """What a call of one of the contracts ends in, with an odd token: its error, or None."""

    def attempt(case, sender, method, *arguments):
        return case.attempt(Step(sender, method, arguments, [], [], lambda: True))[0]

    return attempt


def test_a_permit_of_dai_that_the_token_has_taken_lets_the_payment_through(world):
    """Ours is refused by the token; what decides is the allowance, and that came by its own permit."""
    case = Case(world, "DAI permit", world.processor, "payer")
    send(world.payer, case.token.approve, world.processor, 0)
    step = signed_flows.permit(case)
    assert case.attempt(step)[0] == spelled("ERC20InsufficientAllowance", world.processor, 0, step.legs[0].amount)
    send(world.stranger, case.token.permit, *permit_of_dai(case.token, world.payer, world.processor))
    require(case, step, "exact")


def test_all_there_is_as_the_amount_is_no_payment_of_it_either_if_the_payee_has_nothing(world, attempt):
    """The number of base units is recorded, so the number must arrive."""
    case = Case(world, "max as whole balance", world.processor, "payer")
    send(world.merchant, case.token.transfer, world.stranger, SHARE * UNIT)
    error = attempt(case, world.payer, world.processor.processTokenPayment, case.token, world.merchant, MAX, INVOICE)
    assert error == spelled("InexactTransfer", case.token, world.merchant, SHARE * UNIT, MAX)


def test_more_than_96_bits_of_a_uint96_are_refused_by_the_token_itself(world, attempt):
    case, amount = Case(world, "uint96", world.processor, "payer"), 2**97
    fee = case.fee(amount)
    terms = case.token, world.merchant, amount, INVOICE
    error = attempt(case, world.payer, world.processor.processTokenPayment, *terms)
    assert error == spelled("Above96Bits", amount - fee)
    assert attempt(case, world.payer, world.secure.depositToken, case.token, amount) == spelled("Above96Bits", amount)


def test_a_loan_pays_nobody_for_it_must_be_given_back(world, attempt):
    """All that was done in the call is undone with it, the payment too."""
    case = Case(world, "flash-mintable", world.processor, "payer")
    pay, to = world.processor.processTokenPayment, world.merchant
    held = SHARE * UNIT
    assert attempt(case, case.payer, pay, case.token, to, held, INVOICE) is None
    error = attempt(case, case.payer, pay, case.token, to, held + 1, INVOICE)
    assert error == spelled("ERC20InsufficientBalance", case.payer, LOAN - held - 1, LOAN)


def test_what_came_by_one_address_of_a_token_cannot_leave_by_the_other(world, attempt):
    """SecurePayment keeps a book for each address, over one stock: the sum of both is there."""
    case = Case(world, "several entry addresses", world.secure, "payer")
    first = world.at("TwoEntryToken", view(case.token.ledger))
    send(world.payer, world.secure.depositToken, case.token, UNIT)
    error = attempt(case, world.payer, world.secure.withdrawToken, first, UNIT)
    assert error == spelled("InsufficientBalance", world.payer, UNIT, 0)
    send(world.payer, world.secure.depositToken, first, 2 * UNIT)
    assert attempt(case, world.payer, world.secure.withdrawToken, first, 3 * UNIT) == spelled(
        "InsufficientBalance", world.payer, 3 * UNIT, 2 * UNIT
    )
    assert view(case.token.balanceOf, world.secure) == (DEPOSITED + 3) * UNIT
    assert attempt(case, world.payer, world.secure.withdrawToken, first, 2 * UNIT) is None
    assert attempt(case, world.payer, world.secure.withdrawToken, case.token, UNIT) is None


def test_fees_leave_by_no_address_of_a_token_that_has_no_limit(world, attempt):
    case = Case(world, "several entry addresses", world.processor, "relayer")
    first = world.at("TwoEntryToken", view(case.token.ledger))
    for contract in (world.processor, world.settlement):
        assert attempt(case, world.relayer, contract.sweep, first) == spelled("LimitReached", first, FEES * UNIT)


def test_an_invoice_is_another_one_at_the_tokens_other_address(world):
    """What the merchant named is the address; it may not take a payment by the other for it."""
    case = Case(world, "several entry addresses", world.processor, "payer")
    first = world.at("TwoEntryToken", view(case.token.ledger))
    require(case, processor_flows.payment(case), "exact")
    assert view(world.processor.isPaid, case.token, world.merchant, UNIT, INVOICE)
    assert not view(world.processor.isPaid, first, world.merchant, UNIT, INVOICE)


def test_of_what_was_rebased_down_in_escrow_the_first_to_leave_get_all_and_the_last_nothing(world, attempt):
    case = Case(world, "rebased down", world.secure, "payer")
    send(world.payer, world.secure.depositToken, case.token, DEPOSITED * UNIT)
    case.wake(world.payer, world.secure)
    assert attempt(case, world.payer, world.secure.withdrawToken, case.token, DEPOSITED * UNIT) is None
    assert view(case.token.balanceOf, world.secure) == 0
    assert view(world.secure.balanceOf, world.bystander, case.token) == DEPOSITED * UNIT
    assert attempt(case, world.bystander, world.secure.withdrawToken, case.token, 1) == OVERFLOW
