"""An invoice's terms, the key that names them on chain, and the receipt behind that key."""

import re
from dataclasses import dataclass
from enum import IntEnum
from typing import Self

from eth_abi.abi import encode
from eth_utils.address import is_checksum_address, to_checksum_address
from eth_utils.crypto import keccak

from offchain.core.refusal import Refusal

NATIVE = "0x" + "00" * 20
RECEIPTS_SLOT = 4  # of `_receipts` in PaymentProcessor's storage

_PAID_AT_SHIFT = 160
_STATUS_SHIFT = 208


class InvalidAddress(Refusal):
    """The text is not an address, or its checksum is wrong."""


class InvalidPaymentId(Refusal):
    """The text starts like a 32-byte word and is none, or is empty."""


class InvalidReceipt(Refusal):
    """The word in storage is no receipt: this is not the slot, or not the contract, that was expected."""


class Status(IntEnum):
    """Status of a payment key, as IPaymentProcessor.Status."""

    NONE = 0
    PAID = 1
    REFUNDED = 2


def parse_address(text: str, name: str) -> str:
    """The address in its checksummed form; `name` says in the error which one it is.

    Mixed case must be a valid checksum (EIP-55). Errors: InvalidAddress.
    """
    if not re.fullmatch(r"0x[0-9a-fA-F]{40}", text):
        raise InvalidAddress(f"{name} {text!r} is not an address: 0x and 40 hexadecimal digits")
    if text[2:] not in (text[2:].lower(), text[2:].upper()) and not is_checksum_address(text):
        raise InvalidAddress(f"{name} {text} fails its checksum (EIP-55): a digit is wrong")
    return to_checksum_address(text)


def parse_word(text: str) -> bytes:
    """32 bytes that stand for `text`: `0x` and 64 digits as they are, any other text by the keccak-256 of its UTF-8.

    A hash takes references of any length and puts none of them on the chain in clear. Errors: InvalidPaymentId.
    """
    if re.fullmatch(r"0x[0-9a-fA-F]{64}", text):
        return bytes.fromhex(text[2:])
    if not text or text.lower().startswith("0x"):
        raise InvalidPaymentId(f"{text!r} is neither a text nor 0x and 64 hexadecimal digits")
    return keccak(text=text)


@dataclass(frozen=True)
class Invoice:
    """Terms of a payment: token (NATIVE for the chain's coin), payee, amount in base units, the merchant's id."""

    token: str
    to: str
    amount: int
    payment_id: bytes

    def key(self, chain_id: int, processor: str) -> bytes:
        """The payment key, as IPaymentProcessor.paymentKey: binds the terms to one chain and one contract."""
        types = ["uint256", "address", "address", "address", "uint256", "bytes32"]
        return keccak(encode(types, [chain_id, processor, self.token, self.to, self.amount, self.payment_id]))


@dataclass(frozen=True)
class Receipt:
    """What the chain keeps of a payment: who paid, when (Unix seconds), and its status."""

    payer: str
    paid_at: int
    status: Status

    @classmethod
    def from_word(cls, word: int) -> Self:
        """The receipt in a storage word: 160 bits of payer, lowest, 48 of time, 8 of status. Errors: InvalidReceipt."""
        status = word >> _STATUS_SHIFT
        if status not in list(Status) or (word == 0) != (status == Status.NONE):
            raise InvalidReceipt(f"the word {word:#x} in storage is not a receipt")
        payer = to_checksum_address((word & (2**160 - 1)).to_bytes(20, "big"))
        return cls(payer, word >> _PAID_AT_SHIFT & (2**48 - 1), Status(status))


def receipt_slot(key: bytes) -> int:
    """Where in PaymentProcessor's storage the receipt behind `key` lies (Solidity's layout of a mapping)."""
    return int.from_bytes(keccak(key + RECEIPTS_SLOT.to_bytes(32, "big")), "big")
