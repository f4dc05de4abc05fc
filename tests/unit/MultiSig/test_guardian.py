"""The guardian: pauses payments, cancels, shows life; and moves, starts or configures nothing."""

import pytest
from eth_abi import encode

from tests.support import NATIVE, at, emitted, event, reverts
from tests.unit.signing import DAY, DELAY, now
from tests.unit.spelling import plain

LONGEST_PAUSE, COOL_DOWN, HEARTBEAT = 14 * DAY, 7 * DAY, 180 * DAY


def test_the_guardian_pauses_and_the_wallet_records_it(wallet, guardian, proven):
    before = len(proven(wallet))
    tx = wallet.pause(DAY, {"from": guardian})
    heard = event("GuardianHeard", guardian, tx.timestamp + HEARTBEAT)
    assert emitted(tx, wallet)[:2] == [heard, event("Paused", guardian, tx.timestamp + DAY)]
    (record,) = proven(wallet)[before:]
    assert (record.kind.rstrip(b"\0"), record.actor) == (b"pause", guardian)
    assert record.payload == encode(["uint48"], [tx.timestamp + DAY])


@pytest.mark.parametrize("role", ["stranger", "relayer", "deployer"])
def test_pause_by_one_who_is_not_the_guardian_reverts(request, wallet, role):
    account = request.getfixturevalue(role)
    with reverts("NotGuardian", account):
        wallet.pause(DAY, {"from": account})


def test_an_owner_alone_cannot_pause(create, stranger):
    class Only:
        address = stranger.address

    alone = create([Only], 1)
    with reverts("NotGuardian", stranger):
        alone.wallet.pause(DAY, {"from": stranger})


@pytest.mark.parametrize("seconds", [0, LONGEST_PAUSE + 1, 2**48 - 1])
def test_a_pause_out_of_bounds_reverts(wallet, guardian, seconds):
    with reverts("InvalidPause", seconds, LONGEST_PAUSE):
        wallet.pause(seconds, {"from": guardian})


def test_the_guardian_cannot_pause_again_before_the_cool_down_is_over(wallet, guardian):
    ready = wallet.pause(LONGEST_PAUSE, {"from": guardian}).timestamp + LONGEST_PAUSE + COOL_DOWN
    for second in (ready - LONGEST_PAUSE, ready - 1):
        at(second)
        with reverts("CoolingDown", ready):
            wallet.pause(DAY, {"from": guardian})
    at(ready)
    wallet.pause(DAY, {"from": guardian})


@pytest.mark.parametrize("role", ["guardian", "stranger", "relayer"])
def test_nobody_unpauses_but_the_wallet_itself(request, wallet, guardian, role):
    wallet.pause(DAY, {"from": guardian})
    account = request.getfixturevalue(role)
    with reverts("NotTimelock", account):
        wallet.unpause({"from": account})


def test_the_owners_end_a_pause_after_their_delay(council, wallet, guardian, payee, proven):
    wallet.pause(LONGEST_PAUSE, {"from": guardian})
    tx = council.carry_out(council.own("unpause"))
    assert event("Unpaused", wallet, tx.timestamp) in emitted(tx, wallet)
    assert proven(wallet)[-1].kind.rstrip(b"\0") == b"unpause"
    council.submit(council.payment(payee, 5))


def test_the_owners_renew_a_pause_without_a_cool_down(council, wallet, guardian, payee):
    wallet.pause(DAY + DELAY, {"from": guardian})
    tx = council.carry_out(council.own("pause", LONGEST_PAUSE))
    assert wallet.pausedUntil() == tx.timestamp + LONGEST_PAUSE
    with reverts("ContractPaused", wallet.pausedUntil()):
        council.submit(council.payment(payee, 5))


def test_the_wallet_acts_within_the_longest_pause_at_the_longest_delay(wallet):
    assert wallet.DELAY_CEILING_SECONDS() + wallet.GRACE_SECONDS() < wallet.MAX_PAUSE_SECONDS()


@pytest.mark.parametrize("function", ["setGuardian", "settle", "configureLimit", "updateDelay", "setOwners"])
def test_the_guardian_configures_and_moves_nothing(council, wallet, guardian, function):
    arguments = {
        "setGuardian": (guardian,),
        "settle": ((guardian.address, 1, NATIVE),),
        "configureLimit": (NATIVE, 2**96 - 1, 1),
        "updateDelay": (DAY,),
        "setOwners": (council.owner_set, 1, [guardian]),
    }[function]
    with reverts("NotTimelock", guardian):
        getattr(wallet, function)(*arguments, {"from": guardian})


# --- showing life ---


def test_a_guardian_of_the_first_hour_has_no_time_running_until_it_is_heard(bare, guardian):
    wallet = bare.wallet
    assert wallet.heartbeatUntil(guardian) == 0
    at(now() + 10 * HEARTBEAT)
    tx = wallet.heartbeat({"from": guardian})
    assert wallet.heartbeatUntil(guardian) == tx.timestamp + HEARTBEAT


def test_a_heartbeat_is_announced_and_is_no_record(wallet, guardian):
    head = wallet.auditHead()
    tx = wallet.heartbeat({"from": guardian})
    assert emitted(tx, wallet) == [event("GuardianHeard", guardian, tx.timestamp + HEARTBEAT)]
    assert wallet.auditHead() == head


def test_a_heartbeat_of_anyone_else_reverts(wallet, stranger):
    with reverts("NotGuardian", stranger):
        wallet.heartbeat({"from": stranger})


@pytest.mark.parametrize("act", ["heartbeat", "pause", "cancel"])
def test_a_guardian_not_heard_from_in_time_can_do_nothing(council, wallet, guardian, payee, act):
    until = wallet.heartbeat({"from": guardian}).timestamp + HEARTBEAT
    waiting = council.payment(payee, 10**18 + 1, deadline=2**256 - 1)
    at(until - DAY)
    council.submit(waiting)
    arguments = {"heartbeat": (), "pause": (DAY,), "cancel": (council.id_of(waiting),)}[act]
    at(until)
    with reverts("GuardianLapsed", guardian, until):
        getattr(wallet, act)(*arguments, {"from": guardian})


@pytest.mark.parametrize("act", ["heartbeat", "pause", "cancel"])
def test_all_that_a_guardian_does_in_its_last_second_shows_life(council, wallet, guardian, payee, act):
    until = wallet.heartbeat({"from": guardian}).timestamp + HEARTBEAT
    waiting = council.payment(payee, 10**18 + 1, deadline=2**256 - 1)
    at(until - DAY)
    council.submit(waiting)
    arguments = {"heartbeat": (), "pause": (DAY,), "cancel": (council.id_of(waiting),)}[act]
    at(until - 1)
    getattr(wallet, act)(*arguments, {"from": guardian})
    assert wallet.heartbeatUntil(guardian) == until - 1 + HEARTBEAT


def test_a_refused_act_is_no_sign_of_life(wallet, guardian):
    wallet.pause(DAY, {"from": guardian})
    until = wallet.heartbeatUntil(guardian)
    with reverts("CoolingDown", wallet.pausedUntil() + COOL_DOWN):
        wallet.pause(DAY, {"from": guardian})
    assert wallet.heartbeatUntil(guardian) == until


def test_the_owners_bring_a_lapsed_guardian_back(council, wallet, guardian):
    until = wallet.heartbeat({"from": guardian}).timestamp + HEARTBEAT
    at(until)
    tx = council.carry_out(council.own("setGuardian", guardian, deadline=2**256 - 1))
    assert wallet.heartbeatUntil(guardian) == tx.timestamp + HEARTBEAT
    wallet.pause(DAY, {"from": guardian})


# --- being replaced ---


def test_the_owners_replace_the_guardian(council, wallet, guardian, stranger, proven):
    tx = council.carry_out(council.own("setGuardian", stranger))
    heard = event("GuardianHeard", stranger, tx.timestamp + HEARTBEAT)
    assert plain(emitted(tx, wallet))[1:3] == plain([event("GuardianChanged", stranger), heard])
    assert wallet.guardian() == stranger
    record = proven(wallet)[-1]
    assert (record.kind.rstrip(b"\0"), record.payload) == (b"setGuardian", encode(["address"], [stranger.address]))
    with reverts("NotGuardian", guardian):
        wallet.pause(DAY, {"from": guardian})
    wallet.pause(DAY, {"from": stranger})


def test_a_guardian_that_is_zero_or_the_wallet_itself_is_refused(council, wallet, guardian):
    for wrong in (NATIVE, wallet.address):
        act = council.own("setGuardian", wrong, deadline=2**256 - 1)
        council.submit(act)
        council.wait_for(act)
        with reverts("InvalidGuardian", wrong):
            council.execute(act)
    assert wallet.guardian() == guardian


@pytest.mark.parametrize("role", ["stranger", "guardian", "relayer", "deployer"])
def test_set_guardian_by_anyone_but_the_wallet_reverts(request, wallet, role):
    account = request.getfixturevalue(role)
    with reverts("NotTimelock", account):
        wallet.setGuardian(account, {"from": account})


def test_a_replaced_guardian_leaves_its_pause_and_its_cool_down_to_its_successor(council, wallet, guardian, stranger):
    """A pause is the wallet's: a guardian who pauses and is replaced gives its successor no second one at once."""
    until = wallet.pause(DELAY + DAY, {"from": guardian}).timestamp + DELAY + DAY
    council.carry_out(council.own("setGuardian", stranger))
    with reverts("CoolingDown", until + COOL_DOWN):
        wallet.pause(DAY, {"from": stranger})
