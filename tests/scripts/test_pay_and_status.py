"""pay and status, end to end as an operator runs them; a node that lies is found out."""

import json

import pytest

from offchain.chain.proof import InvalidHeader, InvalidProof, UnknownBlock
from scripts import pay, status
from scripts.chain.contract import Artifact, CallRefused, NoContract
from scripts.papers.amount import InvalidAmount
from scripts.papers.deployment import PROXY
from scripts.papers.invoice import InvalidAddress, InvalidPaymentId, parse_word
from scripts.pay import AlreadyPaid, InsufficientTokens, Paused, SelfPayment
from scripts.status import InvalidBlock
from tests.scripts.local_chain import BUILD, DEPLOYER, GUARDIAN, party

MERCHANT = party("merchant")
PAID, REFUSED, NOT_PAID = 0, 1, 3


@pytest.fixture
def terms(deployed, carry_out):
    """Runs pay or status on an invoice of the merchant's: `terms(script, **changes)`."""

    def run(script, **changes):
        invoice = {"to": MERCHANT, "amount": "1.5ether", "payment_id": "INV-1", "token": None}
        if script is status:
            invoice |= {"block": None, "json": False}
        return carry_out(script, deployed, **{**invoice, **changes})

    return run


@pytest.fixture
def token(deployed):
    """TestToken, of which the deployer has 1,000."""
    planned = Artifact.load(BUILD, "TestToken").planned((), parse_word("TEST"))
    deployed.chain.act_as(party("anyone"), PROXY, planned.calldata)
    act(deployed, "TestToken", planned.address, "mint", DEPLOYER.address, 1000 * 10**18)
    return planned.address


def act(deployed, contract, address, name, *arguments, sender="anyone", value=0):
    abi = Artifact.load(BUILD, contract).abi
    data = deployed.chain.web3.eth.contract(abi=abi).encode_abi(name, args=list(arguments))
    deployed.chain.act_as(party(sender), address, bytes.fromhex(data[2:]), value)


def processor(deployed):
    return deployed.address("PaymentProcessor")


def test_an_invoice_is_paid_once_and_proven_to_the_shell(deployed):
    invoice = ["--to", MERCHANT, "--amount", "1.5ether", "--payment-id", "INV-1"]
    assert deployed.run("status", *invoice).returncode == NOT_PAID
    before = deployed.chain.nonce()
    declined = deployed.run("pay", *invoice, answer="n\n")
    assert (declined.returncode, deployed.chain.nonce()) == (REFUSED, before)
    paid = deployed.run("pay", *invoice, answer="y\n")
    assert paid.returncode == PAID, paid.stderr
    assert f"amount      1.5 ether ({15 * 10**17} wei)" in paid.stdout
    receipt = paid.stdout.splitlines()[-1]
    assert receipt.startswith(f"Paid: 1.5 ether to {MERCHANT} for INV-1, by {DEPLOYER.address}, block ")
    assert deployed.chain.web3.eth.get_balance(MERCHANT) == 15 * 10**17 * 9950 // 10000
    again = deployed.run("pay", *invoice, "--yes")
    assert (again.returncode, deployed.chain.nonce()) == (REFUSED, before + 1)
    assert again.stderr.splitlines()[-1].startswith("AlreadyPaid: ")
    told = deployed.run("status", *invoice, "--json")
    assert told.returncode == PAID
    answer = json.loads(told.stdout)
    assert (answer["paid"], answer["payer"], answer["status"]) == (True, DEPLOYER.address, "paid")
    assert answer["key"] in receipt
    timestamp = deployed.chain.web3.eth.get_block(answer["block"]["number"])["timestamp"]
    assert answer["paidAt"] == timestamp
    assert int(answer["proof"]["value"], 16) == int(DEPLOYER.address, 16) | timestamp << 160 | 1 << 208


def test_a_token_invoice_is_paid_with_exactly_the_approval_it_needs(deployed, terms, token, capsys):
    assert terms(pay, token=token, amount="12.5TEST") == PAID
    shown = capsys.readouterr().out
    assert f"1. approve {125 * 10**17} units of {token}" in shown
    assert "Paid: 12.5 TEST to" in shown
    web3 = deployed.chain.web3
    contract = web3.eth.contract(token, abi=Artifact.load(BUILD, "TestToken").abi)
    assert contract.functions.allowance(DEPLOYER.address, processor(deployed)).call() == 0
    assert terms(status, token=token, amount=f"{125 * 10**17}units") == PAID
    assert terms(status) == NOT_PAID


def test_a_smaller_approval_that_stood_is_replaced_through_zero(deployed, terms, token, capsys):
    abi = Artifact.load(BUILD, "TestToken").abi
    data = deployed.chain.web3.eth.contract(abi=abi).encode_abi("approve", args=[processor(deployed), 7])
    deployed.chain.act_as(DEPLOYER.address, token, bytes.fromhex(data[2:]))
    assert terms(pay, token=token, amount="8units") == PAID
    assert [line.split(" units")[0] for line in capsys.readouterr().out.splitlines() if "/3 approve" in line] == [
        "1/3 approve 0",
        "2/3 approve 8",
    ]


def test_an_approval_that_stood_is_used(deployed, terms, token, capsys):
    abi = Artifact.load(BUILD, "TestToken").abi
    data = deployed.chain.web3.eth.contract(abi=abi).encode_abi("approve", args=[processor(deployed), 8])
    deployed.chain.act_as(DEPLOYER.address, token, bytes.fromhex(data[2:]))
    assert terms(pay, token=token, amount="8units") == PAID
    assert "approve" not in capsys.readouterr().out


def test_a_token_that_the_operator_vouches_for_goes_by_its_symbol(deployed, terms, token):
    deployed.choose(tokens={"TEST": {"address": token, "decimals": 18}})
    assert terms(pay, token="TEST", amount="0.5TEST") == PAID
    assert terms(status, token="TEST", amount="0.5TEST") == PAID
    assert terms(status, token=token, amount=f"{5 * 10**17}units") == PAID


def test_a_token_writes_nothing_on_the_payers_terminal(deployed, terms, capsys):
    planned = Artifact.load(BUILD, "CodeInMetadataToken").planned((), parse_word("TEST"))
    deployed.chain.act_as(party("anyone"), PROXY, planned.calldata)
    act(deployed, "CodeInMetadataToken", planned.address, "mint", DEPLOYER.address, 8)
    assert terms(pay, token=planned.address, amount="8units") == PAID
    assert not set("\x1b\r") & set(capsys.readouterr().out)


def test_status_takes_no_decimals_from_the_node(terms, token):
    with pytest.raises(InvalidAmount, match="one of units"):
        terms(status, token=token, amount="0.5TEST")


def test_a_refunded_invoice_is_not_paid(deployed, terms, capsys):
    terms(pay, amount="8wei")
    refund = ("0x" + "00" * 20, MERCHANT, 8, parse_word("INV-1"))
    act(deployed, "PaymentProcessor", processor(deployed), "refund", *refund, sender="merchant", value=8)
    capsys.readouterr()
    assert terms(status, amount="8wei") == NOT_PAID
    assert "Refunded: INV-1" in capsys.readouterr().out


def test_a_refunded_token_invoice_is_not_paid(deployed, terms, token, capsys):
    terms(pay, token=token, amount="8units")
    act(deployed, "TestToken", token, "mint", MERCHANT, 8)
    act(deployed, "TestToken", token, "approve", processor(deployed), 8, sender="merchant")
    refund = (token, MERCHANT, 8, parse_word("INV-1"))
    act(deployed, "PaymentProcessor", processor(deployed), "refund", *refund, sender="merchant")
    capsys.readouterr()
    assert terms(status, token=token, amount="8units") == NOT_PAID
    assert "Refunded: INV-1" in capsys.readouterr().out
    with pytest.raises(AlreadyPaid, match=f"is refunded: by {DEPLOYER.address}"):
        terms(pay, token=token, amount="8units")


@pytest.mark.parametrize(
    "changes", [{"amount": "1.500000000000000001ether"}, {"payment_id": "INV-2"}, {"to": party("other merchant")}]
)
def test_other_terms_are_not_paid(terms, changes):
    assert terms(pay) == PAID
    assert terms(status) == PAID
    assert terms(status, **changes) == NOT_PAID


def test_a_block_named_by_its_hash_needs_no_trust_in_the_node(deployed, terms, capsys):
    terms(pay)
    block = deployed.chain.web3.eth.get_block("latest")
    assert terms(status, block=block["hash"].to_0x_hex()) == PAID
    assert "The block hash is the one you named: nothing else was trusted." in capsys.readouterr().out
    assert terms(status, block=str(block["number"] - 1)) == NOT_PAID
    with pytest.raises(UnknownBlock):
        terms(status, block="0x" + "ab" * 32)
    with pytest.raises(InvalidBlock):
        terms(status, block="latest")


def test_status_waits_for_the_confirmations_that_the_operator_asks(deployed, terms):
    terms(pay)
    deployed.choose(confirmations=2)
    assert terms(status) == NOT_PAID
    deployed.chain.ask("evm_mine")
    assert terms(status) == PAID


@pytest.mark.parametrize(
    ("error", "changes"),
    [
        (InvalidAddress, {"to": "merchant"}),
        (InvalidAddress, {"to": MERCHANT.swapcase().replace("X", "x", 1)}),
        (InvalidAmount, {"amount": "1.5"}),
        (InvalidAmount, {"amount": "0ether"}),
        (InvalidAmount, {"amount": "1.5TEST"}),
        (InvalidPaymentId, {"payment_id": "0x12"}),
        (SelfPayment, {"to": DEPLOYER.address}),
        (NoContract, {"token": party("no token"), "amount": "1units"}),
    ],
)
def test_pay_refuses_what_cannot_be_paid(deployed, terms, error, changes):
    before = deployed.chain.nonce()
    with pytest.raises(error):
        terms(pay, **changes)
    assert deployed.chain.nonce() == before


def test_pay_refuses_the_zero_payee_in_the_contract_s_words(terms):
    with pytest.raises(CallRefused, match=r"InvalidPayee\(to 0x0000000000000000000000000000000000000000\)"):
        terms(pay, to="0x" + "00" * 20)


def test_pay_refuses_more_tokens_than_there_are(deployed, terms, token):
    before = deployed.chain.nonce()
    with pytest.raises(InsufficientTokens):
        terms(pay, token=token, amount="1000.000000000000000001TEST")
    assert deployed.chain.nonce() == before


def test_pay_refuses_while_the_processor_is_paused(deployed, terms):
    deployed.act("PaymentProcessor", "pause", 600, sender=GUARDIAN.address)
    with pytest.raises(Paused, match="takes no payments until Unix time"):
        terms(pay)


def test_pay_refuses_a_chain_that_lost_the_processor(deployed, terms):
    deployed.chain.ask("anvil_setCode", processor(deployed), "0x")
    with pytest.raises(NoContract, match="there is no code at"):
        terms(pay)


def test_a_node_cannot_fake_a_payment_by_another_value(deployed, lying_node):
    word = hex(int(DEPLOYER.address, 16) | 1_700_000_000 << 160 | 1 << 208)

    def lie(method, result):
        if method == "eth_getProof":
            result["storageProof"][0]["value"] = word
        return result

    lying_node.append(lie)
    told = deployed.run("status", "--to", MERCHANT, "--amount", "1.5ether", "--payment-id", "INV-1")
    assert told.returncode == REFUSED
    assert told.stderr.splitlines()[-1].startswith("InvalidProof: the node claims that the slot holds 0x1")


def test_a_node_cannot_fake_a_payment_by_the_proof_of_another_slot(deployed, terms, lying_node):
    terms(pay, payment_id="cheap", amount="1wei")
    real = []

    def lie(method, result):
        if method == "eth_getProof":
            real.append(result)
            result["storageProof"] = real[0]["storageProof"]
        return result

    lying_node.append(lie)
    assert terms(status, payment_id="cheap", amount="1wei") == PAID
    with pytest.raises(InvalidProof):
        terms(status)


def test_a_node_cannot_fake_a_payment_by_another_state_root(terms, lying_node):
    def lie(method, result):
        if method.startswith("eth_getBlockBy") and result:
            result["stateRoot"] = "0x" + "12" * 32
        return result

    lying_node.append(lie)
    with pytest.raises(InvalidHeader, match="the header hashes to"):
        terms(status)


def test_a_node_cannot_answer_with_another_block_than_the_one_trusted(deployed, terms, lying_node):
    terms(pay)
    trusted = deployed.chain.web3.eth.get_block(0)["hash"].to_0x_hex()
    latest = deployed.chain.ask("eth_getBlockByNumber", "latest", False)
    lying_node.append(lambda method, result: latest if method == "eth_getBlockByHash" else result)
    with pytest.raises(InvalidHeader, match=f"when asked for {trusted}"):
        terms(status, block=trusted)
