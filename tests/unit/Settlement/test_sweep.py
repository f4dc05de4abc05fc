"""sweep: fees go to the fee recipient, whoever asks, as much as the limit lets out."""

import pytest

from tests.support import NATIVE, at, emitted, event, reverts, reverts_silently, send
from tests.unit.keys import DAY
from tests.unit.Settlement.conftest import PRICE
from tests.unit.trail import record

FEE = PRICE // 100
ASSETS = pytest.mark.parametrize("native", [True, False], ids=["native", "token"])


@pytest.fixture
def allow(settlement, governor):
    """Set the limit of an asset, if not wide enough for any sweep here; the second at which it was set."""

    def allow(asset, capacity=2**96 - 1, refill_seconds=DAY):
        return settlement.configureLimit(asset, capacity, refill_seconds, {"from": governor}).timestamp

    return allow


@pytest.fixture
def earn(offer, settle, charge):
    """Let a sale leave a fee of 1 %."""

    def earn(asset):
        charge(100)
        settle(offer(currency=asset))

    return earn


@ASSETS
def test_anyone_sweeps_the_fees_to_the_recipient(
    settlement, fee_recipient, stranger, money, standing, allow, earn, native
):
    asset = NATIVE if native else money
    allow(asset)
    earn(asset)
    place, before = (str(asset), str(fee_recipient)), standing()
    tx = settlement.sweep(asset, {"from": stranger})
    assert emitted(tx, settlement) == [event("FeesSwept", asset, fee_recipient, FEE)]
    after = standing()
    assert (after[place] - before[place], after[str(asset), str(settlement)]) == (FEE, 0)


@ASSETS
def test_nothing_to_sweep_is_refused(settlement, stranger, money, refused, native):
    with refused("ZeroAmount"):
        settlement.sweep(NATIVE if native else money, {"from": stranger})


@ASSETS
def test_an_asset_without_a_limit_waits(settlement, stranger, money, earn, allow, refused, native):
    asset = NATIVE if native else money
    earn(asset)
    with refused("LimitReached", asset, FEE):
        settlement.sweep(asset, {"from": stranger})
    allow(asset)
    assert settlement.sweep(asset, {"from": stranger}).events["FeesSwept"]["amount"] == FEE


@ASSETS
def test_what_is_above_the_limit_waits_for_the_bucket_to_refill(
    settlement, fee_recipient, stranger, money, earn, allow, refused, native
):
    asset = NATIVE if native else money
    earn(asset)
    start = allow(asset, FEE // 4, 100)
    for second, amount in ((start, FEE // 4), (start + 10, FEE // 40), (start + 1010, FEE // 4)):
        at(second)
        tx = settlement.sweep(asset, {"from": stranger})
        assert emitted(tx, settlement) == [event("FeesSwept", asset, fee_recipient, amount)]
        at(second)
        with refused("LimitReached", asset, settlement.balance() if native else money.balanceOf(settlement)):
            settlement.sweep(asset, {"from": stranger})


def test_a_sale_takes_nothing_out_of_the_bucket(settlement, allow, earn):
    allow(NATIVE, 5)
    earn(NATIVE)
    assert settlement.available(NATIVE) == 5


def test_sweep_works_while_paused(settlement, fee_recipient, stranger, earn, allow, paused_until):
    allow(NATIVE)
    earn(NATIVE)
    before = fee_recipient.balance()
    paused_until(settlement)
    settlement.sweep(NATIVE, {"from": stranger})
    assert fee_recipient.balance() == before + FEE


def test_a_recipient_that_refuses_leaves_the_fees_where_they_are(
    settlement, governor, stranger, refuser, earn, allow, refused
):
    allow(NATIVE, 3 * FEE)
    earn(NATIVE)
    settlement.setFeeRecipient(refuser, {"from": governor})
    with refused("TransferFailed", refuser, FEE):
        settlement.sweep(NATIVE, {"from": stranger})
    assert settlement.available(NATIVE) == 3 * FEE


def test_an_address_that_is_no_token_is_not_swept(settlement, stranger, ticket, voucher, refused):
    for asset in (stranger, voucher):
        with refused("NotAToken", asset):
            settlement.sweep(asset, {"from": stranger})
    with refused("ZeroAmount"):
        settlement.sweep(ticket, {"from": stranger})


def test_a_token_that_returns_false_is_not_swept(settlement, stranger, token_named, allow, refused):
    token = token_named("FalseReturningToken")
    allow(token)
    token.mint(settlement, FEE)
    with refused("SafeERC20FailedOperation", token, assets=[token]):
        settlement.sweep(token, {"from": stranger})


def test_what_was_forced_on_the_contract_is_swept(settlement, fee_recipient, stranger, forcer, allow):
    allow(NATIVE)
    before = fee_recipient.balance()
    forcer.force(settlement, {"from": stranger, "value": 7})
    settlement.sweep(NATIVE, {"from": stranger})
    assert (fee_recipient.balance(), settlement.balance()) == (before + 7, 0)


def test_no_overpayment_is_there_to_be_swept(settlement, stranger, offer, settle, allow, refused):
    """A batch payer kept overpayment and a third party swept it: here coin comes exactly, or not at all."""
    allow(NATIVE)
    order = offer()
    with refused("WrongValue", PRICE + 1, PRICE, order=order):
        settle(order, value=PRICE + 1)
    settle(order)
    assert settlement.balance() == 0
    with refused("ZeroAmount"):
        settlement.sweep(NATIVE, {"from": stranger})


def test_coin_sent_without_a_call_is_refused(settlement, payer):
    with reverts_silently():
        payer.transfer(settlement, 1)


def test_the_governor_sets_a_limit_and_it_is_on_the_trail(settlement, governor, money):
    tx = settlement.configureLimit(money, 1000, DAY, {"from": governor})
    values = (money.address, 1000, DAY)
    kept = record(tx, settlement, governor, "configureLimit", ["address", "uint256", "uint256"], values)
    assert emitted(tx, settlement) == [event("LimitConfigured", *values, 1000), kept]
    assert (settlement.limitOf(money), settlement.available(money)) == ((1000, DAY), 1000)


@pytest.mark.parametrize("role", ["guardian", "fee_recipient", "stranger", "deployer", "merchant"])
def test_nobody_else_sets_a_limit(request, settlement, role):
    account = request.getfixturevalue(role)
    with reverts("AccessControlUnauthorizedAccount", account, bytes(32)):
        settlement.configureLimit(NATIVE, 1000, DAY, {"from": account})
    assert settlement.limitOf(NATIVE) == (0, 0)


def test_every_privileged_act_is_on_the_trail(settlement, governor, guardian, stranger, proven):
    send(governor, settlement.setFee, 10)
    send(governor, settlement.configureLimit, NATIVE, 5, 6)
    send(guardian, settlement.pause, 60)
    send(governor, settlement.unpause)
    send(stranger, settlement.cancelAll)
    kinds = [entry.kind.rstrip(b"\0").decode() for entry in proven(settlement)]
    assert kinds[-4:] == ["setFee", "configureLimit", "pause", "unpause"]
