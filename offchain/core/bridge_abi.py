"""What is said to a bridge's contracts, and what their logs say. Source: interfaces/IInbox.sol, IOutbox.sol."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from eth_abi.abi import decode, encode
from eth_abi.exceptions import DecodingError
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from offchain.core.checkpoint import Transfer, pack
from offchain.core.units import Address, TokenUnits

CHECKPOINT = "(bytes32,uint64,uint64,bytes32,uint64,bytes32,uint128)"
POINT = "(uint64,bytes32,uint128)"
RECORD = "(address,address,uint256)"
ATTESTATION = "(uint256,uint256,address[],bytes)"
VAULT, TOKEN = "BridgeVault", "BridgeToken"
ARRIVE = {VAULT: "release", TOKEN: "deliver"}
"""How a contract calls that something arrives at it."""

LEFT = {
    name: keccak(text=f"{name}(uint256,address,address,uint256,bytes32{more})")
    for name, more in (("Locked", ""), ("Burned", ""), ("Returned", ",uint256"))
}
CAME = {
    name: keccak(text=f"{name}({types})")
    for name, types in (
        ("Arrived", "uint256,uint256,bytes32,uint256"),
        ("TransferQueued", "uint256,address,address,uint256,uint256"),
        ("QueuedReleased", "uint256,address,uint256,uint256"),
        ("TransferVetoed", "uint256,address"),
        ("TransferLetGo", "uint256"),
    )
} | {"Returned": LEFT["Returned"]}
"""The topics of what leaves a contract, and of what becomes of records that came to it."""


class Log(NamedTuple):
    """A log of a final block; `timestamp` is the block's, in Unix seconds."""

    block_number: int
    timestamp: int
    transaction: str
    topics: tuple[bytes, ...]
    data: bytes

    def words(self) -> tuple[int, ...]:
        """The indexed values, then the others; those of bridges are a word each."""
        body = [self.data[i : i + 32] for i in range(0, len(self.data), 32)]
        return tuple(int.from_bytes(word) for word in (*self.topics[1:], *body))


def calldata(function: str, types: Sequence[str], values: Sequence[Any]) -> bytes:
    """A call of a function with these parameters."""
    return keccak(text=f"{function}({','.join(types)})")[:4] + encode(types, values)


def arrive(kind: str, checkpoint: Sequence[Any], records: Sequence[Transfer], attestation: Sequence[Any]) -> bytes:
    """`deliver` or `release`."""
    return calldata(ARRIVE[kind], (CHECKPOINT, "bytes", ATTESTATION), (checkpoint, pack(records), attestation))


def arrive_point(kind: str, point: Sequence[Any], records: Sequence[Transfer]) -> bytes:
    """`deliverPoint` or `releasePoint`."""
    return calldata(f"{ARRIVE[kind]}Point", (POINT, "bytes"), (point, pack(records)))


def split(
    checkpoint: Sequence[Any], attestation: Sequence[Any], point: Sequence[Any], records: Sequence[Transfer]
) -> bytes:
    """`split`."""
    types = (CHECKPOINT, ATTESTATION, POINT, "bytes")
    return calldata("split", types, (checkpoint, attestation, point, pack(records)))


def split_point(later: Sequence[Any], point: Sequence[Any], records: Sequence[Transfer]) -> bytes:
    """`splitPoint`."""
    return calldata("splitPoint", (POINT, POINT, "bytes"), (later, point, pack(records)))


def release_queued(nonce: int, record: Transfer, ready_at: int) -> bytes:
    """`releaseQueued`."""
    return calldata("releaseQueued", ("uint256", RECORD, "uint256"), (nonce, record, ready_at))


def pause(seconds: int) -> bytes:
    """`pause`."""
    return calldata("pause", ("uint48",), (seconds,))


VIEWS: Mapping[str, Sequence[str]] = {
    "outbox()": ("uint64", "uint128", "bytes32"),
    "inbox()": ("uint64", "uint128", "bytes32"),
    "outboundRoute()": ("bytes32",),
    "inboundRoute()": ("bytes32",),
    "attestorSet()": ("bytes32",),
    "epoch()": ("uint64",),
    "queuedTotal()": ("uint256",),
    "queued(uint256)": ("bytes32",),
    "provenPoint(uint256)": ("bytes32",),
    "available(address)": ("uint256",),
    "limitOf(address)": ("uint256", "uint256"),
    "pausedUntil()": ("uint48",),
    "hasRole(bytes32,address)": ("bool",),
    "token()": ("address",),
    "unit()": ("uint256",),
    "eip712Domain()": ("bytes1", "string", "string", "uint256", "address", "bytes32", "uint256[]"),
}


class View(NamedTuple):
    """A question to a contract, by the signature of its function."""

    signature: str
    arguments: tuple[Any, ...] = ()

    def asked(self) -> bytes:
        """Its calldata."""
        name, _, rest = self.signature.partition("(")
        types = rest.removesuffix(")")
        return calldata(name, types.split(",") if types else (), self.arguments)

    def answered(self, data: bytes) -> Any:
        """The value, or a tuple of values, in what was returned. Raises ValueError if it holds none."""
        try:
            values = decode(VIEWS[self.signature], data)
        except DecodingError as error:  # which is no ValueError
            raise ValueError(f"{self.signature} does not return this: {error}") from None
        return values[0] if len(values) == 1 else values


def transfer_of(log: Log) -> tuple[int, Transfer]:
    """The nonce and the record in a log of what leaves, or of what waits."""
    nonce, sender, to, amount, *_ = log.words()
    return nonce, Transfer(address_of(sender), address_of(to), TokenUnits(amount))


def address_of(word: int) -> Address:
    """The address in a word. Raises OverflowError if it holds more."""
    return Address(to_checksum_address(word.to_bytes(20, "big")))
