"""The keys and words of the interfaces, spelled out a second time: the contracts are held against these."""

from typing import Any, NamedTuple

from brownie import chain
from eth_abi import encode
from eth_utils import keccak

DAY = 24 * 3600
TERMS_TYPE = "(address,address,address,uint256,uint256,uint256,uint256,uint256,uint256)"


class Terms(NamedTuple):
    """What payer and merchant of an escrow agree on."""

    payer: str
    merchant: str
    token: str
    amount: int
    captureDeadline: int  # noqa: N815 (named as in the interface)
    refundDeadline: int  # noqa: N815
    minFeeBps: int  # noqa: N815
    maxFeeBps: int  # noqa: N815
    salt: int


def payment_key(processor: Any, token: Any, to: Any, amount: int, payment_id: bytes) -> bytes:
    types = ["uint256", "address", "address", "address", "uint256", "bytes32"]
    return keccak(encode(types, [chain.id, str(processor), str(token), str(to), amount, payment_id]))


def batch_commitment(token: Any, payouts: list[bytes]) -> bytes:
    return keccak(encode(["address", "bytes32"], [str(token), keccak(b"".join(payouts))]))


def escrow_key(secure: Any, terms: Terms) -> bytes:
    return keccak(encode(["uint256", "address", TERMS_TYPE], [chain.id, str(secure), terms]))


def payout(to: Any, amount: int) -> bytes:
    """A payout as one word: the payee's 20 bytes, then the amount in 12."""
    return bytes.fromhex(str(to).removeprefix("0x")) + amount.to_bytes(12, "big")


def fresh_address(seed: Any) -> str:
    """An address that nobody has used, the same for the same seed."""
    return "0x" + keccak(text=f"fresh {seed}")[12:].hex()
