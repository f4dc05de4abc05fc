"""transfer_status: where a transfer is, and what it waits for, from both ends and at every step."""

import json
from types import SimpleNamespace

import pytest

from offchain.relayer.ledger import Status
from scripts import transfer_status
from scripts.procedure import crossings
from scripts.procedure.crossings import UnknownRecord
from scripts.transfer_status import InvalidQuestion
from tests.scripts.bridging import ATTESTORS, SENDER, TOKEN, VAULT
from tests.scripts.local_chain import DAY, GUARDIAN, party

TO = party("recipient of a transfer")
ETHER = 10**18
LARGE = 20 * ETHER
COMPLETED, NOT_COMPLETED = 0, 3
NATIVE = "0x" + "00" * 20


@pytest.fixture
def ask(span, carry_out, capsys):
    """Asks about a record: the exit code, and what is said."""

    def asked(name=VAULT, record=0, **arguments):
        capsys.readouterr()
        side = span.near if name == VAULT else span.far
        shared = {"transaction": None, "follow": False, "json": False}
        code = carry_out(transfer_status, side, **{**shared, "contract": name, "record": record, **arguments})
        return code, capsys.readouterr().out

    return asked


def row(told, name):
    """What a line of the table says."""
    (line,) = [line for line in told.splitlines() if line.startswith(f"  {name} ")]
    return line.removeprefix(f"  {name} ").strip()


def test_a_transfer_on_its_way_to_where_it_is_minted(span, hands, ask):
    span.lock(TO, ETHER)
    block = span.near.chain.web3.eth.block_number
    code, told = ask()
    assert code == NOT_COMPLETED
    assert told.startswith("Validating: record 0 from Ethereum Sepolia to Base Sepolia")
    assert row(told, "locked").startswith(f"1 ether by {SENDER.address} in block {block} of ")
    assert row(told, "waits for") == "2 more blocks of Ethereum Sepolia to be final"
    span.finalize()
    code, told = ask()
    assert code == NOT_COMPLETED
    assert told.startswith("Locked:")
    assert row(told, "arrived") == "no: 0 records have, this is number 0"
    assert row(told, "waits for") == "2 of 3 attestors to sign, and anybody to hand it in"
    hands.carry()
    block = span.far.chain.web3.eth.block_number
    code, told = ask()
    assert code == NOT_COMPLETED
    assert told.startswith("Delivered:")
    assert row(told, "progress") == "validating → locked → [delivered] → completed"
    assert row(told, "waits for") == "2 more blocks of Base Sepolia to be final"
    span.finalize()
    code, told = ask()
    assert code == COMPLETED
    assert told.startswith("Completed:")
    assert row(told, "progress") == "validating → locked → delivered → [completed]"
    assert row(told, "amount") == "1 ether"
    assert row(told, "to") == TO
    assert row(told, "paid out").startswith(f"minted to {TO} in block {block}, 0x")
    assert "waits for" not in told


def test_the_fields_of_a_transfer_are_those_of_the_relayer_s_table(span, hands, ask):
    span.lock(TO, ETHER)
    made = span.near.chain.web3.eth.get_block("latest")
    hands.carry()
    delivery = span.far.chain.web3.eth.get_block("latest")["transactions"][0].to_0x_hex()
    span.finalize()
    code, told = ask(json=True)
    fields = json.loads(told)
    assert code == COMPLETED
    assert fields == {
        "source_chain": "sepolia",
        "target_chain": "base-sepolia",
        "amount": str(ETHER),
        "token_address": NATIVE,
        "sender": SENDER.address,
        "recipient": TO,
        "bridge_contract": span.near.address(VAULT),
        "status": "completed",
        "timestamp": fields["timestamp"],
        "nonce": 0,
        "source_transaction": made["transactions"][0].to_0x_hex(),
        "target_transaction": delivery,
        "waits_for": None,
    }
    assert fields["timestamp"].endswith(" UTC")


def test_how_far_a_transfer_is_has_the_words_of_the_relayer_s_table():
    names = ("VALIDATING", "LOCKED", "DELIVERED", "COMPLETED", "QUEUED", "VETOED", "RETURNED")
    assert {getattr(crossings, name) for name in names} == set(Status)


def test_the_way_back_is_told_from_the_token(span, hands, ask):
    span.lock(SENDER.address, ETHER)
    hands.carry()
    span.burn(TO, ETHER)
    code, told = ask(TOKEN)
    assert code == NOT_COMPLETED
    assert row(told, "burned").startswith(f"1 qETH by {SENDER.address}")
    hands.carry(TOKEN)
    span.finalize()
    code, told = ask(TOKEN)
    assert code == COMPLETED
    assert row(told, "paid out").startswith(f"released to {TO} ")
    fields = json.loads(ask(TOKEN, json=True)[1])
    assert fields["token_address"] == fields["bridge_contract"] == span.far.address(TOKEN)


def test_a_transfer_is_found_by_its_transaction(span, ask):
    span.lock(TO, ETHER)
    span.lock(TO, 2 * ETHER)
    (sent,) = span.near.chain.web3.eth.get_block("latest")["transactions"]
    for spelled in (sent.to_0x_hex(), "0x" + sent.hex().upper()):
        _, told = ask(record=None, transaction=spelled)
        assert told.startswith("Validating: record 1 ")
    with pytest.raises(UnknownRecord, match="no record of transaction 0xab has left BridgeVault"):
        ask(record=None, transaction="0xab")
    with pytest.raises(UnknownRecord, match="no record 2 has left"):
        ask(record=2)


@pytest.mark.parametrize("words", [{"record": None}, {"record": 0, "transaction": "0xab"}])
def test_a_question_names_one_transfer(ask, words):
    with pytest.raises(InvalidQuestion, match="name --record or --transaction"):
        ask(**words)


def test_what_waits_says_until_when_and_for_what(span, hands, ask):
    span.lock(TO, LARGE)
    hands.carry()
    code, told = ask()
    assert code == NOT_COMPLETED
    assert told.startswith("Queued:")
    assert row(told, "progress") == "validating → locked → [queued] → completed"
    assert "20 qETH of it waits until" not in told  # in the route's own words, whichever end it is
    assert row(told, "paid out").startswith("no: 20 ether of it waits until ")
    assert row(told, "waits for").endswith("from now, then anybody to release it (release_queued.py)")
    span.far.chain.wait(DAY)
    _, told = ask()
    assert row(told, "waits for") == "anybody to release it (release_queued.py)"
    span.far.act(TOKEN, "pause", DAY, sender=GUARDIAN.address)
    _, told = ask()
    assert row(told, "waits for").startswith("the end of the pause at ")


def test_what_the_limit_keeps_says_how_long(span, hands, ask):
    for _ in range(5):
        span.lock(TO, 12 * ETHER)
    hands.carry()
    span.far.act(TOKEN, "configureQueue", 2, 3600, sender="Governor")
    span.finalize()
    assert ask(record=3)[0] == COMPLETED
    _, told = ask(record=4)
    assert told.startswith("Queued:")
    assert ", then the limit, which lets 2" in row(told, "waits for")
    assert "ether out now and the rest in" in row(told, "waits for")


def test_a_vetoed_record_waits_for_the_governor_and_a_returned_one_is_on_its_way_back(span, hands, ask):
    span.lock(TO, LARGE)
    hands.carry()
    (queued,) = span.far.contract(TOKEN).events.TransferQueued().get_logs(from_block=0)
    record = (queued.args["from"], TO, LARGE)
    span.far.act(TOKEN, "veto", 0, record, queued.args["readyAt"], sender=GUARDIAN.address)
    code, told = ask()
    assert code == NOT_COMPLETED
    assert told.startswith("Vetoed:")
    assert row(told, "waits for") == "the governor, who lets it go or returns it"
    span.far.act(TOKEN, "returnQueued", 0, record, 2**48 - 1, sender="Governor")
    code, told = ask()
    assert code == NOT_COMPLETED
    assert told.startswith("Returned:")
    assert row(told, "progress") == "validating → locked → [returned]"
    assert row(told, "returned").startswith(f"to {SENDER.address}, as record 0 of BridgeToken")
    _, told = ask(TOKEN)
    assert told.startswith("Validating:")
    assert row(told, "sent back").startswith("20 qETH by ")


def test_a_large_record_is_paid_out_by_its_last_part(span, hands, ask):
    span.lock(TO, 60 * ETHER)
    hands.carry()
    (queued,) = span.far.contract(TOKEN).events.TransferQueued().get_logs(from_block=0)
    ready = queued.args["readyAt"]
    span.far.chain.wait(DAY)
    span.far.act(TOKEN, "releaseQueued", 0, (queued.args["from"], TO, 60 * ETHER), ready, sender=SENDER.address)
    code, told = ask()
    assert code == NOT_COMPLETED
    assert row(told, "paid out").startswith("no: 10 ether of it ready")
    span.far.chain.wait(DAY)
    span.far.act(TOKEN, "releaseQueued", 0, (queued.args["from"], TO, 10 * ETHER), ready, sender=SENDER.address)
    last = span.far.chain.web3.eth.block_number
    span.finalize()
    code, told = ask()
    assert code == COMPLETED
    assert f"in block {last}, " in row(told, "paid out")


def test_a_pause_across_and_an_empty_office_are_named(span, ask):
    span.lock(TO, ETHER)
    span.finalize()
    span.far.act(TOKEN, "pause", DAY, sender=GUARDIAN.address)
    assert row(ask()[1], "waits for").startswith(f"the end of the pause of BridgeToken {span.far.address(TOKEN)}")
    span.disable(ATTESTORS[0])
    assert row(ask()[1], "waits for").startswith("attestors: none are in office at BridgeToken")


def test_following_tells_each_change_once_and_ends_with_the_transfer(span, hands, ask, monkeypatch):
    acts = iter([lambda: None, span.finalize, lambda: None, hands.carry, span.finalize])
    monkeypatch.setattr(transfer_status, "time", SimpleNamespace(sleep=lambda seconds: next(acts)()))
    span.lock(TO, ETHER)
    code, told = ask(follow=True)
    assert code == COMPLETED
    heads = [line.split(":")[0] for line in told.splitlines() if ": record 0 from" in line]
    assert heads == ["Validating", "Locked", "Delivered", "Completed"]
    assert list(acts) == []


def test_following_tells_what_it_waits_for_when_that_changes(span, ask, monkeypatch):
    acts = iter([lambda: span.near.chain.ask("evm_mine"), span.finalize])
    monkeypatch.setattr(transfer_status, "time", SimpleNamespace(sleep=lambda seconds: next(acts)()))
    span.lock(TO, ETHER)
    with pytest.raises(StopIteration):
        ask(follow=True, json=True)


def test_it_is_run_from_the_shell_without_a_key(span, hands):
    span.lock(TO, ETHER)
    span.near.settings.pop("QUITTANCE_KEYSTORE")
    done = span.near.run("transfer_status", "--contract", VAULT, "--record", "0")
    assert done.returncode == NOT_COMPLETED, done.stderr
    assert "Validating: record 0" in done.stdout
