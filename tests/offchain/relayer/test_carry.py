"""What leaves on one chain arrives on the other, with the real contracts, and the table tells how far it is."""

from tests.offchain.bridge_chains import CAPACITY, FAR, NATIVE, NEAR, until


def test_a_transfer_goes_there_and_back(bridge, relayers, database_url):
    relayer = relayers(database_url)
    relayer.start()
    receipt = bridge.lock(7)
    until(lambda: bridge.minted() == 7)
    until(lambda: relayer.status(bridge.there, 0) == "completed")
    bridge.burn(3)
    before = bridge.near.web3.eth.get_balance(bridge.near.accounts[5])
    until(lambda: bridge.near.web3.eth.get_balance(bridge.near.accounts[5]) == before + 3 * 10**9)
    until(lambda: relayer.status(bridge.back, 0) == "completed")
    found = relayer.transfer(bridge.there, 0)
    delivered = bridge.far.web3.eth.get_transaction(found.pop("target_transaction"))
    assert delivered["from"] == bridge.payer_address
    assert found == {
        "route": f"0x{bridge.there.hex()}",
        "nonce": 0,
        "source_chain": str(NEAR),
        "target_chain": str(FAR),
        "sender": bridge.near.accounts[3],
        "recipient": bridge.recipient,
        "amount": 7,
        "token_address": NATIVE,
        "bridge_contract": bridge.vault.address,
        "status": "completed",
        "timestamp": bridge.near.web3.eth.get_block(receipt["blockNumber"])["timestamp"],
        "source_transaction": f"0x{receipt['transactionHash'].hex().removeprefix('0x')}",
        "rest": None,
        "ready_at": None,
        "waits_for": "",
    }
    assert bridge.sent(bridge.far) == 1 and bridge.sent(bridge.near) == 1
    assert relayer.health() == (200, {})
    assert relayer.stop() == 0
    assert relayer.said()[-1]["event"] == "stopped"


def test_it_measures_what_operators_ask_about(bridge, relayer):
    route = f'{{route="0x{bridge.there.hex()}"}}'
    bridge.far.hold()
    bridge.lock(7)
    until(lambda: relayer.metrics().get(f"quittance_undelivered_seconds{route}", 0) > 0)
    measured = relayer.metrics()
    assert measured[f"quittance_outstanding_units{route}"] == 7
    assert measured[f"quittance_left_count{route}"] == 1 and measured[f"quittance_arrived_count{route}"] == 0
    assert measured[f"quittance_missing_records{route}"] == 0 and measured[f"quittance_unread_blocks{route}"] == 0
    assert measured[f"quittance_limit_units{route}"] == measured[f"quittance_limit_capacity_units{route}"] == CAPACITY
    until(lambda: relayer.metrics()[f'quittance_open_transactions{{chain="{FAR}"}}'] == 1)
    bridge.far.go_on()
    until(lambda: relayer.status(bridge.there, 0) == "completed")
    until(lambda: relayer.metrics()[f"quittance_outstanding_units{route}"] == 0)
    until(lambda: relayer.metrics()[f'quittance_gas_balance_wei{{chain="{FAR}"}}'] < 10**20)
    assert relayer.metrics()["quittance_quorum_splits_total"] == 0


def test_a_transfer_is_shown_before_it_is_final(bridge, relayer):
    bridge.near.hold(automine=True)
    bridge.lock(5)
    until(lambda: relayer.status(bridge.there, 0) == "validating")
    assert relayer.transfer(bridge.there, 0)["waits_for"] == "the chain that it leaves to make it final"
    bridge.near.go_on()
    until(lambda: relayer.status(bridge.there, 0) == "completed")


def test_it_knows_no_other_transfers(bridge, relayer):
    assert relayer.transfer(bridge.there, 0) is None
    assert relayer.transfer(b"\x01" * 32, 0) is None
