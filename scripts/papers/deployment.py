"""Where a contract will be and what it will hold: CREATE2 through the deterministic deployment proxy."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from eth_abi.abi import encode
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

# https://github.com/Arachnid/deterministic-deployment-proxy: takes salt and init code, creates, answers the address
PROXY = "0x4e59b44847b379578588920cA78FbF26c0B4956C"
PROXY_CODE = bytes.fromhex(
    "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0"
    "3601600081602082378035828234f58015156039578182fd5b8082525050506014600cf3"
)
MAX_TRANSACTION_GAS = 2**24  # EIP-7825

_CLONE_HEAD = bytes.fromhex("363d3d373d3d3d363d73")
_CLONE_TAIL = bytes.fromhex("5af43d82803e903d91602b57fd5bf3")
_PUSH1, _PUSH32, _INVALID = 0x60, 0x7F, 0xFE


@dataclass(frozen=True)
class Planned:
    """A contract as it will be deployed: the same on every chain for the same build, arguments and salt.

    `creator` is the contract that creates it with CREATE2; `order` is what to send there, `artifact` the build that it
    answers as. Where they are empty it is the proxy's own order, and the contract's own build.
    """

    contract: str
    arguments: tuple[Any, ...]
    salt: bytes
    init_code: bytes
    runtime_code: bytes  # as compiled: immutables are still zero
    creator: str = PROXY
    order: bytes = b""
    artifact: str = ""

    @property
    def address(self) -> str:
        """The address that EIP-1014 gives it."""
        return to_checksum_address(
            keccak(b"\xff" + bytes.fromhex(self.creator[2:]) + self.salt + keccak(self.init_code))[12:],
        )

    @property
    def build(self) -> str:
        """The contract whose ABI it answers by."""
        return self.artifact or self.contract

    @property
    def calldata(self) -> bytes:
        """What to send to its creator."""
        return self.order or self.salt + self.init_code

    def is_code(self, code: bytes) -> bool:
        """Whether `code`, found on a chain, is this contract's, whatever its immutables were set to."""
        return is_built_as(self.runtime_code, code)


def is_built_as(runtime_code: bytes, code: bytes) -> bool:
    """Whether `code`, found on a chain, is what was compiled, whatever its immutables were set to."""
    if len(code) != len(runtime_code):
        return False
    masked = bytearray(code)
    for start in immutable_offsets(runtime_code):
        masked[start : start + 32] = bytes(32)
    return bytes(masked) == runtime_code


def init_code(bytecode: bytes, types: Sequence[str], arguments: Sequence[Any]) -> bytes:
    """Creation bytecode with the constructor's arguments behind it."""
    return bytecode + encode(types, arguments)


def clone_code(implementation: str, arguments: bytes) -> bytes:
    """The runtime code of a minimal clone with arguments behind it. Source: ERC-1167, OpenZeppelin Clones."""
    return _CLONE_HEAD + bytes.fromhex(implementation[2:]) + _CLONE_TAIL + arguments


def clone_init_code(runtime_code: bytes) -> bytes:
    """The creation code that OpenZeppelin Clones put before a clone's runtime code."""
    return b"\x61" + len(runtime_code).to_bytes(2) + b"\x3d\x81\x60\x0a\x3d\x39\xf3" + runtime_code


def immutable_offsets(runtime_code: bytes) -> Iterator[int]:
    """Offsets of the 32-byte places that a constructor fills in compiled runtime code.

    solc leaves them as PUSH32 of zero, which it writes for nothing else: a zero is PUSH0. What follows the first
    INVALID is data and metadata.
    """
    at = 0
    while at < len(runtime_code) and runtime_code[at] != _INVALID:
        opcode = runtime_code[at]
        if opcode == _PUSH32 and runtime_code[at + 1 : at + 33] == bytes(32):
            yield at + 1
        at += opcode - _PUSH1 + 2 if _PUSH1 <= opcode <= _PUSH32 else 1
