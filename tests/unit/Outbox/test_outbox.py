"""What leaves, at either end: three values that a storage proof shows, and that records fold to."""

import pytest
from brownie import chain
from eth_abi import encode
from eth_utils import keccak

from offchain.core.checkpoint import OUTBOX_SLOTS, Transfer, fold_all, outbox_from_words, route_id
from tests.support import rpc
from tests.unit.bridge_cases.route import DAY, LARGE_AMOUNT, OTHER_CHAIN, PEER, unused_address

PAYEE, OTHER = unused_address("payee of what leaves"), unused_address("other payee of what leaves")


@pytest.fixture
def holding(route, payer):
    """Either end, where the payer holds what may leave."""
    if not route.is_vault:
        route.record((payer, 1_000)).arrive()
    return route


def stored(contract):
    """The outbox as an attestor reads it."""
    slots = OUTBOX_SLOTS[contract._name]
    words = [int(rpc("eth_getStorageAt", contract.address, hex(slot), "latest"), 16) for slot in slots[:2]]
    return outbox_from_words(contract._name, *words)


def test_it_stands_where_attestors_read_it(holding, payer, governor):
    assert stored(holding.contract) == holding.sent()
    holding.leave(payer, [(PAYEE, 10), (OTHER, 20)])
    assert stored(holding.contract) == holding.sent()
    holding.contract.pause(DAY, {"from": governor})
    assert stored(holding.contract) == holding.sent()


def test_a_storage_proof_shows_it(holding, payer):
    holding.leave(payer, [(PAYEE, 10)])
    slots = OUTBOX_SLOTS[holding.contract._name]
    proof = rpc("eth_getProof", holding.contract.address, [f"0x{slot:064x}" for slot in slots[:2]], "latest")
    words = [int(each["value"], 16) for each in proof["storageProof"]]
    assert outbox_from_words(holding.contract._name, *words) == holding.sent()


def test_each_record_closes_over_all_before_it(holding, payer):
    point = holding.sent()
    for i in range(1, 4):
        left = holding.leave(payer, [(PAYEE, i)])[0]
        words = [int(str(part), 16) if isinstance(part, str) else part for part in left]
        acc = keccak(point.acc + encode(["uint256"] * 4, [point.count, *words]))
        assert holding.sent() == fold_all(point, [left])
        assert holding.sent().acc == acc
        point = holding.sent()


def test_what_is_returned_is_a_record_like_any(holding, payer, governor):
    route, start = holding, holding.sent()
    nonce = len(route.records)
    ready_at = route.record((PAYEE, LARGE_AMOUNT + 1)).arrive().timestamp + DAY
    first = route.leave(payer, [(OTHER, 5)])
    route.contract.returnQueued(nonce, route.records[nonce], ready_at, {"from": governor})
    last = route.leave(payer, [(OTHER, 6)])
    back = Transfer(route.contract.address, route.records[nonce].sender, LARGE_AMOUNT + 1)
    assert route.sent() == fold_all(start, [*first, back, *last])


def test_the_two_routes_name_both_ends_in_both_orders(route):
    here, there = route.ends()
    assert here.chain_id == chain.id and there.chain_id == OTHER_CHAIN and there.contract == PEER
    assert bytes(route.contract.outboundRoute()) == route_id(here, there)
    assert bytes(route.contract.inboundRoute()) == route_id(there, here)


def test_what_arrives_moves_nothing_that_leaves(holding):
    before = holding.sent()
    holding.record((PAYEE, 10), (OTHER, LARGE_AMOUNT + 1)).arrive()
    assert holding.sent() == before


def test_nobody_writes_it_but_by_leaving(route):
    changing = {
        entry["name"]
        for entry in route.contract.abi
        if entry["type"] == "function" and entry["stateMutability"] not in ("view", "pure")
    }
    assert changing & {"lock", "burn"} == ({"lock"} if route.is_vault else {"burn"})
