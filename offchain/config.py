"""The only reader of environment variables."""

import json
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Self

from eth_utils.address import is_address, to_checksum_address

from offchain.core.refusal import Refusal
from offchain.core.units import Address

KEYSTORE = "QUITTANCE_KEYSTORE"
PASSWORD_FILE = "QUITTANCE_KEYSTORE_PASSWORD_FILE"  # the name of a variable, no password


class MissingVariable(Refusal):
    """An environment variable that is needed is not set."""


class InvalidVariable(Refusal):
    """An environment variable does not say what it should."""


@dataclass(frozen=True)
class Settings:
    """What the environment says: where a chain is reached, and which keystore signs."""

    rpc_url: str
    keystore: Path | None
    password_file: Path | None

    @classmethod
    def read(cls, rpc_variable: str, environment: Mapping[str, str] = os.environ) -> Self:
        """Read the RPC address from `rpc_variable` and the keystore's paths. Errors: MissingVariable."""
        url = environment.get(rpc_variable, "").strip()
        if not url:
            raise MissingVariable(f"set {rpc_variable} to the address of an RPC endpoint")
        return cls(url, _path(environment, KEYSTORE), _path(environment, PASSWORD_FILE))

    @classmethod
    def offline(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Read the keystore's paths alone: no chain is to be reached."""
        return cls("", _path(environment, KEYSTORE), _path(environment, PASSWORD_FILE))

    def require_keystore(self) -> Path:
        """The keystore's path. Errors: MissingVariable."""
        if self.keystore is None:
            raise MissingVariable(f"set {KEYSTORE} to the path of an Ethereum keystore file")
        return self.keystore


def _path(environment: Mapping[str, str], name: str) -> Path | None:
    value = environment.get(name)
    return Path(value).expanduser() if value else None


class Site(NamedTuple):
    """A contract on a chain; it has no logs before `first_block`."""

    chain_id: int
    address: Address
    first_block: int


class KeySource(NamedTuple):
    """Where a key is: a keystore, a hardware module, or, for development, in `secret`. Files hold password and pin."""

    keystore: Path | None
    password_file: Path | None
    module: Path | None
    token: str
    label: str
    pin_file: Path | None
    secret: str

    @classmethod
    def read(cls, prefix: str, environment: Mapping[str, str]) -> Self | None:
        """The key that the variables of this prefix name, if they do. Errors: MissingVariable."""
        given = {name: environment.get(f"{prefix}_{name}", "") for name in _KEY}
        for first, *rest in (_KEY[:2], _KEY[2:6]):
            if given[first]:
                for name in rest:
                    _need(environment, f"{prefix}_{name}", f"{prefix}_{first} is of no use without it")
        paths = {name: _path(environment, f"{prefix}_{name}") for name in _KEY}
        made = cls(*(paths[name] if name in _KEY_FILES else given[name] for name in _KEY))  # type: ignore[arg-type]
        return made if made.keystore or made.module or made.secret else None


_KEY = ("KEYSTORE", "KEYSTORE_PASSWORD_FILE", "PKCS11_MODULE", "PKCS11_TOKEN", "PKCS11_LABEL", "PKCS11_PIN_FILE")
_KEY += ("DEVELOPMENT_KEY",)
_KEY_FILES = (*_KEY[:3], _KEY[5])


@dataclass(frozen=True)
class BridgeSettings:
    """What attestors and relayers are told. Nothing of it is shown: addresses of nodes and databases hold secrets.

    `bridges` are vault and token each; `sources` are a chain's RPC addresses, and how many of them must agree;
    `fee_ceiling` is the most for a unit of gas, in wei.
    """

    bridges: tuple[tuple[Site, Site], ...] = field(repr=False)
    sources: Mapping[int, tuple[tuple[str, ...], int]] = field(repr=False)
    key: KeySource = field(repr=False)
    guardian: KeySource | None = field(repr=False)
    attestors: Mapping[Address, str] = field(repr=False)
    database_url: str = field(repr=False)
    host: str
    port: int
    poll_seconds: float
    fee_ceiling: int

    @classmethod
    def read(cls, database_url: str, environment: Mapping[str, str] = os.environ) -> Self:
        """Read them; the database is this one where DATABASE_URL names none. Errors: MissingVariable, InvalidVariable."""
        path = Path(_need(environment, "QUITTANCE_BRIDGES", "the file that lists the bridges")).expanduser()
        try:
            listed = json.loads(path.read_text())
            bridges = tuple((_site(bridge["vault"]), _site(bridge["token"])) for bridge in listed)
        except (OSError, ValueError, TypeError, LookupError) as error:
            raise InvalidVariable(f"QUITTANCE_BRIDGES: {path} lists no bridges ({error!r})") from None
        key = KeySource.read("QUITTANCE", environment)
        if not key:
            raise MissingVariable("set QUITTANCE_KEYSTORE or QUITTANCE_PKCS11_MODULE: there is no key to sign with")
        host, _, port = environment.get("QUITTANCE_LISTEN", "127.0.0.1:8080").rpartition(":")
        return cls(
            bridges=bridges,
            sources={site.chain_id: _sources(environment, site.chain_id) for bridge in bridges for site in bridge},
            key=key,
            guardian=KeySource.read("QUITTANCE_GUARDIAN", environment),
            attestors=dict(map(_attestor, _listed(environment, "QUITTANCE_ATTESTORS"))),
            database_url=environment.get("DATABASE_URL") or database_url,
            host=host,
            port=int(_number({"QUITTANCE_LISTEN": port}, "QUITTANCE_LISTEN", 0)),
            poll_seconds=_number(environment, "QUITTANCE_POLL_SECONDS", 4),
            fee_ceiling=int(_number(environment, "QUITTANCE_FEE_CEILING_GWEI", 500) * 10**9),
        )


def _site(entry: Any) -> Site:
    return Site(int(entry["chain_id"]), _address(entry["address"]), int(entry["first_block"]))


def _sources(environment: Mapping[str, str], chain_id: int) -> tuple[tuple[str, ...], int]:
    urls = _listed(environment, f"QUITTANCE_RPC_{chain_id}")
    if not urls:
        raise MissingVariable(f"set QUITTANCE_RPC_{chain_id} to the addresses of RPC endpoints, with commas in between")
    return urls, int(_number(environment, f"QUITTANCE_QUORUM_{chain_id}", len(urls) // 2 + 1))


def _attestor(entry: str) -> tuple[Address, str]:
    attestor, _, url = entry.partition("=")
    try:
        return _address(attestor.strip()), url.strip().rstrip("/")
    except ValueError:
        raise InvalidVariable(f"QUITTANCE_ATTESTORS: {attestor} is no address; each entry is ADDRESS=URL") from None


def _listed(environment: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(entry.strip() for entry in environment.get(name, "").split(",") if entry.strip())


def _number(environment: Mapping[str, str], name: str, default: float) -> float:
    try:
        number = float(environment.get(name) or default)
    except ValueError:
        number = -1
    if not 0 <= number < math.inf:
        raise InvalidVariable(f"{name} is {environment[name]}, which is no number")
    return number


def _address(text: str) -> Address:
    if not is_address(text):
        raise ValueError(f"{text} is no address")
    return Address(to_checksum_address(text))


def _need(environment: Mapping[str, str], name: str, what: str) -> str:
    if not environment.get(name):
        raise MissingVariable(f"set {name}: {what}")
    return environment[name]
