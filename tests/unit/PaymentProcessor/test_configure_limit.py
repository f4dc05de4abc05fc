"""configureLimit: the governor alone says how much of the fees may leave; the bucket itself is TokenBucket's."""

import pytest

from tests.support import NATIVE, emitted, event, reverts
from tests.unit.keys import DAY
from tests.unit.trail import record

GOVERNOR_ROLE = bytes(32)
MAX_CAPACITY = 2**96 - 1
MAX_REFILL_SECONDS = 2**24 - 1


@pytest.mark.parametrize("native", [True, False], ids=["native", "token"])
def test_the_governor_sets_a_limit(processor, governor, token, native):
    asset = NATIVE if native else token
    tx = processor.configureLimit(asset, 1000, DAY, {"from": governor})
    values = (asset, 1000, DAY)
    kept = record(tx, processor, governor, "configureLimit", ["address", "uint256", "uint256"], values)
    assert emitted(tx, processor) == [event("LimitConfigured", *values, 1000), kept]
    assert processor.limitOf(asset) == (1000, DAY)
    assert processor.available(asset) == 1000


@pytest.mark.parametrize("role", ["guardian", "fee_recipient", "stranger", "deployer", "merchant"])
def test_nobody_else_sets_a_limit(request, processor, role):
    account = request.getfixturevalue(role)
    with reverts("AccessControlUnauthorizedAccount", account, GOVERNOR_ROLE):
        processor.configureLimit(NATIVE, 1000, DAY, {"from": account})
    assert processor.limitOf(NATIVE) == (0, 0)


def test_no_limit_is_set_at_deployment(processor, token):
    for asset in (NATIVE, token):
        assert (processor.limitOf(asset), processor.available(asset)) == ((0, 0), 0)


@pytest.mark.parametrize(
    ("error", "capacity", "refill_seconds"),
    [
        ("CapacityTooLarge", MAX_CAPACITY + 1, DAY),
        ("CapacityTooLarge", MAX_CAPACITY + 1, 0),
        ("InvalidRefill", 1000, 0),
        ("InvalidRefill", 1000, MAX_REFILL_SECONDS + 1),
    ],
)
def test_a_limit_out_of_bounds_reverts_and_leaves_no_record(processor, governor, error, capacity, refill_seconds):
    got, most = (capacity, MAX_CAPACITY) if error == "CapacityTooLarge" else (refill_seconds, MAX_REFILL_SECONDS)
    head = processor.auditHead()
    with reverts(error, NATIVE, got, most):
        processor.configureLimit(NATIVE, capacity, refill_seconds, {"from": governor})
    assert (processor.limitOf(NATIVE), processor.auditHead()) == ((0, 0), head)


def test_a_limit_is_set_during_a_pause_too(processor, governor, paused_until):
    paused_until(processor)
    processor.configureLimit(NATIVE, 1000, DAY, {"from": governor})
    assert processor.available(NATIVE) == 1000


def test_a_limit_leaves_fee_and_pause_as_they_are(processor, governor, fee_recipient, paused_until):
    until = paused_until(processor)
    processor.setFee(30, {"from": governor})
    processor.configureLimit(NATIVE, MAX_CAPACITY, MAX_REFILL_SECONDS, {"from": governor})
    assert (processor.pausedUntil(), processor.feeBps(), processor.feeRecipient()) == (until, 30, fee_recipient)
