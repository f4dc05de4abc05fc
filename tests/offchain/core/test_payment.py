"""The key of a payment, against a vector that was written down."""

import dataclasses

from offchain.core.payment import Invoice, payment_key
from offchain.core.units import NATIVE

CHAIN_ID = 1
PROCESSOR, VAULT = "0x" + "Aa" * 20, "0x" + "bB" * 20
MERCHANT, STRANGER, TOKEN = "0x" + "05" * 20, "0x" + "06" * 20, "0x" + "07" * 20
INVOICE = Invoice(NATIVE, MERCHANT, 10**18, b"invoice 1".ljust(32, b"\0"))


def test_payment_key_is_the_written_down_vector():
    key = payment_key(CHAIN_ID, PROCESSOR, INVOICE)
    assert key.hex() == "1880570d1eca81490babfb7d1d95216ae508f5f2b245542eeea9b0d1e8dedff2"


def test_every_term_changes_the_payment_key():
    others = {"token": TOKEN, "to": STRANGER, "amount": 1, "payment_id": bytes(32)}
    assert set(others) == {term.name for term in dataclasses.fields(Invoice)}
    keys = {payment_key(CHAIN_ID, PROCESSOR, INVOICE), payment_key(2, PROCESSOR, INVOICE)}
    keys.add(payment_key(CHAIN_ID, VAULT, INVOICE))
    for name, value in others.items():
        keys.add(payment_key(CHAIN_ID, PROCESSOR, dataclasses.replace(INVOICE, **{name: value})))
    assert len(keys) == 3 + len(others)
