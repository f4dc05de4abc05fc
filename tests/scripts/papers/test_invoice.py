"""An invoice's key and receipt: what is computed here is what the contract computes and stores."""

import pytest
from brownie import web3
from eth_utils.crypto import keccak

from offchain.core.payment import Invoice, Receipt, Status, payment_key
from offchain.core.units import NATIVE
from scripts.papers.invoice import (
    InvalidAddress,
    InvalidPaymentId,
    InvalidReceipt,
    parse_address,
    parse_word,
    receipt_in,
    receipt_slot,
)

CHECKSUMMED = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"  # of EIP-55


@pytest.fixture
def invoice(merchant):
    return Invoice(NATIVE, merchant.address, 10**18, parse_word("INV-1"))


def test_the_key_is_the_contract_s(processor, invoice, token):
    chain_id = web3.eth.chain_id
    for asked in (invoice, Invoice(token.address, invoice.to, 7, bytes(32))):
        terms = (asked.token, asked.to, asked.amount, asked.payment_id)
        assert payment_key(chain_id, processor.address, asked) == bytes(processor.paymentKey(*terms))


def test_the_slot_holds_the_receipt(processor, invoice, payer, merchant):
    slot = receipt_slot(payment_key(web3.eth.chain_id, processor.address, invoice))
    assert int.from_bytes(web3.eth.get_storage_at(processor.address, slot), "big") == 0
    payment = (merchant, invoice.amount, invoice.payment_id)
    tx = processor.processPayment(*payment, {"from": payer, "value": invoice.amount})
    word = int.from_bytes(web3.eth.get_storage_at(processor.address, slot), "big")
    assert receipt_in(word) == Receipt(payer.address, tx.timestamp, Status.PAID)
    processor.refund(NATIVE, merchant, invoice.amount, invoice.payment_id, {"from": merchant, "value": invoice.amount})
    word = int.from_bytes(web3.eth.get_storage_at(processor.address, slot), "big")
    assert receipt_in(word) == Receipt(payer.address, tx.timestamp, Status.REFUNDED)


@pytest.mark.parametrize("word", [1, 3 << 208, 1 << 216 | 1 << 208, 2**256 - 1, 1 << 160])
def test_a_word_that_is_no_receipt_is_refused(word):
    with pytest.raises(InvalidReceipt):
        receipt_in(word)


def test_a_payment_id_is_a_word_as_it_is_or_the_hash_of_a_text():
    assert parse_word("0x" + "0A" * 32) == bytes([10]) * 32
    assert parse_word("Rechnung 7 für Zoë") == keccak("Rechnung 7 für Zoë".encode())
    assert parse_word("x" * 1000) == keccak(b"x" * 1000)


@pytest.mark.parametrize("text", ["", "0x", "0x12", "0X" + "12" * 32, "0x" + "12" * 33, "0x" + "zz" * 32])
def test_a_text_that_looks_like_a_word_and_is_none_is_refused(text):
    with pytest.raises(InvalidPaymentId):
        parse_word(text)


def test_an_address_is_read_in_one_case_or_with_its_checksum():
    for text in (CHECKSUMMED, CHECKSUMMED.lower(), "0x" + CHECKSUMMED[2:].upper()):
        assert parse_address(text, "it") == CHECKSUMMED


@pytest.mark.parametrize(
    "text", ["", "0x", CHECKSUMMED[:-1], CHECKSUMMED + "0", CHECKSUMMED[2:], CHECKSUMMED[:-1] + "D"]
)
def test_a_wrong_address_is_refused(text):
    with pytest.raises(InvalidAddress):
        parse_address(text, "it")
