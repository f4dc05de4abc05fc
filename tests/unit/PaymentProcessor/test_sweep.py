"""sweep: fees go to the fee recipient, whoever asks, as much as the limit lets out."""

import pytest
from brownie import Wei

from tests.support import NATIVE, at, emitted, event, payment_id
from tests.unit.keys import DAY

PRICE = Wei("1 ether")
FEE = PRICE // 100
INVOICE = payment_id("invoice 1")


@pytest.fixture
def allow(processor, governor):
    """Set the limit of an asset, if not wide enough for any sweep here; the second at which it was set."""

    def allow(asset, capacity=2**96 - 1, refill_seconds=DAY):
        return processor.configureLimit(asset, capacity, refill_seconds, {"from": governor}).timestamp

    return allow


@pytest.fixture
def earn(processor, payer, merchant, governor, allow):
    """Let the processor take a fee of 1 % on one payment, within a wide limit or, if `limited`, none yet."""

    def earn(asset=NATIVE, limited=False):
        if not limited:
            allow(asset)
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


def test_sweep_takes_coin_that_was_forced_on_the_processor(processor, fee_recipient, stranger, forcer, allow):
    allow(NATIVE)
    before = fee_recipient.balance()
    forcer.force(processor, {"from": stranger, "value": 7})
    processor.sweep(NATIVE, {"from": stranger})
    assert (fee_recipient.balance(), processor.balance()) == (before + 7, 0)


def test_sweep_of_an_address_that_is_no_token_reverts(processor, stranger, refused):
    with refused("NotAToken", stranger):
        processor.sweep(stranger, {"from": stranger})


def test_a_blocklisted_fee_recipient_blocks_no_payment(processor, merchant, fee_recipient, token_named, earn):
    token = token_named("BlocklistToken")
    token.block(fee_recipient)
    before = token.balanceOf(merchant)
    earn(token)
    assert (token.balanceOf(merchant), token.balanceOf(processor)) == (before + PRICE - FEE, FEE)


@pytest.mark.parametrize("native", [True, False], ids=["native", "token"])
def test_an_asset_without_a_limit_waits(processor, stranger, token, earn, allow, refused, native):
    asset = NATIVE if native else token
    earn(asset, limited=True)
    with refused("LimitReached", asset, FEE, assets=[token]):
        processor.sweep(asset, {"from": stranger})
    allow(asset)
    tx = processor.sweep(asset, {"from": stranger})
    assert tx.events["FeesSwept"]["amount"] == FEE


def test_a_limit_of_nothing_lets_nothing_out(processor, stranger, earn, allow, refused):
    earn(limited=True)
    allow(NATIVE, 0)
    with refused("LimitReached", NATIVE, FEE):
        processor.sweep(NATIVE, {"from": stranger})


@pytest.mark.parametrize("native", [True, False], ids=["native", "token"])
def test_what_is_above_the_limit_waits_for_the_bucket_to_refill(
    processor, fee_recipient, stranger, token, earn, allow, refused, native
):
    asset = NATIVE if native else token
    earn(asset, limited=True)
    start = allow(asset, FEE // 4, 100)
    at(start)
    tx = processor.sweep(asset, {"from": stranger})
    assert emitted(tx, processor) == [event("FeesSwept", asset, fee_recipient, FEE // 4)]
    at(start)
    with refused("LimitReached", asset, FEE - FEE // 4, assets=[token]):
        processor.sweep(asset, {"from": stranger})
    at(start + 10)
    tx = processor.sweep(asset, {"from": stranger})
    assert emitted(tx, processor) == [event("FeesSwept", asset, fee_recipient, FEE // 40)]
    at(start + 1010)
    tx = processor.sweep(asset, {"from": stranger})
    assert emitted(tx, processor) == [event("FeesSwept", asset, fee_recipient, FEE // 4)]
    left = processor.balance() if native else token.balanceOf(processor)
    assert left == FEE - FEE // 4 - FEE // 40 - FEE // 4


@pytest.mark.parametrize("spare", [0, 1, FEE])
def test_within_the_limit_all_goes_and_the_bucket_holds_so_much_less(processor, stranger, earn, allow, spare):
    earn(limited=True)
    at(allow(NATIVE, FEE + spare))
    processor.sweep(NATIVE, {"from": stranger})
    assert (processor.balance(), processor.available(NATIVE)) == (0, spare)


def test_one_unit_above_the_limit_stays(processor, stranger, earn, allow):
    earn(limited=True)
    at(allow(NATIVE, FEE - 1))
    processor.sweep(NATIVE, {"from": stranger})
    assert (processor.balance(), processor.available(NATIVE)) == (1, 0)


def test_more_than_any_limit_can_say_goes_in_parts(processor, stranger, token, allow):
    token.mint(processor, 2**100)
    at(allow(token, 2**96 - 1))
    tx = processor.sweep(token, {"from": stranger})
    assert tx.events["FeesSwept"]["amount"] == 2**96 - 1
    assert token.balanceOf(processor) == 2**100 - 2**96 + 1


def test_a_limit_is_its_own_asset_s_alone(processor, stranger, token, earn, allow, refused):
    earn(token, limited=True)
    allow(NATIVE)
    with refused("LimitReached", token, FEE, assets=[token]):
        processor.sweep(token, {"from": stranger})


def test_a_sweep_that_fails_takes_nothing_out_of_the_bucket(
    processor, governor, stranger, refuser, earn, allow, refused
):
    earn(limited=True)
    allow(NATIVE, 3 * FEE)
    processor.setFeeRecipient(refuser, {"from": governor})
    with refused("TransferFailed", refuser, FEE):
        processor.sweep(NATIVE, {"from": stranger})
    assert processor.available(NATIVE) == 3 * FEE


def test_a_limit_reached_pauses_nothing(processor, payer, merchant, stranger, forcer, allow, refused):
    allow(NATIVE, 1)
    forcer.force(processor, {"from": stranger, "value": 10**18})
    processor.sweep(NATIVE, {"from": stranger})
    assert (processor.balance(), processor.pausedUntil()) == (10**18 - 1, 0)
    processor.processPayment(merchant, PRICE, INVOICE, {"from": payer, "value": PRICE})
    assert processor.isPaid(NATIVE, merchant, PRICE, INVOICE)


def test_paying_takes_nothing_out_of_the_bucket(processor, allow, earn):
    allow(NATIVE, 5)
    earn(limited=True)
    assert processor.available(NATIVE) == 5
