"""Every script says in one sentence why it will not, by the name of the cause, and sends nothing."""

import json

import pytest

from offchain.config import MissingVariable
from scripts import deploy, pay, status, verify
from scripts.chain.contract import CallRefused
from scripts.chain.keystore import MissingKeystore, WrongPassword
from scripts.chain.network import RpcUnreachable, UnknownNetwork, WrongChain
from scripts.chain.sender import Call, GasAboveCap, Sender
from scripts.deploy import DeployerHasPower, ForeignCode, MissingProxy, NotDeployable, RecordDiffers
from scripts.papers.amount import InvalidAmount
from scripts.papers.chosen import TEST_ACCOUNTS, InvalidParams
from scripts.papers.deployment import MAX_TRANSACTION_GAS, PROXY
from scripts.papers.invoice import InvalidAddress
from scripts.procedure.plan import CostRose, InsufficientFunds
from scripts.procedure.record import InvalidFile, MissingParams, MissingRecord
from scripts.procedure.terminal import NoTerminal
from tests.scripts.local_chain import DAY, DEPLOYER, OWNERS, Operator, params, party

# Keccak over 92,000 words of memory: the expansion alone costs more than a transaction may use.
GAS_BURNER = "0x622cec00600020"


def limits(count=1, **changes):
    """Limits of the wallet as params.json has them, `count` times the same."""
    return {
        "wallet": [{"asset": "native", "capacity": "1ether", "refillSeconds": 1, **changes}] * count,
        "processor": [],
    }


@pytest.fixture
def refuses(operator, carry_out):
    """Asserts that a script refuses, with this error and these words, and that nothing was sent."""

    def refused(error, words, script=deploy, **arguments):
        with pytest.raises(error) as refusal:
            carry_out(script, operator, **arguments)
        assert words in str(refusal.value)
        assert str(refusal.value).startswith(f"{error.__name__}: ")
        assert operator.chain.nonce() == 0

    return refused


def test_unknown_network_is_refused_and_the_known_ones_named(operator, refuses):
    operator.network = "sepolja"
    refuses(UnknownNetwork, "no network is called 'sepolja'; known are arbitrum, arbitrum-sepolia, base")


@pytest.mark.parametrize("script", [deploy, verify])
def test_missing_params_are_refused_and_the_file_to_write_is_named(operator, refuses, script):
    (operator.folder / "params.json").unlink()
    refuses(MissingParams, f"{operator.folder / 'params.json'} is not there: copy params.example.json", script)


def test_broken_params_are_refused(operator, refuses):
    (operator.folder / "params.json").write_text("{")
    refuses(InvalidFile, "params.json is not JSON")


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"feeBps": 501}, CallRefused, "the constructor of PaymentProcessor refuses: FeeAboveCap(got 501, limit 500)"),
        ({"feeBps": 65536}, InvalidParams, "feeBps must be a whole number from 0 to 65535, not 65536"),
        ({"feeBps": True}, InvalidParams, "feeBps must be a whole number"),
        ({"feeBps": 1.0}, InvalidParams, "feeBps must be a whole number"),
        ({"governorDelaySeconds": -1}, InvalidParams, "governorDelaySeconds must be a whole number from 0"),
        ({"governorDelaySeconds": 2**48}, InvalidParams, "governorDelaySeconds must be a whole number"),
        ({"confirmations": 0}, InvalidParams, "confirmations must be a whole number from 1 to 1000, not 0"),
        ({"feeRecipient": "0x" + "00" * 20}, InvalidParams, "feeRecipient is the zero address"),
        ({"feeRecipient": sorted(TEST_ACCOUNTS)[0]}, InvalidParams, "is a test account: everybody has its key"),
        ({"governance": {"guardian": "0x12"}}, InvalidAddress, "guardian '0x12' is not an address"),
        ({"governance": {"guardian": 7}}, InvalidParams, "guardian must be a text, not 7"),
        (
            {"governance": {"guardian": OWNERS[1].address}},
            InvalidParams,
            f"the guardian {OWNERS[1].address} is an owner",
        ),
        ({"governance": {"guardian": sorted(TEST_ACCOUNTS)[0]}}, InvalidParams, "is a test account"),
        ({"governance": {"owners": sorted(TEST_ACCOUNTS)[:3]}}, InvalidParams, "owner 0 0x14dC79964da2C08b23698B3"),
        ({"governance": {"owners": []}}, InvalidParams, "owners must be 1 to 50, not 0"),
        (
            {"governance": {"owners": [party(str(i)) for i in range(51)]}},
            InvalidParams,
            "owners must be 1 to 50, not 51",
        ),
        ({"governance": {"owners": [party("x")] * 2}}, InvalidParams, "owners holds an address twice"),
        ({"governance": {"owners": party("x")}}, InvalidParams, "owners must be a list"),
        ({"governance": {"threshold": 0}}, InvalidParams, "threshold must be a whole number from 1 to 3, not 0"),
        ({"governance": {"threshold": 4}}, InvalidParams, "threshold must be a whole number from 1 to 3, not 4"),
        ({"governance": {"threshold": 1}}, InvalidParams, "at least 2 on a live network: one key must not move money"),
        ({"governance": {"delaySeconds": DAY - 1}}, InvalidParams, "delaySeconds must be a whole number from 86400"),
        ({"governance": {"delaySeconds": 6 * DAY + 1}}, InvalidParams, "to 518400, not 518401"),
        ({"governance": {"limits": {"wallet": []}}}, InvalidParams, "limits lacks processor"),
        ({"governance": {"limits": limits(asset="USDC")}}, InvalidAddress, "asset of limits of wallet 'USDC' is not"),
        ({"governance": {"limits": limits(capacity="10")}}, InvalidAmount, "names no unit"),
        ({"governance": {"limits": limits(capacity=f"{2**96}wei")}}, InvalidParams, "is above 2^96 - 1 base units"),
        ({"governance": {"limits": limits(refillSeconds=0)}}, InvalidParams, "refillSeconds of limits of wallet must"),
        ({"governance": {"limits": limits(refillSeconds=2**24)}}, InvalidParams, "to 16777215, not 16777216"),
        ({"governance": {"limits": limits(2)}}, InvalidParams, "limits of wallet name an asset twice"),
        ({"governance": {"colour": "red"}}, InvalidParams, "governance has unknown colour"),
        ({"changed": {"salt": "x"}}, InvalidParams, "changed has unknown salt"),
        ({"changed": {"threshold": 9}}, InvalidParams, "threshold must be a whole number from 1 to 3, not 9"),
        ({"feeRecipient": party("x").swapcase().replace("X", "x", 1)}, InvalidAddress, "fails its checksum (EIP-55)"),
        ({"feeRecepient": party("x")}, InvalidParams, "params.json has unknown feeRecepient"),
        ({"salt": ""}, Exception, "neither a text nor 0x"),
        ({"tokens": {"USDC": {"address": party("x")}}}, InvalidParams, "token USDC lacks decimals"),
        ({"tokens": []}, InvalidParams, "tokens must be an object"),
    ],
)
def test_params_out_of_bounds_are_refused(operator, carry_out, changes, error, words):
    operator.choose(**changes)
    with pytest.raises(error) as refusal:
        carry_out(deploy, operator)
    assert words in str(refusal.value)
    assert operator.chain.nonce() == 0


@pytest.mark.parametrize("name", sorted(params().keys() - {"tokens"}))
def test_params_that_lack_a_value_are_refused(operator, refuses, name):
    (operator.folder / "params.json").write_text(json.dumps({k: v for k, v in params().items() if k != name}))
    refuses(InvalidParams, f"params.json lacks {name}")


@pytest.mark.parametrize("script", [deploy, verify])
def test_missing_rpc_address_is_refused_and_its_variable_named(operator, refuses, script):
    operator.settings["SEPOLIA_RPC_URL"] = ""
    refuses(MissingVariable, "set SEPOLIA_RPC_URL to the address of an RPC endpoint", script)


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/v3/secret", "no address/secret", "http://secret.invalid:x/secret"])
def test_unreachable_rpc_is_refused_and_the_secret_in_its_address_kept(operator, carry_out, url):
    operator.settings["SEPOLIA_RPC_URL"] = url
    with pytest.raises(RpcUnreachable) as refusal:
        carry_out(deploy, operator)
    assert "/secret" not in str(refusal.value)


@pytest.mark.parametrize("script", [deploy, verify])
def test_an_rpc_of_another_chain_is_refused(operator, carry_out, chain_of, script):
    operator.chain = chain_of(1)
    operator.settings["SEPOLIA_RPC_URL"] = operator.chain.url
    with pytest.raises(WrongChain, match="serves chain 1, but sepolia is chain 11155111"):
        carry_out(script, operator)
    assert operator.chain.nonce() == 0


def test_missing_keystore_is_refused(operator, refuses, tmp_path):
    operator.settings["QUITTANCE_KEYSTORE"] = str(tmp_path / "nowhere")
    refuses(MissingKeystore, "nowhere cannot be read: No such file or directory")
    operator.settings["QUITTANCE_KEYSTORE"] = ""
    refuses(MissingVariable, "set QUITTANCE_KEYSTORE to the path of an Ethereum keystore file")


@pytest.mark.parametrize("content", ["not JSON", "{}", "[]", '"text"', '{"version": 3, "crypto": {"kdf": "none"}}'])
def test_a_file_that_is_no_keystore_is_refused(operator, refuses, tmp_path, content):
    (tmp_path / "key store.json").write_text(content)
    refuses(MissingKeystore, "is not a")


def test_wrong_password_is_refused_and_not_repeated(operator, carry_out, tmp_path):
    (tmp_path / "password").write_text("hunter2")
    with pytest.raises(WrongPassword) as refusal:
        carry_out(deploy, operator)
    assert "hunter2" not in str(refusal.value)


def test_missing_password_file_is_refused(operator, refuses, tmp_path):
    (tmp_path / "password").unlink()
    refuses(MissingKeystore, "password cannot be read: No such file or directory")


def test_no_password_and_no_terminal_is_refused(operator, refuses, monkeypatch, tmp_path):
    operator.settings["QUITTANCE_KEYSTORE_PASSWORD_FILE"] = ""
    (tmp_path / "empty").touch()
    with (tmp_path / "empty").open() as nobody:
        monkeypatch.setattr("sys.stdin", nobody)
        refuses(NoTerminal, "there is no terminal to ask at; name a password file instead")


@pytest.mark.parametrize("part", ["owner", "guardian"])
def test_a_deployer_who_would_hold_power_is_refused(operator, refuses, part):
    owners = [DEPLOYER.address, *(owner.address for owner in OWNERS)]
    operator.choose(governance={"owners": owners} if part == "owner" else {"guardian": DEPLOYER.address})
    refuses(DeployerHasPower, f"the deployer {DEPLOYER.address} is an owner or the guardian")


def test_an_account_without_funds_is_refused_before_anything_is_asked(operator, refuses, capsys):
    operator.chain.set_balance(DEPLOYER.address, 10**12)
    refuses(InsufficientFunds, f"{DEPLOYER.address} has 0.000001 ether, the plan can cost 0.0", yes=False)
    assert "Go ahead?" not in capsys.readouterr().out


def test_a_cost_that_rose_while_the_operator_was_asked_is_refused(chain_of, tmp_path, carry_out, monkeypatch):
    chain = chain_of()

    def confirm(question):
        chain.ask("anvil_setNextBlockBaseFeePerGas", hex(10**11))
        chain.ask("evm_mine")

    monkeypatch.setattr("scripts.procedure.plan.confirm", confirm)
    with pytest.raises(CostRose, match="was agreed to: run again"):
        carry_out(deploy, Operator(tmp_path / "operator", chain), yes=False)
    assert chain.nonce() == 0


@pytest.mark.parametrize(("network", "name"), [("zksync", "Mainnet"), ("zksync-sepolia", "Sepolia")])
def test_zksync_era_is_refused_plainly(operator, refuses, network, name):
    operator.network = network
    refuses(NotDeployable, f"zkSync Era {name} does not run EVM bytecode as it is")


@pytest.mark.parametrize(("code", "found"), [("0x", "nothing"), ("0x00", "other code")])
def test_a_chain_without_the_deployment_proxy_is_refused(operator, refuses, code, found):
    operator.chain.ask("anvil_setCode", PROXY, code)
    refuses(MissingProxy, f"Ethereum Sepolia has {found} at {PROXY}")


def test_a_transaction_above_the_gas_cap_of_live_chains_is_refused(isolated):
    isolated.ask("anvil_setCode", party("burner"), GAS_BURNER)
    sender = Sender(isolated.web3, DEPLOYER.address, DEPLOYER, 1)
    with pytest.raises(GasAboveCap, match=f"above the cap of {MAX_TRANSACTION_GAS}"):
        sender.draft(Call(party("burner"), b""))


def test_foreign_code_at_the_computed_address_is_refused(operator, carry_out):
    carry_out(deploy, operator)
    address = operator.address("SecurePayment")
    operator.chain.ask("anvil_setCode", address, "0x6001")
    with pytest.raises(ForeignCode, match=f"{address} holds code that is not SecurePayment's"):
        carry_out(deploy, operator)


def test_a_record_of_other_params_is_not_overwritten(operator, carry_out):
    carry_out(deploy, operator)
    before = operator.record
    operator.choose(salt="another")
    with pytest.raises(RecordDiffers, match="restore them, or move the record away"):
        carry_out(deploy, operator)
    assert operator.record == before


def test_a_record_of_another_network_is_refused(operator, carry_out):
    carry_out(deploy, operator)
    path = operator.folder / "record.json"
    path.write_text(path.read_text().replace('"sepolia"', '"mainnet"'))
    with pytest.raises(RecordDiffers, match="is the record of mainnet"):
        carry_out(deploy, operator)


@pytest.mark.parametrize("script", [pay, status, verify])
def test_scripts_that_need_a_record_refuse_without_one(refuses, script):
    terms = {"to": party("merchant"), "amount": "1wei", "payment_id": "x", "token": None, "block": None, "json": False}
    refuses(MissingRecord, "record.json is not there: nothing was deployed", script, **terms)


@pytest.mark.parametrize("content", ["{}", "[]", '{"network": "sepolia", "chainId": 1, "contracts": [{}]}'])
def test_a_broken_record_is_refused(operator, refuses, content):
    (operator.folder / "record.json").write_text(content)
    refuses(InvalidFile, "is not a record")


def test_exit_codes_tell_a_refusal_from_a_wrong_command_line(operator):
    wrong = operator.run("deploy", "--colour")
    assert wrong.returncode == 2
    assert "unrecognized arguments: --colour" in wrong.stderr
    operator.network = "nowhere"
    refused = operator.run("deploy")
    assert refused.returncode == 1
    assert refused.stderr.startswith("UnknownNetwork: ")
    assert "Traceback" not in refused.stderr
