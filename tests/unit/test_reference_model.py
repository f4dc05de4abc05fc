"""The reference model's keys and fee against the contracts, over the whole range of their arguments."""

import pytest
from brownie import chain, web3
from brownie.test import given
from eth_utils import to_checksum_address
from hypothesis import settings
from hypothesis import strategies as st

from offchain.core.payment import Invoice, payment_key
from tests.model import breaker, escrow, gate, governed, payment
from tests.support import payment_id, send

ADDRESSES = st.binary(min_size=20, max_size=20).map(to_checksum_address)
WORDS = st.integers(0, 2**256 - 1)
EXAMPLES = settings(max_examples=25)


@given(token=ADDRESSES, to=ADDRESSES, amount=WORDS, reference=st.binary(min_size=32, max_size=32))
@EXAMPLES
def test_payment_key_agrees(processor, token, to, amount, reference):
    invoice = Invoice(token, to, amount, reference)
    key = payment_key(chain.id, processor.address, invoice)
    assert bytes(processor.paymentKey(token, to, amount, reference)) == key


@given(
    token=ADDRESSES,
    payouts=st.lists(st.builds(payment.Payout, ADDRESSES, st.integers(0, 2**96 - 1)), max_size=5),
)
@EXAMPLES
def test_batch_commitment_agrees(processor, token, payouts):
    words = [payment.pack_payout(payout) for payout in payouts]
    assert bytes(processor.batchCommitment(token, words)) == payment.batch_commitment(token, payouts)


@given(addresses=st.tuples(ADDRESSES, ADDRESSES, ADDRESSES), words=st.tuples(WORDS, WORDS, WORDS, WORDS, WORDS, WORDS))
@EXAMPLES
def test_escrow_key_agrees(secure, addresses, words):
    terms = escrow.Terms(*addresses, *words)
    assert bytes(secure.escrowKey((*addresses, *words))) == escrow.escrow_key(chain.id, secure.address, terms)


@pytest.fixture(scope="module")
def rich_token(token, payer, deployer):
    send(deployer, token.mint, payer, 2**255)
    return token


@given(amount=st.one_of(st.integers(1, 20_000), st.integers(1, 2**255)), rate_bps=st.integers(0, 500))
@EXAMPLES
def test_fee_agrees(processor, rich_token, governor, payer, merchant, amount, rate_bps):
    send(governor, processor.setFee, rate_bps)
    tx = processor.processTokenPayment(rich_token, merchant, amount, payment_id("invoice 1"), {"from": payer})
    assert tx.events["TokenPaymentProcessed"]["fee"] == gate.fee_of(amount, rate_bps)


def test_roles_and_limits_agree(processor, secure):
    for contract in (processor, secure):
        assert bytes(contract.GUARDIAN_ROLE()) == governed.GUARDIAN_ROLE == web3.keccak(text="GUARDIAN_ROLE")
        assert bytes(contract.DEFAULT_ADMIN_ROLE()) == governed.GOVERNOR_ROLE
        assert contract.MAX_PAUSE_SECONDS() == breaker.MAX_PAUSE_SECONDS
        assert contract.COOL_DOWN_SECONDS() == breaker.COOL_DOWN_SECONDS
        assert contract.HEARTBEAT_SECONDS() == breaker.HEARTBEAT_SECONDS
        assert contract.MAX_FEE_BPS() == governed.MAX_FEE_BPS
    assert processor.MAX_BATCH() == payment.MAX_BATCH
