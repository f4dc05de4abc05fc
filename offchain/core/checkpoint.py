"""What attestors sign of a bridge's outbox: its records folded to one hash, its state as of a block, byte for byte.

Source: interfaces/IOutbox.sol, IInbox.sol, EIP-712, ERC-2098. Amounts are in the route's units.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import Any, NamedTuple

from eth_utils.crypto import keccak

from offchain.core.units import Address, TokenUnits

ROUTE_VERSION = 1
HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0
SIGNATURE_BYTES = 64
KIND = "Checkpoint"
FIELDS = (
    ("routeId", "bytes32"),
    ("epoch", "uint64"),
    ("srcBlock", "uint64"),
    ("srcBlockHash", "bytes32"),
    ("count", "uint64"),
    ("acc", "bytes32"),
    ("cumulative", "uint128"),
)
DOMAIN = (("name", "string"), ("version", "string"), ("chainId", "uint256"), ("verifyingContract", "address"))

Attestation = tuple[int, int, list[Address], bytes]
"""threshold, signers, absent, signatures: as the contract takes it."""


class Side(NamedTuple):
    """One end of a route: a chain, the bridge contract on it, and the token there (the zero address: native coin)."""

    chain_id: int
    contract: Address
    token: Address


class Transfer(NamedTuple):
    """A record of an outbox, as the contract takes it; its nonce follows from its place."""

    sender: Address
    to: Address
    amount: TokenUnits


@dataclass(frozen=True)
class Point:
    """A point of an outbox's history: so many records, their hash, the sum of their amounts."""

    count: int
    acc: bytes
    cumulative: TokenUnits

    def values(self) -> tuple[Any, ...]:
        """The point as the contract takes it."""
        return astuple(self)


@dataclass(frozen=True)
class Checkpoint:
    """The state of an outbox as of a finalized block; `route_id`, `src_block_hash` and `acc` are 32 bytes."""

    route_id: bytes
    epoch: int
    src_block: int
    src_block_hash: bytes
    count: int
    acc: bytes
    cumulative: TokenUnits

    @property
    def point(self) -> Point:
        """The point of the history that it attests."""
        return Point(self.count, self.acc, self.cumulative)

    def values(self) -> tuple[Any, ...]:
        """The checkpoint as the contract takes it."""
        return astuple(self)


@dataclass(frozen=True)
class Domain:
    """The EIP-712 domain of the contract that checkpoints are handed to, as its eip712Domain() has it."""

    name: str
    version: str
    chain_id: int
    contract: Address


class OutboxSlots(NamedTuple):
    """Where a contract keeps its outbox: the slot of `acc`, and where in the slot `hot` cumulative and count begin."""

    acc: int
    hot: int
    offset_bytes: int


OUTBOX_SLOTS: Mapping[str, OutboxSlots] = {
    "BridgeVault": OutboxSlots(acc=6, hot=5, offset_bytes=10),
    "BridgeToken": OutboxSlots(acc=22, hot=21, offset_bytes=0),
}
_CUMULATIVE_BITS, _COUNT_BITS = 128, 40


def route_id(source: Side, destination: Side) -> bytes:
    """What a route is known by, and the hash that closes over no records; 32 bytes."""
    sides = [
        _number(chain_id) + _address(contract) + _address(token) for chain_id, contract, token in (source, destination)
    ]
    return keccak(_number(ROUTE_VERSION) + b"".join(sides))


def fold(acc: bytes, nonce: int, transfer: Transfer) -> bytes:
    """The hash that closes over the records of `acc`, which are `nonce` many, and this one. Raises OverflowError."""
    sender, to, amount = transfer
    return keccak(_bytes32(acc) + _number(nonce) + _address(sender) + _address(to) + _number(amount))


def fold_all(point: Point, transfers: Iterable[Transfer]) -> Point:
    """The point that lies these transfers after `point`. Raises OverflowError."""
    count, acc, cumulative = point.count, point.acc, int(point.cumulative)
    for transfer in transfers:
        acc = fold(acc, count, transfer)
        count, cumulative = count + 1, cumulative + transfer.amount
    return Point(count, acc, TokenUnits(cumulative))


def pack(transfers: Iterable[Transfer]) -> bytes:
    """Records as a contract takes them, 52 bytes each. Raises OverflowError for an amount above 96 bits."""
    return b"".join(
        _address(sender)[12:] + _address(to)[12:] + amount.to_bytes(12, "big") for sender, to, amount in transfers
    )


def outbox_from_words(contract: str, acc_word: int, hot_word: int) -> Point:
    """The outbox in the two words of OUTBOX_SLOTS[contract]."""
    packed = hot_word >> 8 * OUTBOX_SLOTS[contract].offset_bytes
    cumulative = packed & (1 << _CUMULATIVE_BITS) - 1
    count = packed >> _CUMULATIVE_BITS & (1 << _COUNT_BITS) - 1
    return Point(count, _number(acc_word), TokenUnits(cumulative))


def attestor_set(epoch: int, threshold: int, attestors: Iterable[Address]) -> bytes:
    """The hash that a contract keeps of the set in office; 32 bytes."""
    return keccak(_number(epoch) + _number(threshold) + b"".join(map(_address, attestors)))


def digest(checkpoint: Checkpoint, domain: Domain) -> bytes:
    """What an attestor signs; 32 bytes. Source: EIP-712."""
    words = [_bytes32(value) if isinstance(value, bytes) else _number(value) for value in checkpoint.values()]
    struct = keccak(_typehash(KIND, FIELDS) + b"".join(words))
    return keccak(b"\x19\x01" + domain_separator(domain) + struct)


def domain_separator(domain: Domain) -> bytes:
    """The hash of the domain; 32 bytes. Source: EIP-712."""
    names = keccak(text=domain.name) + keccak(text=domain.version)
    return keccak(_typehash("EIP712Domain", DOMAIN) + names + _number(domain.chain_id) + _address(domain.contract))


def typed_data(checkpoint: Checkpoint, domain: Domain) -> dict[str, Any]:
    """The same as JSON for `eth_signTypedData_v4`, its numbers as texts."""
    values = (f"0x{value.hex()}" if isinstance(value, bytes) else str(value) for value in checkpoint.values())
    return {
        "types": {
            "EIP712Domain": [{"name": name, "type": kind} for name, kind in DOMAIN],
            KIND: [{"name": name, "type": kind} for name, kind in FIELDS],
        },
        "primaryType": KIND,
        "domain": {
            "name": domain.name,
            "version": domain.version,
            "chainId": domain.chain_id,
            "verifyingContract": domain.contract,
        },
        "message": dict(zip((name for name, _ in FIELDS), values, strict=True)),
    }


def compact(r: int, s: int, v: int) -> bytes:
    """A signature in 64 bytes (ERC-2098); `v` is 0 or 1, or that plus 27. Raises ValueError for a high s, another v."""
    parity = v - 27 if v >= 27 else v
    if parity not in (0, 1) or not 0 < s <= HALF_ORDER:
        raise ValueError("only the low s, with a v of 0 or 1, or that plus 27, can be written compactly")
    return _number(r) + _number(s | parity << 255)


def attestation(threshold: int, attestors: Sequence[Address], signatures: Mapping[Address, bytes]) -> Attestation:
    """Compact signatures by attestor, handed over as the contract takes them; what is no attestor's is left out."""
    mask = sum(1 << place for place, attestor in enumerate(attestors) if attestor in signatures)
    absent = [attestor for attestor in attestors if attestor not in signatures]
    return threshold, mask, absent, b"".join(signatures[attestor] for attestor in attestors if attestor in signatures)


def _typehash(kind: str, fields: Sequence[tuple[str, str]]) -> bytes:
    return keccak(text=f"{kind}({','.join(f'{spelled} {name}' for name, spelled in fields)})")


def _number(value: int) -> bytes:
    return value.to_bytes(32, "big")


def _bytes32(value: bytes) -> bytes:
    if len(value) != 32:
        raise ValueError(f"0x{value.hex()} is not 32 bytes")
    return value


def _address(address: Address) -> bytes:
    word = bytes.fromhex(address.removeprefix("0x"))
    if len(word) != 20:
        raise ValueError(f"{address} is no address")
    return word.rjust(32, b"\0")
