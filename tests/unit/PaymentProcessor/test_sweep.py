"""sweep: fees go to the fee recipient, whoever asks."""

import pytest
from brownie import Wei

from tests.support import NATIVE, emitted, event, payment_id

PRICE = Wei("1 ether")
FEE = PRICE // 100
INVOICE = payment_id("invoice 1")


@pytest.fixture
def earn(processor, payer, merchant, governor):
    """Let the processor take a fee of 1 % on one payment."""

    def earn(asset=NATIVE):
        processor.setFee(100, {"from": governor})
        if asset == NATIVE:
            processor.processPayment(merchant, PRICE, INVOICE, {"from": payer, "value": PRICE})
        else:
            processor.processTokenPayment(asset, merchant, PRICE, INVOICE, {"from": payer})

    return earn


def test_anyone_sweeps_native_fees_to_the_recipient(processor, fee_recipient, stranger, earn):
    earn()
    before = fee_recipient.balance()
    tx = processor.sweep(NATIVE, {"from": stranger})
    assert (fee_recipient.balance(), processor.balance()) == (before + FEE, 0)
    assert emitted(tx, processor) == [event("FeesSwept", NATIVE, fee_recipient, FEE)]


def test_anyone_sweeps_token_fees_to_the_recipient(processor, fee_recipient, stranger, token, earn):
    earn(token)
    tx = processor.sweep(token, {"from": stranger})
    assert (token.balanceOf(fee_recipient), token.balanceOf(processor)) == (FEE, 0)
    assert emitted(tx, processor) == [event("FeesSwept", token, fee_recipient, FEE)]


def test_sweep_works_while_paused(processor, fee_recipient, stranger, earn, paused_until):
    earn()
    before = fee_recipient.balance()
    paused_until(processor)
    processor.sweep(NATIVE, {"from": stranger})
    assert fee_recipient.balance() == before + FEE


@pytest.mark.parametrize("native", [True, False], ids=["native", "token"])
def test_sweep_of_nothing_reverts(processor, stranger, token, refused, native):
    with refused("ZeroAmount"):
        processor.sweep(NATIVE if native else token, {"from": stranger})


def test_sweep_follows_a_change_of_recipient(processor, governor, fee_recipient, deployer, stranger, earn):
    earn()
    processor.setFeeRecipient(deployer, {"from": governor})
    before = deployer.balance(), fee_recipient.balance()
    processor.sweep(NATIVE, {"from": stranger})
    assert (deployer.balance(), fee_recipient.balance()) == (before[0] + FEE, before[1])


def test_sweep_to_a_recipient_that_refuses_reverts_and_the_fees_stay(
    processor, governor, stranger, refuser, earn, refused
):
    earn()
    processor.setFeeRecipient(refuser, {"from": governor})
    with refused("TransferFailed", refuser, FEE):
        processor.sweep(NATIVE, {"from": stranger})
    refuser.accept(True)
    processor.sweep(NATIVE, {"from": stranger})
    assert refuser.balance() == FEE


def test_sweep_takes_coin_that_was_forced_on_the_processor(processor, fee_recipient, stranger, forcer):
    before = fee_recipient.balance()
    forcer.force(processor, {"from": stranger, "value": 7})
    processor.sweep(NATIVE, {"from": stranger})
    assert (fee_recipient.balance(), processor.balance()) == (before + 7, 0)


def test_sweep_of_an_address_that_is_no_token_reverts(processor, stranger, refused):
    with refused("NotAToken", stranger):
        processor.sweep(stranger, {"from": stranger})


def test_sweep_of_a_token_that_returns_false_reverts(processor, stranger, token_named, refused):
    token = token_named("FalseReturningToken")
    token.mint(processor, FEE)
    with refused("SafeERC20FailedOperation", token, assets=[token]):
        processor.sweep(token, {"from": stranger})


def test_sweep_of_a_token_that_reverts_passes_its_own_error_on(
    processor, fee_recipient, stranger, token_named, refused
):
    token = token_named("RevertingToken")
    token.mint(processor, FEE)
    with refused("TransferRefused", processor, fee_recipient, FEE, assets=[token]):
        processor.sweep(token, {"from": stranger})


def test_a_blocklisted_fee_recipient_blocks_no_payment(processor, merchant, fee_recipient, token_named, earn):
    token = token_named("BlocklistToken")
    token.block(fee_recipient)
    before = token.balanceOf(merchant)
    earn(token)
    assert (token.balanceOf(merchant), token.balanceOf(processor)) == (before + PRICE - FEE, FEE)
