"""The contract as first sketched falls to four flaws; each test shows the fall, and that ours survives the same."""

import brownie
import pytest
from brownie import Wei
from eth_utils import keccak

from tests.support import NATIVE, payment_id, reverts
from tests.unit.keys import payout

PRICE = Wei("1 ether")
INVOICE = payment_id("invoice 1")
SLOTS = 5  # of a naive record: from, to, amount, timestamp, processed


@pytest.fixture(scope="module")
def naive(deploy):
    return deploy("NaivePayments")


@pytest.fixture
def pay(payer):
    """Pay the same invoice through either contract."""

    def pay(contract, to, amount=PRICE, sender=payer):
        return contract.processPayment(to, amount, INVOICE, {"from": sender, "value": amount})

    return pay


def test_anyone_burns_an_id_of_the_naive_contract_for_nothing(naive, merchant, stranger, pay):
    pay(naive, merchant, 0, stranger)
    before = merchant.balance()
    with brownie.reverts("Payment already processed"):
        pay(naive, merchant)
    assert merchant.balance() == before


def test_nobody_burns_an_id_of_ours_for_less_than_the_payment(processor, merchant, stranger, pay):
    with reverts("ZeroAmount"):
        pay(processor, merchant, 0, stranger)
    pay(processor, merchant, 1, stranger)
    pay(processor, stranger, PRICE, merchant)
    pay(processor, merchant)
    assert processor.isPaid(NATIVE, merchant, PRICE, INVOICE)


def test_ours_keeps_the_same_record_at_less_than_half_the_cost(naive, processor, merchant, payer, pay, web3):
    dear, cheap = pay(naive, merchant), pay(processor, merchant)
    assert naive.payments(INVOICE) == (payer, merchant, PRICE, dear.timestamp, True)
    assert processor.getPayment(NATIVE, merchant, PRICE, INVOICE) == (payer, merchant, PRICE, cheap.timestamp, True)
    first = int.from_bytes(keccak(INVOICE + bytes(32)), "big")
    words = [int.from_bytes(web3.eth.get_storage_at(naive.address, first + n), "big") for n in range(SLOTS + 1)]
    assert [bool(word) for word in words] == [True] * SLOTS + [False]
    assert cheap.gas_used < 0.45 * dear.gas_used


def test_the_naive_contract_cannot_pay_a_smart_contract_wallet(naive, wallet, pay):
    with brownie.reverts():
        pay(naive, wallet)
    assert wallet.balance() == 0


def test_ours_pays_a_smart_contract_wallet(processor, wallet, pay):
    pay(processor, wallet)
    assert wallet.balance() == PRICE


def test_the_naive_contract_has_no_batch_refund_or_pause(naive):
    assert not {"processBatch", "refund", "pause", "unpause"} & {entry["name"] for entry in naive.abi}


def test_a_worthless_token_looks_like_coin_in_the_naive_contracts_event(naive, processor, payer, merchant, deploy):
    worthless = deploy("TestToken")
    worthless.mint(payer, 2 * PRICE)
    for contract in (naive, processor):
        worthless.approve(contract, PRICE, {"from": payer})
    tx = naive.processTokenPayment(worthless, merchant, PRICE, INVOICE, {"from": payer})
    assert "PaymentProcessed" in tx.events
    tx = processor.processTokenPayment(worthless, merchant, PRICE, INVOICE, {"from": payer})
    assert "PaymentProcessed" not in tx.events


def test_ours_pays_tokens_and_batches_refunds_and_pauses(processor, payer, merchant, guardian, stranger, token, pay):
    processor.processTokenPayment(token, merchant, PRICE, INVOICE, {"from": payer})
    assert processor.isPaid(token, merchant, PRICE, INVOICE)
    processor.processBatch(token, [payout(stranger, PRICE)], PRICE, INVOICE, {"from": payer})
    assert token.balanceOf(stranger) == PRICE
    processor.refund(token, merchant, PRICE, INVOICE, {"from": merchant})
    assert not processor.isPaid(token, merchant, PRICE, INVOICE)
    until = processor.pause(60, {"from": guardian}).timestamp + 60
    with reverts("ContractPaused", until):
        pay(processor, merchant)
