"""Calls as bytes, and bytes as calls, as the contracts read them."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from eth_abi.abi import decode, encode
from eth_abi.exceptions import DecodingError
from eth_abi.grammar import TupleType, parse
from eth_utils.address import is_address, to_checksum_address
from eth_utils.crypto import keccak

from tests.model.act import Rejected


@cache
def types_of(signature: str) -> tuple[str, ...]:
    """The ABI types of a function's arguments, of its signature without blanks."""
    _, arguments = signature.split("(", 1)
    parsed = parse("(" + arguments) if arguments != ")" else None  # the grammar knows no empty tuple
    return tuple(part.to_type_str() for part in parsed.components) if isinstance(parsed, TupleType) else ()


@cache
def selector_of(signature: str) -> bytes:
    """The four bytes that name a function in calldata."""
    return keccak(text=signature)[:4]


def calldata(signature: str, *arguments: object) -> bytes:
    """A call of a function as bytes."""
    return selector_of(signature) + encode(types_of(signature), arguments)


def arguments_of(types: Sequence[str], arguments: bytes) -> tuple[Any, ...]:
    """The arguments of a call as the models have them, addresses in checksum spelling.

    Raises Rejected(""), as the contract reverts without data, if they are malformed.
    """
    try:
        return tuple(_checksummed(each) for each in decode(types, arguments))
    except DecodingError as malformed:
        raise Rejected("") from malformed


def _checksummed(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return tuple(_checksummed(each) for each in value)
    return to_checksum_address(value) if isinstance(value, str) and is_address(value) else value
