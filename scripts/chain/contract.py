"""Contracts on a chain: build artifacts, reads, calldata, and typed errors in words."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Self

from eth_abi.abi import decode
from eth_abi.exceptions import DecodingError
from eth_utils.abi import abi_to_signature, collapse_if_tuple, function_signature_to_4byte_selector
from eth_utils.address import to_checksum_address
from web3 import Web3
from web3.exceptions import BadFunctionCallOutput, ContractLogicError
from web3.types import BlockIdentifier

from offchain.core.refusal import Refusal
from scripts.papers.deployment import Planned, init_code


class NotBuilt(Refusal):
    """There is no build artifact of this contract."""


class NoContract(Refusal):
    """There is no code at the address, or it does not answer as this contract."""


class CallRefused(Refusal):
    """The contract reverts this call."""


@dataclass(frozen=True)
class Artifact:
    """What the compiler made of a contract."""

    contract: str
    abi: Sequence[Any]
    bytecode: bytes
    runtime_code: bytes
    compiler: dict[str, Any]

    @classmethod
    @cache
    def load(cls, folder: Path, contract: str) -> Self:
        """Read the artifact that Brownie wrote to `folder`; once a process. Errors: NotBuilt."""
        path = folder / f"{contract}.json"
        if not path.exists():
            raise NotBuilt(f"{contract} is not compiled: run `brownie compile`")
        build = json.loads(path.read_text())
        return cls(
            contract=contract,
            abi=build["abi"],
            bytecode=bytes.fromhex(build["bytecode"]),
            runtime_code=bytes.fromhex(build["deployedBytecode"]),
            compiler=build["compiler"],
        )

    def planned(self, arguments: tuple[Any, ...], salt: bytes) -> Planned:
        """This contract as it will be deployed with these constructor arguments and salt."""
        types = [collapse_if_tuple(i) for entry in self.abi if entry["type"] == "constructor" for i in entry["inputs"]]
        return Planned(self.contract, arguments, salt, init_code(self.bytecode, types, arguments), self.runtime_code)


@dataclass(frozen=True)
class Contract:
    """A contract at an address."""

    web3: Web3
    address: str
    abi: Sequence[Any]

    @cached_property
    def _contract(self) -> Any:
        return self.web3.eth.contract(address=to_checksum_address(self.address), abi=self.abi)

    def read(self, name: str, *arguments: Any, block: BlockIdentifier = "latest") -> Any:
        """The answer of a view. Errors: NoContract, CallRefused."""
        try:
            return self._contract.functions[name](*arguments).call(block_identifier=block)
        except BadFunctionCallOutput:
            raise NoContract(f"what is at {self.address} does not answer {name}") from None
        except ContractLogicError as error:
            raise CallRefused(f"{name} at {self.address} reverts: {explain(error, self.abi)}") from None

    def calldata(self, name: str, *arguments: Any) -> bytes:
        """The call of a function, encoded."""
        return bytes.fromhex(self._contract.encode_abi(name, args=list(arguments))[2:])


def explain(error: ContractLogicError, abi: Sequence[Any]) -> str:
    """A revert in words: the typed error that `abi` declares, with its named values, else what the node said."""
    data = error.data if isinstance(error.data, str) else ""
    for entry in abi:
        if entry["type"] != "error":
            continue
        if data.startswith("0x" + function_signature_to_4byte_selector(abi_to_signature(entry)).hex()):
            types = [collapse_if_tuple(i) for i in entry["inputs"]]
            try:
                values = decode(types, bytes.fromhex(data[10:]))
            except (DecodingError, ValueError):
                break
            pairs = [f"{i['name']} {_shown(v)}" for i, v in zip(entry["inputs"], values, strict=True)]
            return f"{entry['name']}({', '.join(pairs)})"
    return error.message or "without a reason"


def _shown(value: Any) -> str:
    return f"0x{value.hex()}" if isinstance(value, bytes) else str(value)
