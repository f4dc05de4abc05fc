"""What the relayer refuses to start with: one sentence that says what to do, and no traceback."""

import json

from tests.offchain.bridge_chains import FAR, NEAR

STRANGER = "0x" + "57" * 20


def test_it_needs_attestors(relayers, sqlite_url):
    assert relayers(sqlite_url, QUITTANCE_ATTESTORS="").refuse() == (
        "MissingVariable: set QUITTANCE_ATTESTORS to ADDRESS=URL of each attestor, with commas in between"
    )


def test_it_knows_those_in_office(bridge, attestors, relayers, sqlite_url):
    some = f"{attestors[0].account.address}={attestors[0].url}"
    cause = relayers(sqlite_url, QUITTANCE_ATTESTORS=some).refuse()
    assert cause == (
        "UnknownOffice: QUITTANCE_ATTESTORS lacks some of the attestors in office at "
        f"BridgeToken {bridge.token.address} on chain {FAR}"
    )


def test_it_needs_a_key(relayers, sqlite_url):
    assert "there is no key to sign with" in relayers(sqlite_url, QUITTANCE_DEVELOPMENT_KEY="").refuse()


def test_it_needs_gas_on_both_chains(bridge, relayers, sqlite_url):
    bridge.near.impoverish(bridge.payer_address)
    assert relayers(sqlite_url).refuse() == (
        f"NoGas: {bridge.payer_address}, which is to pay for gas, has nothing on chain {NEAR}"
    )


def test_it_notices_the_wrong_chain(bridge, relayers, sqlite_url):
    changed = {f"QUITTANCE_RPC_{NEAR}": bridge.far.url, f"QUITTANCE_RPC_{FAR}": bridge.near.url}
    assert "WrongChain: " in relayers(sqlite_url, **changed).refuse()


def test_it_notices_contracts_that_do_not_belong_together(bridge, relayers, sqlite_url):
    other = bridge.new_vault()
    made = relayers(sqlite_url)
    listed = json.loads((bridge.folder / "bridges.json").read_text())
    listed[0]["vault"]["address"] = other.address
    (bridge.folder / "bridges.json").write_text(json.dumps(listed))
    cause = made.refuse()
    assert cause.startswith("NotConnected: ") and "are not connected to each other" in cause


def test_it_notices_nodes_that_do_not_answer(relayers, sqlite_url):
    cause = relayers(sqlite_url, **{f"QUITTANCE_RPC_{NEAR}": "http://127.0.0.1:1"}).refuse()
    assert cause.startswith("TooFewSources: ") and "127.0.0.1:1" not in cause.replace("127.0.0.1:1:", "")


def test_it_notices_a_database_that_is_not_there(relayers):
    assert "database" in relayers("postgresql://nobody@127.0.0.1:1/none").refuse()


def test_no_refusal_repeats_a_secret(bridge, relayers):
    cause = relayers("postgresql://nobody:hush@127.0.0.1:1/none", QUITTANCE_DEVELOPMENT_KEY=bridge.payer).refuse()
    assert "hush" not in cause and bridge.payer[2:] not in cause
