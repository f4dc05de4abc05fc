"""The watcher: a contradiction stops both ends, and the attestor; finality that breaks does; liars do not."""

import pytest

from offchain.core.checkpoint import Transfer
from tests.offchain.attestor.process import (
    GUARDIAN_KEY,
    checkpoint_of,
    deliver_with_stolen_keys,
    height,
    paused,
    true_checkpoint,
)
from tests.offchain.bridge_chains import FAR, NATIVE, NEAR, until

THIEF = "0x" + "77" * 20


@pytest.fixture
def guarded(attestors, database_url):
    """One with the guardian's key, that runs."""
    made = attestors(database_url, QUITTANCE_GUARDIAN_DEVELOPMENT_KEY=GUARDIAN_KEY)
    made.start()
    return made


def test_more_than_left_arrives_and_both_ends_are_paused(bridge, guarded):
    assert not paused(bridge)
    deliver_with_stolen_keys(bridge, [Transfer(NATIVE, THIEF, 7)])
    until(lambda: paused(bridge))
    until(lambda: guarded.health()[0] == 503)
    status, answer = guarded.ask(bridge.there, height(bridge.near, "finalized"))
    assert status == 423 and "7 units in 1 records arrived" in answer["error"]
    assert guarded.measure("covered_units", bridge.there) == -7
    assert guarded.measure("stopped", bridge.there) == 1
    assert guarded.ask(bridge.back, height(bridge.far, "finalized"))[0] == 200
    assert bridge.token.functions.balanceOf(THIEF).call() == 7  # what the limit let out, and no more


def test_as_much_arrives_as_left_but_for_another_and_both_ends_are_paused(bridge, guarded):
    block = bridge.lock(5)["blockNumber"]
    until(lambda: height(bridge.near, "finalized") > block)
    guarded.signed(bridge.there, block)
    deliver_with_stolen_keys(bridge, [Transfer(bridge.near.accounts[3], THIEF, 5)])
    until(lambda: paused(bridge))
    status, answer = guarded.ask(bridge.there, block)
    assert status == 423 and "are not what left" in answer["error"]


def test_without_the_guardians_key_it_says_so_and_signs_nothing(bridge, attestor):
    deliver_with_stolen_keys(bridge, [Transfer(NATIVE, THIEF, 7)])
    until(lambda: attestor.health()[0] == 503)
    until(lambda: attestor.ask(bridge.there, height(bridge.near, "finalized"))[0] == 423)
    assert not paused(bridge)


def test_a_final_block_that_is_taken_back_halts_it_for_good(bridge, attestors, database_url):
    guarded = attestors(database_url, QUITTANCE_GUARDIAN_DEVELOPMENT_KEY=GUARDIAN_KEY)
    guarded.start()
    bridge.near.hold(automine=True)
    bridge.near.rpc("anvil_mine", "0x4")
    block = height(bridge.near, "finalized")
    guarded.signed(bridge.there, block)
    bridge.near.rpc("anvil_rollback", 5)
    bridge.lock(5)
    bridge.near.rpc("anvil_mine", "0x6")
    until(lambda: guarded.ask(bridge.there, block)[0] == 423)
    until(lambda: paused(bridge))
    guarded.kill()
    bridge.near.go_on()
    assert guarded.refuse().startswith("FinalityViolated: ")


def test_one_liar_among_three_sources_changes_nothing(bridge, attestors, proxies, sqlite_url):
    def lie(question, answer):
        if question["method"] == "eth_getBlockByNumber" and isinstance(answer.get("result"), dict):
            answer["result"] |= {"stateRoot": "0x" + "13" * 32, "number": hex(int(answer["result"]["number"], 16) + 9)}
        if question["method"] in ("eth_call", "eth_blockNumber"):
            answer["result"] = "0x" + "ff" * 32
        if question["method"] == "eth_getProof":
            answer["result"]["storageProof"][1]["value"] = "0x1"
        return answer

    liars = {chain: proxies(chain.url, forge=lie) for chain in (bridge.near, bridge.far)}
    honest = {chain: proxies(chain.url) for chain in (bridge.near, bridge.far)}
    sources = {
        f"QUITTANCE_RPC_{chain_id}": ",".join((liars[chain].url, chain.url, honest[chain].url))
        for chain_id, chain in ((NEAR, bridge.near), (FAR, bridge.far))
    }
    attestor = attestors(sqlite_url, **sources)
    attestor.start()
    block = bridge.lock(5)["blockNumber"]
    assert checkpoint_of(attestor.signed(bridge.there, block)) == true_checkpoint(bridge, bridge.there, block)
    assert liars[bridge.near].asked.count("eth_getProof") > 0

    def lie_otherwise(question, answer):
        if question["method"] == "eth_getBlockByNumber" and isinstance(answer.get("result"), dict):
            answer["result"]["stateRoot"] = "0x" + "37" * 32
        return answer

    honest[bridge.near].forge = lie_otherwise  # two that lie, each its own way: nobody is believed
    until(lambda: attestor.health()[0] == 503)
    assert attestor.ask(bridge.there, block)[0] == 503
    honest[bridge.near].forge = None
    until(lambda: attestor.ask(bridge.there, block)[0] == 200)
    until(lambda: attestor.health() == (200, {}))
