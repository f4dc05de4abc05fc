"""What the attestor refuses to start with: one sentence that says what to do, and no traceback."""

import json

from eth_account import Account

from tests.offchain.attestor.process import GUARDIAN_KEY
from tests.offchain.bridge_chains import FAR, GUARDIAN, NEAR

STRANGER = "0x" + "57" * 32  # TEST KEY


def test_it_needs_a_key(attestors, sqlite_url):
    assert "there is no key to sign with" in attestors(sqlite_url, QUITTANCE_DEVELOPMENT_KEY="").refuse()


def test_its_key_is_in_office(bridge, attestors, sqlite_url):
    cause = attestors(sqlite_url, QUITTANCE_DEVELOPMENT_KEY=STRANGER).refuse()
    stranger = Account.from_key(STRANGER).address
    said = f"NotInOffice: {stranger} is none of the attestors in office at BridgeToken {bridge.token.address}"
    assert cause.startswith(f"{said} on chain {FAR} as of final block ")
    assert STRANGER[2:] not in cause


def test_the_guardians_key_is_a_guardians_and_can_pay(bridge, attestors, sqlite_url):
    cause = attestors(sqlite_url, QUITTANCE_GUARDIAN_DEVELOPMENT_KEY=STRANGER).refuse()
    assert cause.startswith("NotGuardian: ") and "is no guardian of" in cause
    bridge.near.impoverish(bridge.near.accounts[GUARDIAN])
    cause = attestors(sqlite_url, QUITTANCE_GUARDIAN_DEVELOPMENT_KEY=GUARDIAN_KEY).refuse()
    assert cause == f"NotGuardian: {bridge.near.accounts[GUARDIAN]} has nothing on chain {NEAR} to pay for a pause with"


def test_it_notices_the_wrong_chain(bridge, attestors, sqlite_url):
    changed = {f"QUITTANCE_RPC_{NEAR}": bridge.far.url, f"QUITTANCE_RPC_{FAR}": bridge.near.url}
    assert attestors(sqlite_url, **changed).refuse().startswith("WrongChain: ")


def test_it_notices_contracts_that_do_not_belong_together(bridge, attestors, sqlite_url):
    other = bridge.new_vault()
    made = attestors(sqlite_url)
    listed = json.loads((bridge.folder / "bridges.json").read_text())
    listed[0]["vault"]["address"] = other.address
    (bridge.folder / "bridges.json").write_text(json.dumps(listed))
    assert made.refuse().startswith("NotConnected: ")


def test_it_needs_proofs_of_the_final_block(bridge, attestors, proxies, sqlite_url):
    def forget(question, answer):
        if question["method"] == "eth_getProof":
            return {"jsonrpc": "2.0", "id": question["id"], "error": {"code": -32000, "message": "missing trie node"}}
        return answer

    near = proxies(bridge.near.url, forge=forget)
    cause = attestors(sqlite_url, **{f"QUITTANCE_RPC_{NEAR}": near.url}).refuse()
    assert "missing trie node" in cause


def test_it_notices_a_database_that_is_not_there(attestors):
    cause = attestors("postgresql://nobody:hush@127.0.0.1:1/none").refuse()
    assert cause.startswith("DatabaseDown: ") and "hush" not in cause
