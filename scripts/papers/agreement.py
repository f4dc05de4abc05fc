"""What the owners of a MultiSig sign, and how their signatures are handed to it.

Source: EIP-712, ERC-2098, interfaces/IMultiSig.sol. Each act is hashed here byte for byte as the contract does it, and
given as the JSON that a wallet shows to its owner (`eth_signTypedData_v4`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eth_abi.abi import encode
from eth_utils.address import to_canonical_address
from eth_utils.crypto import keccak

from offchain.core.units import Address, Seconds, Timestamp, TokenUnits

NAME, VERSION = "Quittance MultiSig", "1.0.0"
HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0
DOMAIN = (
    ("name", "string"),
    ("version", "string"),
    ("chainId", "uint256"),
    ("verifyingContract", "address"),
    ("salt", "bytes32"),
)
_TAIL = (("nonce", "uint256"), ("deadline", "uint256"))
TYPES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "Payment": (("to", "address"), ("amount", "uint256"), ("token", "address"), *_TAIL),
    "Batch": (("token", "address"), ("total", "uint256"), ("payouts", "Payout[]"), *_TAIL),
    "Payout": (("to", "address"), ("amount", "uint256")),
    "OwnerChange": (("threshold", "uint256"), ("owners", "address[]"), *_TAIL),
    "Operation": (("calls", "Call[]"), ("predecessor", "bytes32"), ("delaySeconds", "uint256"), *_TAIL),
    "Call": (("target", "address"), ("value", "uint256"), ("data", "bytes")),
    "Cancellation": (("id", "bytes32"), *_TAIL),
}
"""The fields of every signed type, in their order."""

Quorum = tuple[int, list[Address], int, bytes]
"""threshold, owners, signers, signatures: as the contract takes it."""


@dataclass(frozen=True)
class Domain:
    """The wallet that an act is for, and the owner set that agrees to it."""

    chain_id: int
    wallet: Address
    owner_set: bytes


@dataclass(frozen=True)
class Act:
    """One act: the name of its type, and its fields without nonce and deadline, named as in TYPES."""

    kind: str
    fields: Mapping[str, Any]
    nonce: int
    deadline: Timestamp

    def message(self) -> dict[str, Any]:
        """All fields in their order."""
        values = {**self.fields, "nonce": self.nonce, "deadline": self.deadline}
        return {name: values[name] for name, _ in TYPES[self.kind]}


def payment(to: Address, amount: TokenUnits, token: Address, nonce: int, deadline: Timestamp) -> Act:
    """A payment; a token of address zero is the native coin."""
    return Act("Payment", {"to": to, "amount": amount, "token": token}, nonce, deadline)


def batch(token: Address, payouts: Sequence[tuple[Address, TokenUnits]], nonce: int, deadline: Timestamp) -> Act:
    """A payment of several payees, whose total is their sum."""
    rows = [{"to": to, "amount": amount} for to, amount in payouts]
    total = sum(amount for _, amount in payouts)
    return Act("Batch", {"token": token, "total": total, "payouts": rows}, nonce, deadline)


def owner_change(threshold: int, owners: Sequence[Address], nonce: int, deadline: Timestamp) -> Act:
    """A new owner set."""
    return Act("OwnerChange", {"threshold": threshold, "owners": list(owners)}, nonce, deadline)


def operation(
    calls: Sequence[tuple[Address, int, bytes]],
    predecessor: bytes,
    delay_seconds: Seconds,
    nonce: int,
    deadline: Timestamp,
) -> Act:
    """Any calls, each a target, a value in wei and data."""
    rows = [{"target": target, "value": value, "data": data} for target, value, data in calls]
    fields = {"calls": rows, "predecessor": predecessor, "delaySeconds": delay_seconds}
    return Act("Operation", fields, nonce, deadline)


def cancellation(key: bytes, nonce: int, deadline: Timestamp) -> Act:
    """The end of a pending operation."""
    return Act("Cancellation", {"id": key}, nonce, deadline)


def owner_set_of(threshold: int, owners: Sequence[Address]) -> bytes:
    """The hash that a wallet keeps of its owners: of the threshold and each owner, 32 bytes each."""
    words = [threshold.to_bytes(32), *(bytes(12) + to_canonical_address(owner) for owner in owners)]
    return keccak(b"".join(words))


def in_order(owners: Sequence[Address]) -> list[Address]:
    """Owners in the ascending order that a wallet asks for."""
    return sorted(owners, key=to_canonical_address)


def domain_separator(domain: Domain) -> bytes:
    """EIP-712's domain separator of a wallet; its salt is the owner set."""
    name, version = keccak(text=NAME), keccak(text=VERSION)
    types = ["bytes32", "bytes32", "bytes32", "uint256", "address", "bytes32"]
    typehash = keccak(text=f"EIP712Domain({_spelled(DOMAIN)})")
    return keccak(encode(types, [typehash, name, version, domain.chain_id, domain.wallet, domain.owner_set]))


def digest_of(domain: Domain, act: Act) -> bytes:
    """What an owner signs."""
    return keccak(b"\x19\x01" + domain_separator(domain) + struct_hash(act.kind, act.message()))


def struct_hash(kind: str, message: Mapping[str, Any]) -> bytes:
    """EIP-712's hash of a struct of one of TYPES."""
    words = [keccak(text=type_of(kind))]
    words += [_word(spelling, message[name]) for name, spelling in TYPES[kind]]
    return keccak(b"".join(words))


def type_of(kind: str) -> str:
    """EIP-712's spelling of a type, with the types that it uses behind it."""
    used = [spelling.removesuffix("[]") for _, spelling in TYPES[kind] if spelling.removesuffix("[]") in TYPES]
    return "".join(f"{name}({_spelled(TYPES[name])})" for name in (kind, *used))


def typed_data(domain: Domain, act: Act) -> dict[str, Any]:
    """The act as JSON for `eth_signTypedData_v4`; bytes are spelled in hex, amounts and times in decimal."""
    used = {"EIP712Domain": DOMAIN, act.kind: TYPES[act.kind]}
    for _, spelling in TYPES[act.kind]:
        if spelling.removesuffix("[]") in TYPES:
            used[spelling.removesuffix("[]")] = TYPES[spelling.removesuffix("[]")]
    return {
        "types": {name: [{"name": field, "type": kind} for field, kind in fields] for name, fields in used.items()},
        "primaryType": act.kind,
        "domain": {
            "name": NAME,
            "version": VERSION,
            "chainId": domain.chain_id,
            "verifyingContract": domain.wallet,
            "salt": _plain(domain.owner_set),
        },
        "message": _plain(act.message()),
    }


def compact(signature: bytes) -> bytes:
    """A 65-byte signature (r, s, v) in the 64 bytes of ERC-2098; one that is none of an account's key stays."""
    if len(signature) != 65 or signature[64] not in (27, 28):
        return signature
    s = int.from_bytes(signature[32:64])
    return signature[:32] + (s | (signature[64] - 27) << 255).to_bytes(32)


def quorum_of(threshold: int, owners: Sequence[Address], signatures: Mapping[Address, bytes]) -> Quorum:
    """Owners and signatures as the contract takes them; an empty signature is of an owner who approved on chain."""
    signers, packed = 0, b""
    for index, owner in enumerate(owners):
        if owner in signatures:
            signers |= 1 << index
            packed += len(signatures[owner]).to_bytes(2) + signatures[owner]
    return threshold, list(owners), signers, packed


def _word(spelling: str, value: Any) -> bytes:
    if spelling.endswith("[]"):
        return keccak(b"".join(_word(spelling.removesuffix("[]"), item) for item in value))
    if spelling in TYPES:
        return struct_hash(spelling, value)
    return keccak(value) if spelling == "bytes" else encode([spelling], [value])


def _spelled(fields: Sequence[tuple[str, str]]) -> str:
    return ",".join(f"{kind} {name}" for name, kind in fields)


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, int):
        return str(value)  # as a number it would lose what is above 2^53 in a wallet that reads it as JavaScript does
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value
