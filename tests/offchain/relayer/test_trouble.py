"""The relayer is killed, its chains take back what they had, its database is gone for a while: all arrives once."""

import signal
import sqlite3
import time
from pathlib import Path

from tests.offchain.bridge_chains import until
from tests.offchain.relayer.stage import Relayer


def test_killed_in_the_middle_of_a_delivery_it_is_delivered_once(bridge, relayers, database_url):
    relayer = relayers(database_url)
    relayer.start()
    bridge.far.hold()
    bridge.lock(5)
    (sent,) = until(lambda: relayer.heard("sent"))[:1]
    relayer.kill()
    assert bridge.arrived() == 0
    relayer.start()
    until(lambda: len(relayer.heard("sent")) >= 2)
    assert {line["transaction"] for line in relayer.heard("sent")} == {sent["transaction"]}
    bridge.far.go_on()
    until(lambda: relayer.status(bridge.there, 0) == "completed")
    assert bridge.minted() == 5 and bridge.sent() == 1
    assert relayer.transfer(bridge.there, 0)["target_transaction"] == sent["transaction"]


def test_killed_again_and_again_it_delivers_each_once(bridge, relayers, sqlite_url):
    relayer, moments = relayers(sqlite_url), (0, 0.05, 0.2, 0.5, 1)
    for number, moment in enumerate(moments):
        relayer.start()
        bridge.lock(number + 1)
        time.sleep(moment)
        relayer.kill()
    relayer.start()
    until(lambda: bridge.arrived() == len(moments))
    until(lambda: all(relayer.status(bridge.there, n) == "completed" for n in range(len(moments))))
    assert bridge.minted() == sum(range(1, len(moments) + 1))


def test_it_delivers_within_five_seconds_of_its_start(bridge, relayers, database_url):
    relayer, took = relayers(database_url), []
    for number in range(1, 4):
        bridge.lock()
        final = bridge.near.web3.eth.block_number + 2
        until(lambda final=final: bridge.near.web3.eth.block_number > final)
        began = time.monotonic()
        relayer.start()
        until(lambda number=number: len({line["name"] for line in relayer.heard("sent")}) == number)
        # without the time in which others had the processors
        ran, stood_in_line, _ = map(int, Path(f"/proc/{relayer.process.pid}/schedstat").read_text().split())
        assert ran
        took.append(time.monotonic() - began - stood_in_line / 10**9)
        until(lambda number=number: bridge.arrived() == number)
        relayer.kill()
    assert min(took) < 5, took


def test_what_the_destination_takes_back_is_delivered_again(bridge, relayer):
    bridge.far.hold()
    bridge.lock(5)
    until(lambda: relayer.heard("sent"))
    bridge.far.rpc("anvil_mine", "0x1")
    until(lambda: relayer.status(bridge.there, 0) == "delivered")
    bridge.far.rpc("anvil_rollback", 1)
    assert bridge.arrived() == 0
    until(lambda: relayer.status(bridge.there, 0) == "locked")
    bridge.far.go_on()
    until(lambda: relayer.status(bridge.there, 0) == "completed")
    assert bridge.minted() == 5 and bridge.sent() == 1


def test_what_the_source_takes_back_is_shown_no_more_and_nothing_came_of_it(bridge, relayer):
    bridge.near.hold(automine=True)
    bridge.lock(5)
    until(lambda: relayer.status(bridge.there, 0) == "validating")
    bridge.near.rpc("anvil_rollback", 1)
    bridge.near.rpc("anvil_mine", "0x1")
    until(lambda: relayer.transfer(bridge.there, 0) is None)
    bridge.lock(6, to=bridge.far.accounts[8])
    bridge.near.go_on()
    until(lambda: relayer.status(bridge.there, 0) == "completed")
    assert bridge.minted(bridge.far.accounts[8]) == 6 and bridge.minted() == 0
    assert relayer.transfer(bridge.there, 0)["amount"] == 6


def test_when_finality_is_violated_it_halts_and_so_does_who_comes_after(bridge, relayer):
    bridge.lock(5)
    until(lambda: relayer.status(bridge.there, 0) == "completed")
    bridge.near.hold(automine=True)
    bridge.near.rpc("anvil_rollback", 8)
    bridge.near.rpc("anvil_mine", "0x10")
    until(lambda: relayer.heard("halted for good: see to the chain, then to the cursors in the database"))
    assert relayer.health()[0] == 503
    relayer.stop()
    assert "final block" in relayer.refuse()


def test_while_the_database_is_away_nothing_is_sent_and_then_all_of_it(bridge, relayers, postgres):
    relayer = relayers(postgres.new("away"))
    relayer.start()
    bridge.lock(1)
    until(lambda: bridge.minted() == 1)
    postgres.stop()
    bridge.lock(2)
    until(lambda: relayer.health()[0] == 503)
    assert bridge.minted() == 1
    postgres.start()
    until(lambda: bridge.minted() == 3)
    until(lambda: relayer.health() == (200, {}))


def test_a_relayer_that_begins_anew_finds_out_what_others_delivered(bridge, relayers, tmp_path):
    first = relayers(f"sqlite:///{tmp_path}/first.db")
    first.start()
    bridge.lock(1)
    until(lambda: first.status(bridge.there, 0) == "completed")
    first.kill()
    second = relayers(f"sqlite:///{tmp_path}/second.db")
    second.start()
    until(lambda: second.status(bridge.there, 0) == "completed")
    bridge.lock(2)
    until(lambda: second.status(bridge.there, 1) == "completed")
    assert bridge.minted() == 3 and bridge.sent() == 2


def test_two_relayers_at_once_deliver_each_once(bridge, attestors, relayers, tmp_path):
    first = relayers(f"sqlite:///{tmp_path}/first.db")
    bridge.payer = "0x" + "42" * 32  # TEST KEY
    other = bridge.far.web3.eth.account.from_key(bridge.payer).address
    for chain in (bridge.near, bridge.far):
        chain.enrich(other)
    second = relayers(f"sqlite:///{tmp_path}/second.db")
    for relayer in (first, second):
        relayer.start()
    for amount in range(1, 6):
        bridge.lock(amount)
        time.sleep(1.5)
    for relayer in (first, second):
        until(lambda relayer=relayer: all(relayer.status(bridge.there, n) == "completed" for n in range(5)))
    assert bridge.minted() == 15


def test_a_second_process_with_the_same_database_does_no_harm(bridge, attestors, relayers, sqlite_url):
    pair = [relayers(sqlite_url), relayers(sqlite_url)]
    for relayer in pair:
        relayer.start()
    for amount in range(1, 4):
        bridge.lock(amount)
        time.sleep(1.5)
    until(lambda: all(pair[0].status(bridge.there, n) == "completed" for n in range(3)))
    assert bridge.minted() == 6


def test_it_ends_in_order_while_it_works(bridge, relayer, sqlite_url):
    bridge.lock_many(range(1, 20))
    until(lambda: relayer.heard("sent"))
    assert relayer.stop() == 0
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    relayer.start()
    until(lambda: bridge.arrived() == 19)
    assert isinstance(relayer, Relayer) and relayer.process.poll() is None
    relayer.process.send_signal(signal.SIGINT)
    assert relayer.process.wait(120) == 0
