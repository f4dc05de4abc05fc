"""What does not arrive at once: pauses, the queue with veto and return, backlogs, and recipients that refuse."""

import pytest

from tests.offchain.bridge_chains import CAPACITY, DELAY_SECONDS, GOVERNOR, GUARDIAN, UNIT, until

LARGE = CAPACITY // 4 + 1


def later(chain, seconds):
    chain.rpc("evm_increaseTime", seconds)
    chain.rpc("evm_mine")


def queued(bridge, relayer, nonce=0):
    found = until(lambda: (f := relayer.transfer(bridge.there, nonce)) and f["status"] == "queued" and f)
    record = (found["sender"], found["recipient"], found["rest"])
    return record, found["ready_at"]


def test_while_the_inbox_is_paused_nothing_is_sent(bridge, relayer):
    bridge.far.act(GUARDIAN, bridge.token.functions.pause(86_400))
    bridge.lock(5)
    until(lambda: relayer.status(bridge.there, 0) == "locked")
    until(lambda: relayer.metrics().get(f'quittance_paused{{route="0x{bridge.there.hex()}"}}') == 1)
    assert relayer.transfer(bridge.there, 0)["waits_for"] == "the end of the pause"
    assert bridge.sent() == 0 and relayer.health() == (200, {})
    bridge.far.act(GOVERNOR, bridge.token.functions.unpause())
    until(lambda: bridge.minted() == 5)


def test_what_waits_is_released_when_it_is_ready_also_after_a_kill(bridge, relayers, database_url):
    relayer = relayers(database_url)
    relayer.start()
    bridge.lock(LARGE)
    bridge.lock(5)
    _, ready_at = queued(bridge, relayer)
    assert relayer.transfer(bridge.there, 0)["waits_for"] == f"the second {ready_at}"
    until(lambda: relayer.status(bridge.there, 1) == "completed")
    relayer.kill()
    later(bridge.far, DELAY_SECONDS)
    relayer.start()
    until(lambda: bridge.minted() == LARGE + 5)
    until(lambda: relayer.status(bridge.there, 0) == "completed")
    assert relayer.transfer(bridge.there, 0)["rest"] is None


def test_what_is_above_the_limit_goes_in_parts(bridge, relayer):
    amount = CAPACITY * 3 // 2
    bridge.lock(amount)
    queued(bridge, relayer)
    later(bridge.far, DELAY_SECONDS)
    until(lambda: bridge.minted() >= CAPACITY // 2)
    until(lambda: (found := relayer.transfer(bridge.there, 0))["rest"] not in (None, amount) and found)
    later(bridge.far, 86_400)
    until(lambda: bridge.minted() == amount)
    until(lambda: relayer.status(bridge.there, 0) == "completed")


@pytest.mark.parametrize("end", ["let go", "returned"])
def test_what_is_vetoed_is_left_to_the_governor(end, bridge, relayer):
    bridge.lock(LARGE)
    record, ready_at = queued(bridge, relayer)
    functions = bridge.token.functions
    bridge.far.act(GUARDIAN, functions.veto(0, record, ready_at))
    until(lambda: relayer.status(bridge.there, 0) == "vetoed")
    assert "governor" in relayer.transfer(bridge.there, 0)["waits_for"]
    later(bridge.far, DELAY_SECONDS)
    if end == "let go":
        bridge.far.act(GOVERNOR, functions.letGo(0, record))
        until(lambda: bridge.minted() == LARGE)
        until(lambda: relayer.status(bridge.there, 0) == "completed")
        return
    sender = record[0]
    before = bridge.near.web3.eth.get_balance(sender)
    bridge.far.act(GOVERNOR, functions.returnQueued(0, record, 2**48 - 1))
    until(lambda: relayer.status(bridge.there, 0) == "returned")
    # the record that goes back is as large, and waits as well
    until(lambda: relayer.status(bridge.back, 0) == "queued")
    later(bridge.near, DELAY_SECONDS)
    until(lambda: bridge.near.web3.eth.get_balance(sender) == before + LARGE * UNIT)
    until(lambda: relayer.status(bridge.back, 0) == "completed")


def test_a_recipient_that_refuses_costs_nothing_again_and_again(bridge, relayer):
    refuser = bridge.near.deploy("RevertingReceiver")
    bridge.lock(20)
    until(lambda: bridge.minted() == 20)
    bridge.far.act(4, bridge.token.functions.burn(refuser.address, 7))
    bridge.burn(3)
    until(lambda: relayer.status(bridge.back, 1) == "completed")
    until(lambda: relayer.status(bridge.back, 0) == "queued")
    later(bridge.near, DELAY_SECONDS)
    until(lambda: relayer.heard("not released"))
    assert relayer.health() == (200, {}) and bridge.sent(bridge.near) <= 2
    bridge.near.act(0, refuser.functions.accept(True))
    until(lambda: relayer.status(bridge.back, 0) == "completed")
    assert bridge.near.web3.eth.get_balance(refuser.address) == 7 * UNIT


def test_a_backlog_too_long_for_one_transaction_arrives_in_parts(bridge, relayers, sqlite_url):
    bridge.lock_many(range(1, 601))
    relayer = relayers(sqlite_url)
    relayer.start()
    until(lambda: bridge.arrived() == 600)
    assert bridge.minted() == sum(range(1, 601))
    names = [line["name"].split(":")[1:3] for line in relayer.heard("sent")]
    assert ["split", "1"] in names and names.count(["deliver", "1"]) >= 3
    until(lambda: relayer.status(bridge.there, 599) == "completed")
    assert relayer.health() == (200, {})
