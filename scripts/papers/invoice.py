"""An invoice as people write it and as the chain stores it; what it binds is in offchain/core/payment.py."""

import re

from eth_utils.address import is_checksum_address, to_checksum_address
from eth_utils.crypto import keccak

from offchain.core.payment import Receipt, Status
from offchain.core.refusal import Refusal
from offchain.core.units import Address, Key, Timestamp

RECEIPTS_SLOT = 7  # of `_receipts` in PaymentProcessor's storage

_PAID_AT_SHIFT = 160
_STATUS_SHIFT = 208


class InvalidAddress(Refusal):
    """The text is not an address, or its checksum is wrong."""


class InvalidPaymentId(Refusal):
    """The text starts like a 32-byte word and is none, or is empty."""


class InvalidReceipt(Refusal):
    """The word in storage is no receipt: this is not the slot, or not the contract, that was expected."""


def parse_address(text: str, name: str) -> Address:
    """The address in its checksummed form; `name` says in the error which one it is.

    Mixed case must be a valid checksum (EIP-55). Errors: InvalidAddress.
    """
    if not re.fullmatch(r"0x[0-9a-fA-F]{40}", text):
        raise InvalidAddress(f"{name} {text!r} is not an address: 0x and 40 hexadecimal digits")
    if text[2:] not in (text[2:].lower(), text[2:].upper()) and not is_checksum_address(text):
        raise InvalidAddress(f"{name} {text} fails its checksum (EIP-55): a digit is wrong")
    return Address(to_checksum_address(text))


def parse_word(text: str) -> bytes:
    """32 bytes that stand for `text`: `0x` and 64 digits as they are, any other text by the keccak-256 of its UTF-8.

    A hash takes references of any length and puts none of them on the chain in clear. Errors: InvalidPaymentId.
    """
    if re.fullmatch(r"0x[0-9a-fA-F]{64}", text):
        return bytes.fromhex(text[2:])
    if not text or text.lower().startswith("0x"):
        raise InvalidPaymentId(f"{text!r} is neither a text nor 0x and 64 hexadecimal digits")
    return keccak(text=text)


def receipt_in(word: int) -> Receipt:
    """The receipt in a storage word: 160 bits of payer, lowest, 48 of time, 8 of status. Errors: InvalidReceipt."""
    status = word >> _STATUS_SHIFT
    if status not in list(Status) or (word == 0) != (status == Status.NONE):
        raise InvalidReceipt(f"the word {word:#x} in storage is not a receipt")
    payer = to_checksum_address((word & (2**160 - 1)).to_bytes(20, "big"))
    return Receipt(Address(payer), Timestamp(word >> _PAID_AT_SHIFT & (2**48 - 1)), Status(status))


def receipt_slot(key: Key) -> int:
    """Where in PaymentProcessor's storage the receipt behind `key` lies (Solidity's layout of a mapping)."""
    return int.from_bytes(keccak(key + RECEIPTS_SLOT.to_bytes(32, "big")), "big")
