"""What payers sign, against written-down vectors and another's EIP-712; the model of what comes of it by itself."""

import pytest
from eth_account.messages import encode_typed_data
from eth_utils import keccak

from offchain.core import payment, signed
from offchain.core.act import Call, Rejected, Way
from tests.offchain.core.test_payment import CHAIN_ID, MERCHANT, NOW, PAYER, PROCESSOR, STRANGER, TOKEN, processor_book

INVOICE = payment.Invoice(TOKEN, MERCHANT, 10**18, b"invoice 1".ljust(32, b"\0"))
KEY = payment.payment_key(CHAIN_ID, PROCESSOR, INVOICE)
NONCE = signed.authorization_nonce(KEY)
CALL = Call(STRANGER, 0, NOW)
DOMAIN = signed.TokenDomain("Signed Token", "1", CHAIN_ID, TOKEN)


def test_the_nonce_is_the_key_with_the_payers_64_bits():
    assert KEY[:24] + bytes(8) == NONCE
    assert signed.authorization_nonce(KEY, 2**64 - 1) == KEY[:24] + b"\xff" * 8
    with pytest.raises(OverflowError):
        signed.authorization_nonce(KEY, 2**64)


@pytest.mark.parametrize(
    ("asked", "spelled"),
    [
        (
            signed.permit(DOMAIN, PAYER, PROCESSOR, 1, 2, 3),
            "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)",
        ),
        (
            signed.authorization(DOMAIN, PAYER, PROCESSOR, 1, (2, 3), NONCE),
            "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,"
            "uint256 validBefore,bytes32 nonce)",
        ),
        (signed.cancellation(DOMAIN, PAYER, NONCE), "CancelAuthorization(address authorizer,bytes32 nonce)"),
        (
            signed.permit2_transfer(CHAIN_ID, INVOICE, PROCESSOR, KEY, 1, 2),
            "PermitWitnessTransferFrom(TokenPermissions permitted,address spender,uint256 nonce,uint256 deadline,"
            "bytes32 paymentKey)TokenPermissions(address token,uint256 amount)",
        ),
    ],
    ids=["permit", "authorization", "cancellation", "permit2"],
)
def test_what_is_signed_has_the_type_of_its_standard(asked, spelled):
    fields = asked["types"]
    named = asked["primaryType"]
    used = [each["type"] for each in fields[named] if each["type"] in fields]
    members = {name: ",".join(f"{each['type']} {each['name']}" for each in fields[name]) for name in (named, *used)}
    assert "".join(f"{name}({members[name]})" for name in members) == spelled
    assert encode_typed_data(full_message=asked).body  # a wallet can read it


def test_permit2s_domain_has_no_version():
    asked = signed.permit2_transfer(CHAIN_ID, INVOICE, PROCESSOR, KEY, 1, 2)
    assert asked["domain"] == {"name": "Permit2", "chainId": CHAIN_ID, "verifyingContract": signed.PERMIT2}
    domain = "EIP712Domain(string name,uint256 chainId,address verifyingContract)"
    spelled = ",".join(f"{each['type']} {each['name']}" for each in asked["types"]["EIP712Domain"])
    assert keccak(text=f"EIP712Domain({spelled})") == keccak(text=domain)


def test_every_field_that_is_signed_changes_what_is_signed():
    fields = [(PAYER, PROCESSOR, 1, (2, 3), NONCE), (STRANGER, PROCESSOR, 1, (2, 3), NONCE)]
    fields += [(PAYER, STRANGER, 1, (2, 3), NONCE), (PAYER, PROCESSOR, 2, (2, 3), NONCE)]
    fields += [(PAYER, PROCESSOR, 1, (1, 3), NONCE), (PAYER, PROCESSOR, 1, (2, 4), NONCE)]
    fields += [(PAYER, PROCESSOR, 1, (2, 3), KEY)]
    bodies = {encode_typed_data(full_message=signed.authorization(DOMAIN, *each)).body for each in fields}
    assert len(bodies) == len(fields)


@pytest.mark.parametrize("fee_bps", [0, 100])
def test_an_authorization_goes_by_the_processor_and_leaves_the_fee(fee_bps):
    outcome = signed.process_with_authorization(processor_book(fee_bps), CALL, INVOICE, PAYER, NONCE)
    came, went = outcome.transfers
    assert (came.way, came.source, came.to, came.amount) == (Way.AUTHORIZED, PAYER, PROCESSOR, INVOICE.amount)
    assert (went.way, went.source, went.to) == (Way.DELIVER, PROCESSOR, MERCHANT)
    assert came.amount - went.amount == outcome.book.unswept[TOKEN] == INVOICE.amount * fee_bps // 10_000
    assert outcome.book.receipts[KEY].payer == PAYER


def test_permit2_goes_by_the_processor_only_for_a_fee():
    straight = signed.process_with_permit2(processor_book(), CALL, INVOICE, PAYER).transfers
    assert [(each.way, each.source, each.to) for each in straight] == [(Way.PERMIT2, PAYER, MERCHANT)]
    by_us = signed.process_with_permit2(processor_book(100), CALL, INVOICE, PAYER).transfers
    assert [(each.way, each.to) for each in by_us] == [(Way.PERMIT2, PROCESSOR), (Way.DELIVER, MERCHANT)]


@pytest.mark.parametrize("bit", range(64, 256, 17))
def test_a_nonce_with_another_upper_bit_is_refused(bit):
    nonce = (int.from_bytes(KEY) ^ 1 << bit).to_bytes(32)
    with pytest.raises(Rejected) as refused:
        signed.process_with_authorization(processor_book(), CALL, INVOICE, PAYER, nonce)
    assert (refused.value.error, refused.value.values) == ("WrongNonce", (nonce, KEY))


def test_an_approval_of_another_amount_is_refused():
    call = Call(TOKEN, 0, NOW)
    paid = signed.on_approval_received(processor_book(), call, PAYER, 5, MERCHANT, INVOICE.payment_id, 5)
    assert paid.transfers[0].source == PAYER
    for allowed in (0, 4, 6, 2**256 - 1):
        with pytest.raises(Rejected) as refused:
            signed.on_approval_received(processor_book(), call, PAYER, 5, MERCHANT, INVOICE.payment_id, allowed)
        assert (refused.value.error, refused.value.values) == ("WrongAllowance", (PAYER, allowed, 5))
