"""The guardian freezes what waits."""

from tests.support import emitted, event
from tests.unit.bridge_cases.route import DAY, VETOED
from tests.unit.trail import record


def test_the_guardian_freezes_and_it_is_on_the_trail_once(waiting, guardian):
    contract = waiting.route.contract
    length = contract.auditLength()
    tx = contract.veto(*waiting.arguments(), {"from": guardian})
    heard = event("GuardianHeard", guardian, tx.timestamp + 180 * DAY)
    vetoed = event("TransferVetoed", 0, guardian)
    kept = record(tx, contract, guardian, "veto", ["uint256"], [0])
    assert emitted(tx, contract) == [heard, vetoed, kept]
    assert contract.auditLength() == length + 1
    assert waiting.kept == waiting.route.queued_hash(0, VETOED)
    assert (contract.queuedTotal(), waiting.route.paid(waiting.record.to)) == (waiting.record.amount, 0)


def test_nobody_else_freezes(waiting, governor, stranger, refused):
    role = bytes(waiting.route.contract.GUARDIAN_ROLE())
    for account in (governor, stranger, waiting.route.relayer):
        with refused("AccessControlUnauthorizedAccount", account, role):
            waiting.route.contract.veto(*waiting.arguments(), {"from": account})


def test_what_does_not_wait_is_not_frozen(waiting, guardian, refused):
    contract = waiting.route.contract
    with refused("NotQueued", 0):
        contract.veto(*waiting.arguments(amount=1), {"from": guardian})
    with refused("NotQueued", 1):
        contract.veto(1, waiting.record, waiting.ready_at, {"from": guardian})


def test_what_is_frozen_is_not_frozen_again(waiting, guardian, refused):
    contract = waiting.route.contract
    contract.veto(*waiting.arguments(), {"from": guardian})
    with refused("Vetoed", 0):
        contract.veto(0, waiting.record, VETOED, {"from": guardian})


def test_a_pause_blocks_no_veto(waiting, guardian):
    waiting.route.contract.pause(DAY, {"from": guardian})
    waiting.route.contract.veto(*waiting.arguments(), {"from": guardian})
    assert waiting.kept == waiting.route.queued_hash(0, VETOED)
