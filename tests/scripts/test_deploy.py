"""deploy: live mode, on a chain that poses as Sepolia with blocks of one second; interrupted, raced, resumed."""

import contextlib
import json
import os
import signal
import subprocess
import threading
import time

import pytest

from scripts import deploy, verify
from scripts.chain.contract import Artifact
from scripts.deploy import DeployerHasPower
from scripts.papers.agreement import owner_set_of
from scripts.papers.deployment import PROXY
from scripts.papers.params import Params
from scripts.procedure.expected import contracts_of
from scripts.procedure.record import AlreadyRunning
from tests.scripts.local_chain import BUILD, DAY, DEPLOYER, GUARDIAN, OWNERS, ROOT, Operator, params, until

CONTRACTS = ["MultiSig", "MultiSigFactory", "Governor", "PaymentProcessor", "SecurePayment"]
COUNT = len(CONTRACTS)


def planned(contract, **changes):
    """The contract as the operator's params and the local build make it."""
    every = contracts_of(Params.parse(params(**changes), live=True), lambda name: Artifact.load(BUILD, name))
    return next(made for made in every if made.contract == contract)


@contextlib.contextmanager
def mining(chain):
    """Mine blocks until the body is done."""
    done = threading.Event()

    def mine():
        while not done.is_set():
            chain.ask("evm_mine")
            time.sleep(0.1)

    thread = threading.Thread(target=mine)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def interrupt(process):
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()


def read_until(process, text):
    """What a process says up to and with `text`."""
    output = ""
    while text not in output:
        character = process.stdout.read(1)
        assert character, output
        output += character
    return output


def finish(process):
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0, output
    return output


def test_deploy_to_a_live_network_tells_its_plan_acts_and_records(chain_of, tmp_path):
    chain = chain_of(11155111, "--block-time", "1")
    operator = Operator(tmp_path, chain, confirmations=2)
    deployed = operator.run("deploy", answer="y\n")
    assert deployed.returncode == 0, deployed.stderr
    place, delay = "Ethereum Sepolia (sepolia, chain 11155111)", "172800 seconds (2 days 0 hours)"
    for fact in (place, delay, "50 basis points (0.50 %)", "which has 100 ether"):
        assert fact in deployed.stdout
    assert deployed.stdout.index(planned(CONTRACTS[0]).address) < deployed.stdout.index("Go ahead?")
    assert "2 of 2 confirmations" in deployed.stdout
    assert [entry["contract"] for entry in operator.record["contracts"]] == CONTRACTS
    for entry in operator.record["contracts"]:
        assert entry["address"] == planned(entry["contract"]).address
        receipt = chain.web3.eth.get_transaction_receipt(entry["transaction"])
        assert (receipt["blockNumber"], receipt["from"]) == (entry["block"], DEPLOYER.address)
        assert receipt["to"] == planned(entry["contract"]).creator
        assert chain.web3.keccak(chain.web3.eth.get_code(entry["address"])).to_0x_hex() == entry["runtimeCodeHash"]
        assert entry["version"] == "1.0.0"
        assert entry["compiler"]["evm_version"] == "cancun"
    assert operator.record["pending"] is None
    assert chain.nonce() == COUNT
    assert DEPLOYER.key.hex() not in deployed.stdout + deployed.stderr + json.dumps(operator.record)


def test_the_owners_govern_and_the_deployer_holds_nothing(operator, carry_out, capsys):
    assert carry_out(deploy, operator) == 0
    told, web3 = capsys.readouterr().out, operator.chain.web3
    wallet = operator.contract("Governor").functions
    assert bytes(wallet.ownerSet().call()) == owner_set_of(2, [owner.address for owner in OWNERS])
    assert (wallet.guardian().call(), wallet.getMinDelay().call()) == (GUARDIAN.address, 2 * DAY)
    for name in ("PaymentProcessor", "SecurePayment"):
        governed = operator.contract(name).functions
        assert governed.defaultAdmin().call() == operator.address("Governor")
        for role in (bytes(32), bytes(web3.keccak(text="GUARDIAN_ROLE"))):
            assert not governed.hasRole(role, DEPLOYER.address).call()
    assert f"The deployer {DEPLOYER.address} holds no role in any contract" in told
    assert told.splitlines()[-1].startswith(
        "  python scripts/propose.py --network sepolia --call 'Governor.configureLimit("
    )


def test_a_deployer_who_holds_a_role_after_all_is_named(operator, carry_out):
    carry_out(deploy, operator)
    operator.act("SecurePayment", "grantRole", b"\x07" * 32, DEPLOYER.address, sender="Governor")
    with pytest.raises(DeployerHasPower, match=f"{DEPLOYER.address} is role 0x{'07' * 32} of SecurePayment"):
        carry_out(deploy, operator)


def test_answering_no_sends_nothing(operator):
    declined = operator.run("deploy", answer="n\n")
    assert (declined.returncode, declined.stderr.splitlines()[-1]) == (1, "Declined: nothing was sent")
    assert operator.chain.nonce() == 0
    assert operator.record is None


def test_deploying_again_sends_nothing(operator, carry_out):
    assert carry_out(deploy, operator) == 0
    before = operator.record
    assert carry_out(deploy, operator) == 0
    assert operator.chain.nonce() == COUNT
    assert operator.record == before


def test_a_lost_record_is_written_anew_and_nothing_sent(operator, carry_out, capsys):
    carry_out(deploy, operator)
    (operator.folder / "record.json").unlink()
    capsys.readouterr()
    assert carry_out(deploy, operator) == 0
    assert "Nothing to send." in capsys.readouterr().out
    assert operator.chain.nonce() == COUNT
    assert [entry["transaction"] for entry in operator.record["contracts"]] == [None] * COUNT
    assert carry_out(verify, operator) == 0


def test_killed_between_transaction_and_record_it_goes_on_without_deploying_twice(chain_of, tmp_path):
    chain = chain_of(11155111, "--block-time", "1")
    operator = Operator(tmp_path, chain, confirmations=2)
    process = operator.start("deploy", "--yes")
    until(lambda: chain.web3.eth.get_code(planned(CONTRACTS[0]).address))
    interrupt(process)
    assert operator.record["contracts"] == []
    sent = operator.record["pending"]["signed"]["hash"]
    resumed = operator.run("deploy", "--yes")
    assert resumed.returncode == 0, resumed.stderr
    assert "adopt MultiSig:" in resumed.stdout
    assert chain.nonce() == COUNT
    assert operator.record["contracts"][0]["transaction"] == sent
    assert operator.run("verify").returncode == 0


@pytest.mark.parametrize("dropped", [False, True], ids=["in the pool", "dropped from the pool"])
def test_killed_before_its_transaction_is_mined_it_waits_for_that_very_transaction(chain_of, tmp_path, dropped):
    chain = chain_of(11155111, "--no-mining")
    operator = Operator(tmp_path, chain)
    process = operator.start("deploy", "--yes")
    sent = until(lambda: operator.record and operator.record["pending"])["signed"]["hash"]
    until(lambda: int(chain.ask("txpool_status")["pending"], 16))
    interrupt(process)
    if dropped:
        chain.ask("anvil_dropTransaction", sent)
    process = operator.start("deploy", "--yes")
    output = read_until(process, "0 of 1 confirmations")
    with mining(chain):
        finish(process)
    assert f"finish MultiSig at {planned(CONTRACTS[0]).address}: transaction {sent}" in output
    assert chain.nonce() == COUNT
    assert operator.record["contracts"][0]["transaction"] == sent


def test_an_earlier_transaction_that_no_node_takes_any_more_is_signed_anew_in_its_place(operator, carry_out):
    first = planned(CONTRACTS[0])
    fees = {"gas": 8_000_000, "maxFeePerGas": 1, "maxPriorityFeePerGas": 1, "nonce": 0, "chainId": 11155111}
    stale = DEPLOYER.sign_transaction({"to": PROXY, "data": first.calldata, "value": 0, **fees})
    signed = {"hash": stale.hash.to_0x_hex(), "raw": stale.raw_transaction.to_0x_hex(), "nonce": 0}
    pending = {"contract": first.contract, "address": first.address, "signed": signed}
    record = {"network": "sepolia", "chainId": 11155111, "contracts": [], "pending": pending}
    (operator.folder / "record.json").write_text(json.dumps(record))
    assert carry_out(deploy, operator) == 0
    assert operator.chain.nonce() == COUNT
    assert operator.record["contracts"][0]["transaction"] != signed["hash"]
    assert carry_out(verify, operator) == 0


def test_an_earlier_transaction_whose_place_was_taken_is_forgotten(operator, carry_out):
    signed = {"hash": "0x" + "11" * 32, "raw": "0x", "nonce": 0}
    first = planned(CONTRACTS[0])
    pending = {"contract": first.contract, "address": first.address, "signed": signed}
    record = {"network": "sepolia", "chainId": 11155111, "contracts": [], "pending": pending}
    (operator.folder / "record.json").write_text(json.dumps(record))
    other = {"to": DEPLOYER.address, "value": 1, "gas": 21000, "gasPrice": 10**10, "nonce": 0, "chainId": 11155111}
    operator.chain.web3.eth.send_raw_transaction(DEPLOYER.sign_transaction(other).raw_transaction)
    until(lambda: operator.chain.nonce() == 1)
    assert carry_out(deploy, operator) == 0
    assert operator.chain.nonce() == COUNT + 1
    assert carry_out(verify, operator) == 0


def test_code_that_a_third_party_deployed_first_is_adopted(operator, carry_out):
    stranger, first = operator.chain.web3.eth.accounts[0], planned(CONTRACTS[0])
    operator.chain.act_as(stranger, PROXY, first.calldata)
    assert carry_out(deploy, operator) == 0
    assert operator.chain.nonce() == COUNT - 1
    assert [bool(entry["transaction"]) for entry in operator.record["contracts"]] == [False] + [True] * (COUNT - 1)
    assert carry_out(verify, operator) == 0


def test_a_third_party_that_deploys_while_the_operator_is_asked_changes_nothing(operator):
    process = operator.start("deploy")
    read_until(process, "Go ahead?")
    operator.chain.act_as(operator.chain.web3.eth.accounts[0], PROXY, planned(CONTRACTS[0]).calldata)
    process.stdin.write("y\n")
    process.stdin.flush()
    finish(process)
    assert operator.chain.nonce() == COUNT - 1
    assert operator.record["contracts"][0]["transaction"] is None


def test_a_third_party_that_overtakes_in_the_same_block_changes_nothing(chain_of, tmp_path):
    chain = chain_of(11155111, "--no-mining")
    operator = Operator(tmp_path, chain)
    process = operator.start("deploy", "--yes")
    until(lambda: int(chain.ask("txpool_status")["pending"], 16))
    data = "0x" + planned(CONTRACTS[0]).calldata.hex()
    overtaking = {"from": chain.web3.eth.accounts[0], "to": PROXY, "data": data, "gas": hex(8_000_000)}
    fees = {"maxFeePerGas": hex(10**12), "maxPriorityFeePerGas": hex(10**11)}
    theirs = chain.ask("eth_sendTransaction", {**overtaking, **fees})
    with mining(chain):
        output = finish(process)
    assert chain.web3.eth.get_transaction_receipt(theirs)["status"] == 1
    assert "somebody else has done it meanwhile" in output
    assert [entry["contract"] for entry in operator.record["contracts"]] == CONTRACTS


def test_two_runs_at_once_exclude_each_other(operator, carry_out):
    process = operator.start("deploy")
    read_until(process, "Go ahead?")
    with pytest.raises(AlreadyRunning):
        carry_out(deploy, operator)
    process.communicate("n\n")
    assert operator.chain.nonce() == 0


def test_brownie_run_deploys_when_told_yes_and_asks_otherwise(operator):
    command = ["brownie", "run", "deploy", "main", f"deployments={operator.deployments}", "--network", "sepolia"]
    settings = {"env": operator.environment, "cwd": ROOT, "capture_output": True, "text": True, "timeout": 60}
    asked = subprocess.run(command, input="n\n", **settings)
    assert (asked.returncode, operator.chain.nonce()) == (1, 0), asked.stdout
    told = subprocess.run([*command[:4], "yes", *command[4:]], **settings)
    assert (told.returncode, operator.chain.nonce()) == (0, COUNT), told.stdout + told.stderr


def test_a_password_is_asked_for_at_the_terminal(operator):
    del operator.settings["QUITTANCE_KEYSTORE_PASSWORD_FILE"]
    terminal, inside = os.openpty()
    process = subprocess.Popen(
        ["setsid", "--ctty", *operator.command("deploy", "--yes")],
        env=operator.environment,
        stdin=inside,
        stdout=inside,
        stderr=inside,
    )
    os.close(inside)
    seen = b""
    while b"Password of key store.json" not in seen:
        seen += os.read(terminal, 1024)
    os.write(terminal, b"correct horse\n")
    with contextlib.suppress(OSError):  # the terminal ends with the process
        while block := os.read(terminal, 1024):
            seen += block
    assert process.wait(30) == 0, seen
    assert b"correct horse" not in seen
    assert operator.chain.nonce() == COUNT
