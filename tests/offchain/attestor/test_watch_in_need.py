"""The watcher stops a bridge even when nodes prove nothing, and when the first pause it sent came to nothing."""

from offchain.core.checkpoint import Transfer
from tests.offchain.attestor.process import GUARDIAN_KEY, deliver_with_stolen_keys, paused
from tests.offchain.bridge_chains import FAR, GUARDIAN, NATIVE, NEAR, until

THIEF = "0x" + "77" * 20


def test_it_needs_no_proof_to_see_that_more_arrived_than_left(bridge, attestors, proxies, sqlite_url):
    near = proxies(bridge.near.url)
    guarded = attestors(
        sqlite_url, QUITTANCE_GUARDIAN_DEVELOPMENT_KEY=GUARDIAN_KEY, **{f"QUITTANCE_RPC_{NEAR}": near.url}
    )
    guarded.start()

    def forget(question, answer):
        if question["method"] == "eth_getProof":
            return {"jsonrpc": "2.0", "id": question["id"], "error": {"code": -32000, "message": "missing trie node"}}
        return answer

    near.forge = forget
    deliver_with_stolen_keys(bridge, [Transfer(NATIVE, THIEF, 7)])
    until(lambda: paused(bridge), seconds=60)


def test_a_pause_that_failed_is_made_anew(bridge, attestors, proxies, sqlite_url):
    far = proxies(bridge.far.url)
    guarded = attestors(
        sqlite_url, QUITTANCE_GUARDIAN_DEVELOPMENT_KEY=GUARDIAN_KEY, **{f"QUITTANCE_RPC_{FAR}": far.url}
    )
    guarded.start()

    def belittle(question, answer):
        if question["method"] == "eth_estimateGas":
            answer["result"] = hex(21_500)  # enough to be mined, too little to pause
        return answer

    far.forge = belittle
    guardian = bridge.far.accounts[GUARDIAN]
    assert bridge.far.web3.eth.get_transaction_count(guardian) == 0
    deliver_with_stolen_keys(bridge, [Transfer(NATIVE, THIEF, 7)])
    until(lambda: bridge.far.web3.eth.get_transaction_count(guardian) == 1)
    assert not paused(bridge)
    far.forge = None
    until(lambda: paused(bridge), seconds=60)
