"""verify: each kind of tampering is named, nothing is changed."""

import json

import pytest

from offchain.chain.contract import Artifact
from offchain.core.deployment import PROXY
from scripts import verify
from tests.scripts.local_chain import ROOT, party

OTHER = party("other")


@pytest.fixture
def mismatches(deployed, carry_out, capsys):
    """What verify finds wrong, as `contract: what`; its exit code agrees."""

    def found():
        code = carry_out(verify, deployed)
        lines = capsys.readouterr().err.splitlines()
        wrong = [line.removeprefix("Mismatch: ").split(" is ")[0] for line in lines if line.startswith("Mismatch: ")]
        assert code == (1 if wrong else 0)
        return wrong

    return found


def call(deployed, name, *arguments, sender="governor", contract=0):
    entry = deployed.record["contracts"][contract]
    abi = Artifact.load(ROOT / "build" / "contracts", entry["contract"]).abi
    data = deployed.chain.web3.eth.contract(abi=abi).encode_abi(name, args=list(arguments))
    deployed.chain.act_as(party(sender), entry["address"], bytes.fromhex(data[2:]))


def edit(deployed, change):
    record = deployed.record
    change(record)
    (deployed.folder / "record.json").write_text(json.dumps(record))


def test_an_untouched_deployment_agrees_everywhere(deployed, mismatches):
    before = deployed.chain.web3.eth.block_number, deployed.record
    assert mismatches() == []
    assert (deployed.chain.web3.eth.block_number, deployed.record) == before


@pytest.mark.parametrize(
    ("field", "value", "what"),
    [
        ("address", OTHER, "recorded address"),
        ("constructorArgs", [], "recorded arguments"),
        ("salt", "0x" + "00" * 32, "recorded salt"),
        ("initCodeHash", "0x" + "00" * 32, "recorded init code hash"),
        ("runtimeCodeHash", "0x" + "00" * 32, "recorded runtime code hash"),
        ("compiler", {"version": "0.8.36"}, "recorded compiler"),
        ("transaction", "0x" + "00" * 32, "recorded transaction"),
        ("block", 10**6, "recorded transaction"),
        ("version", "2.0.0", "version"),
    ],
)
def test_an_edited_record_is_found(deployed, mismatches, field, value, what):
    edit(deployed, lambda record: record["contracts"][0].update({field: value}))
    assert mismatches() == [f"PaymentProcessor: {what}"]


def test_another_contract_s_transaction_in_the_record_is_found(deployed, mismatches):
    other = deployed.record["contracts"][1]
    change = {"transaction": other["transaction"], "block": other["block"]}
    edit(deployed, lambda record: record["contracts"][0].update(change))
    assert mismatches() == ["PaymentProcessor: recorded transaction"]


def test_a_record_of_another_chain_is_found(deployed, mismatches):
    edit(deployed, lambda record: record.update(network="mainnet", chainId=1))
    assert mismatches() == ["record: network", "record: chain id"]


def test_a_contract_missing_from_the_record_is_found(deployed, mismatches):
    edit(deployed, lambda record: record["contracts"].pop())
    assert mismatches() == ["record: contracts", "SecurePayment: version"]


def test_edited_params_are_found(deployed, mismatches):
    deployed.choose(feeBps=51)
    found = mismatches()
    assert {"PaymentProcessor: recorded address", "PaymentProcessor: recorded arguments"} <= set(found)
    assert any(what.startswith("PaymentProcessor: code at") for what in found)


def test_a_fee_changed_on_chain_is_found(deployed, mismatches):
    call(deployed, "setFee", 51)
    assert mismatches() == ["PaymentProcessor: fee (basis points)"]


def test_a_fee_recipient_changed_on_chain_is_found(deployed, mismatches):
    call(deployed, "setFeeRecipient", OTHER, contract=1)
    assert mismatches() == ["SecurePayment: fee recipient"]


def test_a_guardian_that_lost_its_role_is_found(deployed, mismatches):
    role = deployed.chain.web3.keccak(text="GUARDIAN_ROLE")
    call(deployed, "revokeRole", role, party("guardian"))
    assert mismatches() == ["PaymentProcessor: guardian has its role"]


def test_a_governor_about_to_change_is_found(deployed, mismatches):
    call(deployed, "beginDefaultAdminTransfer", OTHER)
    assert mismatches() == ["PaymentProcessor: governor's successor"]


def test_a_governor_that_changed_is_found(deployed, mismatches):
    call(deployed, "beginDefaultAdminTransfer", OTHER)
    deployed.chain.ask("evm_increaseTime", 172801)
    call(deployed, "acceptDefaultAdminTransfer", sender="other")
    assert mismatches() == ["PaymentProcessor: governor"]


def test_a_delay_about_to_change_is_found(deployed, mismatches):
    call(deployed, "changeDefaultAdminDelay", 60)
    assert mismatches() == ["PaymentProcessor: governor's next delay"]


def test_a_pause_is_found_until_it_ends(deployed, mismatches):
    call(deployed, "pause", 600, sender="guardian", contract=1)
    assert mismatches() == ["SecurePayment: paused"]
    deployed.chain.ask("evm_increaseTime", 600)
    deployed.chain.ask("evm_mine")
    assert mismatches() == []


def test_other_code_at_the_address_is_found(deployed, mismatches):
    entry = deployed.record["contracts"][0]
    code = bytearray(deployed.chain.web3.eth.get_code(entry["address"]))
    code[-1] ^= 1
    deployed.chain.ask("anvil_setCode", entry["address"], "0x" + code.hex())
    expected = ["PaymentProcessor: recorded runtime code hash", f"PaymentProcessor: code at {entry['address']}"]
    assert mismatches() == expected


def test_a_vanished_contract_is_found_and_hides_nothing(deployed, mismatches):
    deployed.chain.ask("anvil_setCode", deployed.record["contracts"][0]["address"], "0x")
    call(deployed, "setFee", 51, contract=1)
    found = mismatches()
    assert f"PaymentProcessor: code at {deployed.record['contracts'][0]['address']}" in found
    assert "PaymentProcessor: version" in found
    assert "SecurePayment: fee (basis points)" in found


def test_the_exit_code_and_every_mismatch_reach_the_shell(deployed):
    call(deployed, "setFee", 51)
    call(deployed, "setFee", 52, contract=1)
    told = deployed.run("verify")
    assert told.returncode == 1
    assert "Mismatch: PaymentProcessor: fee (basis points) is 51, expected 50" in told.stderr
    assert "Mismatch: SecurePayment: fee (basis points) is 52, expected 50" in told.stderr
    assert PROXY not in told.stderr
