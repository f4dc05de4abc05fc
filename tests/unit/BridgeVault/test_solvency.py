"""What the vault holds covers what it owes; if not, anyone stops it."""

from eth_abi import encode
from eth_utils import keccak

from tests.support import emitted, event, send
from tests.unit.bridge_cases.route import COLLATERAL, DAY, LARGE_AMOUNT, unused_address
from tests.unit.trail import record

PAYEE = unused_address("payee of a solvent vault")
MAX_PAUSE_SECONDS = 14 * DAY


def shrunk(vault_of, payer):
    """A vault of 1,000, of which the token took half away."""
    route = vault_of("RebasingToken").reread()
    route.contract.lock(PAYEE, 1_000, {"from": payer})
    route.asset.rebase(1, 2, {"from": payer})
    return route


def test_it_owes_what_left_less_what_was_paid(vault_route, payer, governor):
    route, contract = vault_route, vault_route.contract
    assert contract.solvency() == (COLLATERAL, COLLATERAL)
    contract.lock(PAYEE, 50, {"from": payer})
    assert contract.solvency() == (COLLATERAL + 50, COLLATERAL + 50)
    ready_at = route.record((PAYEE, 20), (PAYEE, LARGE_AMOUNT + 1)).arrive().timestamp + DAY
    assert contract.solvency() == (COLLATERAL + 30, COLLATERAL + 30)
    contract.returnQueued(1, route.records[1], ready_at, {"from": governor})
    assert contract.solvency() == (COLLATERAL + 30, COLLATERAL + 30)


def test_it_is_in_base_units(coarse_route, native_route, payer):
    coarse_route.contract.lock(PAYEE, 9 * coarse_route.unit, {"from": payer})
    coarse_route.record((PAYEE, 2)).arrive()
    assert coarse_route.contract.solvency() == (7 * coarse_route.unit, 7 * coarse_route.unit)
    native_route.record((PAYEE, 2)).arrive()
    assert native_route.contract.solvency() == (COLLATERAL - 2, COLLATERAL - 2)


def test_a_gift_is_held_and_owed_to_nobody(vault_route, payer, stranger, refused):
    send(payer, vault_route.asset.transfer, vault_route.contract, 7)
    assert vault_route.contract.solvency() == (COLLATERAL + 7, COLLATERAL)
    with refused("Solvent", COLLATERAL + 7, COLLATERAL, of=vault_route):
        vault_route.contract.proveInsolvency({"from": stranger})


def test_a_vault_that_holds_what_it_owes_is_not_stopped(vault_route, native_route, unlisted, stranger, refused):
    for route, values in (
        (vault_route, (COLLATERAL, COLLATERAL)),
        (native_route, (COLLATERAL, COLLATERAL)),
        (unlisted, (COLLATERAL, 0)),
    ):
        with refused("Solvent", *values, of=route):
            route.contract.proveInsolvency({"from": stranger})


def test_anyone_stops_one_that_does_not_and_it_is_on_the_trail_once(vault_of, payer, stranger, refused):
    route = shrunk(vault_of, payer)
    contract, length = route.contract, route.contract.auditLength()
    assert contract.solvency() == (500, 1_000)
    tx = contract.proveInsolvency({"from": stranger})
    until, proof = tx.timestamp + MAX_PAUSE_SECONDS, keccak(encode(["uint256", "uint256"], [500, 1_000]))
    kept = record(tx, contract, stranger, "trip", ["bytes32", "uint48"], [proof, until])
    assert emitted(tx, contract) == [event("Tripped", proof, until), kept]
    assert (contract.pausedUntil(), contract.auditLength()) == (until, length + 1)
    with refused("ContractPaused", until, of=route):
        contract.lock(PAYEE, 1, {"from": payer})


def test_during_a_pause_it_changes_nothing(vault_of, payer, stranger, guardian):
    route = shrunk(vault_of, payer)
    route.contract.pause(DAY, {"from": guardian})
    contract = route.contract
    before = contract.pausedUntil(), contract.auditLength(), contract.auditHead(), contract.solvency()
    tx = contract.proveInsolvency({"from": stranger})
    assert emitted(tx, contract) == []
    assert (contract.pausedUntil(), contract.auditLength(), contract.auditHead(), contract.solvency()) == before
