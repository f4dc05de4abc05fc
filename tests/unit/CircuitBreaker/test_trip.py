"""trip: on a proof that something is broken, by nobody; it survives its transaction, and ends by itself."""

import pytest
from eth_abi import encode
from eth_utils import keccak

from tests.support import NATIVE, at, emitted, event, reverts, wait
from tests.unit.trail import record

DAY = 24 * 3600
LONGEST, COOL_DOWN = 14 * DAY, 7 * DAY
HELD = 1000


@pytest.fixture(scope="module")
def vault(deploy, governor, guardian, payer):
    """A pool that trips once it holds less than it owes; solvent at first."""
    vault = deploy("TrippingVault", governor, guardian)
    vault.configureLimit(NATIVE, 10 * HELD, DAY, {"from": governor})
    vault.deposit({"from": payer, "value": HELD})
    return vault


@pytest.fixture
def broken(vault, stranger):
    """The same pool, a wei short."""
    vault.lose(1, {"from": stranger})
    return vault


def proof_of(held, owed):
    return keccak(encode(["uint256", "uint256"], [held, owed]))


def test_a_trip_survives_its_transaction_and_lasts_the_longest_pause(broken, payer, stranger):
    tx = broken.withdraw(1, {"from": stranger})
    until = tx.timestamp + LONGEST
    assert broken.pausedUntil() == until
    with reverts("ContractPaused", until):
        broken.deposit({"from": payer, "value": 1})


def test_a_trip_is_announced_with_its_proof_and_recorded_once(broken, payer, proven):
    tx = broken.withdraw(1, {"from": payer})
    until, proof = tx.timestamp + LONGEST, proof_of(HELD - 1, HELD)
    kept = record(tx, broken, payer, "trip", ["bytes32", "uint48"], [proof, until])
    assert emitted(tx, broken) == [event("Tripped", proof, until), kept]
    assert [each.kind.rstrip(b"\0") for each in proven(broken)] == [b"trip"]


def test_a_trip_moves_no_balance(broken, payer, stranger):
    before = broken.balance(), payer.balance(), broken.owedTo(payer)
    broken.withdraw(1, {"from": payer})
    assert (broken.balance(), payer.balance(), broken.owedTo(payer)) == before


def test_who_is_solvent_does_not_trip(vault, payer):
    vault.withdraw(1, {"from": payer})
    assert (vault.pausedUntil(), vault.auditLength()) == (0, 0)


def test_a_trip_within_a_pause_changes_nothing(broken, guardian, payer):
    until = broken.pause(DAY, {"from": guardian}).timestamp + DAY
    length = broken.auditLength()
    at(until - 1)
    tx = broken.withdraw(1, {"from": payer})
    assert (broken.pausedUntil(), broken.auditLength(), emitted(tx, broken)) == (until, length, [])


def test_a_trip_in_the_second_in_which_a_pause_ends_begins_anew(broken, guardian, payer):
    until = broken.pause(DAY, {"from": guardian}).timestamp + DAY
    at(until)
    broken.withdraw(1, {"from": payer})
    assert broken.pausedUntil() == until + LONGEST


@pytest.mark.parametrize("after", [1, DAY, LONGEST - 1])
def test_no_series_of_trips_extends_one(broken, payer, after):
    first = broken.withdraw(1, {"from": payer}).timestamp
    at(first + after)
    broken.withdraw(2, {"from": payer})
    assert (broken.pausedUntil(), broken.auditLength()) == (first + LONGEST, 1)


@pytest.mark.parametrize("early", [0, 1])
def test_a_trip_ends_by_itself(broken, payer, early):
    until = broken.withdraw(1, {"from": payer}).timestamp + LONGEST
    at(until - early)
    if early:
        with reverts("ContractPaused", until):
            broken.deposit({"from": payer, "value": 1})
    else:
        broken.deposit({"from": payer, "value": 1})
        assert broken.owedTo(payer) == HELD + 1


def test_what_is_still_broken_when_its_trip_ends_trips_again(broken, payer):
    until = broken.withdraw(1, {"from": payer}).timestamp + LONGEST
    at(until)
    broken.withdraw(1, {"from": payer})
    assert (broken.pausedUntil(), broken.auditLength()) == (until + LONGEST, 2)


def test_the_governor_ends_a_trip(broken, governor, payer):
    broken.withdraw(1, {"from": payer})
    tx = broken.unpause({"from": governor})
    assert broken.pausedUntil() == tx.timestamp
    broken.deposit({"from": payer, "value": 1})


def test_the_guardian_neither_ends_a_trip_nor_prolongs_it(broken, guardian, payer):
    until = broken.withdraw(1, {"from": payer}).timestamp + LONGEST
    with reverts("NotGovernor", guardian):
        broken.unpause({"from": guardian})
    for second in (until - 1, until, until + COOL_DOWN - 1):
        at(second)
        with reverts("CoolingDown", until + COOL_DOWN):
            broken.pause(DAY, {"from": guardian})
    at(until + COOL_DOWN)
    broken.pause(DAY, {"from": guardian})


def test_a_trip_does_not_wait_for_the_guardians_cool_down(broken, guardian, payer):
    until = broken.pause(DAY, {"from": guardian}).timestamp + DAY
    at(until + 1)
    broken.withdraw(1, {"from": payer})
    assert broken.pausedUntil() == until + 1 + LONGEST


def test_a_trip_is_no_sign_of_life(broken, guardian):
    tx = broken.heartbeat({"from": guardian})
    at(tx.timestamp + DAY)
    broken.withdraw(1, {"from": guardian})
    assert broken.heartbeatUntil(guardian) == tx.timestamp + 180 * DAY


def test_a_trip_undone_by_its_own_revert_never_was(broken, payer):
    with reverts("Insolvent", HELD - 1, HELD):
        broken.withdrawOrRevert(1, {"from": payer})
    assert (broken.pausedUntil(), broken.auditLength()) == (0, 0)


def test_exit_goes_on_through_a_pause(vault, guardian, payer):
    vault.pause(LONGEST, {"from": guardian})
    vault.withdraw(HELD, {"from": payer})
    assert (vault.owedTo(payer), vault.balance()) == (0, 0)


def test_what_is_above_the_limit_is_queued_and_trips_nothing(vault, governor, payer):
    vault.configureLimit(NATIVE, HELD - 1, DAY, {"from": governor})
    tx = vault.withdraw(HELD, {"from": payer})
    assert emitted(tx, vault) == [event("Queued", payer, HELD)]
    assert (vault.pausedUntil(), vault.owedTo(payer)) == (0, HELD)


def test_a_guardian_that_was_never_heard_and_never_appointed_has_no_time_running(vault, guardian):
    assert vault.heartbeatUntil(guardian) == 0
    wait(10 * 365 * DAY)
    tx = vault.pause(DAY, {"from": guardian})
    assert vault.heartbeatUntil(guardian) == tx.timestamp + 180 * DAY
