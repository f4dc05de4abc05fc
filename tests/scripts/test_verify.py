"""verify: each kind of tampering is named, nothing is changed."""

import json

import pytest

from offchain.core.units import NATIVE
from scripts import verify
from scripts.papers.agreement import in_order, owner_set_of
from scripts.papers.audit import ACT_RECORDED as TOPIC
from scripts.papers.deployment import PROXY
from scripts.procedure.powers import GUARDIAN_ROLE
from tests.scripts.local_chain import DAY, DEPLOYER, GUARDIAN, OWNERS, party

OTHER = party("other")
ACT_RECORDED = "0x" + TOPIC.hex()


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


@pytest.fixture
def told(deployed, carry_out, capsys):
    """What verify says of an agreeing deployment, as (contract, what) and all the words behind it."""

    def said():
        assert carry_out(verify, deployed) == 0
        return capsys.readouterr().out

    return said


def govern(deployed, name, *arguments, contract="PaymentProcessor"):
    """Call as the governor."""
    deployed.act(contract, name, *arguments, sender="Governor")


def place(record, contract):
    return next(entry for entry in record["contracts"] if entry["contract"] == contract)


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
    edit(deployed, lambda record: place(record, "PaymentProcessor").update({field: value}))
    assert mismatches() == [f"PaymentProcessor: {what}"]


def test_another_contract_s_transaction_in_the_record_is_found(deployed, mismatches):
    other = place(deployed.record, "SecurePayment")
    change = {"transaction": other["transaction"], "block": other["block"]}
    edit(deployed, lambda record: place(record, "PaymentProcessor").update(change))
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
    govern(deployed, "setFee", 51)
    assert mismatches() == ["PaymentProcessor: fee (basis points)"]


def test_a_fee_recipient_changed_on_chain_is_found(deployed, mismatches):
    govern(deployed, "setFeeRecipient", OTHER, contract="SecurePayment")
    assert mismatches() == ["SecurePayment: fee recipient"]


def test_a_guardian_that_lost_its_role_is_found(deployed, mismatches):
    govern(deployed, "revokeRole", GUARDIAN_ROLE, GUARDIAN.address)
    assert mismatches() == [
        "PaymentProcessor: holders of guardian, by its events",
        "PaymentProcessor: holders of guardian, by its audit trail",
        "PaymentProcessor: guardian has its role",
    ]


def test_another_guardian_beside_the_known_one_is_found(deployed, mismatches):
    govern(deployed, "grantRole", GUARDIAN_ROLE, OTHER, contract="SecurePayment")
    found = [
        "SecurePayment: holders of guardian, by its events",
        "SecurePayment: holders of guardian, by its audit trail",
    ]
    assert mismatches() == found


def test_a_holder_of_a_role_that_nobody_knows_is_found(deployed, mismatches):
    govern(deployed, "grantRole", b"\x07" * 32, OTHER)
    role = "role 0x" + "07" * 32
    assert mismatches() == [f"PaymentProcessor: holders of {role}, by its {s}" for s in ("events", "audit trail")]


def test_an_externally_owned_governor_is_found_loudly(deployed, mismatches):
    govern(deployed, "beginDefaultAdminTransfer", OTHER)
    deployed.chain.wait(172801)
    deployed.act("PaymentProcessor", "acceptDefaultAdminTransfer", sender=OTHER)
    assert mismatches() == [
        "PaymentProcessor: governor",
        "PaymentProcessor: governor lives on a key alone",
        "PaymentProcessor: holders of governor, by its events",
        "PaymentProcessor: holders of governor, by its audit trail",
    ]


@pytest.mark.parametrize("code", ["0x", "0xef0100" + "11" * 20], ids=["no code", "code that a key delegates to"])
def test_a_governor_without_code_of_its_own_is_found_loudly(deployed, code):
    deployed.chain.ask("anvil_setCode", deployed.address("Governor"), code)
    told = deployed.run("verify")
    assert told.returncode == 1
    for name in ("PaymentProcessor", "SecurePayment"):
        assert f"{name}: governor lives on a key alone is True, expected False" in told.stderr


def test_a_governor_about_to_change_is_a_note(deployed, told):
    govern(deployed, "beginDefaultAdminTransfer", OTHER)
    assert f"{OTHER}, an externally owned account, from" in told()


def test_a_governor_s_delay_about_to_change_is_a_note(deployed, told):
    govern(deployed, "changeDefaultAdminDelay", 60)
    assert "60 seconds from" in told()


def test_a_wallet_s_other_delay_is_found(deployed, mismatches):
    govern(deployed, "updateDelay", DAY, contract="Governor")
    assert mismatches() == ["Governor: delay (seconds)"]


def test_a_wallet_s_other_guardian_is_found(deployed, mismatches):
    govern(deployed, "setGuardian", OTHER, contract="Governor")
    assert mismatches() == ["Governor: guardian"]


def test_another_threshold_is_found_by_name(deployed, mismatches):
    owners = [owner.address for owner in OWNERS]
    govern(deployed, "setOwners", owner_set_of(2, owners), 3, owners, contract="Governor")
    assert mismatches() == ["Governor: owner set", "Governor: threshold"]


def test_other_owners_are_found_by_name(deployed, mismatches):
    owners = [owner.address for owner in OWNERS]
    changed = in_order([*owners[:2], OTHER])
    govern(deployed, "setOwners", owner_set_of(2, owners), 2, changed, contract="Governor")
    assert mismatches() == ["Governor: owner set", "Governor: owners"]


def test_a_key_that_can_act_alone_is_found_loudly(deployed, mismatches):
    owners = [owner.address for owner in OWNERS]
    govern(deployed, "setOwners", owner_set_of(2, owners), 1, owners, contract="Governor")
    assert mismatches() == ["Governor: owner set", "Governor: threshold", "Governor: keys that can act alone"]


def test_owners_that_no_event_tells_are_unknown_and_found(deployed, mismatches):
    """The wallet's owner set overwritten in storage, as only a broken node or chain could."""
    changed = in_order([OTHER, party("another")])
    owners = [owner.address for owner in OWNERS]
    govern(deployed, "setOwners", owner_set_of(2, owners), 2, changed, contract="Governor")
    kept, web3 = owner_set_of(2, changed), deployed.chain.web3
    slots = [i for i in range(20) if bytes(web3.eth.get_storage_at(deployed.address("Governor"), i)) == kept]
    assert len(slots) == 1
    deployed.chain.ask("anvil_setStorageAt", deployed.address("Governor"), f"0x{slots[0]:064x}", "0x" + "11" * 32)
    assert mismatches() == ["Governor: owner set", "Governor: threshold", "Governor: owners"]


def test_what_the_governor_changed_on_purpose_is_expected_once_params_say_so(deployed, mismatches):
    owners = [owner.address for owner in OWNERS]
    govern(deployed, "setOwners", owner_set_of(2, owners), 2, owners[:2], contract="Governor")
    govern(deployed, "setFee", 51)
    govern(deployed, "setFee", 51, contract="SecurePayment")
    assert len(mismatches()) == 4
    deployed.choose(changed={"owners": owners[:2], "feeBps": 51})
    assert mismatches() == []


def test_a_limit_not_yet_set_is_a_note(told):
    assert told().count("not set yet: all of it waits") == 2


def test_a_limit_set_as_params_say_agrees(deployed, told):
    govern(deployed, "configureLimit", NATIVE, 10 * 10**18, DAY, contract="Governor")
    govern(deployed, "configureLimit", NATIVE, 10**18, DAY)
    assert "not set yet" not in told()


@pytest.mark.parametrize(("capacity", "refill"), [(10**18 + 1, DAY), (10**18, DAY - 1), (1, DAY), (0, DAY)])
def test_a_limit_other_than_params_say_is_found(deployed, mismatches, capacity, refill):
    govern(deployed, "configureLimit", NATIVE, capacity, refill)
    assert mismatches() == ["PaymentProcessor: limit of native coin"]


def test_a_limit_that_params_do_not_know_is_found(deployed, mismatches):
    govern(deployed, "configureLimit", OTHER, 1, 1, contract="Governor")
    assert mismatches() == [f"Governor: limit of {OTHER}"]


def test_a_verifier_that_params_do_not_know_is_found(deployed, mismatches):
    govern(deployed, "setVerifier", OTHER, True, contract="Governor")
    assert mismatches() == ["Governor: verifiers (ERC-1271)"]
    deployed.choose(changed={"verifiers": [OTHER]})
    assert mismatches() == []
    govern(deployed, "setVerifier", OTHER, False, contract="Governor")
    assert mismatches() == ["Governor: verifiers (ERC-1271)"]


def test_a_lapsed_guardian_is_a_note(deployed, told):
    deployed.act("Governor", "heartbeat", sender=GUARDIAN.address)
    assert "unless it is heard from" in told()
    deployed.chain.wait(180 * DAY)
    assert told().count("only the governor revives it") == 3


def test_a_pause_is_found_until_it_ends(deployed, mismatches):
    deployed.act("SecurePayment", "pause", 600, sender=GUARDIAN.address)
    assert mismatches() == ["SecurePayment: paused"]
    deployed.chain.wait(600)
    assert mismatches() == []


def test_a_record_of_the_audit_trail_that_the_node_keeps_back_is_found(deployed, mismatches, lying_node):
    def lie(method, result):
        if method != "eth_getLogs":
            return result
        return [log for log in result if (log["topics"][0], int(log["topics"][1], 16)) != (ACT_RECORDED, 2)]

    lying_node.append(lie)
    assert mismatches() == ["PaymentProcessor: audit trail", "SecurePayment: audit trail"]


def test_an_audit_head_other_than_the_fold_is_found(deployed, mismatches):
    contract = deployed.contract("PaymentProcessor")
    head = bytes(contract.functions.auditHead().call())
    slots = [i for i in range(20) if bytes(deployed.chain.web3.eth.get_storage_at(contract.address, i)) == head]
    assert len(slots) == 1
    deployed.chain.ask("anvil_setStorageAt", contract.address, f"0x{slots[0]:064x}", "0x" + "22" * 32)
    assert mismatches() == ["PaymentProcessor: audit trail"]


def test_every_key_is_listed_with_what_a_stolen_one_costs(told):
    lines = told().splitlines()
    listed = lines[lines.index("Who has a part to play, and what a stolen key would cost:") + 1 :]
    for who, part, costs in [
        *((owner.address, f"owner {i}", "nothing alone: 2 of 3 must sign") for i, owner in enumerate(OWNERS, 1)),
        (GUARDIAN.address, "guardian", "moves nothing"),
        (DEPLOYER.address, "deployer", "no right in any contract"),
        (party("fee recipient"), "fee recipient of SecurePayment", "the fees it has got"),
    ]:
        (line,) = [line for line in listed if who in line and part in line]
        assert f"{who}  key " in line
        assert costs in line


def test_other_code_at_the_address_is_found(deployed, mismatches):
    address = deployed.address("PaymentProcessor")
    code = bytearray(deployed.chain.web3.eth.get_code(address))
    code[-1] ^= 1
    deployed.chain.ask("anvil_setCode", address, "0x" + code.hex())
    expected = ["PaymentProcessor: recorded runtime code hash", f"PaymentProcessor: code at {address}"]
    assert mismatches() == expected


def test_a_wallet_whose_code_names_other_owners_is_found(deployed, mismatches):
    address = deployed.address("Governor")
    code = bytearray(deployed.chain.web3.eth.get_code(address))
    code[45] ^= 1
    deployed.chain.ask("anvil_setCode", address, "0x" + code.hex())
    assert mismatches() == [
        "Governor: recorded runtime code hash",
        f"Governor: code at {address}",
        "Governor: owner set",
        "Governor: threshold",
        "Governor: owners",
    ]


def test_a_vanished_contract_is_found_and_hides_nothing(deployed, mismatches):
    address = deployed.address("PaymentProcessor")
    deployed.chain.ask("anvil_setCode", address, "0x")
    govern(deployed, "setFee", 51, contract="SecurePayment")
    found = mismatches()
    assert f"PaymentProcessor: code at {address}" in found
    assert "PaymentProcessor: version" in found
    assert "SecurePayment: fee (basis points)" in found


def test_the_exit_code_and_every_mismatch_reach_the_shell(deployed):
    govern(deployed, "setFee", 51)
    govern(deployed, "setFee", 52, contract="SecurePayment")
    told = deployed.run("verify")
    assert told.returncode == 1
    assert "Mismatch: PaymentProcessor: fee (basis points) is 51, expected 50" in told.stderr
    assert "Mismatch: SecurePayment: fee (basis points) is 52, expected 50" in told.stderr
    assert PROXY not in told.stderr
