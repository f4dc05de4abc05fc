"""deployments/<network>/: params.json, what was chosen; record.json, what happened."""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Self

from offchain.core.refusal import Refusal
from scripts.chain.sender import Signed
from scripts.papers.params import Params


class MissingParams(Refusal):
    """The network's params.json is not there."""


class MissingRecord(Refusal):
    """The network's record.json is not there, or does not name the contract."""


class InvalidFile(Refusal):
    """A file under deployments/ is not what it should be."""


class AlreadyRunning(Refusal):
    """Another process is acting on this network's record."""


@dataclass(frozen=True)
class Deployed:
    """A contract that stands. Its transaction and block are None where somebody else sent it."""

    contract: str
    address: str
    constructor_args: Sequence[Any]
    salt: str
    transaction: str | None
    block: int | None
    init_code_hash: str
    runtime_code_hash: str
    version: str
    compiler: Mapping[str, Any]


@dataclass(frozen=True)
class Pending:
    """A deployment that was signed, and perhaps sent, when it was last heard of."""

    contract: str
    address: str
    signed: Signed


@dataclass(frozen=True)
class Record:
    """What happened on a network."""

    network: str
    chain_id: int
    deployed: Mapping[str, Deployed] = field(default_factory=dict)
    pending: Pending | None = None

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a record. Errors: MissingRecord, InvalidFile."""
        if not path.exists():
            raise MissingRecord(f"{path} is not there: nothing was deployed by this project")
        content = read_json(path)
        try:
            entries = [{_snake(name): value for name, value in entry.items()} for entry in content["contracts"]]
            deployed = {entry["contract"]: Deployed(**entry) for entry in entries}
            pending = content["pending"]
            return cls(
                network=content["network"],
                chain_id=content["chainId"],
                deployed=deployed,
                pending=pending and Pending(pending["contract"], pending["address"], Signed(**pending["signed"])),
            )
        except (LookupError, TypeError, AttributeError) as error:
            raise InvalidFile(f"{path} is not a record: {error}") from None

    def save(self, path: Path) -> None:
        """Write the record."""
        content = {
            "network": self.network,
            "chainId": self.chain_id,
            "contracts": [_entry(deployed) for deployed in self.deployed.values()],
            "pending": self.pending and asdict(self.pending),
        }
        write_whole(path, json.dumps(content, indent=2) + "\n")

    def with_deployed(self, deployed: Deployed) -> Self:
        """The record with one more contract, and nothing pending."""
        return replace(self, deployed={**self.deployed, deployed.contract: deployed}, pending=None)

    def find(self, contract: str) -> Deployed:
        """The deployed contract of this name. Errors: MissingRecord."""
        if contract not in self.deployed:
            raise MissingRecord(f"the record of {self.network} names no {contract}: its deployment is not complete")
        return self.deployed[contract]


def read_params(folder: Path, *, live: bool) -> Params:
    """The params of the network whose folder this is. Errors: MissingParams, InvalidFile, those of Params.parse."""
    path = folder / "params.json"
    if not path.exists():
        example = folder.parent / "params.example.json"
        raise MissingParams(f"{path} is not there: copy {example.name} to it and choose the values")
    return Params.parse(read_json(path), live=live)


def read_json(path: Path) -> Any:
    """The content of a JSON file. Errors: InvalidFile."""
    try:
        return json.loads(path.read_text())
    except OSError as error:
        raise InvalidFile(f"{path} cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise InvalidFile(f"{path} is not JSON: {error}") from None


def write_whole(path: Path, text: str) -> None:
    """Write a file so that a crash at any moment leaves the old one or the new one, whole."""
    temporary = path.with_name(f"{path.name}.new")
    with temporary.open("w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def sole_writer(folder: Path) -> Iterator[None]:
    """Hold the folder against other processes here; the lock ends with the process. Errors: AlreadyRunning."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise AlreadyRunning(f"another process is acting on {folder}") from None
    finally:
        os.close(handle)


def _entry(deployed: Deployed) -> dict[str, Any]:
    return {_camel(name): value for name, value in asdict(deployed).items()}


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name)
