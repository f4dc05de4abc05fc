"""What a holder of the stablecoin signs, spelled out a second time: EIP-712, EIP-2612, EIP-3009."""

from typing import Any, NamedTuple

from brownie import chain
from eth_abi import encode
from eth_account import Account
from eth_utils import keccak

from tests.unit.coins import NAME

PERMIT = "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
_TRANSFER = "(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
TRANSFER = "TransferWithAuthorization" + _TRANSFER
RECEIVE = "ReceiveWithAuthorization" + _TRANSFER
CANCEL = "CancelAuthorization(address authorizer,bytes32 nonce)"
FOREVER = 2**256 - 1


class Domain(NamedTuple):
    """Whom a signature is for."""

    name: str
    version: str
    chain_id: int
    contract: str

    @property
    def separator(self) -> bytes:
        kind = keccak(text="EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)")
        values = [kind, keccak(text=self.name), keccak(text=self.version), self.chain_id, self.contract]
        return keccak(encode(["bytes32", "bytes32", "bytes32", "uint256", "address"], values))


class Authorization(NamedTuple):
    """What EIP-3009 transfers by, in the order of its arguments."""

    source: str
    to: str
    amount: int
    valid_after: int
    valid_before: int
    nonce: bytes


def domain(coin: Any, **other: Any) -> Domain:
    """The domain of a coin; a part of it may be another than it should be."""
    return Domain(NAME, "1", chain.id, coin.address)._replace(**other)


def digest(whom: Domain, kind: str, *values: Any) -> bytes:
    """What is signed of a message of that type."""
    fields = kind[kind.index("(") + 1 : -1].split(",")
    types = ["bytes32", *(field.split()[0] for field in fields)]
    plain = [getattr(value, "address", value) for value in values]
    return keccak(b"\x19\x01" + whom.separator + keccak(encode(types, [keccak(text=kind), *plain])))


def vrs(signature: bytes) -> tuple[int, bytes, bytes]:
    """A signature of 65 bytes as the three arguments that older functions take."""
    return signature[64], signature[:32], signature[32:64]


def signer_of(hashed: bytes, signature: bytes) -> str:
    """Whom a contract recovers from a signature."""
    return str(Account._recover_hash(hashed, signature=signature))


def nonce(sequence: int, number: int = 0) -> bytes:
    """A keyed nonce: the name of a sequence in the upper 192 bits, the number in the lower 64."""
    return (sequence << 64 | number).to_bytes(32, "big")
