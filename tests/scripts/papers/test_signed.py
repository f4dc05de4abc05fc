"""What payers sign, against written-down vectors and another's EIP-712."""

import pytest
from eth_account.messages import encode_typed_data
from eth_utils import keccak

from offchain.core.payment import Invoice, payment_key
from scripts.papers import signed

CHAIN_ID = 1
PROCESSOR, PAYER, MERCHANT = "0x" + "Aa" * 20, "0x" + "04" * 20, "0x" + "05" * 20
STRANGER, TOKEN = "0x" + "06" * 20, "0x" + "07" * 20
INVOICE = Invoice(TOKEN, MERCHANT, 10**18, b"invoice 1".ljust(32, b"\0"))
KEY = payment_key(CHAIN_ID, PROCESSOR, INVOICE)
NONCE = signed.authorization_nonce(KEY)
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
