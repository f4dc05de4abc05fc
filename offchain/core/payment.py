"""A payment as everyone must see it: its terms, the key that binds them, and what is known of it.

Source: interfaces/IPaymentProcessor.sol.
"""

from dataclasses import dataclass
from enum import IntEnum

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from offchain.core.units import NO_TIME, ZERO_ADDRESS, Address, Key, Timestamp, TokenUnits


class Status(IntEnum):
    """Where a payment key stands; it only moves forward."""

    NONE = 0
    PAID = 1
    REFUNDED = 2


@dataclass(frozen=True)
class Invoice:
    """The terms of a payment: all that its key binds. `payment_id` is the merchant's reference, 32 bytes.

    The same payment_id under other terms is another payment: match by key, never by payment_id alone.
    """

    token: Address
    to: Address
    amount: TokenUnits
    payment_id: bytes


@dataclass(frozen=True)
class Receipt:
    """What the slot behind a payment key proves."""

    payer: Address = ZERO_ADDRESS
    paid_at: Timestamp = NO_TIME
    status: Status = Status.NONE


def payment_key(chain_id: int, processor: Address, invoice: Invoice) -> Key:
    """The key that these terms have at this processor on this chain."""
    types = ("uint256", "address", "address", "address", "uint256", "bytes32")
    terms = (invoice.token, invoice.to, invoice.amount, invoice.payment_id)
    return Key(keccak(encode(types, (chain_id, processor, *terms))))
