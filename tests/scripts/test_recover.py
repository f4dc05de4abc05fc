"""attest and recover: what has left is handed in by hand, whoever else is gone."""

import io
import json

import pytest

from offchain.chain.proof import InvalidProof
from scripts import attest
from scripts.attest import NotAnAttestor, NotFinal, NothingNew
from scripts.papers.attested import AlteredCheckpoint, DifferentCheckpoints, MalformedCheckpoint
from scripts.procedure.bridgeheads import NotConnected
from scripts.procedure.terminal import Declined
from scripts.recover import (
    ForeignCheckpoint,
    MissingCheckpoint,
    Paused,
    RecordsDiffer,
    StaleCheckpoint,
    ThresholdNotMet,
)
from tests.scripts.bridging import ATTESTORS, FAR_VARIABLE, SENDER, TOKEN, VAULT
from tests.scripts.local_chain import DAY, GUARDIAN, party

TO, BACK = party("recipient"), party("recipient back home")
ETHER = 10**18


def arrived(span):
    return span.view(span.far, TOKEN, "inbox")[0]


def test_what_was_locked_is_minted_with_what_enough_attestors_signed(span, hands, capsys):
    span.lock(TO, ETHER)
    span.lock(TO, 2 * ETHER)
    span.finalize()
    files = hands.sign()
    told = capsys.readouterr().out
    assert "one of 3, of which 2 must sign (epoch 1)" in told
    assert "2, of which 0 have arrived" in told
    assert "3 ether in all" in told
    assert hands.hand_in(*files) == 0
    assert span.view(span.far, TOKEN, "balanceOf", TO) == 3 * ETHER
    assert f"2 records have arrived at BridgeToken {span.far.address(TOKEN)}" in capsys.readouterr().out


def test_what_was_burned_is_released(span, hands):
    span.lock(SENDER.address, 3 * ETHER)
    hands.carry()
    span.burn(BACK, ETHER)
    hands.carry(TOKEN)
    assert span.near.chain.web3.eth.get_balance(BACK) == ETHER
    assert span.view(span.near, VAULT, "solvency") == [2 * ETHER, 2 * ETHER]


def test_whoever_signs_later_signs_the_same_block(span, hands):
    span.lock(TO, ETHER)
    span.finalize()
    first = hands.sign(ATTESTORS[0])
    span.lock(TO, ETHER)
    span.finalize()
    with pytest.raises(DifferentCheckpoints, match="must sign the same block"):
        hands.hand_in(*first, *hands.sign(ATTESTORS[1]))
    block = int(first[0].name.split("-")[2])
    assert hands.hand_in(*first, *hands.sign(ATTESTORS[2], block=block)) == 0
    assert arrived(span) == 1


def test_fewer_than_the_threshold_are_refused_and_the_silent_are_named(span, hands):
    span.lock(TO, ETHER)
    span.finalize()
    (file,) = hands.sign(ATTESTORS[1])
    silent = f"1 of {ATTESTORS[0].address}, {ATTESTORS[2].address} must"
    for files in ([file], [file, file]):
        with pytest.raises(ThresholdNotMet, match=f"1 of 2 attestors signed; {silent}"):
            hands.hand_in(*files)
    assert arrived(span) == 0


def test_what_a_former_set_signed_is_stale(span, hands):
    span.lock(TO, ETHER)
    span.finalize()
    files = hands.sign()
    everybody = [attestor.address for attestor in ATTESTORS]
    span.far.act(TOKEN, "rotate", 2, everybody, sender="Governor")
    with pytest.raises(StaleCheckpoint, match="signed in epoch 1, epoch 2 is in office"):
        hands.hand_in(*files)
    assert hands.hand_in(*hands.sign()) == 0


def test_nothing_arrives_after_an_equivocation_until_there_are_others_in_office(span, hands):
    span.lock(TO, ETHER)
    span.finalize()
    files = hands.sign()
    span.disable(ATTESTORS[2])
    with pytest.raises(StaleCheckpoint, match=r"no attestors in office: rotate_attestors\.py first"):
        hands.hand_in(*files)
    with pytest.raises(NotAnAttestor):
        hands.sign()
    span.far.act(TOKEN, "rotate", 2, [each.address for each in ATTESTORS[:2]], sender="Governor")
    files = hands.sign()
    with pytest.raises(Paused, match="is paused until"):
        hands.hand_in(*files)
    span.far.act(TOKEN, "unpause", sender="Governor")
    assert hands.hand_in(*files) == 0
    assert arrived(span) == 1


def test_what_has_arrived_already_is_not_handed_in_again(span, hands):
    span.lock(TO, ETHER)
    span.finalize()
    files = hands.sign()
    assert hands.hand_in(*files) == 0
    with pytest.raises(StaleCheckpoint, match="all 1 records that were signed have arrived"):
        hands.hand_in(*files)
    with pytest.raises(NothingNew, match="all 1 records"):
        hands.sign()


def test_a_checkpoint_is_good_for_one_contract(span, hands):
    span.lock(SENDER.address, ETHER)
    span.finalize()
    files = hands.sign()
    with pytest.raises(ForeignCheckpoint, match=f"is for {span.far.address(TOKEN)}"):
        hands.hand_in(*files, name=TOKEN)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (lambda text: text.replace('"count": "1"', '"count": "2"'), AlteredCheckpoint),
        (lambda text: text.replace("quittance-checkpoint", "quittance-proposal"), MalformedCheckpoint),
        (lambda text: text[:-10], MalformedCheckpoint),
        (lambda text: "\udcff", MissingCheckpoint),
    ],
    ids=["altered", "something else", "cut off", "no text"],
)
def test_a_file_that_somebody_changed_is_refused(span, hands, change, refusal):
    span.lock(TO, ETHER)
    span.finalize()
    good, bad = hands.sign()
    bad.write_bytes(change(bad.read_text()).encode(errors="surrogateescape"))
    with pytest.raises(refusal):
        hands.hand_in(good, bad)
    assert arrived(span) == 0


def test_a_file_that_is_not_there_is_refused(span, hands, tmp_path):
    with pytest.raises(MissingCheckpoint, match="nowhere"):
        hands.hand_in(tmp_path / "nowhere.json")


def test_who_is_no_attestor_signs_nothing(span, hands):
    span.lock(TO, ETHER)
    span.finalize()
    with pytest.raises(NotAnAttestor, match=f"{GUARDIAN.address} is no attestor in office"):
        hands.sign(GUARDIAN)
    assert hands.files() == []


def test_only_what_is_final_is_signed(span, hands):
    span.lock(TO, ETHER)
    newest = span.near.chain.web3.eth.block_number
    with pytest.raises(NotFinal, match=f"block {newest} of Ethereum Sepolia is not final yet"):
        hands.sign(block=newest)


def test_an_attestor_who_says_no_signs_nothing(span, hands, carry_out, monkeypatch):
    span.lock(TO, ETHER)
    span.finalize()
    span.become(span.near, ATTESTORS[0])
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    with pytest.raises(Declined):
        carry_out(attest, span.near, contract=VAULT, block=None, yes=False)
    assert hands.files() == []


def test_a_node_that_lies_about_the_outbox_is_found_before_anything_is_signed(span, hands, node_before):
    span.lock(TO, ETHER)
    span.finalize()

    def lie(request, pass_on):
        told = pass_on(request)
        if request["method"] == "eth_getProof":
            told["result"]["storageProof"][0]["value"] = "0x5"
        return told

    span.near.settings["SEPOLIA_RPC_URL"] = node_before(span.near.chain.url, lie)
    with pytest.raises(InvalidProof):
        hands.sign()
    assert hands.files() == []


@pytest.mark.parametrize(
    "lie",
    [
        lambda logs: logs[:-1],
        lambda logs: [{**logs[0], "data": "0x" + "01".rjust(64, "0") + logs[0]["data"][66:]}, *logs[1:]],
    ],
    ids=["a record is left out", "an amount is another"],
)
def test_a_node_that_lies_about_records_is_found_before_anything_is_sent(span, hands, node_before, lie):
    span.lock(TO, ETHER)
    span.lock(TO, ETHER)
    span.finalize()
    files = hands.sign()

    def answer(request, pass_on):
        told = pass_on(request)
        if request["method"] == "eth_getLogs":
            told["result"] = lie(told["result"])
        return told

    span.far.settings["SEPOLIA_RPC_URL"] = node_before(span.near.chain.url, answer)
    before = span.far.chain.nonce()
    with pytest.raises(RecordsDiffer, match="ask another node"):
        hands.hand_in(*files)
    assert span.far.chain.nonce() == before


def test_ends_that_do_not_name_each_other_are_refused(unconnected, carry_out):
    unconnected.become(unconnected.near, ATTESTORS[0])
    with pytest.raises(NotConnected, match="has no route yet"):
        carry_out(attest, unconnected.near, contract=VAULT, block=None)
    unconnected.near.act(VAULT, "list", 1, party("another token"), sender="Governor")
    with pytest.raises(NotConnected, match="belongs to another route"):
        carry_out(attest, unconnected.near, contract=VAULT, block=None)


def test_a_backlog_arrives_in_parts_and_a_run_that_broke_off_is_run_again(span, hands, monkeypatch, capsys):
    count = 520
    lock_many(span, count)
    span.finalize()
    files = hands.sign()
    monkeypatch.setattr("sys.stdin", io.StringIO("y\ny\ny\nn\n"))
    with pytest.raises(Declined):
        hands.hand_in(*files, yes=False)
    assert [bool(int(span.view(span.far, TOKEN, "provenPoint", at).hex(), 16)) for at in (250, 500)] == [True, True]
    assert arrived(span) == 250
    capsys.readouterr()
    assert hands.hand_in(*files) == 0
    told = capsys.readouterr().out
    assert arrived(span) == count
    assert span.view(span.far, TOKEN, "balanceOf", TO) == count
    assert "prove a point of the backlog" not in told
    assert told.count("hand in records from number") == 4  # two plans, each said and done


def lock_many(span, count):
    """Locks of one wei each, as many in a block as it holds."""
    chain, vault = span.near.chain, span.near.contract(VAULT)
    chain.ask("anvil_impersonateAccount", SENDER.address)
    chain.set_balance(SENDER.address, 10**20)
    chain.ask("evm_setAutomine", False)
    data = vault.encode_abi("lock", args=[TO, 1])
    call = {"from": SENDER.address, "to": vault.address, "data": data, "value": "0x1", "gas": hex(150_000)}
    nonce = chain.web3.eth.get_transaction_count(SENDER.address)
    try:
        for each in range(count):
            chain.ask("eth_sendTransaction", {**call, "nonce": hex(nonce + each)})
        while chain.web3.eth.get_transaction_count(SENDER.address) < nonce + count:
            chain.ask("evm_mine")
    finally:
        chain.ask("evm_setAutomine", True)
    assert span.view(span.near, VAULT, "outbox")[0] == count


def test_somebody_who_hands_in_at_the_same_time_does_no_harm(span, hands, monkeypatch, capsys):
    span.lock(TO, ETHER)
    span.finalize()
    files = hands.sign()

    def meanwhile(question):
        monkeypatch.undo()
        assert hands.hand_in(*files) == 0

    monkeypatch.setattr("scripts.procedure.plan.confirm", meanwhile)
    assert hands.hand_in(*files, yes=False) == 0
    assert "somebody else has done it meanwhile" in capsys.readouterr().out
    assert span.view(span.far, TOKEN, "balanceOf", TO) == ETHER


def test_a_pause_is_waited_out(span, hands):
    span.lock(TO, ETHER)
    span.finalize()
    files = hands.sign()
    span.far.act(TOKEN, "pause", DAY, sender=GUARDIAN.address)
    with pytest.raises(Paused, match="is paused until"):
        hands.hand_in(*files)
    span.far.chain.wait(DAY)
    assert hands.hand_in(*files) == 0


def test_both_scripts_are_run_from_the_shell(span, hands):
    span.lock(TO, ETHER)
    span.finalize()
    for attestor in ATTESTORS[1:]:
        span.become(span.near, attestor)
        done = span.near.run("attest", "--contract", VAULT, answer="y\n")
        assert done.returncode == 0, done.stderr
    files = [word for path in hands.files() for word in ("--file", str(path))]
    done = span.far.run("recover", "--contract", TOKEN, *files, answer="y\n")
    assert done.returncode == 0, done.stderr
    assert arrived(span) == 1
    assert json.loads(hands.files()[0].read_text())["format"] == "quittance-checkpoint"


def test_without_the_other_network_s_address_nothing_is_handed_in(span, hands, monkeypatch):
    monkeypatch.delenv(FAR_VARIABLE, raising=False)
    span.near.settings.pop(FAR_VARIABLE)
    done = span.near.run("attest", "--contract", VAULT, "--yes", env=span.near.environment)
    assert done.returncode == 1
    assert f"set {FAR_VARIABLE}" in done.stderr
