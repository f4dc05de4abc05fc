"""The governor opens the route, once and for good, and closes it for what leaves."""

from brownie import chain

from offchain.core.checkpoint import route_id
from tests.support import emitted, event
from tests.unit.bridge_cases.route import COLLATERAL, OTHER_CHAIN, PEER, unused_address
from tests.unit.spelling import plain
from tests.unit.trail import record

PAYEE = unused_address("payee of a listed route")
ZERO, ZERO_ADDRESS = bytes(32), "0x" + "00" * 20


def routes(contract):
    return bytes(contract.outboundRoute()), bytes(contract.inboundRoute())


def test_a_vault_is_made_without_a_route(unlisted):
    contract = unlisted.contract
    assert routes(contract) == (ZERO, ZERO)
    assert contract.isListed() is False
    assert contract.outbox() == contract.inbox() == (0, 0, "0x00")


def test_both_directions_begin_with_their_routes_and_it_is_on_the_trail_once(unlisted, governor):
    contract, length = unlisted.contract, unlisted.contract.auditLength()
    tx = contract.list(OTHER_CHAIN, PEER, {"from": governor})
    here, there = unlisted.ends()
    there = there._replace(token=PEER)
    out, back = route_id(here, there), route_id(there, here)
    kept = record(tx, contract, governor, "list", ["uint256", "address"], [OTHER_CHAIN, PEER])
    assert emitted(tx, contract) == [event("RouteListed", out, OTHER_CHAIN, PEER), kept]
    assert (routes(contract), contract.isListed()) == ((out, back), True)
    assert bytes(contract.outbox()[2]) == out and bytes(contract.inbox()[2]) == back
    assert contract.auditLength() == length + 1


def test_the_other_chain_is_another_and_its_contract_somebody(unlisted, governor, refused):
    for chain_id, peer in ((0, PEER), (chain.id, PEER), (OTHER_CHAIN, ZERO_ADDRESS)):
        with refused("InvalidPeer", chain_id, peer, of=unlisted):
            unlisted.contract.list(chain_id, peer, {"from": governor})


def test_unlisted_it_locks_nothing_and_pays_what_comes_back(vault_route, governor, payer, refused):
    contract, length = vault_route.contract, vault_route.contract.auditLength()
    tx = contract.unlist({"from": governor})
    out = routes(contract)[0]
    expected = [event("RouteUnlisted", out), record(tx, contract, governor, "unlist")]
    assert plain(emitted(tx, contract)) == plain(expected)
    assert (contract.isListed(), contract.auditLength()) == (False, length + 1)
    with refused("NotListed", of=vault_route):
        contract.lock(PAYEE, 1, {"from": payer})
    vault_route.record((PAYEE, 7)).arrive()
    assert vault_route.paid(PAYEE) == 7


def test_what_is_not_listed_is_not_unlisted(unlisted, vault_route, governor, refused):
    with refused("NotListed", of=unlisted):
        unlisted.contract.unlist({"from": governor})
    vault_route.contract.unlist({"from": governor})
    with refused("NotListed", of=vault_route):
        vault_route.contract.unlist({"from": governor})


def test_listed_again_it_carries_on_where_it_was(vault_route, governor, payer):
    contract = vault_route.contract
    contract.lock(PAYEE, 5, {"from": payer})
    vault_route.record((PAYEE, 7)).arrive()
    outbox, inbox, known = contract.outbox(), contract.inbox(), routes(contract)
    contract.unlist({"from": governor})
    tx = contract.list(OTHER_CHAIN, PEER, {"from": governor})
    assert emitted(tx, contract)[0] == event("RouteListed", known[0], OTHER_CHAIN, PEER)
    assert (contract.outbox(), contract.inbox(), routes(contract)) == (outbox, inbox, known)
    contract.lock(PAYEE, 5, {"from": payer})
    assert contract.outbox()[:2] == (3, COLLATERAL + 10)


def test_it_belongs_to_one_contract_of_another_chain(vault_route, governor, refused):
    contract, out = vault_route.contract, routes(vault_route.contract)[0]
    with refused("AlreadyListed", out, of=vault_route):
        contract.list(OTHER_CHAIN, PEER, {"from": governor})
    contract.unlist({"from": governor})
    for chain_id, peer in ((OTHER_CHAIN + 1, PEER), (OTHER_CHAIN, PAYEE)):
        with refused("AlreadyListed", out, of=vault_route):
            contract.list(chain_id, peer, {"from": governor})


def test_only_the_governor_does(unlisted, vault_route, guardian, stranger, refused):
    for account in (guardian, stranger, unlisted.relayer):
        with refused("AccessControlUnauthorizedAccount", account, ZERO, of=unlisted):
            unlisted.contract.list(OTHER_CHAIN, PEER, {"from": account})
        with refused("AccessControlUnauthorizedAccount", account, ZERO, of=vault_route):
            vault_route.contract.unlist({"from": account})
