"""The governor lets a vetoed record go."""

import pytest

from tests.support import emitted, event
from tests.unit.bridge_cases.route import VETOED
from tests.unit.trail import record


@pytest.fixture
def vetoed(waiting, guardian):
    waiting.route.contract.veto(*waiting.arguments(), {"from": guardian})
    return waiting


def test_it_is_ready_now_and_on_the_trail_once(vetoed, governor, stranger):
    route, contract = vetoed.route, vetoed.route.contract
    length = contract.auditLength()
    tx = contract.letGo(0, vetoed.record, {"from": governor})
    kept = record(tx, contract, governor, "letGo", ["uint256"], [0])
    assert emitted(tx, contract) == [event("TransferLetGo", 0), kept]
    assert contract.auditLength() == length + 1
    assert vetoed.kept == route.queued_hash(0, tx.timestamp)
    route.release_queued(0, tx.timestamp, stranger)
    assert route.paid(vetoed.record.to) == vetoed.record.amount


def test_only_the_governor_does(vetoed, guardian, stranger, refused):
    for account in (guardian, stranger, vetoed.route.relayer):
        with refused("AccessControlUnauthorizedAccount", account, bytes(32)):
            vetoed.route.contract.letGo(0, vetoed.record, {"from": account})


def test_what_is_not_vetoed_is_not_let_go(waiting, governor, refused):
    with refused("NotVetoed", 0):
        waiting.route.contract.letGo(0, waiting.record, {"from": governor})


def test_only_the_record_itself_is_let_go(vetoed, governor, refused):
    with refused("NotVetoed", 0):
        vetoed.route.contract.letGo(0, vetoed.record._replace(amount=1), {"from": governor})
    with refused("NotVetoed", 1):
        vetoed.route.contract.letGo(1, vetoed.record, {"from": governor})


def test_it_can_be_vetoed_again(vetoed, governor, guardian):
    contract = vetoed.route.contract
    ready_at = contract.letGo(0, vetoed.record, {"from": governor}).timestamp
    contract.veto(0, vetoed.record, ready_at, {"from": guardian})
    assert vetoed.kept == vetoed.route.queued_hash(0, VETOED)
