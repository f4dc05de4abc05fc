"""configureLimit and updateDelay: of a wallet, only the wallet itself, by an operation; each on the audit trail."""

import pytest
from eth_abi import encode

from tests.support import NATIVE, emitted, event, reverts
from tests.unit.keys import fresh_address
from tests.unit.signing import DAY, DELAY, now
from tests.unit.spelling import plain

ASSET = fresh_address("an asset")
MOST, LONGEST = 2**96 - 1, 2**24 - 1


def test_the_owners_set_a_limit_after_their_delay(council, wallet, proven):
    tx = council.carry_out(council.own("configureLimit", ASSET, 1000, DAY))
    assert plain(emitted(tx, wallet))[1] == plain([event("LimitConfigured", ASSET, 1000, DAY, 1000)])[0]
    assert (wallet.limitOf(ASSET), wallet.available(ASSET)) == ((1000, DAY), 1000)
    record = proven(wallet)[-1]
    assert (record.kind.rstrip(b"\0"), record.actor) == (b"configureLimit", wallet)
    assert record.payload == encode(["address", "uint256", "uint256"], [ASSET, 1000, DAY])


def test_a_wallet_has_no_limits_at_first(bare):
    assert (bare.wallet.limitOf(ASSET), bare.wallet.available(ASSET)) == ((0, 0), 0)


@pytest.mark.parametrize(
    ("capacity", "seconds", "error"),
    [
        (MOST + 1, DAY, ("CapacityTooLarge", ASSET, MOST + 1, MOST)),
        (1000, 0, ("InvalidRefill", ASSET, 0, LONGEST)),
        (1000, LONGEST + 1, ("InvalidRefill", ASSET, LONGEST + 1, LONGEST)),
    ],
)
def test_a_limit_out_of_bounds_is_refused_and_leaves_no_record(council, wallet, capacity, seconds, error):
    act = council.own("configureLimit", ASSET, capacity, seconds)
    council.submit(act)
    council.wait_for(act)
    length = wallet.auditLength()
    with reverts(*error):
        council.execute(act)
    assert (wallet.limitOf(ASSET), wallet.auditLength()) == ((0, 0), length)


@pytest.mark.parametrize("role", ["stranger", "guardian", "relayer", "deployer"])
def test_limits_and_delay_by_anyone_but_the_wallet_revert(request, wallet, role):
    account = request.getfixturevalue(role)
    with reverts("NotTimelock", account):
        wallet.configureLimit(NATIVE, MOST, 1, {"from": account})
    with reverts("NotTimelock", account):
        wallet.updateDelay(DAY, {"from": account})


def test_a_limit_taken_down_to_nothing_makes_every_payment_wait(council, wallet, payee):
    council.carry_out(council.own("configureLimit", NATIVE, 0, DAY))
    act = council.payment(payee, 1)
    council.submit(act)
    assert wallet.isOperationPending(council.id_of(act))


@pytest.mark.parametrize("delay", [DAY, 6 * DAY])
def test_the_owners_set_the_least_delay_between_floor_and_ceiling(council, wallet, payee, delay, proven):
    tx = council.carry_out(council.own("updateDelay", delay))
    assert event("MinDelayChange", DELAY, delay) in emitted(tx, wallet)
    assert wallet.getMinDelay() == delay
    record = proven(wallet)[-1]
    assert (record.kind.rstrip(b"\0"), record.payload) == (b"updateDelay", encode(["uint256"], [delay]))
    with reverts("DelayTooShort", delay - 1, delay):
        council.submit(council.operation((payee, 1, b""), delay=delay - 1))
    act = council.payment(payee, 10**18 + 1, deadline=now() + DAY)
    tx = council.submit(act)
    assert wallet.getTimestamp(council.id_of(act)) == tx.timestamp + delay


@pytest.mark.parametrize("delay", [0, 1, DAY - 1])
def test_a_delay_below_the_floor_is_refused(council, wallet, delay):
    act = council.own("updateDelay", delay)
    council.submit(act)
    council.wait_for(act)
    with reverts("DelayTooShort", delay, DAY):
        council.execute(act)
    assert wallet.getMinDelay() == DELAY


@pytest.mark.parametrize("delay", [6 * DAY + 1, 2**32, 2**256 - 1])
def test_a_delay_above_the_ceiling_is_refused(council, wallet, delay):
    act = council.own("updateDelay", delay)
    council.submit(act)
    council.wait_for(act)
    with reverts("DelayTooLong", delay, 6 * DAY):
        council.execute(act)
    assert wallet.getMinDelay() == DELAY


def test_a_new_delay_leaves_alone_what_is_scheduled(council, wallet, payee):
    act, slower = council.payment(payee, 10**18 + 1), None
    council.submit(act)
    ready_at = wallet.getTimestamp(council.id_of(act))
    slower = council.own("updateDelay", 6 * DAY)
    council.submit(slower)
    council.wait_for(slower)
    council.execute(slower)
    assert wallet.getTimestamp(council.id_of(act)) == ready_at
    council.execute(act)
