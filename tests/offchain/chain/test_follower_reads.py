"""What is read of a final block is proven or what a quorum says, and a liar changes nothing."""

import pytest
from eth_utils.crypto import keccak

from offchain.chain import follower as module
from offchain.chain.follower import Follower, WrongChain
from offchain.chain.proof import InvalidProof
from offchain.chain.quorum import InvalidAnswer, TooFewSources
from offchain.chain.rpc import NodeRefused
from offchain.core.bridge_abi import LEFT, TOKEN, VAULT, View, transfer_of
from offchain.core.checkpoint import Point, Transfer, fold_all
from offchain.core.node_error import Kind
from offchain.core.refusal import Refusal
from tests.offchain.bridge_chains import FAR, NATIVE, NEAR, SENDER, UNIT
from tests.offchain.chain.forging import forging, hash_of, header, height, refusing

TOPICS = tuple(LEFT.values())
BEHIND = 2
"""So many blocks is the final one behind the latest."""


@pytest.fixture
def chain(bridge):
    """The vault's."""
    return bridge.near


# The start


async def test_it_starts_where_a_proof_can_be_had(bridge, follower, chain):
    chain.mine(5)
    assert (await follower.start(bridge.vault.address, VAULT)).number == height(chain) - BEHIND


async def test_another_chain_is_not_followed(quorum_of, chain):
    with pytest.raises(WrongChain, match=f"the sources of chain {FAR} serve chain {NEAR}"):
        await Follower(quorum_of(chain.url), FAR).start(NATIVE, VAULT)


async def test_it_does_not_start_where_no_source_proves_anything(bridge, follower, proxies, chain):
    chain.mine(5)
    for proxy in proxies:
        proxy.forge = refusing("eth_getProof")
    with pytest.raises(NodeRefused):
        await follower.start(bridge.vault.address, VAULT)
    proxies[1].forge = None
    await follower.start(bridge.vault.address, VAULT)


async def test_it_does_not_start_before_the_contract_is_there_for_good(bridge, follower):
    with pytest.raises(InvalidProof):
        await follower.start(bridge.new_vault().address, VAULT)


# The outbox


@pytest.fixture
def locked(bridge, chain):
    """Five records that are final, and the blocks they are in."""
    blocks = [bridge.lock(10 * n)["blockNumber"] for n in range(1, 6)]
    chain.mine(BEHIND)
    return blocks


def records(bridge, amounts):
    return [Transfer(bridge.near.accounts[SENDER], bridge.recipient, amount) for amount in amounts]


def point(bridge, count):
    return fold_all(Point(0, bridge.there, 0), records(bridge, [10 * n for n in range(1, count + 1)]))


async def test_an_outbox_is_what_it_was_at_each_block(bridge, locked, follower):
    for count, number in enumerate(locked, 1):
        block = await follower.block(number)
        assert await follower.outbox(bridge.vault.address, VAULT, block) == point(bridge, count)
    before = await follower.block(locked[0] - 1)
    assert await follower.outbox(bridge.vault.address, VAULT, before) == point(bridge, 0)


async def test_a_token_s_outbox_is_read_like_a_vault_s(bridge, quorum_of):
    bridge.far.mine()
    follower = Follower(quorum_of(bridge.far.url), FAR)
    block = await follower.block(height(bridge.far))
    assert await follower.outbox(bridge.token.address, TOKEN, block) == Point(0, bridge.back, 0)


def inflated(_params, result):
    """One coin more."""
    proof = result["storageProof"][1]
    proof["value"] = hex(int(proof["value"], 16) + (1 << 80))
    return result


def swapped(_params, result):
    result["storageProof"].reverse()
    return result


def shortened(_params, result):
    result["storageProof"][0]["proof"].pop()
    return result


def halved(_params, result):
    del result["storageProof"][1]
    return result


LIES = {
    "another value": inflated,
    "the values swapped": swapped,
    "a node less": shortened,
    "a slot less": halved,
    "nothing": lambda *_: {},
    "null": lambda *_: None,
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
async def test_a_source_cannot_lie_about_an_outbox(bridge, locked, follower, proxies, lie):
    block = await follower.block(locked[-1])
    for proxy in proxies[:2]:
        proxy.forge = forging("eth_getProof", lie)
    for _ in range(3):  # each source is asked first once
        assert await follower.outbox(bridge.vault.address, VAULT, block) == point(bridge, 5)
    proxies[2].forge = forging("eth_getProof", lie)
    with pytest.raises(Refusal):
        await follower.outbox(bridge.vault.address, VAULT, block)


async def test_a_proof_of_another_block_proves_nothing(bridge, locked, lonely, proxies, chain):
    block = await lonely.block(locked[-1])
    proxies[0].forge = forging("eth_getProof", lambda params, _: chain.rpc("eth_getProof", *params[:2], hex(locked[0])))
    with pytest.raises(InvalidProof):
        await lonely.outbox(bridge.vault.address, VAULT, block)


# Logs


def amounts(logs):
    return [transfer_of(log)[1].amount for log in logs]


@pytest.mark.parametrize("span", [1, 2, 3, 1_000])
async def test_logs_come_in_order_with_their_block_s_time(bridge, locked, follower, chain, span):
    follower.span_blocks = span
    logs = await follower.logs(bridge.vault.address, TOPICS, 0, locked[-1])
    assert [transfer_of(log) for log in logs] == list(enumerate(records(bridge, [10, 20, 30, 40, 50])))
    assert [log.block_number for log in logs] == locked
    assert [log.timestamp for log in logs] == [int(header(chain, number)["timestamp"], 16) for number in locked]


async def test_logs_of_one_block_come_in_their_order(bridge, follower, chain):
    chain.hold()
    for amount in (3, 1, 2):
        lock = bridge.vault.functions.lock(bridge.recipient, amount * UNIT)
        lock.transact({"from": bridge.near.accounts[SENDER], "value": amount * UNIT, "gas": 300_000})
    chain.mine()
    assert amounts(await follower.logs(bridge.vault.address, TOPICS, 0, height(chain))) == [3, 1, 2]


async def test_logs_are_those_of_the_blocks_that_were_asked_for(bridge, locked, follower):
    assert amounts(await follower.logs(bridge.vault.address, TOPICS, locked[1], locked[3])) == [20, 30, 40]
    assert await follower.logs(bridge.vault.address, TOPICS, locked[3], locked[1]) == []
    assert await follower.logs(bridge.vault.address, [keccak(b"nothing")], 0, locked[-1]) == []


def ranged(most, refused=None):
    """Whether a range has more than `most` blocks; each such is counted."""

    def too_long(params):
        length = int(params[0]["toBlock"], 16) - int(params[0]["fromBlock"], 16) + 1
        if length > most and refused is not None:
            refused.append(length)
        return length > most

    return too_long


async def test_ranges_halve_where_sources_refuse_them_and_grow_again(
    bridge, locked, lonely, proxies, chain, monkeypatch
):
    monkeypatch.setattr(module, "_PAUSE_SECONDS", 0)
    chain.mine(200)
    refused = []
    proxies[0].forge = refusing("eth_getLogs", ranged(16, refused))
    lonely.span_blocks = 100
    assert amounts(await lonely.logs(bridge.vault.address, TOPICS, 0, 199)) == [10, 20, 30, 40, 50]
    assert refused[:3] == [100, 50, 25]
    assert len(refused) < proxies[0].asked.count("eth_getLogs") / 2, "they are asked for what they refuse too often"
    assert 8 <= lonely.span_blocks <= 21
    proxies[0].forge = None
    await lonely.logs(bridge.vault.address, TOPICS, 0, 199)
    assert lonely.span_blocks > 50


async def test_a_range_does_not_grow_without_end(bridge, locked, lonely):
    for _ in range(20):
        await lonely.logs(bridge.vault.address, TOPICS, 0, locked[-1])
    assert lonely.span_blocks == 10_000


async def test_a_single_block_that_is_refused_fails(bridge, locked, lonely, proxies, monkeypatch):
    monkeypatch.setattr(module, "_PAUSE_SECONDS", 0)
    proxies[0].forge = refusing("eth_getLogs", ranged(0))
    with pytest.raises(TooFewSources, match="limit exceeded"):
        await lonely.logs(bridge.vault.address, TOPICS, 0, locked[-1])


async def test_a_source_that_withholds_or_adds_logs_is_outvoted(bridge, locked, follower, proxies):
    for change in (lambda _, logs: logs[1:], lambda _, logs: [*logs, *logs[:1]], lambda *_: []):
        proxies[1].forge = forging("eth_getLogs", change)
        assert amounts(await follower.logs(bridge.vault.address, TOPICS, 0, locked[-1])) == [10, 20, 30, 40, 50]


FORGERIES = {
    "of another contract": {"address": NATIVE},
    "of another event": {"topics": ["0x" + "11" * 32]},
    "without a topic": {"topics": []},
    "of a block beyond": {"blockNumber": "0xffff"},
    "of another block's hash": {"blockHash": "0x" + "11" * 32},
    "without data": {"data": None},
}


@pytest.mark.parametrize("change", FORGERIES.values(), ids=FORGERIES)
async def test_logs_that_were_not_asked_for_are_not_taken(bridge, locked, lonely, proxies, monkeypatch, change):
    monkeypatch.setattr(module, "_PAUSE_SECONDS", 0)
    proxies[0].forge = forging("eth_getLogs", lambda _, logs: [entry | change for entry in logs])
    with pytest.raises((InvalidAnswer, TooFewSources)):
        await lonely.logs(bridge.vault.address, TOPICS, 0, locked[-1])


async def test_logs_of_a_branch_that_is_gone_are_not_taken(bridge, locked, lonely, proxies, chain):
    stale = chain.rpc("eth_getLogs", {"address": bridge.vault.address, "fromBlock": hex(locked[-1])})
    assert len(stale) == 1
    chain.rpc("anvil_reorg", BEHIND + 1, [])
    proxies[0].forge = forging("eth_getLogs", lambda *_: stale)
    with pytest.raises(InvalidAnswer, match="other blocks"):
        await lonely.logs(bridge.vault.address, TOPICS, locked[-1], locked[-1])


# Views


async def test_the_head_is_the_newest_block(follower, chain):
    chain.mine(4)
    assert (await follower.head()).hash == hash_of(chain, height(chain))


async def test_views_are_answered_as_of_a_block(bridge, locked, follower):
    asked = [View("outbox()"), View("unit()"), View("token()"), View("queued(uint256)", (3,))]
    for count, number in enumerate(locked, 1):
        there = point(bridge, count)
        answers = await follower.views(bridge.vault.address, asked, number)
        assert answers == [(count, there.cumulative, there.acc), UNIT, NATIVE, bytes(32)]
    assert await follower.views(bridge.vault.address, [], locked[0]) == []


async def test_a_view_that_nobody_answers_is_refused(bridge, follower, chain):
    with pytest.raises(InvalidAnswer, match=r"outbox\(\)"):
        await follower.views(chain.accounts[0], [View("outbox()")], height(chain))
    with pytest.raises(NodeRefused) as refused:
        await follower.views(bridge.vault.address, [View("limitOf(address)", (NATIVE,)), View("name()")], height(chain))
    assert refused.value.kind is Kind.REVERTED


async def test_a_liar_s_view_is_outvoted(bridge, locked, follower, proxies):
    proxies[0].forge = forging("eth_call", lambda *_: "0x" + "00" * 31 + "01")
    assert await follower.views(bridge.vault.address, [View("unit()")], locked[0]) == [UNIT]
