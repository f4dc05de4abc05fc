"""What a payer signs so that anyone may carry the payment.

Sources: interfaces/IPaymentProcessor.sol, EIP-712, EIP-2612, EIP-3009, github.com/Uniswap/permit2.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from offchain.core.payment import Invoice
from offchain.core.units import Address, Key, Timestamp, TokenUnits

PERMIT2 = Address("0x000000000022D473030F116dDEE9F6B43aC78BA3")
"""The contract that is the same on every chain."""

SEQUENCE_BYTES = 8
"""The lower part of an authorization's nonce, which is the payer's."""

TYPES: dict[str, Sequence[tuple[str, str]]] = {
    "Permit": [
        ("owner", "address"),
        ("spender", "address"),
        ("value", "uint256"),
        ("nonce", "uint256"),
        ("deadline", "uint256"),
    ],
    "ReceiveWithAuthorization": [
        ("from", "address"),
        ("to", "address"),
        ("value", "uint256"),
        ("validAfter", "uint256"),
        ("validBefore", "uint256"),
        ("nonce", "bytes32"),
    ],
    "CancelAuthorization": [("authorizer", "address"), ("nonce", "bytes32")],
    "PermitWitnessTransferFrom": [
        ("permitted", "TokenPermissions"),
        ("spender", "address"),
        ("nonce", "uint256"),
        ("deadline", "uint256"),
        ("paymentKey", "bytes32"),
    ],
    "TokenPermissions": [("token", "address"), ("amount", "uint256")],
}
DOMAIN_TYPES = {"name": "string", "version": "string", "chainId": "uint256", "verifyingContract": "address"}


@dataclass(frozen=True)
class TokenDomain:
    """The EIP-712 domain of a token, as its eip712Domain() has it."""

    name: str
    version: str
    chain_id: int
    token: Address


def authorization_nonce(key: Key, sequence: int = 0) -> bytes:
    """The nonce, 32 bytes, of an authorization that pays this key; `sequence` is another one after a cancellation.

    Raises OverflowError for a sequence of 2^64 or more.
    """
    return key[:-SEQUENCE_BYTES] + sequence.to_bytes(SEQUENCE_BYTES)


def permit(
    domain: TokenDomain, owner: Address, spender: Address, amount: TokenUnits, nonce: int, deadline: Timestamp
) -> dict[str, Any]:
    """What a payer signs to approve the spender for an amount; `nonce` is the token's next for the owner. EIP-2612."""
    message = {"owner": owner, "spender": spender, "value": amount, "nonce": nonce, "deadline": deadline}
    return _typed_data(_domain_of(domain), "Permit", message)


def authorization(
    domain: TokenDomain,
    payer: Address,
    receiver: Address,
    amount: TokenUnits,
    validity: tuple[Timestamp, Timestamp],
    nonce: bytes,
) -> dict[str, Any]:
    """What a payer signs to let the receiver, and nobody else, take an amount. EIP-3009, ReceiveWithAuthorization.

    `validity` is after what and before what second, both excluded.
    """
    after, before = validity
    message = {"from": payer, "to": receiver, "value": amount, "validAfter": after, "validBefore": before}
    return _typed_data(_domain_of(domain), "ReceiveWithAuthorization", {**message, "nonce": nonce})


def cancellation(domain: TokenDomain, authorizer: Address, nonce: bytes) -> dict[str, Any]:
    """What a payer signs to use up a nonce and pay nothing. EIP-3009."""
    return _typed_data(_domain_of(domain), "CancelAuthorization", {"authorizer": authorizer, "nonce": nonce})


def permit2_transfer(
    chain_id: int, invoice: Invoice, spender: Address, key: Key, nonce: int, deadline: Timestamp
) -> dict[str, Any]:
    """What a payer signs for Permit2 to let the spender move the amount of an invoice, with its key as witness.

    `nonce` is one that the payer has not used at Permit2, `deadline` the last second.
    """
    domain = {"name": "Permit2", "chainId": chain_id, "verifyingContract": PERMIT2}
    permitted = {"token": invoice.token, "amount": invoice.amount}
    message = {"permitted": permitted, "spender": spender, "nonce": nonce, "deadline": deadline, "paymentKey": key}
    return _typed_data(domain, "PermitWitnessTransferFrom", message)


def _domain_of(domain: TokenDomain) -> dict[str, object]:
    named = {"name": domain.name, "version": domain.version}
    return {**named, "chainId": domain.chain_id, "verifyingContract": domain.token}


def _typed_data(domain: Mapping[str, object], kind: str, message: Mapping[str, object]) -> dict[str, Any]:
    """As JSON for `eth_signTypedData_v4`; bytes are spelled in hex, amounts and times in decimal."""
    used: dict[str, Sequence[tuple[str, str]]] = {
        "EIP712Domain": [(name, DOMAIN_TYPES[name]) for name in domain],
        kind: TYPES[kind],
    }
    used |= {spelling: TYPES[spelling] for _, spelling in TYPES[kind] if spelling in TYPES}
    return {
        "types": {
            name: [{"name": field, "type": spelling} for field, spelling in fields] for name, fields in used.items()
        },
        "primaryType": kind,
        "domain": {**domain},
        "message": _plain(message),
    }


def _plain(value: object) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, bytes):
        return "0x" + value.hex()
    return str(value) if isinstance(value, int) else value
