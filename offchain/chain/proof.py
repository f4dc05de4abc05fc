"""Proof that a storage slot holds a value at a block, checked here: the node that delivers it needs no trust.

A block's hash commits to its header, the header to the state root, the state root to the account, the account to its
storage (EIP-1186). All links are recomputed; what a node claims beside the proof counts for nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import rlp
from eth_utils.crypto import keccak
from trie import HexaryTrie

from offchain.core.refusal import Refusal

# Order of a header's fields in its RLP; the later ones came with forks, each after all before it.
_HEADER = (
    *("parentHash", "sha3Uncles", "miner", "stateRoot", "transactionsRoot", "receiptsRoot", "logsBloom"),
    *("difficulty", "number", "gasLimit", "gasUsed", "timestamp", "extraData", "mixHash", "nonce"),
    *("baseFeePerGas", "withdrawalsRoot", "blobGasUsed", "excessBlobGas", "parentBeaconBlockRoot", "requestsHash"),
)
_NUMBERS = {"difficulty", "number", "gasLimit", "gasUsed", "timestamp", "baseFeePerGas", "blobGasUsed", "excessBlobGas"}
_COMPULSORY = 15
_MAX_NODES = 65  # a root and one node for each of a key's 64 digits
_MAX_NODE_BYTES = 4096


class UnknownBlock(Refusal):
    """The node does not have this block."""


class InvalidHeader(Refusal):
    """The header does not hash to the block's hash."""


class InvalidProof(Refusal):
    """The proof does not hold."""


@dataclass(frozen=True)
class Block:
    """A block whose hash was recomputed from its header. `timestamp` in Unix seconds."""

    number: int
    hash: bytes
    timestamp: int
    state_root: bytes


@dataclass(frozen=True)
class SlotProof:
    """A storage slot's proven value, and the nodes that prove it from the block's state root."""

    block: Block
    account: str
    slot: int
    value: int
    account_proof: Sequence[bytes]
    storage_proof: Sequence[bytes]


def check_header(header: Mapping[str, Any]) -> Block:
    """The block that a header as JSON-RPC gives it describes. Errors: InvalidHeader."""
    try:
        names = [name for name in _HEADER if header.get(name) is not None]
        if tuple(names) != _HEADER[: max(len(names), _COMPULSORY)]:
            raise InvalidHeader("the node's header lacks a field")
        fields = [int(header[name], 16) if name in _NUMBERS else _bytes(header[name]) for name in names]
        recomputed, claimed = keccak(rlp.encode(fields)), _bytes(header["hash"])
        block = Block(int(header["number"], 16), claimed, int(header["timestamp"], 16), _bytes(header["stateRoot"]))
    except (ValueError, TypeError, LookupError, rlp.exceptions.RLPException):
        raise InvalidHeader("the node's header is malformed") from None
    if recomputed != claimed:
        raise InvalidHeader(f"the header hashes to 0x{recomputed.hex()}, not to 0x{claimed.hex()}")
    return block


def check_proof(answer: Any, account: str, slot: int, block: Block) -> SlotProof:
    """Check an answer of eth_getProof for one slot of an account against the block's state root.

    An absent slot is proven like any other, and is zero. Errors: InvalidProof.
    """
    try:
        claimed = int(answer["storageProof"][0]["value"], 16)
        account_proof = [_bytes(node) for node in answer["accountProof"]]
        storage_proof = [_bytes(node) for node in answer["storageProof"][0]["proof"]]
    except (ValueError, TypeError, LookupError):
        raise InvalidProof("the node's proof is malformed") from None
    leaf = _prove(block.state_root, _bytes(account), account_proof, "account")
    storage_root = _account_storage(leaf)
    word = _prove(storage_root, slot.to_bytes(32, "big"), storage_proof, "slot")
    value = _number(word)
    if value != claimed:
        raise InvalidProof(f"the node claims that the slot holds {claimed:#x}, its proof says {value:#x}")
    return SlotProof(block, account, slot, value, account_proof, storage_proof)


def _prove(root: bytes, key: bytes, nodes: Sequence[bytes], name: str) -> bytes:
    """The value under keccak(key) in the trie of this root, empty if proven absent."""
    if len(nodes) > _MAX_NODES or any(len(node) > _MAX_NODE_BYTES for node in nodes):
        raise InvalidProof(f"the proof of the {name} is longer than a proof can be")
    try:
        return bytes(HexaryTrie.get_from_proof(root, keccak(key), [rlp.decode(node) for node in nodes]))
    except Exception as error:  # hostile nodes raise a dozen kinds, down to TypeError: each means not proven
        raise InvalidProof(f"the proof of the {name} does not hold ({type(error).__name__})") from None


def _account_storage(leaf: bytes) -> bytes:
    if not leaf:
        raise InvalidProof("at this block there was no such account")
    try:
        _nonce, _balance, storage_root, _code_hash = rlp.decode(leaf)
    except (ValueError, TypeError, rlp.exceptions.RLPException):
        raise InvalidProof("the account in the proof is malformed") from None
    return bytes(storage_root)


def _number(word: bytes) -> int:
    try:
        return int.from_bytes(rlp.decode(word), "big") if word else 0
    except (TypeError, rlp.exceptions.RLPException):
        raise InvalidProof("the value in the proof is malformed") from None


def _bytes(text: str) -> bytes:
    if not text.startswith("0x"):
        raise ValueError("no 0x")
    return bytes.fromhex(text[2:])
