"""processTokenPayment: an ERC-20 token, now, once, and exactly."""

import pytest
from brownie import Wei

from tests.support import NATIVE, emitted, event, payment_id
from tests.unit.keys import payment_key

PRICE = Wei("1 ether")
INVOICE = payment_id("invoice 1")
HUGE = 2**255


@pytest.fixture
def pay(processor, payer, merchant):
    def pay(token, amount=PRICE, to=merchant, payer=payer):
        return processor.processTokenPayment(token, to, amount, INVOICE, {"from": payer})

    return pay


def test_payment_moves_the_amount_once_and_is_recorded(processor, payer, merchant, token, pay, moved):
    gains = moved(token)
    tx = pay(token)
    assert gains == (-PRICE, PRICE, 0)
    assert processor.getPayment(token, merchant, PRICE, INVOICE) == (payer, merchant, PRICE, tx.timestamp, True)


def test_payment_emits_exactly_one_event_with_all_its_fields(processor, payer, merchant, token, pay):
    tx = pay(token)
    key = payment_key(processor, token, merchant, PRICE, INVOICE)
    assert emitted(tx, processor) == [
        event("TokenPaymentProcessed", key, INVOICE, token, payer, merchant, PRICE, 0),
    ]
    assert emitted(tx, token) == [event("Transfer", payer, merchant, PRICE)]


@pytest.mark.parametrize(
    ("amount", "fee_bps", "fee"),
    [(PRICE, 100, PRICE // 100), (99, 100, 0), (100, 100, 1), (10_001, 500, 500), (HUGE, 500, HUGE * 500 // 10_000)],
)
def test_fee_is_taken_from_the_merchant_and_rounded_down(
    processor, payer, merchant, governor, token, pay, moved, amount, fee_bps, fee
):
    token.mint(payer, HUGE)
    processor.setFee(fee_bps, {"from": governor})
    gains = moved(token)
    tx = pay(token, amount)
    assert gains == (-amount, amount - fee, fee)
    key = payment_key(processor, token, merchant, amount, INVOICE)
    assert emitted(tx, processor) == [
        event("TokenPaymentProcessed", key, INVOICE, token, payer, merchant, amount, fee),
    ]


def test_zero_amount_reverts(token, pay, refused):
    with refused("ZeroAmount", assets=[token]):
        pay(token, 0)


def test_zero_payee_reverts(token, pay, refused):
    with refused("InvalidPayee", NATIVE, assets=[token]):
        pay(token, to=NATIVE)


def test_the_processor_as_payee_reverts(processor, token, pay, refused):
    with refused("InvalidPayee", processor, assets=[token]):
        pay(token, to=processor)


def test_self_payment_reverts(payer, token, pay, refused):
    with refused("SelfPayment", payer, assets=[token]):
        pay(token, to=payer)


def test_the_same_terms_settle_once_whoever_pays(processor, payer, merchant, stranger, token, pay, refused):
    paid_at = pay(token).timestamp
    for again in (payer, stranger):
        with refused(
            "AlreadyPaid", payment_key(processor, token, merchant, PRICE, INVOICE), payer, paid_at, assets=[token]
        ):
            pay(token, payer=again)


def test_paying_while_paused_reverts(processor, token, pay, refused, paused_until):
    with refused("ContractPaused", paused_until(processor), assets=[token]):
        pay(token)


def test_native_coin_cannot_be_paid_through_the_token_call(processor, merchant, pay, refused):
    with refused("NotAToken", NATIVE):
        pay(NATIVE)
    assert not processor.isPaid(NATIVE, merchant, PRICE, INVOICE)


def test_an_address_without_code_is_no_token(stranger, pay, refused):
    with refused("NotAToken", stranger):
        pay(stranger)


def test_a_contract_that_is_no_token_is_refused(processor, secure, wallet, pay, refused):
    for contract in (processor, secure, wallet):
        with refused("NotAToken", contract):
            pay(contract)


@pytest.mark.parametrize("number", [2, 4], ids=["hash", "identity"])
def test_a_precompile_that_answers_anything_is_no_token(pay, refused, number):
    precompile = f"0x{number:040x}"
    with refused("SafeERC20FailedOperation", precompile):
        pay(precompile)


@pytest.mark.parametrize("name", ["TestToken", "NoReturnToken", "RebasingToken", "ReentrantToken", "BlocklistToken"])
@pytest.mark.parametrize("fee", [0, PRICE // 100], ids=["no fee", "fee"])
def test_exact_tokens_are_paid_exactly(processor, merchant, governor, token_named, pay, moved, name, fee):
    token = token_named(name)
    processor.setFee(100 if fee else 0, {"from": governor})
    gains = moved(token)
    pay(token)
    assert gains == (-PRICE, PRICE - fee, fee)
    assert processor.isPaid(token, merchant, PRICE, INVOICE)


def test_a_rebased_token_is_paid_exactly(token_named, pay, moved):
    token = token_named("RebasingToken")
    token.rebase(3, 2)
    gains = moved(token)
    pay(token, 3 * 10**6)
    assert gains == (-3 * 10**6, 3 * 10**6, 0)


def test_a_rebased_token_that_rounds_is_refused(merchant, token_named, pay, refused):
    token = token_named("RebasingToken")
    token.rebase(3, 2)
    held = token.balanceOf(merchant)
    with refused("InexactTransfer", token, merchant, held + 3, held + 4, assets=[token]):
        pay(token, 4)


def test_a_token_whose_fee_rounds_to_nothing_is_paid_exactly(processor, governor, token_named, pay, moved):
    token = token_named("FeeToken")
    processor.setFee(100, {"from": governor})
    gains = moved(token)
    pay(token, 99)
    assert gains == (-99, 99, 0)


def test_a_payer_without_allowance_or_balance_is_refused_by_the_token(processor, stranger, token, pay, refused):
    with refused("ERC20InsufficientAllowance", processor, 0, PRICE, assets=[token]):
        pay(token, payer=stranger)
    token.approve(processor, PRICE, {"from": stranger})
    with refused("ERC20InsufficientBalance", stranger, 0, PRICE, assets=[token]):
        pay(token, payer=stranger)
